"""Asking: passages by how codes stand to each other, and matrices whose cells open the passages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from throughline.methods.agreement.cooccurrence import Meetings
from throughline.records.inquiry.models import Code
from throughline.records.inquiry.queries.asking import (
    ByAttribute,
    InContext,
    code_by_attribute,
    code_by_code,
    in_context,
    passages_of,
)
from throughline.records.inquiry.queries.material import (
    Material,
    codes_of,
    has_agreed_version,
    material_for,
    sees_only_own,
)
from throughline.records.programme.models import Programme
from throughline.rules.access import check_may_release, why_not
from throughline.rules.permissions import Permission as P
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.asking.forms import (
    AskForm,
    FiltersForm,
    attribute_label,
    attribute_mark,
    indented,
    mark_of,
    value_label,
)
from throughline.web.inquiry.asking.passages_forms import LeaveForm, NumbersForm
from throughline.web.request import PageRequest, now, require

PER_PAGE = 25


@require_GET
def ask(request: PageRequest) -> HttpResponse:
    """A question as a form, and what answers it: quotes in context."""
    programme = require(request, P.SEE_SOURCES)
    context = asked(request, "ask")
    everything: Material = context["everything"]
    codes = codes_of(request.actor, everything.analysis)
    form = AskForm(
        request.GET if "a" in request.GET else None, everything=everything, codes=codes,
        has_agreed=has_agreed_version(everything),
    )  # fmt: skip
    status = 200
    context |= {"form": form, "codes": codes, "is_asked": form.is_bound}
    if form.is_bound and form.is_valid():
        material = everything.narrowed_to(form.narrowed())
        found = passages_of(material, form.question())
        page = Paginator(range(len(found)), PER_PAGE).get_page(request.GET.get("page"))
        shown = found.where(slice(page.start_index() - 1 if len(found) else 0, page.end_index()))  # type: ignore[arg-type]
        context |= {
            "found": len(found),
            "page": page,
            "query": without_page(request),
            "quotes": [quote_of(one) for one in in_context(material, shown, at=now())],
            **leaving(request, programme, "passages_leave", without_page(request)),
        }
    elif form.is_bound:
        status = 422
    return render(request, "inquiry/asking/ask.html", context, status=status)


@require_GET
def code_matrix(request: PageRequest) -> HttpResponse:
    """Which codes lie on the same text, or in the same turn."""
    programme = require(request, P.SEE_SOURCES)
    context = asked(request, "code_matrix")
    everything: Material = context["everything"]
    filters = FiltersForm(request.GET or None, everything=everything)
    is_by_turn = request.GET.get("by") == "turn"
    material = everything.narrowed_to(filters.narrowed())
    result = code_by_code(material, is_by_turn=is_by_turn)
    codes = {str(code.id): code for code in codes_of(request.actor, everything.analysis)}
    narrowed = _filters(request)
    context |= {
        "form": filters, "is_by_turn": is_by_turn, "narrowed": urlencode(narrowed),
        "columns": [codes[pk].name for pk in result.codes],
        "rows": _pairs(result, codes, context, narrowed, "same_turn" if is_by_turn else "and"),
    }  # fmt: skip
    if context["counts"]:
        context |= leaving_numbers(request, programme, "code_matrix_leave")
    return render(request, "inquiry/asking/code_matrix.html", context)


@require_GET
def attribute_matrix(request: PageRequest) -> HttpResponse:
    """How codes spread over the values of an attribute."""
    programme = require(request, P.SEE_SOURCES)
    context = asked(request, "attribute_matrix")
    everything: Material = context["everything"]
    filters = FiltersForm(request.GET or None, everything=everything)
    offered = [attribute for attribute, _ in filters.offered.values()]
    chosen = next(
        (one for one in offered if attribute_mark(one) == request.GET.get("by")),
        offered[0] if offered else None,
    )
    context |= {
        "form": filters,
        "offered": [(attribute_mark(one), attribute_label(one), one == chosen) for one in offered],
    }
    if chosen is not None:
        material = everything.narrowed_to(filters.narrowed())
        result = code_by_attribute(material, chosen)
        context |= {
            "chosen": attribute_label(chosen),
            "columns": [value_label(chosen, value) for value in result.values],
            "rows": _cells(result, context, _filters(request)),
        }
    if context["counts"]:
        context |= leaving_numbers(request, programme, "attribute_matrix_leave")
    return render(request, "inquiry/asking/attribute_matrix.html", context)


def asked(request: PageRequest, page: str) -> dict[str, Any]:
    """What every page of asking shows; `counts`: whether the approach counts, or shows presence alone."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "ask")
    analysis = chosen_analysis(context)
    return context | {
        "asking": page,
        "everything": material_for(request.actor, analysis),
        "counts": context["uses"]["counts"],
        "only_own": sees_only_own(request.actor, analysis),
    }


