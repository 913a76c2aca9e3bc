"""What is put into the fictional programme: the shape of `parameters.yaml`, checked with readable errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from importlib.resources import files
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    model_validator,
)

from throughline.example.agreement import check_parts_agree
from throughline.vocabulary.chain import (
    ActionKind,
    BarrierKind,
    BarrierLevel,
    Gender,
    ItemKind,
    NeedDomain,
    Route,
    Urgency,
)
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import ComponentKind, OrganisationKind, ProvisionKind
from throughline.vocabulary.referral import GivenBy, OutcomeSource, ReferralKind, ReferralState
from throughline.vocabulary.study import ArmKind


def _adds_to_one(shares: Any) -> Any:
    values = shares.values() if isinstance(shares, Mapping) else shares
    if abs(sum(values) - 1) > 1e-9:
        raise ValueError(f"shares must add up to 1, these add up to {sum(values):g}")
    return shares


def _month(text: str) -> str:
    Month.parse(text)
    return text


Share = Annotated[float, Field(ge=0, le=1)]
Effect = Annotated[float, Field(ge=-1, le=1)]
Whole = AfterValidator(_adds_to_one)
MonthText = Annotated[str, AfterValidator(_month)]


class Part(BaseModel):
    """Abstract: a part of the file. Unknown names are refused, so that a misspelt one is not silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Period(Part):
    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> Period:
        if self.to_on <= self.from_on:
            raise ValueError("the period ends before it begins")
        return self

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1


class Staff(Part):
    practitioners: PositiveInt
    peers: PositiveInt


class SitePart(Part):
    name: str
    arm: ArmKind
    contacts_per_day: PositiveFloat
    survey: PositiveInt
    staff: Staff
    implementation_from: date
    after_from: date

    @property
    def is_intervention(self) -> bool:
        return self.arm is ArmKind.INTERVENTION


class RoutePart(Part):
    share: Share
    anonymous: Share
    new: Share
    growth: PositiveFloat
    weekdays: Annotated[list[NonNegativeFloat], Field(min_length=7, max_length=7)]
    hours: tuple[Annotated[int, Field(ge=6, le=23)], Annotated[int, Field(ge=6, le=23)]]


class Returning(Part):
    recent_days: PositiveFloat
    long_ago_share: Share
    elsewhere_share: Share


class Correlation(Part):
    """Intra-site correlations: of sites for good, and of what each phase adds at a site."""

    site: Share
    site_phase: Share


class Drift(Part):
    told: Correlation
    need: Correlation
    survey: Correlation
    client_spread: Share
    contact_rate: Share


class Unrecorded(Part):
    not_asked: Share
    declined: Share
    dont_know: Share
    no_row: Share


class RaisedByPerson(Part):
    without_equipment: Share
    with_equipment: Share


class CrackUse(Part):
    recorded: dict[Route, Share]
    recorded_training_effect: Effect
    told_of_recorded: dict[Route, Share]
    secular: Effect
    equipment_effect: Effect
    unrecorded: Unrecorded
    raised_by_person: RaisedByPerson


class FurtherNeed(Part):
    recorded: dict[Route, Share]
    recorded_training_effect: Effect
    where_crack_told: Share
    where_not: Share
    secular: Effect
    training_effect_where_told: Effect
    training_effect_where_not: Effect
    unrecorded: Unrecorded
    how_many: Annotated[list[Share], Field(min_length=1, max_length=3), Whole]
    domains: Annotated[dict[NeedDomain, Share], Whole]
    urgency: Annotated[dict[Urgency, Share], Whole]
    also_disclosed: Share
    closed_as_met: Share


class Response(Part):
    without: Annotated[dict[ActionKind, Share], Whole]
    with_programme: Annotated[dict[ActionKind, Share], Whole]
    barrier_where: dict[ActionKind, Share]
    barrier_at_contact: Share
    barriers: dict[BarrierKind, tuple[Share, BarrierLevel]]


class Supply(Part):
    pipe_where_told: Share
    pipe_where_not: Share
    as_kit_share: Share
    quantity: Annotated[list[Share], Whole]
    passed_on: Share
    other: dict[ItemKind, Share]
    returned_known: Share


