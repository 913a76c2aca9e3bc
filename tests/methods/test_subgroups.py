"""Groups compared with each other: against a fit by hand, and where they change alike."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.methods.contrast import contrast_site_changes
from throughline.methods.estimate import Missing
from throughline.methods.site_change import SitePhase, from_binary, site_changes
from throughline.methods.subgroups import METHOD, interaction
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import ArmKind, PhaseKind

PHASES = (PhaseKind.BEFORE, PhaseKind.AFTER)
Counts = list[list[tuple[int, int]]]


def cells(counts: Counts, treated: int) -> list[SitePhase]:
    """`counts`: for each site (yes, no) before and after."""
    return [
        from_binary(
            site=f"s{site}", arm=ArmKind.INTERVENTION if site < treated else ArmKind.COMPARISON, phase=phase, yes=yes, no=no,
            missing=Missing(declined=1),
        )
        for site, row in enumerate(counts)
        for phase, (yes, no) in zip(PHASES, row, strict=True)
    ]  # fmt: skip


COUNT = st.tuples(st.integers(0, 40), st.integers(1, 40))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT), min_size=4, max_size=9), st.data())
def test_interaction_is_a_fit_of_gaps_on_arm(
    rows: list[tuple[tuple[int, int], ...]], data: st.DataObject
) -> None:
    treated = data.draw(st.integers(2, len(rows) - 2))
    mine, theirs = ([list(row[:2]) for row in rows], [list(row[2:]) for row in rows])
    share = np.array([[yes / (yes + no) for yes, no in row] for row in rows])
    gap = (share[:, 1] - share[:, 0]) - (share[:, 3] - share[:, 2])
    arm = np.arange(len(rows)) < treated
    try:
        found = interaction(cells(mine, treated), cells(theirs, treated))
    except Unready:
        assert np.ptp(gap[arm]) < 1e-9 and np.ptp(gap[~arm]) < 1e-9
        return
    fit = sm.OLS(gap, sm.add_constant(arm.astype(float))).fit()
    assert found.difference.difference == pytest.approx(fit.params[1], abs=1e-9)
    interval = found.difference.interval
    assert (interval.low, interval.high) == pytest.approx(tuple(fit.conf_int()[1]), abs=1e-7)
    assert found.group - found.others == pytest.approx(found.difference.difference, abs=1e-9)
    assert found.difference.df == len(rows) - 2 and found.difference.method == METHOD
    assert found.difference.p_value is None
    assert found.smallest == min(yes + no for row in rows for yes, no in row)
    assert (
        sum(one.n for one in found.counts)
        == found.difference.n
        == sum(sum(pair) for row in rows for pair in row)
    )


def test_groups_that_change_alike_differ_by_nothing_and_a_silent_group_is_named() -> None:
    rows: Counts = [[(10, 30), (14, 26)], [(8, 12), (13, 7)], [(20, 20), (21, 19)], [(9, 11), (10, 10)]]
    shifted: Counts = [[(2 * yes, 2 * no) for yes, no in row] for row in rows]
    shifted[0] = [(10, 10), (12, 8)]  # the same change from another level
    found = interaction(cells(shifted, 2), cells([*rows[:3], [(2, 8), (4, 6)]], 2))
    headline = contrast_site_changes(site_changes(cells(shifted, 2))).difference
    assert found.group == pytest.approx(headline)
    assert found.difference.difference == pytest.approx(0.5 * (0.2 - 0.05))
    silent = cells(rows, 2)
    silent[-1] = from_binary(
        site="s3", arm=ArmKind.COMPARISON, phase=PhaseKind.AFTER, yes=0, no=0, missing=Missing(not_recorded=3)
    )
    with pytest.raises(Unready, match="2 intervention sites and 1 comparison site"):
        interaction(silent, cells(rows, 2))
    with pytest.raises(Unready, match="Of the others: The intervention sites recorded nothing"):
        interaction(cells(rows, 2), cells(rows, 2)[4:])
