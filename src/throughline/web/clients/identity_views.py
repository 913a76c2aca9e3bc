"""The name of a client: kept where they agreed, shown when asked for, destroyed when they say so."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from throughline.records.clients.actions import Identity, destroy_identity, keep_identity, read_identity
from throughline.records.clients.queries import client_for
from throughline.records.clients.queries.guarded import identity_for
from throughline.records.foundation import within_reach
from throughline.records.programme.queries import sites_where
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.clients.guarded_forms import IdentityForm
from throughline.web.request import PageRequest, now, require, show_refusal


@sensitive_post_parameters("name", "phone")
@require_http_methods(["GET", "POST"])
def keep(request: PageRequest, client_id: UUID) -> HttpResponse:
    """Keep a name, or another in its place. The form never shows the one that is kept."""
    programme = require(request, P.KEEP_IDENTITIES)
    person, at = client_for(request.actor, client_id), now()
    reach = within_reach(request.actor, P.KEEP_IDENTITIES, site="id")
    sites = list(sites_where(request.actor, reach).filter(programme=programme, closed_on=None))
    form = IdentityForm(request.POST or None, sites=sites, initial={"consented_on": at.date()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                keep_identity(
                    client=person, site=given["site"], identity=Identity(given["name"], given["phone"]),
                    consented_on=given["consented_on"], by=request.actor, at=at,
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(
                    request, _("The name is kept, encrypted. What was kept here before is destroyed.")
                )
                return redirect("client", client_id=person.id)
    return render(request, "clients/keep_identity.html", {"client": person, "form": form}, status=status)


@require_POST
def show(request: PageRequest, vault_id: UUID) -> HttpResponse:
    """The name, on a page of its own that nothing keeps. Each time is an event of the audit."""
    require(request, P.KEEP_IDENTITIES)
    vault = identity_for(request.actor, vault_id)
    identity = read_identity(vault=vault, by=request.actor, at=now())
    context = {"vault": vault, "identity": identity, "client": client_for(request.actor, vault.client_id)}
    return render(request, "clients/identity.html", context)


@require_POST
def destroy(request: PageRequest, vault_id: UUID) -> HttpResponse:
    """They want no name kept any more."""
    require(request, P.SEE_CLIENT_HISTORY)
    vault = identity_for(request.actor, vault_id)
    destroy_identity(vault=vault, by=request.actor, at=now())
    messages.success(request, _("The name is destroyed, in every backup as well."))
    return redirect("client", client_id=vault.client_id)
