"""Which questions are elements of a self-generated code, and what is held under it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from throughline.records.keyring import Purpose, ring
from throughline.records.study.models import Study
from throughline.records.surveys.models import (
    CodePlan,
    InstrumentVersion,
    LinkedPair,
    SurveyResponse,
    Wave,
    WaveLinking,
)
from throughline.rules.code_parts import withheld
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.code_parts import CodeElement, PairState
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.surveys import Question

LINKED = Q(state__in=[PairState.LINKED.value, PairState.ACCEPTED.value])
PART_BYTES = 8  # of the HMAC: two of 200,000 values share them less than once in 10^8


def elements_of(plan: CodePlan) -> tuple[CodeElement, ...]:
    """In the order of their positions."""
    return tuple(CodeElement.from_json(row) for row in plan.elements)


def plan_of(wave: Wave) -> CodePlan | None:
    """What the wave's instrument, or the study's files where the wave has no form, name as elements."""
    return plan_under(wave, wave.instrument_version)


def plan_under(wave: Wave, version: InstrumentVersion | None) -> CodePlan | None:
    """The same for answers to another form of the study: that which asked them names its own elements."""
    plans: QuerySet[CodePlan] = CodePlan.objects.filter(study=wave.study_id)
    return plans.filter(instrument=None if version is None else version.instrument_id).first()


def code_names(wave: Wave) -> list[str]:
    """Paths of the elements of the wave's code, by position; none where nobody named any."""
    plan = plan_of(wave)
    return [] if plan is None else [one.path for one in elements_of(plan)]


def code_names_elsewhere(wave: Wave) -> frozenset[str]:
    """What the study's other forms and files call elements of their codes, by path and by name."""
    plans = CodePlan.objects.filter(study=wave.study_id)
    paths = {one.path for plan in plans for one in elements_of(plan)}
    return frozenset(paths | {path.rpartition("/")[2] for path in paths})


def kept_apart(wave: Wave, questions: Iterable[Question]) -> frozenset[str]:
    """Paths whose answers are never kept, nor shown, as they are: elements of the wave's code, and what is made of them."""
    plan = plan_of(wave)
    return frozenset() if plan is None else withheld(elements_of(plan), questions)


def keyed(plan: CodePlan, values: Sequence[str | None]) -> list[str]:
    """Each element's value with its position and study, keyed; "" for one that is not there. Unready without the key."""
    key = ring().key(Purpose.SURVEY_CODE, plan.programme_id, plan.key_version)
    return [
        "" if value is None else _keyed(key, f"{plan.study_id.hex} {position} {value}")
        for position, value in enumerate(values, start=1)
    ]


def _keyed(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()[:PART_BYTES].hex()


def wave_of(study: Study, code: str) -> Wave:
    """A study's wave by its code. NotFound where it has none of it."""
    found: Wave | None = (
        Wave.objects.filter(study=study, code=code).select_related("instrument_version").first()
    )
    if found is None:
        raise NotFound(Sentence("This study has no wave called %(code)s.", code=code))
    return found


def plans_for(actor: Actor, study: Study) -> QuerySet[CodePlan]:
    rows: QuerySet[CodePlan] = CodePlan.objects.visible_to(actor).filter(study=study)
    return rows.select_related("instrument").order_by("instrument__title")


def plan_for(actor: Actor, plan_id: UUID) -> CodePlan:
    rows = CodePlan.objects.visible_to(actor).select_related("study", "instrument")
    found: CodePlan | None = rows.filter(id=plan_id).first()
    if found is None:
        raise NotFound(Sentence("There are no such elements of a code."))
    return found


def ended(plan: CodePlan, day: date) -> bool:
    """Whether the plan's parts are to be destroyed, or were: none are kept any more."""
    return plan.destroyed_at is not None or plan.destroy_on <= day


def linkings_for(actor: Actor, programme_id: UUID) -> QuerySet[WaveLinking]:
    rows: QuerySet[WaveLinking] = WaveLinking.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.select_related("study", "first", "second").order_by("study__title", "first__opens_on")


def linking_for(actor: Actor, linking_id: UUID) -> WaveLinking:
    rows = WaveLinking.objects.visible_to(actor).select_related(
        "study__programme", "first__instrument_version__instrument", "second__instrument_version__instrument"
    )
    found: WaveLinking | None = rows.filter(id=linking_id).first()
    if found is None:
        raise NotFound(Sentence("These waves are not linked."))
    return found


def pair_for(actor: Actor, pair_id: UUID) -> LinkedPair:
    rows = LinkedPair.objects.visible_to(actor).select_related("linking")
    found: LinkedPair | None = rows.filter(id=pair_id).first()
    if found is None:
        raise NotFound(
            Sentence("There is no such pair any more: the waves were linked again, or somebody withdrew.")
        )
    return found


def pairs_of(linking: WaveLinking, state: PairState) -> QuerySet[LinkedPair]:
    """By site, with the respondents' own rows; of who withdrew there is none."""
    return (
        LinkedPair.objects.filter(linking=linking, state=state.value)
        .select_related("first__site", "second__site")
        .defer("first__texts", "first__draft", "second__texts", "second__draft")
        .order_by("first__site__name", "first__respondent", "second__respondent")
    )


def second_facts(plan: CodePlan | None, response: SurveyResponse) -> tuple[float | None, str | None]:
    """Age in years and gender as a word, of a respondent; None for what is not known."""
    if plan is None:
        return None, None
    age, gender = (response.answers.get(path) if path else None for path in (plan.age, plan.gender))
    return _number(age), None if gender is None or isinstance(gender, dict) else str(gender).casefold()


def _number(given: Any) -> float | None:
    try:
        number = float(given)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number <= 120 else None
