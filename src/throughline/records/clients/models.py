"""Who is met, by pseudonym only. The client code is turned into one on entry and is never stored."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.foundation import Record, coded, within_reach
from throughline.rules.access import grants_with
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Gender
from throughline.vocabulary.privacy import Privacy

APP = "clients"


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, actor: Actor) -> ClientQuerySet:
        """Clients of the actor's programmes who were met at a site of the actor's, by who may see histories."""
        reach = within_reach(actor, Permission.SEE_CLIENT_HISTORY, site=None)
        if actor.is_system:
            return self.filter(reach)
        met = Q(pk__in=[])
        for grant in grants_with(actor, Permission.SEE_CLIENT_HISTORY):
            rows = Q(programme_id=grant.programme_id)
            met |= rows if grant.is_all_sites else rows & Q(met_at__site_id__in=list(grant.site_ids))
        return self.filter(reach & Q(pk__in=self.model.objects.filter(met).values("pk")))


class Client(Record):
    """A person as a programme knows them: nothing but bands. `merged_into` is set while a merge stands."""

    birth_year_band = models.CharField(
        max_length=20, default="not_recorded"
    )  # "1980-1984" or a kind of nothing
    gender = coded(Gender, default=Gender.NOT_RECORDED)
    area = models.CharField(max_length=80, default="not_recorded")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    added_at = models.DateTimeField()

    objects: models.Manager[Any] = ClientQuerySet.as_manager()

    privacy = {
        "birth_year_band": Privacy.QUASI, "gender": Privacy.QUASI, "area": Privacy.QUASI,
        "merged_into": Privacy.QUASI, "added_at": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="clients_client_not_into_itself",
            )
        ]


class ClientSite(Record):
    """A site where a client has been met: what lets that site's workers see the client's history."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="met_at")
    site = models.ForeignKey("programme.Site", on_delete=models.PROTECT, related_name="+")
    first_met_at = models.DateTimeField()

    privacy = {"client": Privacy.QUASI, "site": Privacy.QUASI, "first_met_at": Privacy.QUASI}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "site"], name="clients_client_site_once")]


class ClientKey(Record):
    """A keyed pseudonym of a client, under one key version. Rotation adds a row; a lost key is replaced at the next contact."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="keys")
    key_version = models.PositiveIntegerField()
    pseudonym = models.CharField(max_length=64)

    privacy = {"client": Privacy.QUASI, "key_version": Privacy.PLAIN, "pseudonym": Privacy.DIRECT}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "key_version", "pseudonym"], name="clients_client_key_one_client"
            ),
            models.UniqueConstraint(
                fields=["client", "key_version"], name="clients_client_key_one_per_version"
            ),
        ]


class ClientState(Record):
    """What a client says of their life at a day. Optional and self-described; silence is not recorded."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="states")
    as_of = models.DateField()
    housing = models.CharField(max_length=40, default="not_recorded")
    smokes_crack = models.CharField(max_length=20, default="not_recorded")
    injects = models.CharField(max_length=20, default="not_recorded")

    privacy = {
        "client": Privacy.QUASI, "as_of": Privacy.QUASI, "housing": Privacy.QUASI, "smokes_crack": Privacy.QUASI,
        "injects": Privacy.QUASI,
    }  # fmt: skip


class ClientMerge(Record):
    """Two clients found to be one. Reversible: nothing of either is changed but `merged_into`."""

    kept = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    merged = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=64)
    unmerged_at = models.DateTimeField(null=True, blank=True)
    unmerged_by = models.CharField(max_length=64, null=True, blank=True)

    privacy = {
        "kept": Privacy.QUASI, "merged": Privacy.QUASI, "merged_at": Privacy.PLAIN, "merged_by": Privacy.DIRECT,
        "unmerged_at": Privacy.PLAIN, "unmerged_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unmerged_at__isnull=True, unmerged_by__isnull=True)
                | Q(unmerged_at__isnull=False, unmerged_by__isnull=False),
                name="clients_client_merge_undone_by_someone",
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(unmerged_at__isnull=True),
                name="clients_client_merge_one_stands",
            ),
        ]


class CodeAttempt(Record):
    """One lookup of a client code by an account: guessing through the recorder is limited and flagged."""

    account_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    is_known = models.BooleanField()

    privacy = {"account_id": Privacy.DIRECT, "at": Privacy.PLAIN, "is_known": Privacy.PLAIN}

    class Meta:
        indexes = [models.Index(fields=["account_id", "at"], name="clients_code_attempt_recent")]
