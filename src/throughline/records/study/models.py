"""The study: arms, phases, outcomes, plans, consent, freezes, and the ledger of what left.

Arm and phase are never stored on a service record: they are derived at freeze from site and day.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import (
    Record,
    coded,
    nothing_field,
    one_of,
    value_or_nothing,
    within_reach,
)
from throughline.records.programme.models import Site
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import (
    ArmKind,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
    ReleaseDoor,
    RowsState,
)

APP = "study"


class StudyScopedQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> StudyScopedQuerySet:
        return self.filter(within_reach(actor, Permission.SEE_STUDY, site=None))


class Study(Record):
    title = models.CharField(max_length=200)
    registration_id = models.CharField(max_length=60, default="not_recorded")
    design = models.CharField(max_length=200)

    objects: models.Manager[Any] = StudyScopedQuerySet.as_manager()

    privacy = {"title": Privacy.PLAIN, "registration_id": Privacy.PLAIN, "design": Privacy.PLAIN}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "title"], name="study_study_once")]

    def __str__(self) -> str:
        return self.title


class StudySite(Record):
    """A site's part in a study, and its arm."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="study_sites")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    arm = coded(ArmKind)

    objects: models.Manager[Any] = StudyScopedQuerySet.as_manager()

    privacy = {"study": Privacy.PLAIN, "site": Privacy.PLAIN, "arm": Privacy.PLAIN}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "site"], name="study_site_once"),
            one_of(APP, "arm", ArmKind, model="site"),
        ]


class Phase(Record):
    """The days of a phase at one site: sites start on different days. `to_on` is the last day of it, or still open."""

    study_site = models.ForeignKey(StudySite, on_delete=models.CASCADE, related_name="phases")
    kind = coded(PhaseKind)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    objects: models.Manager[Any] = StudyScopedQuerySet.as_manager()

    privacy = {
        "study_site": Privacy.PLAIN, "kind": Privacy.PLAIN, "from_on": Privacy.PLAIN, "to_on": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study_site", "kind"], name="study_phase_once"),
            one_of(APP, "kind", PhaseKind, model="phase"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="study_phase_ends_later"
            ),
        ]


class Outcome(Record):
    """What the study looks at, and by whose definition of success: several stand side by side."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="outcomes")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=160)
    kind = coded(OutcomeKind)
    source = coded(OutcomeSourceKind)
    measure = models.CharField(max_length=200)  # a funnel step, a survey question's code, or an expression
    rank = coded(OutcomeRank)
    direction = coded(Direction)
    success_by = models.CharField(max_length=120)  # whose definition of success

    objects: models.Manager[Any] = StudyScopedQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "code": Privacy.PLAIN, "name": Privacy.PLAIN, "kind": Privacy.PLAIN,
        "source": Privacy.PLAIN, "measure": Privacy.PLAIN, "rank": Privacy.PLAIN, "direction": Privacy.PLAIN,
        "success_by": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "code"], name="study_outcome_once"),
            one_of(APP, "kind", OutcomeKind, model="outcome"),
            one_of(APP, "source", OutcomeSourceKind, model="outcome"),
            one_of(APP, "rank", OutcomeRank, model="outcome"),
            one_of(APP, "direction", Direction, model="outcome"),
        ]


class AnalysisPlan(Record):
    """What was decided before the data was looked at: locked and hashed. What is not in it is exploratory."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="plans")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    locked_at = models.DateTimeField()
    locked_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = StudyScopedQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "version": Privacy.PLAIN, "content": Privacy.PLAIN, "content_hash": Privacy.PLAIN,
        "locked_at": Privacy.PLAIN, "locked_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "version"], name="study_plan_version_once"),
            models.UniqueConstraint(fields=["study", "content_hash"], name="study_plan_locked_once"),
        ]


class ProtocolChange(Record):
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="protocol_changes")
    on = models.DateField()
    what = models.CharField(max_length=300)
    why = models.CharField(max_length=300)

    objects: models.Manager[Any] = StudyScopedQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "on": Privacy.PLAIN, "what": Privacy.FREE_TEXT, "why": Privacy.FREE_TEXT,
    }  # fmt: skip


class ResearchConsent(Record):
    """What a participant agreed to, by the version of the sheet they signed."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="consents")
    sheet_version = models.CharField(max_length=40)
    scopes = models.JSONField()  # codes of ConsentScope, sorted
    given_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=64, null=True, blank=True)

    privacy = {
        "study": Privacy.PLAIN, "sheet_version": Privacy.PLAIN, "scopes": Privacy.PLAIN, "given_on": Privacy.QUASI,
        "withdrawn_at": Privacy.QUASI, "withdrawn_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="study_research_consent_withdrawn_by_someone",
            )
        ]


class SurveyAnswer(Record):
    """One answer of a survey wave as a plain row, until instruments exist: a number, or which kind of nothing."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="answers")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    phase = coded(PhaseKind)
    answered_on = models.DateField()
    respondent = models.PositiveIntegerField()  # a number within study, site and wave; it stands for nobody
    question = models.SlugField(max_length=60)
    value = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    value_nothing = nothing_field()
    # The survey response it is of, where it came through a wave. No foreign key: those point down the list of apps.
    response_id = models.UUIDField(null=True, blank=True, db_index=True)

    objects: models.Manager[Any] = StudyScopedQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "site": Privacy.QUASI, "phase": Privacy.PLAIN, "answered_on": Privacy.QUASI,
        "respondent": Privacy.QUASI, "question": Privacy.PLAIN, "value": Privacy.QUASI,
        "value_nothing": Privacy.PLAIN, "response_id": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "site", "phase", "respondent", "question"], name="study_survey_answer_once"
            ),
            one_of(APP, "phase", PhaseKind, model="survey_answer"),
            value_or_nothing(APP, "value", model="survey_answer"),
        ]


