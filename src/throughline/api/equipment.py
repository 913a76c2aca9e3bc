"""Items and kits, everything that came, left or was counted at a site, and the order list."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictBool, StrictInt, StringConstraints

from throughline.api.files import file_given, gives_file
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, Code, Day, In, Limit, Line, Name, Offset, Out, answers
from throughline.api.stock_shapes import CountOut, MovementOut, shown_count, shown_movement
from throughline.exchange.order_list.leave import LONGEST_RECIPIENT, leave_order
from throughline.exchange.order_list.write import TYPES
from throughline.records.engagement.queries.stock import COVER_DAYS, counted_items
from throughline.records.programme.queries import programme_for
from throughline.records.supplies.actions import add_item, add_kit_version
from throughline.records.supplies.actions.retiring import (
    reinstate_item,
    reinstate_kit,
    retire_item,
    retire_kit,
)
from throughline.records.supplies.models import Item, Kit, KitComponent
from throughline.records.supplies.queries import counts_at, items_for, kits_for, movements_at, stock_site_for
from throughline.rules.access import check_may_manage_supplies
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.stock import Unit

router = Router(tags=["stock"])
ToWhom = Annotated[Line, StringConstraints(min_length=1, max_length=LONGEST_RECIPIENT, strip_whitespace=True)]
Many = Annotated[StrictInt, Field(ge=1, le=1_000)]


class ItemOut(Out):
    """`retired_at` is null for what is given out still."""

    id: UUID
    name: str
    kind: str
    unit: str
    is_controlled: bool
    retired_at: datetime | None


class KitPartOut(Out):
    item_id: UUID
    quantity: int


class KitOut(Out):
    """`id` is of the version that holds today, `components` what is in it."""

    id: UUID
    name: str
    version: int
    from_on: date
    components: list[KitPartOut]
    retired_at: datetime | None


class ItemIn(In):
    """`kind` is of the programme's list of items."""

    name: Name
    kind: Code
    unit: Unit = Unit.PIECE
    is_controlled: StrictBool = False


class ComponentOfKitIn(In):
    item_id: UUID
    quantity: Many


class KitIn(In):
    """What a kit of that name holds from a day on; a kit that is there gets a new version."""

    name: Name
    from_on: Day
    components: Annotated[list[ComponentOfKitIn], Field(min_length=1, max_length=50)]


class KitVersionOut(Out):
    id: UUID
    name: str
    version: int
    from_on: date


class OrderIn(In):
    """What to order so that it lasts `cover_days`, as a file, for whom. It becomes a line of the ledger."""

    recipient: ToWhom
    form: Literal["xlsx", "csv"] = "xlsx"
    cover_days: Annotated[StrictInt, Field(ge=1, le=365)] = COVER_DAYS


class StockHistoryOut(Out):
    """The newest first, withdrawn ones too; movements and counts, so many of each."""

    movements: list[MovementOut]
    counts: list[CountOut]


@router.get("/programmes/{programme_id}/items", response=answers(list[ItemOut]), operation_id="items")
def items(request: HttpRequest, programme_id: UUID, with_retired: bool = False) -> list[Item]:
    """What can be given out, by name; with what no longer is, where that is asked for."""
    programme = programme_for(acting(request), programme_id)
    return items_for(acting(request), programme.id, with_retired=with_retired)


@router.get("/programmes/{programme_id}/kits", response=answers(list[KitOut]), operation_id="kits")
def kits(request: HttpRequest, programme_id: UUID, with_retired: bool = False) -> list[KitOut]:
    """Kits by name, in the version that holds today; with those that are given out no longer, where that is asked for."""
    programme = programme_for(acting(request), programme_id)
    rows = kits_for(acting(request), programme.id, now().date(), with_retired=with_retired)
    inside: dict[UUID, list[KitPartOut]] = {}
    for part in KitComponent.objects.filter(kit_version__in=rows).order_by("item__name"):
        told = KitPartOut(item_id=part.item_id, quantity=part.quantity)
        inside.setdefault(part.kit_version_id, []).append(told)
    return [
        KitOut(
            id=row.id, name=row.kit.name, version=row.version, from_on=row.from_on, components=inside.get(row.id, []),
            retired_at=row.kit.retired_at,
        )
        for row in rows
    ]  # fmt: skip


