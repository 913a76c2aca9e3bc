"""Protecting the tables of one passage as one: readers hold them all, and add up across them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from throughline.evaluation.ledger import Where, values_of
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.units import ENDS, STEPS, unit_of
from throughline.methods.linked import Linked, Nesting, Rows, apart, link
from throughline.methods.suppression import Profile, ProtectedTable, protect
from throughline.methods.table import Key, Table
from throughline.vocabulary.errors import Unready

Counted = tuple[Table, Mapping[Key, Where]]  # a table, and the predicate of each of its cells
# Columns made of a step's: yes and no as they are, the rest as one.
STEP_OF = {f"{step}_known": step for step in STEPS} | {f"{step}_told": step for step in ENDS}


def protect_together(
    freeze: OpenFreeze, unit: str, tables: Sequence[Counted], profile: Profile
) -> list[ProtectedTable | Unready]:
    """Each table as it leaves beside the others, or why it does not.

    Where they cannot all leave, each is tried in turn beside those that can: the first asked for goes first.
    """
    nesting = _nesting(freeze, unit)
    try:
        return [*_protected(tables, nesting, profile)]
    except Unready:
        pass
    may: list[int] = []
    refused: dict[int, Unready] = {}
    for place in range(len(tables)):
        try:
            _protected([tables[one] for one in (*may, place)], nesting, profile)
        except Unready as refusal:
            refused[place] = refusal
        else:
            may.append(place)
    told = dict(zip(may, _protected([tables[one] for one in may], nesting, profile), strict=True))
    return [refused[place] if place in refused else told[place] for place in range(len(tables))]


def _protected(tables: Sequence[Counted], nesting: Nesting, profile: Profile) -> list[ProtectedTable]:
    if not tables:
        return []
    named = [(table, {key: _rows(where) for key, where in cells.items()}) for table, cells in tables]
    linked: Linked = link(named, nesting)
    return apart(linked, protect(linked.table, profile), [table for table, _ in tables])


def _rows(where: Where) -> Rows:
    """What a predicate names, in the words of the steps themselves: known to be yes is yes."""
    rows: dict[str, frozenset[str]] = {}
    for name, value in where.items():
        values = frozenset(values_of(value))
        plain = STEP_OF.get(name, name) if values <= {"yes", "no"} else name
        rows[plain] = rows[plain] & values if plain in rows else values
    return rows


def _nesting(freeze: OpenFreeze, unit: str) -> Nesting:
    """Every site is of one arm, for who counts what."""
    rows = freeze.ask(f"SELECT DISTINCT t.site, t.arm FROM {unit_of(unit).source}")  # noqa: S608  (words of ours only)
    arms: dict[str, set[str]] = {}
    for row in rows:
        arms.setdefault(row["site"], set()).add(row["arm"])
    if any(len(found) > 1 for found in arms.values()):
        return {}
    return {"site": ("arm", {site: found.pop() for site, found in arms.items()})}