class AgreementPart(Part):
    area: str
    from_on: date = Field(alias="from")
    to_on: date | None = Field(alias="to")
    reference: str

    def holds(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class ComponentPart(Part):
    site: str
    kind: ComponentKind
    from_on: date = Field(alias="from")
    to_on: date | None = Field(alias="to", default=None)


class AdaptationPart(Part):
    site: str
    component: ComponentKind
    day: date
    is_planned: bool
    what: str
    why: str


class ProvisionPart(Part):
    site: str
    kind: ProvisionKind
    what: str
    from_on: date = Field(alias="from")


class CoursePart(Part):
    name: str
    modules: list[str]
    is_programme_training: bool = False


class TrainingPart(Part):
    course: str
    site: str
    day: date
    attended: Share
    completed: Share


class ReportingPart(Part):
    none: dict[str, list[MonthText]]
    partial: dict[str, list[MonthText]]
    partial_share: Share
    open_hours_per_week: PositiveFloat
    open_hours_not_recorded: Share


class Target(Part):
    name: str
    kind: OrganisationKind
    needs: list[NeedDomain]
    answered: Share
    accepted: Share
    entered: Share
    days: tuple[PositiveFloat, PositiveFloat]


class ReferralPart(Part):
    targets: dict[str, Target]
    kinds: Annotated[dict[ReferralKind, Share], Whole]
    warm_handover_effect: Effect
    not_accepted: Annotated[dict[ReferralState, Share], Whole]
    not_entered: Annotated[dict[ReferralState, Share], Whole]
    completed: Share
    expired_share: Share
    outcome_source: Annotated[dict[OutcomeSource, Share], Whole]
    from_police_per_month: PositiveFloat


class Incidents(Part):
    per_month: dict[str, PositiveFloat]
    people: Annotated[list[Share], Whole]
    fatal: Share
    fatal_not_recorded: Share
    naloxone: Share
    naloxone_not_recorded: Share
    doses: Annotated[list[Share], Whole]
    time_not_recorded: Share
    sources: Annotated[dict[GivenBy, Share], Whole]


class Question(Part):
    text: str
    before: Share
    secular: Effect
    effect: Effect
    missing: dict[Nothing, Share]


class Windows(Part):
    before: tuple[date, date]
    after: tuple[date, date]


class RespondentsPart(Part):
    came_back: Share
    may_link: Share
    slips: Share
    declined: Share
    pipe_reached: dict[Literal["intervention", "comparison"], Share]


class Survey(Part):
    windows: Windows
    questions: dict[str, Question]
    respondents: RespondentsPart


class Age(Part):
    mean: PositiveFloat
    sd: PositiveFloat
    least: PositiveInt
    most: PositiveInt


class People(Part):
    age: Age
    gender: Annotated[dict[Gender, Share], Whole]
    gender_not_recorded: Share
    described: Share


class Beacon(Part):
    town: str
    contacts: PositiveInt
    clients: PositiveInt


class Parameters(Part):
    """The whole file. What must agree between its parts is checked in `agreement.py`."""

    seed: int
    period: Period
    time_zone: Literal["Europe/London"]
    sites: Annotated[list[SitePart], Field(min_length=2)]
    routes: dict[Route, RoutePart]
    secular_contact_growth: Effect
    tallies_per_month: NonNegativeFloat
    returning: Returning
    drift: Drift
    crack_use: CrackUse
    further_need: FurtherNeed
    response: Response
    supply: Supply
    agreements: list[AgreementPart]
    peers_stop_after_lapse_days: PositiveInt
    components: list[ComponentPart]
    adaptations: list[AdaptationPart]
    provisions: list[ProvisionPart]
    courses: dict[str, CoursePart]
    trainings: list[TrainingPart]
    reporting: ReportingPart
    referral: ReferralPart
    incidents: Incidents
    survey: Survey
    people: People
    population: dict[str, tuple[PositiveInt, PositiveInt, PositiveInt]]
    beacon: Beacon

    @model_validator(mode="after")
    def _agree(self) -> Parameters:
        check_parts_agree(self)
        return self

    @cached_property
    def route_order(self) -> tuple[Route, ...]:
        return tuple(self.routes)

    @cached_property
    def arms(self) -> tuple[ArmKind, ...]:
        """Arm of each site, in the file's order."""
        return tuple(site.arm for site in self.sites)


def read_parameters(text: str | None = None) -> Parameters:
    """The parameters in a YAML text; without one, those of the file in this package.

    Raises Invalid with one sentence that names every place that is wrong, and what is wrong with it.
    """
    given = files(__package__).joinpath("parameters.yaml").read_text("utf-8") if text is None else text
    try:
        return Parameters.model_validate(yaml.safe_load(given))
    except yaml.YAMLError as error:
        raise Invalid(Sentence("The parameters are not YAML: %(why)s.", why=str(error))) from error
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(str(step) for step in one['loc']) or 'the whole file'}: {one['msg']}"
            for one in error.errors()
        )
        raise Invalid(Sentence("The parameters cannot be used. %(places)s.", places=places)) from error


def changed(parameters: Parameters, **parts: Any) -> Parameters:
    """The same parameters with some top-level parts replaced (plain values, as in the file), checked again."""
    content = parameters.model_dump(mode="json", by_alias=True)
    return Parameters.model_validate({**content, **parts})


def without_effects(parameters: Parameters) -> Parameters:
    """The same programme, doing nothing: nobody comes, tells, needs or answers otherwise for it."""
    content = parameters.model_dump(mode="json", by_alias=True)
    crack, need = content["crack_use"], content["further_need"]
    questions = content["survey"]["questions"]
    return changed(
        parameters,
        routes={name: {**route, "growth": 1.0} for name, route in content["routes"].items()},
        crack_use={**crack, "equipment_effect": 0.0, "recorded_training_effect": 0.0},
        further_need={
            **need,
            "recorded_training_effect": 0.0,
            "training_effect_where_told": 0.0,
            "training_effect_where_not": 0.0,
        },
        survey={
            **content["survey"],
            "questions": {code: {**question, "effect": 0.0} for code, question in questions.items()},
        },
    )
