"""Themes: the board of them, one in its words, its versions, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.actions import (
    arrange_theme,
    relate_themes,
    unrelate_themes,
    write_theme,
)
from throughline.records.inquiry.actions.blind import why_themes_wait
from throughline.records.inquiry.models import Analysis, Code, Theme
from throughline.records.inquiry.queries import analysis_for, quotes_of, theme_for
from throughline.records.inquiry.queries.theming import (
    decisions_for,
    relation_for,
    relations_in,
    theme_revisions,
    themes_in_tree,
)
from throughline.records.study.models import Outcome
from throughline.records.study.queries import outcomes_beside
from throughline.rules.access import check_may_write_themes, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.study import Approach, ThemeStatus
from throughline.web.inquiry.around import around, chosen_analysis, not_kept, sites_of
from throughline.web.inquiry.coding.forms import MemoForm
from throughline.web.inquiry.coding.reading import hues_of, nodes_of
from throughline.web.inquiry.familiar.reading import written_on
from throughline.web.inquiry.themes.forms import ArrangeForm, RelationForm, ThemeForm
from throughline.web.request import PageRequest, now, require, show_refusal, uuid_or_none
from throughline.web.stale import is_overtaken, mark_of
from throughline.web.words import RELATION_KINDS, THEME_STATUSES, borne_on

PARTS = {  # of a theme, in the order of reading
    "name": gettext_lazy("Name"),
    "central_concept": gettext_lazy("Central organising concept"),
    "boundaries": gettext_lazy("Where it ends"),
    "contrary": gettext_lazy("What speaks against it"),
    "status": gettext_lazy("Where it stands"),
    "parent": gettext_lazy("Part of"),
    "steps": gettext_lazy("Bears on"),
    "codes": gettext_lazy("Codes that it rests on"),
}


def around_themes(
    request: PageRequest, programme: Any, part: str, analysis: Analysis | None = None
) -> dict[str, Any]:
    """What the pages round themes share: their own tabs, the framework first where the approach is of it."""
    context = around(request, programme, "themes", analysis=analysis)
    chosen: Analysis | None = context["analysis"]
    return context | {
        "part": part,
        "is_framework": chosen is not None and chosen.approach == Approach.CODEBOOK_FRAMEWORK.value,
        "why_not": why_not(check_may_write_themes, request.actor, programme.id),
    }


@require_GET
def themes(request: PageRequest) -> HttpResponse:
    """The board: a lane for each state, a card for each theme, its subthemes on it."""
    return _board(request)


def _board(
    request: PageRequest,
    analysis: Analysis | None = None,
    refused: ArrangeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The board; `refused` stands in its theme's card, as it was sent."""
    programme = require(request, P.SEE_SOURCES)
    context = around_themes(request, programme, "board", analysis)
    analysis = chosen_analysis(context)
    context["why_not"] = context["why_not"] or why_themes_wait(analysis.id)
    tree = themes_in_tree(request.actor, analysis)
    below: dict[UUID, list[Theme]] = {}
    for theme, _depth in tree:
        if theme.parent_id:
            below.setdefault(theme.parent_id, []).append(theme)
    context["total"] = len(tree)
    context["lanes"] = [
        {
            "status": status.value,
            "title": THEME_STATUSES[status],
            "cards": [
                {
                    "theme": theme,
                    "below": below.get(theme.id, []),
                    "form": None if context["why_not"] else _arranging(theme, tree, refused),
                    "seen": _mark(theme),
                }
                for theme in sorted((one for one, _d in tree), key=lambda one: (one.place, one.name))
                if theme.status == status.value
            ],
        }
        for status in ThemeStatus
    ]
    return render(request, "inquiry/themes/themes.html", context, status=status)


def _mark(theme: Theme) -> str:
    """Of where a theme stands: its place in the lane is no version of it, and yet another may have put it there."""
    return mark_of(theme.version, theme.place)


def _arranging(theme: Theme, tree: Sequence[tuple[Theme, int]], refused: ArrangeForm | None) -> ArrangeForm:
    return (
        refused
        if refused is not None and refused.theme.id == theme.id
        else ArrangeForm(theme=theme, themes=tree)
    )


