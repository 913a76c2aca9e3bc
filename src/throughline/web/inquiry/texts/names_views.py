"""Taking out what gives somebody away: a review in the text, and the analysis's own list of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.methods.identifiers import replaced
from throughline.records.inquiry.actions import (
    Replacement,
    add_alias,
    deidentify_source,
    read_aliases,
    remove_alias,
)
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import source_for
from throughline.records.inquiry.queries.aliases import Found, Group, Review, alias_for, review_of
from throughline.rules.access import check_may_add_source
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence, ThroughlineError, Unready
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.texts.forms import AliasForm
from throughline.web.inquiry.texts.still_named import elsewhere
from throughline.web.inquiry.texts.words import ALIAS_KINDS, WHY_PROPOSED
from throughline.web.request import PageRequest, now, require, show_refusal, words_of

MOST_SHOWN = 400  # stretches of what will be
BESIDE = 60


@dataclass(frozen=True)
class Choice:
    """A proposal as the page shows it and as it was answered."""

    group: Group
    kind: Any
    why: Any
    label: str
    is_replaced: bool
    places: list[tuple[Found, str, bool]]  # where, its value in the form, whether it is replaced

    def replacements(self) -> list[Replacement]:
        """Everywhere where no place was left alone; else the chosen places."""
        if not self.is_replaced:
            return []
        chosen = [place for place, _, is_chosen in self.places if is_chosen]
        everywhere = len(chosen) == len(self.places)
        return [
            Replacement(one.start, one.end, self.group.kind, self.label, everywhere=everywhere)
            for one in chosen
        ]


@require_http_methods(["GET", "POST"])
def deidentify(request: PageRequest, source_id: UUID) -> HttpResponse:
    """Review what may give somebody away, see what will stand there, then keep it: the team reads it from then on."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    row = source_for(request.actor, source_id)
    review = review_of(request.actor, row, now())
    step = request.POST.get("step", "")
    status, refusal, preview = 200, None, None
    choices = [
        _choice(number, group, request.POST if step else None) for number, group in enumerate(review.groups)
    ]
    if step:
        parts = [part for choice in choices for part in choice.replacements()]
        try:
            if request.POST.get("version") != str(review.version):
                raise Unready(
                    Sentence(
                        "Somebody changed this text meanwhile. What is proposed here is read from it anew."
                    )
                )
            if step == "keep":
                deidentify_source(
                    source=row, replacements=parts, base_version=review.version, by=request.actor, at=now()
                )
                messages.success(
                    request,
                    _(
                        "The names are taken out, and the team can read this source. Read it once more yourself."
                    ),
                )
                return _after(request, row)
            preview = _preview(review, parts)
        except ThroughlineError as error:
            status, refusal = error.status, words_of(error.sentence)
    context = around(request, programme, "sources", analysis=row.analysis) | {
        "source": row, "review": review, "choices": choices, "refusal": refusal, "preview": preview,
        "elsewhere": elsewhere(request.actor, row.analysis, review.known),
        "alias_form": AliasForm(auto_id="alias_%s"),
    }  # fmt: skip
    return render(request, "inquiry/texts/deidentify.html", context, status=status)


def _after(request: PageRequest, row: Source) -> HttpResponse:
    """To the source; first back to the review where the same names stand in what the team wrote."""
    lines = read_aliases(analysis=row.analysis, by=request.actor, at=now())
    if not elsewhere(request.actor, row.analysis, [line for _alias, line in lines]):
        return redirect("source", source_id=row.id)
    messages.warning(request, _("The same names stand in what the team wrote. The list below leads there."))
    return redirect(f"{reverse('deidentify', args=[row.id])}#elsewhere")


def _choice(number: int, group: Group, given: Mapping[str, Any] | None) -> Choice:
    values = [f"{place.start}-{place.end}" for place in group.places]
    label, is_replaced, chosen = group.label, True, set(values)
    if given is not None:
        label = str(given.get(f"g{number}-label", label)).strip() or label
        is_replaced = given.get(f"g{number}-do") == "replace"
        chosen = set(given.getlist(f"g{number}-at"))  # type: ignore[attr-defined]  # a QueryDict
    places = [(place, value, value in chosen) for place, value in zip(group.places, values, strict=True)]
    return Choice(group, ALIAS_KINDS[group.kind], WHY_PROPOSED[group.rule], label, is_replaced, places)


def _preview(review: Review, parts: Sequence[Replacement]) -> dict[str, Any]:
    """What will stand where something is replaced, with what is beside it."""
    everywhere = {review.text[one.start : one.end]: one.label for one in parts if one.everywhere}
    found = replaced(review.text, [(one.start, one.end, one.label) for one in parts], everywhere)
    shown = [
        {
            "before": review.text[max(0, start - BESIDE) : start].split("\n")[-1],
            "label": label,
            "after": review.text[end : end + BESIDE].split("\n")[0],
        }
        for start, end, label in found[:MOST_SHOWN]
    ]
    return {"shown": shown, "count": len(found), "more": max(0, len(found) - MOST_SHOWN)}


@require_http_methods(["GET", "POST"])
def names(request: PageRequest) -> HttpResponse:
    """The list of an analysis: what stands for which words. Whoever holds the sources reads it; each time is audited."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    context = around(request, programme, "sources")
    analysis = chosen_analysis(context)
    form = AliasForm(request.POST or None)
    back = _source_of(request)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                add_alias(
                    analysis=back.analysis if back else analysis, kind=given["kind"], label=given["label"],
                    terms=form.terms_given(), by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("It is on the list."))
                if back is not None:
                    return redirect("deidentify", source_id=back.id)
                return redirect(f"{request.path}?analysis={analysis.id}")
    lines = read_aliases(analysis=analysis, by=request.actor, at=now())
    context |= {
        "form": form,
        "lines": [(alias, ALIAS_KINDS[line.kind], line) for alias, line in lines],
        "back": back,
        "elsewhere": elsewhere(request.actor, analysis, [line for _alias, line in lines]),
    }
    return render(request, "inquiry/texts/names.html", context, status=status)


def _source_of(request: PageRequest) -> Source | None:
    """The source from whose review a line is added."""
    given = request.POST.get("source", "")
    try:
        return source_for(request.actor, UUID(given)) if given else None
    except ValueError:
        return None


@require_POST
def name_removed(request: PageRequest, alias_id: UUID) -> HttpResponse:
    """Take a line off the list."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    alias = alias_for(request.actor, alias_id)
    analysis_id = alias.analysis_id
    remove_alias(alias=alias, by=request.actor, at=now())
    messages.success(request, _("It is off the list. Texts in which it stands keep it."))
    return redirect(f"{reverse('names')}?analysis={analysis_id}")
