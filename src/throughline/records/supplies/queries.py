"""Reading items, kits, lots, and what is known of a shelf without what was given out (engagement's queries have both)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from throughline.records.foundation import within_reach
from throughline.records.programme.models import Site
from throughline.records.programme.queries import agreements_in
from throughline.records.supplies.models import (
    CountExplanation,
    Item,
    KitComponent,
    KitVersion,
    Lot,
    StockCount,
    StockMovement,
)
from throughline.rules.permissions import Permission
from throughline.rules.supply import Cover, cover
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence


def items_for(actor: Actor, programme_id: UUID, *, with_retired: bool = False) -> list[Item]:
    """What can be given out, by name; with what no longer is, where that is asked for."""
    rows = Item.objects.visible_to(actor).filter(programme_id=programme_id).order_by("name")
    return list(rows if with_retired else rows.filter(retired_at=None))


def kits_for(actor: Actor, programme_id: UUID, on: date, *, with_retired: bool = False) -> list[KitVersion]:
    """The version of each kit that holds on a day, by name; of retired kits where that is asked for."""
    rows = KitVersion.objects.visible_to(actor).filter(programme_id=programme_id, from_on__lte=on)
    if not with_retired:
        rows = rows.filter(kit__retired_at=None)
    newest: dict[UUID, KitVersion] = {}
    for row in rows.select_related("kit").order_by("version"):
        newest[row.kit_id] = row
    return sorted(newest.values(), key=lambda row: row.kit.name)


def lots_at(actor: Actor, site: Site, expiring_from: date) -> QuerySet[Lot]:
    """Lots that came to a site and expire on a day or later, those that expire first on top."""
    came = StockMovement.objects.standing().filter(to_site=site, lot__isnull=False)
    rows: QuerySet[Lot] = Lot.objects.visible_to(actor).filter(
        id__in=came.values("lot_id"), expires_on__gte=expiring_from
    )
    return rows.select_related("item").order_by("expires_on", "batch")


def stock_sites_for(actor: Actor, programme_id: UUID, on: date) -> list[Site]:
    """Sites whose stock the actor may count, open on a day, by name."""
    rows = Site.objects.filter(
        within_reach(actor, Permission.COUNT_STOCK, site="id"), programme_id=programme_id
    )
    return list(rows.exclude(closed_on__lt=on).select_related("programme").order_by("name"))


def stock_site_for(actor: Actor, site_id: UUID) -> Site:
    """NotFound where the actor may not see what is on its shelves."""
    reach = within_reach(actor, Permission.COUNT_STOCK, site="id")
    found = Site.objects.filter(reach, id=site_id).select_related("programme").first()
    if found is None:
        raise NotFound(Sentence("There is no such site."))
    return found


def movement_for(actor: Actor, movement_id: UUID) -> StockMovement:
    rows = StockMovement.objects.visible_to(actor).select_related("item", "lot", "from_site", "to_site")
    found: StockMovement | None = rows.filter(id=movement_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such movement of stock."))
    return found


def count_for(actor: Actor, count_id: UUID) -> StockCount:
    found: StockCount | None = (
        StockCount.objects.visible_to(actor).select_related("site", "programme").filter(id=count_id).first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such count."))
    return found


def movements_at(actor: Actor, site: Site) -> QuerySet[StockMovement]:
    """What came to or left a site, newest first; the withdrawn ones, too."""
    rows = StockMovement.objects.visible_to(actor)
    here: QuerySet[StockMovement] = rows.filter(from_site=site) | rows.filter(to_site=site)
    return here.select_related("item", "lot", "from_site", "to_site").order_by("-happened_at", "-id")


def counts_at(actor: Actor, site: Site) -> QuerySet[StockCount]:
    """Counts of a site, newest first; the withdrawn ones, too."""
    rows: QuerySet[StockCount] = StockCount.objects.visible_to(actor).filter(site=site)
    return rows.order_by("-counted_at", "-id")


def covers_of(site: Site, kinds: Iterable[str], day: date) -> list[Cover]:
    """How long police agreements cover these controlled kinds at a site; none where the programme needs none."""
    if not site.programme.is_agreement_needed:
        return []
    held = agreements_in(site.programme_id)
    return [cover(item_kind=kind, area=site.area, day=day, agreements=held) for kind in sorted(set(kinds))]


def where_stock_is_kept(site_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the sites whose stock somebody ever counted or received."""
    wanted = list(site_ids)
    counted = StockCount.objects.standing().filter(site_id__in=wanted).values_list("site_id", flat=True)
    received = StockMovement.objects.standing().filter(to_site_id__in=wanted)
    return set(counted.distinct()) | set(received.values_list("to_site_id", flat=True).distinct())


def stock_written_at(site_ids: Iterable[UUID]) -> str:
    """A mark that changes whenever a count or a movement of the sites is written down, explained or withdrawn."""
    wanted = list(site_ids)
    counted = StockCount.objects.filter(site_id__in=wanted)
    moved = StockMovement.objects.filter(Q(from_site_id__in=wanted) | Q(to_site_id__in=wanted))
    said = CountExplanation.objects.filter(count__site_id__in=wanted)
    marks: list[object] = []
    for rows in (counted, moved, said):
        marks += [rows.count(), rows.order_by("-id").values_list("id", flat=True).first()]
    marks += [rows.filter(withdrawn_at__isnull=False).count() for rows in (counted, moved)]
    return "|".join(str(mark) for mark in marks)


def controlled_kinds(item_ids: set[UUID], kit_version_ids: set[UUID]) -> set[str]:
    """Kinds of the controlled items among some items and in some kits."""
    rows = Item.objects.filter(id__in=item_ids, is_controlled=True).values_list("kind", flat=True)
    inside = KitComponent.objects.filter(kit_version_id__in=kit_version_ids, item__is_controlled=True)
    return set(rows) | set(inside.values_list("item__kind", flat=True))
