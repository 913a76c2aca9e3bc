"""Breaking the glass opens one record, for a reason, for a while; it ends by itself, and data guardians read why."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast, Person
from tests.records.made import a_met_client, an_account_with, events
from throughline.records.clients import actions
from throughline.records.clients.actions import Identity
from throughline.records.clients.models import Client, CodeAttempt, EmergencyOpening, IdentityVault, Sharing
from throughline.records.clients.queries.guarded import emergency_for, open_emergencies
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, TooSoon, Unready
from throughline.vocabulary.roles import Role
from throughline.vocabulary.sharing import EmergencyKind

pytestmark = pytest.mark.django_db
CODE = "QK17031979F"
NOTE = "Found lying on the stairs, the ambulance asks what they take."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def client(cast: Cast, now: datetime) -> Client:
    return a_met_client(cast, now, CODE)


@pytest.fixture
def vault(cast: Cast, client: Client, now: datetime) -> IdentityVault:
    return actions.keep_identity(
        client=client, site=cast.site, identity=Identity("Robin Vale"), consented_on=now.date(),
        by=cast.bob.actor, at=now,
    )  # fmt: skip


def opened(cast: Cast, person: Person, now: datetime, **changed: object) -> EmergencyOpening | None:
    given = {"programme": cast.programme, "code": CODE, "kind": EmergencyKind.EMERGENCY, "note": NOTE}
    return actions.break_glass(**(given | changed), by=person.actor, at=now)  # type: ignore[arg-type]


def test_a_guardian_reads_for_an_hour_and_each_step_is_noted(
    cast: Cast, vault: IdentityVault, now: datetime
) -> None:
    emergency, grace = opened(cast, cast.grace, now), cast.grace.actor
    assert emergency is not None and emergency.ends_at == now + 60 * MINUTE
    actions.note_emergency_read(emergency=emergency, by=grace, at=now + 59 * MINUTE)
    read = actions.read_identity(vault=vault, emergency=emergency, by=grace, at=now + 59 * MINUTE)
    assert read.name == "Robin Vale"
    assert [len(open_emergencies(grace, cast.programme.id, now + n * MINUTE)) for n in (59, 60)] == [1, 0]
    for late in (actions.note_emergency_read, lambda **given: actions.read_identity(vault=vault, **given)):
        with pytest.raises(Unready):
            late(emergency=emergency, by=grace, at=now + 60 * MINUTE)
    names = ("glass_broken", "glass_record_read", "identity_read")
    assert [(event.action, event.reason) for name in names for event in events(name)] == [
        (name, "emergency") for name in names
    ]
    assert NOTE.encode() not in bytes(EmergencyOpening.objects.get().note)


def test_it_is_ones_own_alone_and_opens_one_person_alone(
    cast: Cast, vault: IdentityVault, now: datetime
) -> None:
    emergency = opened(cast, cast.grace, now)
    assert emergency is not None
    for name in ("alice", "bob", "priya", "omar", "ada", "dana", "stranger"):
        actor = cast.everybody()[name]
        for tried in (
            lambda actor=actor: actions.note_emergency_read(emergency=emergency, by=actor, at=now),
            lambda actor=actor: actions.read_identity(vault=vault, emergency=emergency, by=actor, at=now),
            lambda actor=actor: actions.end_emergency(emergency=emergency, by=actor, at=now),
            lambda actor=actor: emergency_for(actor, emergency.id),
        ):
            with pytest.raises((NotAllowed, NotFound)):
                tried()
    other = a_met_client(cast, now, "AB01021980M")
    theirs = actions.keep_identity(
        client=other, site=cast.site, identity=Identity("Somebody"), consented_on=now.date(), by=cast.bob.actor,
        at=now,
    )  # fmt: skip
    with pytest.raises(NotFound):
        actions.read_identity(vault=theirs, emergency=emergency, by=cast.grace.actor, at=now)


@pytest.mark.parametrize("name", ["bob", "priya", "omar", "chen", "rosa", "ada", "dana"])
def test_nobody_else_breaks_the_glass(cast: Cast, client: Client, now: datetime, name: str) -> None:
    with pytest.raises(NotAllowed):
        opened(cast, getattr(cast, name), now)
    with pytest.raises(NotAllowed):
        actions.read_emergencies(programme=cast.programme, by=getattr(cast, name).actor, at=now)
    assert not EmergencyOpening.objects.exists() and not CodeAttempt.objects.filter(is_entry=False).exists()


def test_a_manager_opens_from_the_page_of_somebody_met_there(
    cast: Cast, client: Client, now: datetime
) -> None:
    emergency = opened(cast, cast.alice, now, client=client, code="")
    assert emergency is not None
    actions.end_emergency(emergency=emergency, by=cast.alice.actor, at=now + MINUTE)
    with pytest.raises(Unready):
        emergency.refresh_from_db()
        actions.note_emergency_read(emergency=emergency, by=cast.alice.actor, at=now + MINUTE)
    with pytest.raises(NotFound):  # a guardian meets nobody: by code alone
        opened(cast, cast.grace, now, client=client, code="")


def test_a_reason_is_needed_in_words_and_by_its_kind(cast: Cast, client: Client, now: datetime) -> None:
    for changed in ({"note": "urgent"}, {"note": " " * 40}, {"code": ""}, {"client": client}):
        with pytest.raises(Invalid):
            opened(cast, cast.alice, now, **changed)
    emergency = opened(cast, cast.alice, now)
    assert emergency is not None
    for wrong in ({"kind": "curiosity"}, {"ends_at": emergency.opened_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EmergencyOpening.objects.filter(id=emergency.id).update(**wrong)


def test_guessing_codes_is_flagged_then_refused(cast: Cast, now: datetime) -> None:
    assert opened(cast, cast.grace, now, code="ZZ01021980M") is None
    assert not EmergencyOpening.objects.exists()
    rows = [
        CodeAttempt(
            programme=cast.programme, account_id=cast.grace.actor.id, at=now, is_known=False, is_entry=False
        )
        for _ in range(38)
    ]
    CodeAttempt.objects.bulk_create(rows)
    opened(cast, cast.grace, now, code="ZZ01021981M")
    assert len(events("code_guessing_flagged")) == 1
    with pytest.raises(TooSoon):
        opened(cast, cast.grace, now)


def test_what_another_organisation_recorded_is_written_down_as_shared(
    cast: Cast, client: Client, now: datetime
) -> None:
    opened(cast, cast.alice, now)  # of the service's own organisation: nothing passes
    assert not Sharing.objects.exists()
    housing = an_account_with(cast, Role.DATA_GUARDIAN, cast.housing)
    emergency = opened(cast, housing, now, kind=EmergencyKind.COURT_ORDER)
    assert emergency is not None
    (row,) = Sharing.objects.visible_to(cast.bob.actor)
    assert (row.client, row.site, row.to_organisation, row.basis, row.passed_by) == (
        client, cast.site, cast.housing, "court_order", housing.actor.id,
    )  # fmt: skip


def test_what_others_record_while_it_is_open_is_shared_when_it_is_read(
    cast: Cast, client: Client, now: datetime
) -> None:
    housing = an_account_with(cast, Role.DATA_GUARDIAN, cast.housing)
    emergency = opened(cast, housing, now)
    assert emergency is not None and Sharing.objects.count() == 1

    def look(minutes: int) -> int:
        actions.note_emergency_read(emergency=emergency, by=housing.actor, at=now + minutes * MINUTE)
        return Sharing.objects.count()

    assert look(1) == 1, "nothing new was there to be read"
    a_met_client(cast, now + timedelta(days=1, minutes=5), CODE)
    assert (look(10), look(20)) == (2, 2)
    newest = Sharing.objects.order_by("passed_at").last()
    assert newest is not None and newest.passed_at == now + 10 * MINUTE and newest.basis == "emergency"
    assert newest.site == cast.site and newest.client == client


def test_the_command_line_reads_why_of_everybody(cast: Cast, client: Client, now: datetime) -> None:
    """A reach over everything, beside another condition with `or`, is everything still."""
    opened(cast, cast.alice, now)
    told = actions.read_emergencies(programme=cast.programme, by=Actor.system("command line"), at=now)
    assert [note for _, note in told] == [NOTE]
    other = Actor.system("destruction")
    assert not EmergencyOpening.objects.visible_to(other).exists()


def test_guardians_read_why_and_that_is_noted(cast: Cast, client: Client, now: datetime) -> None:
    assert actions.read_emergencies(programme=cast.programme, by=cast.grace.actor, at=now) == []
    emergency = opened(cast, cast.alice, now)
    ((row, note),) = actions.read_emergencies(programme=cast.programme, by=cast.grace.actor, at=now)
    assert (row, note) == (emergency, NOTE)
    assert [(event.actor_id, event.count) for event in events("glass_reasons_read")] == [
        (cast.grace.actor.id, 1)
    ]
