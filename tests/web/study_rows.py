"""Rows of the access matrix: the study, its surveys and attitudes, and its evaluation."""

from __future__ import annotations

from tests.web.about import (
    approach_of,
    linking_of,
    plan_of,
    response_of,
    scale_of,
    token_of,
    version_of,
    wave_of,
)
from tests.web.may import (
    ABSENT,
    ANYBODY,
    ASKERS,
    ATTITUDES,
    DANA,
    DESIGNERS,
    LINKERS,
    LOOKERS,
    RELEASERS,
    RUNNERS,
    SEE_OTHER,
    STUDIED,
    WAVES_SEEN,
    WRITERS,
    Row,
    absent,
    not_for,
    of_a_file,
    those_who,
)

from throughline.rules.permissions import Permission as P

STUDY: dict[str, Row] = {
    # the study
    "studies": Row(STUDIED),
    "new_study": Row(DESIGNERS),
    "study": Row(STUDIED, args=lambda w: [w.study.id]),
    "study_detect": Row(STUDIED, args=lambda w: [w.study.id]),
    "study_add": Row(DESIGNERS, args=lambda w: [w.study.id, "plan"]),
    # surveys: a wave at Bob's site and another; Dana has none
    "waves": Row(WAVES_SEEN),
    "open_wave": Row(RUNNERS),
    "wave": Row(WAVES_SEEN, args=lambda w: [wave_of(w).id], other=absent(DANA)),
    "approach": Row(ASKERS, args=lambda w: [wave_of(w).id]),
    "wave_responses": Row(those_who(P.SEE_RESPONSES), args=lambda w: [wave_of(w).id]),
    "response": Row(those_who(P.SEE_RESPONSES), args=lambda w: [wave_of(w).responses.exclude(completed_at=None).get().id]),
    # nothing was sent with that one
    "response_file": Row(
        those_who(P.SEE_RESPONSES), ABSENT, args=lambda w: [wave_of(w).responses.exclude(completed_at=None).get().id, 1]
    ),
    "make_fill_link": Row(ASKERS, args=lambda w: [approach_of(w).id], post=lambda w: {}),
    # by a link that was made; nobody has opened one in this browser
    "answer": Row(ANYBODY, args=lambda w: [token_of(w)], is_open=True),
    "answer_form": Row(ANYBODY, ABSENT, is_open=True),
    "answer_xform": Row(ANYBODY, ABSENT, is_open=True),
    "answer_draft": Row(ANYBODY, ABSENT, is_open=True),
    "answer_draft_file": Row(ANYBODY, ABSENT, args=lambda w: [w.contact.id], is_open=True),
    "answer_send": Row(ANYBODY, ABSENT, post=lambda w: {}, is_open=True),
    "answer_leave": Row(ANYBODY, post=lambda w: {}, is_open=True),
    "begin_interview": Row(ASKERS, SEE_OTHER, args=lambda w: [approach_of(w).id], post=lambda w: {}),
    "wave_target": Row(
        RUNNERS, SEE_OTHER, args=lambda w: [wave_of(w).id], post=lambda w: {"site": str(w.cast.site.id), "target": "5"}
    ),
    "close_wave": Row(RUNNERS, SEE_OTHER, args=lambda w: [wave_of(w).id], post=lambda w: {}),
    "leave_out_response": Row(
        RUNNERS, SEE_OTHER, args=lambda w: [wave_of(w).id],
        post=lambda w: {"site": str(w.cast.site.id), "respondent": "1", "reason": "trial"},
    ),
    "take_in_response": Row(
        RUNNERS, SEE_OTHER, args=lambda w: [wave_of(w).id], post=lambda w: {"site": str(w.cast.site.id), "respondent": "1"}
    ),
    "withdraw_response": Row(
        ASKERS, SEE_OTHER, args=lambda w: [wave_of(w).id], post=lambda w: {"site": str(w.cast.site.id), "respondent": "1"}
    ),
    # a file of answers: nobody has sent one
    "answers_in": Row(RUNNERS),
    "let_answers_mapping_go": Row(RUNNERS, ABSENT, args=lambda w: [w.contact.id], post=lambda w: {}),
    **of_a_file(RUNNERS, "answers", "columns", "rows"),
    # attitudes: one questionnaire is defined, and nobody has sent a file
    "attitude_scales": Row(ATTITUDES),
    "define_attitudes": Row(ATTITUDES),
    "erase_attitudes": Row(ATTITUDES, args=lambda w: [scale_of(w).id]),
    "attitudes_in": Row(ATTITUDES),
    **of_a_file(ATTITUDES, "attitudes", "columns", "rows"),
    # two linked waves: seen by evaluators, who were not told of them elsewhere
    "linkings": Row(LINKERS),
    "code_elements": Row(LINKERS, args=lambda w: [version_of(w).instrument_id]),
    "file_code_elements": Row(LINKERS, args=lambda w: [wave_of(w).study_id]),
    "destroy_codes": Row(LINKERS, SEE_OTHER, args=lambda w: [plan_of(w).id], post=lambda w: {}),
    "linking": Row(LINKERS, args=lambda w: [linking_of(w).id]),
    "linked_pairs": Row(LINKERS, args=lambda w: [linking_of(w).id]),
    "decide_pair": Row(
        LINKERS, SEE_OTHER, args=lambda w: [linking_of(w).pairs.get().id], post=lambda w: {"decision": "undecided", "seen": "linked"}
    ),
    # the form that it asks with, and an interview that Bob began: he alone goes on with it
    "instruments": Row(WAVES_SEEN),
    "add_instrument": Row(RUNNERS),
    "keep_instrument": Row(RUNNERS, ABSENT, post=lambda w: {}),  # nothing was looked at
    **{
        name: Row(WAVES_SEEN, args=lambda w: [version_of(w).id], other=absent(DANA))
        for name in ("instrument_version", "instrument_file", "instrument_xform", "try_instrument")
    },
    **{
        name: Row(ASKERS, args=lambda w: [response_of(w).id], other=not_for(ASKERS, "practitioner"))
        for name in ("fill_response", "response_draft")
    },
    # no file is kept with it
    "response_draft_file": Row(
        ASKERS, ABSENT, args=lambda w: [response_of(w).id, w.contact.id], other=not_for(ASKERS, "practitioner")
    ),
    "send_response": Row(
        ASKERS, 422, args=lambda w: [response_of(w).id], post=lambda w: {}, other=not_for(ASKERS, "practitioner")
    ),
    # evaluation: nothing is frozen in this world, so whoever may look finds nothing
    "evaluation": Row(LOOKERS),
    "evaluation_job": Row(LOOKERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "evaluation_funnel": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_ask": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"], post=lambda w: {}),
    "evaluation_estimates": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_subgroups": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_baseline": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_series": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_staggered": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_attitudes": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_composition": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_joint": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_judge": Row(LOOKERS & WRITERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_themes": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "evaluation_site_month": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03", "harrowmere", "2025-03"]),
    "evaluation_rows": Row(LOOKERS, ABSENT, args=lambda w: ["2026-03"]),
    "ledger": Row(RELEASERS),
}  # fmt: skip
