"""Linking two waves by keyed codes, looking at the pairs that wait, and deciding on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Q

from throughline.methods.linkage import Linkage, WaveCodes, link_waves
from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inserting import insert
from throughline.records.study.models import Study
from throughline.records.surveys.models import CodePlan, LinkedPair, SurveyResponse, Wave, WaveLinking
from throughline.records.surveys.queries import (
    ANALYSED,
    LINKED,
    elements_of,
    ended,
    pairs_of,
    plan_of,
    second_facts,
)
from throughline.rules.access import check_may_link_waves
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.code_parts import PairState, RejectedPair
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event

MOST_WAITING = 5_000  # pairs that people can be asked to look at
MOST_DAYS = 3_653
DECISIONS = (PairState.ACCEPTED, PairState.REJECTED, PairState.UNDECIDED)
Ids = tuple[UUID, UUID]


@dataclass(frozen=True)
class _Wave:
    """A wave's respondents, in rows."""

    ids: list[UUID]
    codes: WaveCodes


@dataclass(frozen=True)
class PairShown:
    """A pair with what is known beside the code: age in years and gender of each, None where it is not known."""

    pair: LinkedPair
    ages: tuple[float | None, float | None]
    genders: tuple[str | None, str | None]


@transaction.atomic
def link_two_waves(
    *, first: Wave, second: Wave, least_days: int, most_days: int, by: Actor, at: datetime
) -> WaveLinking:
    """Link the respondents of two waves of a study by their keyed codes. Done again, it replaces what nobody decided on.

    `least_days`, `most_days`: from the first answer to the second. What somebody decided stays decided, and nobody whom
    somebody accepted is linked otherwise. Invalid for waves that cannot be linked; Unready where no code is held, or codes
    are so coarse that more pairs would wait than anybody can look at.
    """
    check_may_link_waves(by, first.programme_id)
    Study.objects.select_for_update(no_key=True).get(id=first.study_id)
    _check_waves(first, second, least_days, most_days)
    plans = [_plan(wave, at) for wave in (first, second)]
    if [one.ignores for one in elements_of(plans[0])] != [one.ignores for one in elements_of(plans[1])]:
        raise Invalid(
            Sentence(
                "The codes of these waves do not have the same elements: each position has to be there in both, and written"
                " alike."
            )
        )
    genders: dict[str, int] = {}
    sites: dict[UUID, int] = {}
    read = [_read(wave, plan, genders, sites) for wave, plan in zip((first, second), plans, strict=True)]
    found = link_waves(read[0].codes, read[1].codes, window=(least_days, most_days))
    if len(found.review) > MOST_WAITING:
        raise Unready(
            Sentence(
                "More than %(most)s pairs would wait for somebody to look at them: these codes are too coarse to link by.",
                most=MOST_WAITING,
            )
        )
    linking, _ = WaveLinking.objects.update_or_create(
        programme_id=first.programme_id, study_id=first.study_id, first=first, second=second,
        defaults={
            "least_days": least_days, "most_days": most_days, "elements": len(plans[0].elements),
            "expected_false": found.expected_false, "without_code": list(found.missing_elements), "linked_at": at, "linked_by": by.id,
        },
    )  # fmt: skip
    _keep(linking, found, read[0], read[1])
    audit.record(
        Event.WAVES_LINKED, target=linking, programme_id=first.programme_id, by=by, at=at, count=len(found.links)
    )  # fmt: skip
    return linking


def _check_waves(first: Wave, second: Wave, least_days: int, most_days: int) -> None:
    if first.study_id != second.study_id or first.id == second.id:
        raise Invalid(Sentence("Two waves of one study are linked with each other."))
    if second.opens_on < first.opens_on:
        raise Invalid(Sentence("The second wave begins before the first: choose them the other way round."))
    if not -MOST_DAYS <= least_days <= most_days <= MOST_DAYS:
        raise Invalid(
            Sentence("The window ends before it begins: give the fewest days first."),
            fields={"most_days": Sentence("No fewer than the fewest.")},
        )


def _plan(wave: Wave, at: datetime) -> CodePlan:
    plan = plan_of(wave)
    if plan is None:
        raise Unready(
            Sentence(
                "Nobody named which questions of the wave %(code)s are elements of a code.", code=wave.code
            )
        )
    if ended(plan, at.date()):
        raise Unready(
            Sentence(
                "The parts of codes of the wave %(code)s were destroyed on the protocol's day.",
                code=wave.code,
            )
        )
    return plan


def _read(wave: Wave, plan: CodePlan, genders: dict[str, int], sites: dict[UUID, int]) -> _Wave:
    """Everybody who is analysed; without a code of their own they agree with nobody."""
    rows = list(
        SurveyResponse.objects.filter(ANALYSED, wave=wave)
        .select_related("code_parts")
        .only("id", "site_id", "answered_on", "answers", "code_parts__parts", "code_parts__plan")
        .order_by("site_id", "respondent")
    )
    elements = np.zeros((len(rows), len(plan.elements)), dtype=np.int64)
    ages, spoken = [], []
    for row, one in enumerate(rows):
        held = getattr(one, "code_parts", None)
        if held is not None and held.plan_id == plan.id:  # else it was asked with another form
            elements[row] = [_number(part) for part in held.parts]
        age, gender = second_facts(plan, one)
        ages.append(np.nan if age is None else age)
        spoken.append(0 if gender is None else genders.setdefault(gender, len(genders) + 1))
    codes = WaveCodes(
        elements=elements, site=np.array([sites.setdefault(one.site_id, len(sites)) for one in rows], dtype=np.int64),
        day=np.array([one.answered_on.toordinal() for one in rows], dtype=np.int64),
        age=np.array(ages, dtype=np.float64), gender=np.array(spoken, dtype=np.int64),
    )  # fmt: skip
    return _Wave([one.id for one in rows], codes)


