"""Groups set against each other: whether the arms differ more among some respondents than among others."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions import subgroups as question
from throughline.evaluation.results import to_plain
from throughline.reporting import subgroups as words
from throughline.reporting.wording import sentence_of
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import OutcomeKind
from throughline.web.evaluation import shown
from throughline.web.evaluation.around import freeze_of, shared
from throughline.web.request import PageRequest, words_of


@require_GET
def groups(request: PageRequest, name: str) -> HttpResponse:
    """By one attribute at a time, asked now of the frozen answers. Exact counts: a page is no way out."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_estimates")
    by = request.GET.get("by", "")
    with open_freeze(folder_of(freeze), expect=freeze.content_hash, is_checked=False) as opened:
        attributes = question.attributes_of(opened)
        context |= {"attributes": attributes, "by": by}
        try:
            answer = to_plain(question.ask(opened, by=by)) if by else None
        except Invalid as refusal:
            context["refused"] = words_of(refusal.sentence)
            return render(request, "evaluation/subgroups.html", context, status=422)
    if answer is not None:
        context |= told(answer)
    return render(request, "evaluation/subgroups.html", context)


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as the page's template takes it."""
    return {
            "standing": words.standing(answer), "unknown": sum(answer["unknown"].values()),
            "rows": [_row(row) for row in answer["rows"]], "assumptions": words.assumptions(answer),
            "forest": [_mark(row) for row in answer["rows"] if row["found"] and row["outcome"]["kind"] == OutcomeKind.BINARY],
        }  # fmt: skip


def _row(row: dict[str, Any]) -> dict[str, Any]:
    refusal = words.refusal(row)
    counts = row["found"]["counts"] if row["found"] else ()
    return {
        "cells": words.cells(row),
        "refused": words_of(refusal) if refusal else "",
        "left_out": [words_of(sentence_of(one)) for one in (row["found"]["left_out"] if row["found"] else ())],
        "counts": [
            {
                "who": _("the group") if one["is_group"] else _("the others"), "arm": shown.ARMS[one["arm"]],
                "phase": shown.PHASES[one["phase"]], "n": one["n"], "missing": sum(one["missing"].values()),
            }
            for one in counts
        ],
    }  # fmt: skip


def _mark(row: dict[str, Any]) -> dict[str, Any]:
    difference, cells = row["found"]["difference"], words.cells(row)
    interval = difference["interval"]
    return {
        "label": cells[0], "note": cells[1], "estimate": difference["difference"] * 100, "low": interval["low"] * 100,
        "high": interval["high"] * 100, "text": f"{cells[4]} ({cells[5]})",
    }  # fmt: skip
