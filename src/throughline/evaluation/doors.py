"""The doors by which tables and words leave, and the ledger that each passage is written into.

Tables: suppression under a profile, with proof over all tables of a passage together, then the ledger's question against
everything that left before. Words: the de-identified version, consent to be quoted, and no more of the speaker than at
least three participants share. What is refused is a line of the ledger too. Looking at a page is no passage; a download, a file or print is.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from throughline.evaluation.freeze import folder_of
from throughline.evaluation.ledger import Cell, Standing, earlier_members
from throughline.evaluation.opened import OpenFreeze, open_freeze
from throughline.evaluation.returned_members import members_returned
from throughline.evaluation.together import protect_together
from throughline.evaluation.told_before import Counted, Span
from throughline.evaluation.unit_rows import Where, rows_of, values_of
from throughline.evaluation.units import PARTIAL, check_columns, unit_of
from throughline.methods.differencing import CellMembers, check_differencing
from throughline.methods.suppression import PROFILES, Profile, ProtectedTable
from throughline.methods.table import ALL, Key, Table, crossed
from throughline.records.programme.models import Programme
from throughline.records.study.actions import ReleaseDraft, record_release, refuse_release
from throughline.records.study.models import Freeze, Release
from throughline.records.study.queries import tables_released
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ReleaseDoor

MOST_CELLS = 5_000
LEAST_THRESHOLD = min(profile.threshold for profile in PROFILES.values())


@dataclass(frozen=True)
class TableSpec:
    """A table of counts (of contacts, codes, referrals, respondents: units.py), split by `dimensions`, narrowed by `where`.

    `where` gives a column one value, or several of which a row has one; a column may be split by and narrowed to several.
    Codes are counted in one window: `where` says which (`code_window`), all their time unless it does. `margins` names the
    totals that are told, each by the dimensions that it keeps; None: all of them.
    """

    title: str
    unit: str
    dimensions: tuple[str, ...]
    where: Where = field(default_factory=dict)
    margins: tuple[tuple[str, ...], ...] | None = None

    def narrowed(self) -> dict[str, str | tuple[str, ...]]:
        base = {"code_window": "all"} if self.unit == "code" and "code_window" not in self.dimensions else {}
        return {**base, **self.where}

    def columns(self) -> dict[str, str]:
        """Every column that a cell of the table may name."""
        return dict.fromkeys((*self.dimensions, *self.narrowed()), "")


@dataclass(frozen=True)
class Left:
    """What left: the table as it may be shown, and its line in the ledger."""

    table: ProtectedTable
    release: Release


def counted(freeze: OpenFreeze, spec: TableSpec) -> Table:
    """The table as it is, with its totals; nothing of it may leave. Raises Invalid for a column that is none."""
    unit = unit_of(spec.unit)
    narrowed = spec.narrowed()
    check_columns(spec.unit, [*spec.dimensions, *narrowed])
    _check_split(spec, unit.pinned)
    # A row without a word is outside a step's denominator: it is no cell of a table split by that step.
    found = rows_of(freeze, spec.unit).counted(spec.dimensions, narrowed)
    if not found:
        raise Unready(Sentence("There is nothing to count in this table."))
    values_found = [sorted({key[place] for key in found}) for place in range(len(spec.dimensions))]
    _check_size(math.prod(len(values) + 1 for values in values_found))
    counts = {key: found.get(key, 0) for key in itertools.product(*values_found)}
    return crossed(spec.dimensions, counts, margins=spec.margins)


def _check_size(cells: int) -> None:
    if cells > MOST_CELLS:
        raise Unready(
            Sentence(
                "This table would have %(cells)s cells, totals included; at most %(most)s can be protected. Ask for a coarser one: fewer "
                "columns, or narrowed.",
                cells=cells,
                most=MOST_CELLS,
            )
        )


def _check_split(spec: TableSpec, pinned: Sequence[str]) -> None:
    narrowed = spec.narrowed()
    to_one = {name for name, value in narrowed.items() if len(values_of(value)) == 1}
    if not spec.dimensions or set(spec.dimensions) & to_one:
        raise Invalid(
            Sentence("A table is split by at least one column, and not by one that it is narrowed to.")
        )
    for name in pinned:
        if name not in to_one:
            raise Invalid(
                Sentence(
                    "A table of this unit is narrowed to one value of %(name)s: over several somebody would count twice.",
                    name=name,
                )
            )


def profile_named(name: str) -> Profile:
    """lt5, hes, le7_round5; `custom:<threshold>:<rounding>` for one's own. Raises Invalid for another name."""
    if name in PROFILES:
        return PROFILES[name]
    word, _, numbers = name.partition(":")
    threshold, _, rounding = numbers.partition(":")
    if word == "custom" and threshold.isdecimal() and (rounding or "1").isdecimal():
        if int(threshold) < LEAST_THRESHOLD:
            raise Invalid(
                Sentence(
                    "A profile of one's own hides counts under %(least)s at least.", least=LEAST_THRESHOLD
                )
            )
        return Profile(name, int(threshold), int(rounding or 1))
    raise Invalid(
        Sentence("There is no profile %(name)s. There are: %(known)s.", name=name, known=tuple(PROFILES))
    )


