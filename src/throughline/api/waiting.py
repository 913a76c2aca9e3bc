"""What waits for the account today, and the months of which nobody has said whether they are all there."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from throughline.api.asked import programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import Limit, Offset, Out, answers
from throughline.records.programme.models import Partnership, PoliceAgreement
from throughline.records.programme.queries import programme_for
from throughline.rules.permissions import Permission as P
from throughline.work.shelves import RunningOut
from throughline.work.waiting import MonthDue, Waits, WaitsFor, WaveBehind, months_due, waiting_for

router = Router(tags=["waiting"])


class FirstOut(Out):
    """The first of them, as far as it says something: what it is, and what there is to know of it."""

    site_id: UUID | None = None
    item_id: UUID | None = None
    days_left: int | None = None
    agreement_id: UUID | None = None
    partnership_id: UUID | None = None
    ends_on: date | None = None
    month: str | None = None
    wave_id: UUID | None = None
    missing: int | None = None


class WaitsOut(Out):
    """So many of a kind. `age_days`: of the oldest; of what is flagged or made, of the latest. `is_stale`: too long."""

    what: WaitsFor
    count: int
    age_days: int | None
    is_stale: bool
    first: FirstOut | None


class WaitingOut(Out):
    """`shelves_seen` of `shelves`: what runs out is told once all were looked at, so ask again until then; null for who has none."""

    waiting: list[WaitsOut]
    shelves_seen: int | None
    shelves: int | None


class MonthDueOut(Out):
    site_id: UUID
    month: str


@router.get("/programmes/{programme_id}/waiting", response=answers(WaitingOut), operation_id="waiting")
def waiting(request: HttpRequest, programme_id: UUID) -> WaitingOut:
    """What waits for the account in the programme, by what it may do; a kind of which nothing waits is left out."""
    actor = acting(request)
    found = waiting_for(actor, programme_for(actor, programme_id), now())
    shelves = None if found.shelves is None else found.shelves.looked_at
    return WaitingOut(
        waiting=[_waits(one) for one in found.found],
        shelves_seen=None if shelves is None else shelves.done,
        shelves=None if shelves is None else shelves.of,
    )


@router.get(
    "/programmes/{programme_id}/months/due", response=answers(list[MonthDueOut]), operation_id="months_due"
)
def due(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[MonthDueOut]:
    """Whole months of the last six, of sites that one reports for, that nobody has reported on; the oldest first."""
    programme = programme_where(request, programme_id, P.REPORT_MONTH)
    rows = months_due(acting(request), programme, now().date())[offset : offset + limit]
    return [MonthDueOut(site_id=one.site.id, month=str(one.month)) for one in rows]


def _waits(one: Waits) -> WaitsOut:
    told = _first(one.first)
    return WaitsOut(
        what=one.what, count=one.count, age_days=one.age_days, is_stale=one.is_stale, first=FirstOut(**told) if told else None,
    )  # fmt: skip


def _first(one: Any) -> dict[str, Any]:
    match one:
        case RunningOut():
            return {"site_id": one.site.id, "item_id": one.item.id, "days_left": one.days_left}
        case PoliceAgreement():
            return {"agreement_id": one.id, "ends_on": one.to_on}
        case Partnership():
            return {"partnership_id": one.id, "ends_on": one.to_on}
        case MonthDue():
            return {"site_id": one.site.id, "month": str(one.month)}
        case WaveBehind():
            return {"wave_id": one.wave.id, "missing": one.missing}
    return {}
