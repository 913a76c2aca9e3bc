"""Themes as n of N: of the participants who could have spoken to a theme, how many did. By one attribute at a time.

Only where the analysis counts: a reading is not a measurement, and a theme of a reflexive analysis has no n and no N.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from throughline.evaluation.counting import uncounted_in
from throughline.evaluation.opened import OpenFreeze
from throughline.methods.coverage import OwnTurnCoding, Presence, ThemeCoverage, theme_coverage
from throughline.vocabulary.errors import Sentence

QUESTION = "coverage/2"
ATTRIBUTES = ("participant_group", "site", "arm", "phase")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme's coverage: of everyone, and split by each attribute for itself (never by two together).

    Where its analysis does not count, `uncounted` says why, and there is no coverage.
    """

    theme_no: int
    analysis_no: int
    name: str
    status: str
    steps: tuple[str, ...]
    overall: ThemeCoverage | None
    by: dict[str, tuple[ThemeCoverage, ...]]
    uncounted: Sentence | None = None


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    themes: tuple[Theme, ...]
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> CoverageAnswer:
    steps: dict[int, list[str]] = {}
    for row in freeze.ask("SELECT theme_no, step FROM theme_steps ORDER BY theme_no, step"):
        steps.setdefault(row["theme_no"], []).append(row["step"])
    people = {str(row["participant_no"]): row for row in freeze.ask("SELECT * FROM participants")}
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in freeze.ask("SELECT * FROM theme_coverage ORDER BY theme_no, participant_no, source_no"):
        rows.setdefault(row["theme_no"], []).append(row)
    uncounted = uncounted_in(freeze)
    return CoverageAnswer(
        tuple(
            _theme(
                theme, tuple(steps.get(theme["theme_no"], ())), rows.get(theme["theme_no"], []), people,
                uncounted.get(theme["analysis_no"]),
            )
            for theme in freeze.ask("SELECT * FROM themes ORDER BY theme_no")
        )
    )  # fmt: skip


def _theme(
    theme: dict[str, Any],
    steps: tuple[str, ...],
    rows: list[dict[str, Any]],
    people: dict[str, dict[str, Any]],
    uncounted: Sentence | None,
) -> Theme:
    if uncounted is not None:
        return Theme(
            theme["theme_no"],
            theme["analysis_no"],
            theme["name"],
            theme["status"],
            steps,
            None,
            {},
            uncounted,
        )
    presences = [Presence(str(r["participant_no"]), str(r["source_no"]), r["was_asked"], True) for r in rows]
    codings = [OwnTurnCoding(str(r["participant_no"]), str(r["source_no"])) for r in rows if r["passages"]]
    # A theme that bears on no step of the line has no question of its own in any guide.
    is_open = not steps
    split = {
        name: theme_coverage(
            presences, codings, is_open=is_open, attribute={no: person[name] for no, person in people.items()}
        )
        for name in ATTRIBUTES
    }
    return Theme(
        theme_no=theme["theme_no"],
        analysis_no=theme["analysis_no"],
        name=theme["name"],
        status=theme["status"],
        steps=steps,
        overall=theme_coverage(presences, codings, is_open=is_open)[0],
        by=split,
    )
