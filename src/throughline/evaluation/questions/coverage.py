"""Themes as n of N: of the participants who could have spoken to a theme, how many did. By one attribute at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.methods.coverage import OwnTurnCoding, Presence, ThemeCoverage, theme_coverage

QUESTION = "coverage/1"
ATTRIBUTES = ("participant_group", "site", "arm", "phase")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme's coverage: of everyone, and split by each attribute for itself (never by two together)."""

    theme_no: int
    analysis_no: int
    name: str
    status: str
    steps: tuple[str, ...]
    overall: ThemeCoverage
    by: dict[str, tuple[ThemeCoverage, ...]]


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
    themes = freeze.ask("SELECT * FROM themes ORDER BY theme_no")
    return CoverageAnswer(
        tuple(
            _theme(theme, tuple(steps.get(theme["theme_no"], ())), rows.get(theme["theme_no"], []), people)
            for theme in themes
        )
    )


def _theme(
    theme: dict[str, Any],
    steps: tuple[str, ...],
    rows: list[dict[str, Any]],
    people: dict[str, dict[str, Any]],
) -> Theme:
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
