"""A small world written straight into tables with ids of its own, so that it is the same in every database and run.

`World` says in plain words what there is; `write` makes rows of it; tests/evaluation/oracle.py counts it in plain Python.
Rows are written past the actions on purpose: a world may hold what only a broken import leaves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.records.accounts.models import Account
from throughline.records.clients.models import Client
from throughline.records.engagement.models import Action, Barrier, Contact, Disclosure, KitLine, Need
from throughline.records.programme.models import (
    CodeListEntry,
    Component,
    ImportRun,
    Membership,
    MonthReport,
    OpenHours,
    Organisation,
    Programme,
    Provision,
    Site,
)
from throughline.records.referral.models import Referral, ReferralEvent, ReferralNeed
from throughline.records.study.models import Outcome, Phase, Study, StudySite, SurveyAnswer
from throughline.records.supplies.models import Item, Kit, KitComponent, KitVersion
from throughline.records.workforce.models import Attendance, Course, Training
from throughline.vocabulary.actor import Actor

AT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
CHEN = Actor.system("command line")  # may freeze and evaluate; roles are tested elsewhere


def made_id(kind: int, number: int) -> UUID:
    """An id that is the same in every run: the kind of row and its number."""
    return UUID(int=(kind << 64) | (7 << 76) | number)


@dataclass(frozen=True)
class WSite:
    name: str
    arm: str | None = None  # None: not in the study
    time_zone: str = "Europe/London"
    phases: tuple[tuple[str, date, date | None], ...] = ()


@dataclass(frozen=True)
class WReferral:
    """`events`: (state, source, moment). The state is the last one's; none: a draft."""

    events: tuple[tuple[str, str | None, datetime], ...] = ()
    is_arrived: bool = True


@dataclass(frozen=True)
class WNeed:
    domain: str = "housing"
    actions: tuple[str, ...] = ()
    referrals: tuple[WReferral, ...] = ()


@dataclass(frozen=True)
class WContact:
    """`client` is a number; `run` the state of the import it came with, None for one recorded here."""

    site: int
    at: datetime
    route: str = "service"
    client: int | None = None
    tally: int = 1
    told: tuple[tuple[str, str], ...] = ()  # topic, answer
    needs: tuple[WNeed, ...] = ()
    pipes: int = 0
    kits: int = 0
    run: str | None = None
    is_withdrawn: bool = False
    served_at: datetime | None = None


@dataclass(frozen=True)
class World:
    sites: tuple[WSite, ...]
    contacts: tuple[WContact, ...] = ()
    merged: dict[int, int] = field(default_factory=dict)  # client -> into which
    codes: dict[tuple[str, str], str] = field(default_factory=dict)  # (list, own code) -> the field's word
    months: tuple[tuple[int, date, str], ...] = ()  # site, month, reporting
    hours: tuple[tuple[int, date, str | None], ...] = ()  # site, month, hours (None: not recorded)
    staff: tuple[tuple[int, date, date | None, date | None], ...] = ()  # site, from, to, trained on
    is_course_marked: bool = True  # as the programme's own training
    refreshed: tuple[tuple[int, date], ...] = ()  # staff who completed a course that is not the programme's
    answers: tuple[
        tuple[int, str, int, str, str], ...
    ] = ()  # site, phase, respondent, question, value or nothing
    outcomes: tuple[tuple[str, str, str], ...] = ()  # code, kind, source
    provisions: tuple[tuple[int, str, date, date | None], ...] = ()  # likewise
    components: tuple[tuple[int, str, date, date | None], ...] = ()  # site, kind, from, to


@dataclass(frozen=True)
class Written:
    programme: Programme
    study: Study
    sites: tuple[Site, ...]


PIPE, SWAB, OWN = made_id(8, 1), made_id(8, 2), made_id(8, 3)
KIT_PIPES = 3  # pipes in a kit, two kinds of item together


