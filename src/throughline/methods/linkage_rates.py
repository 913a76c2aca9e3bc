"""Who of a wave was linked: match rates by arm, and the linked beside the others.

Estimates: of the first wave's respondents, the share that is linked, by arm; and for each variable the means or shares of the
    linked and of the others with their standardised difference.
Formula: linked / n; the difference as in `baseline`, (linked - others) in units of one person's scatter.
Source: as `baseline`; Yurek, Vasey and Havens (2008) Evaluation Review 32:435-452 on who is lost by such codes.
Assumptions: who is linked is the person (`linkage` says how many may be linked by chance).
When not to use it: as a test of whether loss is at random; people of one site resemble each other.
Checked against: counts by hand and `baseline` (tests/methods/test_linkage.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.methods.baseline import ArmSummary, ArmValues, ColumnKind, compare_arms
from throughline.methods.estimate import Missing
from throughline.methods.linkage import Linkage
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind

METHOD = "linkage.match_rates/1"

NOT_COMPARED = Sentence(
    "The linked and the others are not set against each other here: too few have a value, or all have the same."
)


@dataclass(frozen=True, slots=True)
class MatchRate:
    """Of the first wave's respondents of an arm: how many are linked, and how many wait for somebody to look."""

    arm: str
    n: int
    linked: int
    in_review: int
    method: str = METHOD

    @property
    def share(self) -> float | None:
        return self.linked / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Beside:
    """A variable of the linked and of the others; `difference` None: `refused` says why."""

    name: str
    linked: ArmSummary
    others: ArmSummary
    difference: float | None
    refused: Sentence | None
    method: str = METHOD


def match_rates(found: Linkage, arms: Sequence[str]) -> tuple[MatchRate, ...]:
    """One rate for each arm of the first wave; `arms` by row. Raises Invalid for another number of arms than respondents."""
    _check(found, arms)
    of = np.array(arms, dtype=object)
    linked, review = _rows(found.links), _rows(found.review)
    return tuple(
        MatchRate(arm, int(np.sum(of == arm)), int(np.sum(of[linked] == arm)), int(np.sum(of[review] == arm)))
        for arm in sorted(set(arms))
    )


def beside_others(
    found: Linkage, name: str, kind: ColumnKind, values: Sequence[float | str | Nothing]
) -> Beside:
    """One variable of the first wave, by row, of the linked and of the others. Raises Invalid as `match_rates` does."""
    _check(found, values)
    linked = set(_rows(found.links).tolist())
    sides = {
        ArmKind.INTERVENTION: [value for row, value in enumerate(values) if row in linked],
        ArmKind.COMPARISON: [value for row, value in enumerate(values) if row not in linked],
    }
    row = compare_arms(name, kind, {side: _counted(held) for side, held in sides.items()})
    return Beside(
        name, row.intervention, row.comparison, row.difference, NOT_COMPARED if row.refused is not None else None
    )  # fmt: skip


def _counted(values: Sequence[float | str | Nothing]) -> ArmValues:
    missing = Counter(value.value for value in values if isinstance(value, Nothing))
    held: Counter[float | str] = Counter(value for value in values if not isinstance(value, Nothing))
    return ArmValues(held, Missing.from_counts(missing))


def _check(found: Linkage, column: Sequence[object]) -> None:
    if len(column) != found.n_first:
        raise Invalid(Sentence("Give one value for each respondent of the first wave."))


def _rows(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(pairs[:, 0]).astype(np.int64)
