"""The audit, and who met so many unknown codes that it looks like guessing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import make_aware
from ninja import Query, Router

from throughline.api.asked import named, programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Limit, Offset, Out, answers
from throughline.records.audit.queries import events_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import ActorKind
from throughline.vocabulary.events import Event
from throughline.work.waiting import flagged_for

router = Router(tags=["guarding"])
FLAGGED_SHOWN = timedelta(days=90)


class AuditAsked(In):
    """Each part narrows further; none is needed. `is_system`: work that no person did."""

    event: Event | None = None
    by: UUID | None = None
    is_system: bool | None = None
    on: Day | None = None


class EventOut(Out):
    """Ids, words and who acted; never what was written. `by`: an account's name, or the name of system work."""

    id: UUID
    at: datetime
    event: str
    actor_kind: ActorKind
    actor_id: str
    by: str
    target_kind: str
    target_id: str
    reason: str
    count: int


class FlaggedOut(Out):
    """How often an account was flagged, and when. Which codes it tried, nobody knows any more."""

    account_id: UUID
    name: str
    times: int
    first_at: datetime
    last_at: datetime


@router.get("/programmes/{programme_id}/audit", response=answers(list[EventOut]), operation_id="audit_events")
def audit(
    request: HttpRequest, programme_id: UUID, asked: Query[AuditAsked], limit: Limit = 100, offset: Offset = 0
) -> list[EventOut]:
    """Every event of the programme, the newest first."""
    programme = programme_where(request, programme_id, P.SEE_AUDIT)
    rows = list(_narrowed(events_for(acting(request), programme.id), asked)[offset : offset + limit])
    names = named(row.actor_id for row in rows)
    return [
        EventOut(
            id=row.id, at=row.at, event=row.action, actor_kind=ActorKind(row.actor_kind), actor_id=row.actor_id,
            by=names.get(row.actor_id, ""), target_kind=row.target_kind, target_id=row.target_id, reason=row.reason,
            count=row.count,
        )
        for row in rows
    ]  # fmt: skip


@router.get(
    "/programmes/{programme_id}/flagged-guessing", response=answers(list[FlaggedOut]), operation_id="flagged_guessing"
)  # fmt: skip
def flagged(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[FlaggedOut]:
    """Accounts of the sites that one looks after, flagged in the last 90 days for guessing client codes."""
    programme = programme_where(request, programme_id, P.SEE_FLAGGED_CODES)
    found = flagged_for(acting(request), programme, now() - FLAGGED_SHOWN)[offset : offset + limit]
    names = named(one.account_id for one in found)
    return [
        FlaggedOut(
            account_id=UUID(one.account_id), name=names[one.account_id], times=one.times, first_at=one.first_at,
            last_at=one.last_at,
        )
        for one in found
    ]  # fmt: skip


def _narrowed(events: Any, asked: AuditAsked) -> Any:
    if asked.event is not None:
        events = events.filter(action=asked.event.value)
    if asked.by is not None:
        events = events.filter(actor_id=str(asked.by))
    if asked.is_system is not None:
        system = {"actor_kind": ActorKind.SYSTEM.value}
        events = events.filter(**system) if asked.is_system else events.exclude(**system)
    if asked.on is not None:
        from_at = _begin(asked.on)
        events = events.filter(at__gte=from_at, at__lt=from_at + timedelta(days=1))
    return events


def _begin(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
