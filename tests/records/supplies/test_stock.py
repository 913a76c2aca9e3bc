"""Stock as it is recorded: any order of arrival, ids sent again, who may, what a count that differs is."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from tests.cast import SYSTEM, Cast
from throughline.methods.stock import Count, Flow, stocks
from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.actions import record_contact, withdraw_contact
from throughline.records.engagement.queries.stock import counted_items, on_hand_for, running_out_at
from throughline.records.foundation import new_id
from throughline.records.programme.actions import record_police_agreement
from throughline.records.programme.models import Programme
from throughline.records.supplies import actions
from throughline.records.supplies.models import CountExplanation, Item, StockCount, StockMovement
from throughline.records.supplies.queries import movements_at
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft, KitLineDraft
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.stock import CountedLine, StockLine, VarianceReason, WithdrawnWhy, WriteOffReason

pytestmark = pytest.mark.django_db


class Store:
    """Two items, a kit of both, and short ways to let things happen."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now, self.alice = cast, now, cast.alice.actor
        make = {"programme": cast.programme, "by": SYSTEM, "at": now}
        self.pipe = actions.add_item(name="Pipe", kind="safe_inhalation_pipe", is_controlled=True, **make)
        self.foil = actions.add_item(name="Foil", kind="foil", **make)
        self.kit = actions.add_kit_version(
            name="Kit", components={self.pipe: 1, self.foil: 3}, from_on=now.date(), **make
        )

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def receive(self, item: Item, quantity: int, days: float, **more: Any) -> StockMovement:
        line = StockLine(item.id, quantity, **more)
        return actions.receive_stock(
            site=self.cast.site, lines=[line], happened_at=self.ago(days), by=self.alice, at=self.now
        )[0]

    def count(self, days: float, *lines: CountedLine, **more: Any) -> StockCount:
        return actions.count_stock(
            site=self.cast.site,
            lines=lines,
            counted_at=self.ago(days),
            by=self.cast.bob.actor,
            at=self.now,
            **more,
        )

    def give(self, quantity: int, days: float, *, item: Item | None = None, others: int | None = None) -> Any:
        line = KitLineDraft(
            item_id=item.id if item else None, kit_version_id=None if item else self.kit.id, quantity=quantity
        )
        draft = ContactDraft(
            self.cast.site.id, Route.SERVICE, self.ago(days), kit_lines=(line,), is_after_the_fact=True,
            on_behalf_of=Nothing.NOT_RECORDED if others is None else others,
        )  # fmt: skip
        return record_contact(draft=draft, by=self.cast.bob.actor, at=self.now)

    def shelf(self) -> dict[str, Any]:
        return {line.item.name: line for line in on_hand_for(self.alice, self.cast.site.id, self.now).lines}


@pytest.fixture
def store(cast: Cast, now: datetime) -> Store:
    return Store(cast, now)


