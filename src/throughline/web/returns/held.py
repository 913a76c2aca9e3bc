"""An open month changes with each contact: what it comes to is held for some minutes. A closed one is read as it was closed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from throughline.records.programme.models import Site
from throughline.records.returns.models import MonthClosing
from throughline.records.returns.queries import SiteReturn, closed_returns, open_return, reporting_of
from throughline.vocabulary.periods import Month
from throughline.work.reckoning import Reckoned, held_name, reckoned


def held_returns(sites: Sequence[Site], month: Month) -> Reckoned[UUID, SiteReturn]:
    """Site -> its month, in their order. Numbers and ids, nothing of a person. What is closed or reported shows at once."""
    closed = {one.site.id: one for one in closed_returns(sites, month)}
    still_open = [site for site in sites if site.id not in closed]
    said = reporting_of(still_open, month)
    closings = MonthClosing.objects.filter(site__in=[site.id for site in still_open]).count()
    counted = reckoned(
        {
            site.id: (
                held_name("return", site.id, month, closings, said.get(site.id)),
                partial(open_return, site, month, said.get(site.id)),
            )
            for site in still_open
        }
    )
    found = closed | dict(counted.found)
    return Reckoned({site.id: found[site.id] for site in sites if site.id in found}, len(sites))
