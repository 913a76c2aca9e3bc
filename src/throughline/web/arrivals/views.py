"""Held records: tried again, recorded on top of what stands, or dropped. Devices: seen and retired."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from throughline.exchange.device_event.load import said_again, settle_after
from throughline.records.accounts.queries import device_for, devices_of_accounts
from throughline.records.engagement.actions import apply_event, drop_event
from throughline.records.engagement.queries import flagged_supplies, with_lines
from throughline.records.engagement.queries.device_events import clock_skews, held_event_for
from throughline.records.programme.actions import retire_device
from throughline.records.programme.queries import colleagues_within
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError
from throughline.web.arrivals.shown import DROP_REASONS, arrival
from throughline.web.record.shown import Shower
from throughline.web.request import PageRequest, has_any, now, require, words_of
from throughline.web.words import choices
from throughline.work.waiting import held_to_look_at

A_PAGE = 20
FAR_OFF = 120  # seconds: from here on the phone says so, too
FLAGGED_SHOWN = timedelta(days=365)


@require_GET
def arrivals(request: PageRequest) -> HttpResponse:
    """What devices sent and could not be recorded, the oldest first."""
    programme = require(request, P.CORRECT_CONTACT, P.MANAGE_ACCOUNTS)
    at = now()
    rows = held_to_look_at(request.actor, programme, at)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "arrivals": [arrival(row, request.actor, at) for row in page],
        "reasons": choices(DROP_REASONS),
    }
    return render(request, "arrivals/arrivals.html", context)


@require_POST
def resolve(request: PageRequest, row_id: UUID) -> HttpResponse:
    """`do`: again, top (record it on top of what stands now), or drop with a reason."""
    programme = require(request, P.CORRECT_CONTACT, P.MANAGE_ACCOUNTS)
    row = held_event_for(request.actor, programme.id, row_id)
    at, do = now(), request.POST.get("do")
    try:
        if do == "drop":
            drop_event(event=row, why=request.POST.get("why", ""), by=request.actor, at=at)
            messages.success(request, _("The record was dropped. What it said is destroyed."))
        elif do in {"again", "top"}:
            said, account = said_again(row)
            apply_event(event=row, said=said, account=account, is_on_top=do == "top", by=request.actor, at=at)
            settle_after(row, now)
            messages.success(request, _("The record is recorded now."))
        else:
            raise Invalid(Sentence("Say what to do with this record."))
    except ThroughlineError as error:
        messages.error(request, _("It is still held: %(why)s") % {"why": words_of(error.sentence)})
    return redirect("arrivals")


@require_GET
def flagged_supply(request: PageRequest) -> HttpResponse:
    """Contacts of the last year at which a controlled item left without a valid agreement; of whom, is not shown."""
    programme = require(request, P.CORRECT_CONTACT)
    rows = with_lines(flagged_supplies(request.actor, programme.id, now() - FLAGGED_SHOWN))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shower = Shower(programme.id)
    context = {"page": page, "rows": [(row, shower.contact(row)) for row in page], "days": FLAGGED_SHOWN.days}
    return render(request, "arrivals/flagged_supply.html", context)


@require_GET
def devices(request: PageRequest) -> HttpResponse:
    """One's own devices, and those of who works at the sites that one looks after."""
    programme = require(request, P.RECORD_CONTACT, P.RETIRE_DEVICE)
    colleagues = colleagues_within(request.actor, P.RETIRE_DEVICE, programme.id)
    rows = devices_of_accounts({request.actor.id} | colleagues)
    skews = clock_skews([row.id for row in rows])
    context = {
        "rows": [
            (row, str(row.account_id) == request.actor.id, _minutes_off(skews.get(row.id))) for row in rows
        ],
        "may_retire_others": has_any(request, [P.RETIRE_DEVICE]),
    }
    return render(request, "arrivals/devices.html", context)


def _minutes_off(skew: float | None) -> int | None:
    """Whole minutes, 0 for a clock that is right enough; None where the device has sent nothing by itself."""
    if skew is None:
        return None
    return round(abs(skew) / 60) if abs(skew) >= FAR_OFF else 0


@require_POST
def retire(request: PageRequest, device_id: UUID) -> HttpResponse:
    """A device that is lost or given back sends nothing any more."""
    programme = require(request, P.RECORD_CONTACT, P.RETIRE_DEVICE)
    colleagues = colleagues_within(request.actor, P.RETIRE_DEVICE, programme.id)
    device = device_for({request.actor.id} | colleagues, device_id)
    retire_device(programme=programme, device=device, by=request.actor, at=now())
    messages.success(
        request,
        _("The device is retired. What it still holds can be saved to a file there and sent from another."),
    )
    return redirect("devices")
