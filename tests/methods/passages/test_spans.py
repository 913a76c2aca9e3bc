"""Arithmetic of intervals against sets of characters."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.methods.passages.made import as_runs, places, spans
from throughline.methods.passages.spans import Spans, common, either, joined, left_over
from throughline.vocabulary.errors import Invalid


@given(spans(), spans())
def test_passages_joined_common_and_left_over_are_sets_of_characters(one: Spans, other: Spans) -> None:
    a, b = places(one), places(other)
    assert joined(one).rows() == as_runs(a)
    assert either(one, other).rows() == as_runs(a | b)
    assert common(one, other).rows() == as_runs(a & b)
    assert left_over(one, other).rows() == as_runs(a - b)


@given(spans())
def test_distinct_passages_keep_every_place_once(one: Spans) -> None:
    assert one.distinct().rows() == sorted(set(one.rows()))


@pytest.mark.parametrize("row", [(0, 3, 3), (0, 4, 2), (0, -1, 2)])
def test_passages_without_text_are_refused(row: tuple[int, int, int]) -> None:
    with pytest.raises(Invalid, match="holds no text"):
        Spans.of([row])
