"""Who was trained, and what follows from it for a site and a month."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from tests.cast import SYSTEM, Cast
from tests.records.made import a_course, a_training, events, membership_of
from throughline.records.programme.actions import end_membership
from throughline.records.programme.models import Site
from throughline.records.workforce import actions, queries
from throughline.records.workforce.models import Attendance, Course, Training
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month

pytestmark = pytest.mark.django_db
MARCH = Month(2025, 3)


def test_hold_training_by_the_manager(cast: Cast, now: datetime) -> None:
    course = actions.add_course(programme=cast.programme, name="Hearing it", by=cast.alice.actor, at=now)
    training = actions.hold_training(
        course=course, site=cast.site, held_on=date(2025, 3, 14), trainer="T", by=cast.alice.actor, at=now,
        expected=[membership_of(cast.bob), membership_of(cast.priya), membership_of(cast.bob)],
    )  # fmt: skip
    assert training.attendances.filter(is_attended=False, is_completed=False).count() == 2
    assert [event.target_id for event in events("training_held")] == [str(training.id)]


@pytest.mark.parametrize("name", ["bob", "priya", "omar", "chen", "rosa", "grace", "ada", "dana", "stranger"])
def test_training_refuses_who_does_not_manage_it(cast: Cast, now: datetime, name: str) -> None:
    course, training, by = a_course(cast), a_training(cast), cast.everybody()[name]
    before = len(events("training_held"))
    with pytest.raises(NotAllowed):
        actions.add_course(programme=cast.programme, name="Another", by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.hold_training(
            course=course, site=cast.site, held_on=date(2025, 3, 1), trainer="T", by=by, at=now
        )
    with pytest.raises(NotAllowed):
        actions.record_attendance(training=training, attended=[], by=by, at=now)
    assert Training.objects.count() == 1 and len(events("training_held")) == before


def test_hold_training_at_another_site_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotAllowed, match="not one of your sites"):
        actions.hold_training(
            course=a_course(cast), site=cast.other_site, held_on=date(2025, 3, 1), trainer="T",
            by=cast.alice.actor, at=now,
        )  # fmt: skip


def test_add_course_is_the_programmes_training_only_where_it_is_said(cast: Cast, now: datetime) -> None:
    own = actions.add_course(
        programme=cast.programme, name="Hearing it", is_programme_training=True, by=cast.alice.actor, at=now
    )
    assert own.is_programme_training and not a_course(cast, "First aid").is_programme_training


def test_add_course_twice_is_refused(cast: Cast, now: datetime) -> None:
    a_course(cast, "Hearing it")
    with pytest.raises(Invalid, match="Hold it again"):
        actions.add_course(programme=cast.programme, name="Hearing it", by=cast.alice.actor, at=now)


def test_record_attendance_of_another_programme_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid):
        actions.record_attendance(
            training=a_training(cast), attended=[membership_of(cast.dana)], by=cast.alice.actor, at=now
        )


def test_record_attendance_again_replaces(cast: Cast, now: datetime) -> None:
    training, bob, priya = a_training(cast), membership_of(cast.bob), membership_of(cast.priya)
    actions.record_attendance(training=training, attended=[bob], completed=[priya], by=SYSTEM, at=now)
    assert {(r.membership_id, r.is_attended, r.is_completed) for r in Attendance.objects.all()} == {
        (bob.id, True, False), (priya.id, True, True),
    }  # fmt: skip
    actions.record_attendance(training=training, attended=[bob], by=SYSTEM, at=now)
    assert {(r.membership_id, r.is_attended, r.is_completed) for r in Attendance.objects.all()} == {
        (bob.id, True, False), (priya.id, False, False),
    }  # fmt: skip


def test_attendance_completed_without_attending_is_refused_by_the_database(cast: Cast) -> None:
    training = a_training(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(
            programme=cast.programme, training=training, membership=membership_of(cast.bob), is_completed=True
        )


def test_share_trained_follows_the_days(cast: Cast, now: datetime) -> None:
    training = a_training(cast, held_on=date(2025, 3, 14))
    actions.record_attendance(
        training=training, attended=[membership_of(cast.alice)], completed=[membership_of(cast.bob)],
        by=SYSTEM, at=now,
    )  # fmt: skip
    february, march = queries.shares_trained([cast.site], [Month(2025, 2), MARCH])
    assert (february.trained, february.staff, february.share) == (0, 3, 0)
    assert (march.trained, march.staff) == (1, 3) and march.share == pytest.approx(1 / 3)
    end_membership(membership=membership_of(cast.priya), on=date(2025, 3, 30), by=SYSTEM, at=now)
    assert shared(cast.site).staff == 2


def shared(site: Site, month: Month = MARCH, course: Course | None = None) -> queries.ShareTrained:
    (found,) = queries.shares_trained([site], [month], course=course)
    return found


def test_share_trained_without_staff_is_nothing_and_not_0(cast: Cast) -> None:
    assert shared(cast.other_site).share is Nothing.NOT_RECORDED
    assert shared(cast.site, Month(2020, 1)).share is Nothing.NOT_RECORDED


def test_share_trained_counts_only_the_course_asked_for(cast: Cast, now: datetime) -> None:
    training, other = a_training(cast), a_course(cast, "First aid")
    actions.record_attendance(
        training=training, attended=[], completed=[membership_of(cast.bob)], by=SYSTEM, at=now
    )
    assert shared(cast.site, course=other).trained == 0
    assert shared(cast.site, course=training.course).trained == 1


def test_due_for_training_names_who_has_completed_nothing(cast: Cast, now: datetime) -> None:
    training = a_training(cast)
    actions.record_attendance(
        training=training, attended=[membership_of(cast.priya)], completed=[membership_of(cast.bob)],
        by=SYSTEM, at=now,
    )  # fmt: skip
    due = queries.due_for_training(cast.alice.actor, now.date())
    assert [d.membership.account.display_name for d in due] == ["Alice", "Priya"]
    assert {d.site.id for d in due} == {cast.site.id}
    for name in ("dana", "stranger", "priya", "chen"):
        people = {d.site.programme_id for d in queries.due_for_training(cast.everybody()[name], now.date())}
        assert cast.programme.id not in people


def test_trainings_for_others_are_not_there(cast: Cast) -> None:
    training = a_training(cast)
    assert queries.training_for(cast.bob.actor, training.id) == training
    for name in ("priya", "omar", "chen", "dana", "stranger"):
        assert not queries.trainings_for(cast.everybody()[name]).exists()
        with pytest.raises(NotFound):
            queries.attendances_for(cast.everybody()[name], training.id)
