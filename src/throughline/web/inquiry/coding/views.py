"""One source: reading it, putting codes on it, taking them off, and writing beside it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.records.inquiry.actions import (
    CodeDraft,
    add_code,
    add_codebook,
    apply_code,
    declare_deidentified,
    remove_coding,
)
from throughline.records.inquiry.models import Code, Source
from throughline.records.inquiry.queries import code_for, codebooks_for, coding_for, source_for, turns_of
from throughline.records.inquiry.queries.texts import count_lost
from throughline.rules.access import check_may_apply_code, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError
from throughline.vocabulary.study import CodeOrigin
from throughline.web.inquiry.around import chosen_turn, place_of_turn
from throughline.web.inquiry.coding.forms import CodingForm, MemoForm
from throughline.web.inquiry.coding.reading import nodes_of, reading_of
from throughline.web.inquiry.coding.theming_views import theming_of
from throughline.web.request import PageRequest, has_any, now, require, show_refusal
from throughline.web.words import SOURCE_KINDS


@require_http_methods(["GET", "POST"])
def source(request: PageRequest, source_id: UUID) -> HttpResponse:
    """A source with its codings; posting puts a code on a passage. `?turn=12` fills in that turn's place."""
    programme = require(request, P.SEE_SOURCES)
    at = now()
    row = source_for(request.actor, source_id)
    why = why_not(check_may_apply_code, request.actor, programme.id)
    nodes = nodes_of(request.actor, row.analysis)
    turn = chosen_turn(request)
    blank = partial(
        CodingForm, initial={**place_of_turn(request, row, turn), "text_version": row.version}, nodes=nodes,
        may_add=has_any(request, [P.MANAGE_CODEBOOK]),
    )  # fmt: skip
    form = blank(request.POST or None)
    status = 200
    if request.method == "POST":
        check_may_apply_code(request.actor, programme.id)
        status = 422
        if form.is_valid():
            try:
                return _apply(request, row, form, at)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
        if request.POST.get("text_version", str(row.version)) != str(row.version):
            # what was filled in counts in a text that is no longer shown
            form = blank()
            messages.error(
                request, _("The text was corrected meanwhile. Mark the passage in the text as it is now.")
            )
    reading = reading_of(request.actor, row, nodes, at, page=request.GET.get("page"), turn=turn)
    context = {
        "source": row, "analysis": row.analysis, "kind": SOURCE_KINDS[row.kind], "reading": reading,
        "form": None if why else form, "why_not": why, "memo_form": MemoForm(auto_id="memo_%s"),
        "may_write": has_any(request, [P.WRITE_THEMES]), "chosen_turn": turn,
        "may_add": has_any(request, [P.ADD_SOURCES]), "lost": count_lost(request.actor, row),
        **theming_of(request, row.analysis), "here": place_of_turn(request, row, turn),
        "may_open": not row.is_deidentified and has_any(request, [P.ADD_SOURCES]),
    }  # fmt: skip
    return render(request, "inquiry/coding/source.html", context, status=status)


def _apply(request: PageRequest, row: Source, form: CodingForm, at: Any) -> HttpResponse:
    given = form.cleaned_data
    with transaction.atomic():
        if given["code"]:
            code = code_for(request.actor, UUID(given["code"]))
        else:
            code = _new_code(request, row, given["new_code"].strip(), at)
        coding = apply_code(
            source=row, code=code, start=given["start"], end=given["end"], text_version=given["text_version"],
            by=request.actor, at=at,
        )  # fmt: skip
    if coding.lost_in is None:
        told = _("“%(code)s” stands on this passage.")
    else:
        told = _(
            "The words of this passage are gone from the text meanwhile. “%(code)s” is kept with its corrections."
        )
    messages.success(request, told % {"code": coding.code.name})
    last = turns_of(request.actor, row).filter(start__lte=coding.start).order_by("-number").first()
    number = last.number if last else 1
    return redirect(f"{reverse('source', args=[row.id])}?turn={number}#turn-{number}")


def _new_code(request: PageRequest, row: Source, name: str, at: Any) -> Code:
    """A code found in the text, in the analysis's first codebook (opened here where there is none yet)."""
    slug = slugify(name)[:80]
    if not slug:
        raise Invalid(
            Sentence("A code needs a name with letters in it."), fields={"new_code": Sentence("No letters.")}
        )
    book = codebooks_for(request.actor, row.analysis).first() or add_codebook(
        analysis=row.analysis, name=_("Codebook"), by=request.actor, at=at
    )
    draft = CodeDraft(slug=slug, name=name, origin=CodeOrigin.INDUCTIVE)
    return add_code(codebook=book, draft=draft, by=request.actor, at=at)


@require_POST
def source_deidentified(request: PageRequest, source_id: UUID) -> HttpResponse:
    """Open a source to the team: nothing in it names anybody any more."""
    require(request, P.ADD_SOURCES)
    row = source_for(request.actor, source_id)
    declare_deidentified(source=row, by=request.actor, at=now())
    messages.success(request, _("The team can read and code this source now."))
    return redirect("source", source_id=row.id)


@require_POST
def coding_removed(request: PageRequest, coding_id: UUID) -> HttpResponse:
    """Take a code off a passage."""
    require(request, P.SEE_SOURCES)
    coding = coding_for(request.actor, coding_id)
    remove_coding(coding=coding, by=request.actor, at=now())
    messages.success(request, _("The code was taken off."))
    last = turns_of(request.actor, coding.source).filter(start__lte=coding.start).order_by("-number").first()
    number = last.number if last else 1
    return redirect(f"{reverse('source', args=[coding.source_id])}?turn={number}#turn-{number}")
