"""Ids of records: in the order in which they were made, whatever the clock does."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import RFC_4122

import pytest

from throughline.records.foundation import new_id


def test_new_id_comes_after_every_other_of_its_process() -> None:
    before = time.time_ns() // 1_000_000
    made = [new_id() for _ in range(5_000)]
    assert all(one < other for one, other in pairwise(made))
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert made[0].int >> 80 >= before, "it begins with the moment"
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda _: new_id(), range(2_000)))) == 2_000


def test_new_id_goes_on_where_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    last = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    made = [last, *(new_id() for _ in range(5_000))]
    assert all(one < other for one, other in pairwise(made))
