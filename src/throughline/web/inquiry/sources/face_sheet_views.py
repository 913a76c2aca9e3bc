"""A face sheet: what it matches is seen first, then it is kept."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from throughline.exchange.face_sheet.load import FaceMatch, keep_face_sheet, match_face_sheet, names_in
from throughline.exchange.face_sheet.read import read_face_sheet
from throughline.exchange.held import hold, let_go, take_up
from throughline.records.inquiry.models import Analysis
from throughline.rules.access import check_may_add_source
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.uploads import held_in_memory

SHOWN = 50


class FaceSheetForm(forms.Form):
    """A table, and the column that names."""

    file = forms.FileField(
        label=gettext_lazy("Face sheet"), required=False, allow_empty_file=True,
        help_text=gettext_lazy("CSV or XLSX: one row to a participant or source, one column that names them; up to 8 MB."),
    )  # fmt: skip
    match = forms.CharField(
        label=gettext_lazy("Column that names"), max_length=120, required=False,
        help_text=gettext_lazy(
            "Participants by their label, sources by their name. Left empty: the column that fits best."
        ),
    )  # fmt: skip


@held_in_memory
@require_http_methods(["GET", "POST"])
def face_sheet(request: PageRequest) -> HttpResponse:
    """Bring a face sheet; posting shows what matches, posting that keeps it."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    context = around(request, programme, "sources")
    analysis = chosen_analysis(context)
    form = FaceSheetForm(request.POST or None, request.FILES or None)
    context["form"] = form
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _go_on(request, context, analysis, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    return render(request, "inquiry/sources/face_sheet.html", context, status=status)


def _go_on(
    request: PageRequest, context: dict[str, Any], analysis: Analysis, form: FaceSheetForm
) -> HttpResponse:
    given = form.cleaned_data
    ticket = request.POST.get("held", "")
    if given["file"]:
        name, data = given["file"].name, given["file"].read()
        ticket = hold(json.dumps(name).encode() + b"\n" + data, owner=request.actor.id)
    elif ticket:
        head, _newline, data = take_up(ticket, owner=request.actor.id).partition(b"\n")
        name = json.loads(head)
    else:
        raise Invalid(Sentence("Choose a file."), fields={"file": Sentence("There is none.")})
    names = () if given["match"].strip() else names_in(analysis, request.actor)
    sheet = read_face_sheet(data, name, match=given["match"], names=names)
    leave_out = [
        one
        for one in sheet.columns
        if request.POST.get("columns") and one not in request.POST.getlist("take")
    ]
    match = match_face_sheet(sheet=sheet, analysis=analysis, leave_out=leave_out, by=request.actor)
    if "keep" not in request.POST:
        return render(request, "inquiry/sources/face_match.html", context | _shown(match, ticket, leave_out))
    kept = keep_face_sheet(match=match, by=request.actor, at=now())
    let_go(ticket, owner=request.actor.id)
    messages.success(
        request,
        str(
            Sentence(
                "%(count)s row of the face sheet is kept.",
                "%(count)s rows of the face sheet are kept.",
                count=kept,
            )
        ),
    )
    return redirect(f"{reverse('inquiry')}?analysis={analysis.id}")


def _shown(match: FaceMatch, ticket: str, leave_out: list[str]) -> dict[str, Any]:
    sheet = match.sheet
    taken = [one for one in sheet.columns if one not in leave_out and one not in match.derived]
    who = {one.row.line: (one.participant.label, _("participant")) for one in match.people}
    who |= {one.row.line: (one.source.name, _("source")) for one in match.sources}
    rows = [row for row in sheet.rows if row.line in who]
    return {
        "match": match,
        "ticket": ticket,
        "columns": [(one, one in taken) for one in sheet.columns if one not in match.derived],
        "taken": taken,
        "rows": [
            (row.line, *who[row.line], [row.values.get(name) for name in taken]) for row in rows[:SHOWN]
        ],
        "more": max(len(rows) - SHOWN, 0),
        "unmatched": match.unmatched[:SHOWN],
        "refused": match.refused[:SHOWN],
        "unsaid": match.unsaid[:SHOWN],
    }
