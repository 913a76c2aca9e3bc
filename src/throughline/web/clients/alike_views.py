"""Clients whose codes are one element apart: side by side, and what somebody says of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.clients.actions import (
    keep_clients_apart,
    merge_clients,
    note_history_read,
    unmerge_clients,
)
from throughline.records.clients.models import Client
from throughline.records.clients.queries import client_for, face_of, merge_for
from throughline.records.clients.queries.likely import SHOWN, likely_in
from throughline.records.engagement.queries import facts_of
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.nothing import Nothing
from throughline.web.request import PageRequest, now, require, words_of
from throughline.web.words import ROUTES, listed

_NOTHINGS = frozenset(kind.value for kind in Nothing)


@require_GET
def likely(request: PageRequest) -> HttpResponse:
    """Pairs of clients that nobody has said anything of yet."""
    programme = require(request, P.MERGE_CLIENTS)
    pairs = likely_in(request.actor, programme.id)
    return render(request, "clients/likely.html", {"pairs": pairs, "most": SHOWN})


@require_http_methods(["GET", "POST"])
def beside(request: PageRequest, client_id: UUID, other_id: UUID) -> HttpResponse:
    """Two clients side by side, and the same person or not. Reading both is an event of the audit."""
    require(request, P.MERGE_CLIENTS)
    one, other = client_for(request.actor, client_id), client_for(request.actor, other_id)
    if one.id == other.id:
        return redirect("client", client_id=one.id)
    if request.method == "POST":
        return _decided(request, one, other)
    at = now()
    for person in (one, other):
        note_history_read(client=person, by=request.actor, at=at)
    return render(request, "clients/beside.html", {"people": [_facts(request, one), _facts(request, other)]})


@require_POST
def unmerge(request: PageRequest, merge_id: UUID) -> HttpResponse:
    """They are two after all."""
    require(request, P.MERGE_CLIENTS)
    merge = merge_for(request.actor, merge_id)
    unmerge_clients(merge=merge, by=request.actor, at=now())
    messages.success(request, _("They are two clients again, each with its own line."))
    return redirect("client", client_id=merge.kept_id)


def _decided(request: PageRequest, one: Client, other: Client) -> HttpResponse:
    by, at = request.actor, now()
    try:
        if request.POST.get("decision") == "same":
            # The one with the longer past goes on under its own name.
            kept, merged = sorted((one, other), key=lambda each: -facts_of(by, each).contacts)
            merge_clients(kept=kept, merged=merged, by=by, at=at)
            messages.success(
                request, _("They are one client now, with one line. It can be undone on this page.")
            )
            return redirect("client", client_id=face_of(by, kept))
        if request.POST.get("decision") == "apart":
            keep_clients_apart(first=one, second=other, by=by, at=at)
            messages.success(request, _("They are two people, and will not be proposed again."))
        else:
            messages.error(request, _("Choose whether they are the same person, then try again."))
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
    return redirect("likely")


def _facts(request: PageRequest, person: Client) -> dict[str, Any]:
    facts = facts_of(request.actor, person)
    topics = listed(person.programme_id, "topic", with_retired=True)
    genders = listed(person.programme_id, "gender", with_retired=True)
    return {
        "facts": facts,
        "routes": [ROUTES[route] for route in facts.routes],
        "told": [(topics.get(one.topic, one.topic), one) for one in facts.told],
        "gender": facts.gender if facts.gender in _NOTHINGS else genders.get(facts.gender, facts.gender),
    }
