"""Waves, how many are wanted at a site, and who was approached: a day, a way and a result, never an identity."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models import Site
from throughline.records.study.models import ResearchConsent, Study
from throughline.records.surveys.models.instruments import InstrumentVersion
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import PhaseKind
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, NotEligible

APP = "surveys"
REASONS = [*(why.value for why in NotEligible), Nothing.DECLINED.value, Nothing.NOT_RECORDED.value]


class WaveQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> WaveQuerySet:
        return self.filter(within_reach(actor, Permission.SEE_WAVES, site=None))


class AtSiteQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> AtSiteQuerySet:
        """Of the sites whose waves the actor sees."""
        return self.filter(within_reach(actor, Permission.SEE_WAVES))


class Wave(Record):
    """A time of asking. `instrument_version` is None where answers come from elsewhere alone."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="waves")
    code = models.SlugField(max_length=60)
    phase = coded(PhaseKind)
    instrument_version = models.ForeignKey(
        InstrumentVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="waves"
    )
    sheet_version = models.CharField(max_length=40)  # of the information sheet that people agree to
    opens_on = models.DateField()
    closes_on = models.DateField(null=True, blank=True)  # the last day; None: until somebody closes it
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = WaveQuerySet.as_manager()

    privacy = {
        "study": Privacy.PLAIN, "code": Privacy.PLAIN, "phase": Privacy.PLAIN, "instrument_version": Privacy.PLAIN,
        "sheet_version": Privacy.PLAIN, "opens_on": Privacy.PLAIN, "closes_on": Privacy.PLAIN, "opened_at": Privacy.PLAIN, "opened_by": Privacy.DIRECT,
        "closed_at": Privacy.PLAIN, "closed_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "code"], name="surveys_wave_once"),
            one_of(APP, "phase", PhaseKind, model="wave"),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="surveys_wave_closes_later",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="surveys_wave_closed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class WaveTarget(Record):
    """How many complete responses a wave wants at a site."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="targets")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    target = models.PositiveIntegerField()

    objects: models.Manager[Any] = AtSiteQuerySet.as_manager()

    privacy = {"wave": Privacy.PLAIN, "site": Privacy.PLAIN, "target": Privacy.PLAIN}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wave", "site"], name="surveys_target_once"),
            models.CheckConstraint(condition=Q(target__gte=1), name="surveys_target_from_one"),
        ]


class Approach(Record):
    """Somebody was asked to take part. `reason` says why not where they were not eligible, else not applicable."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="approaches")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    through = coded(ApproachThrough)
    result = coded(ApproachResult)
    reason = coded(NotEligible, default=Nothing.NOT_APPLICABLE)
    consent = models.OneToOneField(
        ResearchConsent, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_late = models.BooleanField(default=False)  # it arrived, or happened, after the wave was closed
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = AtSiteQuerySet.as_manager()

    privacy = {
        "wave": Privacy.PLAIN, "site": Privacy.QUASI, "on": Privacy.QUASI, "through": Privacy.QUASI,
        "result": Privacy.QUASI, "reason": Privacy.QUASI, "consent": Privacy.QUASI, "is_late": Privacy.PLAIN, "recorded_at": Privacy.PLAIN,
        "recorded_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "through", ApproachThrough, model="approach"),
            one_of(APP, "result", ApproachResult, model="approach"),
            models.CheckConstraint(
                condition=Q(result=ApproachResult.CONSENTED.value, consent__isnull=False)
                | (~Q(result=ApproachResult.CONSENTED.value) & Q(consent__isnull=True)),
                name="surveys_approach_consent_where_given",
            ),
            models.CheckConstraint(
                condition=Q(result=ApproachResult.NOT_ELIGIBLE.value, reason__in=REASONS)
                | (~Q(result=ApproachResult.NOT_ELIGIBLE.value) & Q(reason=Nothing.NOT_APPLICABLE.value)),
                name="surveys_approach_reason_where_not_eligible",
            ),
        ]
        indexes = [models.Index(fields=["wave", "site"], name="surveys_approach_at_site")]
