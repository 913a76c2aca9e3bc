"""Rounds: assigning sources to coders, and closing a round so that its codings can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.numbering import count_on
from throughline.records.inquiry.models import Analysis, Assignment, Round, Source
from throughline.rules.access import check_may_lead_rounds
from throughline.rules.approaches import check_approach_uses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import ApproachUse


@dataclass(frozen=True)
class AssignmentDraft:
    """A source and the actor's id of who codes it."""

    source: Source
    coder: str


@transaction.atomic
def open_round(
    *,
    analysis: Analysis,
    name: str,
    assignments: Sequence[AssignmentDraft],
    is_blind: bool = True,
    by: Actor,
    at: datetime,
) -> Round:
    """Let coders code sources at the same time; blind, each sees own codings alone until the round is closed."""
    check_may_lead_rounds(by, analysis.programme_id)
    check_approach_uses(analysis.approach, ApproachUse.BLIND_ROUNDS)
    wanted = {(draft.source.id, draft.coder): draft for draft in assignments}
    if not wanted:
        raise Invalid(Sentence("Assign at least one source to one coder."))
    if Round.objects.filter(analysis=analysis, name=name).exists():
        raise Invalid(
            Sentence("This analysis has a round called %(name)s already.", name=name),
            fields={"name": Sentence("This name is taken.")},
        )
    for draft in wanted.values():
        _check_assignable(analysis, draft)
    row = Round.objects.create(
        programme_id=analysis.programme_id, analysis=analysis, name=name, is_blind=is_blind, opened_at=at,
        opened_by=by.id,
    )  # fmt: skip
    Assignment.objects.bulk_create(
        Assignment(programme_id=analysis.programme_id, round=row, source=draft.source, coder=draft.coder)
        for draft in wanted.values()
    )
    _announce(row, at)
    audit.record(
        Event.ROUND_OPENED, target=row, programme_id=row.programme_id, by=by, at=at, count=len(wanted)
    )
    return row


@transaction.atomic
def close_round(*, round: Round, by: Actor, at: datetime) -> Round:
    """End a round. Its codings no longer change; everybody on the analysis sees them from now on."""
    check_may_lead_rounds(by, round.programme_id)
    _announce(round, at)
    if not Round.objects.filter(id=round.id, closed_at=None).update(closed_at=at, closed_by=by.id):
        raise Unready(Sentence("This round is closed already."))
    round.refresh_from_db()
    audit.record(Event.ROUND_CLOSED, target=round, programme_id=round.programme_id, by=by, at=at)
    return round


def _announce(round: Round, at: datetime) -> None:
    """Number a change on each source of a round: who works there notices that what may be seen is another.

    It also waits for codings under way, and lets later ones wait: each falls before the closing or after it.
    """
    count_on(Source.objects.filter(assignments__round=round).values_list("id", flat=True), at)


def _check_assignable(analysis: Analysis, draft: AssignmentDraft) -> None:
    if draft.source.analysis_id != analysis.id or draft.source.erased_at is not None:
        raise Invalid(Sentence("A round takes sources of its own analysis that were not erased."))
    busy = Assignment.objects.filter(source=draft.source, coder=draft.coder, round__closed_at=None)
    if busy.exists():
        raise Invalid(
            Sentence(
                "%(source)s is being coded by the same person in a round that is still open. Close that one first.",
                source=draft.source.name,
            )
        )
