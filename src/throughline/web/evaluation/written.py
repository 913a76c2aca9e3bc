"""Reports that were written: where they lie, and whether what people say in them may still be told.

A report holds people's words. Whoever withdraws consent, or has a source erased, takes them out of later reports; the
file that was written before is not handed out again, and is deleted.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.words import marks_of
from throughline.records.study.models import Freeze
from throughline.reporting.gather import themes_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready


def file_of(freeze: Freeze, job_id: UUID) -> Path:
    """Where a report lies, in a folder that only the server reads."""
    place = folder_of(freeze) / "reports"
    place.mkdir(exist_ok=True, mode=0o700)
    return place / f"{job_id}.html"


def keep_quotes(freeze: Freeze, job_id: UUID, *, by: Actor, at: datetime) -> None:
    """Note which quotes a report may hold, before it is written."""
    _noted(freeze, job_id).write_text(json.dumps(_quotable(freeze, by, at)))


def check_quotes_may_still_be_told(freeze: Freeze, job_id: UUID, *, by: Actor, at: datetime) -> None:
    """Raise Unready, having deleted the file, where a quote of the report may not be told any more."""
    noted = _noted(freeze, job_id)
    kept = json.loads(noted.read_text()) if noted.exists() else None
    if kept is not None and set(kept) <= set(_quotable(freeze, by, at)):
        return
    file_of(freeze, job_id).unlink(missing_ok=True)
    raise Unready(
        Sentence(
            "Words in this report may not be told any more: somebody withdrew, or a source or a quote was taken out since."
            " The file was deleted. Write the report again."
        )
    )


def _noted(freeze: Freeze, job_id: UUID) -> Path:
    return file_of(freeze, job_id).with_suffix(".quotes.json")


def _quotable(freeze: Freeze, by: Actor, at: datetime) -> list[str]:
    return marks_of(themes_of(by, freeze), by=by, at=at)
