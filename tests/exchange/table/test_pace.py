"""How many rows an import writes at once: few enough that nobody who records waits long."""

from __future__ import annotations

from throughline.exchange.table.importing import BATCH_ROWS, FIRST_ROWS, HELD, LEAST_ROWS, Pace


def test_a_batch_comes_to_take_as_long_as_it_may_and_no_longer() -> None:
    pace, each = Pace(), HELD / 731
    for _ in range(5):
        pace.took(pace.rows, pace.rows * each)
    assert pace.rows in (730, 731)


def test_a_slow_batch_is_followed_by_a_small_one_and_a_fast_one_by_one_of_twice_its_size() -> None:
    pace = Pace()
    assert pace.rows == FIRST_ROWS
    pace.took(FIRST_ROWS, 100 * HELD)
    assert pace.rows == LEAST_ROWS
    pace.took(LEAST_ROWS, 0.0)
    assert pace.rows == 2 * LEAST_ROWS
    for _ in range(10):
        pace.took(pace.rows, 0.0)
    assert pace.rows == BATCH_ROWS
