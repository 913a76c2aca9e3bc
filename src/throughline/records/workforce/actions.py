"""Courses, trainings held, and who came; scoring keys, and what officers and workers answered. Nobody's share is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from throughline.methods.scales import scores
from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inserting import insert
from throughline.records.keyring import ring
from throughline.records.locking import hold_in_order
from throughline.records.programme.models import Membership, Programme, Site
from throughline.records.racing import again_if_raced
from throughline.records.workforce.models import (
    Assessment,
    AssessmentScore,
    Attendance,
    AttitudeRespondent,
    AttitudeScale,
    Course,
    Training,
)
from throughline.records.workforce.queries import (
    assessed_already,
    erased_labels,
    known_assessments,
    label_key_of,
    missed_erasures,
)
from throughline.rules.access import check_may_manage_training, check_may_record_attitudes
from throughline.rules.attitudes import ERASED, TAKEN_ALREADY, Taken, why_not_around
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey, check_name
from throughline.vocabulary.errors import Invalid, Sentence, TooSoon, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing

GUESSING_WINDOW = timedelta(minutes=60)
MISSES_REFUSED = 10


@again_if_raced
def add_course(
    *,
    programme: Programme,
    name: str,
    modules: Sequence[str] = (),
    is_programme_training: bool = False,
    by: Actor,
    at: datetime,
) -> Course:
    """A course that may be held many times. Invalid where the programme has one of this name.

    `is_programme_training`: it belongs to the programme's training component. Only such a course counts where an
    evaluation draws the share of staff trained beside the line.
    """
    check_may_manage_training(by, programme.id, None)
    if Course.objects.filter(programme=programme, name=name).exists():
        raise Invalid(
            Sentence("There is a course called %(name)s already. Hold it again instead.", name=name),
            fields={"name": Sentence("This name is taken.")},
        )
    course = Course.objects.create(
        programme=programme, name=name, modules=list(modules), is_programme_training=is_programme_training
    )
    audit.record(Event.COURSE_ADDED, target=course, programme_id=programme.id, by=by, at=at)
    return course


@transaction.atomic
def hold_training(
    *,
    course: Course,
    site: Site,
    held_on: date,
    trainer: str,
    expected: Sequence[Membership] = (),
    by: Actor,
    at: datetime,
) -> Training:
    """A course held for a site on a day, and who is expected. Whoever does not come stays expected."""
    check_may_manage_training(by, site.programme_id, site.id)
    if course.programme_id != site.programme_id:
        raise Invalid(Sentence("The course and the site must be of one programme."))
    _check_members(site, expected)
    training = Training.objects.create(
        programme_id=site.programme_id, course=course, site=site, held_on=held_on, trainer=trainer
    )
    Attendance.objects.bulk_create(
        Attendance(programme_id=site.programme_id, training=training, membership=membership)
        for membership in _once(expected)
    )
    audit.record(Event.TRAINING_HELD, target=training, programme_id=site.programme_id, by=by, at=at)
    return training


@transaction.atomic
def record_attendance(
    *,
    training: Training,
    attended: Sequence[Membership],
    completed: Sequence[Membership] = (),
    by: Actor,
    at: datetime,
) -> list[Attendance]:
    """Who came and who completed; who completed also came. Said again, it replaces what was said before.

    People who came without being expected are added. Returns all rows of the training.
    """
    check_may_manage_training(by, training.programme_id, training.site_id)
    _check_members(training.site, [*attended, *completed])
    finished = {membership.id for membership in completed}
    came = {membership.id for membership in attended} | finished
    rows = Attendance.objects.select_for_update(no_key=True).filter(training=training)
    known = set(rows.values_list("membership_id", flat=True))
    Attendance.objects.bulk_create(
        Attendance(programme_id=training.programme_id, training=training, membership_id=membership_id)
        for membership_id in sorted(came - known)
    )
    rows.update(is_attended=False, is_completed=False)
    rows.filter(membership_id__in=came).update(is_attended=True)
    rows.filter(membership_id__in=finished).update(is_completed=True)
    audit.record(
        Event.ATTENDANCE_RECORDED, target=training, programme_id=training.programme_id, by=by, at=at,
        count=len(came),
    )  # fmt: skip
    return list(Attendance.objects.filter(training=training).order_by("membership_id"))


@dataclass(frozen=True, slots=True)
class AssessmentDraft:
    """One questionnaire as somebody filled it in. `scores` where only these are known: then there are no `answers`.

    `label`: what the person wrote on both of theirs ("": nothing). `origin_key`: keyed, recognises the row when it comes again.
    """

    site_id: UUID
    group: AttitudeGroup
    moment: Moment
    taken_on: date
    origin_key: str
    answers: Mapping[int, int | Nothing] = field(default_factory=dict)
    scores: Mapping[str, float | Nothing] | None = None
    label: str = field(default="", repr=False)
    training_id: UUID | None = None


@transaction.atomic
def define_attitude_scale(
    *, programme: Programme, name: str, key: ScoringKey, by: Actor, at: datetime
) -> AttitudeScale:
    """Say how a questionnaire is scored: item numbers and no texts. Said again with the same key, nothing changes.

    Another key replaces it until the first answers are scored by it; Unready from then on.
    """
    check_may_record_attitudes(by, programme.id)
    check_name(name)
    hold_in_order([programme.id])
    there: AttitudeScale | None = AttitudeScale.objects.filter(programme=programme, name=name).first()
    if there is not None and there.key == key.as_json():
        return there
    if there is not None and Assessment.objects.filter(scale=there).exists():
        raise Unready(
            Sentence(
                "Answers were scored by %(name)s already, and its key does not change any more. Define the other key under another"
                " name.",
                name=name,
            )
        )
    scale: AttitudeScale = AttitudeScale.objects.update_or_create(
        programme=programme, name=name,
        defaults={"key": key.as_json(), "key_version": ring().current, "defined_at": at, "defined_by": by.id},
    )[0]  # fmt: skip
    audit.record(Event.ATTITUDE_SCALE_DEFINED, target=scale, programme_id=programme.id, by=by, at=at)
    return scale


@transaction.atomic
def record_assessments(
    *, scale: AttitudeScale, drafts: Sequence[AssessmentDraft], by: Actor, at: datetime
) -> tuple[int, int]:
    """Record what people answered and score it: all or none. Returns how many were recorded, and how many were known already.

    Of a label only a hash is kept, keyed with scale, site and group. Invalid for a place, a training, a day, an answer or a score
    that cannot be, and where a label has such a questionnaire already.
    """
    check_may_record_attitudes(by, scale.programme_id)
    hold_in_order([scale.programme_id])
    key = scale.scoring
    known = known_assessments(scale, [draft.origin_key for draft in drafts])
    fresh = [draft for draft in {d.origin_key: d for d in drafts}.values() if draft.origin_key not in known]
    _check_places(scale, fresh, at)
    found = [(draft, _scored(key, draft)) for draft in fresh]
    people = _people(scale, fresh)
    assessments, rows = [], []
    for draft, told in found:
        assessment = Assessment(
            id=new_id(), programme_id=scale.programme_id, scale=scale, site_id=draft.site_id,
            respondent_id=people.get(_who(draft)), training_id=draft.training_id, group=draft.group.value,
            moment=draft.moment.value, taken_on=draft.taken_on, origin_key=draft.origin_key,
            answers={str(item): _plain(given) for item, given in sorted(draft.answers.items())},
        )  # fmt: skip
        assessments.append(assessment)
        rows += [
            AssessmentScore(
                id=new_id(), programme_id=scale.programme_id, assessment=assessment, subscale=name,
                value=None if isinstance(value, Nothing) else Decimal(f"{value:.3f}"),
                value_nothing=value.value if isinstance(value, Nothing) else None,
            )
            for name, value in told.items()
        ]  # fmt: skip
    insert(assessments)
    insert(rows)
    audit.record(
        Event.ATTITUDES_RECORDED, target=scale, programme_id=scale.programme_id, by=by, at=at, count=len(fresh)
    )  # fmt: skip
    return len(fresh), len(drafts) - len(fresh)


@transaction.atomic
def erase_assessments(
    *, scale: AttitudeScale, site: Site, group: AttitudeGroup, label: str, by: Actor, at: datetime
) -> int:
    """Destroy all that one person answered to a scale, found by their own label. Returns how many questionnaires went.

    The keyed label stays, with nothing beside it: by it the same answers are known, and refused, when they come again.
    TooSoon after many labels within an hour by which nothing was found: who hands a label in knows it.
    """
    check_may_record_attitudes(by, scale.programme_id)
    hold_in_order([scale.programme_id])
    if missed_erasures(scale.programme_id, by, since=at - GUESSING_WINDOW) >= MISSES_REFUSED:
        raise TooSoon(
            Sentence("By too many labels nothing was found. Wait an hour, and ask the person to write theirs down.")
        )  # fmt: skip
    label_key = label_key_of(scale, site.id, group, label)
    theirs = Assessment.objects.filter(scale=scale, respondent__label_key=label_key)
    gone = theirs.count()
    theirs.delete()
    audit.record(
        Event.ATTITUDES_ERASED, target=scale, programme_id=scale.programme_id, by=by, at=at, count=gone
    )
    return gone


def _check_places(scale: AttitudeScale, drafts: Sequence[AssessmentDraft], at: datetime) -> None:
    """Sites, trainings and days as they can be, and no second questionnaire of one person and moment."""
    sites = set(Site.objects.filter(programme_id=scale.programme_id).values_list("id", flat=True))
    held = Training.objects.filter(id__in={d.training_id for d in drafts if d.training_id})
    trained = {row.id: (row.site_id, row.held_on) for row in held}
    taken, erased = Taken(assessed_already(scale)), erased_labels(scale)
    for draft in drafts:
        if draft.site_id not in sites:
            raise Invalid(Sentence("An assessment is of a site that is not in this programme."))
        if draft.training_id is not None:
            place, held_on = trained.get(draft.training_id, (None, date.max))
            if place != draft.site_id:
                raise Invalid(Sentence("An assessment is of a training that was not held at its site."))
            why = why_not_around(draft.moment, draft.taken_on, held_on)
            if why is not None:
                raise Invalid(why)
        if draft.taken_on > at.date():
            raise Invalid(Sentence("The date lies in the future."))
        who = label_key_of(scale, draft.site_id, draft.group, draft.label)
        if who in erased:
            raise Invalid(ERASED)
        if not taken.add(who, draft.moment, draft.taken_on):
            raise Invalid(TAKEN_ALREADY)


def _scored(key: ScoringKey, draft: AssessmentDraft) -> dict[str, float | Nothing]:
    """Each subscale's score, from the answers or as it was given. Raises Invalid for what is none of the key."""
    names = [one.name for one in key.subscales]
    if draft.scores is None:
        if not set(draft.answers) <= set(key.items):
            raise Invalid(Sentence("An answer is to an item that the scoring key does not have."))
        return scores(key, draft.answers)
    if draft.answers or not set(draft.scores) <= set(names):
        raise Invalid(Sentence("Scores are given for subscales of the key, and without answers to items."))
    told = {name: draft.scores.get(name, Nothing.NOT_RECORDED) for name in names}
    if any(
        not isinstance(value, Nothing) and not key.lowest <= value <= key.highest for value in told.values()
    ):
        raise Invalid(Sentence("A score lies from %(low)s to %(high)s.", low=key.lowest, high=key.highest))
    return told


