"""Stock: any order of arrival gives the same books, held against the definition itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.methods.stock import Count, Flow, LotHeld, Stock, days_left, left_in_lots, stocks, to_order

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLACES, ITEMS = ("here", "there"), ("pipe", "foil")


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


moments = st.integers(0, 12).map(at)  # few, so that many things happen at one moment
flows = st.builds(
    Flow, item=st.sampled_from(ITEMS), quantity=st.integers(1, 50), at=moments,
    source=st.sampled_from((None, *PLACES)), target=st.sampled_from((None, *PLACES)),
).filter(lambda flow: flow.source != flow.target)  # fmt: skip
count_rows = st.lists(
    st.builds(
        Count, id=st.integers(0, 10**6).map(str), place=st.sampled_from(PLACES), item=st.sampled_from(ITEMS),
        at=moments, counted=st.integers(0, 50),
    ),
    max_size=8, unique_by=lambda count: count.id,
)  # fmt: skip
flow_rows = st.lists(flows, max_size=14)


def oracle(place: str, item: str, flows: list[Flow], counts: list[Count]) -> Stock | None:
    """The definition, without a sweep: each number from all that happened before or after a moment."""
    mine = [f for f in flows if f.item == item and place in (f.source, f.target)]
    own = [c for c in counts if (c.place, c.item) == (place, item)]
    if not mine and not own:
        return None
    began = min([f.at for f in mine if f.target == place] + [c.at for c in own], default=None)

    def between(after: datetime | None, until: datetime | None) -> int:
        inside = [f for f in mine if (after is None or f.at > after) and (until is None or f.at <= until)]
        came = sum(f.quantity for f in inside if f.target == place)
        # What left at the very moment at which the books begin left before it.
        return came - sum(
            f.quantity for f in inside if f.source == place and began is not None and f.at > began
        )

    order = sorted(own, key=lambda c: (c.at, c.id))
    seen = []
    for number, count in enumerate(order):
        if number:
            expected: int | None = order[number - 1].counted + between(order[number - 1].at, count.at)
        else:
            came = [f for f in mine if f.target == place and f.at <= count.at]
            expected = between(None, count.at) if came else None
        seen.append((count.id, expected))
    last = order[-1] if order else None
    if last is not None:
        on_hand: int | None = last.counted + between(last.at, None)
    else:
        on_hand = between(None, None) if began is not None else None
    found = stocks(flows, counts)[place, item]
    assert [(v.count_id, v.expected) for v in found.variances] == seen
    return Stock(on_hand, last.at if last else None, found.variances)


@settings(max_examples=150, deadline=None)
@given(flow_rows, count_rows)
def test_stocks_are_what_the_definition_says(flows: list[Flow], counts: list[Count]) -> None:
    found = stocks(flows, counts)
    for place in PLACES:
        for item in ITEMS:
            assert found.get((place, item)) == oracle(place, item, flows, counts)


@settings(max_examples=100, deadline=None)
@given(flow_rows, count_rows, st.randoms())
def test_any_order_of_arrival_gives_the_same_stock(
    flows: list[Flow], counts: list[Count], random: object
) -> None:
    shuffled, counted = list(flows), list(counts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis types its randoms as objects
    random.shuffle(counted)  # type: ignore[attr-defined]
    assert stocks(shuffled, counted) == stocks(flows, counts)


@settings(max_examples=100, deadline=None)
@given(flow_rows, count_rows, flows)
def test_late_event_before_a_count_changes_that_variance_alone(
    flows: list[Flow], counts: list[Count], late: Flow
) -> None:
    """The next count after it at each end; where there is none, on hand."""
    before, after = stocks(flows, counts), stocks([*flows, late], counts)
    for key in after:
        place, item = key
        was = before.get(key, Stock(None, None, ()))
        if item != late.item or place not in (late.source, late.target):
            assert after[key] == was
            continue
        followed = [v.count_id for v in was.variances if v.at >= late.at]
        changed = [a.count_id for a, b in zip(after[key].variances, was.variances, strict=True) if a != b]
        assert set(changed) <= set(followed[:1])
        if followed:
            assert after[key].on_hand == was.on_hand


@settings(max_examples=100, deadline=None)
@given(flow_rows, count_rows, st.sampled_from(PLACES), st.integers(1, 30))
def test_transfer_conserves_the_total(
    flows: list[Flow], counts: list[Count], source: str, quantity: int
) -> None:
    opening = [Count(f"opening {p} {i}", p, i, at(-1), 20) for p in PLACES for i in ITEMS]
    target = next(place for place in PLACES if place != source)
    moved = Flow("pipe", quantity, at(13), source, target)
    before, after = stocks(flows, [*opening, *counts]), stocks([*flows, moved], [*opening, *counts])

    def total(found: dict[tuple[object, object], Stock]) -> int:
        return sum(stock.on_hand or 0 for (_, item), stock in found.items() if item == "pipe")

    assert total(before) == total(after)
    assert after[source, "pipe"].on_hand == (before[source, "pipe"].on_hand or 0) - quantity


def test_books_that_have_not_begun_are_not_zero() -> None:
    given = Flow("pipe", 5, at(0), "here", None)
    assert stocks([given], [])["here", "pipe"].on_hand is None
    came = Flow("pipe", 20, at(1), None, "here")
    assert stocks([given, came], [])["here", "pipe"].on_hand == 20
    first = stocks([given], [Count("c", "here", "pipe", at(2), 7)])["here", "pipe"]
    assert (first.on_hand, first.variances[0].difference) == (7, None)


@given(st.integers(-5, 500), st.integers(0, 300), st.integers(1, 60), st.integers(1, 120))
def test_days_left_and_order(usable: int, used: int, days: int, cover: int) -> None:
    have = max(usable, 0)
    lasts = days_left(usable, used, days)
    assert lasts == (None if used == 0 else floor(Fraction(have * days, used)))
    order = to_order(usable, used, days, cover)
    assert order == max(ceil(Fraction(used * cover, days)) - have, 0)
    if used:
        assert (days_left(have + order, used, days) or 0) >= cover  # what is ordered lasts so long
        if order:
            assert Fraction((have + order - 1) * days, used) < cover  # and not one more than that


@pytest.mark.parametrize(
    ("on_hand", "left"),
    [(0, (0, 0)), (30, (0, 30)), (50, (0, 50)), (70, (20, 50)), (200, (40, 50)), (-3, (0, 0))],
)
def test_what_expires_first_is_taken_to_have_left_first(on_hand: int, left: tuple[int, int]) -> None:
    lots = [LotHeld("early", date(2026, 4, 1), 40), LotHeld("late", date(2027, 4, 1), 50)]
    found = left_in_lots(on_hand, lots)
    assert (found["early"], found["late"]) == left