class Freeze(Record):
    """A named, hashed extract. The files lie outside the database; the same data gives the same hash."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="freezes")
    name = models.SlugField(max_length=80)
    content_hash = models.CharField(max_length=64)
    rows = models.JSONField()  # table -> row count
    frozen_at = models.DateTimeField()
    frozen_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = StudyScopedQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "name": Privacy.PLAIN, "content_hash": Privacy.PLAIN, "rows": Privacy.PLAIN,
        "frozen_at": Privacy.PLAIN, "frozen_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="study_freeze_name_once")]

    def __str__(self) -> str:
        return self.name


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, actor: Actor) -> ReleaseQuerySet:
        """The ledger: who keeps it sees all of it, anyone else what they released themselves."""
        reach = within_reach(actor, Permission.SEE_LEDGER, site=None)
        for grant in actor.grants:
            reach |= Q(programme_id=grant.programme_id, released_by=actor.id)
        return self.filter(reach)


class Release(Record):
    """A line of the ledger: what left by which door, to whom, under which profile. Refusals are lines too."""

    freeze = models.ForeignKey(
        Freeze, null=True, blank=True, on_delete=models.PROTECT, related_name="releases"
    )
    door = coded(ReleaseDoor)
    what = models.CharField(max_length=120)  # the name of a table, extract or report: plain words of ours
    recipient = models.CharField(max_length=160)
    profile = models.CharField(max_length=40)
    is_refused = models.BooleanField(default=False)
    refusal = models.CharField(max_length=300, blank=True)
    content_hash = models.CharField(max_length=64)
    cells = models.JSONField(default=list)  # what was shown of whom, as predicates and shown values (tables)
    agreement = models.CharField(max_length=160, blank=True)  # under which rows left
    row_count = models.PositiveIntegerField(null=True, blank=True)  # of rows
    smallest_group = models.PositiveIntegerField(null=True, blank=True)  # of rows, over their quasi fields
    released_at = models.DateTimeField()
    released_by = models.CharField(max_length=64)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = ReleaseQuerySet.as_manager()

    privacy = {
        "freeze": Privacy.PLAIN, "door": Privacy.PLAIN, "what": Privacy.PLAIN, "recipient": Privacy.DIRECT,
        "profile": Privacy.PLAIN, "is_refused": Privacy.PLAIN, "refusal": Privacy.PLAIN,
        "content_hash": Privacy.PLAIN, "cells": Privacy.QUASI, "agreement": Privacy.PLAIN, "row_count": Privacy.PLAIN,
        "smallest_group": Privacy.PLAIN, "released_at": Privacy.PLAIN, "released_by": Privacy.DIRECT, "approved_at": Privacy.PLAIN, "approved_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "door", ReleaseDoor, model="release"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (
                    Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("released_by"))
                ),
                name="study_release_approved_by_another",
            ),
        ]


class RowsRequestQuerySet(models.QuerySet["RowsRequest"]):
    def visible_to(self, actor: Actor) -> RowsRequestQuerySet:
        """Who approves or keeps the ledger sees every request, anyone else their own."""
        reach = within_reach(actor, Permission.APPROVE_ROWS, site=None)
        reach |= within_reach(actor, Permission.SEE_LEDGER, site=None)
        for grant in actor.grants:
            reach |= Q(programme_id=grant.programme_id, asked_by=actor.id)
        return self.filter(reach)


class RowsRequest(Record):
    """Rows of a freeze that one person asks for, for a named recipient, and another approves or declines."""

    freeze = models.ForeignKey(Freeze, on_delete=models.PROTECT, related_name="rows_requests")
    what = models.CharField(max_length=120)  # plain words of ours: what the rows are for
    table = models.CharField(max_length=40)
    fields = models.JSONField()  # codes of the fields asked for, in order
    recipient = models.CharField(max_length=160)
    agreement = models.CharField(max_length=160)
    profile = models.CharField(max_length=40)
    row_count = models.PositiveIntegerField()
    smallest_group = models.PositiveIntegerField()  # people in the smallest group over the quasi fields
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=64, null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.CharField(max_length=64, null=True, blank=True)
    release = models.OneToOneField(
        Release, null=True, blank=True, on_delete=models.PROTECT, related_name="rows_request"
    )

    objects: models.Manager[Any] = RowsRequestQuerySet.as_manager()

    privacy = {
        "freeze": Privacy.PLAIN, "what": Privacy.PLAIN, "table": Privacy.PLAIN, "fields": Privacy.PLAIN,
        "recipient": Privacy.DIRECT, "agreement": Privacy.PLAIN, "profile": Privacy.PLAIN, "row_count": Privacy.PLAIN,
        "smallest_group": Privacy.PLAIN, "asked_at": Privacy.PLAIN, "asked_by": Privacy.DIRECT,
        "approved_at": Privacy.PLAIN, "approved_by": Privacy.DIRECT, "declined_at": Privacy.PLAIN,
        "declined_by": Privacy.DIRECT, "release": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("asked_by"))),
                name="study_rows_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=True, declined_by__isnull=True)
                | Q(declined_at__isnull=False, declined_by__isnull=False, approved_at__isnull=True),
                name="study_rows_declined_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(release__isnull=True) | Q(approved_at__isnull=False),
                name="study_rows_leave_approved",
            ),
        ]

    @property
    def state(self) -> RowsState:
        if self.release_id is not None:
            return RowsState.LEFT
        if self.approved_at is not None:
            return RowsState.APPROVED
        return RowsState.DECLINED if self.declined_at is not None else RowsState.WAITING
