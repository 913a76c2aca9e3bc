"""Looking a client up by code, the client's line, and what is done about an open need."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.clients.actions import look_up_client, note_history_read
from throughline.records.clients.queries import client_for
from throughline.records.clients.queries.guarded import identities_of
from throughline.records.engagement.actions import close_need, record_action
from throughline.records.engagement.queries import need_for
from throughline.rules.access import check_may_see_client_history, holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.clients.forms import LookUpForm, NeedClosedForm, NeedDoneForm, reasons_of
from throughline.web.clients.history import history_of
from throughline.web.clients.shared import shared_of
from throughline.web.request import PageRequest, has_any, now, require, show_refusal


@sensitive_post_parameters("client_code")
@require_http_methods(["GET", "POST"])
def look_up(request: PageRequest) -> HttpResponse:
    """From a code to the client's line; the code stays in the body of the request."""
    programme = require(request, P.SEE_CLIENT_HISTORY)
    form = LookUpForm(request.POST or None, programme=programme)
    status, is_unknown = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = look_up_client(
                    programme=programme, code=form.cleaned_data["client_code"], by=request.actor, at=now()
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                if found is not None:
                    return redirect("client", client_id=found)
                status, is_unknown = 200, True
    context = {
        "form": form,
        "is_unknown": is_unknown,
        "may_merge": has_any(request, [P.MERGE_CLIENTS]),
        "may_open": has_any(request, [P.BREAK_GLASS]),
    }
    return render(request, "clients/look_up.html", context, status=status)


@require_GET
def client(request: PageRequest, client_id: UUID) -> HttpResponse:
    """One client's line. Reading it is an event of the audit."""
    programme = require(request, P.SEE_CLIENT_HISTORY)
    check_may_see_client_history(request.actor, programme.id)
    person, at = client_for(request.actor, client_id), now()
    note_history_read(client=person, by=request.actor, at=at)
    history = history_of(request.actor, person, at, request.GET.get("page"))
    context = {
        "client": person, "history": history, "shared": shared_of(request.actor, person, at),
        "identities": [
            (one, holds(request.actor, P.KEEP_IDENTITIES, programme.id, one.site_id))
            for one in identities_of(request.actor, person)
        ],
        "may_keep": has_any(request, [P.KEEP_IDENTITIES]), "may_open": has_any(request, [P.BREAK_GLASS]),
    }  # fmt: skip
    return render(request, "clients/client.html", context)


@require_POST
def need_done(request: PageRequest, need_id: UUID) -> HttpResponse:
    """Say what was done about an open need."""
    require(request, P.CLOSE_NEED)
    need = need_for(request.actor, need_id)
    form = NeedDoneForm(request.POST)
    if form.is_valid():
        record_action(need=need, kind=form.cleaned_data["kind"], by=request.actor, at=now())
        messages.success(request, _("Noted."))
    else:
        messages.error(request, _("Choose what was done, then try again."))
    return _back(need.client_id)


@require_POST
def need_closed(request: PageRequest, need_id: UUID) -> HttpResponse:
    """Close a need, as met or for a reason."""
    require(request, P.CLOSE_NEED)
    need = need_for(request.actor, need_id)
    form = NeedClosedForm(request.POST, reasons=reasons_of(need.programme_id))
    if form.is_valid():
        close_need(need=need, closed_as=form.cleaned_data["closed_as"], by=request.actor, at=now())
        messages.success(request, _("The need is closed."))
    else:
        messages.error(request, _("Choose why the need is closed, then try again."))
    return _back(need.client_id)


def _back(client_id: UUID | None) -> HttpResponse:
    return redirect("client", client_id=client_id) if client_id else redirect("clients")
