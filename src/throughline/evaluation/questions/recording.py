"""How completely each step was recorded, by site and month: where more is asked and written down, more is told.

It stands beside every contrast of a monitoring outcome, since trained staff ask and write more.
"""

from __future__ import annotations

from dataclasses import dataclass

from throughline.evaluation.opened import OpenFreeze
from throughline.vocabulary.study import Step

QUESTION = "recording/1"
# The column of the history table in which a step's value lies.
COLUMNS = {
    Step.CRACK_USE_TOLD: "crack_use_told",
    Step.FURTHER_NEED_TOLD: "further_need_told",
    Step.RESPONSE: "response",
    Step.ACCEPTED: "accepted",
    Step.ENTERED: "entered",
    Step.CAME_BACK: "came_back_28",
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """Of `n` contacts that the step could be recorded of, `recorded` hold a yes or a no; share None where n is 0."""

    site: str
    month: str
    n: int
    recorded: int
    share: float | None


@dataclass(frozen=True, slots=True)
class RecordingAnswer:
    step: Step
    rows: tuple[Recorded, ...]
    question: str = QUESTION


def ask(freeze: OpenFreeze, *, step: Step) -> RecordingAnswer:
    """`step` is any but the contact itself, which is what is recorded of."""
    column = COLUMNS[step]
    rows = freeze.ask(
        f"SELECT site, month, SUM(CASE WHEN {column} IS NULL THEN 0 ELSE n END) AS n,"  # noqa: S608  (words of ours only)
        f" SUM(CASE WHEN {column} IN ('yes', 'no') THEN n ELSE 0 END) AS recorded"
        " FROM history GROUP BY site, month ORDER BY site, month"
    )
    return RecordingAnswer(
        step, tuple(_recorded(r["site"], r["month"], int(r["n"]), int(r["recorded"])) for r in rows)
    )


def _recorded(site: str, month: str, n: int, recorded: int) -> Recorded:
    return Recorded(site, month, n, recorded, recorded / n if n else None)
