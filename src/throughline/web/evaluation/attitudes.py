"""Officers' and workers' attitudes before and after. Single people's scores are none of a page's business: few are not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.evaluation.results import to_plain
from throughline.methods.suppression import LT5
from throughline.reporting import attitudes_words as words
from throughline.reporting.wording import missing_words, sentence_of
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.web.evaluation.around import freeze_of, result, shared
from throughline.web.request import PageRequest, words_of

Plain = Mapping[str, Any]
ASKED_BEFORE = Sentence(
    "This freeze was asked its questions before this one was among them. Ask it again from the list of freezes."
)


@require_GET
def attitudes(request: PageRequest, name: str) -> HttpResponse:
    """A panel for each subscale. Exact counts for who holds the study, but where 1 to 4 people stand behind a figure."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_attitudes")
    try:
        answer = result(freeze, "attitudes")
    except NotFound:
        return render(request, "evaluation/attitudes.html", context | {"refused": ASKED_BEFORE})
    keys = dict.fromkeys(words.key_of(row) for row in answer["rows"])
    context |= {
        "refused": sentence_of(answer["refused"]) if answer["refused"] else None,
        "panels": [_panel(answer, key, number) for number, key in enumerate(keys)],
        "assumptions": words.assumptions(answer),
        "cannot_show": words.cannot_show(answer),
        "methods": words.methods_of(answer),
    }
    return render(request, "evaluation/attitudes.html", context)


def _panel(answer: Plain, key: words.Key, number: int) -> dict[str, Any]:
    exact = [row for row in answer["rows"] if words.key_of(row) == key]
    rows = [of_enough(row, exact) for row in exact]
    return {
        "anchor": f"attitudes-{number}",
        "title": words.title(key),
        "direction": words.direction(rows[0]),
        "rows": [_row(row) for row in rows],
        "forest": [_mark(row) for row in rows if row["paired"] and row["paired"]["interval"]],
        "contrasts": [
            words.contrast(
                {**one, "found": None, "refused": to_plain(words.FEW_WEIGH)}
                if LT5.hides(one["smallest"])
                else one
            )
            for one in answer["contrasts"]
            if words.key_of(one) == key
        ],
        "reasons": tuple(dict.fromkeys(one for row in rows for one in words.reasons(row))),
    }


def of_enough(row: Plain, rows: Sequence[Plain]) -> dict[str, Any]:
    """Figures behind which nobody, or at least 5 people, stand, and from which no such figure can be worked out.

    `rows`: all of its table. Of everybody nothing is shown that arms, or sites of no arm, add up to where one of these is hidden.
    """
    kept = dict(row)
    names = ("n_before", "n_after", "n_both")
    arms = [one for one in rows if one["group"] == row["group"] and one["arm"]] if not row["arm"] else []
    is_few = {name: any(map(LT5.hides, _parts(row, arms, name))) for name in names}
    kept |= {name: SUPPRESSED for name in names if is_few[name]}
    few = to_plain(words.FEW)
    if is_few["n_both"]:
        kept |= {"paired": None, "paired_refused": few}
    if is_few["n_before"] or is_few["n_after"] or _tells_the_rest(row):
        kept |= {"sites": None, "sites_refused": few}
        kept |= {name: SUPPRESSED for name in ("mean_before", "mean_after") if row[name] is not None}
    elif row["sites"] and LT5.hides(row["sites"]["smallest"]):
        kept |= {"sites": None, "sites_refused": to_plain(words.FEW_WEIGH)}
    missing = ("missing_before", "missing_after")
    return kept | {
        name: {
            kind: SUPPRESSED if any(map(LT5.hides, _parts(row, arms, name, kind))) else row[name][kind]
            for kind in row[name]
        }
        for name in missing
    }


def _parts(row: Plain, arms: Sequence[Plain], *names: str) -> list[int]:
    """A count; of everybody with arms, those of the arms too, and of whoever is of none."""
    whole, *held = (_count_of(one, names) for one in (row, *arms))
    return [whole, *held, whole - sum(held)] if held else [whole]


def _count_of(row: Any, names: Sequence[str]) -> int:
    for name in names:
        row = row.get(name, 0)
    return int(row)


def _tells_the_rest(row: Plain) -> bool:
    """Whether means and change of the same people together tell the scores of the few who answered at one moment alone."""
    alone = sorted((row["n_before"] - row["n_both"], row["n_after"] - row["n_both"]))
    return alone[0] == 0 and LT5.hides(alone[1])


def _row(row: Plain) -> dict[str, Any]:
    return {
        "group": words.group_name(row), "sites": words.arm_name(row), "cells": words.few_cells(row),
        "missing": _("before: %(before)s; then: %(after)s") % {
            "before": missing_words(row["missing_before"]), "after": missing_words(row["missing_after"]),
        },
    }  # fmt: skip


def _mark(row: Plain) -> dict[str, Any]:
    found = row["paired"]
    change, span = words.change_cells(found)
    return {
        "label": words_of(words.group_name(row)), "note": words_of(words.arm_name(row)), "estimate": found["change"],
        "low": found["interval"]["low"], "high": found["interval"]["high"], "text": f"{change} ({span})",
        "headline": row["arm"] is None,
    }  # fmt: skip
