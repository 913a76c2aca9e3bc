"""Answering alone, by a one-time link: nobody signs in, opening changes nothing, and only this one response can be reached.

The link's token stands in one address only. Who begins carries on by the session, so that no log of an address holds what
still opens something. What is half filled is given back to the browser that began it alone: it holds a random value, and
whoever else has the link, who made it too, begins from empty.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.surveys import actions, queries
from throughline.records.surveys.models import FillLink
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor, ActorKind
from throughline.vocabulary.errors import NotAllowed, Sentence, ThroughlineError
from throughline.web.request import PageRequest, now, require, uuid_or_none, words_of
from throughline.web.surveys.drawing import as_text, form_page, told
from throughline.web.surveys.filling import (
    complete,
    draft_context,
    draft_file,
    half_filled,
    keep_half_filled,
)
from throughline.web.uploads import held_in_memory

ANSWERING = (
    "answering"  # in the session: the id of the link that was opened, and what this browser alone holds
)
AT_MOST = timedelta(hours=1)  # since what is filled in was last kept


@require_POST
def make_link(request: PageRequest, approach_id: UUID) -> HttpResponse:
    """A link for somebody who agreed. It is shown once; another one takes its place."""
    require(request, P.APPROACH_PEOPLE)
    asked = queries.approach_for(request.actor, approach_id)
    try:
        token = actions.make_fill_link(approach=asked, by=request.actor, at=now())
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
        return redirect("wave", asked.wave_id)
    address = request.build_absolute_uri(reverse("answer", args=[token]))
    context = {"wave": asked.wave, "address": address, "days": actions.LINK_LASTS.days}
    return render(request, "surveys/link.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What the link is for. Beginning is a POST: who only opens it, or previews it, uses nothing up."""
    link = queries.link_of(token, now())
    if request.method == "POST":
        if request.user.is_authenticated:
            raise NotAllowed(Sentence("You are signed in. Sign out first: whoever answers does it alone."))
        link_id, holder = _holding(request)
        if link_id != link.id:
            holder = secrets.token_urlsafe(32)
        actions.start_response(approach=link.approach, holder=holder, by=queries.actor_of(link), at=now())
        request.session.set_expiry(int(AT_MOST.total_seconds()))
        request.session[ANSWERING] = [str(link.id), holder]
        return redirect("answer_form")
    response = render(request, "surveys/answer.html", {"wave": link.approach.wave})
    # the address is not told to what the page loads; without any, browsers would not say where its form comes from either
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@login_not_required
@require_GET
def answer_form(request: HttpRequest) -> HttpResponse:
    """The form, as far as it was filled in."""
    link, response, _holder = _held(request)
    version = response.instrument_version
    draft = reverse("answer_draft")
    context: dict[str, Any] = {
        "wave": link.approach.wave,
        "form": {
            "xform": reverse("answer_xform"), "send": reverse("answer_send"), **draft_context(response, draft),
        },
    }  # fmt: skip
    return form_page(request, "surveys/answer_form.html", version, context)


@login_not_required
@require_GET
def answer_xform(request: HttpRequest) -> HttpResponse:
    """The compiled form."""
    _link, response, _holder = _held(request)
    return as_text(response.instrument_version.xform)


@login_not_required
@held_in_memory
@require_http_methods(["GET", "POST"])
def answer_draft(request: HttpRequest) -> HttpResponse:
    """What is half filled: given back, or kept."""
    if request.method == "GET":
        response = _held(request)[1]
        return half_filled(request, response, lambda file: reverse("answer_draft_file", args=[file]))

    def keep() -> dict[str, Any]:
        link, response, holder = _held(request)
        request.session.modified = True  # its hour begins again
        return keep_half_filled(request, response, holder=holder, by=queries.actor_of(link))

    return told(keep)


@login_not_required
@require_GET
def answer_draft_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """A file of what is half filled, for the browser that began it alone."""
    return draft_file(_held(request)[1], file_id)


@login_not_required
@held_in_memory
@require_POST
def answer_send(request: HttpRequest) -> HttpResponse:
    """The whole form; answered with a receipt, again where the first was lost on the way. The link is used up."""
    return told(lambda: _sent(request))


def _sent(request: HttpRequest) -> dict[str, Any]:
    link_id, holder = _holding(request)
    by = Actor(kind=ActorKind.SELF_SURVEY, id=str(link_id))
    recent: Any = queries.just_completed(by, now(), holder_hash=queries.hashed(holder))
    response = recent or _held(request)[1]
    return complete(request, response, "surveys/answered.html", holder=holder, by=by)


@login_not_required
@require_POST
def answer_leave(request: HttpRequest) -> HttpResponse:
    """Leave a browser that others use, too: it forgets the link, and what is half filled is destroyed."""
    try:
        link, response, holder = _held(request)
        actions.save_response(response=response, draft="", holder=holder, by=queries.actor_of(link), at=now())
    except ThroughlineError:
        pass  # nothing that could be destroyed: leaving works all the same
    request.session.pop(ANSWERING, None)
    return render(request, "surveys/left.html")


def _holding(request: HttpRequest) -> tuple[UUID | None, str]:
    """The link that this browser opened, and what it holds alone. Nothing while somebody is signed in to it."""
    held = request.session.get(ANSWERING)
    if request.user.is_authenticated or not isinstance(held, list):
        return None, ""
    return uuid_or_none(held[0]), str(held[1])


def _held(request: HttpRequest) -> tuple[FillLink, Any, str]:
    """The link that this browser opened, what it began, and what it holds. NotFound as for a link that opens nothing."""
    link_id, holder = _holding(request)
    link = queries.link_held(link_id, now())
    return link, queries.response_held(link, holder), holder
