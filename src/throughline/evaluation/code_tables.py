"""Codes by codes and codes by an attribute as tables that may leave, and who stands behind each of their cells.

Cells count passages, or pairs of passages. They are counted from the codings as they are, not from a freeze: a line of the ledger
holds what a cell means, in ids and marks, and what lies behind it is looked up again today when another table is to leave.
Values that too few people share are told together, without their names.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from throughline.methods.passages.asking import touching
from throughline.methods.passages.spans import Numbers
from throughline.records.inquiry.models import Code, Turn
from throughline.records.inquiry.queries.asking import attributes_of, pairs_of, values_of
from throughline.records.inquiry.queries.material import Attribute, Coded, Material, Narrowed, coded_in

PASSAGE, PAIR = "passage", "pair of passages"  # what a cell counts
OTHERS, EVERY = "others", "all"
_ODD = np.uint64(0x9E3779B97F4A7C15)
Where = Mapping[str, Any]
Members = NDArray[np.uint64]


@dataclass(frozen=True)
class CodeCell:
    """How many stand in a cell, as numbers that are the same tomorrow, and whether enough people said them."""

    unit: str
    where: Where
    members: Members
    is_of_enough: bool


@dataclass(frozen=True)
class CodeTable:
    """Codes (rows) by columns. Where `adds_up`, the last column is the sum of the others."""

    title: str
    rows: tuple[Code, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[CodeCell, ...], ...]
    adds_up: bool
    narrowed: tuple[tuple[str, str], ...]


def by_attribute(material: Material, attribute: Attribute, *, enough: int) -> CodeTable:
    """Passages of each code by the values of an attribute."""
    behind = Behind(material, enough)
    groups = _groups(material, behind, attribute, enough)
    adds_up = not attribute.is_of_people
    rows = behind.used
    cells = []
    for code in rows:
        row = [behind.of_value(code, attribute, values) for _, values in groups]
        cells.append((*row, behind.of_code(code)) if adds_up else tuple(row))
    columns = tuple(label for label, _ in groups)
    return CodeTable(
        f"Codes by {attribute.name or attribute.kind}", rows, (*columns, EVERY) if adds_up else columns,
        tuple(cells), adds_up, _narrowed_words(material.narrowed),
    )  # fmt: skip


def by_code(material: Material, *, is_by_turn: bool, enough: int) -> CodeTable:
    """Pairs of passages of every two codes that meet; of a code with itself its passages."""
    behind = Behind(material, enough)
    rows = behind.used
    cells = tuple(
        tuple(
            behind.of_code(one) if one == other else behind.of_pair(one, other, is_by_turn=is_by_turn) for other in rows
        )
        for one in rows
    )  # fmt: skip
    title = "Codes in the same turn" if is_by_turn else "Codes on the same text"
    columns = tuple(code.name for code in rows)
    return CodeTable(title, rows, columns, cells, False, _narrowed_words(material.narrowed))


def members_again(everything: Material, lines: Iterable[Where]) -> list[tuple[Where, Members]]:
    """What stands today behind cells that left, by what the ledger keeps of each (those of this analysis)."""
    held: dict[str, Behind] = {}
    found = []
    for where in lines:
        if where.get("analysis") != str(everything.analysis.id):
            continue
        mark = repr(where["narrowed"])
        if mark not in held:
            held[mark] = Behind(everything.narrowed_to(_narrowed_again(everything, where["narrowed"])), 1)
        found.append((where, held[mark].again(where)))
    return found


def mark_of(*words: str) -> str:
    """What stands in the ledger for an attribute or a value: the words themselves may tell somebody apart."""
    return hashlib.blake2s("\0".join(words).encode(), digest_size=6).hexdigest()


class Behind:
    """The passages that were coded in some sources, each with a number of its own and who speaks in it."""

    def __init__(self, material: Material, enough: int) -> None:
        self.material, self.enough = material, enough
        self.coded: Coded = coded_in(material)
        ids = [str(facts.source_id) for facts in material.sources]
        codes = [str(code.id) for code in self.coded.codes]
        self.numbers: Members = np.array(
            [
                _number(f"{ids[source]}:{start}:{end}:{codes[code]}")
                for (source, start, end), code in zip(self.coded.spans.rows(), self.coded.code.tolist(), strict=True)
            ],
            dtype=np.uint64,
        )  # fmt: skip
        self._pairs: dict[bool, dict[tuple[int, int], tuple[Numbers, Numbers]]] = {}
        self._fits: dict[tuple[Attribute, str], NDArray[np.bool_]] = {}

    @property
    def used(self) -> tuple[Code, ...]:
        return tuple(self.coded.codes[at] for at in np.unique(self.coded.code))

    @cached_property
    def places(self) -> dict[str, int]:
        return {str(code.id): at for at, code in enumerate(self.coded.codes)}

    @cached_property
    def speakers(self) -> dict[int, tuple[list[int], list[int], list[object]]]:
        """Number of a source -> where its turns begin and end, and who speaks in each."""
        numbers = self.material.numbers
        turns: dict[int, tuple[list[int], list[int], list[object]]] = {}
        rows = Turn.objects.filter(source__analysis=self.material.analysis).order_by("start")
        for source_id, start, end, person in rows.values_list("source_id", "start", "end", "participant_id"):
            if (number := numbers.get(source_id)) is not None:
                starts, ends, who = turns.setdefault(number, ([], [], []))
                starts.append(start)
                ends.append(end)
                who.append(person)
        return turns

    @cached_property
    def people(self) -> list[frozenset[object]]:
        """Of each passage who speaks in it; the source itself where no participant does."""
        found = []
        for source, start, end in self.coded.spans.rows():
            starts, ends, who = self.speakers.get(source, ([], [], []))
            said = who[bisect_right(ends, start) : bisect_left(starts, end)]
            found.append(frozenset(one for one in said if one) or frozenset({("source", source)}))
        return found

    def of_code(self, code: Code) -> CodeCell:
        return self._cell(PASSAGE, self._where(code), self._under(str(code.id)))

    def of_value(self, code: Code, attribute: Attribute, values: Sequence[str]) -> CodeCell:
        kept = self._under(str(code.id)) & self._there(attribute, values)
        where = {
            "attribute": mark_of(attribute.kind, attribute.name),
            "values": sorted(mark_of(value) for value in values),
        }
        return self._cell(PASSAGE, self._where(code) | where, kept)

    def of_pair(self, one: Code, other: Code, *, is_by_turn: bool) -> CodeCell:
        first, second = self._met(str(one.id), str(other.id), is_by_turn)
        where = {"with": str(other.id), "turn": is_by_turn}
        return CodeCell(
            PAIR, self._where(one) | where, self._of_pairs(first, second),
            self._is_of_enough([*first.tolist(), *second.tolist()]),
        )  # fmt: skip

    def again(self, where: Where) -> Members:
        """What stands behind a cell that left; nobody where its code is there no more."""
        if where["code"] not in self.places:
            return np.zeros(0, dtype=np.uint64)
        if "with" in where:
            return self._of_pairs(*self._met(where["code"], where["with"], where["turn"]))
        kept = self._under(where["code"])
        if "attribute" in where:
            kept = kept & self._again_there(where["attribute"], set(where["values"]))
        return self.numbers[kept]

    def _where(self, code: Code) -> dict[str, Any]:
        narrowed = sorted(
            [mark_of(what.kind, what.name), *sorted(mark_of(value) for value in values)]
            for what, values in self.material.narrowed.items()
        )
        return {"analysis": str(self.material.analysis.id), "code": str(code.id), "narrowed": narrowed}

    def _under(self, code_id: str) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.coded.code == self.places[code_id]
        return found

    def _there(self, attribute: Attribute, values: Iterable[str]) -> NDArray[np.bool_]:
        """Which passages lie where the attribute has one of these values."""
        found = np.zeros(len(self.coded.spans), dtype=bool)
        for value in values:
            if (attribute, value) not in self._fits:
                self._fits[attribute, value] = self._fitting(attribute, value)
            found |= self._fits[attribute, value]
        return found

    def _fitting(self, attribute: Attribute, value: str) -> NDArray[np.bool_]:
        material = self.material
        if attribute.is_of_people:
            who = [one for one in material.people.values() if material.person_value(one, attribute) == value]
            return touching(self.coded.spans, material.turns_of(who))
        fits = np.array([facts.value(attribute) == value for facts in material.sources], dtype=bool)
        found: NDArray[np.bool_] = fits[self.coded.spans.source]
        return found

    def _again_there(self, attribute: str, values: set[str]) -> NDArray[np.bool_]:
        for one in attributes_of(self.material):
            if mark_of(one.kind, one.name) == attribute:
                return self._there(one, [v for v in values_of(self.material, one) if mark_of(v) in values])
        return np.zeros(len(self.coded.spans), dtype=bool)

    def _met(self, one: str, other: str, is_by_turn: bool) -> tuple[Numbers, Numbers]:
        """Passages of the one and the other code that meet, pair by pair."""
        if is_by_turn not in self._pairs:
            self._pairs[is_by_turn] = _by_codes(self.coded, *pairs_of(self.material, self.coded, is_by_turn))
        nobody = np.zeros(0, dtype=np.int64)
        if other not in self.places:
            return nobody, nobody
        first, second = sorted((self.places[one], self.places[other]))
        return self._pairs[is_by_turn].get((first, second), (nobody, nobody))

    def _of_pairs(self, first: Numbers, second: Numbers) -> Members:
        one, other = self.numbers[first], self.numbers[second]
        return np.unique(np.minimum(one, other) * _ODD + np.maximum(one, other))

    def _cell(self, unit: str, where: Where, kept: NDArray[np.bool_]) -> CodeCell:
        passages = np.flatnonzero(kept).tolist()
        return CodeCell(unit, where, self.numbers[kept], self._is_of_enough(passages))

    def _is_of_enough(self, passages: Iterable[int]) -> bool:
        found: set[object] = set()
        for passage in passages:
            found |= self.people[passage]
            if len(found) >= self.enough:
                return True
        return False


def _by_codes(
    coded: Coded, first: Numbers, second: Numbers
) -> dict[tuple[int, int], tuple[Numbers, Numbers]]:
    """Pairs of passages by the places of their codes, the lower first; a code with itself is left out."""
    if not len(first):
        return {}
    swapped = coded.code[first] > coded.code[second]
    first, second = np.where(swapped, second, first), np.where(swapped, first, second)
    size = len(coded.codes)
    key = coded.code[first] * size + coded.code[second]
    order = np.argsort(key, kind="stable")
    key, first, second = key[order], first[order], second[order]
    found, starts = np.unique(key, return_index=True)
    ends = [*starts[1:].tolist(), len(key)]
    return {
        (int(one) // size, int(one) % size): (first[begin:end], second[begin:end])
        for one, begin, end in zip(found, starts.tolist(), ends, strict=True)
        if int(one) // size != int(one) % size
    }


def _groups(
    material: Material, behind: Behind, attribute: Attribute, enough: int
) -> list[tuple[str, tuple[str, ...]]]:
    """Columns by name with their values: those that fewer than `enough` people share are one column."""
    large: list[str] = []
    small: list[str] = []
    for value in values_of(material, attribute):
        if attribute.is_of_people:
            people = sum(material.person_value(one, attribute) == value for one in material.people.values())
        else:
            said: set[object] = set()
            for number, facts in enumerate(material.sources):
                if facts.value(attribute) == value:
                    own = {one for one in behind.speakers.get(number, ([], [], []))[2] if one}
                    said |= own or {("source", number)}
            people = len(said)
        (large if people >= enough else small).append(value)
    columns: list[tuple[str, tuple[str, ...]]] = [(value, (value,)) for value in large]
    return [*columns, (OTHERS, tuple(small))] if small else columns


def _narrowed_words(narrowed: Narrowed) -> tuple[tuple[str, str], ...]:
    return tuple((what.name or what.kind, ", ".join(sorted(values))) for what, values in narrowed.items())


def _narrowed_again(everything: Material, marks: Sequence[Sequence[str]]) -> Narrowed:
    attributes = {mark_of(one.kind, one.name): one for one in attributes_of(everything)}
    found: dict[Attribute, frozenset[str]] = {}
    for mark, *values in marks:
        if mark in attributes:
            one = attributes[mark]
            found[one] = frozenset(v for v in values_of(everything, one) if mark_of(v) in values)
    return found


def _number(words: str) -> int:
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest())
