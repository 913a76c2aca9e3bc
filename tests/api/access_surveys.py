"""Who gets what of surveys: Bob and Priya ask people at their site, Rosa and Chen run waves, Chen alone reads and links."""

from __future__ import annotations

from tests.api.everybody import only

# Whoever sees waves at a site sees the forms that they ask with.
SEEN = {"omar": 404, "grace": 404, "ada": 404, "dana": 404}
# At Bob's site: Alice sees the wave and asks nobody.
ASKED = {"alice": 403, "chen": 403, "rosa": 403}
RUN = {"alice": 403, "bob": 403, "priya": 403}

SURVEYS: dict[str, dict[str, int]] = {
    "instruments": only(200, omar=403, grace=403, ada=403, dana=404),
    # no file is sent, so whoever may add a form is told that
    "add_instrument_version": only(404, rosa=422, chen=422),
    "instrument_version": only(200, **SEEN),
    "instrument_file": only(200, **SEEN),
    "instrument_xform": only(200, **SEEN),
    "waves": only(200, omar=403, grace=403, ada=403, dana=404),
    "open_wave": only(403, chen=201, rosa=201, dana=404),
    "wave": only(200, **SEEN),
    "set_target": only(404, **RUN, chen=200, rosa=200),
    "close_wave": only(404, **RUN, chen=200, rosa=200),
    "record_approach": only(404, **ASKED, bob=201, priya=201),
    "approaches": only(404, **ASKED, bob=200, priya=200),
    "exclude_response": only(404, **RUN, chen=200, rosa=200),
    # none is left out
    "include_response": only(404, **RUN, chen=409, rosa=409),
    # the code is not the one on the receipt
    "withdraw_response": only(404, **ASKED),
    "start_response": only(404, **ASKED, bob=201, priya=201),
    "make_fill_link": only(404, **ASKED, bob=201, priya=201),
    # begun by Bob, so that Priya does not know of it; Chen reads responses and writes in none
    "interviews_begun": only(403, bob=200, priya=200, dana=404),
    "response_draft": only(404, bob=200, chen=403),
    "save_response": only(404, bob=200, chen=403),
    # of Bob's, who kept no file with it
    "draft_file": only(404, chen=403),
    "choose_draft": only(404, bob=200, chen=403),
    "complete_response": only(404, bob=200, chen=403),
    "responses": only(404, **RUN, chen=200, rosa=403),
    "read_response": only(404, bob=403, chen=200),
    "read_attachment": only(404, bob=403, chen=200),
    "code_plans": only(404, chen=200, rosa=403),
    "name_code_elements": only(404, chen=200, rosa=403),
    "destroy_code_parts": only(404, chen=200),
    "linkings": only(403, chen=200, dana=404),
    # nobody named the elements of the first wave's code
    "link_two_waves": only(403, chen=409, dana=404),
    # nobody has answered yet
    "linking": only(404, chen=409),
    "read_pairs": only(404, chen=200),
    "decide_pair": only(404, chen=204),
}
