import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.oracles import least_squares
from throughline.methods.estimate import Missing
from throughline.methods.site_change import (
    SitePhase,
    from_binary,
    from_continuous,
    from_count,
    from_share,
    site_changes,
)
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import ArmKind, PhaseKind

INTERVENTION, COMPARISON = ArmKind.INTERVENTION, ArmKind.COMPARISON
BEFORE, AFTER = PhaseKind.BEFORE, PhaseKind.AFTER
NONE = Missing()


def share(site: str, arm: ArmKind, phase: PhaseKind, yes: int, no: int, missing: Missing = NONE) -> SitePhase:
    return from_binary(site=site, arm=arm, phase=phase, yes=yes, no=no, missing=missing)


def four_cells() -> list[SitePhase]:
    return [
        share("Aldmoor", INTERVENTION, BEFORE, 20, 80),
        share("Aldmoor", INTERVENTION, AFTER, 35, 65),
        share("Brackwell", COMPARISON, BEFORE, 10, 40),
        share("Brackwell", COMPARISON, AFTER, 11, 39),
    ]


def test_change_of_shares_by_hand() -> None:
    changes = site_changes(four_cells())
    assert {site.site: round(site.change, 12) for site in changes.sites} == {
        "Aldmoor": 0.15,
        "Brackwell": 0.02,
    }
    assert changes.n == 300


def test_nothing_counts_as_missing_and_never_as_no() -> None:
    with_nothing = share("Aldmoor", INTERVENTION, AFTER, 35, 65, Missing(declined=400, not_asked=100))
    cells = [cell for cell in four_cells() if (cell.site, cell.phase) != ("Aldmoor", AFTER)]
    changes = site_changes([*cells, with_nothing])
    assert changes.of(INTERVENTION)[0].change == pytest.approx(0.15)
    assert changes.missing == Missing(declined=400, not_asked=100)
    assert changes.of(INTERVENTION)[0].after.share_recorded == pytest.approx(100 / 600)


def test_rate_of_counts_uses_reported_months_only() -> None:
    def count(site: str, arm: ArmKind, phase: PhaseKind, events: int, months: float) -> SitePhase:
        return from_count(
            site=site,
            arm=arm,
            phase=phase,
            events=events,
            exposure=months,
            n=int(months),
            missing=Missing(not_recorded=2),
        )

    changes = site_changes(
        [
            count("Aldmoor", INTERVENTION, BEFORE, 40, 4),
            count("Aldmoor", INTERVENTION, AFTER, 90, 6),
            count("Brackwell", COMPARISON, BEFORE, 12, 6),
            count("Brackwell", COMPARISON, AFTER, 12, 6),
        ]
    )
    assert [site.change for site in changes.of(INTERVENTION)] == [5.0]
    assert [site.change for site in changes.of(COMPARISON)] == [0.0]
    assert changes.missing.not_recorded == 8


@given(
    st.lists(st.floats(-50, 50), min_size=1, max_size=30),
    st.lists(st.floats(-50, 50), min_size=1, max_size=30),
)
def test_change_of_means_agrees_with_ols_on_rows(before: list[float], after: list[float]) -> None:
    rows = np.array(before + after)
    phase = np.array([0.0] * len(before) + [1.0] * len(after))
    slope = least_squares(rows, phase).params[1]

    def mean(site: str, arm: ArmKind, phase: PhaseKind, values: list[float]) -> SitePhase:
        return from_continuous(
            site=site, arm=arm, phase=phase, total=sum(values), n=len(values), missing=NONE
        )

    changes = site_changes(
        [
            mean("Aldmoor", INTERVENTION, BEFORE, before),
            mean("Aldmoor", INTERVENTION, AFTER, after),
            mean("Brackwell", COMPARISON, BEFORE, [1.0]),
            mean("Brackwell", COMPARISON, AFTER, [1.0]),
        ]
    )
    assert changes.of(INTERVENTION)[0].change == pytest.approx(slope, abs=1e-9)


def test_order_of_cells_does_not_matter() -> None:
    assert site_changes(four_cells()) == site_changes(four_cells()[::-1])


def test_silent_arm_and_phase_is_refused_by_name() -> None:
    cells = four_cells()
    cells[2] = share("Brackwell", COMPARISON, BEFORE, 0, 0, Missing(not_asked=50))
    with pytest.raises(
        Unready, match="comparison sites recorded nothing of this outcome in the phase before"
    ):
        site_changes(cells)


def test_site_silent_in_one_phase_is_left_out_and_said() -> None:
    changes = site_changes([*four_cells(), share("Corrie", COMPARISON, AFTER, 4, 6)])
    assert [site.site for site in changes.sites] == ["Brackwell", "Aldmoor"]
    assert [(left.site, str(left.reason)) for left in changes.left_out] == [
        ("Corrie", "Corrie recorded nothing in: before.")
    ]
    assert changes.n == 300


def test_impossible_cells_are_refused() -> None:
    cells = four_cells()
    with pytest.raises(Invalid, match="given twice in phase after"):
        site_changes([*cells, cells[1]])
    with pytest.raises(Invalid, match="stands in both arms"):
        site_changes([*cells, share("Aldmoor", COMPARISON, AFTER, 1, 1)])
    with pytest.raises(Invalid, match="only before and after"):
        site_changes([*cells, share("Corrie", COMPARISON, PhaseKind.IMPLEMENTATION, 1, 1)])
    with pytest.raises(Invalid, match="two kinds were given"):
        site_changes(
            [*cells, from_continuous(site="C", arm=COMPARISON, phase=AFTER, total=1.0, n=1, missing=NONE)]
        )
    with pytest.raises(Invalid, match="count below 0"):
        share("Aldmoor", INTERVENTION, AFTER, -1, 2)
    with pytest.raises(Invalid, match="is not a number"):
        from_continuous(site="C", arm=COMPARISON, phase=AFTER, total=float("nan"), n=3, missing=NONE)
    with pytest.raises(Invalid, match="events in no time"):
        from_count(site="C", arm=COMPARISON, phase=AFTER, events=3, exposure=0, n=1, missing=NONE)
    with pytest.raises(Unready, match="No site has recorded"):
        site_changes([])


def test_still_open_is_counted_beside_what_is_missing() -> None:
    late = from_binary(
        site="Aldmoor",
        arm=INTERVENTION,
        phase=AFTER,
        yes=35,
        no=65,
        missing=Missing(declined=5),
        still_open=20,
    )
    cells = [cell for cell in four_cells() if (cell.site, cell.phase) != ("Aldmoor", AFTER)]
    changes = site_changes([*cells, late])
    assert (changes.still_open, changes.missing.total) == (20, 5)
    assert changes.of(INTERVENTION)[0].change == pytest.approx(0.15)
    assert late.share_recorded == pytest.approx(100 / 125)


def test_a_share_taken_elsewhere_lies_between_none_and_all() -> None:
    cell = from_share(site="A", arm=COMPARISON, phase=BEFORE, share=0.25, n=30, missing=NONE, still_open=4)
    assert (cell.value, cell.n, cell.still_open) == (0.25, 30, 4)
    with pytest.raises(Invalid, match="between 0 and 1"):
        from_share(site="A", arm=COMPARISON, phase=BEFORE, share=1.2, n=30, missing=NONE, still_open=4)