@require_GET
def theme(request: PageRequest, theme_id: UUID) -> HttpResponse:
    """A theme in its words, with what stands for and against it in people's own, where they agreed to be quoted."""
    programme = require(request, P.SEE_SOURCES)
    row = theme_for(request.actor, theme_id)
    analysis = analysis_for(request.actor, row.analysis_id)
    context = around_themes(request, programme, "board", analysis)
    tree = themes_in_tree(request.actor, analysis)
    hues = hues_of(nodes_of(request.actor, analysis))
    quotes = quotes_of(request.actor, row, now())
    sites = {site.id: site.name for site in sites_of(request, programme)}
    others = [one for one, _depth in tree if one.id != row.id]
    context |= {
        "theme": row, "status": THEME_STATUSES[row.status], "borne_on": borne_on(row.steps, row.outcomes, outcomes_beside(analysis.study)),
        "codes": [(code, hues.get(code.id, 8)) for code in row.codes.order_by("place")],
        "quotes": [_quote(one, sites) for one in quotes.shown if not one.is_contrary],
        "against": [_quote(one, sites) for one in quotes.shown if one.is_contrary],
        "withheld": quotes, "parent": row.parent,
        "subthemes": [one for one, _depth in tree if one.parent_id == row.id],
        "relations": _relations(request, analysis, row), "decisions": decisions_for(request.actor, analysis).filter(theme=row),
        "memos": written_on(request.actor, row), "memo_form": MemoForm(auto_id="memo_%s"),
        "may_write": not context["why_not"],
        "relation_form": RelationForm(others=others) if others and not context["why_not"] else None,
    }  # fmt: skip
    return render(request, "inquiry/themes/theme.html", context)


def _quote(one: Any, sites: dict[Any, str]) -> dict[str, Any]:
    return {
        "text": one.text,
        "who": ", ".join(speaker.label for speaker in one.speakers) or _("observation"),
        "where": sites.get(one.site_id, ""),
        "language": "" if one.language == "not_recorded" else one.language,
        "place": one,
    }


def _relations(request: PageRequest, analysis: Analysis, row: Theme) -> list[dict[str, Any]]:
    return [
        {"row": one, "kind": RELATION_KINDS[one.kind], "is_own": one.origin_id == row.id}
        for one in relations_in(request.actor, analysis)
        if row.id in (one.origin_id, one.target_id)
    ]


@require_http_methods(["GET", "POST"])
def new_theme(request: PageRequest) -> HttpResponse:
    """Write a theme for the first time."""
    programme = require(request, P.WRITE_THEMES)
    context = around_themes(request, programme, "board")
    return _written(request, context, chosen_analysis(context), None)


@require_http_methods(["GET", "POST"])
def rewrite_theme(request: PageRequest, theme_id: UUID) -> HttpResponse:
    """Write a theme anew; what it was stays readable."""
    programme = require(request, P.WRITE_THEMES)
    row = theme_for(request.actor, theme_id)
    analysis = analysis_for(request.actor, row.analysis_id)
    return _written(request, around_themes(request, programme, "board", analysis), analysis, row)


