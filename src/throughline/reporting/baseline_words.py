"""The baseline table in words: what stands in its cells, and where its differences come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from throughline.reporting.document import say
from throughline.reporting.wording import (
    count_text,
    decimal_text,
    missing_words,
    percent_text,
    sentence_of,
    signed_text,
)
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.study import ArmKind

Plain = Mapping[str, Any]
FORMULA = say(
    "Standardised difference: intervention minus comparison, in units of one person's scatter (the root of both arms' mean"
    " variance); for a variable of several values the distance of Yang and Dalton, which has no sign."
)


def difference_text(row: Plain) -> str | Nothing:
    """`+0.12`; of several values without a sign. A row that was refused has none."""
    if row["difference"] is None:
        return Nothing.NOT_APPLICABLE
    return (
        decimal_text(row["difference"]) if row["kind"] == "categories" else signed_text(row["difference"], 2)
    )


def lines(row: Plain) -> Iterator[tuple[str, str, str]]:
    """A line for each thing told of a variable: what, and how it reads in the intervention and the comparison arm.

    What is "mean" (with the standard deviation), "yes", or a value.
    """
    mine, theirs = (row[arm.value] for arm in (ArmKind.INTERVENTION, ArmKind.COMPARISON))
    if row["kind"] == "number":
        yield "mean", _mean(mine), _mean(theirs)
        return
    for value in dict.fromkeys((*mine["shares"], *theirs["shares"])) or ("yes",):
        yield value, _share(mine, value), _share(theirs, value)


def summary_text(kind: str, summary: Plain) -> str:
    """One cell of the composition: a mean, or a share of yes."""
    return _mean(summary) if kind == "number" else _share(summary, "yes")


def _mean(summary: Plain) -> str:
    if summary["mean"] is None:
        return str(say("no value"))
    mean = decimal_text(summary["mean"])
    return (
        mean
        if summary["sd"] is None
        else str(say("%(mean)s (SD %(sd)s)", mean=mean, sd=decimal_text(summary["sd"])))
    )


def _share(summary: Plain, value: str) -> str:
    if not summary["n"] or summary["n"] == SUPPRESSED:
        return str(say("no value")) if not summary["n"] else SUPPRESSED
    return (
        f"{percent_text(summary['shares'].get(value, 0.0))} ({count_text(summary['counts'].get(value, 0))})"
    )


def missing_of(row: Plain, arm: ArmKind) -> str:
    return missing_words(row[arm.value]["missing"])


def refusal(row: Plain) -> Sentence | None:
    return sentence_of(row["refused"]) if row["refused"] else None


def notes(rows: list[Plain]) -> tuple[Sentence, ...]:
    """What the table takes for granted, why it has no interval, what it cannot show: each once."""
    return tuple(
        dict.fromkeys(
            sentence_of(one)
            for row in rows
            for one in (*row["assumptions"], row["no_interval"], row["cannot_show"])
        )
    )
