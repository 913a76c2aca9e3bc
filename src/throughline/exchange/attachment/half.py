"""Files of a form that is filled in here: kept with what is half filled, and found again when the whole form is sent."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.exchange.attachment.read import check_sizes, files_of, half_files
from throughline.exchange.xlsform.submission import files_named, names_in_half
from throughline.records.surveys.actions import FileDraft, HalfFiles
from throughline.records.surveys.models import DraftFile, InstrumentVersion, SurveyResponse
from throughline.records.surveys.queries import draft_files_of, draft_of, opened_draft_file, questions_of


def whole_form_files(
    response: SurveyResponse, version: InstrumentVersion, xml: bytes, sent: Mapping[str, bytes]
) -> dict[str, FileDraft]:
    """Key of an answer -> its file: sent with the form, or kept with its draft before.

    Invalid where one is not taken, or is none of these.
    """
    named = files_named(questions_of(version), xml)
    kept = draft_files_of(response, set(named.values()) - set(sent))
    check_sizes([*map(len, sent.values()), *(row.length_bytes for row in kept.values())])
    return files_of(named, {**sent, **{name: opened_draft_file(row) for name, row in kept.items()}})


def half_form_files(version: InstrumentVersion | None, xml: str, sent: Mapping[str, bytes]) -> HalfFiles:
    """The files that a half-filled form names, and those of them that came with it and are taken."""
    return half_files(names_in_half(questions_of(version), xml) if version else (), sent)


def files_kept(response: SurveyResponse) -> dict[str, DraftFile]:
    """Name -> file, of those that are kept with what is half filled; none is opened."""
    draft, version = draft_of(response), response.instrument_version
    names = names_in_half(questions_of(version), draft) if draft and version else ()
    return dict(sorted(draft_files_of(response, names).items()))
