"""Relations of passages against every pair of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.passages.made import as_runs, places, spans, turns
from throughline.methods.passages.asking import Distance, Relation, Within, related, touching
from throughline.methods.passages.spans import Spans
from throughline.vocabulary.errors import Invalid

Row = tuple[int, int, int]
DISTANCES = st.one_of(
    st.just(Within()),
    st.builds(Within, st.integers(0, 6), st.sampled_from(Distance)),
)


def in_turns(row: Row, of: Spans) -> list[int]:
    """Numbers of the turns that a passage touches, among those of its source."""
    own = [turn for turn in of.rows() if turn[0] == row[0]]
    return [n for n, (_, start, end) in enumerate(own) if start < row[2] and row[1] < end]


def is_met(a: Row, relation: Relation, b: Row, of: Spans, within: Within) -> bool:
    if a[0] != b[0]:
        return False
    ours, theirs = in_turns(a, of), in_turns(b, of)
    if relation is Relation.OVERLAPS:
        return a[1] < b[2] and b[1] < a[2]
    if relation is Relation.SAME_TURN:
        return bool(set(ours) & set(theirs))
    if relation is Relation.BEFORE and not a[2] <= b[1]:
        return False
    if relation is Relation.AFTER and not b[2] <= a[1]:
        return False
    if within.most is None:
        return True
    if within.unit is Distance.CHARACTERS:
        return max(b[1] - a[2], a[1] - b[2]) <= within.most
    return any(abs(x - y) <= within.most for x in ours for y in theirs)


@settings(max_examples=300)
@given(spans(), spans(), turns(), st.sampled_from(Relation), DISTANCES)
def test_related_is_what_every_pair_says(
    a: Spans, b: Spans, of: Spans, relation: Relation, within: Within
) -> None:
    if relation is Relation.NEAR and within.most is None:
        with pytest.raises(Invalid, match="how near"):
            related(a, relation, b, turns=of, within=within)
        return
    found = related(a, relation, b, turns=of, within=within).rows()
    one, other = places(a), places(b)
    sets = {Relation.AND: one & other, Relation.OR: one | other, Relation.NOT: one - other}
    if relation in sets:
        assert found == as_runs(sets[relation])
    else:
        rows = {x for x in a.rows() if any(is_met(x, relation, y, of, within) for y in b.rows())}
        assert found == sorted(rows)


@given(spans(), spans())
def test_touching_is_overlapping(a: Spans, b: Spans) -> None:
    told = [any(is_met(x, Relation.OVERLAPS, y, a, Within()) for y in b.rows()) for x in a.rows()]
    assert touching(a, b).tolist() == told


def test_related_answers_two_hundred_thousand_passages_without_expanding_them() -> None:
    n = 200_000
    chance = np.random.default_rng(7)
    start = chance.integers(0, 1_000_000_000, n)
    a = Spans(np.sort(chance.integers(0, 500, n)), start, start + chance.integers(1, 900_000_000, n))
    assert len(related(a, Relation.NEAR, a, turns=Spans.of([]), within=Within(10))) == len(a.distinct())


def test_within_is_never_negative() -> None:
    with pytest.raises(Invalid, match="0 or more"):
        Within(-1)
