"""Phases of a site never share a day and stand in order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.rules.phases import ORDER, Span, check_apart
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import PhaseKind

B, I, A = PhaseKind.BEFORE, PhaseKind.IMPLEMENTATION, PhaseKind.AFTER  # noqa: E741 (three phases, three letters)
DAY = date(2026, 1, 1)


def span(kind: PhaseKind, start: int, end: int | None) -> Span:
    return Span(kind, DAY + timedelta(start), None if end is None else DAY + timedelta(end))


def test_order_is_total() -> None:
    assert set(ORDER) == set(PhaseKind)


@pytest.mark.parametrize(
    ("spans", "fits"),
    [
        ([], True),
        ([span(B, 0, 9)], True),
        ([span(B, 0, None)], True),
        ([span(B, 0, 9), span(I, 10, 19), span(A, 20, None)], True),
        ([span(A, 20, None), span(B, 0, 9)], True),
        ([span(B, 0, 10), span(I, 10, 19)], False),
        ([span(B, 0, None), span(A, 20, None)], False),
        ([span(A, 0, 9), span(B, 10, 19)], False),
        ([span(B, 0, 30), span(I, 10, 12), span(A, 40, None)], False),
        ([span(B, 5, 4)], False),
    ],
)
def test_check_apart(spans: list[Span], fits: bool) -> None:
    if fits:
        check_apart(spans)
    else:
        with pytest.raises(Invalid):
            check_apart(spans)


ENDS = st.one_of(st.none(), st.integers(0, 30))
SPANS = st.lists(
    st.builds(span, st.sampled_from(PhaseKind), st.integers(0, 30), ENDS),
    max_size=3,
    unique_by=lambda s: s.kind,
)


@given(SPANS)
def test_check_apart_gives_every_day_one_phase_at_most(spans: list[Span]) -> None:
    try:
        check_apart(spans)
    except Invalid:
        return
    for offset in range(70):
        assert sum(s.holds(DAY + timedelta(offset)) for s in spans) <= 1
