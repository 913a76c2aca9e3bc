"""Courses, trainings that were held, who came, and who has had none yet."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field, StrictBool

from throughline.api.asked import check_any, one_of, programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Limit, Name, Offset, Out, answers
from throughline.records.foundation import within_reach
from throughline.records.programme.models import Membership, Programme, Site
from throughline.records.programme.queries import sites_where
from throughline.records.workforce import actions
from throughline.records.workforce.models import Course, Training
from throughline.records.workforce.queries import (
    attendances_for,
    courses_for,
    due_for_training,
    shares_trained,
    staff_of,
    training_for,
    trainings_for,
)
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.periods import Month

router = Router(tags=["trainings"])
SomePeople = Annotated[list[UUID], Field(max_length=500)]


class CourseIn(In):
    """`is_programme_training`: it counts where an evaluation draws the share of staff trained beside the line."""

    name: Name
    modules: Annotated[list[Name], Field(max_length=50)] = []
    is_programme_training: StrictBool = False


class CourseOut(Out):
    id: UUID
    name: str
    modules: list[str]
    is_programme_training: bool


class TrainingIn(In):
    course_id: UUID
    site_id: UUID
    held_on: Day
    trainer: Name


class TrainingOut(Out):
    id: UUID
    course_id: UUID
    site_id: UUID
    held_on: date
    trainer: str


class AttenderOut(Out):
    """Somebody who works at the training's site, or came. Both are false for who was not there."""

    membership_id: UUID
    name: str
    is_expected: bool
    is_attended: bool
    is_completed: bool


class TrainingWithPeople(TrainingOut):
    people: list[AttenderOut]


class AttendanceIn(In):
    """Who came and who completed, by their membership; who completed also came."""

    attended: SomePeople
    completed: SomePeople = []


class DueOut(Out):
    """Somebody who works with clients at a site and has completed no course yet."""

    membership_id: UUID
    name: str
    site_id: UUID


class ShareOut(Out):
    """Of a site's staff who work with clients, how many had completed a course by the end of a month. No staff: no share."""

    site_id: UUID
    month: str
    trained: int
    staff: int


def _sites(request: HttpRequest, programme: Programme) -> QuerySet[Site]:
    actor = acting(request)
    rows = sites_where(actor, within_reach(actor, P.MANAGE_TRAINING, site="id"))
    return rows.filter(programme=programme).order_by("name")


@router.get("/programmes/{programme_id}/courses", response=answers(list[CourseOut]), operation_id="courses")
def courses(request: HttpRequest, programme_id: UUID) -> list[Course]:
    """What may be held, by name."""
    programme = programme_where(request, programme_id, P.MANAGE_TRAINING)
    return list(courses_for(acting(request), programme.id))


@router.post(
    "/programmes/{programme_id}/courses", response=answers(CourseOut, 201), operation_id="add_course"
)
def add_course(request: HttpRequest, programme_id: UUID, said: CourseIn) -> Status[Any]:
    """A course that may be held many times."""
    programme = programme_where(request, programme_id, P.MANAGE_TRAINING)
    row = actions.add_course(programme=programme, **said.model_dump(), by=acting(request), at=now())
    return Status(201, row)


@router.get(
    "/programmes/{programme_id}/trainings", response=answers(list[TrainingOut]), operation_id="trainings"
)
def trainings(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[Training]:
    """Trainings at the account's sites, the newest first."""
    programme = programme_where(request, programme_id, P.MANAGE_TRAINING)
    rows = trainings_for(acting(request)).filter(programme=programme)
    return list(rows[offset : offset + limit])


@router.post(
    "/programmes/{programme_id}/trainings", response=answers(TrainingOut, 201), operation_id="hold_training"
)
def hold(request: HttpRequest, programme_id: UUID, said: TrainingIn) -> Status[Any]:
    """A course is held for a site on a day."""
    actor, programme = acting(request), programme_where(request, programme_id, P.MANAGE_TRAINING)
    row = actions.hold_training(
        course=one_of(
            courses_for(actor, programme.id), said.course_id, Sentence("There is no such course.")
        ),
        site=one_of(_sites(request, programme), said.site_id, Sentence("There is no such site.")),
        held_on=said.held_on, trainer=said.trainer, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, row)


@router.get(
    "/programmes/{programme_id}/trainings/due", response=answers(list[DueOut]), operation_id="training_due"
)
def due(request: HttpRequest, programme_id: UUID) -> list[DueOut]:
    """Who works with clients at the account's sites and has had no training yet."""
    programme = programme_where(request, programme_id, P.MANAGE_TRAINING)
    rows = due_for_training(acting(request), now().date())
    return [
        DueOut(membership_id=one.membership.id, name=str(one.membership.account), site_id=one.site.id)
        for one in rows
        if one.site.programme_id == programme.id
    ]


@router.get(
    "/programmes/{programme_id}/trainings/shares",
    response=answers(list[ShareOut]),
    operation_id="training_shares",
)
def shares(
    request: HttpRequest, programme_id: UUID, months: Annotated[int, Query(ge=1, le=36)] = 3
) -> list[ShareOut]:
    """How many of the staff at the account's sites have completed a course, by site and month, the last one this month."""
    programme = programme_where(request, programme_id, P.MANAGE_TRAINING)
    today = Month.of(now().date())
    asked = [today.before(count) for count in reversed(range(months))]
    return [
        ShareOut(site_id=one.site_id, month=str(one.month), trained=one.trained, staff=one.staff)
        for one in shares_trained(list(_sites(request, programme)), asked)
    ]


@router.get("/trainings/{training_id}", response=answers(TrainingWithPeople), operation_id="training")
def one(request: HttpRequest, training_id: UUID) -> TrainingWithPeople:
    """One training, and who of the site's staff was there."""
    return _with_people(acting(request), _training(request, training_id))


@router.put(
    "/trainings/{training_id}/attendance", response=answers(TrainingWithPeople), operation_id="record_attendance"
)  # fmt: skip
def attendance(request: HttpRequest, training_id: UUID, said: AttendanceIn) -> TrainingWithPeople:
    """Who came, and who completed it. Said again, it replaces what was said."""
    actor, held = acting(request), _training(request, training_id)
    people = _people(actor, held)
    if {*said.attended, *said.completed} - set(people):
        raise NotFound(Sentence("Somebody named here does not work at this site."))
    actions.record_attendance(
        training=held, attended=[people[one] for one in dict.fromkeys(said.attended)],
        completed=[people[one] for one in dict.fromkeys(said.completed)], by=actor, at=now(),
    )  # fmt: skip
    return _with_people(actor, held)


def _training(request: HttpRequest, training_id: UUID) -> Training:
    row = training_for(acting(request), training_id)
    check_any(request, row.programme_id, P.MANAGE_TRAINING)
    return row


def _people(actor: Actor, held: Training) -> dict[UUID, Membership]:
    staff = {one.id: one for one in staff_of(held.site, held.held_on)}
    return staff | {row.membership_id: row.membership for row in attendances_for(actor, held.id)}


def _with_people(actor: Actor, held: Training) -> TrainingWithPeople:
    there = {row.membership_id: row for row in attendances_for(actor, held.id)}
    people = sorted(_people(actor, held).values(), key=lambda one: (one.account.display_name, one.id))
    return TrainingWithPeople(
        **TrainingOut.model_validate(held).model_dump(),
        people=[
            AttenderOut(
                membership_id=one.id, name=str(one.account), is_expected=one.id in there,
                is_attended=one.id in there and there[one.id].is_attended,
                is_completed=one.id in there and there[one.id].is_completed,
            )
            for one in people
        ],
    )  # fmt: skip
