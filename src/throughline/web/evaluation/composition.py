"""Who answered at each site in each wave, the contrast with that mix held still, and what reached the comparison sites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions import contamination
from throughline.evaluation.results import to_plain
from throughline.records.study.models import Freeze
from throughline.reporting import composition_words as words
from throughline.reporting.wording import missing_words, percent_text, sentence_of
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import PhaseKind
from throughline.web.evaluation import shown
from throughline.web.evaluation.around import freeze_of, result, shared
from throughline.web.request import PageRequest

Plain = Mapping[str, Any]
ASKED_BEFORE = Sentence(
    "This freeze was asked its questions before this one was among them. Ask it again from the list of freezes."
)


@require_GET
def composition(request: PageRequest, name: str) -> HttpResponse:
    """Exact counts, for who holds the study. `?contamination=QUESTION` asks the freeze that question now."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_composition")
    asked = request.GET.get("contamination", "")
    context |= {
        "asked": asked,
        "questions": [{"code": code, "name": name} for code, name in questions_of(freeze)],
        "reached": _reached(freeze, asked, context["run"]["seed"]) if asked else None,
    }
    try:
        answer = result(freeze, "composition")
    except NotFound:
        return render(request, "evaluation/composition.html", context | {"refused": ASKED_BEFORE})
    context |= {
        "refused": sentence_of(answer["refused"]) if answer["refused"] else None,
        "attributes": [_attribute(one, number) for number, one in enumerate(answer["attributes"])],
    }
    return render(request, "evaluation/composition.html", context)


def questions_of(freeze: Freeze) -> list[tuple[str, str]]:
    """Code and name of each question of the survey, as the freeze was asked them."""
    try:
        asked = result(freeze, "baseline")["composition"]
    except NotFound:
        return []
    return [(one["variable"]["column"], one["variable"]["name"]) for one in asked]


def _reached(freeze: Freeze, asked: str, seed: int) -> dict[str, Any]:
    """Asked now: which question tells it is not planned anywhere. Invalid, as a page of its own, for a question that is none."""
    try:
        with open_freeze(folder_of(freeze), expect=freeze.content_hash, is_checked=False) as opened:
            found = to_plain(contamination.ask(opened, asked, seed=seed))
    except Unready as refusal:
        return {"told": [refusal.sentence], "rows": []}
    return {
        "told": list(words.reached(found)),
        "rows": [
            {
                "site": one["name"], "wave": shown.PHASES[one["wave"]], "yes": one["yes"], "n": one["n"],
                "share": Nothing.NOT_APPLICABLE if one["share"] is None else percent_text(one["share"]),
                "missing": missing_words(one["missing"]),
            }
            for one in found["sites"]
        ],
        "assumptions": [sentence_of(one) for one in found["assumptions"]],
        "method": found["method"],
    }  # fmt: skip


def _attribute(found: Plain, number: int) -> dict[str, Any]:
    """Sites as rows and waves side by side; then each outcome's estimate with the mix of before."""
    waves = [wave for wave in PhaseKind if any(one["wave"] == wave for one in found["who"])]
    sites: dict[tuple[str, str], dict[str, Plain]] = {}
    for one in found["who"]:
        sites.setdefault((one["name"], one["arm"]), {})[one["wave"]] = one
    return {
        "anchor": f"attribute-{number}",
        "name": found["name"],
        "standing": words.standing(found),
        "refused": words.refusal(found),
        "notes": words.beside_adjusted(found),
        "waves": [shown.PHASES[wave] for wave in waves],
        "values": [words.value_name(found, value) for value in found["values"]],
        "columns": 2 + len(found["values"]),
        "rows": [
            {"site": site, "arm": shown.ARMS[arm], "cells": [_cells(found, held.get(wave)) for wave in waves]}
            for (site, arm), held in sites.items()
        ],
        "estimates": [_estimate(row) for row in found["estimates"]],
        "forest": [_mark(row) for row in found["estimates"] if row["found"] and row["kind"] == "binary"],
        "assumptions": words.assumptions(found),
        "methods": words.methods_of(found),
    }


def _cells(found: Plain, one: Plain | None) -> dict[str, Any]:
    if one is None:
        return {"n": Nothing.NOT_APPLICABLE, "shares": [""] * len(found["values"]), "missing": ""}
    return {
        "n": sum(one["counts"].values()),
        "shares": [words.share_text(one, value) for value in found["values"]],
        "missing": missing_words(one["missing"]),
    }


def _estimate(row: Plain) -> dict[str, Any]:
    found = row["found"]
    return {
        "name": row["name"],
        "cells": words.estimate_cells(row),
        "n": found["contrast"]["n"] if found else Nothing.NOT_APPLICABLE,
        "unknown": found["unknown"] if found else Nothing.NOT_APPLICABLE,
        "refused": words.refusal(row),
    }


def _mark(row: Plain) -> dict[str, Any]:
    told = row["found"]["contrast"]
    low, high = (told["interval"][end] * 100 for end in ("low", "high"))
    cells = words.estimate_cells(row)
    return {
        "label": row["name"], "estimate": told["difference"] * 100, "low": low, "high": high,
        "text": f"{cells[2]} ({cells[3]})", "note": _("headline: %(headline)s") % {"headline": cells[0]},
    }  # fmt: skip
