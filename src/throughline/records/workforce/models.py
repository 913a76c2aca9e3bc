"""Training of staff: the share trained, per site and month, is derived, never stored."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record, within_reach
from throughline.records.programme.models import Membership, Site
from throughline.records.programme.models.tenant import ProgrammeScopedQuerySet
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy


class Course(Record):
    name = models.CharField(max_length=120)
    modules = models.JSONField(default=list)
    # Of the programme's own training component: a refresher that every service holds anyway is no exposure to it.
    is_programme_training = models.BooleanField(default=False)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {"name": Privacy.PLAIN, "modules": Privacy.PLAIN, "is_programme_training": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="workforce_course_once")]

    def __str__(self) -> str:
        return self.name


class TrainingQuerySet(models.QuerySet["Training"]):
    def visible_to(self, actor: Actor) -> TrainingQuerySet:
        return self.filter(within_reach(actor, Permission.SEE_TRAINING))


class Training(Record):
    """A course held for a site on a day."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="trainings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="trainings")
    held_on = models.DateField()
    trainer = models.CharField(max_length=120)

    objects: models.Manager[Any] = TrainingQuerySet.as_manager()

    privacy = {
        "course": Privacy.PLAIN, "site": Privacy.PLAIN, "held_on": Privacy.PLAIN, "trainer": Privacy.DIRECT,
    }  # fmt: skip


class Attendance(Record):
    """Who was expected, came and completed."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="attendances")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="attendances")
    is_attended = models.BooleanField(default=False)
    is_completed = models.BooleanField(default=False)

    privacy = {
        "training": Privacy.PLAIN, "membership": Privacy.DIRECT, "is_attended": Privacy.QUASI,
        "is_completed": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["training", "membership"], name="workforce_attendance_once"),
            models.CheckConstraint(
                condition=Q(is_completed=False) | Q(is_attended=True),
                name="workforce_attendance_completed_attended",
            ),
        ]