def word_of(profile: Profile) -> str:
    """The name under which the ledger keeps a profile, so that it can be read again."""
    return profile.name if profile.name in PROFILES else f"custom:{profile.threshold}:{profile.rounding}"


def release_table(
    *, freeze: Freeze, spec: TableSpec, profile: Profile, recipient: str, by: Actor, at: datetime
) -> Left:
    """Let a table leave. The hash in the ledger is of what leaves, so that a copy can be told to be it.

    Raises NotAllowed; Invalid for a table that cannot be counted; Unready, after writing the refusal into the ledger,
    where too much could be worked out from it or from it and what left before.
    """
    left = next(
        release_tables(freeze=freeze, specs=[spec], profile=profile, recipient=recipient, by=by, at=at)
    )
    if isinstance(left, Unready):
        raise left
    return left


def release_tables(
    *, freeze: Freeze, specs: Sequence[TableSpec], profile: Profile, recipient: str, by: Actor, at: datetime
) -> Iterator[Left | Unready]:
    """Let several tables leave one after another: each as it left, or the refusal that stands in the ledger.

    Each is compared with what left before and with those of these that have left. The freeze is opened, and what stands
    in the ledger looked up, once for all. Raises NotAllowed; Invalid for a table that cannot be counted.
    """
    with tables_door(freeze=freeze, profile=profile, recipient=recipient, by=by, at=at) as door:
        yield from door.release(specs)


@contextmanager
def tables_door(
    *, freeze: Freeze, profile: Profile, recipient: str, by: Actor, at: datetime
) -> Iterator[TablesDoor]:
    """The door for several passages of one release. Raises NotAllowed; Invalid where the freeze is not as it was made."""
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
        yield TablesDoor(opened, freeze, profile, recipient, by, at)