def _events(store: Store, random: Random) -> tuple[list[Any], list[Flow], list[Count]]:
    """What happened, each as a thing to record, and the same as plain flows and counts (kits opened)."""
    happen: list[Any] = []
    flows, counts = [], []
    site, items = str(store.cast.site.id), {"Pipe": store.pipe, "Foil": store.foil}
    for _ in range(26):
        name, days, n = random.choice(list(items)), random.randrange(1, 20) / 2, random.randrange(1, 30)
        item, at = items[name], store.ago(days)
        kind = random.choice(["in", "in", "out", "there", "count", "give", "give", "kit"])
        if kind == "in":
            happen.append(lambda i=item, n=n, d=days: store.receive(i, n, d))
            flows.append(Flow(name, n, at, None, site))
        elif kind == "out":
            happen.append(lambda i=item, n=n, t=at: actions.write_off_stock(
                site=store.cast.site, lines=[StockLine(i.id, n)], reason=WriteOffReason.LOST, happened_at=t,
                by=store.alice, at=store.now))  # fmt: skip
            flows.append(Flow(name, n, at, site, None))
        elif kind == "there":
            happen.append(lambda i=item, n=n, t=at: actions.transfer_stock(
                from_site=store.cast.site, to_site=store.cast.other_site, lines=[StockLine(i.id, n)],
                happened_at=t, by=store.alice, at=store.now))  # fmt: skip
            flows.append(Flow(name, n, at, site, "there"))
        elif kind == "count":
            key = new_id()
            happen.append(lambda i=item, n=n, d=days, k=key: store.count(d, CountedLine(i.id, n), count_id=k))
            counts.append(Count(str(key), site, name, at, n))
        elif kind == "give":
            happen.append(lambda i=item, n=n, d=days: store.give(n, d, item=i))
            flows.append(Flow(name, n, at, site, None))
        else:
            happen.append(lambda n=n, d=days: store.give(n, d))
            flows += [Flow("Pipe", n, at, site, None), Flow("Foil", 3 * n, at, site, None)]
    return happen, flows, counts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_of_arrival_gives_the_same_shelf(store: Store, seed: int) -> None:
    """Recorded in three orders, each time the very books that the pure function has of all that happened."""
    random = Random(seed)
    happen, flows, counts = _events(store, random)
    plain = stocks(flows, counts)
    site = str(store.cast.site.id)
    for _ in range(3):
        random.shuffle(happen)
        with transaction.atomic():
            for record in happen:
                record()
            shelf = store.shelf()
            for name in ("Pipe", "Foil"):
                known = plain[site, name].on_hand
                assert shelf[name].on_hand == (Nothing.NOT_RECORDED if known is None else known)
                assert shelf[name].counted_at == plain[site, name].counted_at
            rows = list(StockCount.objects.all())
            found = counted_items(store.cast.site, rows)
            said = {
                (str(count), one.item.name): (one.counted, one.expected)
                for count, items in found.items()
                for one in items
            }
            assert said == {
                (v.count_id, name): (v.counted, v.expected)
                for name in ("Pipe", "Foil")
                for v in plain[site, name].variances
            }
            one = random.choice(rows)  # alone it says what it says among all
            assert counted_items(store.cast.site, [one])[one.id] == found[one.id]
            transaction.set_rollback(True)


def test_late_contact_before_a_count_changes_its_variance_alone(store: Store) -> None:
    store.receive(store.foil, 100, 10)
    store.give(10, 8, item=store.foil)
    count = store.count(5, CountedLine(store.foil.id, 80))
    store.give(5, 2, item=store.foil)
    before = counted_items(store.cast.site, [count])[count.id][0]
    assert (before.expected, before.difference, before.needs_reason) == (90, -10, True)
    assert store.shelf()["Foil"].on_hand == 75
    actions.explain_variance(
        count=count, item=store.foil, reason=VarianceReason.NOT_KNOWN, difference=-10, by=store.cast.bob.actor,
        at=store.now,
    )  # fmt: skip
    assert not counted_items(store.cast.site, [count])[count.id][0].needs_reason
    late = store.give(4, 6, item=store.foil)  # happened before the count, arrives after it
    after = counted_items(store.cast.site, [count])[count.id][0]
    assert (after.expected, after.difference, after.needs_reason) == (86, -6, True)
    assert store.shelf()["Foil"].on_hand == 75
    withdraw_contact(contact=late, base_version=1, by=store.cast.bob.actor, at=store.now)
    assert counted_items(store.cast.site, [count])[count.id][0].difference == -10
    actions.withdraw_count(count=count, why=WithdrawnWhy.TYPING_MISTAKE, by=store.alice, at=store.now)
    assert store.shelf()["Foil"].on_hand == 85
    assert counted_items(store.cast.site, [StockCount.objects.get()]) == {}
    with pytest.raises(Unready):
        actions.withdraw_count(count=count, why=WithdrawnWhy.TYPING_MISTAKE, by=store.alice, at=store.now)


