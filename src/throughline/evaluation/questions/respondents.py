"""Everybody who was asked a question of a survey, one row each, with what they said to other questions beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions.people import people_of
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers, Bools, Floats, Ints, answers_of
from throughline.methods.imputation import Unanswered
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, OutcomeKind

MOST_STRATA = 6  # values of a covariate that cells are split by; a number with more is split at its quarters
EACH_RESPONSE = Sentence(
    "A response counts as one person. Nobody can tell whether somebody answered twice in one phase, by two forms or two links: whoever did"
    " counts twice, in numbers of people and in shares."
)
NOT_ASKED_OF = Sentence("No question %(code)s was answered in this survey, and it is %(why)s.")


@dataclass(frozen=True, eq=False, slots=True)
class Respondents:
    """`y` is NaN where `nothing` says which kind of nothing it is; `beside` has a column for each of `codes`, NaN alike."""

    kind: OutcomeKind
    sites: tuple[str, ...]
    arms: tuple[ArmKind, ...]
    site: Ints
    is_after: Bools
    y: Floats
    nothing: NDArray[np.object_]
    codes: tuple[str, ...]
    beside: Floats

    @property
    def answered(self) -> Bools:
        found: Bools = ~np.isnan(self.y)
        return found

    @property
    def has_all_beside(self) -> Bools:
        return np.asarray(~np.isnan(self.beside).any(axis=1), dtype=np.bool_)

    def answers(
        self, *, with_beside: bool = False, still_missing: Collection[Nothing] = tuple(Nothing)
    ) -> Answers:
        """Those with a value (`with_beside`: of every code too). `still_missing`: kinds of nothing that are counted as missing.

        Raises Unready and Invalid as `answers_of` does.
        """  # fmt: skip
        kept = self.answered & self.has_all_beside if with_beside else self.answered
        kinds = [kind for kind in self.nothing[~self.answered].tolist() if Nothing(kind) in still_missing]
        return answers_of(
            kind=self.kind, sites=self.sites, arms=self.arms, site=self.site[kept], is_after=self.is_after[kept], y=self.y[kept],
            missing=Missing.from_counts({kind: kinds.count(kind) for kind in set(kinds)}),
            covariates=self.beside[kept] if with_beside else None,
        )  # fmt: skip

    def unanswered(self, kinds: Collection[Nothing]) -> Unanswered:
        """Those whose answer is one of these kinds of nothing, and everybody's stratum of the codes beside."""
        wanted = {kind.value for kind in kinds}
        gone = ~self.answered & np.array([one in wanted for one in self.nothing.tolist()], dtype=np.bool_)
        strata = _strata(self.beside)
        return Unanswered(self.site[gone], self.is_after[gone], strata[self.answered], strata[gone])


def respondents(
    freeze: OpenFreeze,
    measure: str,
    kind: OutcomeKind,
    sites: Sequence[tuple[str, ArmKind]],
    beside: Sequence[str] = (),
    why: str = "a covariate",
) -> Respondents:
    """Of these sites, before and after, in the order of site, phase and number. Raises Unready for a code that nobody answered."""
    for code in beside:
        if not freeze.ask(
            "SELECT 1 FROM survey_answers WHERE question = ? AND value IS NOT NULL LIMIT 1", [code]
        ):
            raise Unready(NOT_ASKED_OF.given(code=code, why=why))
    people = people_of(freeze)
    asked = people.asked(measure)
    places = {name: place for place, (name, _) in enumerate(sites)}
    site = np.array([places.get(name, -1) for name in asked.site.tolist()], dtype=np.intp)
    here = site >= 0
    y = (
        np.where(np.isnan(asked.value), np.nan, asked.value != 0)
        if kind is OutcomeKind.BINARY
        else asked.value
    )
    others = np.column_stack(
        [np.empty((site.size, 0)), *(people.said(code, asked.person) for code in beside)]
    )
    return Respondents(
        kind, tuple(name for name, _ in sites), tuple(arm for _, arm in sites), site[here], asked.is_after[here], y[here],
        asked.nothing[here], tuple(beside), others[here],
    )  # fmt: skip


def _strata(columns: Floats) -> Ints:
    """A number for each combination; a number with many values is cut at its quarters, nothing is a stratum of its own."""
    keys = []
    for column in columns.T:
        known = np.unique(column[~np.isnan(column)])
        if known.size > MOST_STRATA:
            cuts = np.quantile(column[~np.isnan(column)], (0.25, 0.5, 0.75))
            cut = np.searchsorted(cuts, column).astype(np.float64)
            column = np.where(np.isnan(column), -1.0, cut)
        keys.append(np.unique(column, return_inverse=True)[1].astype(np.intp))
    if not keys:
        return np.zeros(columns.shape[0], dtype=np.intp)
    return np.unique(np.column_stack(keys), axis=0, return_inverse=True)[1].reshape(-1).astype(np.intp)
