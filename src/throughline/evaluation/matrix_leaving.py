"""The door for words, for the framework matrix: what analysts summed up of each case leaves as quotes do (words.py).

A cell leaves where the participant agreed to be quoted, where everything that it rests on may be quoted and is of de-identified
sources, and where no name of the list stands in it. A cell that rests on no passage rests on all that the participant said. One
that was written before somebody withdrew who spoke beside the participant, or before a correction took words that it rests on, waits
until it is written anew. Of the participant
it carries no more of group, site, arm and phase than at least three share: no label, and rows in the order of their own words,
because the order of labels would tell who is who.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.evaluation.passages import PassagesLeft
from throughline.evaluation.words import PROFILE, attributes_of, carried_by, free_of_names
from throughline.records.inquiry.actions.consents import check_participant_may_be_quoted
from throughline.records.inquiry.models import (
    Analysis,
    FrameworkCell,
    FrameworkPassage,
    Participant,
    Source,
    SourceVersion,
    Turn,
)
from throughline.records.inquiry.queries import participants_for
from throughline.records.inquiry.queries.framework import Matrix, matrix_for
from throughline.records.inquiry.queries.speaking import quotable
from throughline.records.study.actions import ReleaseDraft, record_release, refuse_release
from throughline.rules.access import check_may_release, may
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import ReleaseDoor

NO_CELL_TO_LEAVE = Sentence(
    "No cell of the matrix may leave: each needs words, de-identified sources and the participant's consent to be quoted."
)
NAMES_IN_THEMES = Sentence(
    "Words of the list of names still stand in the names of themes. Put the labels in their place, or take off the list what"
    " is no name."
)
NOT_WRITTEN, KEPT_BACK = "(not written)", "(kept back)"


@dataclass(frozen=True)
class LeavingMatrix:
    """Themes by name; of each case what may be told of the participant, and a cell for each theme."""

    themes: tuple[str, ...]
    rows: tuple[tuple[tuple[tuple[str, str], ...], tuple[str, ...]], ...]
    shown: int
    withheld: int


def matrix_leaving(analysis: Analysis, *, by: Actor, at: datetime) -> LeavingMatrix:
    """The matrix as it may leave, and how many of its written cells may not."""
    matrix = matrix_for(by, analysis)
    fine = _fine(matrix, analysis, by, at)
    attributes = attributes_of(participants_for(by, analysis), analysis.study)
    written = sum(cell is not None for row in matrix.rows for cell in row.cells)
    rows = sorted(
        (carried_by([str(row.participant.id)], attributes), tuple(_told(cell, fine) for cell in row.cells))
        for row in matrix.rows
        if any(cell is not None and cell.id in fine for cell in row.cells)
    )
    return LeavingMatrix(
        tuple(theme.name for theme in matrix.themes), tuple(rows), len(fine), written - len(fine)
    )


def release_matrix(
    *,
    analysis: Analysis,
    recipient: str,
    write: Callable[[LeavingMatrix], bytes],
    by: Actor,
    at: datetime,
) -> PassagesLeft:
    """Let the matrix leave as a file that `write` makes of it.

    Raises NotAllowed; Unready where a name of the list stands in a theme's, and, after a line in the ledger, where no cell may.
    """
    check_may_release(by, analysis.programme_id, Permission.RELEASE_WORDS)
    left = matrix_leaving(analysis, by=by, at=at)
    if not all(free_of_names(analysis, left.themes, by=by, at=at)):
        raise Unready(NAMES_IN_THEMES)
    what = f"framework matrix: {analysis.name}"
    if not left.rows:
        refuse_release(
            programme=analysis.programme, draft=_draft(what, recipient, b""), refusal=NO_CELL_TO_LEAVE, by=by, at=at
        )  # fmt: skip
        raise Unready(NO_CELL_TO_LEAVE)
    content = write(left)
    release = record_release(
        programme=analysis.programme, draft=_draft(what, recipient, content), by=by, at=at
    )
    return PassagesLeft(content, release, left.shown, left.withheld)


def _told(cell: FrameworkCell | None, fine: Mapping[UUID, FrameworkCell]) -> str:
    if cell is None:
        return NOT_WRITTEN
    return cell.summary if cell.id in fine else KEPT_BACK


def _fine(matrix: Matrix, analysis: Analysis, by: Actor, at: datetime) -> dict[UUID, FrameworkCell]:
    """The cells that may leave, by id."""
    quotable_places = _quotable(matrix, by)
    agreed = {
        row.participant.id for row in matrix.rows if may(check_participant_may_be_quoted, row.participant)
    }
    withdrew = _withdrew_beside(analysis)
    whole: dict[UUID, bool] = {}
    fit: list[FrameworkCell] = []
    for row in matrix.rows:
        for cell in row.cells:
            if cell is None or row.participant.id not in agreed:
                continue
            if row.participant.id in withdrew and cell.written_at <= withdrew[row.participant.id]:
                continue
            rests = quotable_places.get(cell.id)
            if rests is None:
                if row.participant.id not in whole:
                    whole[row.participant.id] = _is_deidentified(row.participant)
                rests = whole[row.participant.id]
            if rests:
                fit.append(cell)
    told = free_of_names(analysis, [cell.summary for cell in fit], by=by, at=at)
    return {cell.id: cell for cell, is_fine in zip(fit, told, strict=True) if is_fine}


def _quotable(matrix: Matrix, by: Actor) -> dict[UUID, bool]:
    """Cells that rest on passages -> whether all of these may be quoted, of sources that are de-identified and in sight."""
    cells = [cell.id for row in matrix.rows for cell in row.cells if cell is not None]
    rows = list(FrameworkPassage.objects.filter(cell__in=cells))
    sources = Source.objects.visible_to(by).in_bulk({row.source_id for row in rows})
    found: dict[UUID, bool] = {}
    places: dict[UUID, list[FrameworkPassage]] = {}
    unseen = _lost_since_written(rows)
    for row in rows:
        if row.lost_in is not None:
            # whose words they were can no longer be asked; a cell that was written since does not rest on them
            if row.id in unseen:
                found[row.cell_id] = False
            continue
        source = sources.get(row.source_id)
        is_there = source is not None and source.is_deidentified and source.erased_at is None
        found[row.cell_id] = found.get(row.cell_id, True) and is_there
        if is_there:
            places.setdefault(row.source_id, []).append(row)
    for source_id, held in places.items():
        allowed = quotable(sources[source_id], [(row.start, row.end) for row in held])
        for row, is_quotable in zip(held, allowed, strict=True):
            found[row.cell_id] = found[row.cell_id] and is_quotable
    return found


def _lost_since_written(rows: Sequence[FrameworkPassage]) -> set[UUID]:
    """The passages whose words a correction took after their cell was written, as far as it is known when."""
    lost = [row for row in rows if row.lost_in is not None]
    cells = FrameworkCell.objects.in_bulk({row.cell_id for row in lost})
    replaced = SourceVersion.objects.filter(source__in={row.source_id for row in lost})
    ended = {
        (of, version): at for of, version, at in replaced.values_list("source_id", "version", "replaced_at")
    }
    return {
        row.id
        for row in lost
        if (at := ended.get((row.source_id, (row.lost_in or 0) - 1))) is None
        or at > cells[row.cell_id].written_at
    }


def _withdrew_beside(analysis: Analysis) -> dict[UUID, datetime]:
    """Who speaks -> when somebody last withdrew who spoke in a text of theirs. What a cell of before rested on of both is gone."""
    spoke = Turn.objects.filter(source__analysis=analysis, participant__isnull=False)
    rows = set(spoke.values_list("source_id", "participant_id", "participant__withdrawn_at"))
    ended: dict[UUID, datetime] = {}
    for source_id, _, at in rows:
        if at is not None:
            ended[source_id] = max(at, ended.get(source_id, at))
    found: dict[UUID, datetime] = {}
    for source_id, person_id, _ in rows:
        if source_id in ended:
            found[person_id] = max(ended[source_id], found.get(person_id, ended[source_id]))
    return found


def _is_deidentified(participant: Participant) -> bool:
    """Whether all that they said is; also what the reader does not see, who wrote the cell may have."""
    said = Source.objects.filter(turns__participant=participant, erased_at=None)
    told = set(said.values_list("is_deidentified", flat=True))
    return told == {True}


def _draft(what: str, recipient: str, content: bytes) -> ReleaseDraft:
    return ReleaseDraft(
        door=ReleaseDoor.WORDS, what=what[:120], recipient=recipient, profile=PROFILE,
        content_hash=hashlib.sha256(content).hexdigest() if content else "",
    )  # fmt: skip
