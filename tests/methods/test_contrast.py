import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.methods.oracles import least_squares, t_test
from throughline.methods.contrast import (
    BEYOND_SHARES,
    contrast_site_changes,
    leave_one_site_out,
    permute_arms,
)
from throughline.methods.estimate import Missing
from throughline.methods.site_change import SiteChanges, from_binary, from_continuous, site_changes
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import ArmKind, PhaseKind


def with_changes(
    treated: Sequence[float], compared: Sequence[float], *, base: float = 10.0, missing: Missing | None = None
) -> SiteChanges:
    cells = []
    for arm, values in ((ArmKind.INTERVENTION, treated), (ArmKind.COMPARISON, compared)):
        for number, change in enumerate(values):
            for phase, value in ((PhaseKind.BEFORE, base), (PhaseKind.AFTER, base + change)):
                cells.append(
                    from_continuous(
                        site=f"{arm.value}-{number}",
                        arm=arm,
                        phase=phase,
                        total=value * 50,
                        n=50,
                        missing=missing or Missing(),
                    )
                )
    return site_changes(cells)


values = st.integers(-200, 200).map(lambda tenth: tenth / 10)
arms = st.tuples(st.lists(values, min_size=2, max_size=6), st.lists(values, min_size=2, max_size=6))


def scattered(pair: tuple[list[float], list[float]]) -> SiteChanges:
    assume(any(len(set(arm)) > 1 for arm in pair))
    return with_changes(*pair)


def test_contrast_by_hand() -> None:
    # Changes 4, 5, 6 against 1, 2, 3: means 5 and 2; squares 2 + 2 over 4 df = 1; SE = sqrt(2/3); t(4) = 2.776445.
    found = contrast_site_changes(with_changes([4, 5, 6], [1, 2, 3]))
    assert found.difference == pytest.approx(3)
    assert found.standard_error == pytest.approx(0.8164966, abs=1e-7)
    assert (found.df, found.n, found.missing.total) == (4, 600, 0)
    assert found.interval.low == pytest.approx(3 - 2.776445 * 0.8164966, abs=1e-6)
    assert found.interval.high == pytest.approx(3 + 2.776445 * 0.8164966, abs=1e-6)
    assert (found.sd_change_intervention, found.sd_change_comparison) == (pytest.approx(1), pytest.approx(1))
    assert found.method == "contrast.site_change/1"


