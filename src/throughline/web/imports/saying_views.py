"""What the columns mean, and what their words stand for."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from throughline.exchange.contacts_csv.choices import Choices, ColumnChoice, check_choices
from throughline.exchange.contacts_csv.choices import Meaning as M
from throughline.exchange.contacts_csv.guess import guessed
from throughline.exchange.table.mapping import folded
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.imports.around import LOG, offered_in
from throughline.web.imports.forms import ColumnsForm, left_over
from throughline.web.imports.wizard import looked
from throughline.web.imports.word_forms import WordsForm
from throughline.web.request import PageRequest, show_refusal

SHOWN_SAMPLES = 3


@require_http_methods(["GET", "POST"])
def columns(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """A guess for each column with its reason; what is chosen is kept on the way."""
    programme, sent, _beside = LOG.own(request, begun_id)
    if elsewhere := LOG.busy(programme, sent):
        return elsewhere
    _about, profile = looked(sent)
    offered = offered_in(programme, request)
    form = ColumnsForm(
        request.POST or None, profile=profile, choices_now=sent.choices, guesses=guessed(profile, offered), offered=offered
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            always = {
                name: form.cleaned_data[name]
                for name in ("site", "route", "place")
                if form.cleaned_data[name]
            }
            said = replace(sent.choices, columns=_with_words(form.chosen(), sent.choices), always=always)
            # What was chosen is kept even where something is missing yet: nobody chooses it twice.
            is_same = [(c.column, c.meaning, c.of) for c in said.columns] == [
                (c.column, c.meaning, c.of) for c in sent.choices.columns
            ]
            is_worded = sent.is_worded and is_same
            sent = replace(sent, choices=said, tried="", is_worded=is_worded).keep()
            try:
                check_choices(said)
                return redirect("import_words", begun_id=begun_id)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    samples = {
        column.at: [
            row.cells[column.at]
            for row in profile.shown
            if column.at < len(row.cells) and row.cells[column.at]
        ]
        for column in profile.columns
    }
    rows = [row | {"samples": samples[row["column"].at][:SHOWN_SAMPLES]} for row in form.rows()]
    context = LOG.around(sent, "columns") | {
        "form": form,
        "rows": rows,
        "left_over": left_over(profile),
    }
    return render(request, "imports/columns.html", context, status=status)


def _with_words(chosen: tuple[ColumnChoice, ...], before: Choices) -> tuple[ColumnChoice, ...]:
    """The words that were said of a column stay while it means the same."""
    said = {(folded(one.column), one.meaning, one.of): one for one in before.columns}
    return tuple(said.get((folded(one.column), one.meaning, one.of), one) for one in chosen)


@require_http_methods(["GET", "POST"])
def words(request: PageRequest, begun_id: UUID) -> HttpResponse:
    """What words stand for, and in which order the parts of a date are."""
    programme, sent, _beside = LOG.own(request, begun_id)
    if elsewhere := LOG.busy(programme, sent):
        return elsewhere
    _about, profile = looked(sent)
    if not [one for one in sent.choices.columns if one.meaning is not M.LEFT_OUT]:
        return redirect("import_columns", begun_id=begun_id)
    offered = offered_in(programme, request)
    form = WordsForm(
        request.POST or None, profile=profile, choices_now=sent.choices, orders=sent.orders, offered=offered
    )
    if request.method == "POST" and "part" not in request.POST and form.is_valid():
        said, orders = form.said(sent.choices, sent.orders)
        choices = replace(sent.choices, columns=said)
        replace(sent, choices=choices, orders=orders, tried="", is_worded=True).keep()
        return redirect("import_rows", begun_id=begun_id)
    is_bad = request.method == "POST" and "part" not in request.POST
    context = LOG.around(sent, "words") | {"form": form, "rows": form.rows()}
    return render(request, "imports/words.html", context, status=422 if is_bad else 200)
