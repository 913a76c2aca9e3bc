"""What every page of the journey shows: which analysis, which others, what its approach makes use of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from throughline.records.inquiry.models import Analysis, Source
from throughline.records.inquiry.queries import analyses_for, turns_of
from throughline.records.programme.models import Programme, Site
from throughline.rules.approaches import uses
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.study import ApproachUse
from throughline.web.request import PageRequest, has_any, uuid_or_none
from throughline.web.words import APPROACHES

ANALYSIS_IN_SESSION = "analysis"


def around(
    request: PageRequest, programme: Programme, tab: str, *, analysis: Analysis | None = None
) -> dict[str, Any]:
    """The analysis chosen, the others, and what may be done.

    Chosen is `analysis` (that of a source or theme), else `?analysis=`, else the one chosen last, else the first by
    name; None where there is none yet. `uses` says of every ApproachUse whether its pages are there.
    """
    analyses = list(analyses_for(request.actor, programme.id))
    chosen = analysis or _chosen(request, analyses)
    if chosen is not None and request.session.get(ANALYSIS_IN_SESSION) != str(chosen.id):
        request.session[ANALYSIS_IN_SESSION] = str(chosen.id)
    return {
        "analysis": chosen,
        "analyses": analyses,
        "approach": APPROACHES[chosen.approach] if chosen else None,
        "uses": {use.value: uses(chosen, use) for use in ApproachUse} if chosen else {},
        "tab": tab,
        "may_add": has_any(request, [P.ADD_SOURCES]),
        "may_write": has_any(request, [P.WRITE_THEMES]),
        "may_let_words_leave": has_any(request, [P.RELEASE_WORDS]),
    }


def _chosen(request: PageRequest, analyses: list[Analysis]) -> Analysis | None:
    for given in (request.GET.get("analysis"), request.session.get(ANALYSIS_IN_SESSION)):
        pk = uuid_or_none(given)
        found = next((one for one in analyses if one.id == pk), None)
        if found is not None:
            return found
    return analyses[0] if analyses else None


def not_kept(
    request: PageRequest,
    programme: Programme,
    tab: str,
    form: forms.Form,
    *,
    analysis: Analysis,
    about: str,
    back: str,
) -> HttpResponse:
    """What was written in a form beside something else (`about`, at `back`), with what is wrong: nothing typed is lost."""
    context = around(request, programme, tab, analysis=analysis) | {
        "form": form,
        "about": about,
        "back": back,
    }
    return render(request, "inquiry/not_kept.html", context, status=422)


def chosen_analysis(context: dict[str, Any]) -> Analysis:
    found: Analysis | None = context["analysis"]
    if found is None:
        raise NotFound(Sentence("There is no analysis yet: open one first."))
    return found


def sites_of(request: PageRequest, programme: Programme) -> list[Site]:
    return list(Site.objects.visible_to(request.actor).filter(programme=programme).order_by("name"))


def chosen_turn(request: PageRequest) -> int | None:
    """The number of the turn that the address names, if it names one."""
    given = request.GET.get("turn", "")
    return int(given) if given.isdecimal() and len(given) < 9 else None


def place_of_turn(request: PageRequest, row: Source, turn: int | None) -> dict[str, Any]:
    """Where that turn lies, as a form begins with it."""
    chosen = turns_of(request.actor, row).filter(number=turn).first() if turn is not None else None
    return {"start": chosen.start, "end": chosen.end} if chosen else {}