@transaction.atomic
def write(world: World, slug: str = "world") -> Written:
    """Rows of the world. A kit holds 2 pipes and 1 item of the programme's own kind that counts as a pipe."""
    p = Programme.objects.create(id=made_id(1, 1), name=slug, slug=slug, created_at=AT)
    own = {("item_kind", "glass_pipe"): "safe_inhalation_pipe", **world.codes}
    CodeListEntry.objects.bulk_create(
        CodeListEntry(id=made_id(2, n), programme=p, list_name=name, code=code, label=code, core=core)
        for n, ((name, code), core) in enumerate(own.items())
    )
    service = Organisation.objects.create(id=made_id(3, 1), programme=p, name="Service", kind="drug_service")
    study = Study.objects.create(id=made_id(4, 1), programme=p, title="Study", design="before and after")
    sites = tuple(_write_site(world, n, site, service, study) for n, site in enumerate(world.sites))
    _write_supplies(p)
    runs = {
        state: ImportRun.objects.create(
            id=made_id(7, n), programme=p, kind="contacts", mapping_name="m", mapping_hash="0" * 64, file_hash="0" * 64,
            state=state, started_at=AT, heartbeat_at=AT, started_by="x",
        )
        for n, state in enumerate(("complete", "running", "broken"))
    }  # fmt: skip
    _write_clients(world, p)
    for number, contact in enumerate(world.contacts):
        _write_contact(number, contact, sites, service, runs)
    _write_study(world, p, study, sites)
    for n, (of, kind, from_on, to_on) in enumerate(world.components):
        Component.objects.create(
            id=made_id(34, n), programme=p, site=sites[of], kind=kind, from_on=from_on, to_on=to_on
        )
    for n, (of, kind, from_on, to_on) in enumerate(world.provisions):
        Provision.objects.create(
            id=made_id(35, n), programme=p, site=sites[of], kind=kind, what="x", from_on=from_on, to_on=to_on
        )
    _write_staff(world, p, service, sites)
    return Written(p, study, sites)


def _write_site(world: World, number: int, site: WSite, service: Organisation, study: Study) -> Site:
    row = Site.objects.create(
        id=made_id(5, number), programme=service.programme, organisation=service, name=site.name, kind="fixed",
        area=site.name, time_zone=site.time_zone, opened_on=date(2024, 1, 1),
    )  # fmt: skip
    if site.arm is not None:
        part = StudySite.objects.create(
            id=made_id(6, number), programme=service.programme, study=study, site=row, arm=site.arm
        )
        for n, (kind, from_on, to_on) in enumerate(site.phases):
            Phase.objects.create(
                id=made_id(9, number * 10 + n), programme=service.programme, study_site=part, kind=kind, from_on=from_on,
                to_on=to_on,
            )  # fmt: skip
    return row


def _write_supplies(p: Programme) -> None:
    for key, kind in ((PIPE, "safe_inhalation_pipe"), (SWAB, "swab"), (OWN, "glass_pipe")):
        Item.objects.create(id=key, programme=p, name=kind, kind=kind)
    kit = Kit.objects.create(id=made_id(10, 1), programme=p, name="Kit")
    version = KitVersion.objects.create(
        id=made_id(11, 1), programme=p, kit=kit, version=1, from_on=date(2024, 1, 1)
    )
    for n, (item, quantity) in enumerate(((PIPE, 2), (OWN, 1), (SWAB, 5))):
        KitComponent.objects.create(
            id=made_id(12, n), programme=p, kit_version=version, item_id=item, quantity=quantity
        )


def _write_clients(world: World, p: Programme) -> None:
    numbers = (
        {c.client for c in world.contacts if c.client is not None}
        | set(world.merged)
        | set(world.merged.values())
    )
    for number in sorted(numbers):
        Client.objects.create(id=made_id(13, number), programme=p, added_at=AT)
    for number, into in world.merged.items():
        Client.objects.filter(id=made_id(13, number)).update(merged_into=made_id(13, into))


def _write_contact(
    number: int, contact: WContact, sites: tuple[Site, ...], to: Organisation, runs: dict[str, ImportRun]
) -> None:
    site = sites[contact.site]
    row = Contact.objects.create(
        id=made_id(14, number), programme_id=site.programme_id, site=site, route=contact.route, tally=contact.tally,
        kind="single" if contact.tally == 1 else "tally",
        client_id=None if contact.client is None else made_id(13, contact.client), is_anonymous=contact.client is None,
        device_time=contact.at, server_time=contact.served_at or contact.at, recorded_by="x",
        import_run=runs[contact.run] if contact.run else None,
        withdrawn_at=AT if contact.is_withdrawn else None, withdrawn_by="x" if contact.is_withdrawn else None,
    )  # fmt: skip
    base = number * 100
    own = {"programme_id": site.programme_id}
    for n, (topic, answer) in enumerate(contact.told):
        Disclosure.objects.create(id=made_id(15, base + n), contact=row, topic=topic, answer=answer, **own)
    if contact.pipes:
        KitLine.objects.create(id=made_id(16, base), contact=row, item_id=PIPE, quantity=contact.pipes, **own)
    if contact.kits:
        KitLine.objects.create(
            id=made_id(16, base + 1), contact=row, kit_version_id=made_id(11, 1), quantity=contact.kits, **own
        )
    for n, need in enumerate(contact.needs):
        made = Need.objects.create(id=made_id(17, base + n), contact=row, domain=need.domain, **own)
        Barrier.objects.create(id=made_id(22, base + n), need=made, kind="waiting", **own)
        for m, kind in enumerate(need.actions):
            Action.objects.create(
                id=made_id(18, base + n * 10 + m), need=made, kind=kind, taken_at=contact.at, **own
            )
        for m, referral in enumerate(need.referrals):
            _write_referral(base + n * 10 + m, referral, made, site, to, runs)


