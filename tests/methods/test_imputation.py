"""Drawing what was not answered: the combination by exact fractions, draws that stand for their donors, and how wrong they may be."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from throughline.methods.contrast import contrast_site_changes
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.imputation import (
    IMPUTED,
    LIKE_THOSE,
    WHOLE,
    Unanswered,
    combine,
    impute,
)
from throughline.methods.site_change import from_binary, site_changes
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, Direction, OutcomeKind, PhaseKind

ARMS = (ArmKind.INTERVENTION,) * 3 + (ArmKind.COMPARISON,) * 3
TENTHS = st.integers(-40, 40)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TENTHS, st.integers(1, 40)), min_size=2, max_size=25), st.integers(2, 30))
def test_combination_is_barnard_and_rubins(rows: list[tuple[int, int]], complete: int) -> None:
    times = len(rows)
    estimates, errors = [Fraction(one, 10) for one, _ in rows], [Fraction(one, 10) for _, one in rows]
    middle = sum(estimates) / times
    within = sum(one**2 for one in errors) / times
    between = sum((one - middle) ** 2 for one in estimates) / (times - 1)
    total = within + between * (times + 1) / times
    share = between * (times + 1) / times / total
    observed = Fraction(complete + 1, complete + 3) * complete * (1 - share)
    df = observed if share == 0 else 1 / (share**2 / (times - 1) + 1 / observed)
    found = combine([float(one) for one in estimates], [float(one) for one in errors], complete_df=complete)
    half = stats.t.ppf(0.975, float(df)) * math.sqrt(total)
    assert found[0] == pytest.approx(float(middle), abs=1e-12)
    assert found[1] == pytest.approx(math.sqrt(total)) and found[2] == pytest.approx(float(df))
    assert (found[3].low, found[3].high) == pytest.approx((float(middle) - half, float(middle) + half))
    # With respondents without end it is Rubin's of 1987.
    endless = combine([float(one) for one in estimates], [float(one) for one in errors], complete_df=1e12)[2]
    if share:
        assert endless == pytest.approx(float((times - 1) / share**2), rel=1e-3)
    assert found[2] <= complete


def binary(counts: list[tuple[tuple[int, int], tuple[int, int]]], missing: Missing = Missing()) -> Answers:  # noqa: B008  (frozen)
    site, after, y = [], [], []
    for place, row in enumerate(counts):
        for phase, (yes, no) in enumerate(row):
            site += [place] * (yes + no)
            after += [phase] * (yes + no)
            y += [1] * yes + [0] * no
    return answers_of(
        kind=OutcomeKind.BINARY, sites=[f"s{one}" for one in range(len(counts))], arms=ARMS[: len(counts)] if len(counts) == 6 else
        (ArmKind.INTERVENTION, ArmKind.INTERVENTION, ArmKind.COMPARISON, ArmKind.COMPARISON), site=site, is_after=after, y=y,
        missing=missing,
    )  # fmt: skip


COUNTS = [
    ((20, 20), (30, 12)),
    ((10, 30), (22, 20)),
    ((14, 20), (25, 14)),
    ((20, 22), (18, 20)),
    ((12, 30), (15, 30)),
    ((9, 20), (9, 24)),
]


def nobody(answers: Answers, site: list[int], after: list[int]) -> Unanswered:
    zero = np.zeros(answers.n, dtype=np.intp)
    return Unanswered(
        np.array(site, dtype=np.intp),
        np.array(after, dtype=np.bool_),
        zero,
        np.zeros(len(site), dtype=np.intp),
    )


def test_nothing_missing_is_the_headline_itself() -> None:
    answers = binary(COUNTS, Missing(not_applicable=4))
    cells = [
        from_binary(site=f"s{place}", arm=ARMS[place], phase=phase, yes=yes, no=no, missing=Missing())
        for place, row in enumerate(COUNTS)
        for phase, (yes, no) in zip((PhaseKind.BEFORE, PhaseKind.AFTER), row, strict=True)
    ]
    headline = contrast_site_changes(site_changes(cells))
    found, differing = impute(
        answers, nobody(answers, [], []), direction=Direction.HIGHER_IS_BETTER, rng=np.random.default_rng(1)
    )
    assert (found.estimate, found.interval, found.df, found.standard_error) == (
        headline.difference, headline.interval, headline.df, headline.standard_error
    )  # fmt: skip
    assert differing is None and found.imputed == 0 and WHOLE in found.assumptions
    assert found.missing == Missing(not_applicable=4)


def test_draws_stand_for_their_donors_and_the_rest_is_told() -> None:
    answers = binary(COUNTS)
    # A third as many again are missing at every site, after only.
    site = [place for place, row in enumerate(COUNTS) for _ in range(sum(row[1]) // 3)]
    unanswered = nobody(answers, site, [1] * len(site))
    found, differing = impute(
        answers, unanswered, direction=Direction.HIGHER_IS_BETTER, rng=np.random.default_rng(3), times=2_000
    )
    whole, _ = impute(
        answers, nobody(answers, [], []), direction=Direction.HIGHER_IS_BETTER, rng=np.random.default_rng(1)
    )
    assert found.estimate == pytest.approx(whole.estimate, abs=0.004)
    assert (
        found.df < whole.df and found.standard_error > 0 and found.between > 0 and found.imputed == len(site)
    )
    again, _ = impute(
        answers, unanswered, direction=Direction.HIGHER_IS_BETTER, rng=np.random.default_rng(3), times=2_000
    )
    assert again == found and LIKE_THOSE in found.assumptions
    assert differing is not None and differing.unit_sd is None
    assert differing.drawn == sum(sum(COUNTS[place][1]) // 3 for place in range(3))
    estimates = [found.estimate, *(one.estimate for one in differing.steps)]
    assert estimates == sorted(estimates, reverse=True)
    # Ten points worse among a quarter of those asked after is two and a half points of the difference.
    shares = [(sum(row[1]) // 3) / (sum(row[1]) + sum(row[1]) // 3) for row in COUNTS[:3]]
    assert found.estimate - differing.steps[1].estimate == pytest.approx(0.1 * np.mean(shares), abs=1e-3)
    # All of them "no": the share after is that of those who answered, times those who did.
    worst = [row[1][0] / (sum(row[1]) + sum(row[1]) // 3) - row[0][0] / sum(row[0]) for row in COUNTS[:3]]
    rest = found.estimate - differing.steps[-1].estimate
    plain = [row[1][0] / sum(row[1]) - row[0][0] / sum(row[0]) for row in COUNTS[:3]]
    assert rest == pytest.approx(np.mean(plain) - np.mean(worst), abs=0.01)
    if differing.interval_at is not None:
        assert 0 < differing.interval_at <= 1


def test_cells_without_donors_borrow_and_an_empty_arm_is_refused() -> None:
    few = [((8, 8), (2, 1)), ((9, 6), (12, 3)), ((5, 9), (6, 9)), ((7, 9), (7, 6))]
    answers = binary(few)
    found, _ = impute(
        answers,
        nobody(answers, [0, 0, 1], [1, 1, 0]),
        direction=Direction.LOWER_IS_BETTER,
        rng=np.random.default_rng(2),
    )
    assert any("drawn from all sites of the arm" in str(one) for one in found.assumptions)
    strata = nobody(answers, [1] * 200, [1] * 200)
    yes = answers.y.astype(np.intp)  # a covariate that is the answer itself: whoever has it draws yes alone
    told = Unanswered(strata.site, strata.is_after, yes, np.ones(200, dtype=np.intp))
    certain, _ = impute(answers, told, direction=Direction.LOWER_IS_BETTER, rng=np.random.default_rng(2))
    share = (12 + 200) / 215
    others = [(2 / 3 - 0.5), (6 / 15 - 5 / 14), (7 / 13 - 7 / 16)]
    assert certain.estimate == pytest.approx((others[0] + share - 0.6) / 2 - (others[1] + others[2]) / 2)
    with pytest.raises(Invalid, match="At least two imputations"):
        combine([1.0], [1.0], complete_df=4)
    with pytest.raises(Unready, match="Nothing scatters"):
        combine([1.0, 1.0], [0.0, 0.0], complete_df=4)
    assert not {Nothing.NOT_APPLICABLE, Nothing.NOT_ASKED} & set(IMPUTED)
    with pytest.raises(Unready):
        binary([((3, 3), (0, 0)), ((3, 3), (0, 0)), ((3, 3), (1, 2)), ((3, 3), (1, 2))])


def test_interval_covers_the_truth_though_half_of_one_group_is_silent() -> None:
    """Played through: missing more often where the answer is no at comparison sites would bias it; here it is by a covariate."""
    rng = np.random.default_rng(17)
    hits, apart = 0, []
    for _ in range(80):
        site = np.repeat(np.arange(6), 120)
        after = np.tile(np.repeat([0, 1], 60), 6).astype(bool)
        x = rng.integers(0, 2, site.size)
        level = rng.normal(0, 0.05, (6, 2))[site, after.astype(int)]
        y = (
            rng.random(site.size) < np.clip(0.35 + 0.3 * x + level + 0.1 * (after & (site < 3)), 0, 1)
        ).astype(float)
        gone = rng.random(site.size) < np.where(after & (site < 3) & (x == 1), 0.6, 0.05)
        told = answers_of(
            kind=OutcomeKind.BINARY, sites=list("abcdef"), arms=ARMS, site=site[~gone], is_after=after[~gone], y=y[~gone],
            missing=Missing(),
        )  # fmt: skip
        found, _ = impute(
            told, Unanswered(site[gone], after[gone], x[~gone], x[gone]), direction=Direction.LOWER_IS_BETTER, rng=rng, times=5
        )  # fmt: skip
        hits += found.interval.low <= 0.1 <= found.interval.high
        share = [
            [y[(site == place) & (after == phase)].mean() for phase in (False, True)] for place in range(6)
        ]
        change = np.diff(np.array(share))[:, 0]
        apart.append(found.estimate - (change[:3].mean() - change[3:].mean()))
    # Beside what would have been found with every answer; leaving the covariate out would miss by four points.
    assert np.mean(apart) == pytest.approx(0, abs=0.01)
    assert 0.92 <= hits / 80 <= 1.0
