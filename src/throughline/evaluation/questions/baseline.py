"""The arms before the programme, and who answered at each site and wave.

The table compares the arms in the before phase: what the survey asked of respondents, and how contacts came about. A
survey's question is a share or a number as the study's outcome of it says; one that no outcome names is a share where its
answers are only 0 and 1, else a number. The composition tells each question's n, missing and mean by site and wave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.methods.baseline import (
    ArmSummary,
    ArmValues,
    BaselineRow,
    ColumnKind,
    compare_arms,
    summarise,
)
from throughline.methods.estimate import Missing
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind

QUESTION = "baseline/1"
FEW_VALUES = 10  # of a number with no more of them, its mean and n tell how many gave which
KINDS = {
    OutcomeKind.BINARY.value: ColumnKind.SHARE,
    OutcomeKind.COUNT.value: ColumnKind.NUMBER,
    OutcomeKind.CONTINUOUS.value: ColumnKind.NUMBER,
}
# How contacts came about: columns of the freeze's contacts, each with its kinds of nothing as values.
OF_CONTACTS = ("route", "who_spoke", "mode", "place")


@dataclass(frozen=True, slots=True)
class Variable:
    """`unit`: respondent, or contact. `column` is the survey's question, or the column of contacts."""

    unit: str
    column: str
    name: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Compared:
    """`least`: of a number that took few values, the fewest who gave one and the same in an arm; their mean tells of them."""

    variable: Variable
    row: BaselineRow
    least: int | None = None


@dataclass(frozen=True, slots=True)
class SiteWave:
    """One question at one site in one wave."""

    site: str
    arm: ArmKind
    wave: PhaseKind
    summary: ArmSummary


@dataclass(frozen=True, slots=True)
class Composition:
    variable: Variable
    cells: tuple[SiteWave, ...]


@dataclass(frozen=True, slots=True)
class BaselineAnswer:
    """`rows` of the before phase by arm; `composition` of each survey question by site and wave."""

    rows: tuple[Compared, ...]
    composition: tuple[Composition, ...]
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> BaselineAnswer:
    """Both tables; no rows where nothing was recorded before."""
    surveyed = _survey(freeze)
    rows: list[Compared] = []
    composition: list[Composition] = []
    for variable, cells in surveyed.items():
        before = {
            arm: _sum(values for (_, its_arm, wave), values in cells.items() if (its_arm, wave) == (arm, PhaseKind.BEFORE))
            for arm in ArmKind
        }  # fmt: skip
        if any(values.counts or values.missing.total for values in before.values()):
            row = compare_arms(variable.name, variable.kind, before)
            rows.append(Compared(variable, row, least_of(variable.kind, before.values())))
        composition.append(
            Composition(
                variable,
                tuple(
                    SiteWave(site, arm, wave, summarise(variable.kind, values))
                    for (site, arm, wave), values in cells.items()
                ),
            )
        )
    rows += _contacts(freeze)
    return BaselineAnswer(tuple(rows), tuple(composition))


def least_of(kind: ColumnKind, arms: Iterable[ArmValues]) -> int | None:
    """The fewest who gave one value of few; None of shares, and of a number that took more than FEW_VALUES values."""
    counts = [values.counts for values in arms]
    different = {value for some in counts for value in some}
    if kind is not ColumnKind.NUMBER or not different or len(different) > FEW_VALUES:
        return None
    return min(count for some in counts for count in some.values())


Place = tuple[str, ArmKind, PhaseKind]


def _survey(freeze: OpenFreeze) -> dict[Variable, dict[Place, ArmValues]]:
    """Every question's values by site and wave, in the study's order of outcomes, then by name."""
    named = {
        row["measure"]: row
        for row in freeze.ask("SELECT * FROM outcomes WHERE source = 'survey' ORDER BY code DESC")
    }
    answers: dict[str, dict[Place, list[dict[str, Any]]]] = {}
    for row in freeze.ask(
        "SELECT question, site, arm, phase, CAST(value AS DOUBLE) AS value, value_nothing, COUNT(*) AS n FROM survey_answers"
        " WHERE arm <> 'none' AND phase IN ('before', 'implementation', 'after') GROUP BY ALL ORDER BY ALL"
    ):
        place = (row["site"], ArmKind(row["arm"]), PhaseKind(row["phase"]))
        answers.setdefault(row["question"], {}).setdefault(place, []).append(row)
    found: dict[Variable, dict[Place, ArmValues]] = {}
    for question in sorted(answers, key=lambda code: (code not in named, code)):
        told = named.get(question)
        values = {
            row["value"] for rows in answers[question].values() for row in rows if row["value"] is not None
        }
        kind = KINDS[told["kind"]] if told else ColumnKind.SHARE if values <= {0, 1} else ColumnKind.NUMBER
        if kind is ColumnKind.SHARE and not values <= {0, 1}:
            kind = ColumnKind.NUMBER  # which of them is a yes is not known; its contrast says so
        variable = Variable(
            "respondent", question, told["name"] if told else question.replace("_", " "), kind
        )
        found[variable] = {place: _values(rows) for place, rows in sorted(answers[question].items())}
    return found


def _values(rows: list[dict[str, Any]]) -> ArmValues:
    counts: dict[float | str, int] = {}
    missing: dict[str, int] = {}
    for row in rows:
        if row["value"] is None:
            missing[row["value_nothing"]] = missing.get(row["value_nothing"], 0) + row["n"]
        else:
            counts[row["value"]] = counts.get(row["value"], 0) + row["n"]
    return ArmValues(counts, Missing.from_counts(missing))


def _sum(parts: Iterator[ArmValues]) -> ArmValues:
    counts: dict[float | str, int] = {}
    missing = Missing()
    for part in parts:
        missing = missing + part.missing
        for value, count in part.counts.items():
            counts[value] = counts.get(value, 0) + count
    return ArmValues(counts, missing)


def _contacts(freeze: OpenFreeze) -> Iterator[Compared]:
    """How contacts came about before, by arm; a tally counts as often as it stands for."""
    nothings = {kind.value for kind in Nothing}
    for column in OF_CONTACTS:
        arms: dict[ArmKind, list[dict[str, Any]]] = {}
        for row in freeze.ask(
            f"SELECT arm, {column} AS value, CAST(SUM(tally) AS BIGINT) AS n FROM contacts"  # noqa: S608  (words of ours only)
            " WHERE arm <> 'none' AND phase = 'before' GROUP BY ALL ORDER BY ALL"
        ):
            is_nothing = row["value"] is None or row["value"] in nothings
            told = row["value"] or Nothing.NOT_RECORDED.value
            given = {
                "n": row["n"],
                "value": None if is_nothing else told,
                "value_nothing": told if is_nothing else None,
            }
            arms.setdefault(ArmKind(row["arm"]), []).append(given)
        if arms:
            variable = Variable(
                "contact", column, f"contacts: {column.replace('_', ' ')}", ColumnKind.CATEGORIES
            )
            values: Mapping[ArmKind, ArmValues] = {arm: _values(rows) for arm, rows in arms.items()}
            yield Compared(variable, compare_arms(variable.name, variable.kind, values))
