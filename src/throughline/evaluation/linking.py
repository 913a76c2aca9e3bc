"""What is told of linked waves: match rates by arm, the linked beside the others, links expected by chance. Counts alone.

Tables are protected together, as they would leave; nothing of a pair, a code or a person is in them. No freeze holds any of
it, so no estimate can rest on it: a paired analysis gets a count, and no rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from throughline.methods.baseline import ColumnKind
from throughline.methods.linkage import ALIKE, INDEPENDENT, Linkage
from throughline.methods.linkage_rates import Beside, beside_others
from throughline.methods.linked import Rows, apart, link
from throughline.methods.suppression import LT5, Profile, ProtectedTable, protect, summary_may_leave
from throughline.methods.table import ALL, Key, Table, crossed
from throughline.records.study.models import Outcome, StudySite, SurveyAnswer
from throughline.records.surveys.models import LinkedPair, SurveyResponse, WaveLinking
from throughline.records.surveys.queries import ANALYSED, plan_of, second_facts
from throughline.rules.access import check_may_link_waves
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.code_parts import PairState
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.study import OutcomeKind, OutcomeSourceKind

NO_VALUE = "(no value)"
YES_NO = {1.0: "yes", 0.0: "no"}
LINK, LINKED, WAITING, OTHERS, REST = "link", "linked", "waiting", "others", "rest"
SIDES = {
    LINKED: frozenset({LINKED}),
    WAITING: frozenset({WAITING}),
    OTHERS: frozenset({OTHERS}),
    REST: frozenset({WAITING, OTHERS}),
}
AGE, GENDER = "age", "gender"
NOT_NEEDED = Sentence(
    "No estimate needs linked respondents: arms are compared by how sites changed. Of the pairs an analysis gets their number, and"
    " no rows."
)
TOO_FEW = Sentence("Too few are linked, or too few are not, for this to be told.")
Told = int | float | str


@dataclass(frozen=True, slots=True)
class ArmTold:
    """Of the first wave's respondents of an arm ("" for all): counts, or "suppressed"."""

    arm: str
    n: Told
    linked: Told
    waiting: Told
    share: Told


@dataclass(frozen=True, slots=True)
class BesideTold:
    """One variable of the linked and of the others: means or shares of yes, and the standardised difference."""

    name: str
    linked: Told | None
    others: Told | None
    difference: Told | None
    refused: Sentence | None


@dataclass(frozen=True, slots=True)
class LinkingTold:
    arms: tuple[ArmTold, ...]
    beside: tuple[BesideTold, ...]
    expected_false: float
    by_state: Mapping[str, Told]
    notes: tuple[Sentence, ...] = (NOT_NEEDED, ALIKE, INDEPENDENT)


def told_of(linking: WaveLinking, *, by: Actor, profile: Profile = LT5) -> LinkingTold:
    """Everything that is told of two linked waves. Raises NotAllowed; Unready where nothing of it could be hidden enough."""
    check_may_link_waves(by, linking.programme_id)
    people = _People.of(linking)
    if not people.sides:
        raise Unready(TOO_FEW)
    tables = [_table("arm", people.sides, people.arms)]
    variables = list(people.categories.items())
    both = [LINKED if side == LINKED else REST for side in people.sides]
    tables += [_table(name, both, values) for name, values in variables]
    arms, *together = _protected(tables, profile)
    others: list[ProtectedTable | None] = [*together] if together else [None] * len(variables)
    beside = [
        _beside(people, name, values, table, profile)
        for (name, values), table in zip(variables, others, strict=True)
    ]
    return LinkingTold(
        tuple(_arm(arms, arm) for arm in (*sorted(set(people.arms)), ALL)),
        (*_age(people, profile), *beside), linking.expected_false,
        {state: _count(count, profile) for state, count in people.states.items()},
    )  # fmt: skip


