"""A theme against what it rests on: its passages, what speaks against it, and what it leaves aside."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from throughline.records.inquiry.actions import (
    choose_quote,
    let_quote_go,
    place_passage,
    remove_passage,
)
from throughline.records.inquiry.models import Theme, Turn
from throughline.records.inquiry.queries import analysis_for, source_for, theme_for
from throughline.records.inquiry.queries.passages import Place, words_at
from throughline.records.inquiry.queries.theming import ThemePlace, places_of, turns_left_aside
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError
from throughline.web.inquiry.themes.views import around_themes
from throughline.web.request import PageRequest, now, require, words_of

PER_PAGE = 30
ALL, AGAINST, ASIDE = "passages", "against", "aside"
SHOWS = {ALL: gettext_lazy("For it"), AGAINST: gettext_lazy("Against it"), ASIDE: gettext_lazy("Left aside")}


@require_GET
def review_theme(request: PageRequest, theme_id: UUID) -> HttpResponse:
    """All passages of a theme; `?show=against` those that speak against it, `?show=aside` what has none of its codes."""
    programme = require(request, P.SEE_SOURCES)
    row = theme_for(request.actor, theme_id)
    analysis = analysis_for(request.actor, row.analysis_id)
    show = request.GET.get("show", ALL)
    show = show if show in SHOWS else ALL
    page: Page[Any]
    if show == ASIDE:
        turns = Paginator(turns_left_aside(request.actor, row), PER_PAGE).get_page(request.GET.get("page"))
        page, held = turns, [_whole(one) for one in turns.object_list]
    else:
        every = [one for one in places_of(request.actor, row) if one.is_contrary == (show == AGAINST)]
        page = Paginator(every, PER_PAGE).get_page(request.GET.get("page"))
        held = list(page.object_list)
    words = words_at(request.actor, [one.place for one in held], reason="review of a theme", at=now())
    context = around_themes(request, programme, "board", analysis)
    context |= {
        "theme": row, "show": show, "page": page, "query": f"show={show}&",
        "shows": SHOWS.items(),
        "passages": [{"held": one, "words": words[one.place]} for one in held if one.place in words],
    }  # fmt: skip
    return render(request, "inquiry/themes/review_theme.html", context)


def _whole(turn: Turn) -> ThemePlace:
    return ThemePlace(Place(turn.source_id, turn.start, turn.end), (), None, None)


@require_POST
def theme_passage(request: PageRequest, theme_id: UUID) -> HttpResponse:
    """What a passage is to a theme. `do`: for, against, away (placed without a code); quote, quote_against, unquote."""
    require(request, P.WRITE_THEMES)
    row = theme_for(request.actor, theme_id)
    place = _place(request)
    try:
        said = _done(request, row, place, request.POST.get("do", ""))
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
    else:
        messages.success(request, said)
    show, page = request.POST.get("show", ""), request.POST.get("page", "1")
    if show not in SHOWS:
        return redirect("theme", theme_id=row.id)
    number = page if page.isdecimal() else "1"
    return redirect(f"{reverse('review_theme', args=[row.id])}?show={show}&page={number}")


def _place(request: PageRequest) -> Place:
    try:
        return Place(UUID(request.POST["source"]), int(request.POST["start"]), int(request.POST["end"]))
    except (KeyError, ValueError):
        raise Invalid(Sentence("Say which passage: its source, and where it begins and ends.")) from None


def _done(request: PageRequest, theme: Theme, place: Place, do: str) -> str:
    by, at = request.actor, now()
    here: dict[str, Any] = {"source": source_for(by, place.source_id), "start": place.start, "end": place.end}
    if do in ("for", "against"):
        place_passage(theme=theme, **here, is_contrary=do == "against", by=by, at=at)
        return _("The passage is placed with the theme.")
    if do in ("quote", "quote_against"):
        choose_quote(theme=theme, **here, is_contrary=do == "quote_against", by=by, at=at)
        return _("The passage is a quote of the theme.")
    held = next((one for one in places_of(by, theme) if one.place == place), None)
    if do == "away" and held is not None and held.passage is not None:
        remove_passage(passage=held.passage, by=by, at=at)
        return _("The passage is no longer placed with the theme.")
    if do == "unquote" and held is not None and held.quote is not None:
        let_quote_go(quote=held.quote, by=by, at=at)
        return _("The quote is let go.")
    raise Invalid(Sentence("This passage is not with the theme any more. Look again."))
