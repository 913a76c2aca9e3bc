"""The lot of what was given: checked, kept through a correction, and taken from what is left of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.records.supplies.test_stock import Store
from throughline.exchange.contacts_csv.load import import_contacts
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.table.mapping import read_mapping
from throughline.records.engagement.actions import correct_contact, record_contact
from throughline.records.engagement.models import KitLine
from throughline.records.engagement.queries.stock import lots_offered, on_hand_for
from throughline.records.supplies import actions
from throughline.records.supplies.models import Item, Lot
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft, KitLineDraft
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.stock import CountedLine
from throughline.web.record.shown import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(cast: Cast, now: object) -> Store:
    return Store(cast, now)  # type: ignore[arg-type]  # the fixture's moment


def _lots(store: Store) -> tuple[Lot, Lot]:
    """Ten pipes that expire first, ten that expire later."""
    soon, late = (store.now.date() + timedelta(days=days) for days in (20, 300))
    store.receive(store.pipe, 10, 9, batch="SOON", expires_on=soon)
    store.receive(store.pipe, 10, 9, batch="LATE", expires_on=late)
    return Lot.objects.get(batch="SOON"), Lot.objects.get(batch="LATE")


def _left(store: Store) -> dict[str, int]:
    [line] = [
        one for one in on_hand_for(store.alice, store.cast.site.id, store.now).lines if one.item == store.pipe
    ]
    return {lot.lot.batch: lot.left for lot in line.lots}


def _draft(store: Store, days: float, *lines: KitLineDraft) -> ContactDraft:
    return ContactDraft(
        store.cast.site.id, Route.SERVICE, store.ago(days), kit_lines=lines, is_after_the_fact=True
    )


def test_what_is_left_of_a_lot_follows_the_lines_that_name_it(store: Store) -> None:
    soon, late = _lots(store)
    bob = store.cast.bob.actor
    store.give(3, 5, item=store.pipe)
    assert _left(store) == {"SOON": 7, "LATE": 10}, "where nothing is said, what expires first left first"
    named = _draft(store, 4, KitLineDraft(store.pipe.id, quantity=4, lot_id=late.id))
    contact = record_contact(draft=named, by=bob, at=store.now)
    assert _left(store) == {"SOON": 7, "LATE": 6}
    # Of a kit, the part of that item: two kits hold two pipes.
    record_contact(
        draft=_draft(store, 3, KitLineDraft(None, store.kit.id, 2, lot_id=late.id)), by=bob, at=store.now
    )
    assert _left(store) == {"SOON": 7, "LATE": 4}
    corrected = replace(named, kit_lines=(KitLineDraft(store.pipe.id, quantity=4, lot_id=soon.id),))
    correct_contact(
        contact=contact, draft=corrected, base_version=1, why="typing_mistake", by=bob, at=store.now
    )
    assert KitLine.objects.get(contact=contact).lot == soon and _left(store) == {"SOON": 3, "LATE": 8}
    # A count of the lots says what is there; what was given before it, by name or not, is in it.
    store.count(2, CountedLine(store.pipe.id, 5, soon.id), CountedLine(store.pipe.id, 5, late.id))
    assert _left(store) == {"SOON": 5, "LATE": 5}
    record_contact(
        draft=_draft(store, 1, KitLineDraft(store.pipe.id, quantity=2, lot_id=late.id)), by=bob, at=store.now
    )
    assert _left(store) == {"SOON": 5, "LATE": 3}


def test_lots_that_are_offered_are_those_that_should_be_there(store: Store) -> None:
    def offered() -> dict[str, list[str]]:
        found = lots_offered(store.cast.site, store.now.date()).items()
        return {Item.objects.get(id=item).name: [lot.batch for lot in lots] for item, lots in found}

    store.receive(store.foil, 100, 9)
    with CaptureQueriesContext(connection) as asked:
        assert offered() == {}, "a site that keeps no lots is asked for none"
    assert len(asked) == 2
    _lots(store)
    assert offered() == {"Pipe": ["SOON", "LATE"]}
    store.give(10, 5, item=store.pipe)
    assert offered() == {"Pipe": ["LATE"]}, "what expires first left first"
    store.receive(store.pipe, 5, 4, batch="OLD", expires_on=store.ago(1).date())
    store.give(15, 3, item=store.pipe)
    assert offered() == {"Pipe": ["SOON", "LATE"]}, (
        "by the books none is left, which cannot be when one is given"
    )


def test_lot_of_something_else_is_refused(store: Store) -> None:
    soon, _late = _lots(store)
    water = actions.add_item(
        programme=store.cast.programme, name="Water", kind="water", by=store.alice, at=store.now
    )
    plain = actions.add_kit_version(
        programme=store.cast.programme, name="Plain", components={water: 1}, from_on=date(2020, 1, 1), by=store.alice,
        at=store.now,
    )  # fmt: skip
    for line in (
        KitLineDraft(store.foil.id, lot_id=soon.id),
        KitLineDraft(None, plain.id, lot_id=soon.id),
        KitLineDraft(store.pipe.id, lot_id=store.pipe.id),
    ):
        with pytest.raises(Invalid, match="not of what was given"):
            record_contact(draft=_draft(store, 1, line), by=store.cast.bob.actor, at=store.now)


MAPPING = """
name: log
kind: contacts
site: {column: Where}
route: service
when: {date: {column: Date}}
kit: [{column: Pipes, item: Pipe, lot: Batch}]
"""


def test_import_takes_lots_by_their_number_and_the_receipt_shows_them(store: Store) -> None:
    _soon, late = _lots(store)
    day, where = store.ago(1).date(), store.cast.site.name
    data = f"Where,Date,Pipes,Batch\n{where},{day},1,late\n{where},{day},2,\n{where},{day},3,OTHER\n".encode()
    done = import_contacts(
        data=data, filename="log.csv", mapping=read_mapping(MAPPING, "log.yaml", ContactMapping),
        programme=store.cast.programme, by=store.alice, clock=lambda: store.now,
    )  # fmt: skip
    assert (done.imported, [str(one.reason)[:16] for one in done.first_rejects]) == (2, ["There is no lot "])
    lines = {line.quantity: line for line in KitLine.objects.filter(contact__import_run=done.run_id)}
    assert (lines[1].lot, lines[2].lot) == (late, None)
    assert shown(lines[1].contact).kit == [("Pipe, lot LATE", 1)] and shown(lines[2].contact).kit == [
        ("Pipe", 2)
    ]
