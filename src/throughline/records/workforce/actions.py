"""Courses, trainings held, and who came. Nobody's share is stored: see queries.share_trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.programme.models import Membership, Programme, Site
from throughline.records.workforce.models import Attendance, Course, Training
from throughline.rules.access import check_may_manage_training
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event


@transaction.atomic
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


def _once(memberships: Iterable[Membership]) -> list[Membership]:
    return list({membership.id: membership for membership in memberships}.values())


def _check_members(site: Site, memberships: Iterable[Membership]) -> None:
    if any(membership.programme_id != site.programme_id for membership in memberships):
        raise Invalid(Sentence("Only people of the site's own programme can be trained there."))
