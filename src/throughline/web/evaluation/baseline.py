"""The arms before the programme, and who answered at each site and wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.reporting import baseline_words as words
from throughline.reporting.wording import missing_words
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind
from throughline.web.evaluation import shown
from throughline.web.evaluation.around import freeze_of, result, shared
from throughline.web.request import PageRequest
from throughline.web.words import MODES, ROUTES

Plain = Mapping[str, Any]


@require_GET
def baseline(request: PageRequest, name: str) -> HttpResponse:
    """Exact counts, for who holds the study: what leaves goes through the report or the command line."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_baseline")
    answer = result(freeze, "baseline")
    names = shown.site_names(context["run"])
    rows = [one["row"] for one in answer["rows"]]
    context |= {
        "lines": [line for row in rows for line in _lines(row)],
        "forest": [_mark(row) for row in rows if row["difference"] is not None],
        "refused": [words.refusal(row) for row in rows if row["refused"]],
        "formula": words.FORMULA,
        "notes": words.notes(rows),
        "methods": list(dict.fromkeys(row["method"] for row in rows)),
        "composition": [_composition(one, names, number) for number, one in enumerate(answer["composition"])],
    }
    return render(request, "evaluation/baseline.html", context)


def _lines(row: Plain) -> list[dict[str, Any]]:
    """The variable's name, missing and difference stand on its first line."""
    mine, theirs = row[ArmKind.INTERVENTION], row[ArmKind.COMPARISON]
    made: list[dict[str, Any]] = [
        {"what": _what(value), "intervention": one, "comparison": other}
        for value, one, other in words.lines(row)
    ]
    made[0] |= {
        "name": row["name"], "span": len(made), "difference": words.difference_text(row),
        "n": (mine["n"], theirs["n"]),
        "missing": (words.missing_of(row, ArmKind.INTERVENTION), words.missing_of(row, ArmKind.COMPARISON)),
    }  # fmt: skip
    return made


def _what(value: str) -> str:
    if value in ("mean", "yes"):
        return _("mean (SD)") if value == "mean" else _("yes")
    return str(ROUTES.get(value) or MODES.get(value) or value.replace("_", " "))


def _mark(row: Plain) -> dict[str, Any]:
    apart = row["difference"]
    return {
        "label": row["name"], "estimate": apart, "low": apart, "high": apart, "text": words.difference_text(row),
    }  # fmt: skip


def _composition(found: Plain, names: Mapping[str, str], number: int) -> dict[str, Any]:
    """A question's sites as rows, its waves as columns."""
    waves = [wave for wave in PhaseKind if any(cell["wave"] == wave for cell in found["cells"])]
    held: dict[tuple[str, str], dict[str, Plain]] = {}
    for cell in sorted(found["cells"], key=lambda one: (shown.place(one["arm"]), one["site"])):
        held.setdefault((cell["site"], cell["arm"]), {})[cell["wave"]] = cell["summary"]
    kind = found["variable"]["kind"]
    return {
        "anchor": f"composition-{number}",
        "name": found["variable"]["name"],
        "waves": [shown.PHASES[wave] for wave in waves],
        "rows": [
            {"site": names.get(site, site), "arm": shown.ARMS[arm], "cells": _cells(kind, own, waves)}
            for (site, arm), own in held.items()
        ],
    }


def _cells(kind: str, own: Mapping[str, Plain], waves: Sequence[PhaseKind]) -> list[dict[str, Any]]:
    return [
        {"n": Nothing.NOT_APPLICABLE, "told": "", "missing": ""}
        if wave not in own
        else {
            "n": own[wave]["n"],
            "told": words.summary_text(kind, own[wave]),
            "missing": missing_words(own[wave]["missing"]),
        }
        for wave in waves
    ]
