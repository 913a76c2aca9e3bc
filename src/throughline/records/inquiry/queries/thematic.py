"""What an export of a project holds of themes, framework, journal and trail: what an actor may see, where words may go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from throughline.records.inquiry.models import (
    Analysis,
    Decision,
    FrameworkCell,
    FrameworkPassage,
    JournalEntry,
    Position,
    Round,
    Settlement,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
    ThemeRevision,
)
from throughline.records.inquiry.queries.reading import analysis_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import ThemeStatus

_LANES = [status.value for status in ThemeStatus]


@dataclass(frozen=True)
class Thematic:
    """Rows of one analysis. Passages lie in the sources asked for; cells are of who has not withdrawn."""

    themes: tuple[Theme, ...]
    quotes: tuple[ThemeQuote, ...]
    passages: tuple[ThemePassage, ...]
    relations: tuple[ThemeRelation, ...]
    cells: tuple[FrameworkCell, ...]
    rested_on: tuple[FrameworkPassage, ...]
    shared: tuple[JournalEntry, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class Staying:
    """How many of each kind no project of the standard has a place for."""

    rounds: int
    settlements: int
    revisions: int
    positions: int


def thematic_of(
    actor: Actor, analysis: Analysis, sources: Collection[UUID], blind: Collection[UUID]
) -> Thematic:
    """`blind`: sources that the actor codes blindly; on these, others' choices are left out.

    Of journals what was shared, the actor's own private entries no more than others': who exports shares with everybody.
    """
    of = analysis_for(actor, analysis.id)
    themes = list(
        Theme.objects.visible_to(actor).filter(analysis=of).select_related("parent").prefetch_related("codes")
    )
    themes.sort(key=lambda one: (_LANES.index(one.status), one.place, one.name, one.id))
    cells: Any = FrameworkCell.objects.visible_to(actor).filter(analysis=of, participant__withdrawn_at=None)
    cells = cells.exclude(participant__consent__withdrawn_at__isnull=False).select_related(
        "participant", "theme"
    )
    rested: Any = FrameworkPassage.objects.visible_to(actor).filter(
        cell__in=cells.values("id"), source__in=list(sources), lost_in=None
    )
    entries: Any = JournalEntry.objects.visible_to(actor).filter(analysis=of, shared_at__isnull=False)
    decisions: Any = Decision.objects.visible_to(actor).filter(analysis=of)
    relations: Any = ThemeRelation.objects.visible_to(actor).filter(origin__analysis=of)
    return Thematic(
        tuple(themes),
        tuple(_placed(ThemeQuote, actor, of, sources, blind, "chosen_by")),
        tuple(_placed(ThemePassage, actor, of, sources, blind, "placed_by")),
        tuple(relations),
        tuple(cells),
        tuple(rested.filter(~Q(source__in=list(blind)) | Q(cell__written_by=actor.id))),
        tuple(entries),
        tuple(decisions),
    )


def staying_of(actor: Actor, analysis: Analysis) -> Staying:
    of = analysis_for(actor, analysis.id)
    return Staying(
        Round.objects.visible_to(actor).filter(analysis=of).count(),
        Settlement.objects.visible_to(actor).filter(round__analysis=of).count(),
        ThemeRevision.objects.visible_to(actor).filter(theme__analysis=of).count(),
        Position.objects.visible_to(actor).filter(analysis=of).count(),
    )


def _placed(
    model: type[ThemeQuote] | type[ThemePassage],
    actor: Actor,
    analysis: Analysis,
    sources: Collection[UUID],
    blind: Collection[UUID],
    by: str,
) -> Any:
    rows = model.objects.visible_to(actor).filter(
        theme__analysis=analysis, source__in=list(sources), lost_in=None
    )
    return rows.filter(~Q(source__in=list(blind)) | Q(**{by: actor.id}))
