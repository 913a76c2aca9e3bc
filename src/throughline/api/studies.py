"""The design of a study: sites with arms and phases, outcomes, locked plans, changes; and what it can detect."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictInt, StringConstraints, model_validator

from throughline.api.asked import check_any, named, one_of, programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Line, Name, Out, Slug, Text, Words, answers
from throughline.evaluation.detecting import CanDetect, begin_with, can_detect
from throughline.methods.few_clusters.detectable import Detectable, Planned
from throughline.records.programme.models import Site
from throughline.records.study import actions
from throughline.records.study.models import AnalysisPlan, Outcome, Phase, ProtocolChange, Study, StudySite
from throughline.records.study.queries import outcomes, plans_of, studies_for, study_for, study_sites
from throughline.rules.permissions import Permission as P
from throughline.rules.plans import Plan, content_of, plan_of
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import (
    ArmKind,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
)

router = Router(tags=["studies"])
Long = Annotated[Words, Field(max_length=200)]
Codes = Annotated[list[Slug], Field(max_length=100)]


class StudyIn(In):
    """`registration_id`: left out while there is none."""

    title: Long
    design: Long
    registration_id: Annotated[Line, StringConstraints(min_length=1, max_length=60)] = (
        Nothing.NOT_RECORDED.value
    )


class StudyOut(Out):
    id: UUID
    title: str
    design: str
    registration_id: str


class PhaseOut(Out):
    kind: str
    from_on: date
    to_on: date | None


class StudySiteOut(Out):
    id: UUID
    site_id: UUID
    arm: str
    phases: list[PhaseOut]


class OutcomeOut(Out):
    id: UUID
    code: str
    name: str
    kind: str
    source: str
    measure: str
    rank: str
    direction: str
    success_by: str


class PlanOut(Out):
    """A version. `headline`: the one interval that is the answer. `stands`: evaluations follow it.

    `is_as_locked`: it has the hash that it was locked with; nothing is frozen while one has not.
    `locked_after_freeze`: the freeze, made before it was locked, that could hold days of an after phase.
    """

    version: int
    headline: str
    primary: list[str]
    secondary: list[str]
    covariates: list[str]
    subgroups: list[str]
    imputed: list[str]
    words: str
    content_hash: str
    locked_at: datetime
    locked_by: str
    stands: bool
    is_as_locked: bool
    locked_after_freeze: UUID | None


class ChangeOut(Out):
    id: UUID
    on: date
    what: str
    why: str


class StudyWithDesign(StudyOut):
    sites: list[StudySiteOut]
    outcomes: list[OutcomeOut]
    plans: list[PlanOut]
    changes: list[ChangeOut]


class StudySiteIn(In):
    """Arm and phase of a contact follow from the site and the day; they are stored nowhere else."""

    site_id: UUID
    arm: ArmKind


class PhaseIn(In):
    """Both ends included; without `to_on` it goes on."""

    kind: PhaseKind
    from_on: Day
    to_on: Day | None = None


class OutcomeIn(In):
    """`measure`: a step of the line, a question's code, or an expression of several questions."""

    code: Slug
    name: Annotated[Words, Field(max_length=160)]
    kind: OutcomeKind
    source: OutcomeSourceKind
    measure: Long
    rank: OutcomeRank
    direction: Direction
    success_by: Name


class ChangeIn(In):
    on: Day
    what: Words
    why: Words


class PlanIn(In):
    """Codes of outcomes by rank, and of survey questions; the interval is not chosen here. `words`: what else was decided."""

    primary: Codes = []
    secondary: Codes = []
    covariates: Codes = []
    subgroups: Codes = []
    imputed: Annotated[list[Nothing], Field(max_length=5)] = []
    words: Text | None = None


class DetectIn(In):
    """A study that is thought of. A `share` of 0 to 1, or the `sd` of one person's value; without either, the study's own."""

    share: Annotated[float, Field(strict=True, ge=0.001, le=0.999)] | None = None
    sd: Annotated[float, Field(strict=True, ge=0.000001, le=1_000_000_000)] | None = None
    respondents: Annotated[StrictInt, Field(ge=1, le=100_000)] | None = None
    rho: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None
    intervention: Annotated[StrictInt, Field(ge=2, le=500)] | None = None
    comparison: Annotated[StrictInt, Field(ge=2, le=500)] | None = None
    before: Annotated[StrictInt, Field(ge=1, le=100)] | None = None
    after: Annotated[StrictInt, Field(ge=1, le=100)] | None = None

    @model_validator(mode="after")
    def _one_scale(self) -> DetectIn:
        if self.share is not None and self.sd is not None:
            raise ValueError("Give a share or a standard deviation, not both.")
        return self


