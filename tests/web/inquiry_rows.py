"""Rows of the access matrix: the addresses of an inquiry."""

from __future__ import annotations

from tests.web.about import alias_of, coder_of, entry_of, memo_of
from tests.web.may import (
    ABSENT,
    ADDERS,
    CODERS,
    ERASERS,
    KEEPERS_OF_CODES,
    LEADERS,
    LEFT_AS_CSV,
    NOT_YET,
    NUMBERS_RELEASED,
    READERS,
    REFUSED,
    SEE_OTHER,
    WRITERS,
    Row,
    absent,
    those_who,
)

from throughline.rules.permissions import Permission as P

INQUIRY: dict[str, Row] = {
    # inquiry
    "inquiry": Row(READERS),
    "analysis": Row(READERS),
    "edit_analysis": Row(ADDERS),
    "position": Row(WRITERS, SEE_OTHER, post=lambda w: {"text": "I have worked at such a counter."}),
    "coder_joined": Row(LEADERS, SEE_OTHER, args=lambda w: [coder_of(w).id], post=lambda w: {"account": ""}),
    "new_analysis": Row(ADDERS),
    "add_source": Row(ADDERS),
    "hold_source": Row(ADDERS, 422, post=lambda w: {}),  # a form without a file
    "look_again": Row(ADDERS, 422, post=lambda w: {}),
    "keep_sources": Row(ADDERS, 422, post=lambda w: {}),  # and without what a source needs
    "face_sheet": Row(ADDERS),
    # projects of other programs: no file was sent in this world
    "import_project": Row(ADDERS),
    "project_work": Row(ADDERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "keep_project": Row(ADDERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    "drop_project": Row(ADDERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    "export_project": Row(
        those_who(P.RELEASE_WORDS) & READERS, post=lambda w: {"form": "qdc", "recipient": "A reader"}
    ),
    "themes": Row(READERS),
    "memos": Row(READERS),
    # the codebook
    "codebook": Row(READERS),
    "codebook_begun": Row(KEEPERS_OF_CODES, SEE_OTHER, post=lambda w: {}),
    "new_code": Row(KEEPERS_OF_CODES, args=lambda w: [w.code.codebook_id]),
    "code_memo": Row(WRITERS, SEE_OTHER, args=lambda w: [w.code.id], post=lambda w: {"text": "A thought."}),
    "theme_memo": Row(WRITERS, SEE_OTHER, args=lambda w: [w.theme.id], post=lambda w: {"text": "A thought."}),
    "code_moved": Row(
        KEEPERS_OF_CODES, SEE_OTHER, args=lambda w: [w.code.codebook_id], post=lambda w: {"code": w.code.id}
    ),
    "codebook_kept": Row(
        KEEPERS_OF_CODES, SEE_OTHER, args=lambda w: [w.code.codebook_id], post=lambda w: {"name": "Spring"}
    ),
    "codebook_versions": Row(READERS, args=lambda w: [w.code.codebook_id]),
    "codebook_export": Row(READERS, args=lambda w: [w.code.codebook_id], post=lambda w: {"kind": "csv"}),
    "codebook_import": Row(KEEPERS_OF_CODES, args=lambda w: [w.code.codebook_id]),
    "code": Row(READERS, args=lambda w: [w.code.id]),
    "merge_code": Row(KEEPERS_OF_CODES, args=lambda w: [w.code.id]),
    "recode": Row(READERS, args=lambda w: [w.code.id]),
    "code_retired": Row(KEEPERS_OF_CODES, SEE_OTHER, args=lambda w: [w.code.id], post=lambda w: {}),
    "code_reinstated": Row(KEEPERS_OF_CODES, NOT_YET, args=lambda w: [w.code.id], post=lambda w: {}),
    # themes
    "new_theme": Row(WRITERS),
    "theme_map": Row(READERS),
    "theme_map_file": Row(READERS),
    "theme": Row(READERS, args=lambda w: [w.theme.id]),
    "rewrite_theme": Row(WRITERS, args=lambda w: [w.theme.id]),
    "theme_arranged": Row(WRITERS, SEE_OTHER, args=lambda w: [w.theme.id], post=lambda w: {"status": "kept"}),
    "theme_versions": Row(READERS, args=lambda w: [w.theme.id]),
    "review_theme": Row(READERS, args=lambda w: [w.theme.id]),
    "theme_passage": Row(
        WRITERS, SEE_OTHER, args=lambda w: [w.theme.id],
        post=lambda w: {"source": w.source.id, "start": 0, "end": 5, "do": "for"},
    ),
    "themes_related": Row(WRITERS, 422, args=lambda w: [w.theme.id], post=lambda w: {"kind": "supports"}),  # of no other theme
    "themes_unrelated": Row(WRITERS, ABSENT, args=lambda w: [w.theme.id], post=lambda w: {}),
    "framework": Row(READERS),
    "framework_cell": Row(READERS, args=lambda w: [w.analysis.participants.get(label="P01").id, w.theme.id]),
    "framework_leave": Row(
        those_who(P.RELEASE_WORDS), NOT_YET, post=lambda w: {"recipient": "A reader", "format": "csv"}
    ),
    "trail": Row(READERS),
    "source": Row(READERS, args=lambda w: [w.source.id]),
    "code_source": Row(READERS, args=lambda w: [w.source.id]),
    "source_text": Row(READERS, args=lambda w: [w.source.id]),
    "source_codings": Row(
        CODERS, args=lambda w: [w.source.id],
        post=lambda w: {"changes": f'[{{"do": "restore", "id": "{w.coding.id}"}}]', "text_version": "1"},
    ),
    "source_codes": Row(
        those_who(P.MANAGE_CODEBOOK), args=lambda w: [w.source.id], post=lambda w: {"name": "Another door"}
    ),
    "source_beside": Row(WRITERS, args=lambda w: [w.source.id], post=lambda w: {"text": "A thought."}),
    "read_source": Row(READERS, args=lambda w: [w.source.id]),
    "memo": Row(READERS, args=lambda w: [memo_of(w).id]),
    "who_has_read": Row(READERS),
    "mark_read": Row(READERS, SEE_OTHER, args=lambda w: [w.source.id], post=lambda w: {}),
    "journal": Row(READERS),
    "share_entry": Row(  # somebody's own, which is not theirs who ask: for them it is not there
        WRITERS, ABSENT, args=lambda w: [entry_of(w).id], post=lambda w: {}
    ),
    # texts put right, names taken out, participants
    "correct_source": Row(ADDERS, args=lambda w: [w.source.id, 2]),
    "speakers": Row(ADDERS, args=lambda w: [w.source.id]),
    "source_history": Row(READERS, args=lambda w: [w.source.id]),
    "deidentify": Row(ADDERS, args=lambda w: [w.source.id]),
    "name_found": Row(
        ADDERS, args=lambda w: [w.source.id], post=lambda w: {"version": str(w.source.version), "start": "0", "end": "4"}
    ),
    "names": Row(ADDERS),
    "name_removed": Row(ADDERS, SEE_OTHER, args=lambda w: [alias_of(w).id], post=lambda w: {}),
    "participants": Row(READERS | ERASERS),
    "participant": Row(READERS | ERASERS, args=lambda w: [w.analysis.participants.get(label="P01").id]),
    "consent_recorded": Row(
        ADDERS, SEE_OTHER, args=lambda w: [w.analysis.participants.get(label="P01").id],
        post=lambda w: {"sheet_version": "2", "given_on": "2026-01-05", "scopes": ["take_part"]},
    ),
    "withdraw_participant": Row(ERASERS, args=lambda w: [w.analysis.participants.get(label="P01").id]),
    "erase_source": Row(READERS & ERASERS, args=lambda w: [w.source.id], other=absent(*(ERASERS - READERS))),
    "describe_source": Row(ADDERS, args=lambda w: [w.source.id]),
    "recording": Row(ADDERS, ABSENT, args=lambda w: [w.source.id]),  # there is none in this world
    "recording_added": Row(
        ADDERS, 422, args=lambda w: [w.source.id], post=lambda w: {}
    ),  # a form without a file
    "source_theme": Row(
        WRITERS, SEE_OTHER, args=lambda w: [w.source.id],
        post=lambda w: {"theme": str(w.theme.id), "start": "0", "end": "4", "text_version": str(w.source.version), "do": "for"},
    ),
    "source_memo": Row(WRITERS, SEE_OTHER, args=lambda w: [w.source.id], post=lambda w: {"text": "A thought."}),
    "source_deidentified": Row(
        those_who(P.ADD_SOURCES), NOT_YET, args=lambda w: [w.source.id], post=lambda w: {}
    ),  # de-identified already in this world
    "coding_removed": Row(
        READERS, SEE_OTHER, args=lambda w: [w.coding.id], post=lambda w: {},
        other={"analyst": REFUSED, "evaluator": REFUSED},
    ),
    # asking: the world's analysis is reflexive, so nothing in it fills up
    "ask": Row(READERS, query=lambda w: f"?a={w.code.id}"),
    "passages_leave": Row(
        those_who(P.RELEASE_WORDS), query=lambda w: f"?a={w.code.id}",
        post=lambda w: {"recipient": "A reader", "format": "csv"},
    ),
    "concordance_leave": Row(
        those_who(P.RELEASE_WORDS), NOT_YET,
        post=lambda w: {"words": "no such words", "recipient": "A reader", "format": "csv"},
    ),
    "code_matrix": Row(READERS),
    "code_matrix_leave": Row(NUMBERS_RELEASED, NOT_YET, post=lambda w: {**LEFT_AS_CSV, "profile": "lt5"}),
    "attribute_matrix_leave": Row(NUMBERS_RELEASED, NOT_YET, post=lambda w: {**LEFT_AS_CSV, "profile": "lt5"}),
    "saturation_leave": Row(NUMBERS_RELEASED, NOT_YET, post=lambda w: {**LEFT_AS_CSV, "profile": "lt5"}),
    "attribute_matrix": Row(READERS),
    "concordance": Row(READERS),
    "code_hits": Row(
        CODERS, SEE_OTHER,
        post=lambda w: {"code": str(w.code.id), "hit": f"{w.source.id}:{w.source.version}:0:4"},
    ),
    "saturation": Row(READERS, NOT_YET),
    # rounds: none is compared in a reflexive analysis, and another's round is nobody's here
    "rounds": Row(READERS, NOT_YET),
    "new_round": Row(LEADERS, NOT_YET),
    "imported_round": Row(LEADERS, NOT_YET),
    "round": Row(READERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "close_round": Row(LEADERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    "agreement": Row(READERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "agreement_leave": Row(
        NUMBERS_RELEASED, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {**LEFT_AS_CSV, "profile": "lt5"}
    ),
    "differences": Row(READERS, ABSENT, args=lambda w: [w.cast.programme.id]),
    "differences_leave": Row(
        those_who(P.RELEASE_WORDS), ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: LEFT_AS_CSV
    ),
    "settle": Row(LEADERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
    "write_agreed": Row(LEADERS, ABSENT, args=lambda w: [w.cast.programme.id], post=lambda w: {}),
}  # fmt: skip
