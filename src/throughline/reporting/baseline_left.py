"""The baseline table as it leaves: by arm, from counts that passed the door for tables, and from nothing else.

Shares and routes are computed again from the counts as they left. Means rest on answers of which each arm's number left and
is large enough for a summary; of a number that took few values, a mean leaves only where each of them was given by enough.
Whoever reads one row to which nobody's answer is missing knows how many were asked for all others: a row to which few are
missing is not told, and where one kind of nothing is suppressed all are. The choices of one question add up: where one of
them is not told none is. What no door counts by (how contacts were made, beyond their route) stays on the page, and so
does the composition by site and wave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import TableSpec, release_tables, write_answer
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import result_told
from throughline.methods.baseline import ArmValues, ColumnKind, compare_arms
from throughline.methods.estimate import Missing
from throughline.methods.suppression import Profile, ProtectedTable, summary_may_leave
from throughline.methods.table import ALL
from throughline.records.study.models import Freeze
from throughline.reporting.summaries import ARMS
from throughline.reporting.tables import before_notes
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind

Plain = Mapping[str, Any]
Left = tuple[ProtectedTable | None, ...]
NOTHING_BEFORE = Sentence(
    "Nothing was recorded at sites of the study in the phase before, so there is nothing to say of how the arms were. Say in the"
    " study which days it has at each site, record or import what was answered then, and freeze again."
)
COUNTED = ("route",)  # columns of contacts that the door counts by


def release_baseline(
    *, freeze: Freeze, profile: Profile, recipient: str, by: Actor, at: datetime
) -> dict[str, Any]:
    """Let the table leave for a recipient. Raises NotAllowed; NotFound where the freeze was not evaluated."""
    answer = result_told(freeze, "baseline")
    asked = [(one, specs_of(one["variable"])) for one in answer["rows"]]
    passing = release_tables(
        freeze=freeze, specs=[spec for _, specs in asked for spec in specs], profile=profile, recipient=recipient,
        by=by, at=at,
    )  # fmt: skip
    tables = [None if isinstance(one, Unready) else one.table for one in passing]
    left = iter(tables)
    rows = rows_left(
        [one for one, _ in asked], profile, [tuple(next(left) for _ in specs) for _, specs in asked]
    )
    told = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": profile.name,
        "question": answer["question"], "rows": rows, "refused": None if rows else to_plain(NOTHING_BEFORE),
        "notes": to_plain(before_notes(tables)),
    }  # fmt: skip
    write_answer(
        told, freeze=freeze, what="baseline table", profile=profile, recipient=recipient, by=by, at=at
    )
    return told


def specs_of(variable: Plain) -> tuple[TableSpec, ...]:
    """The tables behind a row: none where the door does not count by its column.

    They have no totals: these would take a count of values away for the sake of a few who gave none.
    """
    title, column = f"baseline of {variable['name']}"[:100], variable["column"]
    where: dict[str, Any] = {"arm": ARMS, "phase": PhaseKind.BEFORE.value}
    if variable["unit"] == "contact":
        return (TableSpec(title, "contact", ("arm", column), where, ()),) if column in COUNTED else ()
    asked = where | {"question": column}
    held = TableSpec(f"{title}: who answered", "respondent", ("arm", "answered"), asked, ())
    if variable["kind"] != ColumnKind.SHARE:
        return (held,)
    decided = asked | {"answer_known": ("yes", "no")}
    return held, TableSpec(title, "respondent", ("arm", "answer_known"), decided, ())


def rows_left(rows: Sequence[Plain], profile: Profile, left: Sequence[Left]) -> tuple[Plain, ...]:
    """All rows as they leave beside each other."""
    told = [as_left(one, profile, tables) for one, tables in zip(rows, left, strict=True)]
    of_one: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(rows):
        # choices of a question are coded as rules/answers does it: its own code, a dash, the choice's name
        question, dash, _ = one["variable"]["column"].rpartition("-")
        if dash and one["variable"]["kind"] == ColumnKind.SHARE:
            of_one[question].append(place)
    for places in of_one.values():
        if any(told[place]["row"].get("refused") for place in places):
            for place in places:
                told[place] = _withheld(rows[place])
    return tuple(told)


def as_left(found: Plain, profile: Profile, left: Left) -> Plain:
    """A row with the counts as they left; `refused` says why it is not told."""
    variable, row = found["variable"], found["row"]
    if not left or left[-1] is None or left[0] is None or _tells_of_few(found, profile):
        return _withheld(found)
    if variable["kind"] == ColumnKind.NUMBER:
        return _with_counts(found, left[0], profile)
    by_arm: dict[ArmKind, ArmValues] = {}
    for arm in ArmKind:
        counts = _counts(left[-1], arm)
        if None in counts.values():
            return _withheld(found)
        names: dict[str, float | str] = (
            {"yes": 1.0, "no": 0.0} if variable["kind"] == ColumnKind.SHARE else {}
        )
        told = {names.get(value, value): count or 0 for value, count in counts.items() if _is_value(value)}
        by_arm[arm] = ArmValues(told, Missing())
    made: dict[str, Any] = to_plain(compare_arms(row["name"], ColumnKind(row["kind"]), by_arm))
    for arm in ArmKind:
        made[arm]["missing"] = _missing(left[0], arm)
    return {"variable": variable, "row": made | {"missing": _missing_of_both(made)}}


def _tells_of_few(found: Plain, profile: Profile) -> bool:
    """Whether a row tells what is hidden in its counts to who knows how many were asked."""
    if found["variable"]["unit"] != "respondent":
        return False
    least = found.get("least")
    if least is not None and (least < profile.threshold or profile.rounding > 1):
        return True
    row = found["row"]
    return any(0 < sum(row[arm]["missing"].values()) < profile.threshold for arm in ArmKind)


def _with_counts(found: Plain, table: ProtectedTable, profile: Profile) -> Plain:
    """Means as they are, with n and missing as they left."""
    row = dict(found["row"])
    for arm in ArmKind:
        n = _counts(table, arm).get("value", 0)
        if n is None or (row[arm]["n"] and not summary_may_leave(row[arm]["n"], profile)):
            return _withheld(found)
        row[arm] = {**row[arm], "n": n, "missing": _missing(table, arm)}
    row |= {"n": sum(row[arm]["n"] for arm in ArmKind), "missing": _missing_of_both(row)}
    return {"variable": found["variable"], "row": row}


def _counts(table: ProtectedTable, arm: ArmKind) -> dict[str, int | None]:
    return {key[1]: cell.count for key, cell in table.cells.items() if key[0] == arm.value and key[1] != ALL}


def _is_value(value: str) -> bool:
    return value not in {"unknown", *(kind.value for kind in Nothing)}


def _missing(table: ProtectedTable, arm: ArmKind) -> dict[str, int | str]:
    counts = _counts(table, arm)
    found = {kind.value: counts.get(kind.value, 0) for kind in Nothing}
    is_hidden = None in found.values()  # the others would tell it by what is left
    return {kind: SUPPRESSED if n is None or is_hidden else n for kind, n in found.items()}


def _missing_of_both(row: Plain) -> dict[str, int | str]:
    """A kind of which one arm's count is suppressed is suppressed."""
    found: dict[str, int | str] = {}
    for kind in Nothing:
        parts: Sequence[int | str] = [row[arm]["missing"][kind.value] for arm in ArmKind]
        known = [part for part in parts if isinstance(part, int)]
        found[kind.value] = sum(known) if len(known) == len(parts) else SUPPRESSED
    return found


def _withheld(found: Plain) -> Plain:
    """Nothing of the row but its name and why."""
    why = Sentence(
        "%(name)s is not told: too few stand behind one of its counts, or no table of it leaves. The page shows it to who may"
        " see it.",
        name=found["row"]["name"],
    )
    return {
        "variable": found["variable"],
        "row": {"name": found["row"]["name"], "kind": found["row"]["kind"], "refused": to_plain(why)},
    }
