"""Two waves of self-generated codes of which it is known who is who."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.linkage import WaveCodes

# First letters of two names and a town, month and day of birth, older brothers or sisters, colour of the eyes.
VALUES = (26, 26, 26, 12, 31, 6, 5)
UNEVEN = (26, 6, 5)  # letters and small numbers are not given alike often


@dataclass(frozen=True)
class Simulated:
    """`truth`: for each row of the first wave the row of the same person in the second, or -1."""

    first: WaveCodes
    second: WaveCodes
    truth: NDArray[np.int64]

    def recall(self, links: NDArray[np.int64]) -> float:
        return self.right(links) / int(np.sum(self.truth >= 0))

    def right(self, links: NDArray[np.int64]) -> int:
        return int(np.sum(self.truth[links[:, 0]] == links[:, 1]))


def simulated(
    rng: np.random.Generator,
    people: int,
    sites: int,
    *,
    stay: float = 0.6,
    wrong: float = 0.03,
    missing: float = 0.02,
    facts_wrong: float = 0.01,
    facts_missing: float = 0.03,
) -> Simulated:
    """`stay`: the share asked again a year later; `wrong`, `missing`: the share of elements given otherwise, or not at all.

    `facts_wrong`, `facts_missing`: the same of age and gender, each in each wave.
    """
    codes, site = _codes(rng, people), rng.integers(1, sites + 1, people)
    age, gender = rng.integers(18, 66, people).astype(np.float64), rng.choice([1, 1, 2, 3], people)
    day = rng.integers(0, 60, people)
    again = rng.random(people) < stay
    later, age_later, gender_later = codes.copy(), age + 1, gender.copy()
    new = int(np.sum(~again))
    later[~again], age_later[~again] = _codes(rng, new), rng.integers(18, 66, new)
    gender_later[~again] = rng.choice([1, 1, 2, 3], new)
    order = rng.permutation(people)
    place = np.empty(people, dtype=np.int64)
    place[order] = np.arange(people)
    when = day + 365 + rng.integers(-20, 21, people)
    elements = [_given(rng, one, wrong, missing) for one in (codes, later)]
    before = _facts(rng, age, gender, facts_wrong, facts_missing)
    after = [one[order] for one in _facts(rng, age_later, gender_later, facts_wrong, facts_missing)]
    first = WaveCodes(elements[0], site, day, *before)
    second = WaveCodes(elements[1][order], site[order], when[order], after[0], after[1])
    return Simulated(first, second, np.where(again, place, -1))


def _facts(
    rng: np.random.Generator,
    age: NDArray[np.float64],
    gender: NDArray[np.int64],
    wrong: float,
    missing: float,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """As they were written down: a wrong age is off by 2 to 10 years, a wrong gender is another one."""
    off = rng.integers(2, 11, age.size) * rng.choice([-1, 1], age.size)
    told = np.where(rng.random(age.size) < wrong, age + off, age)
    other = np.where(rng.random(age.size) < wrong, gender % 3 + 1, gender)
    told[rng.random(age.size) < missing] = np.nan
    other[rng.random(age.size) < missing] = 0
    return told, other


def _codes(rng: np.random.Generator, people: int) -> NDArray[np.int64]:
    columns = []
    for most in VALUES:
        shares = 1 / np.arange(1, most + 1) ** 0.7 if most in UNEVEN else np.ones(most)
        columns.append(rng.choice(np.arange(1, most + 1), people, p=shares / shares.sum()))
    return np.column_stack(columns)


def _given(
    rng: np.random.Generator, codes: NDArray[np.int64], wrong: float, missing: float
) -> NDArray[np.int64]:
    given = codes.copy()
    for place, most in enumerate(VALUES):
        other = rng.random(len(given)) < wrong
        given[other, place] = rng.integers(1, most + 1, int(other.sum()))
        given[rng.random(len(given)) < missing, place] = 0
    return given
