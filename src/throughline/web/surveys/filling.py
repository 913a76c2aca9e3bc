"""Filling in a form: trying it, where nothing is kept, and an interview, where what is half filled is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.exchange.attachment.half import files_kept, half_form_files, whole_form_files
from throughline.records.surveys.actions import (
    StaleDraft,
    choose_draft,
    complete_response,
    keep_beside,
    save_response,
)
from throughline.records.surveys.models import InstrumentVersion, SurveyResponse
from throughline.records.surveys.queries import (
    draft_file_of,
    draft_of,
    just_completed,
    opened_draft_file,
    questions_of,
    response_for,
    version_for,
)
from throughline.rules.access import check_may_fill_response
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.web.request import PageRequest, now, require
from throughline.web.surveys.drawing import (
    answers_sent,
    as_text,
    base_sent,
    file_alone,
    form_page,
    sent_files,
    sent_xml,
    told,
)
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
            **draft_context(response, reverse("response_draft", args=here)),
        },
    }  # fmt: skip
    return form_page(request, "surveys/fill_response.html", version, context)


@held_in_memory
@require_http_methods(["GET", "POST"])
def response_draft(request: PageRequest, response_id: UUID) -> HttpResponse:
    """What is half filled: given back to the page that goes on with it, or kept in place of what was."""
    if request.method == "GET":
        response = _own(request, response_id)
        return half_filled(
            request, response, lambda file: reverse("response_draft_file", args=[response.id, file])
        )
    return told(lambda: keep_half_filled(request, _own(request, response_id), by=request.actor))


@require_GET
def response_draft_file(request: PageRequest, response_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of what is half filled, for the page that goes on with it."""
    return draft_file(_own(request, response_id), file_id)


@held_in_memory
@require_POST
def send_response(request: PageRequest, response_id: UUID) -> HttpResponse:
    """The whole form; answered with a receipt, again where the first was lost on the way."""

    def sent() -> dict[str, Any]:
        recent = just_completed(request.actor, now(), id=response_id)
        return complete(
            request, recent or _own(request, response_id), "surveys/receipt.html", by=request.actor
        )

    return told(sent)


def draft_context(response: SurveyResponse, address: str) -> dict[str, Any]:
    """Where a page keeps what is half filled, and what stands of it."""
    return {
        "keep": address, "draft": address if response.draft else "", "base": response.draft_version,
        "has_beside": response.draft_beside is not None,
    }  # fmt: skip


def half_filled(
    request: HttpRequest, response: SurveyResponse, address: Callable[[UUID], str]
) -> HttpResponse:
    """What is half filled, as text; asked for `files`, the names of those that are kept with it, and where each is read."""
    if "files" not in request.GET:
        return as_text(draft_of(response) or "", response.draft_version)
    kept = files_kept(response).items()
    return JsonResponse({"files": [{"name": name, "address": address(row.id)} for name, row in kept]})


def draft_file(response: SurveyResponse, file_id: UUID) -> HttpResponse:
    """A file that is kept with what is half filled."""
    found = draft_file_of(response, file_id)
    return file_alone(opened_draft_file(found), found.media_type, "file")


def keep_half_filled(
    request: HttpRequest, response: SurveyResponse, *, holder: str = "", by: Actor
) -> dict[str, Any]:
    """Nothing is checked of what is half filled, but that it is text: it is sealed as it is, and so is each file that is taken.

    A page that has not seen the newest writes over nothing: what it has is kept beside that until the person chooses.
    """
    who: dict[str, Any] = {"holder": holder, "by": by, "at": now()}
    choice = request.POST.get("choose", "")
    if choice in {"kept", "beside"}:
        choose_draft(response=response, is_beside=choice == "beside", **who)
        return {"kept": True}
    draft = sent_xml(request).decode("utf-8", "replace")
    half: dict[str, Any] = {
        "response": response, "draft": draft, "files": half_form_files(response.instrument_version, draft, sent_files(request)),
    }  # fmt: skip
    try:
        saved = save_response(**half, base=base_sent(request), **who)
    except StaleDraft:
        keep_beside(**half, **who)
        raise
    if choice == "this":
        saved = choose_draft(response=saved, is_beside=False, **who)
    return {"kept": True, "version": saved.draft_version, "files": sorted(files_kept(saved))}


def complete(
    request: HttpRequest, response: SurveyResponse, template: str, *, holder: str = "", by: Actor
) -> dict[str, Any]:
    """Keep the answers; what the page shows is the receipt. A page that has not seen the newest draft sends nothing."""
    xml = sent_xml(request)
    version = _asking(response)
    answers, submission = answers_sent(version, xml)
    base = base_sent(request)
    who: dict[str, Any] = {"holder": holder, "by": by, "at": now()}
    try:
        files = {}
        if response.completed_at is None:  # else sent again, because its receipt was lost: all is kept
            StaleDraft.check(response, base)
            files = whole_form_files(response, version, xml, sent_files(request))
        done = complete_response(
            response=response, answers=answers, files=files, submission=submission, base=base, **who
        )
    except StaleDraft:
        draft = xml.decode("utf-8", "replace")
        half = half_form_files(version, draft, sent_files(request))
        keep_beside(response=response, draft=draft, files=half, **who)
        raise
    receipt = {"response": done, "wave": done.wave, "site": done.site}
    return {"html": render_to_string(template, receipt, request), "is_done": True}


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
