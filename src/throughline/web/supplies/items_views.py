"""What the programme gives out: its items, and kits by version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.records.programme.models import Programme
from throughline.records.supplies import actions
from throughline.records.supplies.models import Item, Kit, KitVersion
from throughline.records.supplies.queries import items_for, kits_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.request import PageRequest, has_any, now, require, show_refusal
from throughline.web.supplies.forms import ItemForm, KitForm
from throughline.web.supplies.words import UNITS
from throughline.web.words import listed


@require_http_methods(["GET", "POST"])
def items(request: PageRequest) -> HttpResponse:
    """Every item and kit, and adding an item."""
    programme = require(request, P.COUNT_STOCK)
    may_add = has_any(request, [P.MANAGE_SUPPLIES])
    form = ItemForm(request.POST or None, kinds=listed(programme.id, "item_kind"))
    status = 200
    if request.method == "POST":
        require(request, P.MANAGE_SUPPLIES)
        status = _add_item(request, programme, form)
        if status == 302:
            return redirect("supplies_items")
    kinds = listed(programme.id, "item_kind", with_retired=True)
    rows = [
        (one, kinds.get(one.kind, one.kind), UNITS[one.unit])
        for one in items_for(request.actor, programme.id, with_retired=True)
    ]
    kits = [
        (
            kit,
            [
                (part.quantity, part.item)
                for part in kit.components.select_related("item").order_by("item__name")
            ],
        )
        for kit in kits_for(request.actor, programme.id, now().date(), with_retired=True)
    ]
    context = {"rows": rows, "kits": kits, "form": form if may_add else None}
    return render(request, "supplies/items.html", context, status=status)


@require_POST
def retire_item(request: PageRequest, item_id: UUID) -> HttpResponse:
    """No longer given out; posted again with `back`, it is."""
    item = _one_of(request, Item, item_id)
    if "back" in request.POST:
        actions.reinstate_item(item=item, by=request.actor, at=now())
        return _told(request, _("%(item)s is offered again.") % {"item": item.name})
    actions.retire_item(item=item, by=request.actor, at=now())
    holding = [kit.kit.name for kit in _kits_with(request, item)]
    told = _("%(item)s is no longer offered. What was recorded of it stays.") % {"item": item.name}
    if holding:
        told += " " + _("Kits that hold it are still given as they are packed: %(kits)s.") % {
            "kits": ", ".join(holding)
        }
    return _told(request, told)


@require_POST
def retire_kit(request: PageRequest, kit_id: UUID) -> HttpResponse:
    """No longer given out; posted again with `back`, it is."""
    kit = _one_of(request, Kit, kit_id)
    if "back" in request.POST:
        actions.reinstate_kit(kit=kit, by=request.actor, at=now())
        return _told(request, _("%(item)s is offered again.") % {"item": kit.name})
    actions.retire_kit(kit=kit, by=request.actor, at=now())
    return _told(
        request, _("%(item)s is no longer offered. What was recorded of it stays.") % {"item": kit.name}
    )


def _one_of(request: PageRequest, model: Any, row_id: UUID) -> Any:
    programme = require(request, P.MANAGE_SUPPLIES)
    found = model.objects.visible_to(request.actor).filter(programme=programme, id=row_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such item or kit."))
    return found


def _kits_with(request: PageRequest, item: Item) -> list[KitVersion]:
    """The kits that hold an item today."""
    kits = kits_for(request.actor, item.programme_id, now().date())
    return [kit for kit in kits if kit.components.filter(item=item).exists()]


def _told(request: PageRequest, told: str) -> HttpResponse:
    messages.success(request, told)
    return redirect("supplies_items")


def _add_item(request: PageRequest, programme: Programme, form: forms.Form) -> int:
    if not form.is_valid():
        return 422
    given: dict[str, Any] = form.cleaned_data
    try:
        item = actions.add_item(
            programme=programme, name=given["name"], kind=given["kind"], unit=given["unit"],
            is_controlled=given["is_controlled"], by=request.actor, at=now(),
        )  # fmt: skip
    except ThroughlineError as error:
        show_refusal(form, error)
        return error.status
    messages.success(request, _("%(item)s is added.") % {"item": item.name})
    return 302


@require_http_methods(["GET", "POST"])
def new_kit(request: PageRequest) -> HttpResponse:
    """A kit, or a new version of one."""
    programme = require(request, P.MANAGE_SUPPLIES)
    at = now()
    form = KitForm(
        request.POST or None, items=items_for(request.actor, programme.id), initial={"from_on": at.date()}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                version = actions.add_kit_version(
                    programme=programme, name=given["name"], components=form.components(),
                    from_on=given["from_on"], by=request.actor, at=at,
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                told = _("Version %(version)s of %(kit)s is added.")
                messages.success(request, told % {"version": version.version, "kit": version.kit.name})
                return redirect("supplies_items")
    return render(request, "supplies/new_kit.html", {"form": form}, status=status)
