"""Who is met, by pseudonym only. The client code is turned into one on entry and is never stored."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models import Site
from throughline.rules.access import grants_with
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Gender, Housing
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.referral import YesNo

APP = "clients"


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, actor: Actor) -> ClientQuerySet:
        """Clients met at a site of the actor's, by who may see histories there.

        Met means a contact that has arrived and stands: withdrawing it, correcting it to another person or removing
        its import takes the client out of sight again. What a merge joined to it elsewhere does not count.
        """
        if actor.is_system:
            return self.filter(within_reach(actor, Permission.SEE_CLIENT_HISTORY, site=None))
        return self.met_where(actor, Permission.SEE_CLIENT_HISTORY)

    def met_where(self, actor: Actor, permission: Permission) -> ClientQuerySet:
        """Clients met at a site at which an account holds a permission."""
        contact: Any = self.model._meta.get_field("contacts").related_model
        contacts = contact.objects.arrived()
        reach = Q(pk__in=[])
        for grant in grants_with(actor, permission):
            here = contacts if grant.is_all_sites else contacts.filter(site_id__in=list(grant.site_ids))
            reach |= Q(Exists(here.filter(client_id=OuterRef("pk"))), programme_id=grant.programme_id)
        return self.filter(reach)


class Client(Record):
    """A person as a programme knows them: nothing but bands, the newest of what its sites wrote down.

    Pages and the API show a site's own description (`queries.description_for`), never these: that there are any would
    tell that another site knows the person. `merged_into` is set while merges stand: on every client of those joined but
    one, and always to that one.
    """

    # Random, unlike every other id: one that tells its time would tell who is met for the first time that another
    # site met them before (docs/adr/0019-client-ids-are-random.md).
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
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
            ),
            models.CheckConstraint(
                condition=~Q(birth_year_band="") & ~Q(gender="") & ~Q(area=""),
                name="clients_client_no_blanks",
            ),
        ]


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


class ClientDescription(Record):
    """What one site wrote down of a client, the newest only. Another site's is not there for who works here."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="descriptions")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    birth_year_band = models.CharField(max_length=20, default="not_recorded")
    gender = coded(Gender, default=Gender.NOT_RECORDED)
    area = models.CharField(max_length=80, default="not_recorded")
    described_at = models.DateTimeField()

    privacy = {
        "client": Privacy.QUASI, "site": Privacy.QUASI, "birth_year_band": Privacy.QUASI, "gender": Privacy.QUASI,
        "area": Privacy.QUASI, "described_at": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "site"], name="clients_client_description_one_a_site"),
            models.CheckConstraint(
                condition=~Q(birth_year_band="") & ~Q(gender="") & ~Q(area=""),
                name="clients_client_description_no_blanks",
            ),
        ]


class ClientState(Record):
    """What a client said at a site of their life at a day. Optional and self-described; silence is not recorded.

    Like a description it is there for who works at that site alone.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="states")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    housing = coded(Housing, default=Housing.NOT_RECORDED)
    smokes_crack = coded(YesNo, default=YesNo.NOT_RECORDED)
    injects_crack = coded(YesNo, default=YesNo.NOT_RECORDED)
    uses_heroin = coded(YesNo, default=YesNo.NOT_RECORDED)  # by whichever route
    injects = coded(YesNo, default=YesNo.NOT_RECORDED)  # whatever it is
    recorded_at = models.DateTimeField()

    privacy = {
        "client": Privacy.QUASI, "site": Privacy.QUASI, "as_of": Privacy.QUASI, "housing": Privacy.QUASI,
        "smokes_crack": Privacy.QUASI, "injects_crack": Privacy.QUASI, "uses_heroin": Privacy.QUASI,
        "injects": Privacy.QUASI, "recorded_at": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "housing", Housing, model="client_state"),
            one_of(APP, "smokes_crack", YesNo, model="client_state"),
            one_of(APP, "injects_crack", YesNo, model="client_state"),
            one_of(APP, "uses_heroin", YesNo, model="client_state"),
            one_of(APP, "injects", YesNo, model="client_state"),
        ]


class ClientMerge(Record):
    """Two clients found to be one, by somebody who sees both. Reversible: nothing of either is changed but `merged_into`.

    It holds for the counts of the programme, and is in sight where who merged could have seen both: at `sites`, or
    everywhere where they work at all sites. To anybody else both stay as they were: that they are one would tell that
    another site met them.
    """

    kept = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    merged = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    sites = models.JSONField(default=list)  # ids of the sites of who merged, sorted
    is_everywhere = models.BooleanField(default=False)
    merged_at = models.DateTimeField()
    merged_by = models.CharField(max_length=64)
    unmerged_at = models.DateTimeField(null=True, blank=True)
    unmerged_by = models.CharField(max_length=64, null=True, blank=True)

    privacy = {
        "kept": Privacy.QUASI, "merged": Privacy.QUASI, "sites": Privacy.PLAIN, "is_everywhere": Privacy.PLAIN,
        "merged_at": Privacy.PLAIN, "merged_by": Privacy.DIRECT, "unmerged_at": Privacy.PLAIN,
        "unmerged_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unmerged_at__isnull=True, unmerged_by__isnull=True)
                | Q(unmerged_at__isnull=False, unmerged_by__isnull=False),
                name="clients_client_merge_undone_by_someone",
            ),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="clients_client_merge_of_two"),
        ]


class LikelyDuplicate(Record):
    """Two clients whose codes were one element apart when one of them was entered (docs/adr/0034).

    Without the keys it names nobody: `sealed` holds the two ids, each mark is a keyed hash of one. It has no time, its id
    is random, and it refers to no other row.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    first_mark = models.CharField(max_length=64, db_index=True)
    second_mark = models.CharField(max_length=64, db_index=True)
    sealed = models.CharField(max_length=200)
    apart_at = models.DateTimeField(null=True, blank=True)  # somebody said that they are two
    apart_by = models.CharField(max_length=64, null=True, blank=True)

    privacy = {
        "first_mark": Privacy.DIRECT, "second_mark": Privacy.DIRECT, "sealed": Privacy.DIRECT,
        "apart_at": Privacy.PLAIN, "apart_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(apart_at__isnull=True, apart_by__isnull=True)
                | Q(apart_at__isnull=False, apart_by__isnull=False),
                name="clients_likely_duplicate_apart_by_someone",
            )
        ]


class CodeAttempt(Record):
    """A client code that an account entered, to look up or to record: guessing is flagged, then refused.

    `is_known` says whether the account's own sites had met the person, whoever else has: counting anything else would
    tell, by what is refused, who is known elsewhere.
    """

    account_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    is_known = models.BooleanField()
    is_entry = (
        models.BooleanField()
    )  # recorded; otherwise looked up. One person met may be both: counted apart

    privacy = {
        "account_id": Privacy.DIRECT, "at": Privacy.PLAIN, "is_known": Privacy.PLAIN, "is_entry": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        # what is counted with each code: mostly people are known where they come
        indexes = [
            models.Index(
                fields=["account_id", "at"], condition=Q(is_known=False), name="clients_code_attempt_recent"
            )
        ]
