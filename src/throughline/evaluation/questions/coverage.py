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
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    themes: tuple[Theme, ...]
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> CoverageAnswer:
    steps = _borne_on(freeze, "theme_steps", "step")
    outcomes = _borne_on(freeze, "theme_outcomes", "outcome")
    people = {str(row["participant_no"]): row for row in freeze.ask("SELECT * FROM participants")}
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in freeze.ask("SELECT * FROM theme_coverage ORDER BY theme_no, participant_no, source_no"):
        rows.setdefault(row["theme_no"], []).append(row)
    uncounted = uncounted_in(freeze)
    found = []
    for theme in freeze.ask("SELECT * FROM themes ORDER BY theme_no"):
        number, why = theme["theme_no"], uncounted.get(theme["analysis_no"])
        borne_on = tuple(steps.get(number, ()))
        overall, by = (None, {}) if why is not None else _covered(borne_on, rows.get(number, []), people)
        found.append(
            Theme(
                theme_no=number, analysis_no=theme["analysis_no"], name=theme["name"], status=theme["status"], steps=borne_on,
                overall=overall, by=by, uncounted=why, outcomes=tuple(outcomes.get(number, ())),
            )
        )  # fmt: skip
    return CoverageAnswer(tuple(found))


def _borne_on(freeze: OpenFreeze, table: str, column: str) -> dict[int, list[str]]:
    """By theme, what it bears on; of nothing in a freeze of before there was the table."""
    found: dict[int, list[str]] = {}
    if freeze.holds(table):
        for row in freeze.ask(f"SELECT theme_no, {column} AS what FROM {table} ORDER BY theme_no, what"):  # noqa: S608  (words of ours only)
            found.setdefault(row["theme_no"], []).append(row["what"])
    return found


def _covered(
    steps: tuple[str, ...], rows: list[dict[str, Any]], people: dict[str, dict[str, Any]]
) -> tuple[ThemeCoverage, dict[str, tuple[ThemeCoverage, ...]]]:
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
    return theme_coverage(presences, codings, is_open=is_open)[0], split