@dataclass
class TablesDoor:
    """One freeze, opened and checked once, and each line of the ledger looked up once: those that another release, or another
    part of this report, wrote meanwhile when the next table is asked for."""

    opened: OpenFreeze
    freeze: Freeze
    profile: Profile
    recipient: str
    by: Actor
    at: datetime
    _left: list[tuple[Cell, Span]] = field(default_factory=list)
    _compared: set[UUID] = field(default_factory=set)
    _threshold: int = 0
    _unread: list[Release] = field(default_factory=list)
    _earlier: dict[bytes, CellMembers] = field(default_factory=dict)

    def release(self, specs: Sequence[TableSpec]) -> Iterator[Left | Unready]:
        """Each table as it left beside the others of this passage, or the refusal that stands in the ledger."""
        self._look_up()
        standing = Standing(self.opened)
        told = _protected(self.opened, specs, self.profile, self._left)
        for spec, protected in zip(specs, told, strict=True):
            try:
                if isinstance(protected, Unready):
                    raise protected
                cells = told_cells(spec, protected)
                new = standing.of([(cell, f"{spec.title}: {cell.label}") for cell in cells if cell.shown])
                self._check(new)
            except Unready as refusal:
                _refuse(self.freeze, spec, self.profile, self.recipient, refusal, self.by, self.at)
                yield refusal
                continue
            yield self._let_out(spec, protected, cells, new)

    def may_stand_beside(
        self, new: Sequence[CellMembers], told: Sequence[CellMembers], *, least: int = 0
    ) -> bool:
        """Whether what is told of these members is apart from all tables that left, from `told` and from each other: by nobody,
        or by the threshold (`least`, where that is more). Of estimates, which are no tables and leave no cells."""
        self._look_up()
        threshold = max(self._threshold, least)
        sizes = [one.members.size for one in new]
        near = [
            one
            for one in self._before().values()
            if any(abs(one.members.size - size) < threshold for size in sizes)
        ]
        return check_differencing(new, [*near, *told], threshold=threshold).may_leave

    def _look_up(self) -> None:
        """All that left; the largest threshold that any left under holds: what was promised then is kept now."""
        self._threshold = max(self._threshold, self.profile.threshold)
        rows = tables_released(self.freeze.programme_id)
        if rows.count() != len(self._compared):  # lines are only ever added
            further = set(rows.values_list("id", flat=True)) - self._compared
            asked = rows.filter(id__in=further) if self._compared else rows
            for one in asked.select_related("freeze__study__programme"):
                if one.id in further:
                    self._unread.append(one)
                    self._note(one)

    def _note(self, release: Release) -> None:
        """The cells that left of this very freeze, and what their counts can be: readers add up across these and what leaves now."""
        self._compared.add(release.id)
        profile = profile_named(release.profile)
        self._threshold = max(self._threshold, profile.threshold)
        if release.freeze is not None and release.freeze.content_hash == self.freeze.content_hash:
            cells = map(Cell.from_line, release.cells)
            self._left += [(cell, profile.behind(cell.shown)) for cell in cells]

    def _before(self) -> dict[bytes, CellMembers]:
        """Who stands behind them. Looked up late: a table that suppression refuses costs no more."""
        if self._unread:
            held = {self.freeze.id: self.opened}
            self._earlier |= _distinct(
                [*earlier_members(self._unread, held), *members_returned(self._unread)]
            )
            self._unread = []
        return self._earlier

    def _check(self, new: Sequence[CellMembers]) -> None:
        """Raises Unready where two cells lie too close."""
        check = check_differencing(new, list(self._before().values()), threshold=self._threshold)
        if not check.may_leave:
            raise Unready(check.refused[0].sentence)

    def _let_out(
        self, spec: TableSpec, protected: ProtectedTable, cells: Sequence[Cell], new: Sequence[CellMembers]
    ) -> Left:
        draft = ReleaseDraft(
            door=ReleaseDoor.TABLES, what=spec.title, recipient=self.recipient, profile=word_of(self.profile),
            content_hash=content_hash(protected), freeze=self.freeze, cells=tuple(cell.as_line() for cell in cells),
        )  # fmt: skip
        release = write_line(self.freeze.study.programme, draft, self._compared, self.by, self.at)
        self._note(release)
        self._earlier |= _distinct(new)
        return Left(protected, release)


def _protected(
    freeze: OpenFreeze, specs: Sequence[TableSpec], profile: Profile, left: Sequence[tuple[Cell, Span]]
) -> list[ProtectedTable | Unready]:
    """Each table as it may leave beside the others of the same unit (codes of the same window, one question's answers), and what
    left of these before."""
    found: dict[int, ProtectedTable | Unready] = {}
    groups: dict[tuple[str, ...], list[tuple[int, Counted]]] = {}
    for place, spec in enumerate(specs):
        try:
            table = counted(freeze, spec)
        except Unready as refusal:
            found[place] = refusal
            continue
        where = spec.narrowed()
        pinned = [str(where[name]) for name in unit_of(spec.unit).pinned]
        groups.setdefault((spec.unit, *pinned), []).append((place, (table, _predicates(spec, table.cells))))
    for (unit, *values), tables in groups.items():
        fixed = dict(zip(unit_of(unit).pinned, values, strict=True))
        before = [
            (one.where, span)
            for one, span in left
            if one.unit == unit and fixed.items() <= dict(one.where).items()
        ]
        told = protect_together(freeze, unit, [one for _, one in tables], profile, before)
        found.update(zip((place for place, _ in tables), told, strict=True))
    return [found[place] for place in range(len(specs))]


