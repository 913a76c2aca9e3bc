"""The framework matrix: cases by themes, and the page on which a cell is written beside its passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.evaluation.matrix_leaving import release_matrix
from throughline.records.inquiry.actions import PassageDraft, write_cell
from throughline.records.inquiry.models import (
    FrameworkCell,
    FrameworkCellRevision,
    Participant,
    Source,
    Theme,
)
from throughline.records.inquiry.queries import theme_for
from throughline.records.inquiry.queries.framework import (
    cell_of,
    matrix_for,
    participant_for,
    places_of_cell,
    revisions_of_cell,
)
from throughline.records.inquiry.queries.passages import Place, words_at
from throughline.records.inquiry.queries.theming import places_said_by
from throughline.reporting.table_files import matrix_table, table_file
from throughline.rules.access import check_may_write_themes
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.inquiry.around import chosen_analysis
from throughline.web.inquiry.asking.leaving_views import as_download
from throughline.web.inquiry.asking.passages_forms import LeaveForm
from throughline.web.inquiry.asking.views import leaving
from throughline.web.inquiry.people.names import names_of
from throughline.web.inquiry.themes.forms import CellForm
from throughline.web.inquiry.themes.views import around_themes
from throughline.web.request import PageRequest, now, require, show_refusal


@require_GET
def framework(request: PageRequest) -> HttpResponse:
    """What each participant says to each theme, in the analysts' words."""
    programme = require(request, P.SEE_SOURCES)
    context = around_themes(request, programme, "framework")
    analysis = chosen_analysis(context)
    matrix = matrix_for(request.actor, analysis)
    context |= leaving(request, programme, "framework_leave", f"analysis={analysis.id}")
    context |= {
        "matrix": matrix,
        "leaves": "matrix",
        "is_written": any(cell is not None for row in matrix.rows for cell in row.cells),
    }
    return render(request, "inquiry/themes/framework.html", context)


@require_POST
def framework_leave(request: PageRequest) -> HttpResponse:
    """A file of the matrix, as far as it may leave. It is a line of the ledger."""
    programme = require(request, P.RELEASE_WORDS)
    require(request, P.SEE_SOURCES)
    analysis = chosen_analysis(around_themes(request, programme, "framework"))
    form = LeaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say who gets the matrix, and as what kind of file."))
        return redirect(f"{reverse('framework')}?analysis={analysis.id}")
    as_file, title = form.cleaned_data["format"], _("Framework matrix")
    left = release_matrix(
        analysis=analysis, recipient=form.cleaned_data["recipient"],
        write=lambda matrix: table_file(as_file, matrix_table(title, matrix)), by=request.actor, at=now(),
    )  # fmt: skip
    return as_download(left.content, "framework-matrix", as_file)


@require_http_methods(["GET", "POST"])
def framework_cell(request: PageRequest, participant_id: UUID, theme_id: UUID) -> HttpResponse:
    """A cell: its summary, and beside it the participant's passages of the theme to rest it on."""
    programme = require(request, P.SEE_SOURCES)
    person, theme = participant_for(request.actor, participant_id), theme_for(request.actor, theme_id)
    if person.analysis_id != theme.analysis_id:
        raise NotFound(Sentence("There is no such cell."))
    cell = cell_of(request.actor, person, theme)
    held = places_of_cell(cell) if cell else set()
    places = {_key(place): place for place in _offered(request, person, theme, held)}
    initial = {"summary": cell.summary, "base_version": cell.version} if cell else {}
    form = CellForm(request.POST or None, initial=initial, offered=list(places))
    status = 200
    if request.method == "POST":
        check_may_write_themes(request.actor, programme.id)
        status = 422
        if form.is_valid():
            try:
                _write(request, person, theme, form, places)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The cell is written."))
                return redirect(f"{reverse('framework')}?analysis={person.analysis_id}")
    words = words_at(request.actor, places.values(), reason="framework", at=now())
    chosen = (
        set(request.POST.getlist("passages")) if request.method == "POST" else {_key(one) for one in held}
    )
    context = around_themes(request, programme, "framework", person.analysis)
    earlier = revisions_of_cell(request.actor, cell) if cell else []
    context |= {
        "participant": person, "theme": theme, "cell": cell, "versions": _versions(cell, earlier), "form": None if context["why_not"] else form,
        "passages": [
            {"key": key, "words": words[place], "is_chosen": key in chosen} for key, place in places.items() if place in words
        ],
    }  # fmt: skip
    return render(request, "inquiry/themes/framework_cell.html", context, status=status)


def _versions(cell: FrameworkCell | None, earlier: Sequence[FrameworkCellRevision]) -> list[dict[str, Any]]:
    """What it says and what it said, the newest first; nothing where it was never written anew."""
    if cell is None or not earlier:
        return []
    every: list[FrameworkCell | FrameworkCellRevision] = [cell, *earlier]
    people = names_of(one.written_by for one in every)
    return [
        {
            "number": one.version, "at": one.written_at, "who": people[one.written_by], "summary": one.summary,
            "reason": one.reason,
        }
        for one in every
    ]  # fmt: skip


def _offered(request: PageRequest, person: Participant, theme: Theme, held: set[Place]) -> list[Place]:
    """The participant's passages of the theme, and those that the cell rests on already."""
    found = {one.place for one in places_said_by(request.actor, person, theme)}
    return sorted(found | held, key=lambda one: (str(one.source_id), one.start, one.end))


def _key(place: Place) -> str:
    return f"{place.source_id}:{place.start}:{place.end}"


def _write(
    request: PageRequest, person: Participant, theme: Theme, form: CellForm, places: dict[str, Place]
) -> None:
    chosen = [places[key] for key in form.cleaned_data["passages"]]
    ids = {one.source_id for one in chosen}
    sources: dict[UUID, Any] = {
        one.id: one
        for one in Source.objects.visible_to(request.actor).filter(id__in=ids).defer("text", "raw")
    }
    write_cell(
        participant=person, theme=theme, summary=form.cleaned_data["summary"],
        passages=[PassageDraft(sources[one.source_id], one.start, one.end) for one in chosen if one.source_id in sources],
        base_version=form.cleaned_data["base_version"], reason=form.cleaned_data["reason"], by=request.actor, at=now(),
    )  # fmt: skip
