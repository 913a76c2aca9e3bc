"""What stands behind numbers that are no table of the report: counts that pass the door for tables all the same.

Estimates, shares entered by a day and counts by month are told from counts of contacts, codes, referrals or respondents.
These counts go through the door as tables of their own, so that they are suppressed under the profile and compared with
all that left before; a number is told only where its counts left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from throughline.evaluation.doors import TableSpec
from throughline.evaluation.units import KNOWN_DAYS
from throughline.methods.suppression import ProtectedTable
from throughline.methods.table import ALL
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, OutcomeKind, OutcomeSourceKind, PhaseKind, Step

Plain = Mapping[str, Any]
ARMS = tuple(arm.value for arm in ArmKind)
PHASES = (PhaseKind.BEFORE.value, PhaseKind.AFTER.value)
DECIDED = ("yes", "no")
COLUMN = {Step.CAME_BACK.value: "came_back_28"}
WITHOUT_CODE = TableSpec("contacts by route and whether they carry a code", "contact", ("route", "has_code"))
BY_MONTH = TableSpec("contacts by site and month", "contact", ("site", "month"), {"arm": ARMS})

ACCEPTED = TableSpec(
    "referrals by arm and phase: accepted", "referral", ("arm", "phase", "accepted_told"), {"arm": ARMS},
    (("arm", "phase"),),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EstimateSpecs:
    """Tables behind one estimate: each site's counts by phase, and how many recorded what in all."""

    by_site: tuple[TableSpec, ...]
    overall: tuple[TableSpec, ...]


NO_TABLES = EstimateSpecs((), ())  # of an estimate that was refused


def estimate_specs(outcome: Plain) -> EstimateSpecs:
    """What an outcome's contrast is told from: of one phase for each table, and only of the study's arms."""
    name: str = outcome["name"]
    measure: str = COLUMN.get(outcome["measure"]) or outcome["measure"]
    if outcome["source"] == OutcomeSourceKind.SURVEY:
        is_share = outcome["kind"] == OutcomeKind.BINARY
        unit, value, known = "respondent", "answered", "answer_known" if is_share else "answered"
        decided: tuple[str, ...] = DECIDED if is_share else ("value",)
        fixed: dict[str, Any] = {"arm": ARMS, "question": outcome["measure"]}
    else:
        in_codes, in_referrals = measure == "came_back_28", measure in ("accepted", "entered")
        unit = "code" if in_codes else "referral" if in_referrals else "contact"
        value, known, decided, fixed = measure, f"{measure}_known", DECIDED, {"arm": ARMS}
    phased = "code_window" if unit == "code" else "phase"
    by_site = tuple(
        _by_site(f"estimate of {name}: by site, {phase}", unit, known, decided, fixed | {phased: phase})
        for phase in PHASES
    )
    whole: tuple[Any, ...] = PHASES if unit == "code" else (PHASES,)
    overall = tuple(
        TableSpec(f"estimate of {name}: how many recorded what{_of(phase)}"[:120], unit, (value,), fixed | {phased: phase}, ())
        for phase in whole
    )  # fmt: skip
    return EstimateSpecs(by_site, overall)


def _of(phase: str | tuple[str, ...]) -> str:
    return f", {phase}" if isinstance(phase, str) else ""


def _by_site(
    title: str, unit: str, known: str, decided: tuple[str, ...], where: Mapping[str, Any]
) -> TableSpec:
    spec = TableSpec(title[:120], unit, ("site", known), {**where, known: decided}, (("site",),))
    # Of one value only nothing is split: the site's count is all there is.
    return (
        spec
        if len(decided) > 1
        else replace(spec, dimensions=("site",), where={**where, known: decided[0]}, margins=())
    )


def sites_may_be_told(tables: tuple[ProtectedTable | None, ...]) -> bool:
    """Whether every site's counts left, in every phase."""
    return bool(tables) and all(
        table is not None and all(cell.count is not None for cell in table.cells.values()) for table in tables
    )


def recorded_in_all(
    tables: tuple[ProtectedTable | None, ...],
) -> tuple[int | None, dict[str, int | None]]:
    """How many recorded a value, and how many each kind of nothing: None where a count did not leave."""
    kinds = {kind.value: 0 for kind in Nothing}
    n: int | None = 0
    missing: dict[str, int | None] = dict(kinds)
    for table in tables:
        if table is None:
            return None, dict.fromkeys(kinds)
        for (value,), cell in table.cells.items():
            if value in ("yes", "no", "value"):
                n = None if n is None or cell.count is None else n + cell.count
            elif value in missing:
                held = missing[value]
                missing[value] = None if held is None or cell.count is None else held + cell.count
    return n, missing


def entered_specs() -> Iterator[tuple[tuple[str, ...], int, TableSpec]]:
    """For all referrals of the study, and for each arm and phase: how many entered by each day."""
    for by in ((), ("arm", "phase")):
        for day in KNOWN_DAYS:
            column = f"entered_by_{day}"
            split = f" by {' and '.join(by)}" if by else ""
            margins = (by,)
            yield (
                by,
                day,
                TableSpec(
                    f"referrals entered by day {day}{split}",
                    "referral",
                    (*by, column),
                    {"arm": ARMS},
                    margins,
                ),
            )


def open_specs() -> Iterator[tuple[tuple[str, ...], TableSpec]]:
    """For all referrals of the study, and for each arm and phase: how many are still open, and of how many nobody told the end."""
    for by in ((), ("arm", "phase")):
        split = f" by {' and '.join(by)}" if by else ""
        title = f"referrals still open or of unknown end{split}"
        yield (
            by,
            TableSpec(
                title, "referral", (*by, "entered"), {"arm": ARMS, "entered": ("open", "dont_know")}, ()
            ),
        )


def entered_may_be_told(table: ProtectedTable | None, group: tuple[str, ...]) -> bool:
    """Whether a group's referrals, and those that entered and did not, all left as counts."""
    if table is None:
        return False
    cells = [table.cells.get((*group, value)) for value in ("yes", "no")] + [table.cells.get((*group, ALL))]
    return all(cell is None or cell.count is not None for cell in cells) and cells[-1] is not None
