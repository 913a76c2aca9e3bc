"""What to order leaves as a file: items and numbers alone, for a named recipient, as a line of the ledger."""

from __future__ import annotations

import csv
import io

import pytest

from tests.records.supplies.test_stock import Store, store
from throughline.exchange.order_list.leave import leave_order
from throughline.exchange.table.read import read_table
from throughline.records.study.models import Release
from throughline.records.study.queries import tables_released
from throughline.records.supplies import actions
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready

pytestmark = pytest.mark.django_db
__all__ = ["store"]  # the fixture


def test_order_list_leaves_as_a_file_with_a_line_in_the_ledger(store: Store) -> None:
    about = {"site_id": store.cast.site.id, "recipient": "The depot", "at": store.now}
    with pytest.raises(Unready, match="nothing to order"):
        leave_order(form="csv", by=store.alice, **about)
    trap = actions.add_item(
        programme=store.cast.programme, name="=Foil", kind="foil", by=store.alice, at=store.now
    )
    for item, has, gave in ((trap, 30, 28), (store.pipe, 100, 14)):
        store.receive(item, has, 28)
        store.give(gave, 5, item=item)
    left = leave_order(form="csv", by=store.alice, cover_days=60, **about)
    rows = list(csv.reader(io.StringIO(left.data.decode("utf-8-sig"))))
    assert rows == [["item", "kind", "unit", "order"], ["'=Foil", "foil", "piece", "58"]], (
        "60 days of one a day, less two"
    )
    book = read_table(leave_order(form="xlsx", by=store.alice, cover_days=60, **about).data, "order.xlsx")
    assert [row.cells for row in book.rows()] == [("=Foil", "foil", "piece", "58")]
    lines = list(Release.objects.order_by("released_at", "id"))
    assert [(line.door, line.recipient, line.is_refused) for line in lines] == [
        ("supplies", "The depot", False)
    ] * 2
    assert not tables_released(store.cast.programme.id).exists(), (
        "no table of people: the door for tables leaves it out"
    )
    for by, refused in (
        (store.cast.bob.actor, NotAllowed),
        (store.cast.dana.actor, NotFound),
        (store.cast.omar.actor, NotFound),
    ):
        with pytest.raises(refused):
            leave_order(form="csv", by=by, cover_days=60, **about)
    for wrong in ({"form": "pdf"}, {"form": "csv", "recipient": " "}):
        with pytest.raises(Invalid):
            leave_order(by=store.alice, cover_days=60, **{**about, **wrong})
    assert Release.objects.count() == 2
