"""What is done to instruments, waves, approaches and responses."""

from throughline.records.surveys.actions.approaches import LINK_LASTS, make_fill_link, record_approach
from throughline.records.surveys.actions.elsewhere import ResponseDraft, record_responses
from throughline.records.surveys.actions.instruments import add_instrument_version
from throughline.records.surveys.actions.leaving_out import (
    exclude_response,
    include_response,
    withdraw_response,
)
from throughline.records.surveys.actions.reading import read_response
from throughline.records.surveys.actions.responses import (
    complete_response,
    save_response,
    start_response,
)
from throughline.records.surveys.actions.waves import close_wave, open_wave, set_target

__all__ = [
    "LINK_LASTS",
    "ResponseDraft",
    "add_instrument_version",
    "close_wave",
    "complete_response",
    "exclude_response",
    "include_response",
    "make_fill_link",
    "open_wave",
    "read_response",
    "record_approach",
    "record_responses",
    "save_response",
    "set_target",
    "start_response",
    "withdraw_response",
]
