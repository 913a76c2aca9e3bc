"""The door for tables, for counts of codings: codes by codes, codes by an attribute.

A count is hidden where it is small under the profile, or where fewer people than its threshold said what it counts, and with it
others of its row where a sum would tell it (suppression.protect). Hidden too is what differs by too few from another count of
the table or from one that left before, as that stands today, or as it was told then. A table of which no count is left stays.
What is not defended against: a table that leaves again after codings were changed is held against the earlier one by the sizes of
its cells alone, and three cells of different tables together are not tried (differencing).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from throughline.evaluation.code_tables import CodeCell, CodeTable, members_again
from throughline.evaluation.doors import profile_named, word_of, write_line
from throughline.evaluation.passages import PassagesLeft
from throughline.evaluation.words import free_of_names
from throughline.methods.differencing import CellMembers, check_differencing
from throughline.methods.suppression import Profile, protect
from throughline.methods.table import Key, Sum, Table
from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries.material import Material
from throughline.records.study.actions import ReleaseDraft, record_release, refuse_release
from throughline.records.study.models import Freeze, Release
from throughline.records.study.queries import tables_released
from throughline.rules.access import check_may_release
from throughline.rules.approaches import check_approach_uses
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import ApproachUse, ReleaseDoor

NO_COUNT_TO_LEAVE = Sentence(
    "No count of this table may leave: each is too small, rests on too few people, or would tell of too few beside another."
)
NAMES_IN_HEADS = Sentence(
    "Words of the list of names still stand in the names of codes or of what they are split by. The list of names leads there:"
    " put the labels in their place, or take off the list what is no name."
)
TOO_FEW_SOURCES = Sentence(
    "These figures may not leave: they rest on fewer sources than the profile asks for."
)
Told = Mapping[tuple[int, int], int | str]


@dataclass(frozen=True)
class LeavingTable:
    """A table as it may leave: of each row of codes and column a count, or that it is suppressed."""

    table: CodeTable
    profile: Profile
    told: Told

    @property
    def hidden(self) -> int:
        return sum(value == SUPPRESSED for value in self.told.values())


def release_code_table(
    *,
    everything: Material,
    count: Callable[[int], CodeTable],
    profile: Profile,
    recipient: str,
    write: Callable[[LeavingTable], bytes],
    by: Actor,
    at: datetime,
) -> PassagesLeft:
    """Let a table leave that `count` makes (given how many people are enough), as a file that `write` makes of it.

    `everything`: all sources that the actor may read. Raises NotAllowed; Unready where the approach does not count, where a name of
    the list stands in a head, and, after a line in the ledger, where no count may leave.
    """
    analysis = everything.analysis
    check_may_release(by, analysis.programme_id, Permission.RELEASE_TABLES)
    check_approach_uses(analysis, ApproachUse.COUNTS)
    table = count(profile.threshold)
    heads = [
        *(code.name for code in table.rows),
        *table.columns,
        *(word for pair in table.narrowed for word in pair),
    ]
    check_heads(analysis, [*heads, table.title], by=by, at=at)
    released = list(tables_released(analysis.programme_id))
    told = _told(table, everything, profile, released)
    draft = _draft(table.title, recipient, profile)
    if not any(isinstance(value, int) and value for value in told.values()):
        refuse_release(programme=analysis.programme, draft=draft, refusal=NO_COUNT_TO_LEAVE, by=by, at=at)
        raise Unready(NO_COUNT_TO_LEAVE)
    left = LeavingTable(table, profile, told)
    content = write(left)
    draft = _draft(table.title, recipient, profile, content, tuple(_lines(table, told)))
    line = write_line(analysis.programme, draft, {release.id for release in released}, by, at)
    return PassagesLeft(content, line, len(told) - left.hidden, left.hidden)


def check_heads(analysis: Analysis, heads: Iterable[object], *, by: Actor, at: datetime) -> None:
    """Raise Unready where a name of the list stands in what rows and columns are called: it would leave with them."""
    if not all(free_of_names(analysis, [str(one) for one in heads], by=by, at=at)):
        raise Unready(NAMES_IN_HEADS)


def release_figures(
    *,
    analysis: Analysis,
    use: ApproachUse,
    what: str,
    sources: int,
    profile: Profile,
    recipient: str,
    write: Callable[[], bytes],
    freeze: Freeze | None = None,
    by: Actor,
    at: datetime,
) -> PassagesLeft:
    """Let figures leave that count codes or agreement, not people: they rest on at least as many sources as the profile asks.
    `freeze`: whose report they stand in.

    Raises NotAllowed; Unready where the approach does not use them, and, after a line in the ledger, where they rest on too few.
    """
    check_may_release(by, analysis.programme_id, Permission.RELEASE_TABLES)
    check_approach_uses(analysis, use)
    if sources < profile.threshold:
        refuse_release(
            programme=analysis.programme, draft=replace(_draft(what, recipient, profile), freeze=freeze), refusal=TOO_FEW_SOURCES, by=by, at=at
        )  # fmt: skip
        raise Unready(TOO_FEW_SOURCES)
    content = write()
    line = record_release(
        programme=analysis.programme,
        draft=replace(_draft(what, recipient, profile, content), freeze=freeze),
        by=by,
        at=at,
    )
    return PassagesLeft(content, line, 1, 0)


def _told(table: CodeTable, everything: Material, profile: Profile, released: Sequence[Release]) -> Told:
    """Counts as they leave: what is hidden is hidden anew until nothing that is told lies too close to anything."""
    threshold = max([profile.threshold, *(profile_named(one.profile).threshold for one in released)])
    lines = [line for one in released if one.freeze_id is None for line in one.cells]
    before = {_key(line["unit"], line["where"]): int(line["shown"]) for line in lines}
    earlier = _earlier(everything, lines)
    also = {
        (r, c)
        for r, row in enumerate(table.cells)
        for c, cell in enumerate(row)
        if (cell.members.size and not cell.is_of_enough) or (table.adds_up and _is_of_few(row[-1]))
    }
    while True:
        told = _protected(table, profile, also)
        shown = [
            (place, cell) for place, cell in _cells(table) if isinstance(told[place], int) and told[place]
        ]
        close = {
            place
            for place, cell in shown
            if 0 < abs(before.get(_key(cell.unit, cell.where), int(told[place])) - int(told[place])) < threshold
        }  # fmt: skip
        members = _once(shown)
        refused = check_differencing([one for one, _ in members], earlier, threshold=threshold).refused
        labels = {one.label: places for one, places in members}
        close |= {place for pair in refused for place in labels[pair.first]}
        if not close:
            return told
        also |= close


def _is_of_few(total: CodeCell) -> bool:
    """Whether so few said all of a row that a 0 in it would tell of them."""
    return bool(total.members.size) and not total.is_of_enough


def _once(
    shown: Sequence[tuple[tuple[int, int], CodeCell]],
) -> list[tuple[CellMembers, list[tuple[int, int]]]]:
    """Cells with the same members once (a table of codes holds every pair twice), with all places where they stand."""
    found: dict[tuple[str, bytes], tuple[CellMembers, list[tuple[int, int]]]] = {}
    for place, cell in shown:
        one = CellMembers(f"{place[0]}:{place[1]}", cell.unit, cell.members)
        found.setdefault((cell.unit, one.members.tobytes()), (one, []))[1].append(place)
    return list(found.values())


def _cells(table: CodeTable) -> list[tuple[tuple[int, int], CodeCell]]:
    return [((r, c), cell) for r, row in enumerate(table.cells) for c, cell in enumerate(row)]


def _protected(table: CodeTable, profile: Profile, also: set[tuple[int, int]]) -> Told:
    """Each row under the profile: no sum runs over several codes."""
    told: dict[tuple[int, int], int | str] = {}
    for r, row in enumerate(table.cells):
        keys: list[Key] = [(str(c),) for c in range(len(row))]
        counts = {key: int(cell.members.size) for key, cell in zip(keys, row, strict=True)}
        sums = (Sum(keys[-1], tuple(keys[:-1])),) if table.adds_up and len(keys) > 1 else ()
        hidden = [keys[c] for at, c in also if at == r]
        try:
            left: Mapping[Key, int | str] = protect(
                Table(("column",), counts, sums), profile, also=hidden
            ).released()
        except Unready:
            left = dict.fromkeys(keys, SUPPRESSED)
        told |= {(r, c): left[key] for c, key in enumerate(keys)}
    return told


def _earlier(everything: Material, lines: Sequence[Mapping[str, Any]]) -> list[CellMembers]:
    found: dict[tuple[str, bytes], CellMembers] = {}
    of_codings = [line for line in lines if "narrowed" in line["where"]]
    units = {_key("", line["where"]): line["unit"] for line in of_codings}
    for where, members in members_again(everything, [line["where"] for line in of_codings]):
        one = CellMembers("left before", units[_key("", where)], members)
        found[one.unit, one.members.tobytes()] = one
    return list(found.values())


def _key(unit: str, where: Mapping[str, Any]) -> str:
    return unit + json.dumps(where, sort_keys=True)


def _lines(table: CodeTable, told: Told) -> list[dict[str, Any]]:
    """The cells with a count above 0 that the reader sees; a pair of codes once."""
    lines = {
        _key(cell.unit, cell.where): {"unit": cell.unit, "where": dict(cell.where), "shown": int(told[place])}
        for place, cell in _cells(table)
        if isinstance(told[place], int) and told[place]
    }
    return list(lines.values())


def _draft(
    what: str,
    recipient: str,
    profile: Profile,
    content: bytes = b"",
    cells: tuple[Mapping[str, Any], ...] = (),
) -> ReleaseDraft:
    return ReleaseDraft(
        door=ReleaseDoor.TABLES, what=what[:120], recipient=recipient, profile=word_of(profile),
        content_hash=hashlib.sha256(content).hexdigest() if content else "", cells=cells,
    )  # fmt: skip
