"""Groups set against each other, in words. Answers come as `evaluation.results` keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.reporting import wording
from throughline.reporting.document import say
from throughline.reporting.sensitivity import NONE
from throughline.vocabulary.errors import Sentence

Plain = Mapping[str, Any]


def standing(answer: Plain) -> Sentence:
    """Whether it was decided before the data to look at these groups, and at these outcomes."""
    others = dict.fromkeys(
        str(row["outcome"].get("name", row["outcome"]["code"]))
        for row in answer["rows"]
        if not row["outcome"]["is_planned"]
    )
    if answer["is_planned"] and others:
        return say(
            "planned: the locked analysis plan names these groups. Of %(outcomes)s it is exploratory: the plan does not name them.",
            outcomes=tuple(others),
        )
    if answer["is_planned"]:
        return say("planned: the locked analysis plan names these groups.")
    return say("exploratory: no plan of before the data names these groups.")


def group(row: Plain) -> str:
    """The answer that makes the group."""
    return f"{row['value']:g}"


def cells(row: Plain) -> tuple[str, ...]:
    """Outcome, group, the arms' difference in it and among the others, how these differ, interval, df; dashes where refused."""
    outcome, found = row["outcome"], row["found"]
    name = wording.name_of(outcome) if "name" in outcome else str(outcome["code"])
    if found is None:
        return (name, group(row), *[NONE] * 5)
    kind, difference = outcome["kind"], found["difference"]

    def told(number: float) -> str:
        return wording.change_text(number, kind)

    interval = difference["interval"]
    return (
        name, group(row), told(found["group"]), told(found["others"]), told(difference["difference"]),
        wording.from_to(told(interval["low"]), told(interval["high"])), f"{difference['df']:g}",
    )  # fmt: skip


def refusal(row: Plain) -> Sentence | None:
    return wording.sentence_of(row["refused"]) if row["refused"] else None


def assumptions(answer: Plain) -> tuple[Sentence, ...]:
    """What the lines take for granted, each once."""
    told = [
        wording.sentence_of(one)
        for row in answer["rows"]
        if row["found"]
        for one in row["found"]["difference"]["assumptions"]
    ]
    return tuple(dict.fromkeys(told))


def methods_of(answer: Plain) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(row["found"]["difference"]["method"] for row in answer["rows"] if row["found"])
    )
