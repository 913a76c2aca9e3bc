"""Responses, for who reads them: by number, and one at a time; nobody else sees that there are any."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from throughline.records.surveys import actions, queries
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.waves import Exclusion
from throughline.web.request import PageRequest, now, require
from throughline.web.surveys.drawing import file_alone
from throughline.web.surveys.question_words import answers_told
from throughline.web.surveys.words import EXCLUSIONS

ON_A_PAGE = 100
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/mp4": "mp4", "video/quicktime": "mov",
    "audio/mp4": "m4a", "audio/mpeg": "mp3", "audio/wav": "wav", "application/pdf": "pdf",
}  # fmt: skip


@require_GET
def responses(request: PageRequest, wave_id: UUID) -> HttpResponse:
    """Complete responses of a wave, by site and number."""
    require(request, P.SEE_RESPONSES)
    wave = queries.wave_for(request.actor, wave_id)
    rows = (
        queries.responses_for(request.actor, wave)
        .filter(completed_at__isnull=False)
        .select_related("consent")
    )
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "response": row, "why": EXCLUSIONS[Exclusion(row.exclusion)] if row.exclusion else "",
            "is_withdrawn": row.exclusion == Exclusion.WITHDREW.value or bool(row.consent and row.consent.withdrawn_at),
        }
        for row in page
    ]  # fmt: skip
    return render(request, "surveys/responses.html", {"wave": wave, "page": page, "rows": shown})


@require_GET
def response(request: PageRequest, response_id: UUID) -> HttpResponse:
    """What one person answered. It is noted that it was read."""
    require(request, P.SEE_RESPONSES)
    one = queries.response_for(request.actor, response_id)
    answers = actions.read_response(response=one, by=request.actor, at=now())
    version = one.instrument_version
    rows: list[dict[str, Any]] = (
        answers_told(queries.questions_of(version), answers, next(iter(version.languages), ""))
        if version else [_plain(*pair) for pair in answers.items()]
    )  # fmt: skip
    files = {file.key: file for file in queries.attachments_of(request.actor, one)}
    rows = [row | {"file": files.get(row["key"])} for row in rows]
    context = {"response": one, "wave": one.wave, "site": one.site, "rows": rows}
    return render(request, "surveys/response.html", context)


@require_GET
def response_file(request: PageRequest, response_id: UUID, number: int) -> HttpResponse:
    """A file that answers a form, to be saved: no browser shows it here. It is noted that it was opened."""
    require(request, P.SEE_RESPONSES)
    found = queries.attachment_for(request.actor, response_id, number)
    data = actions.read_attachment(attachment=found, by=request.actor, at=now())
    name = f"response-{found.response.respondent}-{number}.{ENDINGS[found.media_type]}"
    return file_alone(data, found.media_type, name)


def _plain(key: str, given: Any) -> dict[str, Any]:
    """As the file had it, where there is no form that says what was asked."""
    if isinstance(given, dict):
        return {"key": key, "label": key, "nothing": given["nothing"], "text": ""}
    text = ", ".join(map(str, given)) if isinstance(given, list) else str(given)
    return {"key": key, "label": key, "nothing": "", "text": text}
