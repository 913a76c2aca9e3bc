"""Names that people asked to have kept, and records opened in an emergency: both shut to all but a few."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.clients.models.people import APP, Client
from throughline.records.clients.models.sharing import AtOwnSitesQuerySet
from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models import Organisation, Site
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.sharing import EmergencyKind


class IdentityVault(Record):
    """A name and telephone number that a person agreed to have kept at one site, sealed under a key of its own.

    The key lies with those of sources: in no database and no backup. Taken back, the key is destroyed and `sealed` emptied;
    the row stays, so that no older export of keys brings the key back. A new number is a new row with another key.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="identities")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    consented_on = models.DateField()
    sealed = models.BinaryField(editable=False)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = AtOwnSitesQuerySet.as_manager()

    privacy = {
        "client": Privacy.QUASI, "site": Privacy.QUASI, "consented_on": Privacy.QUASI, "sealed": Privacy.DIRECT,
        "written_at": Privacy.PLAIN, "written_by": Privacy.DIRECT, "withdrawn_at": Privacy.PLAIN,
        "withdrawn_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "site"], condition=Q(withdrawn_at__isnull=True),
                name="clients_identity_one_a_site",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="clients_identity_withdrawn_by_someone",
            ),
        ]  # fmt: skip


class EmergencyOpeningQuerySet(models.QuerySet["EmergencyOpening"]):
    def visible_to(self, actor: Actor) -> EmergencyOpeningQuerySet:
        """All of a programme to who reads its audit; to everybody else their own."""
        return self.filter(
            within_reach(actor, Permission.SEE_AUDIT, site=None)
            | Q(within_reach(actor, Permission.BREAK_GLASS, site=None), opened_by=actor.id)
        )


class EmergencyOpening(Record):
    """Breaking the glass: one client's record opened to one account, for a reason, until a moment."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    kind = coded(EmergencyKind)
    note = models.BinaryField(editable=False)  # what happened, in words: sealed
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+"
    )  # that the account acted for
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=64)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # sooner, by who opened it

    objects: models.Manager[Any] = EmergencyOpeningQuerySet.as_manager()

    privacy = {
        "client": Privacy.QUASI, "kind": Privacy.QUASI, "note": Privacy.FREE_TEXT, "organisation": Privacy.PLAIN,
        "opened_at": Privacy.QUASI, "opened_by": Privacy.DIRECT, "ends_at": Privacy.QUASI, "ended_at": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "kind", EmergencyKind, model="emergency"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("opened_at")), name="clients_emergency_ends"),
        ]
        indexes = [models.Index(fields=["opened_by", "ends_at"], name="clients_emergency_open")]
