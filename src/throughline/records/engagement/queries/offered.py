"""What a recorder offers to give out, and how often each was given at a site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from throughline.records.engagement.models import KitLine
from throughline.records.programme.models import arrived
from throughline.records.supplies.models import Item, KitComponent, KitVersion


def times_given(site_id: UUID, *, since: datetime, until: datetime) -> dict[UUID, int]:
    """Item, or kit in whichever version, -> at how many contacts of a site it was given within a time."""
    lines = KitLine.objects.filter(
        arrived("contact__"), contact__site_id=site_id, contact__device_time__gte=since, contact__device_time__lt=until,
        contact__withdrawn_at__isnull=True,
    )  # fmt: skip
    times: dict[UUID, int] = defaultdict(int)
    for item_id, kit_id, count in lines.values_list("item_id", "kit_version__kit_id").annotate(Count("id")):
        times[item_id or kit_id] += count
    return dict(times)


def items_in_kits(kits: Iterable[KitVersion]) -> dict[UUID, list[Item]]:
    """Kit version -> the items in it."""
    rows = KitComponent.objects.filter(kit_version__in=list(kits)).select_related("item").order_by("id")
    inside: dict[UUID, list[Item]] = defaultdict(list)
    for row in rows:
        inside[row.kit_version_id].append(row.item)
    return inside