@router.post("/programmes/{programme_id}/items", response=answers(ItemOut, 201), operation_id="add_item")
def item(request: HttpRequest, programme_id: UUID, wanted: ItemIn) -> Status[Any]:
    """Add something that can be given out."""
    actor = acting(request)
    row = add_item(
        programme=programme_for(actor, programme_id), name=wanted.name, kind=wanted.kind, unit=wanted.unit,
        is_controlled=wanted.is_controlled, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, row)


@router.post("/programmes/{programme_id}/kits", response=answers(KitVersionOut, 201), operation_id="add_kit")
def kit(request: HttpRequest, programme_id: UUID, wanted: KitIn) -> Status[Any]:
    """Add a kit, or a new version of one."""
    actor = acting(request)
    programme = programme_for(actor, programme_id)
    check_may_manage_supplies(actor, programme.id)
    held: dict[UUID, Item] = {one.id: one for one in items_for(actor, programme.id)}
    if any(part.item_id not in held for part in wanted.components):
        raise NotFound(Sentence("There is no such item."))
    row = add_kit_version(
        programme=programme, name=wanted.name, from_on=wanted.from_on,
        components={held[part.item_id]: part.quantity for part in wanted.components}, by=actor, at=now(),
    )  # fmt: skip
    told = KitVersionOut(id=row.id, name=row.kit.name, version=row.version, from_on=row.from_on)
    return Status(201, told)


@router.post("/items/{item_id}/retire", response=answers(None, 204), operation_id="retire_item")
def item_retired(request: HttpRequest, item_id: UUID) -> Status[Any]:
    """No longer given out; what was recorded of it stays."""
    retire_item(item=_item(request, item_id), by=acting(request), at=now())
    return Status(204, None)


@router.post("/items/{item_id}/reinstate", response=answers(None, 204), operation_id="reinstate_item")
def item_reinstated(request: HttpRequest, item_id: UUID) -> Status[Any]:
    """Offer it again."""
    reinstate_item(item=_item(request, item_id), by=acting(request), at=now())
    return Status(204, None)


@router.post("/kits/{kit_version_id}/retire", response=answers(None, 204), operation_id="retire_kit")
def kit_retired(request: HttpRequest, kit_version_id: UUID) -> Status[Any]:
    """No version of the kit is offered any longer."""
    retire_kit(kit=_kit(request, kit_version_id), by=acting(request), at=now())
    return Status(204, None)


@router.post("/kits/{kit_version_id}/reinstate", response=answers(None, 204), operation_id="reinstate_kit")
def kit_reinstated(request: HttpRequest, kit_version_id: UUID) -> Status[Any]:
    """Offer the kit again."""
    reinstate_kit(kit=_kit(request, kit_version_id), by=acting(request), at=now())
    return Status(204, None)


@router.get("/sites/{site_id}/stock/history", response=answers(StockHistoryOut), operation_id="stock_history")
def history(request: HttpRequest, site_id: UUID, limit: Limit = 40, offset: Offset = 0) -> StockHistoryOut:
    """Everything that came, left or was counted at a site."""
    actor = acting(request)
    site = stock_site_for(actor, site_id)
    counts = list(counts_at(actor, site)[offset : offset + limit])
    found = counted_items(site, [row for row in counts if row.withdrawn_at is None])
    return StockHistoryOut(
        movements=[shown_movement(row) for row in movements_at(actor, site)[offset : offset + limit]],
        counts=[shown_count(row, found.get(row.id, [])) for row in counts],
    )


@router.post(
    "/sites/{site_id}/stock/order", response=FILE, operation_id="leave_order",
    openapi_extra=gives_file(*TYPES.values()),
)  # fmt: skip
def order(request: HttpRequest, site_id: UUID, wanted: OrderIn) -> HttpResponse:
    """Let the order list leave as a file. 422 where nothing is to be ordered."""
    actor = acting(request)
    site = stock_site_for(actor, site_id)
    check_may_manage_supplies(actor, site.programme_id)
    left = leave_order(
        site_id=site.id, form=wanted.form, recipient=wanted.recipient, by=actor, at=now(),
        cover_days=wanted.cover_days,
    )  # fmt: skip
    return file_given(left.data, TYPES[wanted.form], f"order.{wanted.form}")


def _item(request: HttpRequest, item_id: UUID) -> Item:
    found: Item | None = Item.objects.visible_to(acting(request)).filter(id=item_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such item."))
    return found


def _kit(request: HttpRequest, kit_version_id: UUID) -> Kit:
    found: Kit | None = Kit.objects.visible_to(acting(request)).filter(versions__id=kit_version_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such kit."))
    return found
