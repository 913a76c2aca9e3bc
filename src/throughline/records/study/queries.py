"""Reading the study: arms and phases as spans of days, the standing plan, freezes, the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, When

from throughline.records.study.actions import plan_hash
from throughline.records.study.models import (
    AnalysisPlan,
    Freeze,
    Outcome,
    Phase,
    Release,
    RowsRequest,
    Study,
    StudySite,
)
from throughline.rules.phases import Span, check_apart
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.vocabulary.study import ArmKind, OutcomeRank, PhaseKind, is_a_step


@dataclass(frozen=True)
class ArmSpan:
    """A site's arm and one of its phases, from the first to the last day (None: still open)."""

    site_id: UUID
    arm: ArmKind
    kind: PhaseKind
    from_on: date
    to_on: date | None


def studies_for(actor: Actor, programme_id: UUID) -> QuerySet[Study]:
    rows: QuerySet[Study] = Study.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.order_by("title")


def study_for(actor: Actor, study_id: UUID) -> Study:
    found: Study | None = Study.objects.visible_to(actor).filter(id=study_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such study."))
    return found


def arm_and_phase_spans(study: Study) -> list[ArmSpan]:
    """Every phase of every site of the study, by site and day: from these, arm and phase are derived at freeze.

    Invalid where two phases of a site overlap: then a day would have two phases.
    """
    rows = Phase.objects.filter(study_site__study=study).select_related("study_site")
    spans = [
        ArmSpan(row.study_site.site_id, ArmKind(row.study_site.arm), PhaseKind(row.kind), row.from_on, row.to_on)
        for row in rows
    ]  # fmt: skip
    for site_id in {span.site_id for span in spans}:
        check_apart(Span(s.kind, s.from_on, s.to_on) for s in spans if s.site_id == site_id)
    return sorted(spans, key=lambda span: (str(span.site_id), span.from_on))


def study_sites(study: Study) -> QuerySet[StudySite]:
    return StudySite.objects.filter(study=study).select_related("site").order_by("arm", "site__name")


def outcomes(study: Study) -> QuerySet[Outcome]:
    """Primary ones first, then by code."""
    along = Case(
        *(When(rank=rank.value, then=place) for place, rank in enumerate(OutcomeRank)),
        output_field=IntegerField(),
    )
    return Outcome.objects.filter(study=study).order_by(along, "code")


def outcomes_beside(study: Study) -> dict[str, Outcome]:
    """By code, those that are no step of the line: each is a row of its own where numbers and words stand side by side."""
    return {one.code: one for one in outcomes(study) if not is_a_step(one.source, one.measure)}


@dataclass(frozen=True)
class LockedPlan:
    """A version of the plan. `seen`: the freeze that had been made before it was locked, and could hold days of an after phase.

    `stands`: evaluations follow this one, the newest that was locked before anybody could look. `is_as_locked`: it has the hash
    that it was locked with.
    """

    plan: AnalysisPlan
    seen: Freeze | None
    stands: bool
    is_as_locked: bool


def plans_of(study: Study) -> list[LockedPlan]:
    """Every version, the newest first. The freeze reads the same rule (evaluation/raw.py), so that what is shown is what counts."""
    begun = (
        Phase.objects.filter(study_site__study=study, kind=PhaseKind.AFTER.value).order_by("from_on").first()
    )
    could_look = (
        None
        if begun is None
        else Freeze.objects.filter(study=study, frozen_at__gte=datetime.combine(begun.from_on, time(), UTC))
        .order_by("frozen_at", "id")
        .first()
    )
    found: list[LockedPlan] = []
    for plan in AnalysisPlan.objects.filter(study=study).order_by("-version"):
        seen = could_look if could_look is not None and could_look.frozen_at <= plan.locked_at else None
        stands = seen is None and not any(one.stands for one in found)
        found.append(LockedPlan(plan, seen, stands, plan_hash(plan.content) == plan.content_hash))
    return found


def check_plans(study: Study) -> None:
    """Unready where a plan is not what was locked: nothing may be frozen by it."""
    for one in plans_of(study):
        if not one.is_as_locked:
            raise Unready(
                Sentence(
                    "Version %(version)s of the analysis plan is not as it was locked: its hash differs. Restore it from a"
                    " backup before you evaluate.",
                    version=one.plan.version,
                )
            )


def freezes_for(actor: Actor, programme_id: UUID) -> QuerySet[Freeze]:
    """The newest first."""
    rows: QuerySet[Freeze] = Freeze.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.select_related("study").order_by("-frozen_at", "-id")


def freeze_named(actor: Actor, programme_id: UUID, name: str) -> Freeze:
    found = freezes_for(actor, programme_id).filter(name=name).first()
    if found is None:
        raise NotFound(Sentence("There is no freeze called %(name)s.", name=name))
    return found


def ledger_for(actor: Actor, programme_id: UUID) -> QuerySet[Release]:
    """What left, and what was refused: all of it for who keeps the ledger, else one's own lines; the newest first."""
    rows: QuerySet[Release] = Release.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.select_related("freeze").order_by("-released_at", "-id")


def tables_released(programme_id: UUID) -> QuerySet[Release]:
    """Every table that left the programme, oldest first: what the door for tables differences a new one against.

    It takes no actor: the door must see all of the ledger whoever stands before it, and shows none of it.
    """
    return Release.objects.filter(programme_id=programme_id, door="tables", is_refused=False).order_by(
        "released_at", "id"
    )


def rows_requests_for(actor: Actor, programme_id: UUID) -> QuerySet[RowsRequest]:
    """Those that wait first, then the newest: all for who approves or keeps the ledger, else one's own."""
    rows: QuerySet[RowsRequest] = RowsRequest.objects.visible_to(actor).filter(programme_id=programme_id)
    answered = Case(When(approved_at=None, declined_at=None, then=0), default=1, output_field=IntegerField())
    return rows.select_related("freeze__study__programme", "release").order_by(answered, "-asked_at", "-id")


def rows_request_for(actor: Actor, request_id: UUID) -> RowsRequest:
    rows = RowsRequest.objects.visible_to(actor).select_related("freeze__study__programme", "release")
    found: RowsRequest | None = rows.filter(id=request_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such request for rows."))
    return found