def leaving_numbers(request: PageRequest, programme: Programme, address: str, *args: Any) -> dict[str, Any]:
    """What `leave.html` shows, of numbers that leave by `address`, as this page was asked for them."""
    return {
        "leaves": "numbers",
        "why_not_leave": why_not(check_may_release, request.actor, programme.id, P.RELEASE_TABLES),
        "leave": NumbersForm(auto_id="leave_%s"),
        "leave_url": f"{reverse(address, args=args)}?{request.GET.urlencode()}",
    }


def leaving(
    request: PageRequest, programme: Programme, address: str, query: str, *args: Any
) -> dict[str, Any]:
    """What `leave.html` shows, of words that leave by `address`."""
    return {
        "leaves": "words",
        "why_not_leave": why_not(check_may_release, request.actor, programme.id, P.RELEASE_WORDS),
        "leave": LeaveForm(auto_id="leave_%s"),
        "leave_url": f"{reverse(address, args=args)}?{query}",
    }


def quote_of(one: InContext) -> dict[str, Any]:
    """A passage as a template shows it."""
    address = reverse("source", args=[one.source.source_id])
    language = one.source.language
    return {
        "before": one.before, "text": one.text, "after": one.after, "is_cut": one.is_cut,
        "who": ", ".join(one.speakers), "where": one.source.name, "turn": one.turn,
        "url": f"{address}?turn={one.turn}#turn-{one.turn}" if one.turn else address,
        "language": "" if language == "not_recorded" else language,
    }  # fmt: skip


def _pairs(
    result: Meetings,
    codes: dict[str, Code],
    context: dict[str, Any],
    narrowed: dict[str, str],
    relation: str,
) -> list[dict[str, Any]]:
    """Rows of the matrix, each with what the addresses of its cells are made of."""
    # relative to the page: an address ten thousand times over is most of it
    start = f"../?{urlencode({'analysis': str(context['analysis'].id), **narrowed})}&a="
    return [
        {
            "name": codes[one].name, "own": one, "start": start, "relation": relation,
            "cells": zip(result.codes, row, strict=True),
        }
        for one, row in zip(result.codes, result.passages.tolist(), strict=True)
    ]  # fmt: skip


def _cells(result: ByAttribute, context: dict[str, Any], narrowed: dict[str, str]) -> list[dict[str, Any]]:
    name = f"f-{attribute_mark(result.attribute)}"
    base = {"analysis": str(context["analysis"].id), **narrowed}
    order = {code.id: place for place, code in enumerate(result.codes)}
    rows = []
    for code, depth in indented(codes_of(context["everything"].actor, context["analysis"])):
        if code.id not in order:
            continue
        at = order[code.id]
        cells = [
            {
                "n": int(result.passages[at, column]),
                "sources": int(result.sources[at, column]),
                "url": f"{reverse('ask')}?{urlencode({**base, 'a': str(code.id), name: mark_of(value)})}",
            }
            for column, value in enumerate(result.values)
        ]
        rows.append({"name": code.name, "depth": depth, "cells": cells})
    return rows


def _filters(request: PageRequest) -> dict[str, str]:
    """The filters of an address, as they go into the addresses of cells."""
    return {name: str(value) for name, value in request.GET.items() if name.startswith("f-") and value}


def without_page(request: PageRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode() + "&" if kept else ""
