"""How a programme is set up: organisations, sites and their hours, whom it serves, its own lists."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictInt

from throughline.api.asked import check_any, month_of, one_of, programme_where, tenths
from throughline.api.programmes import OrganisationOut
from throughline.api.programmes import router as listed
from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Label, Limit, Name, Offset, Out, Reference, Words, answers
from throughline.records.programme import actions
from throughline.records.programme.models import CodeListEntry, OpenHours, Population, Programme, Site
from throughline.records.programme.queries import (
    areas_of,
    organisations_for,
    site_to_look_after,
    sites_to_look_after,
)
from throughline.rules.access import check
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import OrganisationKind, SiteKind

router = Router(tags=["setting up"])  # `listed`: an address belongs to one router, with all its methods
SEEN_BY = (P.MANAGE_PROGRAMME, P.REPORT_MONTH)
NO_WORD = Sentence("There is no such word on a list of this programme.")
NO_ORGANISATION = Sentence("There is no such organisation.")
MOST_HOURS = 744  # of a month of 31 days
MANY_PEOPLE = 2_000_000_000
Year = Annotated[StrictInt, Field(ge=1990, le=2100)]
People = Annotated[StrictInt, Field(ge=0, le=MANY_PEOPLE)]


class OrganisationIn(In):
    name: Name
    kind: OrganisationKind


class NewSiteIn(In):
    """`area`: as agreements with the police name it. `time_zone`: an IANA name; a day of the site is a day there."""

    organisation_id: UUID
    name: Name
    kind: SiteKind
    area: Reference
    time_zone: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$")]
    opened_on: Day


class HoursOut(Out):
    """`hours` is a number or a kind of nothing."""

    month: str
    hours: float | Nothing


class SetUpSiteOut(Out):
    """`hours`: of the months that were told, the newest first."""

    id: UUID
    organisation_id: UUID
    name: str
    kind: str
    area: str
    time_zone: str
    opened_on: date
    closed_on: date | None
    hours: list[HoursOut]


class LastDayIn(In):
    """The last day on which something holds. Said again, it replaces the day said before."""

    on: Day


class HoursIn(In):
    """How long a site was open in a month, or why that is not known."""

    hours: Annotated[float, Field(strict=True, ge=0, le=MOST_HOURS)] | Nothing


class PopulationIn(In):
    """How many people a rate is of. `low` and `high` are its ends; left out, they are not recorded."""

    area: Reference
    year: Year
    group: Reference
    estimate: Annotated[StrictInt, Field(ge=1, le=MANY_PEOPLE)]
    low: People | None = None
    high: People | None = None
    source: Annotated[Words, Field(max_length=200)]


class PopulationOut(Out):
    id: UUID
    area: str
    year: int
    group: str
    estimate: int
    low: int | Nothing
    high: int | Nothing
    source: str


class EntryIn(In):
    """A word of the programme's own. `core`: the field's word that it counts as in comparisons."""

    label: Label
    core: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]


class EntryOut(Out):
    id: UUID
    code: str
    label: str
    core: str
    is_retired: bool


@listed.post(
    "/programmes/{programme_id}/organisations", response=answers(OrganisationOut, 201),
    operation_id="add_organisation",
)  # fmt: skip
def add_organisation(request: HttpRequest, programme_id: UUID, wanted: OrganisationIn) -> Status[Any]:
    """Whoever has a part in the programme; its kind decides which roles its people may hold."""
    programme = programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    row = actions.add_organisation(
        programme=programme, name=wanted.name, kind=wanted.kind, by=acting(request), at=now()
    )
    return Status(201, row)


@router.get(
    "/programmes/{programme_id}/set-up/sites", response=answers(list[SetUpSiteOut]), operation_id="set_up_sites"
)  # fmt: skip
def set_up_sites(request: HttpRequest, programme_id: UUID) -> list[SetUpSiteOut]:
    """The sites that the account looks after, with the hours told of each."""
    actor, programme = acting(request), programme_where(request, programme_id, *SEEN_BY)
    return [_shown_site(actor, row) for row in sites_to_look_after(actor, programme.id)]


@listed.post("/programmes/{programme_id}/sites", response=answers(SetUpSiteOut, 201), operation_id="add_site")
def add_site(request: HttpRequest, programme_id: UUID, wanted: NewSiteIn) -> Status[Any]:
    """A place, or a round, where people are met."""
    programme, actor = programme_where(request, programme_id, P.MANAGE_PROGRAMME), acting(request)
    given = wanted.model_dump(exclude={"organisation_id"})
    organisation = one_of(organisations_for(actor, programme.id), wanted.organisation_id, NO_ORGANISATION)
    row = actions.add_site(organisation=organisation, **given, by=actor, at=now())
    return Status(201, _shown_site(actor, row))


@router.post("/sites/{site_id}/close", response=answers(SetUpSiteOut), operation_id="close_site")
def close_site(request: HttpRequest, site_id: UUID, said: LastDayIn) -> SetUpSiteOut:
    """Name its last day. What was recorded there stays."""
    actor = acting(request)
    row = actions.close_site(site=site_to_look_after(actor, site_id), on=said.on, by=actor, at=now())
    return _shown_site(actor, row)


@router.post("/sites/{site_id}/reopen", response=answers(SetUpSiteOut), operation_id="reopen_site")
def reopen_site(request: HttpRequest, site_id: UUID) -> SetUpSiteOut:
    """It is open after all: the last day that was named holds no more."""
    actor = acting(request)
    return _shown_site(
        actor, actions.reopen_site(site=site_to_look_after(actor, site_id), by=actor, at=now())
    )


@router.put("/sites/{site_id}/hours/{month}", response=answers(HoursOut), operation_id="record_open_hours")
def hours(request: HttpRequest, site_id: UUID, month: str, said: HoursIn) -> HoursOut:
    """How long it was open in a month (`YYYY-MM`). Said again, it replaces what was said."""
    actor, asked = acting(request), month_of(month)
    site = site_to_look_after(actor, site_id)
    check(actor, P.REPORT_MONTH, site.programme_id, site_id=site.id)
    last = site.closed_on or now().date()
    if not Month.of(site.opened_on) <= asked <= Month.of(min(last, now().date())):
        raise Invalid(Sentence("Hours are told of months in which the site was open."))
    value = said.hours if isinstance(said.hours, Nothing) else tenths(said.hours)
    row = actions.record_open_hours(site=site, month=asked.first(), hours=value, by=actor, at=now())
    return _shown_hours(row)


@router.get(
    "/programmes/{programme_id}/populations", response=answers(list[PopulationOut]), operation_id="populations"
)  # fmt: skip
def populations(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[PopulationOut]:
    """Estimates of whom the programme could reach, by area, the newest first."""
    actor, programme = acting(request), programme_where(request, programme_id, *SEEN_BY)
    rows = Population.objects.visible_to(actor).filter(programme=programme)
    return [
        _shown_population(row)
        for row in rows.order_by("area", "-year", "group", "id")[offset : offset + limit]
    ]


@router.post(
    "/programmes/{programme_id}/populations", response=answers(PopulationOut, 201),
    operation_id="record_population",
)  # fmt: skip
def record_population(request: HttpRequest, programme_id: UUID, said: PopulationIn) -> Status[Any]:
    """An estimate of an area's group in a year, with its source. Said again, it replaces what was said."""
    programme = programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    if said.area not in areas_of(programme.id):
        raise Invalid(
            Sentence("No site of the programme lies in this area."),
            fields={"area": Sentence("Unknown area.")},
        )
    given: dict[str, Any] = said.model_dump(exclude={"low", "high"})
    given |= {
        name: Nothing.NOT_RECORDED if (end := getattr(said, name)) is None else end
        for name in ("low", "high")
    }
    row = actions.record_population(programme=programme, **given, by=acting(request), at=now())
    return Status(201, _shown_population(row))


