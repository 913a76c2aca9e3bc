"""Becoming familiar: reading without codes, notes beside it, who has read what, and one's journal."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.inquiry.actions import mark_read, share_journal, write_journal, write_memo
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import source_for, turns_of
from throughline.records.inquiry.queries.familiarisation import (
    entry_for,
    has_read,
    journal_for,
    read_through,
)
from throughline.records.inquiry.queries.recordings import recording_of
from throughline.rules.access import check_may_write_themes, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.study import MemoKind
from throughline.web.inquiry.around import around, chosen_analysis, chosen_turn, place_of_turn
from throughline.web.inquiry.familiar.forms import EntryForm, NoteForm
from throughline.web.inquiry.familiar.reading import plain_reading
from throughline.web.inquiry.people.names import names_of
from throughline.web.request import PageRequest, has_any, now, require, show_refusal
from throughline.web.words import SOURCE_KINDS

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def read(request: PageRequest, source_id: UUID) -> HttpResponse:
    """A source without codes, to become familiar with it; posting keeps a note beside it."""
    programme = require(request, P.SEE_SOURCES)
    row = source_for(request.actor, source_id)
    turn = chosen_turn(request)
    form = NoteForm(request.POST or None, initial=place_of_turn(request, row, turn), auto_id="note_%s")
    status = 200
    if request.method == "POST":
        check_may_write_themes(request.actor, programme.id)
        status = 422
        if form.is_valid():
            try:
                return _note(request, row, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    reading = plain_reading(request.actor, row, now(), page=request.GET.get("page"), turn=turn)
    context = around(request, programme, "sources", analysis=row.analysis) | {
        "source": row,
        "kind": SOURCE_KINDS[row.kind],
        "reading": reading,
        "form": form if has_any(request, [P.WRITE_THEMES]) else None,
        "chosen_turn": turn,
        "lang": row.language if row.language not in ("not_recorded", "other") else "",
        "mark": has_read(request.actor, row),
        "may_code": has_any(request, [P.APPLY_CODE]),
        "recording": recording_of(request.actor, row),
        "opened": secrets.token_urlsafe(8),
    }
    return render(request, "inquiry/familiar/read.html", context, status=status)


def _note(request: PageRequest, row: Source, form: NoteForm) -> HttpResponse:
    given = form.cleaned_data
    write_memo(
        analysis=row.analysis, text=given["text"], about=row, kind=MemoKind.NOTE, start=given["start"],
        end=given["end"], by=request.actor, at=now(),
    )  # fmt: skip
    messages.success(request, _("The note is kept."))
    address = reverse("read_source", args=[row.id])
    if given["start"] is None:
        return redirect(address)
    beside = turns_of(request.actor, row).filter(start__lte=given["start"]).order_by("-number").first()
    number = beside.number if beside else 1
    return redirect(f"{address}?turn={number}#turn-{number}")


@require_POST
def read_through_to_the_end(request: PageRequest, source_id: UUID) -> HttpResponse:
    """Say that one has read a source to its end."""
    require(request, P.SEE_SOURCES)
    row = source_for(request.actor, source_id)
    mark_read(source=row, by=request.actor, at=now())
    messages.success(request, _("Noted: you have read this source to its end."))
    return redirect("read_source", source_id=row.id)


@require_GET
def who_has_read(request: PageRequest) -> HttpResponse:
    """Sources by analysts: who has read which to its end."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "reading")
    table = read_through(request.actor, chosen_analysis(context))
    names = names_of(table.analysts)
    page = Paginator(table.rows, PER_PAGE * 2).get_page(request.GET.get("page"))
    context |= {
        "analysts": [names[one] for one in table.analysts],
        "rows": page.object_list,
        "page": page,
        "query": f"analysis={context['analysis'].id}&",
    }
    return render(request, "inquiry/familiar/who_read.html", context)


@require_http_methods(["GET", "POST"])
def journal(request: PageRequest) -> HttpResponse:
    """One's reflexive journal in an analysis, and what colleagues shared of theirs."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "journal")
    of = chosen_analysis(context)
    why = why_not(check_may_write_themes, request.actor, programme.id)
    form = EntryForm(request.POST or None)
    status = 200
    if request.method == "POST":
        check_may_write_themes(request.actor, programme.id)
        status = 422
        if form.is_valid():
            write_journal(analysis=of, text=form.cleaned_data["text"], by=request.actor, at=now())
            messages.success(request, _("The entry is kept. Nobody else reads it unless you share it."))
            return redirect(f"{request.path}?analysis={of.id}")
    page = Paginator(journal_for(request.actor, of), PER_PAGE).get_page(request.GET.get("page"))
    names = names_of(one.analyst for one in page.object_list)
    context |= {
        "entries": [(one, names[one.analyst], one.analyst == request.actor.id) for one in page.object_list],
        "page": page,
        "query": f"analysis={of.id}&",
        "form": None if why else form,
        "why_not": why,
    }
    return render(request, "inquiry/familiar/journal.html", context, status=status)


@require_POST
def entry_shared(request: PageRequest, entry_id: UUID) -> HttpResponse:
    """Let the team read an entry, for good."""
    require(request, P.WRITE_THEMES)
    entry = entry_for(request.actor, entry_id)
    share_journal(entry=entry, by=request.actor, at=now())
    messages.success(request, _("The team reads this entry now."))
    return redirect(f"{reverse('journal')}?analysis={entry.analysis_id}#entry-{entry.id}")
