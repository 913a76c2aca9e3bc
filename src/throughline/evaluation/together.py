"""Protecting the tables of one passage as one: readers hold them all, and add up across them.

They hold what left of the same freeze before, too. So cells that left stand in the same system of sums, and beside each of them
those that differ from it in one column's value, and those that it is a part of: what a total that left less several of them comes
to is made of these. A small one among them, whether its own table hid it or nobody ever asked for it, may not be told by what leaves now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.told_before import Counted, Known, Told, known
from throughline.evaluation.unit_rows import Where, rows_of, values_of
from throughline.evaluation.units import ENDS, STEPS, unit_of
from throughline.methods.linked import Linked, Nesting, Rows, apart, link
from throughline.methods.suppression import Before, Profile, ProtectedTable, protect
from throughline.methods.whole_numbers import Effort
from throughline.vocabulary.errors import Unready

# Columns made of a step's: yes and no as they are, the rest as one.
STEP_OF = {f"{step}_known": step for step in STEPS} | {f"{step}_told": step for step in ENDS}


def protect_together(
    freeze: OpenFreeze, unit: str, tables: Sequence[Counted], profile: Profile, before: Sequence[Told] = ()
) -> list[ProtectedTable | Unready]:
    """Each table as it leaves beside the others and what left of this freeze `before`, or why it does not.

    Where they cannot all leave, each is tried in turn beside those that can, the first asked for first, with as much work as was
    given to all of them.
    """
    nesting = _nesting(freeze, unit)
    own = [where for _, cells in tables for where in cells.values()]
    together = _Together(nesting, profile, known(freeze, unit, own, before, nesting))
    try:
        return [*together.protected(tables, Effort())]
    except Unready as refusal:
        if len(tables) == 1:
            return [refusal]
    effort, may = Effort(), list[int]()
    told, refused = list[ProtectedTable](), dict[int, ProtectedTable | Unready]()
    for place in range(len(tables)):
        try:
            told = together.protected([tables[one] for one in (*may, place)], effort)
        except Unready as refusal:
            refused[place] = refusal
        else:
            may.append(place)
    found = refused | dict(zip(may, told, strict=True))
    return [found[place] for place in range(len(tables))]


@dataclass(frozen=True)
class _Together:
    """How tables are joined with what is known, and protected."""

    nesting: Nesting
    profile: Profile
    known: Known | None

    def protected(self, tables: Sequence[Counted], effort: Effort) -> list[ProtectedTable]:
        held = [*tables, *((self.known.left, self.known.beside) if self.known else ())]
        named = [(table, {key: self._rows(where) for key, where in cells.items()}) for table, cells in held]
        linked: Linked = link(named, self.nesting)
        before = None
        if self.known:
            *own, left, beside = ({*place.values()} for place in linked.places)
            spans = {linked.places[-2][mark]: span for mark, span in self.known.spans.items()}
            before = Before(spans, left.difference(*own), beside.difference(left, *own))
        whole = protect(linked.table, self.profile, before=before, effort=effort)
        return apart(linked, whole, [table for table, _ in tables])

    def _rows(self, where: Where) -> Rows:
        """What a predicate names; a column with all the values that there are leaves it open."""
        whole = self.known.whole if self.known else {}
        return {name: values for name, values in _rows(where).items() if values != whole.get(name)}


def _rows(where: Where) -> Rows:
    """What a predicate names, in the words of the steps themselves: known to be yes is yes."""
    rows: dict[str, frozenset[str]] = {}
    for name, value in where.items():
        values = frozenset(values_of(value))
        plain = STEP_OF.get(name, name) if values <= {"yes", "no"} else name
        rows[plain] = rows[plain] & values if plain in rows else values
    return rows


def _nesting(freeze: OpenFreeze, unit: str) -> Nesting:
    """Every site is of one arm, for who counts what; incidents are of no site."""
    if "site" not in unit_of(unit).columns():
        return {}
    rows = rows_of(freeze, unit)
    codes, _ = rows.grouped(("site", "arm"))
    sites, named = [None, *rows.words["site"]], [None, *rows.words["arm"]]
    arms: dict[Any, set[Any]] = {}
    for site, arm in zip(codes["site"].tolist(), codes["arm"].tolist(), strict=True):
        arms.setdefault(sites[site], set()).add(named[arm])
    if any(len(found) > 1 for found in arms.values()):
        return {}
    return {"site": ("arm", {site: found.pop() for site, found in arms.items()})}
