"""Training of staff, and what they answered about their attitudes. The share trained is derived, never stored."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import (
    Record,
    coded,
    nothing_field,
    one_of,
    value_or_nothing,
    within_reach,
)
from throughline.records.programme.models import Membership, Site
from throughline.records.programme.models.tenant import ProgrammeScopedQuerySet
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey
from throughline.vocabulary.privacy import Privacy

APP = "workforce"
ONE_OF_A_PERSON = [Moment.BEFORE.value, Moment.AFTER.value]


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


class AttitudeQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> AttitudeQuerySet:
        """Who evaluates, and nobody who leads the people who answered."""
        return self.filter(within_reach(actor, Permission.SEE_ATTITUDES, site=None))


class AttitudeScale(Record):
    """The scoring key of a questionnaire that a programme uses: item numbers, never the items' texts.

    `key` is ScoringKey.as_json; once anybody's answers were scored by it, it does not change any more.
    """

    name = models.CharField(max_length=40)
    key = models.JSONField()
    key_version = (
        models.PositiveIntegerField()
    )  # of the key ring, for labels: one for good, so that people are linked
    defined_at = models.DateTimeField()
    defined_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = AttitudeQuerySet.as_manager()

    privacy = {
        "name": Privacy.PLAIN, "key": Privacy.PLAIN, "key_version": Privacy.PLAIN, "defined_at": Privacy.PLAIN,
        "defined_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="workforce_attitude_scale_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scoring(self) -> ScoringKey:
        return ScoringKey.from_json(self.key)


class AttitudeRespondent(Record):
    """Somebody who answered a scale more than once, by a label of their own. Of the label only a keyed hash is kept.

    It stands for nobody elsewhere: no account, no membership, no client; nor for the same person on another scale.
    """

    scale = models.ForeignKey(AttitudeScale, on_delete=models.PROTECT, related_name="respondents")
    label_key = models.CharField(max_length=64)  # HMAC-SHA-256, hex, of label, scale, site and group

    objects: models.Manager[Any] = AttitudeQuerySet.as_manager()

    privacy = {"scale": Privacy.PLAIN, "label_key": Privacy.DIRECT}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scale", "label_key"], name="workforce_attitude_respondent_once"),
        ]


class Assessment(Record):
    """One questionnaire that one person filled in: before or after a training, or later.

    `respondent` None: no label was given, so that nobody's before belongs to it. `training` None: it is of no one training.
    `answers`: item number -> answer, or {"nothing": kind}; empty where only scores were known.
    """

    scale = models.ForeignKey(AttitudeScale, on_delete=models.PROTECT, related_name="assessments")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    respondent = models.ForeignKey(
        AttitudeRespondent, null=True, blank=True, on_delete=models.CASCADE, related_name="assessments"
    )
    training = models.ForeignKey(
        Training, null=True, blank=True, on_delete=models.PROTECT, related_name="assessments"
    )
    group = coded(AttitudeGroup)
    moment = coded(Moment)
    taken_on = models.DateField()
    answers = models.JSONField(default=dict)
    origin_key = models.CharField(max_length=64)  # keyed: recognises an imported row

    objects: models.Manager[Any] = AttitudeQuerySet.as_manager()

    privacy = {
        "scale": Privacy.PLAIN, "site": Privacy.QUASI, "respondent": Privacy.DIRECT, "training": Privacy.QUASI,
        "group": Privacy.QUASI, "moment": Privacy.PLAIN, "taken_on": Privacy.QUASI, "answers": Privacy.QUASI,
        "origin_key": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "group", AttitudeGroup, model="assessment"),
            one_of(APP, "moment", Moment, model="assessment"),
            models.UniqueConstraint(
                fields=["programme", "origin_key"], name="workforce_assessment_origin_once"
            ),
            models.UniqueConstraint(
                fields=["respondent", "moment"],
                condition=Q(moment__in=ONE_OF_A_PERSON),
                name="workforce_one_before_and_one_after",
            ),
            models.UniqueConstraint(
                fields=["respondent", "moment", "taken_on"], name="workforce_assessment_once_a_day"
            ),
        ]


class AssessmentScore(Record):
    """What an assessment comes to on one subscale, in the unit of an item; or which kind of nothing."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    subscale = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    value_nothing = nothing_field()

    privacy = {
        "assessment": Privacy.QUASI, "subscale": Privacy.PLAIN, "value": Privacy.QUASI, "value_nothing": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            value_or_nothing(APP, "value", model="assessment_score"),
            models.UniqueConstraint(
                fields=["assessment", "subscale"], name="workforce_assessment_score_once"
            ),
        ]
