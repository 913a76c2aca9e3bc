"""Any words of a source placed with a theme, or chosen as a quote of it: from the workspace, and from the plain page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from throughline.records.inquiry.actions import choose_quote, place_passage
from throughline.records.inquiry.models import Analysis, Source, Theme
from throughline.records.inquiry.queries import source_for, theme_for, turns_of
from throughline.records.inquiry.queries.theming import themes_in_tree
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError, Unready
from throughline.vocabulary.study import ThemeStatus
from throughline.web.request import PageRequest, has_any, now, require, words_of

FOR, AGAINST, QUOTE, QUOTE_AGAINST = "for", "against", "quote", "quote_against"
DO = {
    FOR: gettext_lazy("It belongs to the theme"),
    AGAINST: gettext_lazy("It speaks against it"),
    QUOTE: gettext_lazy("Choose as a quote"),
    QUOTE_AGAINST: gettext_lazy("Choose as a quote against it"),
}


class ThemingForm(forms.Form):
    """A theme, and where the words begin and end in the version of the text that was shown."""

    theme = forms.UUIDField()
    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=1)
    text_version = forms.IntegerField(min_value=1)
    do = forms.ChoiceField(choices=list(DO.items()))


def theming_of(request: PageRequest, analysis: Analysis) -> dict[str, Any]:
    """What a page of a source offers: the themes that were not let go, to whoever writes themes."""
    if not has_any(request, [P.WRITE_THEMES]):
        return {"themes": [], "theme_acts": []}
    rows = [
        row for row in themes_in_tree(request.actor, analysis) if row[0].status != ThemeStatus.LET_GO.value
    ]
    indent = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}"
    return {
        "themes": [(theme.id, indent * depth + theme.name) for theme, depth in rows],
        "theme_acts": list(DO.items()),
    }


@require_POST
def source_theme(request: PageRequest, source_id: UUID) -> HttpResponse:
    """Place words with a theme, or choose them as a quote. The workspace, which is not loaded anew, gets its answer as JSON."""
    require(request, P.WRITE_THEMES)
    row = source_for(request.actor, source_id)
    is_asked_by_script = "application/json" in request.headers.get("Accept", "")
    try:
        said = _done(request, row)
    except ThroughlineError as error:
        if is_asked_by_script:
            return JsonResponse({"detail": words_of(error.sentence)}, status=error.status)
        messages.error(request, words_of(error.sentence))
    else:
        if is_asked_by_script:
            return JsonResponse({"said": said})
        messages.success(request, said)
    return redirect(_back(request, row))


def _done(request: PageRequest, row: Source) -> str:
    form = ThemingForm(request.POST)
    if not form.is_valid():
        raise Invalid(Sentence("Say which words, from where to where, and choose a theme."))
    given = form.cleaned_data
    theme: Theme = theme_for(request.actor, given["theme"])
    if given["text_version"] != row.version:
        raise Unready(
            Sentence("The text was corrected meanwhile. Mark the passage in the text as it is now.")
        )
    here: dict[str, Any] = {"theme": theme, "source": row, "start": given["start"], "end": given["end"]}
    what: dict[str, Any] = {
        "by": request.actor,
        "at": now(),
        "is_contrary": given["do"] in (AGAINST, QUOTE_AGAINST),
    }
    if given["do"] in (FOR, AGAINST):
        place_passage(**here, **what)
        return _("The passage is placed with “%(theme)s”.") % {"theme": theme.name}
    choose_quote(**here, **what)
    return _("The passage is a quote of “%(theme)s”.") % {"theme": theme.name}


def _back(request: PageRequest, row: Source) -> str:
    """The plain page, at the turn in which the words begin."""
    address, start = reverse("source", args=[row.id]), request.POST.get("start", "")
    if not start.isdecimal() or len(start) > 9:
        return address
    last = turns_of(request.actor, row).filter(start__lte=int(start)).order_by("-number").first()
    return f"{address}?turn={last.number}#turn-{last.number}" if last else address
