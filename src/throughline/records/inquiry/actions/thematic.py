"""Themes, framework cells, shared journal entries and decisions that come with a project, as rows; for `keep_project`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models

from throughline.records.inquiry.models import (
    Analysis,
    Decision,
    FrameworkCell,
    FrameworkPassage,
    JournalEntry,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
)
from throughline.vocabulary.study import ThemeRelationKind, ThemeStatus

BATCH = 500


class ThemeArriving(NamedTuple):
    """A theme with the id that its row gets; the one above it stands anywhere among them."""

    id: UUID
    parent: UUID | None
    place: int
    name: str
    central_concept: str
    boundaries: str
    contrary: str
    status: ThemeStatus
    steps: tuple[str, ...]
    outcomes: tuple[str, ...]
    codes: tuple[UUID, ...]
    written_at: datetime
    written_by: str


class PassageArriving(NamedTuple):
    """[start, end) of a source that bears on a theme, chosen as its quote or placed there without a code."""

    id: UUID
    theme: UUID
    source: UUID
    start: int
    end: int
    is_quote: bool
    is_contrary: bool
    at: datetime
    by: str


class RelationArriving(NamedTuple):
    id: UUID
    origin: UUID
    target: UUID
    kind: ThemeRelationKind
    note: str
    at: datetime
    by: str


class CellArriving(NamedTuple):
    """What a case says to a theme; `passages` are (id, source, start, end)."""

    id: UUID
    participant: UUID
    theme: UUID
    summary: str
    reason: str
    at: datetime
    by: str
    passages: tuple[tuple[UUID, UUID, int, int], ...]


class EntryArriving(NamedTuple):
    """An entry of a journal that its writer shared."""

    id: UUID
    analyst: str
    text: str
    written_at: datetime
    shared_at: datetime


class DecisionArriving(NamedTuple):
    """A step of the trail; `took_part` are groups with numbers."""

    id: UUID
    theme: UUID | None
    text: str
    took_part: tuple[tuple[str, int], ...]
    decided_on: date
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ThematicDraft:
    """All of it; empty where the project came from elsewhere."""

    themes: tuple[ThemeArriving, ...] = ()
    passages: tuple[PassageArriving, ...] = ()
    relations: tuple[RelationArriving, ...] = ()
    cells: tuple[CellArriving, ...] = ()
    journal: tuple[EntryArriving, ...] = ()
    decisions: tuple[DecisionArriving, ...] = ()


def write_thematic(analysis: Analysis, draft: ThematicDraft) -> None:
    """Inside the transaction of an import, after its codes, cases and sources."""
    of = {"programme_id": analysis.programme_id}
    _write(
        Theme,
        (
            Theme(
                id=one.id, **of, analysis=analysis, parent_id=one.parent, place=one.place, name=one.name,
                central_concept=one.central_concept, boundaries=one.boundaries, contrary=one.contrary,
                status=one.status.value, steps=list(one.steps), outcomes=list(one.outcomes),
                written_at=one.written_at, written_by=one.written_by,
            )
            for one in draft.themes
        ),
    )  # fmt: skip
    through = Theme.codes.through
    _write(through, (through(theme_id=one.id, code_id=code) for one in draft.themes for code in one.codes))
    _write_passages(of, draft.passages)
    _write(
        ThemeRelation,
        (
            ThemeRelation(
                id=one.id, **of, origin_id=one.origin, target_id=one.target, kind=one.kind.value, note=one.note,
                related_at=one.at, related_by=one.by,
            )
            for one in draft.relations
        ),
    )  # fmt: skip
    _write_cells(analysis, draft.cells)
    _write(
        JournalEntry,
        (
            JournalEntry(
                id=one.id, **of, analysis=analysis, analyst=one.analyst, text=one.text, written_at=one.written_at,
                shared_at=one.shared_at,
            )
            for one in draft.journal
        ),
    )  # fmt: skip
    _write(
        Decision,
        (
            Decision(
                id=one.id, **of, analysis=analysis, theme_id=one.theme, text=one.text, decided_on=one.decided_on,
                took_part=[{"group": group, "number": number} for group, number in one.took_part],
                recorded_at=one.at, recorded_by=one.by,
            )
            for one in draft.decisions
        ),
    )  # fmt: skip


def _write_passages(of: dict[str, UUID], passages: Iterable[PassageArriving]) -> None:
    held = list(passages)
    _write(
        ThemeQuote,
        (
            ThemeQuote(
                id=one.id, **of, theme_id=one.theme, source_id=one.source, start=one.start, end=one.end,
                is_contrary=one.is_contrary, chosen_at=one.at, chosen_by=one.by,
            )
            for one in held
            if one.is_quote
        ),
    )  # fmt: skip
    _write(
        ThemePassage,
        (
            ThemePassage(
                id=one.id, **of, theme_id=one.theme, source_id=one.source, start=one.start, end=one.end,
                is_contrary=one.is_contrary, placed_at=one.at, placed_by=one.by,
            )
            for one in held
            if not one.is_quote
        ),
    )  # fmt: skip


def _write_cells(analysis: Analysis, cells: Iterable[CellArriving]) -> None:
    held = list(cells)
    of = {"programme_id": analysis.programme_id}
    _write(
        FrameworkCell,
        (
            FrameworkCell(
                id=one.id, **of, analysis=analysis, participant_id=one.participant, theme_id=one.theme,
                summary=one.summary, reason=one.reason, written_at=one.at, written_by=one.by,
            )
            for one in held
        ),
    )  # fmt: skip
    _write(
        FrameworkPassage,
        (
            FrameworkPassage(id=pk, **of, cell_id=one.id, source_id=source, start=start, end=end)
            for one in held
            for pk, source, start, end in one.passages
        ),
    )


def _write(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    manager: Any = model._default_manager
    manager.bulk_create(rows, batch_size=BATCH)