def _people(
    scale: AttitudeScale, drafts: Sequence[AssessmentDraft]
) -> dict[tuple[UUID, AttitudeGroup, str], UUID]:
    """Who gave a label -> their row, made where they are new."""
    keys = {_who(d): label_key_of(scale, d.site_id, d.group, d.label) for d in drafts if d.label}
    rows = AttitudeRespondent.objects.filter(scale=scale, label_key__in=set(keys.values()))
    there = dict(rows.values_list("label_key", "id"))
    new = [
        AttitudeRespondent(id=new_id(), programme_id=scale.programme_id, scale=scale, label_key=one)
        for one in dict.fromkeys(keys.values())
        if one not in there
    ]
    insert(new)
    there |= {row.label_key: row.id for row in new}
    return {who: there[one] for who, one in keys.items()}


def _who(draft: AssessmentDraft) -> tuple[UUID, AttitudeGroup, str]:
    return draft.site_id, draft.group, draft.label


def _plain(given: int | Nothing) -> Any:
    return {"nothing": given.value} if isinstance(given, Nothing) else given


def _once(memberships: Iterable[Membership]) -> list[Membership]:
    return list({membership.id: membership for membership in memberships}.values())


def _check_members(site: Site, memberships: Iterable[Membership]) -> None:
    if any(membership.programme_id != site.programme_id for membership in memberships):
        raise Invalid(Sentence("Only people of the site's own programme can be trained there."))