def test_days_left_expired_lots_and_order(store: Store) -> None:
    today = store.now.date()
    store.receive(store.foil, 40, 60, batch="OLD", expires_on=today - timedelta(days=3))
    store.receive(store.foil, 50, 40, batch="NEW", expires_on=today + timedelta(days=30))
    store.give(28, 10, item=store.foil, others=4)
    store.give(1, 9, item=store.pipe, others=0)
    shelf = on_hand_for(store.alice, store.cast.site.id, store.now, cover_days=56)
    foil, pipe = shelf.lines
    assert (foil.on_hand, foil.usable, foil.used, foil.use_days) == (62, 50, 28, 28)
    assert (foil.days_left, foil.to_order) == (50, 6)
    assert [(one.lot.batch, one.left, one.is_expired) for one in shelf.lots] == [
        ("OLD", 12, True),
        ("NEW", 50, False),
    ]
    assert (pipe.on_hand, pipe.days_left, pipe.used) == (Nothing.NOT_RECORDED, Nothing.NOT_RECORDED, 1)
    others = shelf.taken_for_others
    assert (others.contacts, others.for_others, others.others, others.not_recorded) == (2, 1, 4, 0)
    store.give(20, 1, item=store.foil)
    store.give(30, 1, item=store.foil)
    out = running_out_at(store.cast.site, store.now)
    assert [(line.item.name, line.days_left) for line in out] == [("Foil", 4)]
    assert running_out_at(store.cast.other_site, store.now) == []


def test_use_of_what_is_new_here_is_taken_over_its_own_days(store: Store) -> None:
    store.receive(store.foil, 70, 7)
    store.give(35, 3, item=store.foil)
    store.receive(store.pipe, 10, 7)
    foil, pipe = (store.shelf()[name] for name in ("Foil", "Pipe"))
    assert (foil.use_days, foil.days_left) == (7, 7)
    assert (pipe.days_left, pipe.to_order) == (Nothing.NOT_APPLICABLE, Nothing.NOT_APPLICABLE)


def test_lots_counted_by_name(store: Store) -> None:
    far = store.now.date() + timedelta(days=20)
    first = store.receive(store.foil, 30, 9, batch="A", expires_on=far)
    second = store.receive(store.foil, 30, 9, batch="B", expires_on=far + timedelta(days=9))
    store.count(4, CountedLine(store.foil.id, 5, first.lot_id), CountedLine(store.foil.id, 21, second.lot_id))
    foil = store.shelf()["Foil"]
    assert (foil.on_hand, [lot.left for lot in foil.lots]) == (26, [5, 21])
    store.count(2, CountedLine(store.foil.id, 20, second.lot_id))  # of A none was found
    assert [lot.left for lot in store.shelf()["Foil"].lots] == [0, 20]
    for wrong in (
        [CountedLine(store.foil.id, 1), CountedLine(store.foil.id, 1, first.lot_id)],
        [CountedLine(store.pipe.id, 1, first.lot_id)],
        [],
        [CountedLine(store.foil.id, -1)],
    ):
        with pytest.raises(Invalid):
            store.count(1, *wrong)
    with pytest.raises(Invalid, match="expiring on"):
        store.receive(store.foil, 1, 1, batch="A", expires_on=far + timedelta(days=1))
    with pytest.raises(Invalid, match="no batch"):
        actions.write_off_stock(
            site=store.cast.site, lines=[StockLine(store.foil.id, 1, "ZZ")], reason=WriteOffReason.EXPIRED,
            happened_at=store.now, by=store.alice, at=store.now,
        )  # fmt: skip


def test_same_id_again_is_the_same_record(store: Store) -> None:
    key, count_id = new_id(), new_id()
    store.receive(store.foil, 10, 3, id=key)
    store.count(1, CountedLine(store.foil.id, 9), count_id=count_id)
    events = AuditEvent.objects.count()
    store.receive(store.foil, 10, 3, id=key)
    store.count(1, CountedLine(store.foil.id, 9), count_id=count_id)
    assert (StockMovement.objects.count(), StockCount.objects.count()) == (1, 1)
    assert AuditEvent.objects.count() == events
    with pytest.raises(Unready):
        store.receive(store.foil, 11, 3, id=key)
    with pytest.raises(Unready):
        store.count(1, CountedLine(store.foil.id, 8), count_id=count_id)
    movement = StockMovement.objects.get()
    actions.withdraw_movement(
        movement=movement, why=WithdrawnWhy.RECORDED_TWICE, by=store.alice, at=store.now
    )
    with pytest.raises(Unready):
        actions.withdraw_movement(
            movement=movement, why=WithdrawnWhy.RECORDED_TWICE, by=store.alice, at=store.now
        )


