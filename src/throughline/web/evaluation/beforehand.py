"""How the arms moved before the programme, beside each estimate of a step that services record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from throughline.methods.beforehand import CANNOT_SHOW
from throughline.records.study.models import Freeze
from throughline.reporting import beforehand_words as words
from throughline.vocabulary.errors import NotFound
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind
from throughline.web.evaluation import shown
from throughline.web.evaluation.around import result


def steps(freeze: Freeze) -> dict[str, dict[str, Any]]:
    """Step -> its sentences and the months of each arm; none of a freeze that was asked before there was the question."""
    try:
        answer = result(freeze, "beforehand")
    except NotFound:
        return {}
    return {
        one["step"]: {
            "told": tuple(words.told(one)),
            "assumptions": (*words.assumptions(one), CANNOT_SHOW),
            "methods": words.methods_of(one),
            "arms": [
                {
                    "name": shown.ARMS[arm],
                    "points": points([month for month in one["months"] if month["arm"] == arm]),
                }
                for arm in ArmKind
                if any(month["arm"] == arm for month in one["months"])
            ],
        }
        for one in answer["steps"]
    }


def points(months: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every month from the first to the last, in percent; one in which nobody came is not recorded, and no month the less."""
    held = {month["month"]: month for month in months}
    found, here, last = [], Month.parse(min(held)), Month.parse(max(held))
    while here <= last:
        month = held.get(str(here))
        found.append(
            {"label": str(here), "value": Nothing.NOT_RECORDED if month is None else _percent(month)}
        )
        here = here.next()
    return found


def _percent(month: dict[str, Any]) -> Nothing | int:
    return Nothing(month["nothing"]) if month["share"] is None else round(month["share"] * 100)