def _distinct(cells: Sequence[CellMembers]) -> dict[bytes, CellMembers]:
    """Cells with the same members once: they lie equally far from every other, and the same total stands in many tables."""
    return {hashlib.sha256(cell.unit.encode() + cell.members.tobytes()).digest(): cell for cell in cells}


def told_cells(spec: TableSpec, table: ProtectedTable) -> list[Cell]:
    """All that the reader sees, a 0 too: with it, others are worked out. A total leaves its column open."""
    where = _predicates(spec, table.cells)
    return [
        Cell(spec.unit, where[key], cell.count) for key, cell in table.cells.items() if cell.count is not None
    ]


def _predicates(spec: TableSpec, keys: Collection[Key]) -> dict[Key, dict[str, str | tuple[str, ...]]]:
    """Which rows each cell counts.

    Where a column is empty for some rows (outside a step's denominator) a total names all its values: those rows are not
    in it.
    """
    whole: dict[str, str | tuple[str, ...]] = {
        name: tuple(sorted({key[place] for key in keys} - {ALL}))
        for place, name in enumerate(spec.dimensions)
        if name in PARTIAL
    }
    fixed = {**whole, **spec.narrowed()}
    return {
        key: {
            **fixed,
            **{name: value for name, value in zip(spec.dimensions, key, strict=True) if value != ALL},
        }
        for key in keys
    }


def content_hash(table: ProtectedTable) -> str:
    """SHA-256 of what the reader gets: cells in order, with their counts or words."""
    told = sorted([list(key), value] for key, value in table.released().items())
    return hashlib.sha256(json.dumps([table.dimensions, told], separators=(",", ":")).encode()).hexdigest()


def _refuse(
    freeze: Freeze,
    spec: TableSpec,
    profile: Profile,
    recipient: str,
    refusal: Unready,
    by: Actor,
    at: datetime,
) -> None:
    draft = ReleaseDraft(
        door=ReleaseDoor.TABLES, what=spec.title, recipient=recipient, profile=word_of(profile), content_hash="", freeze=freeze
    )  # fmt: skip
    refuse_release(programme=freeze.study.programme, draft=draft, refusal=refusal.sentence, by=by, at=at)


@transaction.atomic
def write_line(
    programme: Programme, draft: ReleaseDraft, compared: Collection[UUID], by: Actor, at: datetime
) -> Release:
    """Under the programme's lock: two tables that were each checked alone must not leave together."""
    Programme.objects.select_for_update().get(id=programme.id)
    if set(tables_released(programme.id).values_list("id", flat=True)) != set(compared):
        raise Unready(Sentence("Another table left while this one was checked. Try again."))
    return record_release(programme=programme, draft=draft, by=by, at=at)


def write_answer(
    told: Any, *, freeze: Freeze, what: str, profile: Profile, recipient: str, by: Actor, at: datetime,
    door: ReleaseDoor = ReleaseDoor.TABLES,
) -> Release:  # fmt: skip
    """The line of the ledger of an answer as it left, in plain values: no cells, but the hash of all that is told."""
    plain = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    draft = ReleaseDraft(
        door=door, what=what, recipient=recipient, profile=word_of(profile),
        content_hash=hashlib.sha256(plain.encode()).hexdigest(), freeze=freeze,
    )  # fmt: skip
    return record_release(programme=freeze.study.programme, draft=draft, by=by, at=at)
