"""Linking people over two survey waves by self-generated codes, without names.

Estimates: which two respondents are one person. A code is k short answers that a person gives alike each time (first letter
    of the mother's name, day of birth ...), keyed before they come here; 0 is an answer that is not there.
Formula: two respondents of one site, whose days lie within the window, agree on an element where both have it and it is the
    same. A pair agrees exactly (on all k) or in all but one. Found by joins on sums of hashed elements, once whole and
    once without each element, and then compared element by element: no pair of the kind is missed, no other comes in.
    A second fact is age (grown by the time between) within one year, and gender. Where all elements agree one that agrees is
    enough; where all but one do, all that is known of both must agree. Such a pair is linked where it is the best of both (exact
    before all but one) and the only one as good of both. A pair that second facts rule out stands in the way of others all the same where it agrees exactly, and not where
    it agrees in all but one. Other pairs of people who are not linked are for a person to look at (`Why`).
    Expected by chance, from how often each value is given at each site: with c_j = sum_v p_1j(v) p_2j(v), pairs that agree
    exactly are n1 n2 prod c_j, in all but one n1 n2 sum_j (1 - c_j) prod_(i != j) c_i; each times the share of pairs of the
    site whose days agree, and one second fact or all that are known. Of these only who finds no better partner can be linked, so it is an upper bound.
Source: Schnell, Bachteler and Reiher (2010) Survey Research Methods 4:117-125 and Yurek, Vasey and Havens (2008) Evaluation
    Review 32:435-452 (self-generated codes, one element off); Fellegi and Sunter (1969) JASA 64:1183-1210.
Assumptions: nobody answers twice in a wave under two codes; elements are independent of each other (where they are not,
    more agree by chance than is expected here). Who is linked may differ from who is not: `linkage_rates`.
When not to use it: to estimate an effect (no estimate here needs it); with fewer than 3 elements; across sites.
Checked against: every pair compared in plain Python (tests/methods/test_linkage.py); simulated truth, beside splink
    (bench/linkage.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from throughline.methods.linkage_pairs import Pairs, agreeing, frequency_agreement
from throughline.vocabulary.errors import Invalid, Sentence

METHOD = "linkage.all_but_one/2"
LEAST_ELEMENTS = 3
YEAR = 365.25
SOME = 200  # people of a site and wave whose pairs stand for all in what is expected by chance

ALIKE = Sentence("People who are linked may differ from those who are not: both are described side by side.")
INDEPENDENT = Sentence(
    "Links expected by chance are counted as if the elements of a code had nothing to do with each other; they are an upper"
    " bound, since a person with a better partner is not linked by chance."
)


class Why(StrEnum):
    """Why a pair waits for a person to look at it."""

    SEVERAL = "several"  # one of them agrees as well with somebody else
    NOT_BEST = "not_best"  # one of them agrees better with somebody else, who is not linked either
    SECOND_FACT = "second_fact"  # age or gender says otherwise
    NO_SECOND_FACT = "no_second_fact"  # neither age nor gender is known of both


@dataclass(frozen=True, slots=True, eq=False)
class WaveCodes:
    """Respondents of a wave, by row. `elements`: n x k whole numbers, 0 where there is none; `day`: days since any one day.

    `age` in years, NaN where it is not known; `gender` as whole numbers, 0 where it is not known. Raises Invalid for
    columns of other lengths or fewer than 3 elements.
    """

    elements: NDArray[np.int64]
    site: NDArray[np.int64]
    day: NDArray[np.int64]
    age: NDArray[np.float64]
    gender: NDArray[np.int64]

    def __post_init__(self) -> None:
        n = self.elements.shape[0]
        if self.elements.ndim != 2 or self.elements.shape[1] < LEAST_ELEMENTS:
            raise Invalid(
                Sentence(
                    "A code has at least %(least)s elements: fewer agree by chance too often.", least=LEAST_ELEMENTS
                )
            )  # fmt: skip
        if any(column.shape != (n,) for column in (self.site, self.day, self.age, self.gender)):
            raise Invalid(Sentence("Each respondent has one site, day, age and gender."))

    @property
    def n(self) -> int:
        return int(self.elements.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Linkage:
    """`links` and `review`: pairs of rows (first wave, second wave), in their order; `is_exact` and `why` go beside them.

    `expected_false`: how many links are expected by chance, at most.
    """

    links: NDArray[np.int64]
    is_exact: NDArray[np.bool_]
    review: NDArray[np.int64]
    why: tuple[Why, ...]
    n_first: int
    n_second: int
    expected_false: float
    missing_elements: tuple[int, int]  # respondents of each wave who left more than one element out
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (ALIKE, INDEPENDENT)


def link_waves(
    first: WaveCodes, second: WaveCodes, *, window: tuple[int, int], years_apart: float = 1.0
) -> Linkage:
    """Link two waves. `window`: fewest and most days from the first answer to the second.

    Raises Invalid where the waves have other numbers of elements, or the window is empty; Unready where the codes are so
    coarse that pairs cannot be listed.
    """
    if first.elements.shape[1] != second.elements.shape[1]:
        raise Invalid(Sentence("Codes of both waves have the same elements, in the same order."))
    if window[0] > window[1]:
        raise Invalid(Sentence("The window ends before it begins: give the fewest days first."))
    pairs = agreeing(first.elements, first.site, second.elements, second.site)
    days = second.day[pairs.second] - first.day[pairs.first]
    pairs = pairs.where((days >= window[0]) & (days <= window[1]))
    known, all_agree, one_agrees = _second_facts(first, second, pairs.first, pairs.second, years_apart)
    agrees = np.where(pairs.is_exact, one_agrees, all_agree)
    # Who agrees exactly but for age and gender may be the same person, written down wrongly: nobody else takes the place.
    is_best, is_only = _standing(pairs, pairs.is_exact | agrees | ~known, first.n, second.n)
    is_linked = is_best & is_only & agrees
    taken = np.isin(pairs.first, pairs.first[is_linked]) | np.isin(pairs.second, pairs.second[is_linked])
    waits = ~is_linked & ~taken
    why = np.select(
        [known[waits] & ~agrees[waits], ~is_best[waits], ~is_only[waits]],
        [Why.SECOND_FACT, Why.NOT_BEST, Why.SEVERAL], Why.NO_SECOND_FACT,
    )  # fmt: skip
    return Linkage(
        links=_listed(pairs.where(is_linked)), is_exact=pairs.is_exact[is_linked],
        review=_listed(pairs.where(waits)), why=tuple(Why(str(one)) for one in why),
        n_first=first.n, n_second=second.n, expected_false=_expected(first, second, window, years_apart),
        missing_elements=(_without(first), _without(second)),
    )  # fmt: skip


def _standing(
    pairs: Pairs, stands: NDArray[np.bool_], n_first: int, n_second: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each pair is the best of both, and the only one as good of both, among those that stand in the way."""
    is_best = np.ones(pairs.first.size, dtype=bool)
    is_only = np.ones(pairs.first.size, dtype=bool)
    for ends, n in ((pairs.first, n_first), (pairs.second, n_second)):
        exact = np.bincount(ends[pairs.is_exact & stands], minlength=n)
        near = np.bincount(ends[~pairs.is_exact & stands], minlength=n)
        is_best &= pairs.is_exact | (exact[ends] == 0)
        is_only &= np.where(pairs.is_exact, exact[ends], near[ends]) == 1
    return is_best, is_only


