"""How passages of one kind stand to passages of another: on, in the same turn, near, before, after.

Estimates: nothing; it answers which text, or which passages, a question about two codes means.
Formula: AND the text under both; OR the text under either; NOT the text under the first alone. The others give passages of
    the first whole: OVERLAPS shares a character with one of the second; SAME_TURN touches a turn that one of the second
    touches; NEAR lies at most `within` characters from one (0: touching or overlapping), or at most `within` turns (0: the
    same turn, 1: also the next one); BEFORE ends where one of the second begins or earlier, AFTER begins where one ends or
    later, within the same distance where one is given. Every answer is one look-up in sorted ends, O(n log n).
Source: the query operators that programs of this field share (AND, OR, NOT, NEAR, PRECEDING, OVERLAP), said exactly.
Assumptions: turns of a source do not overlap. A passage outside every turn is in no turn and near none.
When not to use it: for how often codes meet, see `agreement.cooccurrence`; an answer says nothing of why two codes meet.
Checked against: every pair of passages, character by character (tests/methods/passages/test_asking.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from throughline.methods.passages.spans import (
    Booleans,
    Line,
    Numbers,
    Spans,
    common,
    either,
    left_over,
    runs,
)
from throughline.vocabulary.errors import Invalid, Sentence

METHOD = "passages.asking/1"


class Relation(StrEnum):
    """How the second stands to the first."""

    AND = "and"
    OR = "or"
    NOT = "not"
    OVERLAPS = "overlaps"
    SAME_TURN = "same_turn"
    NEAR = "near"
    BEFORE = "before"
    AFTER = "after"


class Distance(StrEnum):
    """What `within` counts."""

    CHARACTERS = "characters"
    TURNS = "turns"


@dataclass(frozen=True, slots=True)
class Within:
    """How far apart at most; None: anywhere in the same source."""

    most: int | None = None
    unit: Distance = Distance.CHARACTERS

    def __post_init__(self) -> None:
        if self.most is not None and self.most < 0:
            raise Invalid(Sentence("A distance is 0 or more."))


ANYWHERE = Within()


def related(
    first: Spans, relation: Relation, second: Spans, *, turns: Spans, within: Within = ANYWHERE
) -> Spans:
    """The passages (or, for AND, OR and NOT, the text in runs) that the question means, each once, in order.

    `turns` are of the same sources; they matter for SAME_TURN and for distances in turns.
    """
    if relation is Relation.AND:
        return common(first, second)
    if relation is Relation.OR:
        return either(first, second)
    if relation is Relation.NOT:
        return left_over(first, second)
    return first.where(_meets(first, relation, second, turns, within)).distinct()


def touching(first: Spans, second: Spans) -> Booleans:
    """Which of the first share a character with any of the second."""
    line = Line.under(first, second)
    return _overlaps(*line.put(first), *runs(*line.put(second)))


def _meets(first: Spans, relation: Relation, second: Spans, turns: Spans, within: Within) -> Booleans:
    if relation is Relation.OVERLAPS:
        return touching(first, second)
    if relation is Relation.SAME_TURN:
        return _near_in_turns(first, second, turns, 0)
    if relation is Relation.NEAR:
        if within.most is None:
            raise Invalid(Sentence("Say how near: so many characters or turns."))
        if within.unit is Distance.TURNS:
            return _near_in_turns(first, second, turns, within.most)
        line = Line.under(first, second, room=2 * within.most + 2)
        start, end = line.put(first)
        return _overlaps(start - within.most, end + within.most + 1, *_grown(*runs(*line.put(second))))
    return _follows(first, second, turns, within, is_before=relation is Relation.BEFORE)


def _grown(first: Numbers, last: Numbers) -> tuple[Numbers, Numbers]:
    # A passage that begins where another ends is at distance 0: one place more on the right makes them overlap.
    return first, last + 1


def _overlaps(first: Numbers, last: Numbers, run_first: Numbers, run_last: Numbers) -> Booleans:
    """Which [first, last) share a place with one of the runs, which lie apart and in order (or grew by one place alike)."""
    if not len(run_first):
        return np.zeros(len(first), dtype=bool)
    # The first run that ends behind our beginning: none before it reaches us, and it begins before any after it.
    at = np.searchsorted(run_last, first, side="right")
    inside = np.minimum(at, len(run_first) - 1)
    found: Booleans = (at < len(run_first)) & (run_first[inside] < last) & (last > first)
    return found


def _turn_reach(spans: Spans, turns: Spans) -> tuple[Numbers, Numbers]:
    """[first, last) in numbers of turns counted over all sources, a wide gap between sources; empty outside every turn."""
    ordered = turns.distinct()
    line = Line.under(spans, ordered)
    starts, ends = line.put(ordered)
    first, last = line.put(spans)
    gap = len(ordered) + 1
    number = np.arange(len(ordered)) + ordered.source * gap
    low, high = np.searchsorted(ends, first, side="right"), np.searchsorted(starts, last, side="left")
    is_in = high > low
    if not len(ordered):
        return np.zeros_like(first), np.zeros_like(first)
    begin = number[np.minimum(low, len(ordered) - 1)]
    close = number[np.maximum(high - 1, 0)] + 1
    return np.where(is_in, begin, 0), np.where(is_in, close, 0)


def _near_in_turns(first: Spans, second: Spans, turns: Spans, most: int) -> Booleans:
    most = min(most, len(turns))  # so that it never reaches over the gap between two sources
    a_first, a_last = _turn_reach(first, turns)
    b_first, b_last = _turn_reach(second, turns)
    there = b_last > b_first
    found = _overlaps(a_first - most, a_last + most, *runs(b_first[there], b_last[there]))
    return found & (a_last > a_first)


def _follows(first: Spans, second: Spans, turns: Spans, within: Within, *, is_before: bool) -> Booleans:
    if within.most is not None and within.unit is Distance.TURNS:
        low, high = _turn_reach(second, turns)
        second = second.where(high > low)  # a passage outside every turn must not hide the next one
    if not len(first) or not len(second):
        return np.zeros(len(first), dtype=bool)
    line = Line.under(first, second)
    a_start, a_end = line.put(first)
    b_start, b_end = line.put(second)
    if is_before:  # the nearest beginning at or behind our end
        order = np.argsort(b_start, kind="stable")
        at = np.searchsorted(b_start[order], a_end, side="left")
        is_there = at < len(order)
    else:  # the nearest end at or before our beginning
        order = np.argsort(b_end, kind="stable")
        at = np.searchsorted(b_end[order], a_start, side="right") - 1
        is_there = at >= 0
    found = order[np.clip(at, 0, len(order) - 1)]
    meets: Booleans = is_there & (second.source[found] == first.source)
    if within.most is None:
        return meets
    if within.unit is Distance.CHARACTERS:
        gap = b_start[found] - a_end if is_before else a_start - b_end[found]
        return meets & (gap <= within.most)
    return meets & _turns_apart(first, second.where(found), turns, within.most, is_before=is_before)


def _turns_apart(first: Spans, other: Spans, turns: Spans, most: int, *, is_before: bool) -> Booleans:
    """Row by row: at most so many turns from one to the other."""
    a_first, a_last = _turn_reach(first, turns)
    b_first, b_last = _turn_reach(other, turns)
    apart = b_first - (a_last - 1) if is_before else a_first - (b_last - 1)
    found: Booleans = (apart <= most) & (a_last > a_first) & (b_last > b_first)
    return found
