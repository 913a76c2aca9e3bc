"""Individual answers of a before-and-after study: one value for each person asked, with site and phase.

Estimates: nothing itself; holds what the other modules of `few_clusters` estimate from, and refuses what they cannot use.
Formula: y_igt = a_g + d_t + b T_g P_t + x'c + e: person i at site g in phase t, T_g = 1 at intervention sites, P_t = 1 after.
    b is the difference of the arms in the change of an average person.
Source: Hayes and Moulton (2017), Cluster Randomised Trials, 2nd ed., ch. 11.
Assumptions: people before and after need not be the same; each has one value. A kind of nothing is no value: it is counted
    in `missing`, and never turned into a no or a 0.
When not to use it: for counts of one person over several months (sum them up first, and give the months as exposure); for
    sites that start on different days without phases of their own.
Checked against: tests/methods/few_clusters/test_answers.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind
from throughline.vocabulary.words import COMPARISON_SITES, INTERVENTION_SITES, PHASES

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

LEAST_SITES_PER_ARM = 2

PARALLEL_PEOPLE = Sentence(
    "Without the programme, the average answer would have changed by the same amount in both arms; sites where more people "
    "answered weigh more."
)
SITES_APART = Sentence(
    "Sites are independent of each other; answers of one site may resemble each other in any way."
)
RECORDED_SPEAK = Sentence(
    "Within a site and phase, those who answered speak for those who did not; what is not recorded counts as missing."
)


@dataclass(frozen=True, eq=False, slots=True)
class Answers:
    """Checked answers, made by `answers_of`. Arrays have a row for each answer; `site` points into `sites` and `arms`.

    `covariates` has a column for each x (none: no columns), `exposure` is 1 unless it was given.
    """

    kind: OutcomeKind
    sites: tuple[str, ...]
    arms: tuple[ArmKind, ...]
    site: Ints
    is_after: Bools
    y: Floats
    covariates: Floats
    exposure: Floats
    missing: Missing

    @property
    def n(self) -> int:
        return int(self.y.size)

    @property
    def is_treated(self) -> Bools:
        """For each site, whether it is one of the intervention."""
        return np.array([arm is ArmKind.INTERVENTION for arm in self.arms])

    @property
    def n_sites_intervention(self) -> int:
        return sum(arm is ArmKind.INTERVENTION for arm in self.arms)

    @property
    def n_sites_comparison(self) -> int:
        return len(self.arms) - self.n_sites_intervention

    @property
    def treated_after(self) -> Floats:
        """T_g P_t of each answer."""
        return (self.is_treated[self.site] & self.is_after).astype(np.float64)

    def without(self, position: int) -> Answers:
        """All but one site. Its missing answers stay counted: they are known by kind only, not by site."""
        kept = self.site != position
        renumbered = self.site[kept]
        return replace(
            self,
            sites=self.sites[:position] + self.sites[position + 1 :],
            arms=self.arms[:position] + self.arms[position + 1 :],
            site=renumbered - (renumbered > position),
            is_after=self.is_after[kept], y=self.y[kept], covariates=self.covariates[kept], exposure=self.exposure[kept],
        )  # fmt: skip


def answers_of(
    *,
    kind: OutcomeKind,
    sites: Sequence[str],
    arms: Sequence[ArmKind],
    site: ArrayLike,
    is_after: ArrayLike,
    y: ArrayLike,
    missing: Missing,
    covariates: ArrayLike | None = None,
    exposure: ArrayLike | None = None,
) -> Answers:
    """Answers as the methods take them: `sites` and `arms` one of each site, the rest one of each answer.

    Raises Unready, in a sentence, where an arm is absent or has one site, where a site has no answer in a phase, and where
    everybody gave the same answer; Invalid where lengths differ or a value is not one of this kind of outcome.
    """
    values = np.asarray(y, dtype=np.float64)
    made = Answers(
        kind=kind, sites=tuple(sites), arms=tuple(arms), site=np.asarray(site, dtype=np.intp),
        is_after=np.asarray(is_after, dtype=np.bool_), y=values,
        covariates=_columns(covariates, values.size),
        exposure=np.ones(values.size) if exposure is None else np.asarray(exposure, dtype=np.float64), missing=missing,
    )  # fmt: skip
    _check_shapes(made)
    _check_values(made)
    check_sites(made)
    return made


def check_sites(answers: Answers) -> None:
    """Raise Unready where arms, sites or phases lack what a difference of changes needs."""
    treated, compared = answers.n_sites_intervention, answers.n_sites_comparison
    if not treated or not compared:
        raise Unready(
            Sentence(
                "There are %(treated)s and %(compared)s: without one of the arms there is "
                "nothing to compare.",
                treated=INTERVENTION_SITES.given(count=treated),
                compared=COMPARISON_SITES.given(count=compared),
            )
        )
    if min(treated, compared) < LEAST_SITES_PER_ARM:
        raise Unready(
            Sentence(
                "There are %(treated)s and %(compared)s; one site alone cannot show how much "
                "sites of its arm differ. At least 2 in each arm are needed.",
                treated=INTERVENTION_SITES.given(count=treated),
                compared=COMPARISON_SITES.given(count=compared),
            )
        )
    asked = np.bincount(answers.site, minlength=len(answers.sites))
    after = np.bincount(answers.site, weights=answers.is_after, minlength=len(answers.sites))
    for position, name in enumerate(answers.sites):
        for phase, there in (
            (PhaseKind.BEFORE, asked[position] - after[position]),
            (PhaseKind.AFTER, after[position]),
        ):
            if not there:
                raise Unready(
                    Sentence("%(site)s has no answer in the phase %(phase)s.", site=name, phase=PHASES[phase])
                )
    if answers.y.min() == answers.y.max():
        raise Unready(
            Sentence("Everybody gave the same answer, at every site and in both phases; nothing changed.")
        )


def _columns(covariates: ArrayLike | None, n: int) -> Floats:
    if covariates is None:
        return np.empty((n, 0))
    held = np.asarray(covariates, dtype=np.float64)
    return held[:, np.newaxis] if held.ndim == 1 else held


def _check_shapes(answers: Answers) -> None:
    columns = (answers.site, answers.is_after, answers.y, answers.exposure)
    if any(one.shape != (answers.n,) for one in columns) or answers.covariates.shape[:1] != (answers.n,):
        raise Invalid(Sentence("Site, phase, value, exposure and covariates are given once for each answer."))
    if len(answers.sites) != len(answers.arms) or len(set(answers.sites)) != len(answers.sites):
        raise Invalid(Sentence("Each site is named once and has one arm."))
    if answers.n and (answers.site.min() < 0 or answers.site.max() >= len(answers.sites)):
        raise Invalid(Sentence("An answer belongs to a site that is not named."))


def _check_values(answers: Answers) -> None:
    if not all(np.isfinite(one).all() for one in (answers.y, answers.covariates, answers.exposure)):
        raise Invalid(
            Sentence("A value is not a number; leave out what is not recorded and count it as missing.")
        )
    if answers.kind is OutcomeKind.BINARY and not (answers.y * (1 - answers.y) == 0).all():
        raise Invalid(Sentence("An answer of yes or no is given as 1 or 0."))
    if answers.kind is OutcomeKind.COUNT and ((answers.y < 0).any() or (answers.y % 1 != 0).any()):
        raise Invalid(Sentence("A count is a whole number of 0 or more."))
    if (answers.exposure <= 0).any():
        raise Invalid(Sentence("An exposure is above 0."))
