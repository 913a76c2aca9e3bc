"""Writing down what a client says of themselves: bands, and their life on a day."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.records.clients.actions import describe_client, note_history_read, record_client_state
from throughline.records.clients.models import Client
from throughline.records.clients.queries import client_for, description_for
from throughline.records.engagement.queries import sites_that_met
from throughline.records.programme.queries import areas_of
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.clients.describing_forms import DescriptionForm, StateForm
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.stale import is_overtaken, mark_of
from throughline.web.words import listed


@require_http_methods(["GET", "POST"])
def described(request: PageRequest, client_id: UUID) -> HttpResponse:
    """What they say of themselves, to be written down or changed."""
    require(request, P.SEE_CLIENT_HISTORY)
    person = client_for(request.actor, client_id)
    if request.method != "POST":
        note_history_read(client=person, by=request.actor, at=now())
        return _page(request, person)
    form = _description_form(request, person, request.POST)
    if form.is_valid() and is_overtaken(form, _seen(request, person)):
        return _page(request, person, status=409, form=form)
    if form.is_valid():
        try:
            describe_client(client=person, **form.cleaned_data, by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Written down."))
            return redirect("client", person.id)
    return _page(request, person, status=422, form=form)


@require_POST
def state(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Their life on a day; what they said before stays."""
    require(request, P.SEE_CLIENT_HISTORY)
    person = client_for(request.actor, client_id)
    form = StateForm(request.POST, sites=sites_that_met(request.actor, person), auto_id="state_%s")
    if form.is_valid():
        try:
            record_client_state(client=person, **form.cleaned_data, by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Written down."))
            return redirect("client", person.id)
    return _page(request, person, status=422, state_form=form)


def _description_form(request: PageRequest, person: Client, data: Any = None) -> DescriptionForm:
    known = description_for(request.actor, person)
    said = {name: getattr(known, name) for name in ("birth_year_band", "gender", "area")}
    return DescriptionForm(
        data, sites=sites_that_met(request.actor, person), year=now().year, genders=listed(person.programme_id, "gender"),
        areas=areas_of(person.programme_id), initial={**said, "site": known.site_id},
    )  # fmt: skip


def _seen(request: PageRequest, person: Client) -> str:
    known = description_for(request.actor, person)
    return mark_of(known.birth_year_band, known.gender, known.area, known.site_id)


def _page(request: PageRequest, person: Client, *, status: int = 200, **forms: Any) -> HttpResponse:
    state_form = StateForm(
        sites=sites_that_met(request.actor, person), auto_id="state_%s", initial={"as_of": now().date()}
    )
    context = {
        "client": person, "form": _description_form(request, person), "state_form": state_form,
        "seen": _seen(request, person),
    } | forms  # fmt: skip
    return render(request, "clients/described.html", context, status=status)