class DetectableOut(Out):
    """`difference` in the share, or in the mean's unit; `floor`: what it cannot go below, however many respondents."""

    respondents: float
    intervention: int
    comparison: int
    before: int
    after: int
    difference: float
    floor: float
    sd_of_site_change: float
    factor: float


class DetectOut(Out):
    """What a study like this finds in `power` of all studies, and what more of one thing would bring.

    `enough`: respondents at each site from which on only sites help.
    """

    here: DetectableOut
    share: float | None
    sd: float | None
    rho: float
    power: float
    level: float
    enough: int | None
    respondents: list[DetectableOut]
    sites: list[DetectableOut]
    waves: list[DetectableOut]
    assumptions: list[str]
    cannot_show: list[str]
    method: str


@router.get("/programmes/{programme_id}/studies", response=answers(list[StudyOut]), operation_id="studies")
def studies(request: HttpRequest, programme_id: UUID) -> list[Study]:
    """Every study of the programme, by title."""
    programme = programme_where(request, programme_id, P.SEE_STUDY)
    return list(studies_for(acting(request), programme.id))


@router.post(
    "/programmes/{programme_id}/studies", response=answers(StudyOut, 201), operation_id="create_study"
)
def create(request: HttpRequest, programme_id: UUID, said: StudyIn) -> Status[Any]:
    """A study, without sites yet."""
    programme = programme_where(request, programme_id, P.DESIGN_STUDY)
    return Status(
        201, actions.create_study(programme=programme, **said.model_dump(), by=acting(request), at=now())
    )


@router.get("/studies/{study_id}", response=answers(StudyWithDesign), operation_id="study")
def one(request: HttpRequest, study_id: UUID) -> StudyWithDesign:
    """The design: sites with arms and phases, outcomes with whose success they are, plans, changes of the protocol."""
    study = study_for(acting(request), study_id)
    phases: dict[UUID, list[Phase]] = {}
    for row in Phase.objects.filter(study_site__study=study).order_by("from_on"):
        phases.setdefault(row.study_site_id, []).append(row)
    return StudyWithDesign(
        **StudyOut.model_validate(study).model_dump(),
        sites=[_shown_site(row, phases.get(row.id, [])) for row in study_sites(study)],
        outcomes=[OutcomeOut.model_validate(row) for row in outcomes(study)],
        plans=_plans(study),
        changes=[
            ChangeOut.model_validate(row)
            for row in ProtocolChange.objects.filter(study=study).order_by("on", "id")
        ],
    )


@router.post("/studies/{study_id}/sites", response=answers(StudySiteOut, 201), operation_id="add_study_site")
def add_site(request: HttpRequest, study_id: UUID, said: StudySiteIn) -> Status[Any]:
    """A site's part in the study."""
    study, actor = _designed(request, study_id), acting(request)
    sites = Site.objects.visible_to(actor).filter(programme_id=study.programme_id)
    site = one_of(sites, said.site_id, Sentence("There is no such site."))
    row = actions.add_study_site(study=study, site=site, arm=said.arm, by=actor, at=now())
    return Status(201, _shown_site(row, []))


@router.put("/study-sites/{study_site_id}/phase", response=answers(StudySiteOut), operation_id="set_phase")
def set_phase(request: HttpRequest, study_site_id: UUID, said: PhaseIn) -> StudySiteOut:
    """The days of a phase at a site. Said again, it replaces; 422 where two would overlap or stand in the wrong order."""
    actor = acting(request)
    if said.to_on is not None and said.to_on < said.from_on:
        raise Invalid(Sentence("The last day is before the first."))
    row = one_of(
        StudySite.objects.filter(study__in=Study.objects.visible_to(actor)), study_site_id,
        Sentence("There is no such site in a study."),
    )  # fmt: skip
    actions.set_phase(
        study_site=row, kind=said.kind, from_on=said.from_on, to_on=said.to_on, by=actor, at=now()
    )
    return _shown_site(row, list(Phase.objects.filter(study_site=row).order_by("from_on")))


