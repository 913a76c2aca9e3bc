"""Contacts and what comes of them: equipment, disclosures, needs, actions, barriers."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from throughline.records.accounts.models import Device
from throughline.records.clients.models import Client
from throughline.records.foundation import (
    Record,
    coded,
    nothing_field,
    one_of,
    value_or_nothing,
    within_reach,
)
from throughline.records.programme.models import ImportRun, Membership, Site, arrived
from throughline.records.supplies.models import Item, KitVersion, Lot
from throughline.rules.access import RECENT
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierKind,
    BarrierLevel,
    ContactKind,
    DurationBand,
    Mode,
    NeedClosed,
    NeedDomain,
    Newness,
    Place,
    RaisedBy,
    Route,
    Topic,
    Urgency,
    WhoSpoke,
)
from throughline.vocabulary.privacy import Privacy

APP = "engagement"


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, actor: Actor) -> ContactQuerySet:
        """Contacts at the actor's sites; who may only record sees what they recorded themselves, while it is recent."""
        return self.arrived().in_sight_of(actor)

    def in_sight_of(self, actor: Actor) -> ContactQuerySet:
        """The same with what was withdrawn or has not arrived."""
        own = within_reach(actor, Permission.RECORD_CONTACT) & Q(
            recorded_by=actor.id, server_time__gte=timezone.now() - RECENT
        )
        return self.filter(within_reach(actor, Permission.SEE_CONTACTS) | own)

    def arrived(self) -> ContactQuerySet:
        """Without rows of imports that are running or broken, and without withdrawn ones."""
        return self.filter(arrived(), withdrawn_at__isnull=True)


class Contact(Record):
    """A meeting, however short, by one route at one site; or a tally of several of which nothing more is known."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    kind = coded(ContactKind, default=ContactKind.SINGLE)
    tally = models.PositiveIntegerField(default=1)
    route = coded(Route)
    place = coded(Place, default=Place.NOT_RECORDED)
    mode = coded(Mode, default=Mode.NOT_RECORDED)
    who_spoke = coded(WhoSpoke, default=WhoSpoke.NOT_RECORDED)
    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    is_anonymous = models.BooleanField()
    newness = coded(Newness, default=Newness.UNKNOWN)
    on_behalf_of = models.PositiveIntegerField(null=True, blank=True)  # other people served; never who
    on_behalf_of_nothing = nothing_field(default="not_recorded")
    duration = coded(DurationBand, default=DurationBand.NOT_RECORDED)
    worker = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    device_sequence = models.PositiveBigIntegerField(null=True, blank=True)
    device_time = models.DateTimeField()  # when it happened, as the recording device says
    server_time = models.DateTimeField()  # when it arrived
    import_run = models.ForeignKey(
        ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    origin_key = models.CharField(
        max_length=64, null=True, blank=True
    )  # keyed: recognises an imported row again
    is_flagged_supply = models.BooleanField(default=False)  # a controlled item left without a valid agreement
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = ContactQuerySet.as_manager()

    privacy = {
        "site": Privacy.QUASI, "kind": Privacy.PLAIN, "tally": Privacy.PLAIN, "route": Privacy.QUASI,
        "place": Privacy.QUASI, "mode": Privacy.PLAIN, "who_spoke": Privacy.QUASI, "client": Privacy.QUASI,
        "is_anonymous": Privacy.PLAIN, "newness": Privacy.QUASI, "on_behalf_of": Privacy.PLAIN,
        "on_behalf_of_nothing": Privacy.PLAIN, "duration": Privacy.PLAIN, "worker": Privacy.DIRECT,
        "device": Privacy.DIRECT, "device_sequence": Privacy.PLAIN, "device_time": Privacy.QUASI,
        "server_time": Privacy.PLAIN, "import_run": Privacy.PLAIN, "origin_key": Privacy.QUASI,
        "is_flagged_supply": Privacy.PLAIN, "version": Privacy.PLAIN, "recorded_by": Privacy.DIRECT,
        "withdrawn_at": Privacy.PLAIN, "withdrawn_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "kind", ContactKind, model="contact"),
            one_of(APP, "route", Route, model="contact"),
            one_of(APP, "mode", Mode, model="contact"),
            one_of(APP, "who_spoke", WhoSpoke, model="contact"),
            one_of(APP, "newness", Newness, model="contact"),
            one_of(APP, "duration", DurationBand, model="contact"),
            value_or_nothing(APP, "on_behalf_of", model="contact"),
            models.CheckConstraint(
                condition=Q(kind="single", tally=1) | Q(kind="tally", tally__gte=1, client__isnull=True),
                name="engagement_contact_tally_is_anonymous",
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=True, client__isnull=True)
                | Q(is_anonymous=False, client__isnull=False),
                name="engagement_contact_client_or_anonymous",
            ),
            models.CheckConstraint(
                condition=Q(device__isnull=True, device_sequence__isnull=True)
                | Q(device__isnull=False, device_sequence__isnull=False),
                name="engagement_contact_device_with_sequence",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="engagement_contact_withdrawn_by_someone",
            ),
            models.UniqueConstraint(
                fields=["device", "device_sequence"], name="engagement_contact_device_sequence_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "origin_key"], name="engagement_contact_origin_once"
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "site", "device_time"], name="engagement_contact_site_time"),
            models.Index(fields=["client", "device_time"], name="engagement_contact_client_time"),
            models.Index(fields=["recorded_by", "server_time"], name="engagement_contact_own_recent"),
            models.Index(
                fields=["programme", "server_time"],
                condition=Q(is_flagged_supply=True),
                name="engagement_contact_flagged",
            ),
        ]


class ContactRevision(Record):
    """A contact as it was before a correction: who changed it, when, and why (a code). `was` is empty once destroyed."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # the version that was replaced
    was = models.JSONField(null=True)
    why = models.CharField(max_length=40)
    corrected_at = models.DateTimeField()
    corrected_by = models.CharField(max_length=64)

    privacy = {
        "contact": Privacy.QUASI, "version": Privacy.PLAIN, "was": Privacy.QUASI, "why": Privacy.PLAIN,
        "corrected_at": Privacy.PLAIN, "corrected_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "version"], name="engagement_contact_revision_once")
        ]


