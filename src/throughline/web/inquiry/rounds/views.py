"""Rounds: who codes what, how far they are, closing them. Only where the analysis's approach compares coders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.inquiry.actions import close_round, make_round_of_imported, open_round
from throughline.records.inquiry.models import Round
from throughline.records.inquiry.queries import round_for, rounds_for, sources_for
from throughline.records.inquiry.queries.agreement import blind_now, progress_of, who_may_code
from throughline.records.inquiry.queries.coders import coders_elsewhere, to_compare
from throughline.records.inquiry.queries.workspace import coder_names
from throughline.rules.access import check_may_lead_rounds, why_not
from throughline.rules.approaches import check_approach_uses
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.study import ApproachUse
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.rounds.forms import ImportedRoundForm, RoundForm
from throughline.web.request import PageRequest, now, require, show_refusal


@require_GET
def rounds(request: PageRequest) -> HttpResponse:
    """The rounds of an analysis, newest first."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "rounds")
    analysis = chosen_analysis(context)
    check_approach_uses(analysis, ApproachUse.BLIND_ROUNDS)
    found = list(rounds_for(request.actor, analysis))
    elsewhere = {one.coder.actor for one in coders_elsewhere(request.actor, analysis)}
    context |= {
        "rounds": [
            {
                "round": one,
                "sources": len({row.source_id for row in one.assignments.all()}),
                "coders": len({row.coder for row in one.assignments.all()}),
                "is_own": any(row.coder == request.actor.id for row in one.assignments.all()),
                "is_imported": all(row.coder in elsewhere for row in one.assignments.all()),
            }
            for one in found
        ],
        "why_not": why_not(check_may_lead_rounds, request.actor, programme.id),
        "can_compare_imported": bool(elsewhere) and bool(to_compare(request.actor, analysis).sources),
    }
    return render(request, "inquiry/rounds/rounds.html", context)


@require_http_methods(["GET", "POST"])
def new_round(request: PageRequest) -> HttpResponse:
    """Assign sources to coders."""
    programme = require(request, P.LEAD_ROUNDS)
    context = around(request, programme, "rounds")
    analysis = chosen_analysis(context)
    check_approach_uses(analysis, ApproachUse.BLIND_ROUNDS)
    sources = sources_for(request.actor, programme.id).filter(analysis=analysis, erased_at=None)
    coders = who_may_code(programme.id, now().date())
    form = RoundForm(request.POST or None, coders=coders, sources=sources)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                row = open_round(
                    analysis=analysis, name=given["name"], assignments=form.assignments(),
                    is_blind=given["is_blind"], by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The round is open."))
                return redirect("round", round_id=row.id)
    return render(request, "inquiry/rounds/new_round.html", context | {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def imported_round(request: PageRequest) -> HttpResponse:
    """Compare people who coded in another program, in a round of what came with their project."""
    programme = require(request, P.LEAD_ROUNDS)
    context = around(request, programme, "rounds")
    analysis = chosen_analysis(context)
    check_approach_uses(analysis, ApproachUse.AGREEMENT)
    brought = to_compare(request.actor, analysis)
    form = ImportedRoundForm(request.POST or None, brought=brought, initial={"name": _("As it was imported")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = make_round_of_imported(
                    analysis=analysis,
                    name=form.cleaned_data["name"],
                    **form.chosen(),
                    by=request.actor,
                    at=now(),
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The round is made. Its codings are compared."))
                return redirect("agreement", round_id=row.id)
    context |= {"form": form, "brought": brought}
    return render(request, "inquiry/rounds/imported_round.html", context, status=status)


@require_GET
def round_page(request: PageRequest, round_id: UUID) -> HttpResponse:
    """A round: who codes which source, and how far they are, of what may be seen."""
    programme = require(request, P.SEE_SOURCES)
    row, context = round_around(request, round_id)
    assigned = list(row.assignments.select_related("source").order_by("source__name", "source_id"))
    counts, blind = progress_of(request.actor, row), blind_now(request.actor, row)
    names = coder_names(row.analysis, {one.coder for one in assigned})
    coders = sorted({one.coder for one in assigned}, key=lambda coder: (names.get(coder) or coder).casefold())
    held = {(one.source_id, one.coder) for one in assigned}
    sources = {one.source_id: one.source for one in assigned}
    context |= {
        "coders": [names.get(coder, coder) for coder in coders],
        "rows": [
            {
                "source": source,
                "is_readable": source.is_deidentified or context["may_add"],
                "cells": [
                    {
                        "is_assigned": (pk, coder) in held,
                        "is_hidden": pk in blind and coder != request.actor.id,
                        "n": counts.get((pk, coder), 0),
                    }
                    for coder in coders
                ],
            }
            for pk, source in sources.items()
        ],
        "why_not": why_not(check_may_lead_rounds, request.actor, programme.id),
    }
    return render(request, "inquiry/rounds/round.html", context)


@require_POST
def round_closed(request: PageRequest, round_id: UUID) -> HttpResponse:
    """End a round: its codings stand from now on as they are compared."""
    require(request, P.LEAD_ROUNDS)
    row = round_for(request.actor, round_id)
    close_round(round=row, by=request.actor, at=now())
    messages.success(request, _("The round is closed. Its codings can be compared now."))
    return redirect(reverse("round", args=[row.id]))


def round_around(request: PageRequest, round_id: UUID) -> tuple[Round, dict[str, Any]]:
    """A round with what every page of the journey shows; Unready where the approach compares nobody."""
    programme = require(request, P.SEE_SOURCES)
    row = round_for(request.actor, round_id)
    check_approach_uses(row.analysis, ApproachUse.BLIND_ROUNDS)
    return row, around(request, programme, "rounds", analysis=row.analysis) | {"round": row}
