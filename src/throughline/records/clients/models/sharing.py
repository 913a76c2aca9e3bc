"""What a person consented to have shared, and everything that passed between organisations."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from throughline.records.clients.models.people import APP, Client
from throughline.records.foundation import Record, coded, one_of, within_reach
from throughline.records.programme.models import ImportRun, Organisation, Site, arrived
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.referral import YesNo
from throughline.vocabulary.sharing import SharingBasis, SharingPurpose, SignedAs


class AtOwnSitesQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> AtOwnSitesQuerySet:
        """Those written down at sites where the actor may see clients' pasts: another site's would tell that it knows them."""
        return self.filter(within_reach(actor, Permission.SEE_CLIENT_HISTORY))


class SharingQuerySet(AtOwnSitesQuerySet):
    def visible_to(self, actor: Actor) -> AtOwnSitesQuerySet:
        return super().visible_to(actor).filter(arrived())


class Consent(Record):
    """A person's written consent that their service shares something with one receiver (elements of 42 CFR 2.31).

    Who: `client`. Who discloses: the organisation of `site`. To whom, what, for what purpose: as named. It says that it
    can be taken back, ends on a day, and is signed; the signed form stays where `signed_as` says.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    scope = models.JSONField()  # codes of Shared, sorted
    purpose = coded(SharingPurpose)
    signed_on = models.DateField()
    signed_as = coded(SignedAs)
    from_on = models.DateField()
    to_on = models.DateField()
    is_told_revocable = models.BooleanField()  # the form says that it can be taken back, and how
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = AtOwnSitesQuerySet.as_manager()

    privacy = {
        "client": Privacy.QUASI, "site": Privacy.QUASI, "to_organisation": Privacy.QUASI, "scope": Privacy.PLAIN,
        "purpose": Privacy.QUASI, "signed_on": Privacy.QUASI, "signed_as": Privacy.PLAIN, "from_on": Privacy.PLAIN,
        "to_on": Privacy.PLAIN, "is_told_revocable": Privacy.PLAIN, "recorded_at": Privacy.PLAIN,
        "recorded_by": Privacy.DIRECT, "withdrawn_at": Privacy.PLAIN, "withdrawn_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "purpose", SharingPurpose, model="consent"),
            one_of(APP, "signed_as", SignedAs, model="consent"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="clients_consent_withdrawn_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(from_on__gte=F("signed_on")) & Q(to_on__gte=F("from_on")),
                name="clients_consent_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(is_told_revocable=True), name="clients_consent_can_be_taken_back"
            ),
        ]


class Sharing(Record):
    """One passage of something from the organisation of `site` to another: what, to whom, on what basis, when.

    Without a client it is of somebody whom the record does not know. The receiver is an organisation of the programme,
    or somebody else by name (a court, a hospital).
    """

    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.CASCADE, related_name="sharings"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_name = models.CharField(max_length=120, blank=True)
    what = models.JSONField()  # codes of Shared, sorted
    basis = coded(SharingBasis)
    consent = models.ForeignKey(
        Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="sharings"
    )
    notice = coded(
        YesNo, default=YesNo.NOT_RECORDED
    )  # that it may not be passed on came with it (42 CFR 2.32)
    passed_at = models.DateTimeField()
    passed_by = models.CharField(max_length=64)
    import_run = models.ForeignKey(
        ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: models.Manager[Any] = SharingQuerySet.as_manager()

    privacy = {
        "client": Privacy.QUASI, "site": Privacy.QUASI, "to_organisation": Privacy.QUASI, "to_name": Privacy.FREE_TEXT,
        "what": Privacy.PLAIN, "basis": Privacy.QUASI, "consent": Privacy.QUASI, "notice": Privacy.PLAIN,
        "passed_at": Privacy.QUASI, "passed_by": Privacy.DIRECT, "import_run": Privacy.PLAIN,
    }  # fmt: skip

    class Meta:
        constraints = [
            one_of(APP, "basis", SharingBasis, model="sharing"),
            one_of(APP, "notice", YesNo, model="sharing"),
            models.CheckConstraint(
                condition=(Q(to_organisation__isnull=True) & ~Q(to_name=""))
                | (Q(to_organisation__isnull=False) & Q(to_name="")),
                name="clients_sharing_to_one_receiver",
            ),
        ]