@router.post("/studies/{study_id}/outcomes", response=answers(OutcomeOut, 201), operation_id="add_outcome")
def add_outcome(request: HttpRequest, study_id: UUID, said: OutcomeIn) -> Status[Any]:
    """What is looked at, and by whose definition of success."""
    study = _designed(request, study_id)
    row: Outcome = actions.add_outcome(
        study=study, code=said.code, name=said.name, kind=said.kind, source=said.source, measure=said.measure,
        rank=said.rank, direction=said.direction, success_by=said.success_by, by=acting(request), at=now(),
    )  # fmt: skip
    return Status(201, row)


@router.post("/studies/{study_id}/changes", response=answers(ChangeOut, 201), operation_id="change_protocol")
def change(request: HttpRequest, study_id: UUID, said: ChangeIn) -> Status[Any]:
    """What changed in how the study is done, and why. Name nobody."""
    study = _designed(request, study_id)
    row = actions.change_protocol(study=study, **said.model_dump(), by=acting(request), at=now())
    return Status(201, row)


@router.post("/studies/{study_id}/plans", response=answers(PlanOut, 201), operation_id="lock_plan")
def lock(request: HttpRequest, study_id: UUID, said: PlanIn) -> Status[Any]:
    """Lock an analysis plan: it never changes again, and another is the next version. 409 for the very same plan."""
    study = _designed(request, study_id)
    lists = {name: tuple(given) for name, given in said.model_dump(exclude={"words"}).items()}
    content = content_of(Plan(**lists), said.words or "")
    row: AnalysisPlan = actions.lock_plan(study=study, content=content, by=acting(request), at=now())
    return Status(201, next(plan for plan in _plans(study) if plan.version == row.version))


@router.post("/studies/{study_id}/detectable", response=answers(DetectOut), operation_id="can_detect")
def detect(request: HttpRequest, study_id: UUID, thought: DetectIn) -> DetectOut:
    """Before any data: the smallest difference that a study like this would find. Nothing is stored."""
    begin = begin_with(study_for(acting(request), study_id))
    waves = (thought.before or begin.waves[0], thought.after or begin.waves[1])
    share = None if thought.sd is not None else thought.share if thought.share is not None else begin.share
    return _shown_detect(
        can_detect(
            Planned(
                thought.respondents or begin.respondents, begin.rho if thought.rho is None else thought.rho,
                thought.intervention or begin.intervention, thought.comparison or begin.comparison, share=share,
                sd=thought.sd, waves=waves,
            )
        )
    )  # fmt: skip


def _designed(request: HttpRequest, study_id: UUID) -> Study:
    study = study_for(acting(request), study_id)
    check_any(request, study.programme_id, P.DESIGN_STUDY)
    return study


def _shown_site(row: StudySite, phases: list[Phase]) -> StudySiteOut:
    shown = [PhaseOut.model_validate(one) for one in phases]
    return StudySiteOut(id=row.id, site_id=row.site_id, arm=row.arm, phases=shown)


def _plans(study: Study) -> list[PlanOut]:
    """The newest first."""
    held = plans_of(study)
    names = named(one.plan.locked_by for one in held)
    found = []
    for one in held:
        plan = plan_of(one.plan.content)
        found.append(
            PlanOut(
                version=one.plan.version, headline=plan.headline, primary=list(plan.primary),
                secondary=list(plan.secondary), covariates=list(plan.covariates), subgroups=list(plan.subgroups),
                imputed=list(plan.imputed), words=str(one.plan.content.get("words", "")),
                content_hash=one.plan.content_hash, locked_at=one.plan.locked_at, stands=one.stands,
                is_as_locked=one.is_as_locked,
                locked_by=names.get(one.plan.locked_by, ""), locked_after_freeze=one.seen.id if one.seen else None,
            )
        )  # fmt: skip
    return found


def _shown_detect(found: CanDetect) -> DetectOut:
    here, study = found.here, found.here.study
    return DetectOut(
        here=_detectable(here), share=study.share, sd=study.sd, rho=study.rho, power=here.power, level=here.level,
        enough=found.enough, respondents=[_detectable(one) for one in found.respondents],
        sites=[_detectable(one) for one in found.sites], waves=[_detectable(one) for one in found.waves],
        assumptions=[str(one) for one in here.assumptions], cannot_show=[str(one) for one in found.cannot_show],
        method=found.method,
    )  # fmt: skip


def _detectable(one: Detectable) -> DetectableOut:
    study = one.study
    return DetectableOut(
        respondents=study.respondents, intervention=study.intervention, comparison=study.comparison,
        before=study.waves[0], after=study.waves[1], difference=one.difference, floor=one.floor,
        sd_of_site_change=one.sd_of_site_change, factor=one.factor,
    )  # fmt: skip
