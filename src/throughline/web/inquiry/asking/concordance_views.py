"""Words in context over all sources, coding hits after a look at each, and saturation.

A search is sent, never put in an address: what is looked for may be a name, and addresses end up in logs and histories.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.evaluation.concordance import MOST, hits_of
from throughline.records.inquiry.actions import CodingDraft, apply_codes
from throughline.records.inquiry.queries import code_for, source_for
from throughline.records.inquiry.queries.asking import in_context
from throughline.records.inquiry.queries.material import Material, codes_of
from throughline.records.inquiry.queries.saturating import saturation_of
from throughline.rules.access import check_may_apply_code, may
from throughline.rules.approaches import check_approach_uses
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError, Unready
from throughline.vocabulary.study import ApproachUse
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.asking.forms import indented
from throughline.web.inquiry.asking.passages_forms import SaturationForm, WordsForm
from throughline.web.inquiry.asking.views import asked, leaving, leaving_numbers, quote_of
from throughline.web.request import PageRequest, now, require, show_refusal, words_of

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def concordance(request: PageRequest) -> HttpResponse:
    """Look for words in all sources; each hit with what stands around it."""
    return _searched(request)


def _searched(request: PageRequest, refusal: int | None = None) -> HttpResponse:
    """The search and its hits. `refusal`: the status where they could not be coded; then the ticks stay."""
    programme = require(request, P.SEE_SOURCES)
    context = asked(request, "concordance")
    everything: Material = context["everything"]
    form = WordsForm(request.POST or None, everything=everything)
    context |= {"form": form, "most": MOST}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                context |= _hits(request, form, everything)
                context |= leaving(
                    request, programme, "concordance_leave", f"analysis={everything.analysis.id}"
                )
                context["leave_search"] = form
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                status = 200
    if may(check_may_apply_code, request.actor, programme.id):
        held = [(c, d) for c, d in indented(codes_of(request.actor, everything.analysis)) if not c.retired_at]
        context["codes"] = held
        context |= (
            {"ticked": request.POST.getlist("hit"), "chosen_code": request.POST.get("code")}
            if refusal
            else {}
        )
    return render(
        request, "inquiry/asking/concordance.html", context, status=refusal if status == 200 and refusal else status
    )  # fmt: skip


def _hits(request: PageRequest, form: WordsForm, everything: Material) -> dict[str, Any]:
    at = now()
    material = everything.narrowed_to(form.narrowed())
    result = hits_of(material, form.wanted(), at=at)
    page = Paginator(range(len(result.hits)), PER_PAGE).get_page(request.POST.get("page"))
    first = page.start_index() - 1 if len(result.hits) else 0
    shown = result.hits.where(slice(first, page.end_index()))  # type: ignore[arg-type]  # a slice chooses too
    hits = [
        quote_of(one) | {"value": f"{one.source.source_id}:{one.source.version}:{one.start}:{one.end}"}
        for one in in_context(material, shown, at=at, texts=result.texts)
    ]
    return {"result": result, "found": len(result.hits), "page": page, "hits": hits}


@require_POST
def code_hits(request: PageRequest) -> HttpResponse:
    """Put a code on the hits that were ticked: on all of them or on none. Then the same search, on the same page."""
    programme = require(request, P.APPLY_CODE)
    check_may_apply_code(request.actor, programme.id)
    analysis = chosen_analysis(around(request, programme, "ask"))
    given = request.POST.get("code", "")
    chosen = [one for one in codes_of(request.actor, analysis) if str(one.id) == given]
    ticked = request.POST.getlist("hit")
    has_search = bool(request.POST.get("words"))
    back = redirect(f"{reverse('concordance')}?analysis={analysis.id}")
    if not chosen or not ticked:
        messages.error(request, _("Tick the passages to code, and choose a code."))
        return _searched(request, 422) if has_search else back
    try:
        count = _apply(request.actor, code_for(request.actor, chosen[0].id).id, ticked)
    except Unready as error:
        if not has_search:
            raise
        messages.error(request, words_of(error.sentence))
        return _searched(request, error.status)
    messages.success(
        request,
        str(
            Sentence(
                "“%(code)s” stands on %(count)s more passage.",
                "“%(code)s” stands on %(count)s more passages.",
                code=chosen[0].name,
                count=count,
            )
        ),
    )
    return _searched(request) if has_search else back


@transaction.atomic
def _apply(by: Actor, code_id: UUID, ticked: Sequence[str]) -> int:
    """How many codings are new. Unready where a text was corrected since the search."""
    code, at = code_for(by, code_id), now()
    places: dict[tuple[UUID, int], list[CodingDraft]] = {}
    for one in ticked:
        source_id, version, start, end = _read(one)
        places.setdefault((source_id, version), []).append(CodingDraft(code, start, end))
    count = 0
    for (source_id, version), drafts in places.items():
        source = source_for(by, source_id)
        if source.version != version:
            raise Unready(
                Sentence("%(source)s was corrected since you searched. Search again.", source=source.name)
            )
        count += len(apply_codes(source=source, drafts=drafts, by=by, at=at))
    return count


def _read(hit: str) -> tuple[UUID, int, int, int]:
    try:
        source, version, start, end = hit.split(":")
        return UUID(source), int(version), int(start), int(end)
    except ValueError as wrong:
        raise Invalid(Sentence("This is not a passage of a search. Search again.")) from wrong


@require_GET
def saturation(request: PageRequest) -> HttpResponse:
    """Whether the last sources still brought new codes; only where the approach asks."""
    programme = require(request, P.SEE_SOURCES)
    context = asked(request, "saturation")
    analysis = context["analysis"]
    check_approach_uses(analysis, ApproachUse.SATURATION)
    form = SaturationForm(request.GET if "base_size" in request.GET else SaturationForm.usual())
    context["form"] = form
    status = 200
    if form.is_valid():
        try:
            context["result"] = saturation_of(context["everything"], **form.sizes())
            context |= leaving_numbers(request, programme, "saturation_leave")
            sizes = {name: form[name].value() for name in form.fields}
            context["leave_url"] = (
                f"{reverse('saturation_leave')}?{urlencode({'analysis': str(analysis.id), **sizes})}"
            )
        except ThroughlineError as error:
            status = 200 if isinstance(error, Unready) else error.status
            context["refusal"] = error.sentence
    else:
        status = 422
    return render(request, "inquiry/asking/saturation.html", context, status=status)
