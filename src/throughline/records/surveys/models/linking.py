"""Parts of self-generated codes, keyed; and pairs of respondents of two waves. No freeze, extract or report holds any of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.study.models import Study
from throughline.records.surveys.models.instruments import Instrument
from throughline.records.surveys.models.responses import SurveyResponse
from throughline.records.surveys.models.waves import APP, Wave
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.code_parts import PairState, RejectedPair
from throughline.vocabulary.privacy import Privacy

ONE_OF_BOTH = Q(state__in=[PairState.LINKED.value, PairState.ACCEPTED.value])
DECIDED = [PairState.ACCEPTED.value, PairState.REJECTED.value, PairState.UNDECIDED.value]


class LinkingQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> LinkingQuerySet:
        """Who links waves, and nobody else."""
        return self.filter(within_reach(actor, Permission.LINK_WAVES, site=None))


class CodePlan(Record):
    """Which questions of an instrument are the elements of a self-generated code, by position, and when its parts go.

    `instrument` None: of the study's waves without a form, whose answers come as files. `age` and `gender` are the paths of
    the second facts ("" where none is asked).
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="code_plans")
    instrument = models.OneToOneField(
        Instrument, null=True, blank=True, on_delete=models.CASCADE, related_name="code_plan"
    )
    elements = models.JSONField()  # CodeElement.as_json, in their order
    age = models.CharField(max_length=300, blank=True, default="")
    gender = models.CharField(max_length=300, blank=True, default="")
    key_version = models.PositiveIntegerField()  # one for all of a study, so that its waves can be linked
    destroy_on = models.DateField()  # as the protocol says
    named_at = models.DateTimeField()
    named_by = models.CharField(max_length=64)
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = LinkingQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "instrument": Privacy.PLAIN, "elements": Privacy.PLAIN, "age": Privacy.PLAIN, "gender": Privacy.PLAIN,
        "key_version": Privacy.PLAIN, "destroy_on": Privacy.PLAIN, "named_at": Privacy.PLAIN, "named_by": Privacy.DIRECT,
        "destroyed_at": Privacy.PLAIN, "destroyed_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study"], condition=Q(instrument=None), name="surveys_code_plan_of_files_once"
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True, destroyed_by__isnull=True)
                | Q(destroyed_at__isnull=False, destroyed_by__isnull=False),
                name="surveys_code_plan_destroyed_by_someone",
            ),
        ]


class CodeParts(Record):
    """One respondent's code, each element keyed with its position and the study; "" for one that is not there.

    In this table alone, until the day that the protocol says; at once where the respondent withdraws.
    """

    plan = models.ForeignKey(CodePlan, on_delete=models.CASCADE, related_name="parts")
    response = models.OneToOneField(SurveyResponse, on_delete=models.CASCADE, related_name="code_parts")
    parts = models.JSONField()  # 16 hexadecimal digits each, in the order of the plan's elements

    objects: models.Manager[Any] = LinkingQuerySet.as_manager()

    privacy = {"plan": Privacy.PLAIN, "response": Privacy.QUASI, "parts": Privacy.DIRECT}


class WaveLinking(Record):
    """Two waves linked by their codes, and what can be told of it without looking at anybody."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="linkings")
    first = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    least_days = models.IntegerField()  # from the first answer to the second
    most_days = models.IntegerField()
    elements = models.PositiveSmallIntegerField()
    expected_false = models.FloatField()  # links by chance, at most
    without_code = (
        models.JSONField()
    )  # respondents of each wave who left more than one element out, or have no code
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = LinkingQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "first": Privacy.PLAIN, "second": Privacy.PLAIN, "least_days": Privacy.PLAIN,
        "most_days": Privacy.PLAIN, "elements": Privacy.PLAIN, "expected_false": Privacy.PLAIN, "without_code": Privacy.PLAIN,
        "linked_at": Privacy.PLAIN, "linked_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="surveys_waves_linked_once"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="surveys_waves_linked_are_two"),
            models.CheckConstraint(
                condition=Q(least_days__lte=F("most_days")), name="surveys_linking_window_begins_first"
            ),
        ]


class LinkedPair(Record):
    """Two respondents whose codes agree. `differs`: the position that does not agree or is not there, from 1; 0: all do."""

    linking = models.ForeignKey(WaveLinking, on_delete=models.CASCADE, related_name="pairs")
    first = models.ForeignKey(SurveyResponse, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(SurveyResponse, on_delete=models.CASCADE, related_name="+")
    differs = models.PositiveSmallIntegerField()
    why = models.CharField(
        max_length=20, blank=True, default=""
    )  # why somebody has to look; "": the rule links them
    state = coded(PairState)
    reason = models.CharField(max_length=20, blank=True, default="")  # of who rejected it
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = LinkingQuerySet.as_manager()

    privacy = {
        "linking": Privacy.PLAIN, "first": Privacy.QUASI, "second": Privacy.QUASI, "differs": Privacy.QUASI, "why": Privacy.PLAIN,
        "state": Privacy.PLAIN, "reason": Privacy.PLAIN, "decided_at": Privacy.PLAIN, "decided_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "state", PairState, model="pair"),
            models.UniqueConstraint(fields=["linking", "first", "second"], name="surveys_pair_once"),
            models.UniqueConstraint(
                fields=["linking", "first"], condition=ONE_OF_BOTH, name="surveys_first_linked_once"
            ),
            models.UniqueConstraint(
                fields=["linking", "second"], condition=ONE_OF_BOTH, name="surveys_second_linked_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True) & ~Q(state__in=DECIDED)
                | Q(decided_at__isnull=False, decided_by__isnull=False, state__in=DECIDED),
                name="surveys_pair_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state=PairState.REJECTED.value, reason__in=[one.value for one in RejectedPair])
                | (~Q(state=PairState.REJECTED.value) & Q(reason="")),
                name="surveys_pair_rejected_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["linking", "state"], name="surveys_pair_by_state")]
