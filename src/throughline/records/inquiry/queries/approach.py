"""Where an analysis's people stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.records.inquiry.models import Analysis, Position
from throughline.records.inquiry.queries.reading import analysis_for
from throughline.vocabulary.actor import Actor


@dataclass(frozen=True)
class Standing:
    """An analyst's position as it is now, and what it was before, the newest first."""

    analyst: str
    text: str
    written_at: datetime
    earlier: tuple[Position, ...]


def positions_for(actor: Actor, analysis: Analysis) -> list[Standing]:
    """One per analyst, in the order in which they first wrote."""
    rows = Position.objects.visible_to(actor).filter(analysis=analysis_for(actor, analysis.id))
    by_analyst: dict[str, list[Position]] = {}
    for row in rows.order_by("written_at", "id"):
        by_analyst.setdefault(row.analyst, []).insert(0, row)
    return [
        Standing(analyst, newest.text, newest.written_at, tuple(earlier))
        for analyst, (newest, *earlier) in by_analyst.items()
    ]
