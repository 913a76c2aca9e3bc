"""Standardised to each site's own before mix: against sums over its rows by hand; an equal mix gives the headline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from throughline.methods.contrast import contrast_site_changes
from throughline.methods.estimate import Missing
from throughline.methods.site_change import from_continuous, site_changes
from throughline.methods.standardised import SiteStrata, Stratum, standardised
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind

ARMS = (*[ArmKind.INTERVENTION] * 3, *[ArmKind.COMPARISON] * 2)
T_OF_3 = 3.182446305284263  # quantile .975 of t with 3 degrees of freedom (R: qt(.975, 3))
VALUES = ("0", "1", "2")
Rows = list[tuple[int, str, str, float]]  # site, phase, value of the attribute, answer


def drawn(seed: int) -> Rows:
    """Answers at five sites; every value is there before and after, in another mix."""
    rng = np.random.default_rng(seed)
    rows: Rows = []
    for site in range(len(ARMS)):
        for phase in ("before", "after"):
            for value in VALUES:
                for _ in range(int(rng.integers(1, 6))):
                    rows.append((site, phase, value, float(rng.integers(-20, 20)) / 4 + int(value)))
    return rows


def strata(rows: Rows) -> list[SiteStrata]:
    def held(site: int, phase: str) -> dict[str, Stratum]:
        told: dict[str, Stratum] = {}
        for at, when, value, answer in rows:
            if (at, when) == (site, phase):
                known = told.get(value, Stratum(0, 0.0))
                told[value] = Stratum(known.n + 1, known.total + answer)
        return told

    return [
        SiteStrata(f"site-{n}", arm, held(n, "before"), held(n, "after"), Missing(declined=n), unknown=1)
        for n, arm in enumerate(ARMS)
    ]


def headline(rows: Rows) -> Any:
    cells = []
    for site, arm in enumerate(ARMS):
        for phase in (PhaseKind.BEFORE, PhaseKind.AFTER):
            values = [answer for at, when, _, answer in rows if (at, when) == (site, phase.value)]
            cells.append(
                from_continuous(
                    site=f"site-{site}",
                    arm=arm,
                    phase=phase,
                    total=sum(values),
                    n=len(values),
                    missing=Missing(),
                )
            )
    return contrast_site_changes(site_changes(cells))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_standardised_agrees_with_sums_by_hand(seed: int) -> None:
    rows = drawn(seed)
    found = standardised(strata(rows), OutcomeKind.CONTINUOUS)

    def values(site: int, phase: str, value: str | None = None) -> NDArray[np.float64]:
        return np.array(
            [one for at, when, of, one in rows if (at, when) == (site, phase) and value in (None, of)]
        )

    changes = np.array(
        [
            sum(
                values(site, "before", value).size
                / values(site, "before").size
                * (values(site, "after", value).mean() - values(site, "before", value).mean())
                for value in VALUES
            )
            for site in range(len(ARMS))
        ]
    )
    treated = np.array([arm is ArmKind.INTERVENTION for arm in ARMS])
    mine, theirs = changes[treated], changes[~treated]
    difference = mine.mean() - theirs.mean()
    pooled = (mine.var(ddof=1) * (mine.size - 1) + theirs.var(ddof=1) * (theirs.size - 1)) / (
        changes.size - 2
    )
    half = T_OF_3 * np.sqrt(pooled * (1 / mine.size + 1 / theirs.size))
    assert found.contrast.difference == pytest.approx(difference, abs=1e-10)
    assert found.contrast.interval.low == pytest.approx(difference - half, abs=1e-8)
    assert found.contrast.interval.high == pytest.approx(difference + half, abs=1e-8)
    # Of the same answers without holding the mix still it is the headline; sites are told with both.
    assert found.same_people is not None
    assert found.same_people.difference == pytest.approx(headline(rows).difference, abs=1e-10)
    sizes = [
        values(n, phase, value).size for n in range(5) for phase in ("before", "after") for value in VALUES
    ]
    assert (found.smallest, found.unknown, found.contrast.p_value) == (min(sizes), 5, None)
    assert found.contrast.missing == Missing(declined=10) and not found.only_after
    assert [one.standardised - one.before for one in found.sites] == pytest.approx(changes.tolist())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_an_equal_mix_gives_the_headline(seed: int, times: int) -> None:
    rng = np.random.default_rng(seed)
    rows: Rows = []
    for site in range(len(ARMS)):
        for value in VALUES:
            for place in range(int(rng.integers(1, 4)) * (times + 1)):
                # For each of before, `times` of after: the same mix of more people.
                phase = "before" if place % (times + 1) == 0 else "after"
                rows.append((site, phase, value, float(rng.integers(-20, 20))))
    found, plain = standardised(strata(rows), OutcomeKind.CONTINUOUS), headline(rows)
    assert found.contrast.difference == pytest.approx(plain.difference, abs=1e-10)
    assert found.contrast.interval.low == pytest.approx(plain.interval.low, abs=1e-9)
    assert found.same_people is not None
    assert found.same_people.difference == pytest.approx(plain.difference, abs=1e-10)


def test_a_value_that_is_gone_after_is_refused_and_one_that_is_new_is_told() -> None:
    rows = drawn(1)
    gone = [row for row in rows if row[:3] != (3, "after", "2")]
    with pytest.raises(Unready, match=r"Nobody with this value answered after.*\(site-3: 2\).*left out"):
        standardised(strata(gone), OutcomeKind.CONTINUOUS)
    new = standardised(strata([*rows, (0, "after", "9", 3.0)]), OutcomeKind.CONTINUOUS)
    assert new.only_after == (("site-0", "9"),)
    assert new.contrast.difference == pytest.approx(
        standardised(strata(rows), OutcomeKind.CONTINUOUS).contrast.difference
    )
    assert new.same_people is not None and new.same_people.difference != new.contrast.difference
    # A site without answers after is left out, as in the headline; an arm without is refused.
    quiet = standardised(strata([row for row in rows if row[:2] != (1, "after")]), OutcomeKind.CONTINUOUS)
    assert "site-1 recorded nothing in: after" in str(quiet.left_out[0]) and len(quiet.sites) == 4
    with pytest.raises(Unready, match="comparison sites recorded nothing"):
        standardised(strata([row for row in rows if row[0] < 3]), OutcomeKind.CONTINUOUS)
    bad = SiteStrata("site-9", ArmKind.COMPARISON, {"0": Stratum(-1, 0.0)}, {})
    with pytest.raises(Invalid, match="below 0"):
        standardised([bad], OutcomeKind.BINARY)
