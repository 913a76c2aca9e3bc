"""The framework matrix: cases by themes, with what was written in each cell."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughline.records.inquiry.models import (
    Analysis,
    FrameworkCell,
    FrameworkCellRevision,
    Participant,
    Theme,
)
from throughline.records.inquiry.queries.passages import Place
from throughline.records.inquiry.queries.reading import analysis_for
from throughline.records.inquiry.queries.theming import themes_in_tree
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.study import ThemeStatus


@dataclass(frozen=True)
class MatrixRow:
    """A case, and a cell per theme of the matrix: None where nothing is written yet."""

    participant: Participant
    pairs: tuple[tuple[Theme, FrameworkCell | None], ...]

    @property
    def cells(self) -> tuple[FrameworkCell | None, ...]:
        return tuple(cell for _theme, cell in self.pairs)


@dataclass(frozen=True)
class Matrix:
    """Participants who have not withdrawn, by the themes that were not let go."""

    themes: tuple[Theme, ...]
    rows: tuple[MatrixRow, ...]


def matrix_for(actor: Actor, analysis: Analysis) -> Matrix:
    row = analysis_for(actor, analysis.id)
    themes = tuple(
        theme for theme, _ in themes_in_tree(actor, row) if theme.status != ThemeStatus.LET_GO.value
    )
    people = Participant.objects.visible_to(actor).filter(analysis=row, withdrawn_at=None).order_by("label")
    cells: dict[tuple[UUID, UUID], FrameworkCell] = {
        (cell.participant_id, cell.theme_id): cell
        for cell in FrameworkCell.objects.visible_to(actor).filter(analysis=row)
    }
    return Matrix(
        themes,
        tuple(
            MatrixRow(one, tuple((theme, cells.get((one.id, theme.id))) for theme in themes))
            for one in people
        ),
    )


def participant_for(actor: Actor, participant_id: UUID) -> Participant:
    """NotFound for one who withdrew, too: nothing is written about what they said."""
    found: Participant | None = (
        Participant.objects.visible_to(actor)
        .filter(id=participant_id, withdrawn_at=None)
        .select_related("analysis")
        .first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such participant."))
    return found


def cell_of(actor: Actor, participant: Participant, theme: Theme) -> FrameworkCell | None:
    found: FrameworkCell | None = (
        FrameworkCell.objects.visible_to(actor).filter(participant=participant, theme=theme).first()
    )
    return found


def revisions_of_cell(actor: Actor, cell: FrameworkCell) -> list[FrameworkCellRevision]:
    """What a cell was, the newest first."""
    rows = FrameworkCellRevision.objects.visible_to(actor).filter(cell=cell)
    return list(rows.order_by("-version"))


def places_of_cell(cell: FrameworkCell) -> set[Place]:
    """The passages that a cell's summary rests on."""
    rows = cell.passages.filter(lost_in=None, source__erased_at=None)
    return {Place(row.source_id, row.start, row.end) for row in rows}
