"""A shelf with a past, for pages: deliveries, lots, a count that differs, a delivery that was withdrawn."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.cast import SYSTEM
from tests.web.world import World
from throughline.records.programme.actions import record_police_agreement
from throughline.records.programme.models import Programme
from throughline.records.supplies import actions
from throughline.records.supplies.models import Item, Lot, StockCount, StockMovement
from throughline.vocabulary.stock import CountedLine, StockLine, Unit, WithdrawnWhy


def a_shelf(world: World) -> tuple[Lot, StockCount, StockMovement]:
    """The expired lot, the count that differs, a movement that stands."""
    at, cast = timezone.now(), world.cast
    here = {"site": cast.site, "by": SYSTEM, "at": at}
    Programme.objects.filter(id=cast.programme.id).update(is_agreement_needed=True)
    record_police_agreement(
        force=cast.police, area=cast.site.area, item_kinds=["safe_inhalation_pipe"],
        from_on=at.date() - timedelta(days=90), to_on=at.date() + timedelta(days=12), document_reference="A 7",
        by=SYSTEM, at=at,
    )  # fmt: skip
    naloxone = actions.add_item(
        programme=cast.programme,
        name="Naloxone, nasal",
        kind="naloxone_nasal",
        unit=Unit.PACK,
        by=SYSTEM,
        at=at,
    )
    pipe = Item.objects.get(programme=cast.programme, name="Glass pipe")
    days = timedelta(days=1)
    lines = [
        StockLine(naloxone.id, 24, "NX-2023-118", at.date() - 9 * days),
        StockLine(naloxone.id, 30, "NX-2024-007", at.date() + 40 * days),
    ]
    first, _second = actions.receive_stock(lines=lines, happened_at=at - 60 * days, **here)
    actions.receive_stock(
        lines=[StockLine(world.item.id, 30), StockLine(pipe.id, 500)], happened_at=at - 50 * days, **here
    )
    (wrong,) = actions.receive_stock(
        lines=[StockLine(world.item.id, 1000)], happened_at=at - 50 * days, **here
    )
    actions.withdraw_movement(movement=wrong, why=WithdrawnWhy.RECORDED_TWICE, by=SYSTEM, at=at)
    counted = [CountedLine(naloxone.id, 40), CountedLine(world.item.id, 7), CountedLine(pipe.id, 500)]
    count = actions.count_stock(lines=counted, counted_at=at - 5 * days, **here)
    assert first.lot is not None
    return first.lot, count, first
