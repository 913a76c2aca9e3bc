"""What cannot be used is refused with a sentence, whichever way it is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.few_clusters.cr2 import cr2
from throughline.methods.few_clusters.jackknife import jackknife, leave_one_site_out
from throughline.methods.few_clusters.wild import wild_bootstrap
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind

I, C = ArmKind.INTERVENTION, ArmKind.COMPARISON  # noqa: E741  the arms' letters
SITE, AFTER = np.repeat(np.arange(4), 4), np.tile([False, False, True, True], 4)
Y = np.array([0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0], dtype=float)


def given(**changed: Any) -> Answers:
    whole: dict[str, Any] = {
        "kind": OutcomeKind.CONTINUOUS, "sites": ("a", "b", "c", "d"), "arms": (I, I, C, C), "site": SITE,
        "is_after": AFTER, "y": Y, "missing": Missing(), **changed,
    }  # fmt: skip
    return answers_of(**whole)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"arms": (C, C, C, C)}, "without one of the arms there is nothing to compare"),
        ({"arms": (I, C, C, C)}, "one site alone cannot show"),
        ({"arms": (I, I, I, C)}, "one site alone cannot show"),
        (
            {"sites": ("a", "b", "c", "d", "e"), "arms": (I, I, C, C, C)},
            "e has no answer in the phase before",
        ),
        ({"is_after": AFTER & (SITE != 1)}, "b has no answer in the phase after"),
        ({"y": np.ones(16)}, "Everybody gave the same answer"),
    ],
)
def test_study_that_lacks_something_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(Unready, match=words):
        given(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"y": np.r_[Y[:-1], np.nan]}, {"y": Y[:-1]}, {"kind": OutcomeKind.BINARY, "y": 2 * Y},
        {"kind": OutcomeKind.COUNT, "y": Y / 2}, {"exposure": np.zeros(16)}, {"site": SITE + 1}, {"sites": ("a", "a", "c", "d")},
    ],
)  # fmt: skip
def test_values_that_are_none_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        given(**changed)


@pytest.mark.parametrize("offset", [0.0, 0.1, 1e6])
def test_study_without_scatter_gets_no_interval(offset: float) -> None:
    # Every site of an arm changes by the same amount; people within a site and phase agree, or scatter alike.
    alike = offset + 0.3 * SITE + np.where(AFTER, np.where(SITE < 2, 1.1, 0.4), 0.0)
    for y in (alike, alike + 0.2 * np.tile([1, -1], 8)):
        answers = given(y=y)
        for ask in (cr2, jackknife, lambda one: wild_bootstrap(one, rng=np.random.default_rng(1))):
            with pytest.raises(Unready, match="Nothing scatters"):
                ask(answers)
        assert all(row.interval is None and row.reason for row in leave_one_site_out(answers).rows)


def test_covariate_that_follows_from_site_and_phase_is_refused() -> None:
    for column in (AFTER.astype(float), SITE.astype(float), np.ones(16), AFTER * (SITE < 2)):
        with pytest.raises(Unready, match="cannot be told apart"):
            cr2(given(covariates=column))


def test_nothing_speaks_of_verdicts() -> None:
    answers = given()
    lines = [cr2(answers), jackknife(answers), wild_bootstrap(answers, rng=np.random.default_rng(1))]
    words = " ".join(str(one) for line in lines for one in line.assumptions).lower()
    assert all(line.p_value is None for line in lines)
    for verdict in ("significan", "effective", "proven", "no effect", "no difference"):
        assert verdict not in words
