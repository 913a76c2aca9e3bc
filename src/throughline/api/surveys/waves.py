"""Waves: opening and closing them, targets and progress, who was asked, what is left out and taken back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictInt, StringConstraints

from throughline.api.asked import check_any, programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Label, Limit, Offset, Out, answers
from throughline.records.programme.models import Site
from throughline.records.study.queries import study_for
from throughline.records.surveys import actions, queries
from throughline.records.surveys.models import Approach, SurveyResponse, Wave
from throughline.records.surveys.queries.flow import SiteProgress
from throughline.rules.access import check_may_approach, may
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ConsentScope, PhaseKind
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, Exclusion, NotEligible

router = Router(tags=["waves"])
NO_SITE = Sentence("There is no such site in this wave.")
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
Number = Annotated[StrictInt, Field(ge=1, le=1_000_000_000)]


class WaveIn(In):
    """Without `version_id` answers come as files alone; without `closes_on` somebody closes it."""

    study_id: UUID
    code: Slug
    phase: PhaseKind
    opens_on: Day
    closes_on: Day | None = None
    version_id: UUID | None = None
    sheet_version: Label = "1"


class WaveOut(Out):
    """`instrument_version_id` is null where answers come as files alone."""

    id: UUID
    study_id: UUID
    code: str
    phase: str
    opens_on: date
    closes_on: date | None
    is_closed: bool
    instrument_version_id: UUID | None
    sheet_version: str


class FlowOut(Out):
    """People at a site. complete = analysed + all of `excluded`; `target` is null where none was set."""

    site_id: UUID
    arm: str
    target: int | None
    approached: int
    not_eligible: dict[str, int]
    refused: int
    consented: int
    begun: int
    complete: int
    elsewhere: int
    excluded: dict[str, int]
    analysed: int


class LeftOutOut(Out):
    """A response that is left out, by its number; nothing of what was answered."""

    site_id: UUID
    respondent: int
    exclusion: Exclusion


class WaveWithFlow(WaveOut):
    """`left_out`, and how many answers came after the wave was closed (`late`): for who runs waves; else null."""

    sites: list[FlowOut]
    left_out: list[LeftOutOut] | None
    late: int | None


class TargetIn(In):
    target: Annotated[StrictInt, Field(ge=1, le=100_000)]


class TargetOut(Out):
    site_id: UUID
    target: int


class ApproachIn(In):
    """Somebody was asked: no name, no code. `key` is yours: sent twice it counts once. `reason`: why not eligible."""

    site_id: UUID
    through: ApproachThrough
    result: ApproachResult
    reason: NotEligible | Nothing = Nothing.NOT_RECORDED
    scopes: Annotated[list[ConsentScope], Field(max_length=len(ConsentScope))] = [ConsentScope.TAKE_PART]
    key: UUID | None = None


class ApproachOut(Out):
    id: UUID
    wave_id: UUID
    site_id: UUID
    through: str
    result: str


class NumberIn(In):
    """A response by the number on its receipt."""

    site_id: UUID
    respondent: Number


class LeaveOutIn(NumberIn):
    """Where its person withdrew, what was answered is deleted."""

    reason: Exclusion


class ReceiptIn(In):
    """By the code on the receipt, and its number where it has one."""

    site_id: UUID
    respondent: Number | None = None
    code: Annotated[Label, Field(max_length=20)]


@router.get("/programmes/{programme_id}/waves", response=answers(list[WaveOut]), operation_id="waves")
def waves(request: HttpRequest, programme_id: UUID) -> list[WaveOut]:
    """Every wave, the newest first."""
    programme = programme_where(request, programme_id, P.SEE_WAVES)
    return [_shown(row) for row in queries.waves_for(acting(request), programme.id)]


@router.post("/programmes/{programme_id}/waves", response=answers(WaveOut, 201), operation_id="open_wave")
def open_wave(request: HttpRequest, programme_id: UUID, said: WaveIn) -> Status[Any]:
    """A time of asking, in a phase of a study."""
    actor, programme = acting(request), programme_where(request, programme_id, P.RUN_WAVES)
    study = study_for(actor, said.study_id)
    if study.programme_id != programme.id:
        raise NotFound(Sentence("There is no such study."))
    version = None if said.version_id is None else queries.version_for(actor, said.version_id)
    row = actions.open_wave(
        study=study, code=said.code, phase=said.phase, opens_on=said.opens_on, closes_on=said.closes_on,
        instrument_version=version, sheet_version=said.sheet_version, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, _shown(row))


@router.get("/waves/{wave_id}", response=answers(WaveWithFlow), operation_id="wave")
def one(request: HttpRequest, wave_id: UUID) -> WaveWithFlow:
    """One wave: progress to target and the flow of people, at the sites that the account may see."""
    actor, wave = acting(request), _wave(request, wave_id, P.SEE_WAVES)
    runs = may(_may_run, request, wave)
    return WaveWithFlow(
        **_shown(wave).model_dump(), sites=[_flow(row) for row in queries.progress_of(actor, wave)],
        left_out=_left_out(wave) if runs else None,
        late=SurveyResponse.objects.filter(wave=wave, is_late=True, excluded_at=None).count() if runs else None,
    )  # fmt: skip


@router.put("/waves/{wave_id}/targets/{site_id}", response=answers(TargetOut), operation_id="set_target")
def target(request: HttpRequest, wave_id: UUID, site_id: UUID, said: TargetIn) -> TargetOut:
    """How many complete responses are wanted at a site. Said again, it replaces."""
    wave = _wave(request, wave_id, P.RUN_WAVES)
    row = actions.set_target(
        wave=wave, site=_site(request, wave, site_id), target=said.target, by=acting(request), at=now()
    )
    return TargetOut(site_id=row.site_id, target=row.target)


@router.post("/waves/{wave_id}/close", response=answers(WaveOut), operation_id="close_wave")
def close(request: HttpRequest, wave_id: UUID) -> WaveOut:
    """From now on nobody is asked; interviews that were begun may be completed. 409 where it is closed."""
    wave = _wave(request, wave_id, P.RUN_WAVES)
    return _shown(actions.close_wave(wave=wave, by=acting(request), at=now()))


@router.post(
    "/waves/{wave_id}/approaches", response=answers(ApproachOut, 201), operation_id="record_approach"
)
def approach(request: HttpRequest, wave_id: UUID, said: ApproachIn) -> Status[Any]:
    """Somebody was asked to take part. 409 where the wave is not open today."""
    wave = _wave(request, wave_id, P.APPROACH_PEOPLE)
    site = _asking(request, wave, said.site_id)
    given = said.model_dump(exclude={"site_id"})
    return Status(201, actions.record_approach(wave=wave, site=site, **given, by=acting(request), at=now()))


@router.get("/waves/{wave_id}/approaches", response=answers(list[ApproachOut]), operation_id="approaches")
def waiting(request: HttpRequest, wave_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[Approach]:
    """Who agreed and waits for their interview, at sites where the account may ask."""
    actor, wave = acting(request), _wave(request, wave_id, P.APPROACH_PEOPLE)
    sites = [
        row.site_id
        for row in queries.sites_of(actor, wave)
        if may(check_may_approach, actor, wave.programme_id, row.site_id)
    ]
    rows = queries.waiting_for_interview(actor, wave).filter(site__in=sites)
    return list(rows[offset : offset + limit])


@router.post("/waves/{wave_id}/leave-out", response=answers(LeftOutOut), operation_id="exclude_response")
def leave_out(request: HttpRequest, wave_id: UUID, said: LeaveOutIn) -> SurveyResponse:
    """Leave a response out of later freezes, with the reason; it is counted under it. 409 where it is left out."""
    actor, wave = acting(request), _wave(request, wave_id, P.RUN_WAVES)
    found = queries.response_by_number(actor, wave, said.site_id, said.respondent)
    return actions.exclude_response(response=found, reason=said.reason, by=actor, at=now())


@router.post("/waves/{wave_id}/take-in", response=answers(None, 204), operation_id="include_response")
def take_in(request: HttpRequest, wave_id: UUID, said: NumberIn) -> Status[Any]:
    """It was left out by mistake. Never one whose person withdrew."""
    actor, wave = acting(request), _wave(request, wave_id, P.RUN_WAVES)
    found = queries.response_by_number(actor, wave, said.site_id, said.respondent)
    actions.include_response(response=found, by=actor, at=now())
    return Status(204, None)


@router.post("/waves/{wave_id}/withdraw", response=answers(None, 204), operation_id="withdraw_response")
def withdraw(request: HttpRequest, wave_id: UUID, said: ReceiptIn) -> Status[Any]:
    """Somebody takes their answers back: what was said is deleted, their consent ends. That there was a response stays."""
    actor, wave = acting(request), _wave(request, wave_id, P.APPROACH_PEOPLE)
    site = _asking(request, wave, said.site_id)
    if said.respondent is None:
        found = queries.response_by_code(actor, wave, site.id, said.code)
    else:
        found = queries.response_by_number(actor, wave, site.id, said.respondent)
    actions.withdraw_response(response=found, code=said.code, by=actor, at=now())
    return Status(204, None)


def _wave(request: HttpRequest, wave_id: UUID, *permissions: P) -> Wave:
    wave = queries.wave_for(acting(request), wave_id)
    check_any(request, wave.programme_id, *permissions)
    return wave


def _may_run(request: HttpRequest, wave: Wave) -> None:
    check_any(request, wave.programme_id, P.RUN_WAVES)


def _site(request: HttpRequest, wave: Wave, site_id: UUID) -> Site:
    for row in queries.sites_of(acting(request), wave):
        if row.site_id == site_id:
            return row.site
    raise NotFound(NO_SITE)


def _asking(request: HttpRequest, wave: Wave, site_id: UUID) -> Site:
    """Where the account may ask people to take part."""
    site = _site(request, wave, site_id)
    check_may_approach(acting(request), wave.programme_id, site.id)
    return site


def _shown(row: Wave) -> WaveOut:
    plain = (
        "id",
        "study_id",
        "code",
        "phase",
        "opens_on",
        "closes_on",
        "instrument_version_id",
        "sheet_version",
    )
    return WaveOut(**{name: getattr(row, name) for name in plain}, is_closed=row.closed_at is not None)


def _flow(row: SiteProgress) -> FlowOut:
    flow = row.flow
    return FlowOut(
        site_id=row.site_id, arm=row.arm.value, target=row.target, approached=flow.approached,
        not_eligible=dict(flow.not_eligible), refused=flow.refused, consented=flow.consented, begun=flow.begun,
        complete=flow.complete, elsewhere=flow.elsewhere, excluded=dict(flow.excluded), analysed=flow.analysed,
    )  # fmt: skip


def _left_out(wave: Wave) -> list[LeftOutOut]:
    rows = SurveyResponse.objects.filter(wave=wave, excluded_at__isnull=False).order_by(
        "site__name", "respondent"
    )
    return [LeftOutOut.model_validate(row) for row in rows.defer("answers", "texts", "draft")]