class KitLine(Record):
    """Equipment given at a contact: the line IS the issue from stock. `returned` counts used items brought back.

    `lot`, where somebody said it, is of the item given, or of one of the kit's components: then that part came from it.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="kit_lines")
    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kit_version = models.ForeignKey(
        KitVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    returned = models.PositiveIntegerField(null=True, blank=True)
    returned_nothing = nothing_field(default="not_recorded")

    privacy = {
        "contact": Privacy.QUASI, "item": Privacy.PLAIN, "kit_version": Privacy.PLAIN, "lot": Privacy.PLAIN,
        "quantity": Privacy.PLAIN, "returned": Privacy.PLAIN, "returned_nothing": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=True, kit_version__isnull=False)
                | Q(item__isnull=False, kit_version__isnull=True),
                name="engagement_kit_line_item_or_kit",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) | Q(returned__isnull=False, returned__gte=1),
                name="engagement_kit_line_something",
            ),
            value_or_nothing(APP, "returned", model="kit_line"),
        ]


class Disclosure(Record):
    """What a person told, or not, about a topic. Nobody is made to ask or answer: no row is 'not recorded'."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="disclosures")
    topic = coded(Topic)
    answer = coded(Answer)
    raised_by = coded(RaisedBy, default=RaisedBy.NOT_RECORDED)

    privacy = {
        "contact": Privacy.QUASI, "topic": Privacy.QUASI, "answer": Privacy.QUASI, "raised_by": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "answer", Answer, model="disclosure"),
            one_of(APP, "raised_by", RaisedBy, model="disclosure"),
            models.UniqueConstraint(fields=["contact", "topic"], name="engagement_disclosure_topic_once"),
        ]


class Need(Record):
    """Something a person needs, as they said at a contact; open until closed as met or for a reason."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="needs")
    client = models.ForeignKey(Client, null=True, blank=True, on_delete=models.PROTECT, related_name="needs")
    domain = coded(NeedDomain)
    urgency = coded(Urgency, default=Urgency.NOT_RECORDED)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=64, null=True, blank=True)
    closed_as = coded(NeedClosed, null=True, blank=True)

    privacy = {
        "contact": Privacy.QUASI, "client": Privacy.QUASI, "domain": Privacy.QUASI, "urgency": Privacy.QUASI,
        "closed_at": Privacy.QUASI, "closed_by": Privacy.DIRECT, "closed_as": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "urgency", Urgency, model="need"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_as__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, closed_as__isnull=False),
                name="engagement_need_closed_whole",
            ),
        ]


class Action(Record):
    """What was done about a need."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="actions")
    kind = coded(ActionKind)
    taken_at = models.DateTimeField()

    privacy = {"need": Privacy.QUASI, "kind": Privacy.QUASI, "taken_at": Privacy.QUASI}

    class Meta:
        constraints = [one_of(APP, "kind", ActionKind, model="action")]


class Barrier(Record):
    """What stood in the way, at a contact or of a need."""

    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="barriers"
    )
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.CASCADE, related_name="barriers")
    kind = coded(BarrierKind)
    level = coded(BarrierLevel, default=BarrierLevel.NOT_RECORDED)

    privacy = {"contact": Privacy.QUASI, "need": Privacy.QUASI, "kind": Privacy.QUASI, "level": Privacy.PLAIN}

    class Meta:
        constraints = [
            one_of(APP, "level", BarrierLevel, model="barrier"),
            models.CheckConstraint(
                condition=Q(contact__isnull=True, need__isnull=False)
                | Q(contact__isnull=False, need__isnull=True),
                name="engagement_barrier_of_one",
            ),
        ]
