"""A component that began at sites in different months: every cell, by months since the start, and what ran beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.evaluation.questions.staggered import component_named
from throughline.reporting import staggered_words as words
from throughline.reporting.wording import day_text, sentence_of
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.periods import Month
from throughline.web.evaluation import shown
from throughline.web.evaluation.around import freeze_of, result, shared
from throughline.web.request import PageRequest, words_of

Plain = Mapping[str, Any]
ASKED_BEFORE = Sentence(
    "This freeze was asked its questions before this one was among them. Ask it again from the list of freezes."
)


@require_GET
def staggered(request: PageRequest, name: str) -> HttpResponse:
    """One component over every measure; exact months, for who holds the study: what leaves goes through the command line."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_staggered")
    try:
        answer = result(freeze, "staggered")
    except NotFound:
        return render(request, "evaluation/staggered.html", context | {"refused": ASKED_BEFORE})
    if answer["refused"]:
        return render(
            request, "evaluation/staggered.html", context | {"refused": sentence_of(answer["refused"])}
        )
    chosen = request.GET.get("component") or answer["components"][0]["component"]
    found = component_named(chosen, answer)
    context |= {
        "components": [
            {"code": one["component"], "name": words_of(words.component_name(one["component"]))}
            for one in answer["components"]
        ],
        "chosen": chosen,
        "name": words_of(words.component_name(chosen)),
        "standing": sentence_of(found["standing"]),
        "spells": [_spell(one) for one in found["spells"]],
        "beside": [words.beside(one) for one in found["beside"]],
        "measures": [_measure(one, number) for number, one in enumerate(found["measures"])],
    }
    return render(request, "evaluation/staggered.html", context)


def _spell(one: Plain) -> dict[str, Any]:
    return {
        "site": one["name"], "arm": shown.ARMS[one["arm"]], "from_on": day_text(str(one["from_on"])),
        "to_on": day_text(str(one["to_on"])) if one["to_on"] else _("still running"),
    }  # fmt: skip


def _measure(found: Plain, number: int) -> dict[str, Any]:
    answer = found["found"]
    made: dict[str, Any] = {
        "anchor": f"measure-{number}",
        "name": words_of(words.measure_name(found)),
        "told": list(words.told(found)),
        "is_found": bool(answer),
    }
    if not answer:
        return made
    names = {one["site"]: one["name"] for one in found["sites"]}
    groups = list(dict.fromkeys(cell["group"] for cell in answer["cells"]))
    return made | {
        "points": [
            {"since": one["since"], "estimate": _drawn(found, one["att"]), "text": words.change_text(found, one["att"]), "note": one["n_sites"]}
            for one in answer["since_start"]
        ],
        "groups": [
            {"month": one["group"], "att": words.change_text(found, one["att"]), "n_sites": one["n_sites"], "months": one["months"],
             "sites": ", ".join(names[site] for site in _sites(answer, one["group"]))}
            for one in answer["groups"]
        ],
        "columns": groups,
        "rows": _rows(found, groups),
        "refused": list(dict.fromkeys(sentence_of(cell["refused"]) for cell in answer["cells"] if cell["refused"])),
        "assumptions": words.assumptions(found),
        "cannot_show": sentence_of(answer["cannot_show"]),
        "methods": words.methods_of(found),
    }  # fmt: skip


def _drawn(found: Plain, change: float) -> float:
    return change * 100 if found["is_share"] else change


def _sites(answer: Plain, group: str) -> list[str]:
    """Who began in that month and is in any of its cells."""
    return list(dict.fromkeys(s for cell in answer["cells"] if cell["group"] == group for s in cell["begun"]))


def _rows(found: Plain, groups: list[str]) -> list[dict[str, Any]]:
    """A row for each month, a column for each group: the estimate, and how many sites stand on either side."""
    held = {(cell["month"], cell["group"]): cell for cell in found["found"]["cells"]}
    months = sorted(
        {month for month, _group in held} | {str(Month.parse(group).before()) for group in groups}
    )
    return [
        {"month": month, "cells": [_cell(found, held.get((month, group))) for group in groups]}
        for month in months
    ]


def _cell(found: Plain, cell: Plain | None) -> dict[str, Any]:
    if cell is None:
        return {"text": _("month before"), "sites": "", "is_after": False}
    sites = _("%(begun)s v %(waiting)s") % {"begun": len(cell["begun"]), "waiting": len(cell["waiting"])}
    text = _("not estimable") if cell["att"] is None else words.change_text(found, cell["att"])
    return {"text": text, "sites": sites, "is_after": cell["since"] >= 0}
