"""Linking waves by self-generated codes: which questions are elements, the counts, and the pairs that wait for a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictInt, StringConstraints

from throughline.api.asked import check_any, programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Offset, Out, answers
from throughline.evaluation.linking import Told, told_of
from throughline.records.study.queries import study_for
from throughline.records.surveys import actions, queries
from throughline.records.surveys.actions import PairShown
from throughline.records.surveys.models import CodePlan, WaveLinking
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.code_parts import CodeElement, Ignored, PairState, RejectedPair
from throughline.vocabulary.errors import Invalid, NotFound, Sentence

router = Router(tags=["linking"])
MOST_PAIRS = 50  # at once: each look is noted
Path = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f]{1,300}$")]
Days = Annotated[StrictInt, Field(ge=-36_500, le=36_500)]


class ElementIn(In):
    """One short answer of which a code is made, and what does not count in how it is written."""

    path: Path
    ignores: Annotated[list[Ignored], Field(max_length=len(Ignored))] = list(Ignored)


class ElementsIn(In):
    """By position. Without `instrument_id`: of waves whose answers come as files. `destroy_on`: never put off later."""

    instrument_id: UUID | None = None
    elements: Annotated[list[ElementIn], Field(min_length=1, max_length=8)]
    age: Path | None = None
    gender: Path | None = None
    destroy_on: Day


class ElementTold(Out):
    path: str
    ignores: list[Ignored]


class CodePlanTold(Out):
    """`destroyed_at`: since when no part of a code is held any more."""

    id: UUID
    study_id: UUID
    instrument_id: UUID | None
    elements: list[ElementTold]
    age: str
    gender: str
    destroy_on: date
    destroyed_at: datetime | None


class DestroyedTold(Out):
    people: int


class LinkingIn(In):
    """Two waves of one study, and how many days may lie between two answers of one person."""

    first_id: UUID
    second_id: UUID
    least_days: Days = 1
    most_days: Days = 730


class LinkingTold(Out):
    """`expected_false`: links by chance, at most."""

    id: UUID
    study_id: UUID
    first_id: UUID
    second_id: UUID
    least_days: int
    most_days: int
    expected_false: float
    linked_at: datetime


class RateTold(Out):
    """Of the first wave's respondents of an arm, or of all (an empty word): counts, or `suppressed`."""

    arm: str
    n: Told
    linked: Told
    waiting: Told
    share: Told


class BesideOthersTold(Out):
    """One variable of the linked and of the others; `refused`: why it is not told."""

    name: str
    linked: Told | None
    others: Told | None
    difference: Told | None
    refused: str | None


class LinkingWithCounts(LinkingTold):
    """Counts alone, hidden as the door for tables hides them."""

    arms: list[RateTold]
    beside: list[BesideOthersTold]
    by_state: dict[str, Told]
    notes: list[str]


class SideTold(Out):
    """A respondent of a pair: a number, and what is known beside the code."""

    site_id: UUID
    respondent: int
    answered_on: date
    age: int | None
    gender: str | None


class PairTold(Out):
    """`differs`: the position of the element in which the codes differ, or 0."""

    id: UUID
    differs: int
    why: str
    state: PairState
    reason: str
    first: SideTold
    second: SideTold


class DecisionIn(In):
    """`seen`: how the pair stood when somebody looked at it. A rejection needs a reason."""

    decision: PairState
    seen: PairState
    reason: RejectedPair | None = None


@router.get("/studies/{study_id}/code-plans", response=answers(list[CodePlanTold]), operation_id="code_plans")
def plans(request: HttpRequest, study_id: UUID) -> list[CodePlanTold]:
    """Which questions of a study's forms are elements of a code."""
    actor = acting(request)
    study = study_for(actor, study_id)
    check_any(request, study.programme_id, P.LINK_WAVES)
    return [_plan(row) for row in queries.plans_for(actor, study)]


@router.put(
    "/studies/{study_id}/code-plans", response=answers(CodePlanTold), operation_id="name_code_elements"
)
def name_elements(request: HttpRequest, study_id: UUID, said: ElementsIn) -> CodePlanTold:
    """Say which questions are elements, before anybody answers them. 409 where they were answered already."""
    actor = acting(request)
    study = study_for(actor, study_id)
    check_any(request, study.programme_id, P.LINK_WAVES)
    instrument = None if said.instrument_id is None else queries.instrument_for(actor, said.instrument_id)
    if instrument is not None and instrument.study_id != study.id:
        raise NotFound(Sentence("There is no such instrument in this study."))
    row = actions.name_code_elements(
        study=study, instrument=instrument, age=said.age or "", gender=said.gender or "",
        elements=[CodeElement(one.path, frozenset(one.ignores)) for one in said.elements],
        destroy_on=said.destroy_on, by=actor, at=now(),
    )  # fmt: skip
    return _plan(row)