@router.get(
    "/programmes/{programme_id}/code-lists/{list_name}", response=answers(list[EntryOut]),
    operation_id="code_list",
)  # fmt: skip
def code_list(request: HttpRequest, programme_id: UUID, list_name: str) -> list[EntryOut]:
    """One of the programme's lists, with what was retired from it."""
    programme = programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    return [_shown_entry(row) for row in _entries(programme, list_name).order_by("since_version", "id")]


@router.post(
    "/programmes/{programme_id}/code-lists/{list_name}", response=answers(EntryOut, 201),
    operation_id="add_listed_code",
)  # fmt: skip
def add_listed_code(request: HttpRequest, programme_id: UUID, list_name: str, wanted: EntryIn) -> Status[Any]:
    """Another word on a list; its code is made of it."""
    programme = programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    _entries(programme, list_name)
    row = actions.add_code(
        programme=programme, list_name=list_name, label=wanted.label, core=wanted.core, by=acting(request), at=now(),
    )  # fmt: skip
    return Status(201, _shown_entry(row))


@router.post("/listed-codes/{entry_id}/retire", response=answers(EntryOut), operation_id="retire_listed_code")
def retire_listed_code(request: HttpRequest, entry_id: UUID) -> EntryOut:
    """No longer offered; records that hold it keep it."""
    entry = _entry(request, entry_id)
    return _shown_entry(actions.retire_code(entry=entry, by=acting(request), at=now()))


