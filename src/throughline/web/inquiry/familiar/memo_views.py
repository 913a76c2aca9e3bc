"""All memos of an analysis in one place, and one memo with what it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.records.inquiry.actions import rewrite_memo, write_memo
from throughline.records.inquiry.models import Analysis, Code, Memo, Source, Theme
from throughline.records.inquiry.queries import code_for, source_for, theme_for
from throughline.records.inquiry.queries.familiarisation import (
    memo_for,
    memo_writers,
    memos_found,
    revisions_of,
)
from throughline.records.programme.models import Programme
from throughline.rules.access import check_may_write_themes, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.inquiry.around import around, chosen_analysis, not_kept
from throughline.web.inquiry.coding.forms import MemoForm
from throughline.web.inquiry.familiar.forms import MEMO_KINDS, MemoFilter
from throughline.web.inquiry.people.names import names_of
from throughline.web.request import PageRequest, has_any, now, require, show_refusal

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def memos(request: PageRequest) -> HttpResponse:
    """What was thought on the way, newest first, found by kind, by what it is about, by who wrote it, by words."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "memos")
    analysis = chosen_analysis(context)
    why = why_not(check_may_write_themes, request.actor, programme.id)
    form = MemoForm(request.POST or None)
    status = 200
    if request.method == "POST":
        check_may_write_themes(request.actor, programme.id)
        status = 422
        if form.is_valid():
            write_memo(
                analysis=analysis, title=form.cleaned_data["title"], text=form.cleaned_data["text"],
                by=request.actor, at=now(),
            )  # fmt: skip
            messages.success(request, _("The memo is kept."))
            return redirect(f"{request.path}?analysis={analysis.id}")
    writers = names_of(memo_writers(request.actor, analysis))
    filters = MemoFilter(
        request.GET or None,
        analysts=writers,
        has_readings=context["uses"]["other_readings"],
        auto_id="find_%s",
    )
    chosen = {name: value for name, value in _valid(filters).items() if value}
    found = memos_found(request.actor, analysis, **chosen)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = urlencode({"analysis": str(analysis.id), **chosen})
    context |= {
        "memos": _shown(list(page.object_list), writers, request),
        "page": page,
        "query": f"{query}&",
        "filters": filters,
        "is_filtered": bool(chosen),
        "form": None if why else form,
        "why_not": why,
    }
    return render(request, "inquiry/familiar/memos.html", context, status=status)


def _valid(filters: MemoFilter) -> dict[str, Any]:
    """What of the filters is a choice; the rest is passed over."""
    filters.is_valid()
    return dict(filters.cleaned_data) if filters.is_bound else {}


def _shown(ids: list[UUID], writers: dict[str, str], request: PageRequest) -> list[dict[str, Any]]:
    rows = Memo.objects.visible_to(request.actor).filter(id__in=ids)
    rows = rows.select_related("source", "code", "theme", "coding__code", "coding__source").defer(
        "source__text", "source__raw", "coding__source__text", "coding__source__raw"
    )
    by_id = {row.id: row for row in rows}
    return [
        {
            "memo": by_id[pk],
            "who": writers.get(by_id[pk].written_by, by_id[pk].written_by),
            "kind": MEMO_KINDS[by_id[pk].kind],
        }
        for pk in ids
        if pk in by_id
    ]


@require_POST
def code_memo(request: PageRequest, code_id: UUID) -> HttpResponse:
    """A thought on a code."""
    programme = require(request, P.WRITE_THEMES)
    row = code_for(request.actor, code_id)
    return _keep(request, programme, row, row.codebook.analysis, "codebook", reverse("code", args=[row.id]))


@require_POST
def theme_memo(request: PageRequest, theme_id: UUID) -> HttpResponse:
    """A thought on a theme."""
    programme = require(request, P.WRITE_THEMES)
    row = theme_for(request.actor, theme_id)
    return _keep(request, programme, row, row.analysis, "themes", reverse("theme", args=[row.id]))


@require_POST
def source_memo(request: PageRequest, source_id: UUID) -> HttpResponse:
    """A thought beside a source."""
    programme = require(request, P.WRITE_THEMES)
    row = source_for(request.actor, source_id)
    return _keep(request, programme, row, row.analysis, "sources", reverse("source", args=[row.id]))


def _keep(
    request: PageRequest,
    programme: Programme,
    about: Code | Theme | Source,
    analysis: Analysis,
    tab: str,
    back: str,
) -> HttpResponse:
    """Keep what was written on one of these, and go back to it; what cannot be kept is shown with what is wrong."""
    form = MemoForm(request.POST)
    if not form.is_valid():
        return not_kept(request, programme, tab, form, analysis=analysis, about=about.name, back=back)
    given = form.cleaned_data
    write_memo(
        analysis=analysis, title=given["title"], text=given["text"], about=about, by=request.actor, at=now()
    )
    messages.success(request, _("The memo is kept."))
    return redirect(back)


@require_http_methods(["GET", "POST"])
def memo(request: PageRequest, memo_id: UUID) -> HttpResponse:
    """One memo with what it was before; its writer writes it anew."""
    programme = require(request, P.SEE_SOURCES)
    row = memo_for(request.actor, memo_id)
    is_own = row.written_by == request.actor.id and has_any(request, [P.WRITE_THEMES])
    form = MemoForm(request.POST or None, initial={"title": row.title, "text": row.text})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                rewrite_memo(
                    memo=row, text=given["text"], title=given["title"], base_version=_version(request),
                    by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The memo is written anew; what it was stays below."))
                return redirect("memo", memo_id=row.id)
    names = names_of([row.written_by])
    context = around(request, programme, "memos", analysis=row.analysis) | {
        "memo": row,
        "who": names[row.written_by],
        "kind": MEMO_KINDS[row.kind],
        "form": form if is_own else None,
        "revisions": revisions_of(request.actor, row),
    }
    return render(request, "inquiry/familiar/memo.html", context, status=status)


def _version(request: PageRequest) -> int:
    """The version that the writer saw."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0
