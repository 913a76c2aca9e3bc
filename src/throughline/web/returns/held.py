"""An open month changes with each contact: what it comes to is held for some minutes. A closed one is read as it was closed."""

from __future__ import annotations

from hashlib import sha256

from django.core.cache import cache

from throughline.records.programme.models import MonthReport, Programme
from throughline.records.returns.models import MonthClosing
from throughline.records.returns.queries import SiteReturn, return_for, sites_reported
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.periods import Month

HELD_SECONDS = 300


def held_returns(actor: Actor, programme: Programme, month: Month) -> list[SiteReturn]:
    """Numbers and ids, nothing of a person. What is closed or reported shows at once."""
    sites = [site.id for site in sites_reported(actor, programme.id, month)]
    closed = MonthClosing.objects.filter(site__in=sites)
    said = MonthReport.objects.filter(site__in=sites, month=month.first())
    mark = (closed.count(), *said.order_by("site_id").values_list("site_id", "reporting"))
    parts = "|".join(str(one) for one in (programme.id, month, *sites, *mark))
    found: list[SiteReturn] | None = cache.get_or_set(
        f"return-{sha256(parts.encode()).hexdigest()}",
        lambda: return_for(actor, programme.id, month),
        HELD_SECONDS,
    )
    return found or []
