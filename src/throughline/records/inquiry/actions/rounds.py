"""Rounds: assigning sources to coders, and closing a round so that its codings can be compared.

Who imports a project that several people coded compares them in a round that is closed as soon as it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.blind import hold_rounds
from throughline.records.inquiry.actions.holding import hold_codes
from throughline.records.inquiry.actions.numbering import count_on
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import Analysis, Assignment, Code, Coder, Coding, Round, Source
from throughline.records.racing import again_if_raced
from throughline.rules.access import check_may_lead_rounds
from throughline.rules.approaches import check_approach_uses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
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
    """Let coders code sources at the same time; blind, each sees own codings alone until the round is closed.

    While a blind one is open, codes and themes of the analysis wait (actions/blind.py).
    """
    check_may_lead_rounds(by, analysis.programme_id)
    check_approach_uses(analysis, ApproachUse.BLIND_ROUNDS)
    hold_rounds(analysis.id)
    wanted = {(draft.source.id, draft.coder): draft for draft in assignments}
    if not wanted:
        raise Invalid(Sentence("Assign at least one source to one coder."))
    _check_name(analysis, name)
    for draft in wanted.values():
        _check_assignable(analysis, draft)
    row = Round.objects.create(
        programme_id=analysis.programme_id, analysis=analysis, name=name, is_blind=is_blind, opened_at=at,
        opened_by=by.id,
    )  # fmt: skip
    _assign(row, [(draft.source.id, draft.coder) for draft in wanted.values()])
    _announce(row, at)
    audit.record(
        Event.ROUND_OPENED, target=row, programme_id=row.programme_id, by=by, at=at, count=len(wanted)
    )
    return row


@again_if_raced
def make_round_of_imported(
    *, analysis: Analysis, name: str, coders: Sequence[Coder] | None = None, sources: Sequence[Source] | None = None,
    reads_all: bool = False, by: Actor, at: datetime,
) -> Round:  # fmt: skip
    """Compare people who coded in another program: a round of what came with a project, closed as soon as it is made.

    Of `coders` and `sources` (None: all that came), a coder is taken to have read the sources in which they coded; with
    `reads_all`, each of the sources in which any of them did. Sources that fewer than two of them read are left out, and so
    is what is in a round already: Invalid where nothing is left. Whether they saw each other's work, no file says.
    """
    check_may_lead_rounds(by, analysis.programme_id)
    check_approach_uses(analysis, ApproachUse.AGREEMENT)
    _check_name(analysis, name)
    hold_codes(Code.objects.filter(codebook__analysis=analysis).values_list("id", flat=True))
    seen = Source.objects.visible_to(by).filter(analysis=analysis, erased_at=None)
    wanted = None if sources is None else {one.id for one in sources}
    chosen = {one for one in seen.values_list("id", flat=True) if wanted is None or one in wanted}
    count_on(chosen, at)
    came = came_with(analysis, coders).filter(source__in=chosen)
    read = came_together(analysis, came.values_list("source_id", "analyst").distinct(), reads_all=reads_all)
    if not read:
        raise Invalid(
            Sentence(
                "None of these sources was coded by two of these coders, or they are in a round already. A round takes what"
                " came with an imported project."
            )
        )
    row = Round.objects.create(
        programme_id=analysis.programme_id, analysis=analysis, name=name, is_blind=False, opened_at=at, opened_by=by.id,
        closed_at=at, closed_by=by.id,
    )  # fmt: skip
    _assign(row, [(source, coder) for source, actors in read.items() for coder in sorted(actors)])
    for source, actors in read.items():
        came.filter(source=source, analyst__in=actors).update(round=row)
    for event in (Event.ROUND_OPENED, Event.ROUND_CLOSED):
        audit.record(
            event, target=row, programme_id=row.programme_id, by=by, at=at, reason="imported", count=len(read)
        )
    return row


def came_with(analysis: Analysis, coders: Sequence[Coder] | None = None) -> QuerySet[Coding]:
    """What stands by coders of imported projects and is in no round; of `coders` alone, where they are given."""
    rows = Coder.objects.filter(analysis=analysis).exclude(actor__startswith=AGREED)
    # nobody knows how many people those are whom a file does not name
    rows = rows.exclude(name=Nothing.NOT_RECORDED.value)
    if coders is not None:
        rows = rows.filter(id__in=[one.id for one in coders])
    found: QuerySet[Coding] = Coding.objects.filter(
        source__analysis=analysis, analyst__in=list(rows.values_list("actor", flat=True)), round=None
    ).filter(removed_at=None, lost_in=None)
    return found.order_by()


def came_together(
    analysis: Analysis, coded: Iterable[tuple[UUID, str]], *, reads_all: bool = False
) -> dict[UUID, set[str]]:
    """Of (source, coder) the sources that at least two coders read, each with those who are not in a round there."""
    read: dict[UUID, set[str]] = {}
    for source, coder in coded:
        read.setdefault(source, set()).add(coder)
    everybody = set[str]().union(*read.values())
    assigned = Assignment.objects.filter(source__analysis=analysis, coder__in=everybody)
    taken = set(assigned.values_list("source_id", "coder"))
    held = {
        source: {one for one in (everybody if reads_all else actors) if (source, one) not in taken}
        for source, actors in read.items()
    }
    return {source: actors for source, actors in held.items() if len(actors) > 1}


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


def _check_name(analysis: Analysis, name: str) -> None:
    if Round.objects.filter(analysis=analysis, name=name).exists():
        raise Invalid(
            Sentence("This analysis has a round called %(name)s already.", name=name),
            fields={"name": Sentence("This name is taken.")},
        )


def _assign(row: Round, pairs: Iterable[tuple[UUID, str]]) -> None:
    Assignment.objects.bulk_create(
        Assignment(programme_id=row.programme_id, round=row, source_id=source, coder=coder)
        for source, coder in pairs
    )


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
