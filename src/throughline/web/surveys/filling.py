"""Filling in a form: trying it, where nothing is kept, and an interview, where what is half filled is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.surveys.actions import complete_response, save_response
from throughline.records.surveys.models import InstrumentVersion, SurveyResponse
from throughline.records.surveys.queries import (
    draft_of,
    just_completed,
    questions_of,
    response_for,
    version_for,
)
from throughline.rules.access import check_may_fill_response
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.web.request import PageRequest, now, require
from throughline.web.surveys.drawing import answers_sent, as_text, form_page, sent_xml, told
from throughline.web.surveys.question_words import answers_told
from throughline.web.uploads import held_in_memory


@held_in_memory
@require_http_methods(["GET", "POST"])
def try_instrument(request: PageRequest, version_id: UUID) -> HttpResponse:
    """A form as who answers sees it; posting shows how its answers are read. Nothing is kept."""
    require(request, P.SEE_WAVES, P.RUN_WAVES)
    version = version_for(request.actor, version_id)
    if request.method == "POST":

        def tried() -> dict[str, Any]:
            answers, _submission = answers_sent(version, sent_xml(request))
            language = next(iter(version.languages), "")
            rows = answers_told(questions_of(version), answers, language)
            return {"html": render_to_string("surveys/tried.html", {"rows": rows}, request)}

        return told(tried)
    context = {
        "instrument": version.instrument,
        "form": {"xform": reverse("instrument_xform", args=[version.id]), "send": request.path},
    }  # fmt: skip
    return form_page(request, "surveys/try_instrument.html", version, context)


@require_GET
def fill_response(request: PageRequest, response_id: UUID) -> HttpResponse:
    """The form of an interview, as far as it was filled in."""
    response = _own(request, response_id)
    version = _asking(response)
    here = [response.id]
    context = {
        "response": response, "wave": response.wave, "site": response.site,
        "form": {
            "xform": reverse("instrument_xform", args=[version.id]), "send": reverse("send_response", args=here),
            "keep": reverse("response_draft", args=here),
            "draft": reverse("response_draft", args=here) if response.draft else "",
        },
    }  # fmt: skip
    return form_page(request, "surveys/fill_response.html", version, context)


@held_in_memory
@require_http_methods(["GET", "POST"])
def response_draft(request: PageRequest, response_id: UUID) -> HttpResponse:
    """What is half filled: given back to the page that goes on with it, or kept in place of what was."""
    if request.method == "GET":
        return as_text(draft_of(_own(request, response_id)) or "")
    return told(lambda: keep_half_filled(_own(request, response_id), sent_xml(request), by=request.actor))


@held_in_memory
@require_POST
def send_response(request: PageRequest, response_id: UUID) -> HttpResponse:
    """The whole form; answered with a receipt, again where the first was lost on the way."""

    def sent() -> dict[str, Any]:
        recent = just_completed(request.actor, now(), id=response_id)
        return complete(request, recent or _own(request, response_id), sent_xml(request), by=request.actor)

    return told(sent)


def keep_half_filled(response: SurveyResponse, xml: bytes, *, holder: str = "", by: Actor) -> dict[str, Any]:
    """Nothing is checked of what is half filled, but that it is text: it is sealed as it is."""
    draft = xml.decode("utf-8", "replace")
    save_response(response=response, draft=draft, holder=holder, by=by, at=now())
    return {"kept": True}


def complete(request: Any, response: SurveyResponse, xml: bytes, *, by: Actor) -> dict[str, Any]:
    """Keep the answers; what the page shows is the receipt."""
    answers, submission = answers_sent(_asking(response), xml)
    done = complete_response(response=response, answers=answers, submission=submission, by=by, at=now())
    receipt = {"response": done, "wave": done.wave, "site": done.site}
    return {"html": render_to_string("surveys/receipt.html", receipt, request), "is_done": True}


def _own(request: PageRequest, response_id: UUID) -> SurveyResponse:
    """A response that the actor is filling in. Whoever reads responses may not write in them."""
    require(request, P.APPROACH_PEOPLE, P.SEE_RESPONSES)
    response = response_for(request.actor, response_id)
    check_may_fill_response(
        request.actor, response.programme_id, response.site_id, is_own=response.started_by == request.actor.id
    )
    return response


def _asking(response: SurveyResponse) -> InstrumentVersion:
    if response.instrument_version is None:
        raise Unready(Sentence("This response came from elsewhere: there is no form of it here."))
    return response.instrument_version