@dataclass(frozen=True)
class _People:
    """The first wave's respondents, by row."""

    found: Linkage
    arms: list[str]
    sides: list[str]
    ages: list[float | Nothing]
    categories: dict[str, list[str]]
    states: dict[str, int]

    @classmethod
    def of(cls, linking: WaveLinking) -> _People:
        rows = list(
            SurveyResponse.objects.filter(ANALYSED, wave=linking.first)
            .only("id", "site_id", "answers")
            .order_by("site_id", "respondent")
        )
        arm_of = dict(StudySite.objects.filter(study=linking.study_id).values_list("site_id", "arm"))
        place = {row.id: at for at, row in enumerate(rows)}
        pairs = list(
            LinkedPair.objects.filter(linking=linking).values_list(
                "first_id", "second_id", "state", "differs"
            )
        )
        found = _found(linking, place, pairs)
        linked, waiting = set(found.links[:, 0].tolist()), set(found.review[:, 0].tolist())
        plan = plan_of(linking.first)
        facts = [second_facts(plan, row) for row in rows]
        categories = {GENDER: [gender or NO_VALUE for _, gender in facts]} | _outcomes(linking, rows)
        return cls(
            found, [arm_of.get(row.site_id, NO_VALUE) for row in rows],
            [LINKED if at in linked else WAITING if at in waiting else OTHERS for at in range(len(rows))],
            [Nothing.NOT_RECORDED if age is None else age for age, _ in facts],
            {name: values for name, values in categories.items() if set(values) - {NO_VALUE}},
            dict(Counter(state for _, _, state, _ in pairs)),
        )  # fmt: skip


def _found(
    linking: WaveLinking, place: Mapping[UUID, int], pairs: Iterable[tuple[UUID, UUID, str, int]]
) -> Linkage:
    """As it stands after people decided. Only who is of the first wave's analysed is counted."""
    of = {PairState.LINKED.value: LINKED, PairState.ACCEPTED.value: LINKED} | {
        one.value: WAITING for one in (PairState.WAITING, PairState.UNDECIDED)
    }
    rows: dict[str, list[tuple[int, int]]] = {LINKED: [], WAITING: []}
    exact: list[bool] = []
    for at, (one, _, state, differs) in enumerate(pairs):
        if one in place and state in of:
            rows[of[state]].append((place[one], at))
            exact += [differs == 0] if of[state] == LINKED else []
    missing = linking.without_code
    return Linkage(
        links=_pairs(rows[LINKED]), is_exact=np.array(exact, dtype=bool), review=_pairs(rows[WAITING]), why=(),
        n_first=len(place), n_second=0, expected_false=linking.expected_false, missing_elements=(missing[0], missing[1]),
    )  # fmt: skip


