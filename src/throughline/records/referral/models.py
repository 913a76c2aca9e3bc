"""Referrals and what became of them; incidents as others report them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.clients.models import Sharing
from throughline.records.engagement.models import Need
from throughline.records.foundation import (
    Record,
    coded,
    nothing_field,
    one_of,
    value_or_nothing,
    within_reach,
)
from throughline.records.programme.models import ImportRun, Organisation, Site, arrived
from throughline.rules.access import grants_with
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import NeedDomain
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.referral import (
    Door,
    DoseRoute,
    GivenBy,
    OutcomeSource,
    ReferralKind,
    ReferralState,
    YesNo,
)

APP = "referral"


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, actor: Actor) -> ReferralQuerySet:
        """Referrals of the actor's sites; a referrer sees only those made by the own account."""
        rows = within_reach(actor, Permission.SEE_REFERRALS, site="from_site_id")
        for grant in grants_with(actor, Permission.SEE_OWN_REFERRALS):
            rows |= Q(programme_id=grant.programme_id, made_by=actor.id)
        return self.filter(rows).filter(arrived())


class Referral(Record):
    """A way to another service: referred is not entered. Its state is the newest event's."""

    from_site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    needs: Any = models.ManyToManyField(Need, through="ReferralNeed", related_name="referrals")
    reason = coded(NeedDomain, null=True, blank=True)  # one coded reason, where there is no need of a contact
    door = coded(Door)
    kind = coded(ReferralKind)
    state = coded(ReferralState, default=ReferralState.DRAFT)
    state_since = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64)
    import_run = models.ForeignKey(
        ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin_key = models.CharField(max_length=64, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: models.Manager[Any] = ReferralQuerySet.as_manager()

    privacy = {
        "from_site": Privacy.QUASI, "to_organisation": Privacy.QUASI, "needs": Privacy.QUASI,
        "reason": Privacy.QUASI, "door": Privacy.QUASI, "kind": Privacy.PLAIN, "state": Privacy.QUASI,
        "state_since": Privacy.QUASI, "made_at": Privacy.QUASI, "made_by": Privacy.DIRECT,
        "import_run": Privacy.PLAIN, "origin_key": Privacy.QUASI, "version": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "door", Door, model="referral"),
            one_of(APP, "kind", ReferralKind, model="referral"),
            one_of(APP, "state", ReferralState, model="referral"),
            models.UniqueConstraint(fields=["programme", "origin_key"], name="referral_referral_origin_once"),
        ]
        # The last two so that what has gone stale is counted from the index alone.
        indexes = [
            models.Index(
                fields=["programme", "from_site", "state", "state_since", "import_run"],
                name="referral_referral_board",
            )
        ]


class ReferralNeed(Record):
    """Which need a referral is for: this link is what lets a need be followed to where it led."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="referral_needs")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="referral_needs")

    privacy = {"referral": Privacy.QUASI, "need": Privacy.QUASI}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "need"], name="referral_need_once")]


class ReferralSharing(Record):
    """What passed to the receiver when a referral was sent: one of each client whose needs it is for."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="sharings")
    sharing = models.OneToOneField(Sharing, on_delete=models.CASCADE, related_name="+")

    privacy = {"referral": Privacy.QUASI, "sharing": Privacy.QUASI}


class ReferralEvent(Record):
    """A step of a referral, and who says so. Events are never changed; a wrong one is followed by a right one."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    state = coded(ReferralState)
    source = coded(OutcomeSource, null=True, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)

    privacy = {
        "referral": Privacy.QUASI, "sequence": Privacy.PLAIN, "state": Privacy.QUASI, "source": Privacy.PLAIN,
        "happened_at": Privacy.QUASI, "recorded_at": Privacy.PLAIN, "recorded_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "sequence"], name="referral_event_one_per_place"),
            one_of(APP, "state", ReferralState, model="event"),
            models.CheckConstraint(
                condition=Q(source__isnull=True) | Q(source__in=[s.value for s in OutcomeSource]),
                name="referral_event_source_known",
            ),
        ]


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, actor: Actor) -> IncidentQuerySet:
        return self.filter(within_reach(actor, Permission.SEE_INCIDENTS, site=None)).filter(arrived())


class Incident(Record):
    """An overdose or another event as police, ambulance or a worker report it. One incident may be several people."""

    occurred_at = models.DateTimeField(null=True, blank=True)
    occurred_at_nothing = nothing_field()
    place_band = models.CharField(max_length=120, default="not_recorded")  # a coarse area, never an address
    flags = models.JSONField(default=list)  # codes of IncidentFlag, sorted
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    import_run = models.ForeignKey(
        ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin_key = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = IncidentQuerySet.as_manager()

    privacy = {
        "occurred_at": Privacy.QUASI, "occurred_at_nothing": Privacy.PLAIN, "place_band": Privacy.QUASI,
        "flags": Privacy.PLAIN, "merged_into": Privacy.QUASI, "import_run": Privacy.PLAIN,
        "origin_key": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            value_or_nothing(APP, "occurred_at", model="incident"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="referral_incident_not_into_itself",
            ),
            models.UniqueConstraint(fields=["programme", "origin_key"], name="referral_incident_origin_once"),
        ]


class IncidentsApart(Record):
    """Two incidents alike of which somebody said that they are two: they are not proposed again. `first` has the lower id."""

    first = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+", db_index=False)
    second = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    apart_at = models.DateTimeField()
    apart_by = models.CharField(max_length=64)

    privacy = {
        "first": Privacy.QUASI, "second": Privacy.QUASI, "apart_at": Privacy.PLAIN, "apart_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="referral_incidents_apart_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="referral_incidents_apart_in_order"
            ),
        ]


class IncidentReport(Record):
    """One report of an incident; two reports of one incident are merged, never added up."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="reports")
    source = coded(GivenBy)
    received_at = models.DateTimeField()

    privacy = {"incident": Privacy.QUASI, "source": Privacy.PLAIN, "received_at": Privacy.PLAIN}

    class Meta:
        constraints = [one_of(APP, "source", GivenBy, model="report")]


class IncidentPersonQuerySet(models.QuerySet["IncidentPerson"]):
    def visible_to(self, actor: Actor) -> IncidentPersonQuerySet:
        return self.filter(within_reach(actor, Permission.SEE_INCIDENTS, site=None)).filter(arrived())


class IncidentPerson(Record):
    """A person of an incident. The police-side pseudonym has its own key and never meets a client's."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="people")
    police_pseudonym = models.CharField(max_length=64, null=True, blank=True)
    age_band = models.CharField(max_length=20, default="not_recorded")
    gender = models.CharField(max_length=40, default="not_recorded")
    fatal = coded(YesNo, default=YesNo.NOT_RECORDED)
    naloxone_given = coded(YesNo, default=YesNo.NOT_RECORDED)
    # Of its own: a later file may add a person to an incident that an earlier one brought.
    import_run = models.ForeignKey(
        ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin_key = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = IncidentPersonQuerySet.as_manager()

    privacy = {
        "incident": Privacy.QUASI, "police_pseudonym": Privacy.DIRECT, "age_band": Privacy.QUASI,
        "gender": Privacy.QUASI, "fatal": Privacy.QUASI, "naloxone_given": Privacy.QUASI,
        "import_run": Privacy.PLAIN, "origin_key": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "fatal", YesNo, model="person"),
            one_of(APP, "naloxone_given", YesNo, model="person"),
            models.UniqueConstraint(fields=["programme", "origin_key"], name="referral_person_origin_once"),
        ]


class NaloxoneDose(Record):
    """Doses given to a person: how many by one route and hand, or which kind of nothing is known of the number."""

    person = models.ForeignKey(IncidentPerson, on_delete=models.CASCADE, related_name="doses")
    quantity = models.PositiveIntegerField(null=True, blank=True)
    quantity_nothing = nothing_field()
    route = coded(DoseRoute, default=DoseRoute.NOT_RECORDED)
    given_by = coded(GivenBy, default=GivenBy.NOT_RECORDED)

    privacy = {
        "person": Privacy.QUASI, "quantity": Privacy.PLAIN, "quantity_nothing": Privacy.PLAIN,
        "route": Privacy.PLAIN, "given_by": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            value_or_nothing(APP, "quantity", model="dose"),
            one_of(APP, "route", DoseRoute, model="dose"),
            one_of(APP, "given_by", GivenBy, model="dose"),
        ]
