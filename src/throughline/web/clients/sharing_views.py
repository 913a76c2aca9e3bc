"""Consents to share, what passed to others, and the list that the person is given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.clients.actions import (
    note_sharing_list_read,
    record_consent,
    record_sharing,
    revoke_consent,
)
from throughline.records.clients.queries import client_for
from throughline.records.clients.queries.sharing import consent_for
from throughline.records.foundation import within_reach
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import organisations_for, sites_where
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.clients.shared import shared_of
from throughline.web.clients.sharing_forms import ConsentForm, SharedForm, a_year_from
from throughline.web.request import PageRequest, now, require, show_refusal, words_of


@require_http_methods(["GET", "POST"])
def consent(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Record what the person signed."""
    programme = require(request, P.SEE_CLIENT_HISTORY)
    person, at = client_for(request.actor, client_id), now()
    initial = {"signed_on": at.date(), "to_on": a_year_from(at.date())}
    form = ConsentForm(request.POST or None, initial=initial, **_around(request, programme))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                record_consent(
                    client=person,
                    site=form.cleaned_data["site"],
                    draft=form.draft(),
                    by=request.actor,
                    at=at,
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The consent is recorded."))
                return redirect("client", client_id=person.id)
    return render(request, "clients/consent.html", {"client": person, "form": form}, status=status)


@require_POST
def revoke(request: PageRequest, consent_id: UUID) -> HttpResponse:
    """The person takes a consent back: at once, without a reason."""
    require(request, P.SEE_CLIENT_HISTORY)
    row = consent_for(request.actor, consent_id)
    try:
        revoke_consent(consent=row, by=request.actor, at=now())
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
    else:
        messages.success(request, _("The consent is taken back. Nothing passes on it any more."))
    return redirect("client", client_id=row.client_id)


@require_http_methods(["GET", "POST"])
def shared(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Write down something that passed outside of a referral."""
    programme = require(request, P.SEE_CLIENT_HISTORY)
    person = client_for(request.actor, client_id)
    form = SharedForm(request.POST or None, **_around(request, programme))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                record_sharing(client=person, **form.given(), by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("It stands on the person's list."))
                return redirect("client", client_id=person.id)
    return render(request, "clients/shared.html", {"client": person, "form": form}, status=status)


@require_GET
def shared_list(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Everything that was shared, to print and to hand to the person. Drawing it up is an event of the audit."""
    require(request, P.SEE_CLIENT_HISTORY)
    person, at = client_for(request.actor, client_id), now()
    note_sharing_list_read(client=person, by=request.actor, at=at)
    context = {"client": person, "shared": shared_of(request.actor, person, at), "at": at}
    return render(request, "clients/shared_list.html", context)


def _around(request: PageRequest, programme: Programme) -> dict[str, Any]:
    """The actor's open sites, and the programme's organisations."""
    return {
        "sites": _sites(request, programme),
        "organisations": organisations_for(request.actor, programme.id),
    }


def _sites(request: PageRequest, programme: Programme) -> list[Site]:
    reach = within_reach(request.actor, P.SEE_CLIENT_HISTORY, site="id")
    return list(sites_where(request.actor, reach).filter(programme=programme, closed_on=None))
