"""What was answered, by a number that stands for nobody, and the links by which people answer alone."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models import Site
from throughline.records.study.models import ResearchConsent
from throughline.records.surveys.models.instruments import InstrumentVersion
from throughline.records.surveys.models.waves import APP, Approach, Wave
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.waves import Exclusion, FilledBy, ResponseSource

NO_DRAFT = {"draft": None, "draft_beside": None}  # neither is left without the other


class ResponseQuerySet(models.QuerySet["SurveyResponse"]):
    def visible_to(self, actor: Actor) -> ResponseQuerySet:
        """Who reads responses; and, until it is complete and while the person agrees, who is filling one in."""
        own = Q(pk__in=[])
        for grant in actor.grants:
            own |= Q(
                programme_id=grant.programme_id, started_by=actor.id, completed_at=None, excluded_at=None, consent__withdrawn_at=None
            )  # fmt: skip
        return self.filter(within_reach(actor, Permission.SEE_RESPONSES, site=None) | own)


class SurveyResponse(Record):
    """One person's answers in a wave.

    `answers` are numbers, choices and kinds of nothing by path; what people wrote in their own words is sealed in `texts` under
    the wave's key, and so is the half-filled form in `draft`, which goes when it is complete.
    """

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="responses")
    instrument_version = models.ForeignKey(
        InstrumentVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    approach = models.OneToOneField(
        Approach, null=True, blank=True, on_delete=models.PROTECT, related_name="response"
    )
    consent = models.ForeignKey(
        ResearchConsent, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    respondent = models.PositiveIntegerField()  # a number within study, phase and site; it stands for nobody
    source = coded(ResponseSource)
    mode = coded(FilledBy)
    answered_on = models.DateField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=64)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.CharField(max_length=64, null=True, blank=True)
    is_late = models.BooleanField(default=False)  # it arrived, or was answered, after the wave was closed
    submission = models.UUIDField(null=True, blank=True)  # the form's own instance id
    origin_key = models.CharField(max_length=64, null=True, blank=True)  # keyed: recognises an imported row
    answers = models.JSONField(default=dict)
    texts = models.BinaryField(null=True, editable=False)
    draft = models.BinaryField(null=True, editable=False)
    draft_version = models.PositiveIntegerField(default=0)  # how often it was kept
    draft_page = models.UUIDField(null=True)  # which page, since it was opened, kept it last
    draft_beside = models.BinaryField(
        null=True, editable=False
    )  # what a page of an older version had, until the person chooses
    holder_hash = models.CharField(
        max_length=64, blank=True, default=""
    )  # SHA-256, hex, of what only the browser holds in which somebody answers alone
    receipt_hash = models.CharField(
        max_length=64, blank=True, default=""
    )  # SHA-256, hex, of the receipt's code
    exclusion = models.CharField(
        max_length=40, blank=True, default=""
    )  # why it is left out; empty: it is not
    excluded_at = models.DateTimeField(null=True, blank=True)
    excluded_by = models.CharField(max_length=64, null=True, blank=True)

    receipt = ""  # the code itself: told once, by what completes a response, and kept nowhere

    objects: models.Manager[Any] = ResponseQuerySet.as_manager()

    privacy = {
        "wave": Privacy.PLAIN, "instrument_version": Privacy.PLAIN, "site": Privacy.QUASI, "approach": Privacy.QUASI,
        "consent": Privacy.QUASI, "respondent": Privacy.QUASI, "source": Privacy.PLAIN, "mode": Privacy.PLAIN,
        "answered_on": Privacy.QUASI, "started_at": Privacy.QUASI, "started_by": Privacy.DIRECT,
        "completed_at": Privacy.QUASI, "completed_by": Privacy.DIRECT, "is_late": Privacy.PLAIN, "submission": Privacy.QUASI,
        "origin_key": Privacy.QUASI, "answers": Privacy.QUASI, "texts": Privacy.FREE_TEXT, "draft": Privacy.FREE_TEXT,
        "draft_version": Privacy.PLAIN, "draft_page": Privacy.PLAIN, "draft_beside": Privacy.FREE_TEXT,
        "holder_hash": Privacy.DIRECT, "receipt_hash": Privacy.DIRECT,
        "exclusion": Privacy.PLAIN, "excluded_at": Privacy.PLAIN, "excluded_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "source", ResponseSource, model="response"),
            one_of(APP, "mode", FilledBy, model="response"),
            models.UniqueConstraint(fields=["wave", "site", "respondent"], name="surveys_respondent_once"),
            models.UniqueConstraint(fields=["programme", "origin_key"], name="surveys_response_origin_once"),
            models.UniqueConstraint(fields=["programme", "submission"], name="surveys_submission_once"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, completed_by__isnull=True)
                | Q(completed_at__isnull=False, completed_by__isnull=False, draft__isnull=True),
                name="surveys_response_completed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(draft_beside__isnull=True) | Q(draft__isnull=False),
                name="surveys_response_draft_beside_another",
            ),
            models.CheckConstraint(
                condition=Q(excluded_at__isnull=True, excluded_by__isnull=True, exclusion="")
                | Q(
                    excluded_at__isnull=False,
                    excluded_by__isnull=False,
                    exclusion__in=[why.value for why in Exclusion],
                ),
                name="surveys_response_excluded_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["wave", "site", "completed_at"], name="surveys_response_at_site")]


class FillLinkQuerySet(models.QuerySet["FillLink"]):
    def visible_to(self, actor: Actor) -> FillLinkQuerySet:
        """A link shows nothing and is seen by nobody once it is made: only its token opens it."""
        return self.filter(within_reach(actor, Permission.RUN_WAVES, site=None))


class FillLink(Record):
    """A link by which one person who consented answers alone, once. Of its token only the hash is kept."""

    approach = models.ForeignKey(Approach, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # when what it opens was complete

    objects: models.Manager[Any] = FillLinkQuerySet.as_manager()

    privacy = {
        "approach": Privacy.QUASI, "token_hash": Privacy.DIRECT, "made_at": Privacy.PLAIN, "made_by": Privacy.DIRECT,
        "expires_at": Privacy.PLAIN, "used_at": Privacy.PLAIN,
    }  # fmt: skip
