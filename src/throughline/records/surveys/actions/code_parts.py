"""Naming what a self-generated code is made of; keeping its parts keyed; destroying them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from throughline.methods.linkage import LEAST_ELEMENTS
from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.keyring import ring
from throughline.records.locking import hold_in_order
from throughline.records.programme.models import Programme
from throughline.records.study.models import Study
from throughline.records.surveys.actions.attachments import destroy_ended_files
from throughline.records.surveys.actions.draft_files import forget_drafts
from throughline.records.surveys.models import (
    CodeParts,
    CodePlan,
    Instrument,
    InstrumentVersion,
    LinkedPair,
    SurveyResponse,
    Wave,
)
from throughline.records.surveys.queries import LINKED, elements_of, ended, keyed, plan_under, questions_of
from throughline.rules.access import check_may_link_waves
from throughline.rules.code_parts import ELEMENTS, element_values, withheld
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.code_parts import CodeElement
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.surveys import NUMBERS, Question, QuestionType, asked_path

MOST_ELEMENTS = 12
LONGEST_KEPT = timedelta(days=3653)  # ten years
GONE = Q(response__consent__withdrawn_at__isnull=False)


@transaction.atomic
def name_code_elements(
    *,
    study: Study,
    instrument: Instrument | None,
    elements: Sequence[CodeElement],
    age: str = "",
    gender: str = "",
    destroy_on: date,
    by: Actor,
    at: datetime,
) -> CodePlan:
    """Say which questions are elements of a code, by position, before anybody answers them: what was kept as it is stays so.

    `instrument` None: of the study's waves without a form. `age`, `gender`: paths of the second facts. `destroy_on`: the
    protocol's day; it can be brought forward, and never put off once parts are held. Invalid for questions that cannot be
    elements; Unready where they were answered already.
    """
    check_may_link_waves(by, study.programme_id)
    hold_in_order([study.id])
    _check_day(destroy_on, at)
    there = CodePlan.objects.filter(study=study, instrument=instrument).first()
    told = {"elements": [one.as_json() for one in elements], "age": age, "gender": gender}
    if there is not None and there.destroyed_at is not None:
        raise Unready(
            Sentence("The parts of these codes were destroyed as the protocol says. None are kept again.")
        )
    if there is None or any(getattr(there, name) != given for name, given in told.items()):
        if there is not None and CodeParts.objects.filter(plan=there).exists():
            raise Unready(
                Sentence(
                    "Parts of codes are held already, keyed by these elements in this order. They cannot be named otherwise any"
                    " more."
                )
            )
        _check_elements(study, instrument, elements, age, gender)
    elif destroy_on > there.destroy_on and CodeParts.objects.filter(plan=there).exists():
        raise Unready(
            Sentence(
                "People were told that parts of their codes are destroyed on %(day)s. That can be sooner, and not later.",
                day=there.destroy_on,
            )
        )
    version = CodePlan.objects.filter(study=study).values_list("key_version", flat=True).first()
    plan, _ = CodePlan.objects.update_or_create(
        programme_id=study.programme_id, study=study, instrument=instrument,
        defaults=told | {"key_version": version or ring().current, "destroy_on": destroy_on, "named_at": at, "named_by": by.id},
    )  # fmt: skip
    audit.record(
        Event.CODE_ELEMENTS_NAMED, target=plan, programme_id=study.programme_id, by=by, at=at, count=len(elements)
    )  # fmt: skip
    return plan


def _check_day(day: date, at: datetime) -> None:
    if not at.date() < day <= at.date() + LONGEST_KEPT:
        raise Invalid(
            Sentence("The day on which parts of codes are destroyed lies ahead, and within ten years."),
            fields={"destroy_on": Sentence("A day ahead, within ten years.")},
        )


def _check_elements(
    study: Study, instrument: Instrument | None, elements: Sequence[CodeElement], age: str, gender: str
) -> None:
    paths = [one.path for one in elements]
    if not LEAST_ELEMENTS <= len(paths) <= MOST_ELEMENTS or len(set(paths)) != len(paths) or not all(paths):
        raise Invalid(
            Sentence(
                "A code has %(least)s to %(most)s elements, each another question: fewer agree by chance too often.",
                least=LEAST_ELEMENTS, most=MOST_ELEMENTS,
            ),
            fields={"elements": Sentence("From %(least)s to %(most)s questions.", least=LEAST_ELEMENTS, most=MOST_ELEMENTS)},
        )  # fmt: skip
    if {age, gender} & set(paths):
        raise Invalid(Sentence("Age and gender are second facts beside the code, and no elements of it."))
    if instrument is not None:
        newest = InstrumentVersion.objects.filter(instrument=instrument).order_by("-number").first()
        asked = {one.path: one for one in questions_of(newest)} if newest is not None else {}
        _check_asked(asked, paths, age, gender)
    if _were_answered(study, instrument, elements):
        raise Unready(
            Sentence(
                "These questions were answered already, and the answers were kept as they are. Elements are named before the first"
                " answer: put them into a new version of the form under other names."
            )
        )  # fmt: skip


def _check_asked(asked: Mapping[str, Question], paths: Sequence[str], age: str, gender: str) -> None:
    wrong = [
        path for path in paths if path not in asked or asked[path].type not in ELEMENTS or asked[path].repeat
    ]
    facts = ((age, NUMBERS), (gender, frozenset({QuestionType.SELECT_ONE})))
    wrong += [
        path for path, kinds in facts
        if path and (path not in asked or asked[path].type not in kinds or asked[path].repeat or asked[path].is_sensitive)
    ]  # fmt: skip
    if wrong:
        raise Invalid(
            Sentence(
                "%(path)s cannot be that: an element is a text, a number or one choice outside repeats; an age is a number, a"
                " gender one choice.",
                path=wrong[0][:80],
            )
        )


def _were_answered(study: Study, instrument: Instrument | None, elements: Sequence[CodeElement]) -> bool:
    done = SurveyResponse.objects.filter(wave__study=study, completed_at__isnull=False, code_parts=None)
    if instrument is None:
        return done.filter(wave__instrument_version=None).exists()
    used = done.filter(instrument_version__instrument=instrument).values("instrument_version")
    asked = [questions_of(held) for held in InstrumentVersion.objects.filter(id__in=used)]
    return any(withheld(elements, those) & {one.path for one in those} for those in asked)


@dataclass(frozen=True)
class Withheld:
    """What of a wave's answers is never kept as it is. Without a plan nothing is."""

    plan: CodePlan | None
    paths: frozenset[str]

    @classmethod
    def of(cls, wave: Wave, version: InstrumentVersion | None, questions: Sequence[Question]) -> Withheld:
        """Held until the transaction ends: nobody names elements while answers to them are being kept as they are."""
        hold_in_order([wave.study_id])
        plan = plan_under(wave, version)
        return cls(plan, frozenset() if plan is None else withheld(elements_of(plan), questions))

    def rest(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers that are kept as they are."""
        return {key: given for key, given in answers.items() if asked_path(key) not in self.paths}

    def others(self, questions: Sequence[Question], only: frozenset[str] | None = None) -> frozenset[str]:
        """Paths of the questions that are measured."""
        return frozenset(
            one.path for one in questions if one.path not in self.paths and (only is None or one.path in only)
        )

    def parts(
        self,
        response: SurveyResponse,
        questions: Sequence[Question],
        answers: Mapping[str, Any],
        at: datetime,
    ) -> CodeParts | None:
        """A response's keyed parts, for whoever agreed to be linked; None where there is no code, or none is kept any more."""
        if self.plan is None or ended(self.plan, at.date()):
            return None
        values = element_values(elements_of(self.plan), questions, answers)
        if not any(values):
            return None
        return CodeParts(
            id=new_id(), programme_id=response.programme_id, plan=self.plan, response=response, parts=keyed(self.plan, values)
        )  # fmt: skip


@transaction.atomic
def destroy_code_parts(*, plan: CodePlan, by: Actor, at: datetime) -> int:
    """Destroy every part of a code that is held under a plan, and half-filled forms that may hold elements; none are kept again.

    Pairs that nobody accepted go too; links stay, as numbers that stand for nobody. Returns how many people's parts went.
    """
    check_may_link_waves(by, plan.programme_id)
    _destroy_half_filled(plan)
    # after the responses, as who completes one does: no part is kept any more by who waited for this
    hold_in_order([plan.study_id])
    gone = _destroy(CodeParts.objects.filter(plan=plan))
    waves = Wave.objects.filter(study=plan.study_id, instrument_version__instrument=plan.instrument_id)
    if plan.instrument_id is None:
        waves = Wave.objects.filter(study=plan.study_id, instrument_version=None)
    either = Q(linking__first__in=waves) | Q(linking__second__in=waves)
    LinkedPair.objects.filter(either).exclude(LINKED).delete()
    CodePlan.objects.filter(id=plan.id, destroyed_at=None).update(destroyed_at=at, destroyed_by=by.id)
    plan.refresh_from_db()
    audit.record(
        Event.CODE_PARTS_DESTROYED, target=plan, programme_id=plan.programme_id, by=by, at=at, count=gone
    )
    return gone


@transaction.atomic
def destroy_ended_code_parts(*, programme: Programme, by: Actor, at: datetime) -> int:
    """What the protocol's day, or the end of somebody's consent, asks to be destroyed, files of a form among it.

    Returns how many people's parts went.
    """
    check_may_link_waves(by, programme.id)
    # nobody goes on with a half-filled form of theirs, and elements stand in it as they are
    half = SurveyResponse.objects.filter(programme=programme, completed_at=None, draft__isnull=False)
    forget_drafts(half.filter(consent__withdrawn_at__isnull=False))
    due = CodePlan.objects.filter(programme=programme, destroyed_at=None, destroy_on__lte=at.date())
    for plan in due:  # of all first: see `destroy_code_parts`
        _destroy_half_filled(plan)
    gone = sum(destroy_code_parts(plan=plan, by=by, at=at) for plan in due)
    withdrawn = CodeParts.objects.filter(GONE | Q(plan__destroyed_at__isnull=False), programme=programme)
    LinkedPair.objects.filter(
        Q(first__consent__withdrawn_at__isnull=False) | Q(second__consent__withdrawn_at__isnull=False),
        programme=programme,
    ).delete()
    ended_now = _destroy(withdrawn)
    if ended_now:
        audit.record(
            Event.CODE_PARTS_DESTROYED, target=programme, programme_id=programme.id, by=by, at=at, count=ended_now
        )  # fmt: skip
    destroy_ended_files(programme, by, at)
    return gone + ended_now


def _destroy_half_filled(plan: CodePlan) -> None:
    """What may hold elements as they are, of an instrument that a plan names elements of."""
    half = SurveyResponse.objects.filter(wave__study=plan.study_id, completed_at=None, draft__isnull=False)
    forget_drafts(half.filter(instrument_version__instrument=plan.instrument_id))


def destroy_parts_of(response: SurveyResponse) -> None:
    """A respondent's own, at once: their parts and every pair they stand in."""
    CodeParts.objects.filter(response=response).delete()
    LinkedPair.objects.filter(Q(first=response) | Q(second=response)).delete()


def _destroy(rows: Any) -> int:
    count, _ = rows.delete()
    return int(count)
