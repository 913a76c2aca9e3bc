"""Answering alone, by a one-time link: nobody signs in, opening changes nothing, and only this one response can be reached.

The link's token stands in one address only. Who begins carries on by the session, so that no log of an address holds what
still opens something.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.surveys import actions, queries
from throughline.records.surveys.models import FillLink, SurveyResponse
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, ThroughlineError
from throughline.web.request import PageRequest, now, require, uuid_or_none, words_of
from throughline.web.surveys.drawing import answers_sent, as_text, form_page, sent_xml, told
from throughline.web.surveys.filling import keep_half_filled
from throughline.web.uploads import held_in_memory

ANSWERING = "answering"  # in the session: the id of the link that was opened
AT_MOST = timedelta(hours=12)


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
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What the link is for. Beginning is a POST: who only opens it, or previews it, uses nothing up."""
    link = queries.link_of(token, now())
    if request.method == "POST":
        actions.start_response(approach=link.approach, by=queries.actor_of(link), at=now())
        if not request.user.is_authenticated:
            request.session.set_expiry(int(AT_MOST.total_seconds()))
        request.session[ANSWERING] = str(link.id)
        return redirect("answer_form")
    return render(request, "surveys/answer.html", {"wave": link.approach.wave})


@login_not_required
@require_GET
def answer_form(request: HttpRequest) -> HttpResponse:
    """The form, as far as it was filled in."""
    link, response = _held(request)
    version = response.instrument_version
    draft = reverse("answer_draft")
    context: dict[str, Any] = {
        "wave": link.approach.wave,
        "form": {
            "xform": reverse("answer_xform"), "send": reverse("answer_send"), "keep": draft,
            "draft": draft if response.draft else "",
        },
    }  # fmt: skip
    return form_page(request, "surveys/answer_form.html", version, context)


@login_not_required
@require_GET
def answer_xform(request: HttpRequest) -> HttpResponse:
    """The compiled form."""
    _link, response = _held(request)
    return as_text(response.instrument_version.xform)


@login_not_required
@held_in_memory
@require_http_methods(["GET", "POST"])
def answer_draft(request: HttpRequest) -> HttpResponse:
    """What is half filled: given back, or kept."""
    link, response = _held(request)
    if request.method == "GET":
        return as_text(queries.draft_of(response) or "")
    return told(lambda: keep_half_filled(response, sent_xml(request), by=queries.actor_of(link)))


@login_not_required
@held_in_memory
@require_POST
def answer_send(request: HttpRequest) -> HttpResponse:
    """The whole form. With its receipt the link is used up, and this browser forgets it."""
    link, response = _held(request)

    def complete() -> dict[str, Any]:
        answers, submission = answers_sent(response.instrument_version, sent_xml(request))
        done = actions.complete_response(
            response=response, answers=answers, submission=submission, by=queries.actor_of(link), at=now()
        )
        request.session.pop(ANSWERING, None)
        receipt = {"response": done, "wave": done.wave, "site": done.site}
        return {"html": render_to_string("surveys/answered.html", receipt, request), "is_done": True}

    return told(complete)


def _held(request: HttpRequest) -> tuple[FillLink, Any]:
    """The link that this browser opened, and what it began. NotFound as for a link that opens nothing."""
    link = queries.link_held(uuid_or_none(request.session.get(ANSWERING)), now())
    response = (
        SurveyResponse.objects.select_related(
            "instrument_version", "wave", "site", "approach__wave", "approach__site"
        )
        .filter(approach=link.approach, completed_at=None, excluded_at=None)
        .first()
    )
    if response is None or response.instrument_version is None:
        raise NotFound(queries.NO_LONGER)
    return link, response
