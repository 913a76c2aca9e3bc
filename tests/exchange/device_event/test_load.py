"""What a phone sends, and what becomes of it: hostile bytes, any order, conflicts, limits, keys, and a code that nobody sees."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import SYSTEM, Cast
from tests.exchange.device_event.phones import Phone, phone_of
from tests.records.made import events
from throughline.exchange.device_event.document import LIMIT
from throughline.exchange.device_event.load import AT_ONCE, LATER, receive, said_again
from throughline.exchange.device_event.seal import public_key, seal
from throughline.records.audit.queries import verify
from throughline.records.clients.actions.identifying import ENTRIES_REFUSED
from throughline.records.clients.models import CodeAttempt
from throughline.records.engagement.actions import apply_event, drop_event, settle_event
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.records.engagement.queries.device_events import held_for, held_of, received_from
from throughline.records.foundation import new_id
from throughline.records.keyring import KeyRing, ring
from throughline.records.programme.actions import add_code, record_police_agreement, retire_code
from throughline.records.programme.models import CodeListEntry, Programme
from throughline.records.supplies.actions import add_item
from throughline.vocabulary.arriving import Sent
from throughline.vocabulary.chain import ItemKind
from throughline.vocabulary.errors import Unready

CODE = "QK17031979F"


@pytest.fixture
def phone(cast: Cast, now: datetime) -> Phone:
    return phone_of(cast, cast.bob, now)


def resealed(phone: Phone, plain: bytes, event_id: UUID, programme: Programme | None = None) -> Sent:
    to = public_key(ring(), (programme or phone.programme).id)
    phone.sequence += 1
    return Sent(event_id, phone.id, phone.sequence, 1, seal(plain, to=to, event_id=event_id), phone.id)


def test_whatever_is_wrong_with_an_event_it_is_held_with_a_sentence(
    cast: Cast, phone: Phone, now: datetime
) -> None:
    def changed(**said: Any) -> Sent:
        event = phone.event("contact", now) | said
        return replace(
            phone.sealed(event | {"sequence": phone.sequence, "device_id": str(phone.id)}),
            event_id=UUID(event["id"]),
        )

    def plain(text: bytes) -> Sent:
        return resealed(phone, text, new_id())

    good = phone.sealed(phone.event("contact", now))
    other_id = replace(phone.sealed(phone.event("contact", now)), event_id=new_id())
    extra = phone.event("contact", now)
    extra["contact"][CODE] = CODE
    wrong_kind = phone.event("contact", now, contact_id=str(new_id()))
    foreign = phone.event("contact", now, programme_id=str(cast.elsewhere.id))
    dana = Phone(cast.elsewhere, cast.elsewhere_site, cast.bob.account, cast.bob.actor, id=phone.id)
    dana.sequence = 900
    hostile = {
        "seal does not open": [
            replace(phone.sealed(phone.event("contact", now)), sealed=b""),
            replace(phone.sealed(phone.event("contact", now)), sealed=good.sealed[:60]),
            replace(phone.sealed(phone.event("contact", now)), sealed=bytes(200)),
            other_id,
            dana.sealed(dana.event("contact", now)),
        ],
        "larger than a record": [replace(phone.sealed(phone.event("contact", now)), sealed=bytes(LIMIT + 1))],
        "key version 9": [replace(phone.sealed(phone.event("contact", now)), key_version=9)],
        "another version of the recorder": [changed(format=2)],
        "not as a record has to be": [
            plain(b"\xff"), plain(b"[]"), plain(b"{}"), plain(b'{"a":1,"a":2}'), plain(b'{"a":NaN}'), plain(b"[" * 9000),
            changed(made_at="yesterday"), changed(contact={"site_id": "x"}), phone.sealed(extra), phone.sealed(wrong_kind),
            changed(kind="correction", after=str(new_id()), base_version=1, why="told_later"),
        ],
        "another programme": [phone.sealed(foreign)],
        "Somebody else recorded it": [changed(account_id=str(cast.alice.account.id))],
        "the device that it names": [
            replace(phone.sealed(phone.event("contact", now)), sequence=7777),
            replace(phone.sealed(phone.event("contact", now)), device_id=new_id()),
        ],
        "is not on this programme's list of place": [changed(contact=phone.contact(now, place="moon"))],
        "more than a day in the future": [changed(contact=phone.contact(now + timedelta(days=3)))],
        "does not follow the rule": [changed(contact=phone.contact(now, client_code="QK1"))],
        "There is no such site": [changed(contact=phone.contact(now, site_id=str(new_id())))],
        "not one of your sites": [changed(contact=phone.contact(now, site_id=str(cast.other_site.id)))],
        "A kit is not of this programme": [
            changed(contact=phone.contact(now, kit_lines=[{"kit_version_id": str(new_id())}]))
        ],
        "Say why": [changed(kind="correction", why="because", base_version=1, contact_id=str(good.event_id))],
    }  # fmt: skip
    assert [one.state for one in phone.send(good, at=now).answers] == ["accepted"]
    for words, sent in hostile.items():
        for one in sent:
            for _ in range(2):  # sent again, it is the same one and answered in the same way
                (answer,) = phone.send(one, at=now).answers
                assert answer.state == "rejected" and words in str(answer.why), (words, answer)
            row = DeviceEvent.objects.get(event_id=one.event_id)
            assert bytes(row.sealed) == one.sealed
    assert Contact.objects.count() == 1
    number = sum(len(sent) for sent in hostile.values())
    assert held_of(cast.bob.actor).count() == number
    # of no readable site: the administrator's and the manager's; of a site: who corrects there
    seen = {
        who: held_for(getattr(cast, who).actor, cast.programme.id).count()
        for who in ("alice", "ada", "priya", "dana")
    }
    assert seen["alice"] == number - 1 and 0 < seen["ada"] < number and seen["priya"] == seen["dana"] == 0
    assert len(events("device_event_held")) == number


def test_a_number_that_is_taken_is_held_and_the_first_one_stands(phone: Phone, now: datetime) -> None:
    first, second = phone.event("contact", now), phone.event("contact", now)
    second["sequence"] = first["sequence"]
    assert [phone.tell(one, now).state for one in (first, second)] == ["accepted", "rejected"]
    assert "has its number" in str(phone.tell(second, now).why)
    assert received_from(phone.id) == (2, 1)


def test_record_whose_number_was_taken_is_recorded_without_it_when_it_is_tried_again(
    cast: Cast, phone: Phone, now: datetime
) -> None:
    first, second = phone.event("contact", now), phone.event("contact", now)
    second["sequence"] = first["sequence"]
    phone.tell(first, now)
    phone.tell(second, now)
    row = DeviceEvent.objects.get(event_id=second["id"])
    said, account = said_again(row)
    apply_event(event=row, said=said, account=account, is_on_top=False, by=cast.alice.actor, at=now)
    contact = Contact.objects.get(id=second["id"])
    assert (contact.device_id, contact.recorded_by) == (None, str(cast.bob.account.id))
    assert phone.tell(second, now).state == "already" and Contact.objects.count() == 2


def test_line_that_cannot_be_written_keeps_out_its_own_record_alone(
    cast: Cast, phone: Phone, now: datetime
) -> None:
    """Lines of several records are written together; each is there once, and what contradicts another is held by itself."""
    need, made = str(new_id()), []
    for number in range(4):
        event = phone.event("contact", now)
        named = {"id": need} if number in (1, 3) else {}
        event["contact"] |= {"needs": [{"domain": "housing", "actions": ["advised"], **named}]}
        made.append(phone.sealed(event))
    done = phone.send(*made, at=now)
    assert [one.state for one in done.answers] == ["accepted"] * 3 + [
        "rejected"
    ] and done.retry_after_seconds is None
    assert "belongs to another contact" in str(done.answers[3].why)
    assert {contact.needs.get().actions.get().kind for contact in Contact.objects.all()} == {"advised"}
    assert Contact.objects.count() == 3 and len(events("contact_recorded")) == 3 and not verify().breaks


def test_order_of_arrival_makes_no_difference(cast: Cast, phone: Phone, now: datetime) -> None:
    """A contact, its correction, and a second one on top: told in each of six orders, over again, by two accounts."""
    from itertools import permutations

    for order in permutations(range(3)):
        contact = phone.event("contact", now)
        told: list[dict[str, Any]] = [contact]
        for place in ("street", "van"):
            told.append(
                phone.event("correction", now, contact_id=contact["id"], after=told[-1]["id"], why="told_later",
                            contact=phone.contact(now, place=place))
            )  # fmt: skip
        for which in order:
            assert phone.tell(told[which], now).state == "accepted"
        row = Contact.objects.get(id=contact["id"])
        assert (row.version, row.place) == (3, "van")
        assert {phone.tell(one, now).state for one in told} == {"already"}


def test_two_phones_that_change_one_contact_conflict_and_so_does_what_follows(
    cast: Cast, phone: Phone, now: datetime
) -> None:
    other = phone_of(cast, cast.bob, now)
    contact = phone.event("contact", now)
    phone.tell(contact, now)
    stands = {"contact_id": contact["id"], "why": "told_later"}
    won = phone.event(
        "correction", now, after=contact["id"], contact=phone.contact(now, place="van"), **stands
    )
    lost = other.event(
        "correction", now, base_version=1, contact=phone.contact(now, place="street"), **stands
    )
    after = other.event("withdrawal", now, after=lost["id"], contact_id=contact["id"])
    waits = other.tell(after, now)  # what it follows has not come
    assert (waits.state, waits.is_waiting) == ("accepted", True) and "has not arrived" in str(waits.why)
    assert [one.event_id for one in held_of(cast.bob.actor)] == [UUID(after["id"])]
    assert phone.tell(won, now).state == "accepted"
    answer = other.tell(lost, now)
    assert answer.state == "conflict" and "version 2" in str(answer.why)
    follows = DeviceEvent.objects.get(event_id=after["id"])
    assert (follows.state, follows.why) == ("conflict", "stands_on_held")
    assert Contact.objects.get().place == "van"
    # mine on top: a new correction in place of the held one, from what stands now
    mine = other.event("correction", now, base_version=2, replaces=lost["id"], contact=phone.contact(now, place="street"), **stands)  # fmt: skip
    assert other.tell(mine, now).version == 3
    assert DeviceEvent.objects.get(event_id=lost["id"]).resolved_as == "replaced"
    assert other.tell(lost, now).state == "already"
    twice = other.event(
        "correction", now, base_version=3, replaces=lost["id"], contact=phone.contact(now), **stands
    )
    assert other.tell(twice, now).state == "conflict"


def sent_anew(phone: Phone, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """A contact that cannot be recorded, with a client code; and the one in its place, which takes the code out of it."""
    wrong = phone.event("contact", now)
    wrong["contact"] |= {"place": "moon", "client_code": CODE}
    return wrong, phone.event("contact", now, replaces=wrong["id"], keeps_code=True)


def test_replacement_that_arrives_first_takes_the_code_out_of_what_it_replaces(
    phone: Phone, now: datetime
) -> None:
    wrong, anew = sent_anew(phone, now)
    assert phone.tell(anew, now).state == "accepted"  # it waits
    assert not Contact.objects.exists()
    assert phone.tell(wrong, now).state == "already"
    contact = Contact.objects.get(id=anew["id"])
    assert contact.client_id is not None
    row = DeviceEvent.objects.get(event_id=wrong["id"])
    assert (row.resolved_as, row.sealed) == ("replaced", None)


def test_what_is_replaced_stays_sealed_while_its_replacement_cannot_be_recorded(
    cast: Cast, phone: Phone, now: datetime
) -> None:
    wrong, anew = sent_anew(phone, now)
    wrong["contact"] |= {"place": "street"}
    anew["contact"] |= {"place": "moon"}
    phone.tell(anew, now)
    assert phone.tell(wrong, now).state == "rejected"
    rows = {str(row.event_id): row for row in DeviceEvent.objects.held()}
    assert set(rows) == {wrong["id"], anew["id"]} and all(row.sealed for row in rows.values())
    assert rows[wrong["id"]].why == "replaced" and rows[anew["id"]].why == "refused"
    said, account = said_again(rows[wrong["id"]])
    apply_event(event=rows[wrong["id"]], said=said, account=account, is_on_top=False, by=cast.alice.actor, at=now)  # fmt: skip
    assert Contact.objects.get().client_id is not None


def test_replacement_that_waits_for_a_code_that_is_nowhere_is_held(phone: Phone, now: datetime) -> None:
    wrong, anew = sent_anew(phone, now)
    wrong["contact"] |= {"client_code": None}
    phone.tell(anew, now)
    phone.tell(wrong, now)
    assert phone.tell(anew, now).state == "rejected"
    row = DeviceEvent.objects.get(event_id=anew["id"])
    assert (row.why, row.resolved_at) == ("code_gone", None) and row.sealed


def test_replacement_that_was_dropped_replaces_nothing(cast: Cast, phone: Phone, now: datetime) -> None:
    wrong, anew = sent_anew(phone, now)
    wrong["contact"] |= {"place": "street"}
    phone.tell(anew, now)
    waits = DeviceEvent.objects.get(event_id=anew["id"])
    drop_event(event=waits, why="did_not_happen", by=cast.alice.actor, at=now)
    another = phone.event("contact", now, replaces=wrong["id"], keeps_code=True)
    phone.tell(another, now)
    assert DeviceEvent.objects.get(event_id=another["id"]).state == "waiting", "nothing else was sent for it"
    drop_event(event=DeviceEvent.objects.get(event_id=another["id"]), why="did_not_happen", by=cast.alice.actor, at=now)  # fmt: skip
    assert phone.tell(wrong, now).state == "accepted"
    assert str(Contact.objects.get().id) == wrong["id"]


def three_attempts(phone: Phone, now: datetime) -> list[dict[str, Any]]:
    """The first two cannot be recorded; each is sent in the place of the one before, and takes the code out of it."""
    wrong, again = sent_anew(phone, now)
    again["contact"] |= {"place": "moon"}
    return [wrong, again, phone.event("contact", now, replaces=again["id"], keeps_code=True)]


@pytest.mark.parametrize("order", ["012", "021", "102", "120", "201", "210"])
def test_of_three_attempts_at_one_record_one_is_recorded_in_any_order(
    phone: Phone, now: datetime, order: str
) -> None:
    told = three_attempts(phone, now)
    for which in order:
        phone.tell(told[int(which)], now)
    contact = Contact.objects.get()
    assert str(contact.id) == told[2]["id"] and contact.client_id is not None
    assert {phone.tell(one, now).state for one in told} == {"already"}
    assert not DeviceEvent.objects.filter(sealed__isnull=False).exists()


def test_attempt_is_refused_where_another_at_the_same_record_is_recorded(
    cast: Cast, phone: Phone, now: datetime
) -> None:
    def try_again(event: dict[str, Any]) -> None:
        row = DeviceEvent.objects.get(event_id=event["id"])
        said, account = said_again(row)
        apply_event(event=row, said=said, account=account, is_on_top=False, by=cast.alice.actor, at=now)

    first, second, third = three_attempts(phone, now)
    phone.tell(first, now)
    phone.tell(second, now)
    add_code(programme=cast.programme, list_name="place", label="Moon", core="street", by=cast.ada.actor, at=now)  # fmt: skip
    try_again(first)
    answer = phone.tell(third, now)
    assert answer.state == "conflict" and "recorded in the meantime" in str(answer.why)
    for event in (second, third):
        with pytest.raises(Unready, match="recorded in the meantime"):
            try_again(event)
    assert str(Contact.objects.get().id) == first["id"]


def test_second_attempt_that_comes_after_the_third_was_recorded_ends_the_first_as_well(
    phone: Phone, now: datetime
) -> None:
    first, second, third = three_attempts(phone, now)
    third["keeps_code"] = False
    for event in (first, third, second):
        phone.tell(event, now)
    assert str(Contact.objects.get().id) == third["id"]
    assert not DeviceEvent.objects.filter(sealed__isnull=False).exists()


@pytest.mark.parametrize("what", ["again", "drop"])
def test_resolving_takes_its_turn_with_what_arrives_before_it_looks(
    cast: Cast, phone: Phone, now: datetime, what: str
) -> None:
    """PostgreSQL has many writers: it asks for the event and its contact first. SQLite has one, and looks at once."""
    wrong, _ = sent_anew(phone, now)
    phone.tell(wrong, now)
    row = DeviceEvent.objects.get(event_id=wrong["id"])
    said, account = said_again(row)
    with CaptureQueriesContext(connection) as asked:
        if what == "drop":
            drop_event(event=row, why="did_not_happen", by=cast.alice.actor, at=now)
        else:
            with suppress(Unready):
                apply_event(
                    event=row, said=said, account=account, is_on_top=False, by=cast.alice.actor, at=now
                )
    first = next(one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"])
    is_taken = "pg_advisory_xact_lock" in first
    assert is_taken == (connection.vendor == "postgresql") and (is_taken or "device" in first)


def test_what_was_dropped_meanwhile_is_not_settled(cast: Cast, phone: Phone, now: datetime) -> None:
    """Somebody read that it waits, and then waited for a manager who dropped it."""
    contact = phone.event("contact", now)
    lost = phone.event("withdrawal", now, contact_id=contact["id"], after=contact["id"])
    phone.tell(lost, now)
    read = DeviceEvent.objects.get(event_id=lost["id"])
    said, account = said_again(read)
    drop_event(event=read, why="did_not_happen", by=cast.alice.actor, at=now)
    phone.tell(contact, now)
    assert settle_event(event=read, said=said, by=account, at=now).resolved_as == "dropped"
    assert Contact.objects.get().withdrawn_at is None


def test_each_transaction_has_its_own_time_told_after_it_has_begun(
    cast: Cast, phone: Phone, now: datetime
) -> None:
    """A transaction may wait for another writer: what it records is not from before, when a month was still open."""
    sent = [phone.sealed(phone.event("contact", now)) for _ in range(AT_ONCE + 2)]
    outside = len(connection.savepoint_ids)
    depths: list[int] = []

    def clock() -> datetime:
        depths.append(len(connection.savepoint_ids) - outside)
        return now + timedelta(seconds=len(depths))

    receive(events=sent, programmes=[cast.programme], by=cast.bob.actor, clock=clock)
    assert depths == [1, 1]
    times = list(Contact.objects.order_by("device_sequence").values_list("server_time", flat=True))
    assert times == [now + timedelta(seconds=1)] * AT_ONCE + [now + timedelta(seconds=2)] * 2


def test_what_happened_is_kept_even_where_it_should_not_have(cast: Cast, phone: Phone, now: datetime) -> None:
    """A controlled item without an agreement, and a code that was retired in the meantime."""
    Programme.objects.filter(id=cast.programme.id).update(is_agreement_needed=True)
    pipe = add_item(
        programme=cast.programme, name="Pipe", kind=ItemKind.PIPE.value, is_controlled=True, by=SYSTEM, at=now
    )
    retire_code(entry=CodeListEntry.objects.get(programme=cast.programme, list_name="place", code="hostel"), by=SYSTEM, at=now)  # fmt: skip
    event = phone.event("contact", now)
    event["contact"] |= {"kit_lines": [{"item_id": str(pipe.id)}], "place": "hostel"}
    assert phone.tell(event, now).state == "accepted"
    row = Contact.objects.get()
    assert row.is_flagged_supply and row.place == "hostel"
    record_police_agreement(
        force=cast.police, area=cast.site.area, item_kinds=[ItemKind.PIPE.value], document_reference="A1",
        from_on=now.date() - timedelta(days=1), to_on=None, by=SYSTEM, at=now,
    )  # fmt: skip
    event = phone.event("contact", now)
    event["contact"] |= {"kit_lines": [{"item_id": str(pipe.id)}]}
    phone.tell(event, now)
    assert not Contact.objects.get(id=event["id"]).is_flagged_supply


def test_too_many_new_codes_are_left_unanswered_and_land_later(phone: Phone, now: datetime) -> None:
    CodeAttempt.objects.bulk_create(
        CodeAttempt(
            programme=phone.programme, account_id=phone.actor.id, at=now, is_known=False, is_entry=True
        )
        for _ in range(ENTRIES_REFUSED - 2)
    )
    made = []
    for n in range(5):
        event = phone.event("contact", now)
        event["contact"]["client_code"] = f"QK{n + 1:02d}011979F"
        made.append(phone.sealed(event))
    anonymous = phone.sealed(phone.event("contact", now))
    first = phone.send(*made, anonymous, at=now)
    left = {one.event_id for one in made} - {one.event_id for one in first.answers}
    assert len(left) == 3 and first.retry_after_seconds == LATER
    assert anonymous.event_id in {one.event_id for one in first.answers}
    assert {one.state for one in first.answers} == {"accepted"} and not DeviceEvent.objects.held().exists()
    later = phone.send(*[one for one in made if one.event_id in left], at=now + timedelta(minutes=61))
    assert {one.state for one in later.answers} == {"accepted"} and later.retry_after_seconds is None


def test_client_code_lies_nowhere_in_the_clear(cast: Cast, phone: Phone, now: datetime) -> None:
    """Not in any column of any row: of what is recorded, of what waits, of what is held."""
    for place, after in (("street", None), ("moon", None), ("street", str(new_id()))):
        said: dict[str, Any] = {"contact": phone.contact(now, place=place, client_code=CODE)}
        if after:
            said |= {"after": after, "why": "told_later", "contact_id": str(new_id())}
        phone.tell(phone.event("correction" if after else "contact", now, **said), now)
    assert {row.state for row in DeviceEvent.objects.all()} == {"accepted", "rejected", "waiting"}
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            assert CODE not in repr([bytes(one) if isinstance(one, memoryview) else one for one in row]), (
                model
            )


def test_an_event_under_an_older_key_opens_and_one_under_a_lost_key_waits_for_it(
    cast: Cast, phone: Phone, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = phone.sealed(phone.event("contact", now))
    monkeypatch.setenv("THROUGHLINE_KEYS", ring().rotated().to_text())
    newer = phone.sealed(phone.event("contact", now))
    assert (older.key_version, newer.key_version) == (1, 2)
    done = phone.send(older, newer, at=now)
    assert [one.state for one in done.answers] == ["accepted", "accepted"]
    lost = phone.sealed(phone.event("contact", now))
    monkeypatch.setenv("THROUGHLINE_KEYS", KeyRing({1: ring().masters[1]}).to_text())
    assert "key version 2" in str(phone.send(lost, at=now).answers[0].why)


def test_restored_server_gets_back_from_the_log_what_it_lost_even_of_a_device_that_it_forgot(
    cast: Cast, now: datetime
) -> None:
    phone = Phone(cast.programme, cast.site, cast.bob.account, cast.bob.actor)
    carrier = phone_of(cast, cast.bob, now)
    contact = phone.event("contact", now)
    log = [phone.sealed(contact)]
    log.append(phone.sealed(phone.event("withdrawal", now, contact_id=contact["id"], after=contact["id"])))
    sent = [replace(one, carried_by=carrier.id) for one in reversed(log)]
    done = receive(events=sent, programmes=[cast.programme], by=cast.bob.actor, clock=lambda: now)
    assert {one.state for one in done.answers} == {"accepted"}
    assert Contact.objects.get().withdrawn_at is not None
    assert Contact.objects.get().device_id == phone.id, "known again by what it recorded"
