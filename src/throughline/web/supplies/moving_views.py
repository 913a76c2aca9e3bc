"""Receiving, transferring, writing off; and withdrawing what was written down wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from throughline.records.engagement.queries.books import books_began
from throughline.records.engagement.queries.stock import on_hand_for
from throughline.records.programme.models import Site
from throughline.records.supplies import actions
from throughline.records.supplies.models import Lot
from throughline.records.supplies.queries import (
    count_for,
    items_for,
    lots_at,
    movement_for,
)
from throughline.rules.access import check_may_move_stock
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.vocabulary.stock import WriteOffReason
from throughline.web.request import PageRequest, now, require, show_refusal, uuid_or_none
from throughline.web.supplies.forms import ReceiveForm, SheetForm, TransferForm, WithdrawForm, WriteOffForm
from throughline.web.supplies.shelf_views import site_of

# Lots that expired longer ago are not offered by name: count or write off the item without.
EXPIRED_SHOWN = timedelta(days=180)
Save = Callable[[Any, datetime], Sequence[Any]]


def sheet_arguments(request: PageRequest, site: Site) -> dict[str, Any]:
    """What every sheet of a site is made of: the items, which of them are kept here, their lots."""
    began = books_began(site)
    lots: dict[UUID, list[Lot]] = {}
    for lot in lots_at(request.actor, site, now().date() - EXPIRED_SHOWN):
        lots.setdefault(lot.item_id, []).append(lot)
    items = items_for(request.actor, site.programme_id, with_retired=True)
    offered = [
        one for one in items if one.retired_at is None or one.id in began
    ]  # what still lies here is counted
    return {"site": site, "items": offered, "kept": set(began), "lots": lots}


def _managed(request: PageRequest, site_id: UUID) -> Site:
    site = site_of(request, site_id)
    check_may_move_stock(request.actor, site.programme_id, site.id)
    return site


@require_http_methods(["GET", "POST"])
def receive(request: PageRequest, site_id: UUID) -> HttpResponse:
    """A delivery, item by item."""
    site = _managed(request, site_id)
    form = ReceiveForm(request.POST or None, **sheet_arguments(request, site))

    def save(given: dict[str, Any], at: datetime) -> Sequence[Any]:
        return actions.receive_stock(
            site=site,
            lines=form.stock_lines(),
            happened_at=given["happened_at"],
            by=request.actor,
            at=at,
        )

    return _sheet(request, site, form, save, "supplies/receive.html")


@require_http_methods(["GET", "POST"])
def transfer(request: PageRequest, site_id: UUID) -> HttpResponse:
    """To another site of the programme."""
    site = _managed(request, site_id)
    others = Site.objects.filter(programme=site.programme_id, closed_on=None).exclude(id=site.id)
    form = TransferForm(
        request.POST or None, others=list(others.order_by("name")), **sheet_arguments(request, site)
    )

    def save(given: dict[str, Any], at: datetime) -> Sequence[Any]:
        return actions.transfer_stock(
            from_site=site, to_site=given["to_site"], lines=form.stock_lines(),
            happened_at=given["happened_at"], by=request.actor, at=at,
        )  # fmt: skip

    return _sheet(request, site, form, save, "supplies/transfer.html")


@require_http_methods(["GET", "POST"])
def write_off(request: PageRequest, site_id: UUID) -> HttpResponse:
    """What is gone but was given to nobody. `?lot=ID` begins with what is estimated left of an expired lot."""
    site = _managed(request, site_id)
    form = WriteOffForm(
        request.POST or None, initial=_expired(request, site), **sheet_arguments(request, site)
    )

    def save(given: dict[str, Any], at: datetime) -> Sequence[Any]:
        return actions.write_off_stock(
            site=site, lines=form.stock_lines(), reason=given["reason"], happened_at=given["happened_at"],
            by=request.actor, at=at,
        )  # fmt: skip

    return _sheet(request, site, form, save, "supplies/write_off.html")


def _expired(request: PageRequest, site: Site) -> dict[str, Any]:
    asked = uuid_or_none(request.GET.get("lot"))
    if asked is None:
        return {}
    for one in on_hand_for(request.actor, site.id, now()).lots:
        if one.lot.id == asked:
            item = one.lot.item_id
            reason = WriteOffReason.EXPIRED.value if one.is_expired else None
            return {f"n_{item}": one.left, f"lot_{item}": one.lot.batch, "reason": reason}
    return {}


def _sheet(request: PageRequest, site: Site, form: SheetForm, save: Save, template: str) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                rows = save(form.cleaned_data, now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                told = ngettext("%(count)s line is recorded.", "%(count)s lines are recorded.", len(rows))
                messages.success(request, told % {"count": len(rows)})
                return redirect(reverse("supplies") + f"?site={site.id}")
    return render(request, template, {"form": form, "site": site}, status=status)


@require_http_methods(["GET", "POST"])
def withdraw_movement(request: PageRequest, movement_id: UUID) -> HttpResponse:
    """It did not happen so: it counts no more, and stays to be read."""
    programme = require(request, P.COUNT_STOCK)
    row = movement_for(request.actor, movement_id)
    if row.programme_id != programme.id:
        raise NotFound(Sentence("There is no such movement of stock."))
    check_may_move_stock(request.actor, row.programme_id, row.answered_for_at)

    def save(form: forms.Form, at: datetime) -> None:
        actions.withdraw_movement(movement=row, why=form.cleaned_data["why"], by=request.actor, at=at)

    what = _("%(number)s × %(item)s") % {"number": row.quantity, "item": row.item.name}
    return _withdraw(request, row.answered_for_at, what, row.withdrawn_at, save)


@require_http_methods(["GET", "POST"])
def withdraw_count(request: PageRequest, count_id: UUID) -> HttpResponse:
    """The same of a count: on hand goes back to the count before it, with what happened since."""
    programme = require(request, P.COUNT_STOCK)
    row = count_for(request.actor, count_id)
    if row.programme_id != programme.id:
        raise NotFound(Sentence("There is no such count."))
    check_may_move_stock(request.actor, row.programme_id, row.site_id)

    def save(form: forms.Form, at: datetime) -> None:
        actions.withdraw_count(count=row, why=form.cleaned_data["why"], by=request.actor, at=at)

    return _withdraw(request, row.site_id, _("Count"), row.withdrawn_at, save)


def _withdraw(
    request: PageRequest, site_id: UUID, what: str, withdrawn_at: datetime | None,
    save: Callable[[forms.Form, datetime], None],
) -> HttpResponse:  # fmt: skip
    form, status = WithdrawForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save(form, now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("It is withdrawn. Record what did happen anew."))
                return redirect("supplies_history", site_id=site_id)
    context = {
        "form": form,
        "what": what,
        "site": site_of(request, site_id),
        "is_withdrawn": withdrawn_at is not None,
    }
    return render(request, "supplies/withdraw.html", context, status=status)
