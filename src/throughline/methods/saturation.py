"""Whether sources still bring new codes: thematic saturation, in the order in which sources were collected.

Estimates: how many codes a run of sources brings that no earlier one had, as a share of those that the first sources had.
Formula: base = codes of the first `base_size` sources. A run is `run_length` sources one after the other; the first begins
    right after the base, each later one a source further on, so that runs overlap. new = codes of the run's last sources that
    no source before the run has; ratio = new / base. Saturation is reached at the first run with ratio <= `threshold`, and is
    told as the sources before that run plus the run's length ("6 +2": after 6 sources, and 2 more showed it).
Source: Guest, Namey, Chen (2020) A simple method to assess and report thematic saturation in qualitative research, PLoS ONE
    15(5):e0232076; base 4, 5 or 6, run 2 or 3, threshold 5% or 0%.
Assumptions: the order is the order of collecting; every source was coded with the whole codebook, in the same grain. Codes
    that many sources have weigh as much as others.
When not to use it: in a reflexive analysis, where meaning is made and not found, so that nothing fills up; to choose a
    threshold after looking; to claim that nothing new could be said.
Checked against: an example reckoned by hand, and sets counted anew for every run (tests/methods/test_saturation.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from throughline.vocabulary.errors import Invalid, Sentence, Unready

METHOD = "saturation.guest_namey_chen/1"
BASE_SIZE, RUN_LENGTH, THRESHOLD = 4, 2, 0.05
ORDERED = Sentence(
    "Sources stand in the order in which they were collected; another order gives another answer."
)
NOT_ALL = Sentence(
    "That the last sources brought little new says that these sources do; it does not say that nothing new could be said."
)


@dataclass(frozen=True, slots=True)
class Run:
    """Sources number `first` to `last` (from 1): `new` codes, as a share of the base."""

    first: int
    last: int
    new: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """`reached` sources had it all but the threshold, as `run_length` more showed; None: not reached in these `n`.

    `new_by_source` are the codes that each source brought first; they add up to `codes`.
    """

    n: int
    codes: int
    base: int
    base_size: int
    run_length: int
    threshold: float
    new_by_source: tuple[int, ...]
    runs: tuple[Run, ...]
    reached: int | None
    assumptions: tuple[Sentence, ...] = (ORDERED, NOT_ALL)
    method: str = METHOD


def saturation(
    codes_by_source: Sequence[frozenset[str]],
    *,
    base_size: int = BASE_SIZE,
    run_length: int = RUN_LENGTH,
    threshold: float = THRESHOLD,
) -> Saturation:
    """Saturation of sources in their order, each with its codes.

    Raises Invalid for sizes under 1 or a threshold outside 0 to 1, Unready where there are too few sources for one run or the
    base has no code.
    """
    if base_size < 1 or run_length < 1 or not 0 <= threshold <= 1:
        raise Invalid(
            Sentence("The base and a run hold at least one source, and the threshold is a share from 0 to 1.")
        )
    n = len(codes_by_source)
    if n < base_size + run_length:
        raise Unready(
            Sentence(
                "It takes %(least)s coded sources to look at one run after the base; there are %(n)s.",
                least=base_size + run_length,
                n=n,
            )
        )
    seen: set[str] = set()
    new_by_source = []
    for codes in codes_by_source:
        new_by_source.append(len(codes - seen))
        seen |= codes
    base = sum(new_by_source[:base_size])
    if not base:
        raise Unready(
            Sentence(
                "No code stands on the sources of the base: there is nothing to compare later ones with."
            )
        )
    runs = []
    for first in range(base_size, n - run_length + 1):
        new = sum(new_by_source[first : first + run_length])
        runs.append(Run(first + 1, first + run_length, new, new / base))
    reached = next((run.first - 1 for run in runs if run.ratio <= threshold), None)
    return Saturation(
        n, len(seen), base, base_size, run_length, threshold, tuple(new_by_source), tuple(runs), reached
    )
