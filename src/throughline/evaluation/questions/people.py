"""Everybody who was asked something in a survey at the arms' sites, before and after, with all that they said: read once.

People have numbers from 0 in the order of site, phase and their number there, the same for every question: what somebody said to one
question stands beside what they said to another by that number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.units import unit_of
from throughline.methods.few_clusters.answers import Bools, Floats, Ints
from throughline.vocabulary.study import PhaseKind

UNIT = "respondent"


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """Who was asked one question, in the order of people: `value` is NaN where `nothing` says which kind of nothing it is."""

    person: Ints
    site: NDArray[np.object_]
    arm: NDArray[np.object_]
    is_after: Bools
    value: Floats
    nothing: NDArray[np.object_]
    members: NDArray[np.uint64]


class People:
    """The answers of an open freeze."""

    def __init__(self, freeze: OpenFreeze) -> None:
        table = freeze.engine.sql(
            "SELECT DENSE_RANK() OVER (ORDER BY t.site, t.phase, t.respondent) - 1 AS person, t.question, t.site, t.arm, t.phase,"  # noqa: S608  (words of ours only)
            f" CAST(t.value AS DOUBLE) AS value, t.value_nothing, {unit_of(UNIT).member} AS member FROM survey_answers AS t"
            " WHERE t.arm <> 'none' AND t.phase IN ('before', 'after') ORDER BY t.question, person"
        ).to_arrow_table()
        self._person = table["person"].to_numpy().astype(np.intp)
        self._site = np.array(table["site"].to_pylist(), dtype=object)
        self._arm = np.array(table["arm"].to_pylist(), dtype=object)
        self._is_after = np.array(table["phase"].to_pylist(), dtype=object) == PhaseKind.AFTER.value
        self._value = np.array(table["value"].to_pylist(), dtype=np.float64)
        self._nothing = np.array(table["value_nothing"].to_pylist(), dtype=object)
        self._members = table["member"].to_numpy().astype(np.uint64)
        self._question = np.array(table["question"].to_pylist(), dtype=np.str_)

    def asked(self, question: str) -> Asked:
        here = self._of(question)
        return Asked(
            self._person[here], self._site[here], self._arm[here], self._is_after[here], self._value[here], self._nothing[here],
            self._members[here],
        )  # fmt: skip

    def said(self, question: str, people: Ints) -> Floats:
        """What these said to a question; NaN of whoever was not asked it, or gave no value."""
        here = self._of(question)
        told = np.full(int(self._person.max(initial=-1)) + 1, np.nan)
        told[self._person[here]] = self._value[here]
        found: Floats = told[people]
        return found

    def _of(self, question: str) -> slice:
        first = np.searchsorted(self._question, question, "left")
        return slice(int(first), int(np.searchsorted(self._question, question, "right")))


def people_of(freeze: OpenFreeze) -> People:
    """As they were read when they were first asked for."""
    if "people" not in freeze.held:
        freeze.held["people"] = People(freeze)
    people: People = freeze.held["people"]
    return people