def _written(
    request: PageRequest, context: dict[str, Any], analysis: Analysis, row: Theme | None
) -> HttpResponse:
    nodes = nodes_of(request.actor, analysis)
    initial = ThemeForm.of(row) if row else {"status": ThemeStatus.CANDIDATE.value}
    form = ThemeForm(
        request.POST or None,
        initial=initial,
        nodes=nodes,
        outcomes=outcomes_beside(analysis.study),
        theme=row,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = write_theme(
                    analysis=analysis, draft=form.draft(), theme=row,
                    base_version=form.cleaned_data["base_version"], by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The theme is written. What it was before stays readable."))
                return redirect("theme", theme_id=made.id)
    return render(
        request, "inquiry/themes/write_theme.html", context | {"form": form, "theme": row}, status=status
    )


@require_POST
def theme_arranged(request: PageRequest, theme_id: UUID) -> HttpResponse:
    """Put a theme in another lane, under another theme, or before another one."""
    programme = require(request, P.WRITE_THEMES)
    row = theme_for(request.actor, theme_id)
    analysis = analysis_for(request.actor, row.analysis_id)
    around(request, programme, "themes", analysis=analysis)
    form = ArrangeForm(request.POST, theme=row, themes=themes_in_tree(request.actor, analysis))
    if not form.is_valid():
        messages.error(request, _("A theme cannot stand there. Look at the board again."))
        return redirect("themes")
    if is_overtaken(form, _mark(row)):
        return _board(request, analysis, form, 409)
    arrange_theme(
        theme=row, status=form.cleaned_data["status"], parent=form.chosen("parent"), before=form.chosen("before"),
        by=request.actor, at=now(),
    )  # fmt: skip
    return redirect("themes")


@require_GET
def theme_versions(request: PageRequest, theme_id: UUID) -> HttpResponse:
    """What a theme was: two of its versions side by side (`?left=1&right=3`), by default the last two."""
    programme = require(request, P.SEE_SOURCES)
    row = theme_for(request.actor, theme_id)
    analysis = analysis_for(request.actor, row.analysis_id)
    revisions = list(theme_revisions(request.actor, row))
    names = display_names(
        {pk for who in [row.written_by, *(one.written_by for one in revisions)] if (pk := uuid_or_none(who))}
    )
    codes = dict(Code.objects.filter(codebook__analysis=analysis).values_list("slug", "name"))
    now_is = {name: getattr(row, name) for name in PARTS if name not in ("parent", "codes")} | {
        "parent": row.parent.name if row.parent else None,
        "codes": sorted(row.codes.values_list("slug", flat=True)),
        "outcomes": row.outcomes,
    }
    outcomes = outcomes_beside(analysis.study)
    versions = [_version(row.version, now_is, row.written_at, row.written_by, names, codes, outcomes)] + [
        _version(one.version, one.was, one.written_at, one.written_by, names, codes, outcomes)
        for one in revisions
    ]
    by_number = {str(one["number"]): one for one in versions}
    right = by_number.get(request.GET.get("right", ""), versions[0])
    left = by_number.get(request.GET.get("left", ""), versions[min(1, len(versions) - 1)])
    rows = [(label, left["parts"][name], right["parts"][name]) for name, label in PARTS.items()]
    context = around_themes(request, programme, "board", analysis)
    context |= {"theme": row, "versions": versions, "left": left, "right": right, "rows": rows}
    return render(request, "inquiry/themes/theme_versions.html", context)


def _version(
    number: int, was: dict[str, Any], at: Any, who: str, names: dict[str, str], codes: dict[str, str],
    outcomes: Mapping[str, Outcome],
) -> dict[str, Any]:  # fmt: skip
    shown = {name: was.get(name) or "" for name in PARTS}
    shown["status"] = THEME_STATUSES[was["status"]]
    shown["steps"] = ", ".join(borne_on(was.get("steps", ()), was.get("outcomes", ()), outcomes))
    shown["codes"] = ", ".join(codes.get(slug, slug) for slug in was.get("codes", []))
    return {"number": number, "parts": shown, "at": at, "who": names.get(who, who)}


@require_POST
def themes_related(request: PageRequest, theme_id: UUID) -> HttpResponse:
    """Say how a theme bears on another."""
    programme = require(request, P.WRITE_THEMES)
    row = theme_for(request.actor, theme_id)
    analysis = analysis_for(request.actor, row.analysis_id)
    others = [one for one, _depth in themes_in_tree(request.actor, analysis) if one.id != row.id]
    form = RelationForm(request.POST, others=others)
    if form.is_valid():
        given = form.cleaned_data
        try:
            relate_themes(
                origin=row,
                target=given["target"],
                kind=given["kind"],
                note=given["note"],
                by=request.actor,
                at=now(),
            )
        except ThroughlineError as error:
            show_refusal(form, error)
    if form.errors:
        back = reverse("theme", args=[row.id])
        return not_kept(request, programme, "themes", form, analysis=analysis, about=row.name, back=back)
    return redirect("theme", theme_id=row.id)


@require_POST
def themes_unrelated(request: PageRequest, relation_id: UUID) -> HttpResponse:
    """Take back how two themes bear on each other."""
    require(request, P.WRITE_THEMES)
    relation = relation_for(request.actor, relation_id)
    origin_id = relation.origin_id
    unrelate_themes(relation=relation, by=request.actor, at=now())
    return redirect("theme", theme_id=origin_id)