def test_who_may_count_and_who_may_move(store: Store) -> None:
    """Bob counts; only Alice moves; others know of neither."""
    cast, now = store.cast, store.now
    row = store.receive(store.foil, 10, 3)
    count = store.count(2, CountedLine(store.foil.id, 10))
    line, lines = [StockLine(store.foil.id, 1)], [CountedLine(store.foil.id, 10)]
    for name, actor in cast.everybody().items():
        may_count, may_move = name in {"alice", "bob", "ada"}, name in {"alice", "ada"}
        assert movements_at(actor, cast.site).exists() is may_count, name
        tries: list[tuple[bool, Any, dict[str, Any]]] = [
            (may_move, actions.receive_stock, {"site": cast.site, "lines": line, "happened_at": now}),
            (may_move, actions.transfer_stock,
             {"from_site": cast.site, "to_site": cast.other_site, "lines": line, "happened_at": now}),
            (may_move, actions.write_off_stock,
             {"site": cast.site, "lines": line, "reason": WriteOffReason.LOST, "happened_at": now}),
            (may_count, actions.count_stock, {"site": cast.site, "lines": lines, "counted_at": now}),
            (may_count, actions.explain_variance,
             {"count": count, "item": store.foil, "reason": VarianceReason.NOT_KNOWN, "difference": 1}),
            (may_move, actions.withdraw_movement, {"movement": row, "why": WithdrawnWhy.WRONG_ITEM}),
            (may_move, actions.withdraw_count, {"count": count, "why": WithdrawnWhy.WRONG_ITEM}),
        ]  # fmt: skip
        for is_allowed, action, arguments in tries:
            with transaction.atomic():
                if is_allowed:
                    action(**arguments, by=actor, at=now)
                else:
                    with pytest.raises(NotAllowed):
                        action(**arguments, by=actor, at=now)
                transaction.set_rollback(True)
            row.refresh_from_db()
            count.refresh_from_db()
        if not may_count:
            with pytest.raises(NotFound):
                on_hand_for(actor, cast.site.id, now)
    with pytest.raises(NotAllowed):  # not one of Alice's sites
        actions.receive_stock(site=cast.other_site, lines=line, happened_at=now, by=cast.alice.actor, at=now)
    for to_site in (cast.elsewhere_site, cast.site):
        with pytest.raises(Invalid):
            actions.transfer_stock(
                from_site=cast.site, to_site=to_site, lines=line, happened_at=now, by=cast.alice.actor, at=now
            )


def test_agreements_are_told_only_where_the_country_needs_them(store: Store) -> None:
    cast, now = store.cast, store.now
    store.receive(store.pipe, 10, 3)
    assert on_hand_for(store.alice, cast.site.id, now).covers == ()
    Programme.objects.filter(id=cast.programme.id).update(is_agreement_needed=True)
    (none,) = on_hand_for(store.alice, cast.site.id, now).covers
    assert not none.is_valid
    today = now.date()
    for start, days in ((-40, 45), (6, 4)):
        record_police_agreement(
            force=cast.police, area=cast.site.area, item_kinds=["safe_inhalation_pipe"],
            from_on=today + timedelta(days=start), to_on=today + timedelta(days=start + days),
            document_reference="A", by=SYSTEM, at=now,
        )  # fmt: skip
    (cover,) = on_hand_for(store.alice, cast.site.id, now).covers
    assert (cover.is_valid, cover.days_left, cover.until_on) == (True, 11, today + timedelta(days=10))


def test_explain_variance_of_what_was_not_counted(store: Store) -> None:
    count = store.count(1, CountedLine(store.foil.id, 3))
    for item, difference, error in ((store.pipe, 2, Unready), (store.foil, 0, Invalid)):
        with pytest.raises(error):
            actions.explain_variance(
                count=count, item=item, reason=VarianceReason.NOT_KNOWN, difference=difference,
                by=store.cast.bob.actor, at=store.now,
            )  # fmt: skip
    assert not CountExplanation.objects.exists()