@router.post(
    "/listed-codes/{entry_id}/reinstate", response=answers(EntryOut), operation_id="reinstate_listed_code"
)  # fmt: skip
def reinstate_listed_code(request: HttpRequest, entry_id: UUID) -> EntryOut:
    """Offered again."""
    entry = _entry(request, entry_id)
    return _shown_entry(actions.reinstate_code(entry=entry, by=acting(request), at=now()))


def _entries(programme: Programme, list_name: str) -> Any:
    if list_name not in actions.CODE_LISTS:
        raise NotFound(Sentence("There is no such list."))
    return CodeListEntry.objects.filter(programme=programme, list_name=list_name)


def _entry(request: HttpRequest, entry_id: UUID) -> CodeListEntry:
    actor = acting(request)
    mine = {grant.programme_id for grant in actor.grants}
    entry: CodeListEntry = one_of(CodeListEntry.objects.filter(programme_id__in=mine), entry_id, NO_WORD)
    check_any(request, entry.programme_id, P.MANAGE_PROGRAMME)
    return entry


def _shown_entry(row: CodeListEntry) -> EntryOut:
    return EntryOut(
        id=row.id, code=row.code, label=row.label, core=row.core, is_retired=row.retired_version is not None
    )


def _shown_hours(row: OpenHours) -> HoursOut:
    told = Nothing(row.hours_nothing or Nothing.NOT_RECORDED) if row.hours is None else float(row.hours)
    return HoursOut(month=str(Month.of(row.month)), hours=told)


def _shown_site(actor: Actor, row: Site) -> SetUpSiteOut:
    rows = OpenHours.objects.visible_to(actor).filter(site=row).order_by("-month")
    return SetUpSiteOut(
        id=row.id, organisation_id=row.organisation_id, name=row.name, kind=row.kind, area=row.area,
        time_zone=row.time_zone, opened_on=row.opened_on, closed_on=row.closed_on,
        hours=[_shown_hours(one) for one in rows],
    )  # fmt: skip


def _shown_population(row: Population) -> PopulationOut:
    return PopulationOut(
        id=row.id, area=row.area, year=row.year, group=row.group, estimate=row.estimate, source=row.source,
        low=_or_nothing(row.low, row.low_nothing), high=_or_nothing(row.high, row.high_nothing),
    )  # fmt: skip


def _or_nothing(value: int | None, nothing: str | None) -> int | Nothing:
    return Nothing(nothing or Nothing.NOT_RECORDED) if value is None else value
