"""What devices sent, and what became of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from throughline.records.accounts.models import Account, Device
from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models import Site
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import EventKind, EventState, Resolution, WhyHeld
from throughline.vocabulary.privacy import Privacy

APP = "engagement"


class DeviceEventQuerySet(models.QuerySet["DeviceEvent"]):
    def visible_to(self, actor: Actor) -> DeviceEventQuerySet:
        """What the actor sent; and of a site, to who may correct colleagues' contacts there.

        Of which site one is cannot be told while it does not open: those are in sight of who may do that anywhere in the
        programme, and of who manages its accounts (a device or an account is mostly what is wrong with them).
        """
        nowhere = Q(site__isnull=True) & (
            within_reach(actor, Permission.CORRECT_CONTACT, site=None)
            | within_reach(actor, Permission.MANAGE_ACCOUNTS, site=None)
        )
        at_sites = within_reach(actor, Permission.CORRECT_CONTACT)
        own = within_reach(actor, Permission.RECORD_CONTACT, site=None)
        if actor.is_system:
            return self.filter(at_sites | nowhere)
        return self.filter(at_sites | nowhere | own & Q(account_id=actor.id))

    def held(self) -> DeviceEventQuerySet:
        """What nobody has resolved yet."""
        states = [EventState.REJECTED.value, EventState.CONFLICT.value]
        return self.filter(state__in=states, resolved_at__isnull=True)


class DeviceEvent(Record):
    """What a device sent: one thing recorded, corrected or taken back there, and what became of it.

    Each is here once, however often it is sent. Its sealed bytes are kept while it is not recorded, and destroyed once it
    is, or is resolved. `event_id` is the device's own; `device` is the one it was made on, where it is known,
    `carried_by` the one that sent it; `site` is where it happened, once it could be read.
    """

    event_id = models.UUIDField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    device_sequence = models.PositiveBigIntegerField(null=True)
    carried_by = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = coded(EventKind, null=True)
    contact_ref = models.UUIDField(null=True)  # no foreign key: the contact may not be there yet, or ever
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    after = models.UUIDField(null=True)  # the event that it stands on
    base_version = models.PositiveIntegerField(null=True)  # or the version of its contact
    replaces = models.UUIDField(null=True)
    state = coded(EventState)
    version = models.PositiveIntegerField(null=True)  # of its contact, that it made
    why = coded(WhyHeld, null=True)
    why_said = models.JSONField(null=True)  # the sentence's text and what stands in it; nothing that was told
    sealed = models.BinaryField(null=True)
    key_version = models.PositiveIntegerField()
    made_at = models.DateTimeField(null=True)  # by the device's clock
    received_at = models.DateTimeField()
    clock_skew_seconds = models.FloatField(
        null=True
    )  # the device's clock less the server's, when it sent this itself
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=64, null=True)
    resolved_as = coded(Resolution, null=True)

    objects: models.Manager[Any] = DeviceEventQuerySet.as_manager()

    privacy = {
        "event_id": Privacy.PLAIN, "account": Privacy.DIRECT, "device": Privacy.DIRECT,
        "device_sequence": Privacy.PLAIN, "carried_by": Privacy.DIRECT, "kind": Privacy.PLAIN,
        "contact_ref": Privacy.QUASI, "site": Privacy.QUASI, "after": Privacy.PLAIN, "base_version": Privacy.PLAIN,
        "replaces": Privacy.PLAIN, "state": Privacy.PLAIN, "version": Privacy.PLAIN, "why": Privacy.PLAIN,
        "why_said": Privacy.QUASI, "sealed": Privacy.DIRECT, "key_version": Privacy.PLAIN, "made_at": Privacy.QUASI,
        "received_at": Privacy.PLAIN, "clock_skew_seconds": Privacy.PLAIN, "resolved_at": Privacy.PLAIN,
        "resolved_by": Privacy.DIRECT, "resolved_as": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "event_id"], name="engagement_device_event_once"),
            models.UniqueConstraint(
                fields=["device", "device_sequence"], name="engagement_device_event_sequence_once"
            ),
            one_of(APP, "kind", EventKind, model="device_event"),
            one_of(APP, "state", EventState, model="device_event"),
            one_of(APP, "why", WhyHeld, model="device_event"),
            one_of(APP, "resolved_as", Resolution, model="device_event"),
            models.CheckConstraint(
                condition=Q(device_sequence__isnull=True) | Q(device__isnull=False),
                name="engagement_device_event_sequence_of_device",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", version__isnull=False, why__isnull=True)
                | Q(~Q(state="accepted"), version__isnull=True, why__isnull=False),
                name="engagement_device_event_recorded_or_why",
            ),
            # never dropped silently: sealed bytes lie here as long as it is neither recorded nor resolved
            models.CheckConstraint(
                condition=Q(sealed__isnull=False, resolved_at__isnull=True) & ~Q(state="accepted")
                | Q(sealed__isnull=True) & (Q(state="accepted") | Q(resolved_at__isnull=False)),
                name="engagement_device_event_kept_until_recorded",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True, resolved_as__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False, resolved_as__isnull=False),
                name="engagement_device_event_resolved_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["programme", "state"],
                condition=Q(sealed__isnull=False),
                name="engagement_device_event_held",
            ),
            models.Index(
                fields=["contact_ref"], condition=Q(state="waiting"), name="engagement_device_event_waits"
            ),
            models.Index(
                fields=["replaces", "account"],
                condition=Q(replaces__isnull=False),
                name="engagement_device_event_replac",
            ),
        ]
