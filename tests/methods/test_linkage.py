"""Linking against every pair compared in plain Python, and against a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.simulated_codes import simulated
from throughline.methods.baseline import ColumnKind
from throughline.methods.linkage import Linkage, WaveCodes, Why, link_waves
from throughline.methods.linkage_rates import beside_others, match_rates
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.nothing import Nothing

WINDOW = (100, 500)
Person = tuple[tuple[int, ...], int, int, float | None, int]  # elements, site, day, age, gender


def wave(people: list[Person]) -> WaveCodes:
    return WaveCodes(
        np.array([one[0] for one in people], dtype=np.int64).reshape(len(people), -1 if people else 4),
        np.array([one[1] for one in people], dtype=np.int64),
        np.array([one[2] for one in people], dtype=np.int64),
        np.array([np.nan if one[3] is None else one[3] for one in people]),
        np.array([one[4] for one in people], dtype=np.int64),
    )


def by_hand(
    first: list[Person], second: list[Person]
) -> tuple[dict[tuple[int, int], bool], dict[tuple[int, int], Why], set[tuple[int, int]]]:
    """Links with whether they are exact, and pairs in review with why, from every pair that there is.

    The third are the links of those whom no other pair of either touches that is as good, whatever its second facts say.
    """
    found: dict[tuple[int, int], int] = {}
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            differing = sum(x != y or x == 0 for x, y in zip(a[0], b[0], strict=True))
            if a[1] == b[1] and WINDOW[0] <= b[2] - a[2] <= WINDOW[1] and differing <= 1:
                found[i, j] = differing
    links: dict[tuple[int, int], bool] = {}
    left: dict[tuple[int, int], Why] = {}
    without_rival = set()
    for (i, j), differing in found.items():
        facts = _facts(first[i], second[j])
        rivals = [pair for pair in found if (pair[0] == i) != (pair[1] == j)]
        # docs/adr/0041: only what is off by an element and by a second fact, too, is nobody's rival.
        counted = [found[k, m] for k, m in rivals if found[k, m] == 0 or all(_facts(first[k], second[m]))]
        agree = any(facts) if differing == 0 else bool(facts) and all(facts)
        if agree and all(found[pair] > differing for pair in rivals):
            without_rival.add((i, j))
        if facts and not agree:
            left[i, j] = Why.SECOND_FACT
        elif min(counted, default=2) < differing:
            left[i, j] = Why.NOT_BEST
        elif differing in counted:
            left[i, j] = Why.SEVERAL
        elif not facts:
            left[i, j] = Why.NO_SECOND_FACT
        else:
            links[i, j] = differing == 0
    review = {(i, j): why for (i, j), why in left.items() if all(i != k and j != m for k, m in links)}
    return links, review, without_rival


def _facts(a: Person, b: Person) -> list[bool]:
    """Age and gender, where they are known of both: whether they agree."""
    facts = []
    if a[3] is not None and b[3] is not None:
        facts.append(abs(a[3] + (b[2] - a[2]) / 365.25 - b[3]) <= 1.001)
    if a[4] and b[4]:
        facts.append(a[4] == b[4])
    return facts


people = st.lists(
    st.tuples(
        st.tuples(*[st.sampled_from([1, 1, 2, 3, 0])] * 4), st.integers(1, 2), st.sampled_from([0, 90, 450]),
        st.sampled_from([None, 30.0, 31.0, 33.0]), st.integers(0, 2),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(people, people)
def test_links_and_review_are_those_of_every_pair_compared(first: list[Person], second: list[Person]) -> None:
    second = [(codes, site, day + 150, age, gender) for codes, site, day, age, gender in second]
    found = link_waves(wave(first), wave(second), window=WINDOW)
    links, review, without_rival = by_hand(first, second)
    pairs = [tuple(pair) for pair in found.links.tolist()]
    assert dict(zip(pairs, found.is_exact.tolist(), strict=True)) == links and pairs == sorted(pairs)
    assert dict(zip([tuple(pair) for pair in found.review.tolist()], found.why, strict=True)) == review
    assert (found.n_first, found.n_second) == (len(first), len(second))
    assert without_rival <= set(links) and all(
        is_exact <= (pair in without_rival) for pair, is_exact in links.items()
    )


def test_who_agrees_exactly_is_linked_where_age_or_gender_agrees_and_waits_where_neither_does() -> None:
    code = (1, 2, 3, 4, 5, 6, 7)
    alice, other, near = (code, 1, 0, 30.0, 1), (code, 1, 365, 31.0, 2), ((*code[:6], 9), 1, 365, 31.0, 1)
    found = link_waves(wave([alice]), wave([other, near]), window=WINDOW)
    assert found.links.tolist() == [[0, 0]] and found.review.tolist() == []
    older = (code, 1, 365, 44.0, 1)
    assert link_waves(wave([alice]), wave([older]), window=WINDOW).links.tolist() == [[0, 0]]
    # In all but one element neither may say otherwise.
    for wrong in ((near[0], 1, 365, 31.0, 2), (near[0], 1, 365, 44.0, 1)):
        alone = link_waves(wave([alice]), wave([wrong]), window=WINDOW)
        assert alone.links.tolist() == [] and alone.why == (Why.SECOND_FACT,)
    # Of another age and gender nobody is linked, and nobody else takes the place, from either side.
    stranger = (code, 1, 365, 44.0, 2)
    waits = link_waves(wave([alice]), wave([stranger, near]), window=WINDOW)
    assert waits.links.tolist() == [] and waits.why == (Why.SECOND_FACT, Why.NOT_BEST)
    back = link_waves(wave([(code, 1, 0, 43.0, 2), (near[0], 1, 0, 30.0, 1)]), wave([(code, 1, 365, 31.0, 1)]), window=WINDOW)  # fmt: skip
    assert back.links.tolist() == [] and back.why == (Why.SECOND_FACT, Why.NOT_BEST)
    twice = link_waves(wave([alice]), wave([other, (code, 1, 365, 31.0, 1)]), window=WINDOW)
    assert twice.links.tolist() == [] and twice.why == (Why.SEVERAL, Why.SEVERAL)


def test_known_people_are_found_and_hardly_anybody_else() -> None:
    """740 a wave, some with a second fact that is wrong or not there: over 80% of who came again, and fewer than 1% of the links
    are expected by chance, as are found."""
    expected, false, linked, again = 0.0, 0, 0, 0
    for seed in range(5):
        world = simulated(np.random.default_rng(seed), 740, 6)
        found = link_waves(world.first, world.second, window=WINDOW)
        assert found.expected_false < 0.01 * len(found.links)
        expected, linked = expected + found.expected_false, linked + len(found.links)
        false += len(found.links) - world.right(found.links)
        again += int(np.sum(world.truth >= 0))
        assert Why.SECOND_FACT in found.why and np.isnan(world.first.age).any()
    assert linked - false > 0.8 * again
    assert false <= 0.01 * linked and expected > 0


def test_links_expected_by_chance_are_those_found_where_nobody_came_again() -> None:
    found = [
        link_waves(world.first, world.second, window=WINDOW)
        for world in (simulated(np.random.default_rng(seed), 20_000, 2, stay=0.0) for seed in range(4))
    ]
    expected, linked = sum(one.expected_false for one in found), sum(len(one.links) for one in found)
    assert expected > 20 and abs(linked - expected) < 4 * expected**0.5


def _found() -> Linkage:
    codes = [((n, n, n, n), 1, 0, 30.0, 1) for n in range(1, 7)]
    return link_waves(wave(codes), wave([(one[0], 1, 365, 31.0, 1) for one in codes[:4]]), window=WINDOW)


def test_match_rates_by_arm_and_who_is_linked_beside_the_others() -> None:
    found = _found()
    rates = match_rates(found, ["a", "a", "b", "b", "b", "c"])
    assert [(one.arm, one.n, one.linked, one.share) for one in rates] == [("a", 2, 2, 1.0), ("b", 3, 2, 2 / 3), ("c", 1, 0, 0.0)]  # fmt: skip
    row = beside_others(found, "used", ColumnKind.SHARE, [1, 1, 0, Nothing.DECLINED, 0, 1])
    assert (row.linked.n, row.linked.missing.declined, row.linked.mean, row.others.mean) == (3, 1, 2 / 3, 0.5)
    assert row.difference == pytest.approx((2 / 3 - 1 / 2) / ((2 / 9 + 1 / 4) / 2) ** 0.5)
    same = beside_others(found, "same", ColumnKind.NUMBER, [2.0] * 6)
    assert same.difference is None and "not set against each other" in str(same.refused)
    with pytest.raises(Invalid, match="one value for each"):
        match_rates(found, ["a"])


def test_waves_that_cannot_be_linked_are_refused_in_words() -> None:
    three = [((1, 1, 1), 1, 0, 30.0, 1)]
    for first, second, window, why in (
        (three, [((1, 1, 1, 1), 1, 0, 30.0, 1)], WINDOW, "same elements"), (three, three, (5, 4), "ends before it begins"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=why):
            link_waves(wave(first), wave(second), window=window)
    with pytest.raises(Invalid, match="at least 3"):
        wave([((1, 1), 1, 0, 30.0, 1)])
    with pytest.raises(Invalid, match="one site, day"):
        WaveCodes(np.ones((2, 3), dtype=np.int64), *([np.ones(1, dtype=np.int64)] * 2), np.ones(1), np.ones(1, dtype=np.int64))  # fmt: skip
    with pytest.raises(Unready, match="too coarse"):
        link_waves(wave(three * 5000), wave(three * 5000), window=WINDOW)
