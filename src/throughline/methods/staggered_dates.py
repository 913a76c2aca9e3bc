"""Start dates dealt to the sites otherwise: how often that gives as much as the dates that there were.

Estimates: the share of ways to deal the same start dates (and "never") to the same sites in which the overall average of
    `staggered` lies at least as far from 0.
Formula: with G sites, of which n_g share a date, there are G! / prod n_g! ways; all where they are at most 5,000, else 1,999
    drawn by a seed and the real one beside them. Ties count, and so does a way in which nothing can be estimated.
Source: permutation tests of sites: Gail et al. (1996) Stat Med 15:1069-1092; of start dates: Roth and Sant'Anna (2023) J Polit
    Econ Microecon 1:669-709; the real one among the drawn: Phipson and Smyth (2010) Stat Appl Genet Mol Biol 9:39.
Assumptions: in words with the result.
When not to use it: where dates were chosen by what the sites were like: then it tells of that as well.
Checked against: all ways gone through in plain loops (tests/methods/test_staggered.py).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from throughline.methods.staggered_panel import NEVER, Panel
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.speech import with_digits

METHOD = "staggered.permutation_of_dates/1"
MOST_WAYS = 5_000
DRAWN = 1_999
AT_ONCE = 500

DEALT = Sentence(
    "Start dates were not dealt to the sites by chance; this count takes the sites as exchangeable, as if they had been."
)


@dataclass(frozen=True, slots=True)
class PermutationOfDates:
    """In `as_far` of `ways` the overall average lies at least as far from 0; `smallest` is the fewest there could be.

    `is_all`: every way was gone through; else `ways` were drawn by `seed`, the real one among them, of `possible`.
    `p_value` is there only where a locked plan names the outcome as primary.
    """

    overall: float
    as_far: int
    ways: int
    possible: int
    is_all: bool
    not_estimable: int
    smallest: int
    seed: int
    p_value: float | None
    in_words: Sentence
    interval: None = None
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (DEALT,)


def permute_dates(panel: Panel, *, seed: int, planned_primary: bool = False) -> PermutationOfDates:
    """Deal the dates in all ways, or in a seeded sample of them. The panel's own overall average must be estimable."""
    observed = float(overall_of(panel, panel.begins[np.newaxis])[0])
    labels, counts = np.unique(panel.begins, return_counts=True)
    possible = math.factorial(panel.begins.size)
    for count in counts:
        possible //= math.factorial(int(count))
    is_all = possible <= MOST_WAYS
    dealt = _all(labels.tolist(), counts.tolist()) if is_all else _drawn(panel.begins, seed)
    slack = 1e-12 * float(np.nanmax(np.abs(panel.values), initial=0.0))
    as_far = ways = not_estimable = 0
    while batch := list(itertools.islice(dealt, AT_ONCE)):
        overall = overall_of(panel, np.array(batch, dtype=np.int64))
        none = np.isnan(overall)
        ways += len(batch)
        not_estimable += int(none.sum())
        as_far += int(np.count_nonzero(none | (np.abs(overall) >= abs(observed) - slack)))
    # Two dates with as many sites each: changing them over turns the sign, and lies exactly as far from 0.
    # Ways in which nothing can be estimated count whatever was found.
    smallest = not_estimable + (2 if is_all and counts.size == 2 and counts[0] == counts[1] else 1)
    made = PermutationOfDates(
        observed, as_far, ways, possible, is_all, not_estimable, smallest, seed,
        as_far / ways if planned_primary else None, Sentence(""),
    )  # fmt: skip
    return replace(made, in_words=_words(made))


def overall_of(panel: Panel, begins: NDArray[np.int64]) -> NDArray[np.float64]:
    """The overall average for each row of dates (ways x sites); nan where nothing is estimable.

    The same sums as in `staggered`, for many ways at once.
    """
    at = np.arange(panel.months)
    weighted = np.zeros(begins.shape[0])
    weights = np.zeros(begins.shape[0])
    for group in panel.groups:
        change = panel.values - panel.values[:, [group - 1]]
        has = (~np.isnan(change)).astype(np.float64)
        change = np.nan_to_num(change)
        begun = (begins == group).astype(np.float64)
        waiting = (begins[:, :, np.newaxis] > at).astype(np.float64)
        n_begun, n_waiting = begun @ has, np.einsum("wst,st->wt", waiting, has)
        is_cell = (at >= group) & (n_begun > 0) & (n_waiting > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            att = begun @ change / n_begun - np.einsum("wst,st->wt", waiting, change) / n_waiting
            mean = np.where(is_cell, att, 0.0).sum(axis=1) / is_cell.sum(axis=1)
        n_sites = begun @ has[:, group - 1]
        is_told = is_cell.any(axis=1)
        weighted += np.where(is_told, np.nan_to_num(mean) * n_sites, 0.0)
        weights += np.where(is_told, n_sites, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(weights > 0, weighted / weights, np.nan)


def _all(labels: list[int], counts: list[int]) -> Iterator[list[int]]:
    """Every different way to deal labels, each as often as it counts."""
    size = sum(counts)

    def deal(place: int, free: tuple[int, ...], way: list[int]) -> Iterator[list[int]]:
        if place == len(labels):
            yield list(way)
            return
        for chosen in itertools.combinations(free, counts[place]):
            for one in chosen:
                way[one] = labels[place]
            yield from deal(place + 1, tuple(one for one in free if one not in chosen), way)

    return deal(0, tuple(range(size)), [NEVER] * size)


def _drawn(begins: NDArray[np.int64], seed: int) -> Iterator[list[int]]:
    """The real way, then ways by chance: which are drawn more than once stay."""
    rng = np.random.default_rng(seed)
    yield begins.tolist()
    for _ in range(DRAWN):
        yield rng.permutation(begins).tolist()


def _words(found: PermutationOfDates) -> Sentence:
    given = {
        "possible": found.possible, "ways": found.ways, "as_far": found.as_far, "smallest": found.smallest,
        "share": with_digits(found.smallest / found.ways, 2),
    }  # fmt: skip
    if found.is_all:
        return Sentence(
            "These start dates can be dealt to the sites in %(possible)s ways; in %(as_far)s of %(ways)s the average lies at least"
            " as far from 0 as here. The smallest count possible is %(smallest)s of %(ways)s (%(share)s), however much changed.",
            **given,
        )
    return Sentence(
        "These start dates can be dealt to the sites in %(possible)s ways, of which %(ways)s were taken, the real one and others by"
        " chance; in %(as_far)s of %(ways)s the average lies at least as far from 0 as here. The smallest count possible is"
        " %(smallest)s of %(ways)s (%(share)s), however much changed.",
        **given,
    )
