"""The audit, to be read; and who met so many unknown codes that it looks like guessing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.records.accounts.queries import display_names
from throughline.records.audit.models import AuditEvent
from throughline.records.audit.queries import events_for
from throughline.records.clients.actions import read_emergencies
from throughline.records.clients.queries.guarded import emergencies_for
from throughline.records.programme.queries import colleagues_within
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import ActorKind
from throughline.web.guarding.forms import SYSTEM, AuditForm
from throughline.web.guarding.words import EVENTS
from throughline.web.request import PageRequest, has_any, now, require, uuid_or_none
from throughline.web.words import EMERGENCY_KINDS
from throughline.work.waiting import flagged_for

A_PAGE = 50
FLAGGED_SHOWN = timedelta(days=90)


@require_GET
def audit(request: PageRequest) -> HttpResponse:
    """Every event of the programme, the newest first: ids, words and names of who acted; never what was written."""
    programme = require(request, P.SEE_AUDIT)
    events = events_for(request.actor, programme.id)
    people = names_of(colleagues_within(request.actor, P.SEE_AUDIT, programme.id))
    form = AuditForm(request.GET, people=people)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(_narrowed(events, chosen), A_PAGE).get_page(request.GET.get("page"))
    people |= names_of(
        {row.actor_id for row in page if row.actor_kind == ActorKind.ACCOUNT.value} - set(people)
    )
    context = {
        "form": form,
        "page": page,
        "rows": [_shown(row, people) for row in page],
        "is_narrowed": any(chosen.values()),
        "query": urlencode({name: value for name, value in chosen.items() if value}) + "&",
    }
    return render(request, "guarding/audit.html", context, status=422 if form.errors else 200)


@require_GET
def emergencies(request: PageRequest) -> HttpResponse:
    """Records that were opened in an emergency, and why. Reading the reasons is an event of the audit."""
    programme = require(request, P.SEE_AUDIT)
    page = Paginator(emergencies_for(request.actor, programme.id), A_PAGE).get_page(request.GET.get("page"))
    read = read_emergencies(
        programme=programme, first=max(page.start_index() - 1, 0), most=A_PAGE, by=request.actor, at=now()
    )
    people = names_of({row.opened_by for row, _note in read})
    rows = [
        {
            "opening": row, "note": note, "kind": EMERGENCY_KINDS[row.kind], "is_own": row.opened_by == request.actor.id,
            "by": people.get(row.opened_by, _("an account that is gone")), "is_open": row.ended_at is None and now() < row.ends_at,
            "shut_at": row.ended_at or row.ends_at,
        }
        for row, note in read
    ]  # fmt: skip
    may_open = has_any(request, [P.BREAK_GLASS])
    return render(request, "guarding/emergencies.html", {"rows": rows, "page": page, "may_open": may_open})


def _narrowed(events: Any, chosen: dict[str, Any]) -> Any:
    if chosen.get("event"):
        events = events.filter(action=chosen["event"])
    if chosen.get("by") == SYSTEM:
        events = events.filter(actor_kind=SYSTEM)
    elif chosen.get("by"):
        events = events.filter(actor_id=chosen["by"])
    if chosen.get("day"):
        from_at = make_aware(datetime.combine(chosen["day"], time.min))
        events = events.filter(at__gte=from_at, at__lt=from_at + timedelta(days=1))
    return events


def _shown(row: AuditEvent, people: dict[str, str]) -> dict[str, Any]:
    is_person = row.actor_kind == ActorKind.ACCOUNT.value
    return {
        "event": EVENTS.get(row.action, row.action),
        "at": row.at,
        "by": people.get(row.actor_id, _("an account that is gone")) if is_person else "",
        "work": "" if is_person else row.actor_id.removeprefix("system:"),
        "kind": row.target_kind,
        "target": row.target_id,
        "whom": people.get(row.target_id, ""),
        "reason": row.reason,
        "count": row.count,
    }


@require_GET
def flagged(request: PageRequest) -> HttpResponse:
    """Who, of the own sites, was flagged for guessing: how often and when. Which codes, nobody knows any more."""
    programme = require(request, P.SEE_FLAGGED_CODES)
    found = flagged_for(request.actor, programme, now() - FLAGGED_SHOWN)
    names = names_of(one.account_id for one in found)
    context = {
        "rows": [{"flagged": one, "name": names.get(one.account_id, "")} for one in found],
        "days": FLAGGED_SHOWN.days,
        "may_audit": has_any(request, [P.SEE_AUDIT]),
    }
    return render(request, "guarding/flagged.html", context)


def names_of(account_ids: Iterable[str]) -> dict[str, str]:
    """Account id -> name, of those that are ids of accounts."""
    return display_names({one for given in account_ids if (one := uuid_or_none(given)) is not None})