def _second_facts(
    first: WaveCodes, second: WaveCodes, one: NDArray[np.int64], other: NDArray[np.int64], years_apart: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Of each pair: whether age or gender is known of both, whether all that is known agrees, and whether any of it does."""
    grown = first.age[one] + (second.day[other] - first.day[one]) / YEAR
    knows_age = ~np.isnan(grown) & ~np.isnan(second.age[other])
    knows_gender = (first.gender[one] > 0) & (second.gender[other] > 0)
    # An age is in whole years, so that the two may be a year apart by rounding alone; a thousandth more is arithmetic.
    age_agrees = np.abs(grown - second.age[other]) <= years_apart + 1e-3
    gender_agrees = first.gender[one] == second.gender[other]
    known = knows_age | knows_gender
    all_agree = known & (age_agrees | ~knows_age) & (gender_agrees | ~knows_gender)
    return known, all_agree, (age_agrees & knows_age) | (gender_agrees & knows_gender)


def _listed(pairs: Pairs) -> NDArray[np.int64]:
    return np.column_stack([pairs.first, pairs.second]).astype(np.int64)


def _without(wave: WaveCodes) -> int:
    return int(np.count_nonzero(np.count_nonzero(wave.elements == 0, axis=1) > 1))


def _expected(first: WaveCodes, second: WaveCodes, window: tuple[int, int], years_apart: float) -> float:
    """At most so many links by chance. The share whose days and second facts agree is of the pairs of some people of a site,
    evenly taken where there are many.
    """
    expected = 0.0
    for site in np.intersect1d(first.site, second.site):
        mine, theirs = np.flatnonzero(first.site == site), np.flatnonzero(second.site == site)
        exactly, nearly = frequency_agreement(first.elements[mine], second.elements[theirs])
        some = [rows[:: max(1, rows.size // SOME)] for rows in (mine, theirs)]
        one, other = (grid.ravel() for grid in np.meshgrid(*some, indexing="ij"))
        days = second.day[other] - first.day[one]
        _, all_agree, one_agrees = _second_facts(first, second, one, other, years_apart)
        is_within = (days >= window[0]) & (days <= window[1])
        share = exactly * np.mean(one_agrees & is_within) + nearly * np.mean(all_agree & is_within)
        expected += mine.size * theirs.size * float(share)
    return expected
