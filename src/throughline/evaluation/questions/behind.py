"""Who stands behind an estimate of a survey outcome among some of its respondents: numbers, as the ledger has them.

The same respondent has the same number behind every question and in every freeze (`units.py`), so that two estimates can be
compared with each other, and with tables that left, by who stands in one of them and not in the other.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions.people import UNIT, people_of
from throughline.methods.differencing import CellMembers
from throughline.methods.few_clusters.answers import Bools, Floats


@dataclass(frozen=True, eq=False, slots=True)
class Answered:
    """Everybody who answered one outcome, at the arms' sites before and after. `beside`: what they said to another question, NaN
    where that is not known."""

    members: NDArray[np.uint64]
    sites: NDArray[np.str_]
    is_after: Bools
    beside: Floats

    def at(self, sites: Collection[str]) -> Bools:
        return np.isin(self.sites, sorted(sites))

    def set_against(self, value: float) -> tuple[Bools, Bools]:
        """Those who gave `value` and all others whose answer is known, at the sites where both are there before and after."""
        known = ~np.isnan(self.beside)
        group, others = known & (self.beside == value), known & (self.beside != value)
        kept = [
            site
            for site in dict.fromkeys(self.sites.tolist())
            if all(
                (who & (self.sites == site) & (self.is_after == later)).any()
                for who in (group, others)
                for later in (False, True)
            )
        ]
        here = self.at(kept)
        return group & here, others & here

    def called(self, label: str, who: Bools) -> CellMembers:
        return CellMembers(label, UNIT, self.members[who])


def answered(freeze: OpenFreeze, outcome: str, beside: str) -> Answered:
    """Of an outcome's question, with what the same people said to the question `beside`."""
    people = people_of(freeze)
    asked = people.asked(outcome)
    here = ~np.isnan(asked.value)
    return Answered(
        asked.members[here], asked.site[here].astype(np.str_), asked.is_after[here], people.said(beside, asked.person[here])
    )  # fmt: skip
