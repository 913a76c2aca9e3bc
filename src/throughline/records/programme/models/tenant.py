"""The tenant and what it is made of: organisations, sites, memberships."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from throughline.records.accounts.models import Account
from throughline.records.foundation import Labelled, Record, coded, new_id, one_of, within_reach
from throughline.rules.access import grants_with, system_may
from throughline.rules.client_code import DEFAULT_HINT, DEFAULT_PATTERN
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.programme import OrganisationKind, PartnershipKind, SiteKind
from throughline.vocabulary.roles import Role

APP = "programme"


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, actor: Actor) -> ProgrammeQuerySet:
        if system_may(actor, Permission.SEE_PROGRAMME):
            return self
        return self.filter(id__in=[g.programme_id for g in grants_with(actor, Permission.SEE_PROGRAMME)])


class Programme(Labelled):
    """The tenant: every record belongs to one. Keys, code lists, studies and audit chains are its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    is_fiction = models.BooleanField(default=False)
    is_agreement_needed = models.BooleanField(
        default=False
    )  # controlled items leave only under a police agreement
    client_code_pattern = models.CharField(max_length=120, default=DEFAULT_PATTERN)
    client_code_hint = models.CharField(max_length=200, default=DEFAULT_HINT)
    created_at = models.DateTimeField()

    objects: models.Manager[Any] = ProgrammeQuerySet.as_manager()

    privacy = {
        "id": Privacy.PLAIN, "name": Privacy.PLAIN, "slug": Privacy.PLAIN, "is_fiction": Privacy.PLAIN,
        "is_agreement_needed": Privacy.PLAIN, "client_code_pattern": Privacy.PLAIN, "client_code_hint": Privacy.PLAIN, "created_at": Privacy.PLAIN,
    }  # fmt: skip

    def __str__(self) -> str:
        return self.name


class KeyVersion(Record):
    """Which key versions this programme's pseudonyms were made with, and how to tell that a ring is the right one."""

    version = models.PositiveIntegerField()
    check_value = models.CharField(max_length=16)
    added_at = models.DateTimeField()

    privacy = {"version": Privacy.PLAIN, "check_value": Privacy.PLAIN, "added_at": Privacy.PLAIN}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="programme_key_version_once")
        ]


class CodeListEntry(Record):
    """A code of one of the programme's lists. A code never changes its meaning; it is retired, not deleted.

    `core` is the vocabulary's own code that an added one counts as in comparisons (its own for core codes).
    """

    list_name = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    core = models.CharField(max_length=40)
    since_version = models.PositiveIntegerField(default=1)
    retired_version = models.PositiveIntegerField(null=True, blank=True)

    privacy = {
        "list_name": Privacy.PLAIN, "code": Privacy.PLAIN, "label": Privacy.PLAIN, "core": Privacy.PLAIN,
        "since_version": Privacy.PLAIN, "retired_version": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "list_name", "code"], name="programme_code_once"),
            models.CheckConstraint(
                condition=Q(retired_version__isnull=True) | Q(retired_version__gt=F("since_version")),
                name="programme_code_retired_later",
            ),
        ]


class ProgrammeScopedQuerySet(models.QuerySet[Any]):
    """Rows that anyone of the programme may know: organisations, sites, components."""

    def visible_to(self, actor: Actor) -> ProgrammeScopedQuerySet:
        return self.filter(within_reach(actor, Permission.SEE_PROGRAMME, site=None))


class Organisation(Record):
    name = models.CharField(max_length=120)
    kind = coded(OrganisationKind)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {"name": Privacy.PLAIN, "kind": Privacy.PLAIN}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="programme_organisation_once"),
            one_of(APP, "kind", OrganisationKind, model="organisation"),
        ]

    def __str__(self) -> str:
        return self.name


class Site(Record):
    """A place, or a round, where the programme meets people. Its days are days in its own time zone."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=120)
    kind = coded(SiteKind)
    area = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=60)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {
        "organisation": Privacy.PLAIN, "name": Privacy.PLAIN, "kind": Privacy.PLAIN, "area": Privacy.PLAIN,
        "time_zone": Privacy.PLAIN, "opened_on": Privacy.PLAIN, "closed_on": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "name"], name="programme_site_once"),
            one_of(APP, "kind", SiteKind, model="site"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="programme_site_closed_later",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, actor: Actor) -> MembershipQuerySet:
        reach = within_reach(actor, Permission.MANAGE_ACCOUNTS, site=None)
        return self.filter(reach | Q(account_id=actor.id) if actor.grants else reach)


class Membership(Record):
    """An account's place in a programme: for which organisation, in which roles, at which sites, from when to when."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    roles = models.JSONField()  # codes of Role, sorted
    sites: Any = models.ManyToManyField(Site, blank=True, related_name="memberships")
    is_all_sites = models.BooleanField(default=False)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    objects: models.Manager[Any] = MembershipQuerySet.as_manager()

    privacy = {
        "account": Privacy.DIRECT, "organisation": Privacy.QUASI, "roles": Privacy.QUASI, "sites": Privacy.QUASI,
        "is_all_sites": Privacy.PLAIN, "from_on": Privacy.QUASI, "to_on": Privacy.QUASI,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="programme_membership_ends_later",
            )
        ]

    def role_set(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.roles)


class Partnership(Record):
    first = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = coded(PartnershipKind)
    agreement = models.CharField(max_length=200)  # the document's reference, not its text
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    objects: models.Manager[Any] = ProgrammeScopedQuerySet.as_manager()

    privacy = {
        "first": Privacy.PLAIN, "second": Privacy.PLAIN, "kind": Privacy.PLAIN, "agreement": Privacy.PLAIN,
        "from_on": Privacy.PLAIN, "to_on": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "kind", PartnershipKind, model="partnership"),
            models.CheckConstraint(condition=~Q(first=F("second")), name="programme_partnership_of_two"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="programme_partnership_ends_later",
            ),
        ]


class Epoch(Labelled):
    """Which life of this database it is: one row. A restored database lives anew, and devices notice that it may lack records."""

    number = models.PositiveSmallIntegerField(primary_key=True, default=1)
    value = models.UUIDField(default=uuid4)

    privacy = {"number": Privacy.PLAIN, "value": Privacy.PLAIN}

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number=1), name="programme_epoch_only_one")]
