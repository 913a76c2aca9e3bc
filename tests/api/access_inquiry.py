"""Who gets what of inquiry: Rosa leads the study, Chen evaluates it and reads along."""

from __future__ import annotations

from tests.api.everybody import OF_THE_PROGRAMME, only

READS = only(404, rosa=200, chen=200)
WRITES = only(404, rosa=201, chen=201)  # what each analyst keeps of their own
LEADS = only(404, rosa=200, chen=403)
LEADS_TO = only(404, rosa=201, chen=403)

INQUIRY: dict[str, dict[str, int]] = {
    "analyses": OF_THE_PROGRAMME,
    "add_code": LEADS_TO,
    "add_codebook": LEADS_TO,
    "analysis": READS,
    "change_code": LEADS,
    "code": READS,
    "code_passages": READS,
    "codebook": READS,
    "codebook_versions": READS,
    "codebooks": READS,
    "coders": READS,
    "compare_codebook": READS,
    "describe_analysis": LEADS,
    "export_codebook": READS,
    "import_codebook": LEADS,
    "join_coder": LEADS,
    "keep_codebook": LEADS_TO,
    "merge_codes": LEADS,
    "move_code": LEADS,
    "open_analysis": LEADS_TO,
    "part_coder": LEADS,
    "positions": READS,
    "recode_codings": LEADS,
    "reinstate_code": only(404, chen=403, rosa=409),
    "retire_code": LEADS,
    "split_code": LEADS,
    "write_position": WRITES,
    "add_name": LEADS_TO,
    "add_participant": only(404, chen=403, rosa=201, grace=403),
    "add_recording": LEADS_TO,
    "add_source": LEADS_TO,
    "assign_speaker": LEADS,
    "correct_text": LEADS,
    "correct_turns": LEADS,
    "declare_deidentified": only(404, chen=403, rosa=409),
    "deidentify_source": LEADS,
    "describe_participant": only(404, chen=403, rosa=200, grace=403),
    "describe_source": LEADS,
    "hear_recording": only(404, rosa=200),
    "keep_face_sheet": LEADS,
    "names": LEADS,
    "names_elsewhere": LEADS,
    "participant": only(404, chen=200, rosa=200, grace=200),
    "participants": only(404, chen=200, rosa=200, grace=200),
    "read_face_sheet": LEADS_TO,
    "read_transcript": LEADS_TO,
    "released_with": only(404, chen=403, rosa=200, grace=200),
    "remove_name": only(404, rosa=204),
    "review_names": LEADS,
    "source_facts": LEADS,
    "source_history": READS,
    "speakers": LEADS,
    "withdraw_participant": only(404, chen=403, rosa=200, grace=200),
}
