"""Breaking the glass: one person's record, for a reason and a while. A banner stands on every page until it ends."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.clients.actions import (
    break_glass,
    end_emergency,
    note_emergency_read,
    read_identity,
)
from throughline.records.clients.models import Client
from throughline.records.clients.queries import client_for
from throughline.records.clients.queries.guarded import READER, emergency_for, identities_opened
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.clients.guarded_forms import EmergencyForm
from throughline.web.clients.history import history_of
from throughline.web.request import PageRequest, now, require, show_refusal, uuid_or_none
from throughline.web.words import EMERGENCY_KINDS


@sensitive_post_parameters("client_code", "note")
@require_http_methods(["GET", "POST"])
def emergency(request: PageRequest) -> HttpResponse:
    """Say why, and open one person's record: by code, or from the page of somebody met at one's sites (`?client=`)."""
    programme = require(request, P.BREAK_GLASS)
    person = _person(request)
    form = EmergencyForm(request.POST or None, programme=programme, has_client=person is not None)
    status, is_unknown = 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                row = break_glass(
                    programme=programme, client=person, code=given.get("client_code", ""), kind=given["kind"],
                    note=given["note"], by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                if row is not None:
                    return redirect("emergency_record", opening_id=row.id)
                status, is_unknown = 200, True
    context = {
        "form": form, "client": person, "is_unknown": is_unknown, "minutes": settings.THROUGHLINE_EMERGENCY_MINUTES,
    }  # fmt: skip
    return render(request, "clients/emergency.html", context, status=status)


@require_GET
def record(request: PageRequest, opening_id: UUID) -> HttpResponse:
    """The record that is open: read, never written. Each look is an event of the audit."""
    return _record(request, opening_id)


@require_POST
def show_name(request: PageRequest, opening_id: UUID, vault_id: UUID) -> HttpResponse:
    """The record with one name that is kept. Reading it is an event of its own."""
    return _record(request, opening_id, vault_id)


@require_POST
def end(request: PageRequest, opening_id: UUID) -> HttpResponse:
    """Shut it before its time."""
    require(request, P.BREAK_GLASS)
    end_emergency(emergency=emergency_for(request.actor, opening_id), by=request.actor, at=now())
    messages.success(request, _("The record is shut again."))
    return redirect("home")


def _record(request: PageRequest, opening_id: UUID, vault_id: UUID | None = None) -> HttpResponse:
    require(request, P.BREAK_GLASS)
    row, at = emergency_for(request.actor, opening_id), now()
    note_emergency_read(emergency=row, by=request.actor, at=at)
    kept = [{"vault": one, "identity": None} for one in identities_opened(row)]
    if vault_id is not None:
        _read(request, row, kept, vault_id, at)
    context = {
        "opening": row, "kind": EMERGENCY_KINDS[row.kind], "client": row.client, "kept": kept,
        "history": history_of(READER, row.client, at, request.GET.get("page")),
    }  # fmt: skip
    return render(request, "clients/emergency_record.html", context)


def _read(request: PageRequest, row: Any, kept: list[dict[str, Any]], vault_id: UUID, at: Any) -> None:
    for one in kept:
        if one["vault"].id == vault_id:
            one["identity"] = read_identity(vault=one["vault"], emergency=row, by=request.actor, at=at)
            return
    raise NotFound(Sentence("No name is kept here."))


def _person(request: PageRequest) -> Client | None:
    client_id = uuid_or_none(request.GET.get("client"))
    return client_for(request.actor, client_id) if client_id else None
