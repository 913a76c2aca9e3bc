"""Pages that draw a form, and what such a page sends back.

ODK's renderer compiles an XPath parser (WebAssembly) and writes style elements while it runs. So these pages, and no others,
allow `wasm-unsafe-eval` for scripts and style elements that carry the page's nonce; nothing is loaded from elsewhere, and
neither eval of text nor inline style attributes are allowed. A form that asks where somebody is may ask the browser; one that
asks for pictures may show those that were chosen (`blob:`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from throughline.exchange.attachment.read import check_sizes
from throughline.exchange.xlsform.submission import (
    answers_of,
    check_same_form,
    submission_of,
)
from throughline.exchange.xlsform.tree import MAX_BYTES, TOO_LARGE, tree_of
from throughline.records.surveys.actions import (
    MOST_EACH,
    MOST_TOGETHER,
    Base,
    StaleDraft,
)
from throughline.records.surveys.models import InstrumentVersion
from throughline.records.surveys.queries import questions_of
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError
from throughline.vocabulary.surveys import QuestionType
from throughline.web.request import uuid_or_none, words_of

WHERE = "camera=(), geolocation=(self), microphone=(), payment=()"


def form_page(
    request: HttpRequest, template: str, version: InstrumentVersion, context: dict[str, Any]
) -> HttpResponse:
    """A page with a version's form in it; `context` holds `form`: {xform, send, keep?, draft?}, addresses all."""
    nonce = secrets.token_urlsafe(18)
    response = render(
        request,
        template,
        context | {"version": version, "nonce": nonce, "files": _limits(version)},
    )
    response.also_allowed = drawing_needs(nonce)  # type: ignore[attr-defined]  # read by config/middleware
    if _asks(version, QuestionType.GEO):
        response.headers["Permissions-Policy"] = WHERE
    return response


def _asks(version: InstrumentVersion, kind: QuestionType) -> bool:
    return any(row["type"] == kind.value for row in version.questions)


def _limits(version: InstrumentVersion) -> dict[str, int]:
    """How much may be sent with a form that asks for files, in bytes; nothing where it asks for none."""
    if not _asks(version, QuestionType.FILE):
        return {}
    return {"each": MOST_EACH, "each_megabytes": MOST_EACH >> 20, "together": MOST_TOGETHER}


def drawing_needs(nonce: str) -> dict[str, str]:
    """What a page that draws a form is allowed beyond all others."""
    return {"script-src": "'wasm-unsafe-eval'", "style-src": f"'nonce-{nonce}'", "img-src": "blob:"}


def as_text(xml: str, version: int = 0) -> HttpResponse:
    """XML for a script alone: opened by itself, strangers' markup is text and nothing else. `version`: of a draft."""
    response = HttpResponse(xml, content_type="text/plain; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Draft-Version"] = str(version)
    return response


def sent_xml(request: HttpRequest) -> bytes:
    """The filled form that a page sent. Invalid where there is none."""
    file = request.FILES.get("instance")
    if file is None:
        raise Invalid(Sentence("No filled form was sent."))
    if (file.size or 0) > MAX_BYTES:
        raise Invalid(TOO_LARGE.given(most=MAX_BYTES // 1_000_000))
    return bytes(file.read())


def base_sent(request: HttpRequest) -> Base | None:
    """From which draft the page began, and which page it is. None where it does not say so."""
    version, page = request.POST.get("base", ""), uuid_or_none(request.POST.get("page"))
    return Base(int(version), page) if page and version.isdecimal() and len(version) < 10 else None


def answers_sent(version: InstrumentVersion, xml: bytes) -> tuple[dict[str, Any], UUID | None]:
    """The answers in it, and the id that the form gave itself. Invalid where they are of another form, or are none."""
    filled = tree_of(xml)
    check_same_form(version.xform, filled)
    return answers_of(questions_of(version), filled), submission_of(filled)


def sent_files(request: HttpRequest) -> dict[str, bytes]:
    """Name -> file, of those that a page sent with a form. Invalid for more, or larger ones, than a response holds."""
    files = request.FILES.getlist("file")
    check_sizes([file.size or 0 for file in files])
    for file in files:
        file.seek(0)  # asked for twice where the page's draft is not the newest
    return {str(file.name): bytes(file.read()) for file in files}


def file_alone(data: bytes, media_type: str, name: str) -> HttpResponse:
    """Somebody's file, to be saved, or read by a script: no browser shows it here."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }  # fmt: skip
    return HttpResponse(data, content_type=media_type, headers=headers)


def told(work: Callable[[], dict[str, Any]]) -> JsonResponse:
    """What a script asked for, or why not, in a sentence that it shows."""
    try:
        return JsonResponse(work())
    except StaleDraft as stale:
        answer = {"detail": words_of(stale.sentence), "version": stale.version}
        return JsonResponse(answer, status=stale.status)
    except ThroughlineError as refused:
        return JsonResponse({"detail": words_of(refused.sentence)}, status=refused.status)
