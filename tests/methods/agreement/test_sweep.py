from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.methods.agreement.sweep import overlapping

passages = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=25)


@settings(deadline=None)
@given(passages, st.integers(1, 40))
def test_overlapping_finds_every_pair_once_in_parts_of_any_size(
    given_passages: list[tuple[int, int]], at_once: int
) -> None:
    first = np.array([start for start, _ in given_passages], dtype=np.int64)
    last = first + np.array([length for _, length in given_passages], dtype=np.int64)
    found = []
    for i, j in overlapping(first, last, at_once=at_once):
        assert np.all(first[i] <= first[j])
        # A part holds more than was asked for only where one passage alone does.
        assert len(i) <= at_once or len(set(i.tolist())) == 1
        found += [tuple(sorted(pair)) for pair in zip(i.tolist(), j.tolist(), strict=True)]
    expected = [
        (a, b)
        for a, b in combinations(range(len(first)), 2)
        if max(first[a], first[b]) < min(last[a], last[b])
    ]
    assert sorted(found) == expected
