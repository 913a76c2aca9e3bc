"""Series over months: each site's months with the intervention marked, its level and slope change, and the arms'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.reporting import incidents_words
from throughline.reporting import series_words as words
from throughline.vocabulary.study import ArmKind
from throughline.web.evaluation import shown
from throughline.web.evaluation.around import freeze_of, result, shared
from throughline.web.request import PageRequest, words_of

Plain = Mapping[str, Any]
FARTHEST = 8.0  # an interval's end beyond it is drawn as open; its number stands beside it


@require_GET
def series(request: PageRequest, name: str) -> HttpResponse:
    """Every measure; exact months, for who holds the study: what leaves goes through the report or the command line."""
    freeze = freeze_of(request, name)
    context = shared(request, freeze, "evaluation_series")
    answer = result(freeze, "series")
    context |= {
        "measures": [_measure(found, number) for number, found in enumerate(answer["measures"])],
        "incidents": _incidents(answer.get("incidents")),
    }
    return render(request, "evaluation/series.html", context)


def _incidents(answer: Plain | None) -> dict[str, Any] | None:
    """Of the whole programme; None where none was recorded, or the freeze was asked before there was the question."""
    if answer is None:
        return None
    return {
        "from": answer["starts"] or "",
        "measures": [
            {
                "name": words_of(incidents_words.MEASURES[found["measure"]]),
                "points": [{"label": one["month"], "value": one["count"]} for one in found["months"]],
                "told": list(incidents_words.told(found, answer)),
            }
            for found in answer["measures"]
        ],
        "notes": incidents_words.notes(answer),
        "cannot_show": incidents_words.cannot_show(answer),
        "method": answer["method"],
    }


def _measure(found: Plain, number: int) -> dict[str, Any]:
    label = words_of((words.RATES if found["is_rate"] else words.MEASURES)[found["measure"]])
    return {
        "anchor": f"measure-{number}",
        "name": words_of(words.MEASURES[found["measure"]]),
        "told": list(words.together(found)),
        "forest": _forest(found),
        "interaction": [_fit(fit) for fit in found["interaction"]],
        "sites": [
            {
                "name": answer["counted"]["name"],
                "arm": shown.ARMS[answer["counted"]["arm"]],
                "from": answer["counted"]["starts"] or "",
                "label": f"{answer['counted']['name']}: {label}",
                "what": label,
                "points": words.points(answer, found["is_rate"]) if answer["found"] else [],
                "told": list(words.site(answer)),
                "fits": [_fit(fit) for fit in words.fits_of(answer["found"])],
                "n": answer["found"]["n"] if answer["found"] else 0,
            }
            for answer in found["sites"]
        ],
        "assumptions": words.assumptions(found),
        "cannot_show": words.cannot_show(found),
        "methods": words.methods_of(found),
    }


def _fit(fit: Plain) -> dict[str, Any]:
    return {
        "name": words_of(words.FITS[fit["method"]]),
        "level": words.ratio_text(fit["level"]["ratio"]),
        "level_span": words.span_text(fit["level"]),
        "slope": words.ratio_text(fit["slope"]["ratio"]),
        "slope_span": words.span_text(fit["slope"]),
        "df": fit["df"],
        "extra": words.beside(fit),
    }


def _forest(found: Plain) -> list[dict[str, Any]]:
    """Level changes: the arms set against each other, each arm, then every site."""
    rows = []
    for name, label in (
        ("apart", _("Intervention against comparison")),
        (ArmKind.INTERVENTION.value, _("Intervention sites")),
        (ArmKind.COMPARISON.value, _("Comparison sites")),
    ):
        if found[name]:
            rows.append(_row(label, "", found[name]["level"], name == "apart"))
    for answer in found["sites"]:
        if answer["found"] and answer["found"]["main"]:
            counted = answer["counted"]
            rows.append(
                _row(counted["name"], shown.ARMS[counted["arm"]], answer["found"]["main"]["level"], False)
            )
    return rows


def _row(label: str, note: Any, ratio: Plain, is_headline: bool) -> dict[str, Any]:
    high = ratio["interval"]["high"]
    return {
        "label": label, "note": note, "estimate": min(ratio["ratio"], FARTHEST), "low": ratio["interval"]["low"],
        "high": None if high > FARTHEST else high, "headline": is_headline,
        "text": f"{words.ratio_text(ratio['ratio'])} ({words.span_text(ratio)})",
    }  # fmt: skip
