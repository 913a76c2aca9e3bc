"""Codings that change their code: merging a code into another, splitting it, moving chosen passages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from throughline.records.inquiry.actions import (
    CodeDraft,
    Recoded,
    merge_codes,
    recode_codings,
    split_code,
)
from throughline.records.inquiry.actions.blind import why_codes_wait
from throughline.records.inquiry.models import Analysis, Code, Coding
from throughline.records.inquiry.queries import CodeNode, code_for, code_tree
from throughline.records.inquiry.queries.codebooks import codebook_for, codings_under, settled
from throughline.records.inquiry.queries.passages import Place, words_at
from throughline.records.inquiry.queries.workspace import coder_names
from throughline.rules.access import check_may_apply_code, check_may_remove_coding, may, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence, ThroughlineError
from throughline.vocabulary.study import CodeOrigin
from throughline.web.inquiry.around import around
from throughline.web.inquiry.codebook.forms import MergeForm, RecodeForm
from throughline.web.inquiry.codebook.views import free_slug
from throughline.web.inquiry.coding.reading import counts_codes, hues_of
from throughline.web.request import PageRequest, has_any, now, require, show_refusal

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def merge_code(request: PageRequest, code_id: UUID) -> HttpResponse:
    """Let a code become part of another: the page says first what goes along."""
    programme = require(request, P.MANAGE_CODEBOOK)
    row = code_for(request.actor, code_id)
    book = codebook_for(request.actor, row.codebook_id)
    nodes = code_tree(request.actor, book)
    form = MergeForm(request.POST or None, nodes=nodes, code=row)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            into = next(node.code for node in nodes if str(node.code.id) == form.cleaned_data["into"])
            try:
                done = merge_codes(code=row, into=into, by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                said = _("“%(code)s” is now part of “%(into)s”.") % {"code": row.name, "into": into.name}
                _tell(request, done, said, is_counted=counts_codes(book.analysis))
                return redirect("code", code_id=into.id)
    under = codings_under(request.actor, row)
    context = around(request, programme, "codebook", analysis=book.analysis) | {
        "code": row, "book": book, "form": form, "hue": hues_of(nodes)[row.id],
        "codings": under.count() if counts_codes(book.analysis) else None, "has_codings": under.exists(),
        "has_settled": settled(under).exists(),
        "below": [node.code.name for node in nodes if node.code.parent_id == row.id],
        "themes": [theme.name for theme in row.themes.order_by("name")],
    }  # fmt: skip
    return render(request, "inquiry/codebook/merge_code.html", context, status=status)


@require_http_methods(["GET", "POST"])
def recode(request: PageRequest, code_id: UUID) -> HttpResponse:
    """The passages of a code; chosen ones go to another code, or to a new one beside it (splitting it)."""
    programme = require(request, P.SEE_SOURCES)
    row = code_for(request.actor, code_id)
    book = codebook_for(request.actor, row.codebook_id)
    nodes = code_tree(request.actor, book)
    why = why_not(check_may_apply_code, request.actor, programme.id)
    page = Paginator(codings_under(request.actor, row), PER_PAGE).get_page(request.GET.get("page"))
    rows: list[Coding] = list(page.object_list)
    movable = [str(one.id) for one in rows if _may_move(request, one)]
    may_add = has_any(request, [P.MANAGE_CODEBOOK])
    may_add = may_add and why_codes_wait(request.actor, book.analysis_id) is None
    form = RecodeForm(request.POST or None, nodes=nodes, code=row, offered=movable, may_add=may_add)
    status = 200
    if request.method == "POST":
        check_may_apply_code(request.actor, programme.id)
        status = 422
        if form.is_valid():
            try:
                done = _recoded(request, row, nodes, rows, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                said = _("The chosen passages stand under “%(code)s”.") % {"code": done.code.name}
                _tell(request, done, said, is_counted=counts_codes(book.analysis))
                return redirect("recode", code_id=row.id)
    context = around(request, programme, "codebook", analysis=book.analysis) | {
        "code": row, "book": book, "hue": hues_of(nodes)[row.id], "page": page, "query": "",
        "passages": _shown(request, book.analysis, rows, set(movable)), "form": None if why else form, "why_not": why,
        "counts": counts_codes(book.analysis), "may_add_code": may_add,
    }  # fmt: skip
    return render(request, "inquiry/codebook/recode.html", context, status=status)


def _may_move(request: PageRequest, coding: Coding) -> bool:
    if coding.round is not None and coding.round.closed_at is not None:
        return False
    is_own = coding.analyst == request.actor.id
    return may(check_may_remove_coding, request.actor, coding.programme_id, is_own=is_own)


def _recoded(
    request: PageRequest, row: Code, nodes: list[CodeNode], rows: list[Coding], form: RecodeForm
) -> Recoded:
    chosen = set(form.cleaned_data["codings"])
    codings = [one for one in rows if str(one.id) in chosen]
    if form.cleaned_data["to"]:
        to = next(node.code for node in nodes if str(node.code.id) == form.cleaned_data["to"])
        return recode_codings(codings=codings, to=to, by=request.actor, at=now())
    name = form.cleaned_data["new_code"].strip()
    draft = CodeDraft(slug=free_slug(name, nodes), name=name, origin=CodeOrigin(row.origin))
    return split_code(code=row, draft=draft, codings=codings, by=request.actor, at=now())


def _shown(
    request: PageRequest, analysis: Analysis, rows: list[Coding], movable: set[str]
) -> list[dict[str, Any]]:
    """Each coding with its words; one whose source may not be read any more has none."""
    places = {one.id: Place(one.source_id, one.start, one.end) for one in rows}
    words = words_at(request.actor, places.values(), reason="passages of a code", at=now())
    names = coder_names(analysis, {one.analyst for one in rows})
    chosen = set(request.POST.getlist("codings"))
    return [
        {
            "id": str(one.id),
            "words": words[places[one.id]],
            "who": names.get(one.analyst, one.analyst),
            "may_move": str(one.id) in movable,
            "is_settled": one.round is not None and one.round.closed_at is not None,
            "is_chosen": str(one.id) in chosen,
        }
        for one in rows
        if places[one.id] in words
    ]


def _tell(request: PageRequest, done: Recoded, said: str, *, is_counted: bool) -> None:
    """What became of the passages. Those that stood there already, or stay, are always told."""
    messages.success(request, said)
    if is_counted and done.moved:
        moved = Sentence("%(count)s passage went along.", "%(count)s passages went along.", count=done.moved)
        messages.info(request, str(moved))
    if done.doubled:
        doubled = Sentence(
            "%(count)s passage had both codes by the same person: it has the one now, with the memos of both.",
            "%(count)s passages had both codes by the same person: they have the one now, with the memos of both.",
            count=done.doubled,
        )
        messages.info(request, str(doubled))
    if done.settled:
        stay = Sentence(
            "%(count)s passage of a closed round stays under the old code, as it was compared.",
            "%(count)s passages of closed rounds stay under the old code, as they were compared.",
            count=done.settled,
        )
        messages.warning(request, str(stay))
    if done.gone:
        gone = Sentence(
            "%(count)s passage had been taken off meanwhile.",
            "%(count)s passages had been taken off meanwhile.",
            count=done.gone,
        )
        messages.warning(request, str(gone))
