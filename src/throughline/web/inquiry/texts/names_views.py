"""Taking out what gives somebody away: a review in the text, and the analysis's own list of names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
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
from throughline.records.inquiry.models import Analysis, Source
from throughline.records.inquiry.queries import source_for
from throughline.records.inquiry.queries.aliases import Review, alias_for, review_of
from throughline.records.inquiry.queries.aliases import name_found as name_of
from throughline.rules.access import check_may_add_source
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence, ThroughlineError, Unready
from throughline.vocabulary.study import AliasKind
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.texts.forms import AliasForm
from throughline.web.inquiry.texts.reviewing import Choice, choices_of
from throughline.web.inquiry.texts.still_named import elsewhere
from throughline.web.inquiry.texts.words import ALIAS_KINDS, MARKING
from throughline.web.island_words import for_island
from throughline.web.request import PageRequest, in_json, now, require, show_refusal, words_of

MOST_SHOWN = 400  # stretches of what will be
BESIDE = 60


@require_http_methods(["GET", "POST"])
def deidentify(request: PageRequest, source_id: UUID) -> HttpResponse:
    """Review what may give somebody away, see what will stand there, then keep it: the team reads it from then on."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    row = source_for(request.actor, source_id)
    review = review_of(request.actor, row, now())
    step = request.POST.get("step", "")
    status, refusal, preview = 200, None, None
    choices, alias_form = choices_of(review, None), _alias_form()
    if step:
        try:
            if request.POST.get("version") != str(review.version):
                raise Unready(
                    Sentence(
                        "Somebody changed this text meanwhile. What is proposed here is read from it anew."
                    )
                )
            if step == "add":
                status, alias_form = _added(request, row.analysis)
                review = review_of(request.actor, row, now())
            choices = choices_of(review, request.POST)
            parts = [part for choice in choices for part in choice.replacements()]
            if step == "keep":
                _check_all_seen(choices)
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
            preview = _preview(review, parts) if step == "look" else None
        except ThroughlineError as error:
            status, refusal = error.status, words_of(error.sentence)
    context = around(request, programme, "sources", analysis=row.analysis) | {
        "source": row, "review": review, "choices": choices, "refusal": refusal, "preview": preview,
        "elsewhere": elsewhere(request.actor, row.analysis, review.known),
        "alias_form": alias_form, "kinds": list(ALIAS_KINDS.items()),
        "words": for_island(MARKING), "as_list": step == "list" or (step != "text" and request.POST.get("as") == "list"),
        "told": [choice.told() for choice in choices],
    }  # fmt: skip
    return render(request, "inquiry/texts/deidentify.html", context, status=status)


def _alias_form(given: QueryDict | None = None) -> AliasForm:
    """Beside a review, in the same form: what was answered so far is not lost when a name is added."""
    return AliasForm(given, prefix="add", auto_id="alias_%s", use_required_attribute=False)


def _added(request: PageRequest, analysis: Analysis) -> tuple[int, AliasForm]:
    """Put on the list what a reader found; the status, and the form: empty where that is done."""
    form = _alias_form(request.POST)
    if not form.is_valid():
        return 422, form
    given = form.cleaned_data
    try:
        add_alias(
            analysis=analysis, kind=given["kind"], label=given["label"], terms=form.terms_given(), by=request.actor,
            at=now(),
        )  # fmt: skip
    except ThroughlineError as error:
        show_refusal(form, error)
        return error.status, form
    messages.success(request, _("It is on the list."))
    return 200, _alias_form()


def _check_all_seen(choices: Sequence[Choice]) -> None:
    """Unready where a name is proposed to which nothing was answered: it came onto the list meanwhile."""
    new = [choice.group.term for choice in choices if not choice.is_answered]
    if new:
        raise Unready(
            Sentence(
                "More names are proposed than you were shown, such as %(term)s. Look at them, then keep it.",
                term=new[0],
            )
        )


def _after(request: PageRequest, row: Source) -> HttpResponse:
    """To the source; first back to the review where the same names stand in what the team wrote."""
    lines = read_aliases(analysis=row.analysis, by=request.actor, at=now())
    if not elsewhere(request.actor, row.analysis, [line for _alias, line in lines]):
        return redirect("source", source_id=row.id)
    messages.warning(request, _("The same names stand in what the team wrote. The list below leads there."))
    return redirect(f"{reverse('deidentify', args=[row.id])}#elsewhere")


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


@require_POST
@in_json
def name_found(request: PageRequest, source_id: UUID) -> HttpResponse:
    """What a reader marked in the text under review: where else it stands, what could stand for it."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    row, given = source_for(request.actor, source_id), request.POST
    if given.get("version") != str(row.version):
        raise Unready(Sentence("Somebody changed this text meanwhile. Load the page again."))
    start, end = (
        int(given.get(name, "")) if given.get(name, "").isdecimal() else 0 for name in ("start", "end")
    )
    kind = AliasKind(given["kind"]) if given.get("kind") in list(AliasKind) else None
    taken = given.get("taken", "").split("\n")
    group = name_of(request.actor, row, start, end, now(), kind=kind, taken=taken)
    places = [(one.start, one.end, one.before, one.words, one.after) for one in group.places]
    return JsonResponse(
        {
            "term": group.term,
            "kind": group.kind,
            "label": group.label,
            "places": places,
            "is_known": group.is_known,
        }
    )


@require_http_methods(["GET", "POST"])
def names(request: PageRequest) -> HttpResponse:
    """The list of an analysis: what stands for which words. Whoever holds the sources reads it; each time is audited."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    context = around(request, programme, "sources")
    analysis = chosen_analysis(context)
    form = AliasForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                add_alias(
                    analysis=analysis, kind=given["kind"], label=given["label"],
                    terms=form.terms_given(), by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("It is on the list."))
                return redirect(f"{request.path}?analysis={analysis.id}")
    lines = read_aliases(analysis=analysis, by=request.actor, at=now())
    context |= {
        "form": form,
        "lines": [(alias, ALIAS_KINDS[line.kind], line) for alias, line in lines],
        "elsewhere": elsewhere(request.actor, analysis, [line for _alias, line in lines]),
    }
    return render(request, "inquiry/texts/names.html", context, status=status)


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
