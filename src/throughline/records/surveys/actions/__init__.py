"""What is done to instruments, waves, approaches and responses."""

from throughline.records.surveys.actions.approaches import LINK_LASTS, make_fill_link, record_approach
from throughline.records.surveys.actions.attachments import (
    MOST_EACH,
    MOST_FILES,
    MOST_TOGETHER,
    FileDraft,
    read_attachment,
)
from throughline.records.surveys.actions.code_parts import (
    destroy_code_parts,
    destroy_ended_code_parts,
    name_code_elements,
)
from throughline.records.surveys.actions.draft_files import HalfFiles
from throughline.records.surveys.actions.drafts import choose_draft, keep_beside, save_response
from throughline.records.surveys.actions.elsewhere import ResponseDraft, record_responses
from throughline.records.surveys.actions.instruments import add_instrument_version
from throughline.records.surveys.actions.leaving_out import (
    exclude_response,
    include_response,
    withdraw_response,
)
from throughline.records.surveys.actions.linking import (
    PairShown,
    decide_pair,
    link_two_waves,
    read_pairs,
)
from throughline.records.surveys.actions.mappings import keep_answers_mapping, let_answers_mapping_go
from throughline.records.surveys.actions.offline import AskedOffline, FilledForm, record_asked_offline
from throughline.records.surveys.actions.reading import read_response
from throughline.records.surveys.actions.responses import (
    Base,
    StaleDraft,
    complete_response,
    start_response,
)
from throughline.records.surveys.actions.waves import close_wave, open_wave, set_target

__all__ = [
    "LINK_LASTS",
    "MOST_EACH",
    "MOST_FILES",
    "MOST_TOGETHER",
    "AskedOffline",
    "Base",
    "FileDraft",
    "FilledForm",
    "HalfFiles",
    "PairShown",
    "ResponseDraft",
    "StaleDraft",
    "add_instrument_version",
    "choose_draft",
    "close_wave",
    "complete_response",
    "decide_pair",
    "destroy_code_parts",
    "destroy_ended_code_parts",
    "exclude_response",
    "include_response",
    "keep_answers_mapping",
    "keep_beside",
    "let_answers_mapping_go",
    "link_two_waves",
    "make_fill_link",
    "name_code_elements",
    "open_wave",
    "read_attachment",
    "read_pairs",
    "read_response",
    "record_approach",
    "record_asked_offline",
    "record_responses",
    "save_response",
    "set_target",
    "start_response",
    "withdraw_response",
]