@router.post(
    "/code-plans/{plan_id}/destroy", response=answers(DestroyedTold), operation_id="destroy_code_parts"
)
def destroy(request: HttpRequest, plan_id: UUID) -> DestroyedTold:
    """Destroy every part of a code that is held under a plan, before its day; none are kept again."""
    plan = queries.plan_for(acting(request), plan_id)
    check_any(request, plan.programme_id, P.LINK_WAVES)
    return DestroyedTold(people=actions.destroy_code_parts(plan=plan, by=acting(request), at=now()))


@router.get(
    "/programmes/{programme_id}/linkings", response=answers(list[LinkingTold]), operation_id="linkings"
)
def linkings(request: HttpRequest, programme_id: UUID) -> list[WaveLinking]:
    """Which waves are linked."""
    programme = programme_where(request, programme_id, P.LINK_WAVES)
    return list(queries.linkings_for(acting(request), programme.id))


@router.post(
    "/programmes/{programme_id}/linkings", response=answers(LinkingTold, 201), operation_id="link_two_waves"
)
def link(request: HttpRequest, programme_id: UUID, said: LinkingIn) -> Status[Any]:
    """Link the respondents of two waves of a study. Done again, it replaces what nobody decided on."""
    actor, programme = acting(request), programme_where(request, programme_id, P.LINK_WAVES)
    waves = [queries.wave_for(actor, one) for one in (said.first_id, said.second_id)]
    if {one.programme_id for one in waves} != {programme.id}:
        raise NotFound(Sentence("There is no such wave."))
    row = actions.link_two_waves(
        first=waves[0],
        second=waves[1],
        least_days=said.least_days,
        most_days=said.most_days,
        by=actor,
        at=now(),
    )
    return Status(201, row)


@router.get("/linkings/{linking_id}", response=answers(LinkingWithCounts), operation_id="linking")
def one(request: HttpRequest, linking_id: UUID) -> LinkingWithCounts:
    """What is told of two linked waves: counts. 409 where too few answered for any."""
    row = _linking(request, linking_id)
    told = told_of(row, by=acting(request))
    return LinkingWithCounts(
        **LinkingTold.model_validate(row).model_dump(),
        arms=[RateTold.model_validate(arm) for arm in told.arms],
        beside=[
            BesideOthersTold(
                name=each.name, linked=each.linked, others=each.others, difference=each.difference,
                refused=str(each.refused) if each.refused else None,
            )
            for each in told.beside
        ],
        by_state=dict(told.by_state), notes=[str(note) for note in told.notes],
    )  # fmt: skip


@router.get("/linkings/{linking_id}/pairs", response=answers(list[PairTold]), operation_id="read_pairs")
def pairs(
    request: HttpRequest, linking_id: UUID, state: PairState = PairState.WAITING, offset: Offset = 0
) -> list[PairTold]:
    """Pairs in one state, at most fifty, with what is known beside the code. It is noted who looked, and at how many."""
    row = _linking(request, linking_id)
    found = actions.read_pairs(
        linking=row, state=state, start=offset, most=MOST_PAIRS, by=acting(request), at=now()
    )
    return [_pair(pair) for pair in found]


@router.post("/linked-pairs/{pair_id}/decide", response=answers(None, 204), operation_id="decide_pair")
def decide(request: HttpRequest, pair_id: UUID, said: DecisionIn) -> Status[Any]:
    """Whether two respondents are one person. 409 where somebody said otherwise since."""
    actor = acting(request)
    pair = queries.pair_for(actor, pair_id)
    check_any(request, pair.programme_id, P.LINK_WAVES)
    if said.decision in (PairState.LINKED, PairState.WAITING):
        raise Invalid(Sentence("Somebody accepts a pair, rejects it, or leaves it undecided."))
    reason = said.reason if said.decision is PairState.REJECTED else None
    actions.decide_pair(pair=pair, decision=said.decision, reason=reason, seen=said.seen, by=actor, at=now())
    return Status(204, None)


def _linking(request: HttpRequest, linking_id: UUID) -> WaveLinking:
    row = queries.linking_for(acting(request), linking_id)
    check_any(request, row.programme_id, P.LINK_WAVES)
    return row


def _plan(row: CodePlan) -> CodePlanTold:
    plain = ("id", "study_id", "instrument_id", "age", "gender", "destroy_on", "destroyed_at")
    elements = [ElementTold(path=one.path, ignores=sorted(one.ignores)) for one in queries.elements_of(row)]
    return CodePlanTold(**{name: getattr(row, name) for name in plain}, elements=elements)


def _pair(one: PairShown) -> PairTold:
    pair = one.pair
    sides = [
        SideTold(
            site_id=row.site_id, respondent=row.respondent, answered_on=row.answered_on,
            age=None if one.ages[place] is None else int(one.ages[place] or 0), gender=one.genders[place],
        )
        for place, row in enumerate((pair.first, pair.second))
    ]  # fmt: skip
    return PairTold(
        id=pair.id, differs=pair.differs, why=pair.why, state=PairState(pair.state), reason=pair.reason,
        first=sides[0], second=sides[1],
    )  # fmt: skip
