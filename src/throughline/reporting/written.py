"""Reports that were written: where they lie, and whether what people say in them may still be told.

A report holds people's words. Whoever withdraws consent, or has a source erased, takes them out of later reports; the
file that was written before is not handed out again, and is deleted: when somebody withdraws, so that no backup takes it
along, or else when it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.words import marks_of
from throughline.records.study.models import Freeze, Study
from throughline.reporting.files import FORMATS, HTML
from throughline.reporting.registered import themes_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready

PLACE = "reports"  # beside the files of a freeze
NOT_ANY_MORE = Sentence(
    "Words in this report may not be told any more: somebody withdrew, or a source or a quote was taken out since."
    " The file was deleted. Write the report again."
)


def file_of(freeze: Freeze, job_id: UUID, form: str = HTML) -> Path:
    """Where a report lies, in a folder that only the server reads. `form` is one of `files.FORMATS`."""
    place = folder_of(freeze) / PLACE
    place.mkdir(exist_ok=True, mode=0o700)
    return place / f"{job_id}.{form}"


def written_as(freeze: Freeze, job_id: UUID) -> str | None:
    """The format in which a report was written; None where there is no file of it."""
    place = folder_of(freeze) / PLACE
    return next((form for form in FORMATS if (place / f"{job_id}.{form}").is_file()), None)


def keep_quotes(freeze: Freeze, job_id: UUID, *, by: Actor, at: datetime) -> None:
    """Note which quotes a report may hold: before it is gathered, and again after, for what was chosen meanwhile.

    Raises Unready where one of those noted before may not be told any more.
    """
    kept, quotable = set(_kept(freeze, job_id) or ()), set(_quotable(freeze, by, at))
    if not kept <= quotable:
        raise Unready(NOT_ANY_MORE)
    _noted(freeze, job_id).write_text(json.dumps(sorted(quotable)))


def take_back_reports(study: Study, *, at: datetime) -> int:
    """Delete the reports of a study's freezes that hold a quote which may not be told any more. How many they were."""
    by = Actor.system("withdrawal")
    gone = 0
    for freeze in Freeze.objects.filter(study=study).select_related("study__programme"):
        place = folder_of(freeze) / PLACE
        files = sorted(_files_in(place)) if place.is_dir() else []
        may_be_told = set(_quotable(freeze, by, at)) if files else set()
        for path in files:
            kept = _kept(freeze, UUID(path.name.strip(".").split(".")[0]))
            if kept is None or not set(kept) <= may_be_told:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def check_quotes_may_still_be_told(freeze: Freeze, job_id: UUID, *, by: Actor, at: datetime) -> None:
    """Raise Unready, having deleted the file, where a quote of the report may not be told any more."""
    kept = _kept(freeze, job_id)
    if kept is not None and set(kept) <= set(_quotable(freeze, by, at)):
        return
    for form in FORMATS:
        file_of(freeze, job_id, form).unlink(missing_ok=True)
    raise Unready(NOT_ANY_MORE)


def _files_in(place: Path) -> Iterator[Path]:
    """Reports in every format, and what a writer left who was cut short."""
    for form in FORMATS:
        yield from place.glob(f"*.{form}")
        yield from place.glob(f".*.{form}.part")


def _kept(freeze: Freeze, job_id: UUID) -> list[str] | None:
    """Marks of the quotes that a report may hold; None where that was not noted."""
    noted = _noted(freeze, job_id)
    return list(json.loads(noted.read_text())) if noted.exists() else None


def _noted(freeze: Freeze, job_id: UUID) -> Path:
    return file_of(freeze, job_id).with_suffix(".quotes.json")


def _quotable(freeze: Freeze, by: Actor, at: datetime) -> list[str]:
    return marks_of(themes_of(by, freeze), by=by, at=at)