def test_contrast_of_shares_says_where_its_interval_reaches_beyond_what_shares_can_differ_by() -> None:
    def of(n: int, *yes_after: int) -> SiteChanges:
        arms = [ArmKind.INTERVENTION] * 2 + [ArmKind.COMPARISON] * 2
        return site_changes(
            [
                from_binary(site=f"s{place}", arm=arm, phase=phase, yes=told, no=n - told, missing=Missing())
                for place, (arm, after) in enumerate(zip(arms, yes_after, strict=True))
                for phase, told in ((PhaseKind.BEFORE, n // 2), (PhaseKind.AFTER, after))
            ]
        )

    wide, narrow = contrast_site_changes(of(2, 2, 0, 1, 2)), contrast_site_changes(of(100, 60, 70, 50, 55))
    assert wide.interval.high > 2 and wide.assumptions[-1] == BEYOND_SHARES
    assert -2 < narrow.interval.low < narrow.interval.high < 2 and BEYOND_SHARES not in narrow.assumptions
    far = contrast_site_changes(with_changes([4, 5, 6], [1, 2, 3]))  # of numbers nothing is out of reach
    assert far.interval.high > 2 and BEYOND_SHARES not in far.assumptions


@pytest.mark.filterwarnings(
    "ignore:Precision loss occurred:RuntimeWarning"
)  # scipy's, where one arm has no scatter
@given(arms)
def test_contrast_agrees_with_ols_and_ttest(pair: tuple[list[float], list[float]]) -> None:
    found = contrast_site_changes(scattered(pair), planned_primary=True)
    y = np.array(pair[0] + pair[1])
    arm = np.array([1.0] * len(pair[0]) + [0.0] * len(pair[1]))
    ols = least_squares(y, arm)
    assert found.difference == pytest.approx(ols.params[1], abs=1e-9)
    assert found.standard_error == pytest.approx(ols.bse[1], rel=1e-8)
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(ols.conf_int()[1]), abs=1e-8)
    assert found.p_value == pytest.approx(t_test(*pair).pvalue, abs=1e-9)


@given(arms, values)
def test_contrast_ignores_change_common_to_all(pair: tuple[list[float], list[float]], shift: float) -> None:
    plain = contrast_site_changes(scattered(pair))
    shifted = contrast_site_changes(with_changes(*[[value + shift for value in arm] for arm in pair]))
    assert shifted.difference == pytest.approx(plain.difference, abs=1e-9)
    assert shifted.standard_error == pytest.approx(plain.standard_error, abs=1e-9)


@given(arms)
def test_contrast_turns_sign_when_arms_swap(pair: tuple[list[float], list[float]]) -> None:
    plain, swapped = contrast_site_changes(scattered(pair)), contrast_site_changes(with_changes(*pair[::-1]))
    assert swapped.difference == pytest.approx(-plain.difference, abs=1e-9)
    assert swapped.interval.high == pytest.approx(-plain.interval.low, abs=1e-9)


@given(arms, st.integers(1, 50))
def test_contrast_scales_with_unit(pair: tuple[list[float], list[float]], unit: int) -> None:
    plain = contrast_site_changes(scattered(pair))
    scaled = contrast_site_changes(
        with_changes(*[[value * unit for value in arm] for arm in pair], base=10.0 * unit)
    )
    assert scaled.interval.low == pytest.approx(unit * plain.interval.low, rel=1e-8, abs=1e-8)


def test_p_value_only_for_planned_primary_outcomes() -> None:
    changes = with_changes([4, 5, 6], [1, 2, 3])
    assert contrast_site_changes(changes).p_value is None
    assert permute_arms(changes).p_value is None
    assert permute_arms(changes, planned_primary=True).p_value == 0.1


def test_missing_is_carried_by_kind() -> None:
    changes = with_changes([4, 5], [1, 2], missing=Missing(declined=1, not_recorded=2))
    for found in (contrast_site_changes(changes), permute_arms(changes)):
        assert found.missing == Missing(declined=8, not_recorded=16)
    assert {row.missing for row in leave_one_site_out(changes).rows} == {Missing(declined=6, not_recorded=12)}


@pytest.mark.parametrize(("treated", "compared"), [(1, 3), (3, 1), (1, 1), (1, 9)])
def test_too_few_sites_are_refused(treated: int, compared: int) -> None:
    changes = with_changes(range(treated), range(compared))
    for estimate in (contrast_site_changes, permute_arms, leave_one_site_out):
        with pytest.raises(
            Unready, match=f"There are {treated} intervention sites? and {compared} comparison sites?"
        ):
            estimate(changes)


@pytest.mark.parametrize("base", [0.0, 0.1, 1e6])
def test_changes_without_scatter_get_no_interval(base: float) -> None:
    with pytest.raises(Unready, match="no scatter between sites"):
        contrast_site_changes(with_changes([0.3, 0.3, 0.3], [0.1, 0.1, 0.1], base=base))
    with pytest.raises(Unready, match="no scatter between sites"):
        contrast_site_changes(with_changes([0, 0], [0, 0], base=base))


def test_level_outside_range_is_refused() -> None:
    with pytest.raises(Invalid):
        contrast_site_changes(with_changes([4, 5], [1, 2]), level=95)


def test_permutation_names_smallest_count_for_three_against_three() -> None:
    found = permute_arms(with_changes([4, 5, 6], [1, 2, 3]))
    assert (found.as_far_apart, found.arrangements, found.smallest) == (2, 20, 2)
    assert "in 2 of 20 the arms lie at least as far apart as here" in str(found.in_words)
    assert "the smallest count possible is 2 of 20 (0.1)" in str(found.in_words)


def test_permutation_names_smallest_count_for_two_against_three() -> None:
    found = permute_arms(with_changes([40, 50], [1, 2, 3]))
    assert (found.as_far_apart, found.arrangements, found.smallest) == (1, 10, 1)


def test_permutation_counts_ties_that_differ_in_last_bits() -> None:
    # 0.1 + 0.2 and 0.3 are the same on paper, not in binary: swapping those two sites changes nothing.
    found = permute_arms(with_changes([0.1 + 0.2, 0.4], [0.3, 0.0], base=0.0))
    assert (found.as_far_apart, found.arrangements) == (4, 6)


@given(arms)
def test_permutation_agrees_with_brute_force(pair: tuple[list[float], list[float]]) -> None:
    whole = [round(value * 10) for value in pair[0] + pair[1]]
    size, rest = len(pair[0]), len(pair[1])

    def distance(chosen: tuple[int, ...]) -> int:
        picked = sum(whole[i] for i in chosen)
        return abs(picked * rest - (sum(whole) - picked) * size)

    observed = distance(tuple(range(size)))
    expected = sum(distance(c) >= observed for c in itertools.combinations(range(size + rest), size))
    found = permute_arms(with_changes(*pair))
    assert found.as_far_apart == expected
    assert found.smallest <= found.as_far_apart <= found.arrangements


def test_permutation_of_too_many_arrangements_is_refused() -> None:
    with pytest.raises(Unready, match="too many to go through"):
        permute_arms(with_changes(range(12), range(12)))


def test_leave_one_out_agrees_with_contrast_of_the_rest() -> None:
    treated, compared = [4.0, 5.0, 9.0], [1.0, 2.5, 3.0]
    table = leave_one_site_out(with_changes(treated, compared))
    assert len(table.rows) == 6
    for row in table.rows:
        number = int(row.site[-1])
        rest = [
            [v for i, v in enumerate(arm) if not (row.arm == kind and i == number)]
            for kind, arm in ((ArmKind.INTERVENTION, treated), (ArmKind.COMPARISON, compared))
        ]
        expected = contrast_site_changes(with_changes(*rest))
        assert row.difference == pytest.approx(expected.difference)
        assert row.interval is not None
        assert row.interval.high == pytest.approx(expected.interval.high)
        assert row.n == 500
    assert table.lowest == min(row.difference for row in table.rows)


def test_leave_one_out_gives_difference_without_interval_where_too_few_remain() -> None:
    table = leave_one_site_out(with_changes([4, 5], [1, 2]))
    assert [row.interval for row in table.rows] == [None] * 4
    assert [row.difference for row in table.rows if row.arm == ArmKind.INTERVENTION] == pytest.approx(
        [3.5, 2.5]
    )
    assert "at least 2 in each arm" in str(table.rows[0].reason)


def test_results_never_speak_of_verdicts() -> None:
    changes = with_changes([4, 5, 6], [1, 2, 3])
    headline, permuted = contrast_site_changes(changes, planned_primary=True), permute_arms(changes)
    words = " ".join(
        str(s) for s in (*headline.assumptions, *permuted.assumptions, permuted.in_words)
    ).lower()
    for verdict in ("significan", "effective", "success", "proven", "works", "no effect", "no difference"):
        assert verdict not in words


@pytest.mark.parametrize("effect", [0.0, 0.1])
def test_interval_covers_what_was_put_in(effect: float) -> None:
    """3 v 3 sites of unequal size, binary outcome, site drift: coverage within Monte Carlo error of 95%."""
    rng = np.random.default_rng(20240517)
    runs, sizes = 400, np.array([30, 60, 120, 45, 90, 300])
    arms = [ArmKind.INTERVENTION] * 3 + [ArmKind.COMPARISON] * 3
    covered, found = 0, []
    for _ in range(runs):
        before = rng.binomial(sizes, np.clip(0.4 + rng.normal(0, 0.08, 6), 0, 1))
        lift = effect * np.array([1, 1, 1, 0, 0, 0])
        after = rng.binomial(sizes, np.clip(0.45 + lift + rng.normal(0, 0.08, 6), 0, 1))
        cells = [
            from_binary(
                site=f"s{i}",
                arm=arms[i],
                phase=phase,
                yes=int(yes[i]),
                no=int(sizes[i] - yes[i]),
                missing=Missing(),
            )
            for i in range(6)
            for phase, yes in ((PhaseKind.BEFORE, before), (PhaseKind.AFTER, after))
        ]
        estimate = contrast_site_changes(site_changes(cells))
        covered += estimate.interval.low <= effect <= estimate.interval.high
        found.append(estimate.difference)
    # Two Monte Carlo errors of 95% in 400 runs are 2.2 points; the sites' unequal sizes cost up to one more.
    assert 0.92 <= covered / runs <= 0.98
    assert abs(np.mean(found) - effect) < 3 * np.std(found) / np.sqrt(runs)