def _number(part: str) -> int:
    """A keyed part as a whole number of 63 bits; 0 is none."""
    return (int(part, 16) >> 1) or 1 if part else 0


def _keep(linking: WaveLinking, found: Linkage, first: _Wave, second: _Wave) -> None:
    """In place of what nobody decided on. Nobody whom somebody accepted stands in another link."""
    LinkedPair.objects.filter(linking=linking, decided_at=None).delete()
    decided = {(one.first_id, one.second_id): one for one in LinkedPair.objects.filter(linking=linking)}
    taken = {end for ids, one in decided.items() if one.state == PairState.ACCEPTED.value for end in ids}
    rows: list[LinkedPair] = []
    for pair in found.links:
        ids = _ids(pair, first, second)
        is_taken = bool(taken & set(ids))
        if ids not in decided:
            state = PairState.WAITING if is_taken else PairState.LINKED
            rows.append(_pair(linking, ids, pair, first, second, state, "not_best" if is_taken else ""))
    for pair, why in zip(found.review, found.why, strict=True):
        ids = _ids(pair, first, second)
        if ids not in decided and not taken & set(ids):
            rows.append(_pair(linking, ids, pair, first, second, PairState.WAITING, why.value))
    insert(rows)


def _ids(pair: Sequence[Any], first: _Wave, second: _Wave) -> Ids:
    return first.ids[int(pair[0])], second.ids[int(pair[1])]


def _pair(
    linking: WaveLinking, ids: Ids, pair: Sequence[Any], first: _Wave, second: _Wave, state: PairState, why: str
) -> LinkedPair:  # fmt: skip
    one, other = first.codes.elements[int(pair[0])], second.codes.elements[int(pair[1])]
    off = np.flatnonzero((one != other) | (one == 0))
    return LinkedPair(
        id=new_id(), programme_id=linking.programme_id, linking=linking, first_id=ids[0], second_id=ids[1],
        differs=int(off[0]) + 1 if off.size else 0, why=why, state=state.value,
    )  # fmt: skip


@transaction.atomic
def read_pairs(
    *, linking: WaveLinking, state: PairState, start: int = 0, most: int = 50, by: Actor, at: datetime
) -> list[PairShown]:
    """Pairs in one state, from `start` on, with what is known beside the code. It is noted who looked, and at how many."""
    check_may_link_waves(by, linking.programme_id)
    plans = {wave.id: plan_of(wave) for wave in (linking.first, linking.second)}
    standing = pairs_of(linking, state).filter(
        first__consent__withdrawn_at=None, second__consent__withdrawn_at=None
    )
    shown = []
    for pair in standing[start : start + most]:
        facts = [second_facts(plans[one.wave_id], one) for one in (pair.first, pair.second)]
        shown.append(PairShown(pair, (facts[0][0], facts[1][0]), (facts[0][1], facts[1][1])))
    audit.record(
        Event.LINKED_PAIRS_READ, target=linking, programme_id=linking.programme_id, by=by, at=at, count=len(shown)
    )  # fmt: skip
    return shown


@transaction.atomic
def decide_pair(
    *,
    pair: LinkedPair,
    decision: PairState,
    reason: RejectedPair | None = None,
    seen: PairState,
    by: Actor,
    at: datetime,
) -> LinkedPair:
    """Say whether two respondents are one person. `seen`: how the pair stood when somebody looked at it.

    Invalid for a rejection without a reason; Unready where somebody else said otherwise since, or one of the two is linked
    with another.
    """
    check_may_link_waves(by, pair.programme_id)
    Study.objects.select_for_update(no_key=True).get(id=pair.linking.study_id)
    standing = LinkedPair.objects.filter(
        first__consent__withdrawn_at=None, second__consent__withdrawn_at=None
    )
    now: LinkedPair | None = standing.filter(id=pair.id).first()
    if now is None:
        raise Unready(
            Sentence("This pair is not there any more: the waves were linked again, or somebody withdrew.")
        )
    if decision not in DECISIONS or (decision is PairState.REJECTED) != (reason is not None):
        raise Invalid(
            Sentence("Say whether they are one person; of two who are not, why."),
            fields={"reason": Sentence("Say why.")},
        )
    told = reason.value if reason is not None else ""
    if now.state != seen.value and (now.state, now.reason) != (decision.value, told):
        raise Unready(
            Sentence(
                "Somebody else decided on this pair since you looked at it, and said otherwise. Look at it again, and talk with them."
            )
        )
    if decision is PairState.ACCEPTED:
        either = Q(first=now.first_id) | Q(second=now.second_id)
        if LinkedPair.objects.filter(LINKED, either, linking=now.linking_id).exclude(id=now.id).exists():
            raise Unready(
                Sentence("One of the two is linked with somebody else already. Reject that pair first, if it is wrong.")
            )  # fmt: skip
    LinkedPair.objects.filter(id=now.id).update(
        state=decision.value, reason=told, decided_at=at, decided_by=by.id
    )
    pair.refresh_from_db()
    audit.record(
        Event.LINKED_PAIR_DECIDED, target=pair, programme_id=pair.programme_id, by=by, at=at, reason=decision.value
    )  # fmt: skip
    return pair
