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
from throughline.web.surveys.question_words import answers_told
from throughline.web.surveys.words import EXCLUSIONS

ON_A_PAGE = 100


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
    return render(
        request, "surveys/response.html", {"response": one, "wave": one.wave, "site": one.site, "rows": rows}
    )


def _plain(key: str, given: Any) -> dict[str, Any]:
    """As the file had it, where there is no form that says what was asked."""
    if isinstance(given, dict):
        return {"key": key, "label": key, "nothing": given["nothing"], "text": ""}
    text = ", ".join(map(str, given)) if isinstance(given, list) else str(given)
    return {"key": key, "label": key, "nothing": "", "text": text}