def _write_referral(
    number: int, referral: WReferral, need: Need, site: Site, to: Organisation, runs: dict[str, ImportRun]
) -> None:
    state = referral.events[-1][0] if referral.events else "draft"
    own = {"programme_id": site.programme_id}
    row = Referral.objects.create(
        id=made_id(19, number), from_site=site, to_organisation=to, door="service", kind="letter", state=state,
        state_since=AT, made_at=need.contact.device_time, made_by="x",
        import_run=None if referral.is_arrived else runs["broken"], **own,
    )  # fmt: skip
    ReferralNeed.objects.create(id=made_id(20, number), referral=row, need=need, **own)
    for n, (came_to, source, at) in enumerate(referral.events):
        ReferralEvent.objects.create(
            id=made_id(21, number * 10 + n), referral=row, sequence=n + 1, state=came_to, source=source, happened_at=at,
            recorded_at=at + timedelta(minutes=1), recorded_by="x", **own,
        )  # fmt: skip


def _write_study(world: World, p: Programme, study: Study, sites: tuple[Site, ...]) -> None:
    for n, (site, month, reporting) in enumerate(world.months):
        MonthReport.objects.create(
            id=made_id(23, n), programme=p, site=sites[site], month=month, reporting=reporting, reported_at=AT, reported_by="x"
        )  # fmt: skip
    for n, (site, month, hours) in enumerate(world.hours):
        OpenHours.objects.create(
            id=made_id(24, n), programme=p, site=sites[site], month=month, hours=hours,
            hours_nothing=None if hours is not None else "not_recorded",
        )  # fmt: skip
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            id=made_id(25, n), programme=p, study=study, site=sites[site], phase=phase, answered_on=date(2025, 1, 1),
            respondent=respondent, question=question, value=told if is_value else None,
            value_nothing=None if is_value else told,
        )
        for n, (site, phase, respondent, question, told) in enumerate(world.answers)
        for is_value in (told.replace(".", "").isdigit(),)
    )  # fmt: skip
    for n, (code, kind, source) in enumerate(world.outcomes):
        Outcome.objects.create(
            id=made_id(26, n), programme=p, study=study, code=code.replace("_", "-"), name=code, kind=kind, source=source,
            measure=code, rank="primary", direction="higher_is_better", success_by="the protocol",
        )  # fmt: skip


def _write_staff(world: World, p: Programme, service: Organisation, sites: tuple[Site, ...]) -> None:
    course = Course.objects.create(
        id=made_id(27, 1), programme=p, name="Course", is_programme_training=world.is_course_marked
    )
    refresher = Course.objects.create(id=made_id(27, 2), programme=p, name="Refresher")
    for n, (site, from_on, to_on, trained_on) in enumerate(world.staff):
        account = Account.objects.create(
            id=made_id(28, n), username=f"staff{n}", display_name="x", created_at=AT
        )
        member = Membership.objects.create(
            id=made_id(29, n), programme=p, account=account, organisation=service, roles=["practitioner"],
            from_on=from_on, to_on=to_on,
        )  # fmt: skip
        member.sites.set([sites[site]])
        if trained_on is not None:
            held = Training.objects.create(
                id=made_id(30, n),
                programme=p,
                course=course,
                site=sites[site],
                held_on=trained_on,
                trainer="x",
            )
            Attendance.objects.create(
                id=made_id(31, n),
                programme=p,
                training=held,
                membership=member,
                is_attended=True,
                is_completed=True,
            )
    for n, (member_no, day) in enumerate(world.refreshed):
        site = sites[world.staff[member_no][0]]
        held = Training.objects.create(
            id=made_id(32, n), programme=p, course=refresher, site=site, held_on=day, trainer="x"
        )
        Attendance.objects.create(
            id=made_id(33, n), programme=p, training=held, membership_id=made_id(29, member_no), is_attended=True,
            is_completed=True,
        )  # fmt: skip
