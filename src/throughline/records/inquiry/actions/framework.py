"""The framework matrix: what a case says to a theme, in the analyst's words, with the passages that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.blind import check_open_to_themes
from throughline.records.inquiry.actions.coding import check_passage
from throughline.records.inquiry.models import (
    FrameworkCell,
    FrameworkCellRevision,
    FrameworkPassage,
    Participant,
    Source,
    Theme,
    Turn,
)
from throughline.rules.access import check_may_write_themes
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event

REASON_MOST = 400


@dataclass(frozen=True)
class PassageDraft:
    """[start, end) of a source, in code points."""

    source: Source
    start: int
    end: int


@transaction.atomic
def write_cell(
    *,
    participant: Participant,
    theme: Theme,
    summary: str,
    passages: Sequence[PassageDraft] = (),
    base_version: int | None = None,
    reason: str = "",
    by: Actor,
    at: datetime,
) -> FrameworkCell:
    """Write what a case says to a theme. `base_version`: the version seen, None where the cell was empty.

    Written anew it keeps what it was as a revision, and asks why. The passages given are those it rests on from now on;
    those whose words a correction took stay beside them. Unready where somebody wrote meanwhile, or the participant withdrew.
    """
    check_may_write_themes(by, theme.programme_id)
    _check_cell(participant, theme, summary, reason)
    spoken_in = Turn.objects.filter(participant=participant).values_list("source_id", flat=True)
    check_open_to_themes(by, spoken_in.distinct())
    for passage in passages:
        _check_spoken(participant, passage)
    cell = (
        FrameworkCell.objects.select_for_update(no_key=True)
        .filter(participant=participant, theme=theme)
        .first()
    )
    if (cell.version if cell else None) != base_version:
        raise Unready(Sentence("Somebody wrote in this cell meanwhile. Look at what it says now first."))
    if cell is None:
        cell = FrameworkCell.objects.create(
            programme_id=theme.programme_id, analysis_id=theme.analysis_id, participant=participant, theme=theme,
            summary=summary.strip(), written_at=at, written_by=by.id,
        )  # fmt: skip
    else:
        _keep_revision(cell, reason)
        FrameworkCell.objects.filter(id=cell.id).update(
            summary=summary.strip(), reason=reason.strip(), version=F("version") + 1, written_at=at,
            written_by=by.id,
        )  # fmt: skip
        cell.refresh_from_db()
    _rest_on(cell, passages)
    audit.record(Event.CELL_WRITTEN, target=cell, programme_id=theme.programme_id, by=by, at=at)
    return cell


def _check_cell(participant: Participant, theme: Theme, summary: str, reason: str) -> None:
    if participant.analysis_id != theme.analysis_id:
        raise Invalid(Sentence("The participant and the theme belong to different analyses."))
    if participant.withdrawn_at is not None:
        raise Unready(Sentence("This participant withdrew: nothing is written about what they said."))
    if not summary.strip():
        raise Invalid(Sentence("Write a summary first."), fields={"summary": Sentence("Empty.")})
    if len(reason.strip()) > REASON_MOST:
        raise Invalid(
            Sentence("The reason has room for %(most)s letters.", most=REASON_MOST),
            fields={"reason": Sentence("Too long.")},
        )


def _keep_revision(cell: FrameworkCell, reason: str) -> None:
    """What a cell was. Without a reason for the next nobody could tell a correction from a slip."""
    if not reason.strip():
        raise Invalid(
            Sentence("Say why you write this cell anew: what it was is kept beside it."),
            fields={"reason": Sentence("Empty.")},
        )
    FrameworkCellRevision.objects.create(
        programme_id=cell.programme_id, cell=cell, version=cell.version, summary=cell.summary, reason=cell.reason,
        passages=FrameworkPassage.objects.filter(cell=cell, lost_in=None).count(), written_at=cell.written_at,
        written_by=cell.written_by,
    )  # fmt: skip


def _check_spoken(participant: Participant, passage: PassageDraft) -> None:
    check_passage(passage.source, passage.start, passage.end)
    turns = Turn.objects.filter(
        source=passage.source, participant=participant, start__lt=passage.end, end__gt=passage.start
    )
    if passage.source.analysis_id != participant.analysis_id or not turns.exists():
        raise Invalid(
            Sentence(
                "A passage of the cell holds no words of %(participant)s. Choose among theirs.",
                participant=participant.label,
            )
        )


def _rest_on(cell: FrameworkCell, passages: Sequence[PassageDraft]) -> None:
    wanted = {(one.source.id, one.start, one.end) for one in passages}
    there = {
        (one.source_id, one.start, one.end): one.id
        for one in FrameworkPassage.objects.filter(cell=cell, lost_in=None)
    }
    FrameworkPassage.objects.filter(
        id__in=[pk for place, pk in there.items() if place not in wanted]
    ).delete()
    FrameworkPassage.objects.bulk_create(
        [
            FrameworkPassage(
                programme_id=cell.programme_id, cell=cell, source_id=source, start=start, end=end
            )
            for source, start, end in sorted(wanted - set(there), key=str)
        ],
        ignore_conflicts=True,  # a lost passage of the very borders stands there already
    )