def _pairs(rows: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _outcomes(linking: WaveLinking, rows: Sequence[SurveyResponse]) -> dict[str, list[str]]:
    """Outcomes of the study that are yes or no in the survey, as the first wave answered them."""
    names = dict(
        Outcome.objects.filter(
            study=linking.study_id, kind=OutcomeKind.BINARY.value, source=OutcomeSourceKind.SURVEY.value
        ).values_list("measure", "name")
    )
    answers: dict[str, dict[UUID, str]] = {measure: {} for measure in names}
    asked = SurveyAnswer.objects.filter(
        study=linking.study_id, phase=linking.first.phase, question__in=names, value__isnull=False
    )
    for question, response, value in asked.values_list("question", "response_id", "value"):
        if response is not None:
            answers[question][response] = YES_NO.get(float(value), "") if value is not None else ""
    return {
        names[measure]: [given.get(row.id, NO_VALUE) for row in rows]
        for measure, given in answers.items()
        if "" not in given.values()  # which of 1 and 2 is a yes is not known
    }


def _table(name: str, sides: Sequence[str], values: Sequence[str]) -> Table:
    there = (LINKED, REST) if REST in sides else (LINKED, WAITING, OTHERS)
    counts: dict[Key, int] = {(side, value): 0 for side in there for value in sorted(set(values))}
    counts |= Counter(zip(sides, values, strict=True))
    return crossed((LINK, name), counts)


def _protected(tables: Sequence[Table], profile: Profile) -> list[ProtectedTable]:
    """All as one; the first alone where they cannot all leave. Raises Unready where not even that can."""
    for some in (tables, tables[:1]):
        whole = link([(table, _rows(table)) for table in some], {})
        try:
            return apart(whole, protect(whole.table, profile), some)
        except Unready:
            continue
    raise Unready(
        Sentence(
            "Too few answered for anything of their links to be told. Pairs can be looked at all the same."
        )
    )


def _rows(table: Table) -> dict[Key, Rows]:
    return {
        key: {
            name: SIDES[value] if name == LINK else frozenset({value})
            for name, value in zip(table.dimensions, key, strict=True)
            if value != ALL
        }
        for key in table.cells
    }


def _arm(table: ProtectedTable, arm: str) -> ArmTold:
    told = table.released()
    return ArmTold(
        "" if arm == ALL else arm, told[ALL, arm], told[LINKED, arm], told[WAITING, arm],
        table.share((LINKED, arm), (ALL, arm)),
    )  # fmt: skip


def _beside(
    people: _People, name: str, values: Sequence[str], table: ProtectedTable | None, profile: Profile
) -> BesideTold:
    """Shares and their difference, where every count that they rest on is told. `table` None: it cannot leave beside others."""
    if table is None:
        return BesideTold(name, SUPPRESSED, SUPPRESSED, SUPPRESSED, TOO_FEW)
    told = table.released()
    sides = [key for key in told if key[0] != ALL and key[1] != ALL]
    if any(told[key] == SUPPRESSED for key in sides):
        return BesideTold(name, SUPPRESSED, SUPPRESSED, SUPPRESSED, None)
    is_share = set(values) <= {"yes", "no", NO_VALUE}
    if is_share:
        numbers = [Nothing.NOT_RECORDED if one == NO_VALUE else float(one == "yes") for one in values]
        found = beside_others(people.found, name, ColumnKind.SHARE, numbers)
    else:
        words = [Nothing.NOT_RECORDED if one == NO_VALUE else one for one in values]
        found = beside_others(people.found, name, ColumnKind.CATEGORIES, words)
    return _told(found, profile)


def _told(found: Beside, profile: Profile) -> BesideTold:
    if not all(summary_may_leave(side.n, profile) for side in (found.linked, found.others)):
        return BesideTold(found.name, SUPPRESSED, SUPPRESSED, SUPPRESSED, TOO_FEW)
    return BesideTold(found.name, found.linked.mean, found.others.mean, found.difference, found.refused)


def _age(people: _People, profile: Profile) -> Iterable[BesideTold]:
    if all(isinstance(age, Nothing) for age in people.ages):
        return
    yield _told(beside_others(people.found, AGE, ColumnKind.NUMBER, people.ages), profile)


def _count(count: int, profile: Profile) -> Told:
    return SUPPRESSED if profile.hides(count) else profile.rounded(count)


def counts_of(linking: WaveLinking, *, by: Actor) -> dict[str, Any]:
    """The same as plain JSON, for the command line."""
    told = told_of(linking, by=by)
    return {
        "first": linking.first.code, "second": linking.second.code,
        "window_days": [linking.least_days, linking.most_days], "counts": LT5.name,
        "arms": [
            {"arm": one.arm or "all", "n": one.n, "linked": one.linked, "waiting": one.waiting, "share": one.share}
            for one in told.arms
        ],
        "beside": [
            {
                "name": one.name, "linked": one.linked, "others": one.others, "difference": one.difference,
                "refused": None if one.refused is None else one.refused.english,
            }
            for one in told.beside
        ],
        "expected_false_at_most": round(told.expected_false, 3), "notes": [str(one) for one in told.notes],
    }  # fmt: skip
