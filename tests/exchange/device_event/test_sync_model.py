"""The sync as a machine: phones with an outbox and a log, a server that crashes and is restored, in any order of things.

The phones are plain Python and know nothing of the server; the server is the real one (load, actions, database). A
snapshot is a savepoint, and a restore goes back to it: what was recorded since is gone, as after `throughline restore`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from tests.cast import Cast
from tests.examples import examples
from tests.exchange.device_event.phones import Phone, phone_of
from throughline.exchange.device_event.load import said_again
from throughline.exchange.device_event.read import read_event
from throughline.exchange.device_event.seal import private_key
from throughline.records.audit.queries import verify
from throughline.records.engagement.actions import apply_event, drop_event
from throughline.records.engagement.models import Contact, DeviceEvent
from throughline.records.engagement.queries.device_events import held_for, held_of, received_from
from throughline.records.keyring import ring
from throughline.records.programme.actions import add_code
from throughline.records.programme.models import Epoch
from throughline.records.programme.queries import codes_of, epoch
from throughline.vocabulary.arriving import Sent
from throughline.vocabulary.errors import ThroughlineError

CODES = ("AB01021980F", "CD03041975M", "EF05061990X")
ANY = st.integers(min_value=0, max_value=10_000)
WORK = (
    "contact", "contact", "correction", "correction", "correction", "clash", "clash", "withdrawal", "place", "seal",
    "future", "anew", "anew",
)  # fmt: skip
FATES = st.sampled_from(("read", "read", "lost", "crash"))


@dataclass
class Held:
    """A phone and what lies on it: unsent events, a log of those that have a receipt, and how wrong its clock is."""

    phone: Phone
    outbox: dict[UUID, Sent] = field(default_factory=dict)
    log: dict[UUID, Sent] = field(default_factory=dict)
    made: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    epoch: str = ""
    clock: timedelta = timedelta(0)

    def put(self, event: dict[str, Any]) -> None:
        sent = self.phone.sealed(event)
        self.outbox[sent.event_id] = sent
        self.made[sent.event_id] = event


def order_of(row: DeviceEvent) -> tuple[str, int]:
    """The same in each run: ids are random."""
    return (str(row.device_id), row.device_sequence or 0)


class Crash(Exception):
    """The server goes down before it has committed."""


class Sync(RuleBasedStateMachine):
    cast: Cast
    now: datetime

    @initialize()
    def begin(self) -> None:
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.at = self.now
        bob, alice = self.cast.bob, self.cast.alice
        people = (bob, bob, alice)
        self.phones = [Held(phone_of(self.cast, person, self.at), epoch=epoch()) for person in people]
        self.is_restored = False
        for held in self.phones:
            self.record(held, 0)
            self.send(held, list(held.outbox.values()))
        self.take_a_backup()

    def tick(self) -> datetime:
        self.at += timedelta(minutes=2)
        return self.at

    # what people do on their phones

    @rule(
        which=ANY, plan=st.lists(st.tuples(st.sampled_from(WORK), ANY), min_size=2, max_size=6),
        order=st.randoms(use_true_random=False), fate=FATES, is_carried=st.booleans(),
    )  # fmt: skip
    def shift(
        self, which: int, plan: list[tuple[str, int]], order: Random, fate: str, is_carried: bool
    ) -> None:
        """A while of work on one phone, contacts, changes of them, things that cannot land; then some of it is sent."""
        held = self.pick(self.phones, which)
        for what, number in plan:
            if what == "contact" or not held.made:
                self.record(held, number)
            elif what in {"correction", "withdrawal"}:
                last = self.pick(list(held.made.values()), number)
                self.change(held, what, last["contact_id"], after=last["id"])
            elif what == "clash":
                self.clash(held, number)
            elif what == "anew":
                self.send_anew(held, number)
            else:
                self.record_what_cannot_land(held, what)
        self.sync(held, order, fate, is_carried)

    def record(self, held: Held, number: int) -> None:
        at = self.tick()
        event = held.phone.event("contact", at + held.clock)
        code = self.pick((*CODES, None), number)
        event["contact"] = held.phone.contact(at, client_code=code, needs=[{"domain": "housing"}])
        held.put(event)

    def record_what_cannot_land(self, held: Held, wrong: str) -> None:
        at = self.tick()
        event = held.phone.event("contact", at)
        happened = at + timedelta(days=40) if wrong == "future" else at
        event["contact"] = held.phone.contact(
            happened, place="nowhere" if wrong == "place" else "street", client_code=CODES[0]
        )
        held.put(event)
        if wrong == "seal":
            sent = held.outbox[UUID(event["id"])]
            held.outbox[sent.event_id] = replace(sent, sealed=sent.sealed[:-3])

    def change(self, held: Held, kind: str, contact_id: str, **stands_on: Any) -> None:
        at = self.tick()
        said = {"why": "told_later", "keeps_client": True} if kind == "correction" else {}
        event = held.phone.event(kind, at + held.clock, contact_id=contact_id, **stands_on, **said)
        if kind == "correction":
            event["contact"] = held.phone.contact(
                at, place="street", disclosures=[{"topic": "debt", "answer": "told"}]
            )
        held.put(event)

    def send_anew(self, held: Held, number: int) -> None:
        """A contact that was refused, put right and sent in its place, whatever the server has heard of it by then.

        The phone may take the code out of what it cannot open itself.
        """
        wrong = [
            one for one in held.made.values() if one["contact"] and one["contact"].get("place") == "nowhere"
        ]
        if wrong:
            one = self.pick(wrong, number)
            held.put(held.phone.event("contact", self.tick(), replaces=one["id"], keeps_code=number % 2 == 0))

    def clash(self, held: Held, number: int) -> None:
        """Two phones change a contact, each from the version that the server shows it."""
        row = self.pick(list(Contact.objects.order_by("device_id", "device_sequence")), number)
        other = self.pick([one for one in self.phones if one is not held], number)
        self.change(held, "correction", str(row.id), base_version=row.version)
        self.change(
            other, "correction" if number % 3 else "withdrawal", str(row.id), base_version=row.version
        )

    @rule(which=ANY, hours=st.integers(min_value=-200, max_value=200))
    def clock_jumps(self, which: int, hours: int) -> None:
        self.pick(self.phones, which).clock = timedelta(hours=hours)

    # what becomes of what they send

    def sync(self, held: Held, order: Random, fate: str, is_carried: bool) -> None:
        """Some of an outbox, in any order, some of it twice; the answers may be lost, or the server go down."""
        sent = list(held.outbox.values())
        if not sent:
            return
        order.shuffle(sent)
        sent = sent[: order.randint(1, 1 + len(sent) * 2 // 3)]  # the others are delayed
        if order.random() < 0.3:
            sent.append(sent[0])
        carrier = self.phones[1] if is_carried and held is self.phones[0] else held
        self.send(held, [replace(one, carried_by=carrier.phone.id) for one in sent], fate)

    def send(self, held: Held, sent: list[Sent], fate: str = "read") -> None:
        at = self.tick()
        try:
            with transaction.atomic():
                answers = held.phone.send(*sent, at=at).answers
                if fate == "crash":
                    raise Crash
        except Crash:
            return
        assert {one.event_id for one in answers} == {one.event_id for one in sent}
        for one in answers:
            rows = DeviceEvent.objects.filter(account=held.phone.account, event_id=one.event_id)
            assert rows.count() == 1, "an answer for what is not there, or is there twice"
            assert one.state in {"accepted", "already", "rejected", "conflict"}
            is_well = one.state in {"accepted", "already"}
            assert (one.why is None) == (is_well and not one.is_waiting)
            row = rows.get()
            waits = row.state == "waiting" and row.resolved_at is None
            assert (
                one.is_waiting == waits == (is_well and held_of(held.phone.actor).filter(id=row.id).exists())
            )
            if fate == "read":
                kept = held.outbox.pop(one.event_id, None)
                if kept is not None:
                    held.log[one.event_id] = kept

    # what happens on the server

    @rule(of_what=ANY, is_dropped=st.booleans())
    def manager_resolves(self, of_what: int, is_dropped: bool) -> None:
        rows = sorted(held_for(self.cast.alice.actor, self.cast.programme.id), key=order_of)
        for number in range(min(2, len(rows))):
            self.resolve(self.pick(rows, of_what + number), is_dropped)

    def resolve(self, row: DeviceEvent, is_dropped: bool) -> None:
        by, at = self.cast.alice.actor, self.tick()
        try:
            if is_dropped:
                drop_event(event=row, why="did_not_happen", by=by, at=at)
            else:
                said, account = said_again(row)
                apply_event(event=row, said=said, account=account, is_on_top=True, by=by, at=at)
        except ThroughlineError:
            return  # it still cannot be recorded, and is held as it was
        assert not DeviceEvent.objects.get(id=row.id).sealed

    @rule(is_code_added=st.booleans())
    def take_a_backup(self, is_code_added: bool = False) -> None:
        self.snapshot = transaction.savepoint()
        if is_code_added and "nowhere" not in codes_of(self.cast.programme.id, "place"):
            # what was held for its sake can be recorded now
            add_code(
                programme=self.cast.programme, list_name="place", label="Nowhere", core="street",
                by=self.cast.ada.actor, at=self.tick(),
            )  # fmt: skip

    @rule()
    def restore_it(self) -> None:
        transaction.savepoint_rollback(self.snapshot)
        Epoch.objects.update(value=uuid4())
        self.is_restored = True

    @rule(which=ANY)
    def hello(self, which: int) -> None:
        """The phone sees another epoch, or fewer receipts than it holds: it offers its log again."""
        held = self.pick(self.phones, which)
        receipts, _ = received_from(held.phone.id)
        if held.epoch != epoch() or receipts < len(held.log):
            held.outbox = held.log | held.outbox
            held.log = {}
            held.epoch = epoch()

    # what must hold

    def teardown(self) -> None:
        if not hasattr(self, "outer"):
            return
        try:
            for which, held in enumerate(self.phones):
                self.hello(which)
                if held.outbox:
                    self.send(held, list(held.outbox.values()))
                assert not held.outbox
            self.check()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def check(self) -> None:
        made = {event_id for held in self.phones for event_id in held.made}
        rows = {row.event_id: row for row in DeviceEvent.objects.all()}
        assert made == set(rows) and len(rows) == DeviceEvent.objects.count(), "each exactly once"
        recorded = {one for one, row in rows.items() if row.kind == "contact" and row.state == "accepted"}
        assert recorded == set(Contact.objects.values_list("id", flat=True)), (
            "a contact for each, and no other"
        )
        for contact in Contact.objects.all():
            versions = sorted(
                row.version
                for row in rows.values()
                if row.contact_ref == contact.id and row.state == "accepted"
            )
            assert versions == list(range(1, contact.version + 1)), "each version by one event"
        for row in rows.values():
            if row.state != "accepted":
                continue
            if row.replaces:
                assert rows[row.replaces].state != "accepted", "what was sent anew counts once"
            if row.kind != "contact" and row.resolved_as is None:
                stood_on = rows[row.after].version if row.after else row.base_version
                assert row.version == stood_on + 1, "nobody's change is written over unseen"
        self.check_held(rows)
        assert not verify().breaks

    def check_held(self, rows: dict[UUID, DeviceEvent]) -> None:
        seen = {row.event_id for row in held_for(self.cast.alice.actor, self.cast.programme.id)}
        for event_id, row in rows.items():
            is_open = row.state != "accepted" and row.resolved_at is None
            assert (row.sealed is not None) == is_open
            assert (event_id in seen) == is_open, "what is held is in the manager's inbox"
            if is_open and row.why != "unopenable":
                key = private_key(ring(), row.programme_id, row.key_version)
                assert str(read_event(bytes(row.sealed), key=key, event_id=event_id).id) == str(event_id)
            if row.state == "waiting" and row.resolved_at is None:
                assert self.is_waiting_rightly(row, rows)

    def is_waiting_rightly(self, row: DeviceEvent, rows: dict[UUID, DeviceEvent]) -> bool:
        """Only on a version that a restore has lost for good, for somebody made it here; or on one that waits for such."""
        if row.after is not None:
            return rows[row.after].state == "waiting"
        stands = Contact.objects.filter(id=row.contact_ref).values_list("version", flat=True).first() or 0
        return self.is_restored and row.base_version > stands

    @staticmethod
    def pick(among: Any, which: int) -> Any:
        return among[which % len(among)]


def test_sync_loses_nothing_and_doubles_nothing(cast: Cast, now: datetime) -> None:
    class Here(Sync):
        pass

    Here.cast, Here.now = cast, now
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


EXAMPLES, STEPS = examples(16), 14
