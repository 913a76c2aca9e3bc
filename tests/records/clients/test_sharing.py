"""What passes between organisations is written down, on a basis that carries it; a person's consent is theirs to take back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import SYSTEM, Cast
from tests.records.made import CONSENTED, a_need, a_sharing_consent, an_import_run, events, membership_of
from throughline.records.clients import actions
from throughline.records.clients.actions import Receiver
from throughline.records.clients.models import Client, Consent, Sharing
from throughline.records.clients.queries.sharing import consent_for, consents_for, sharings_for
from throughline.records.engagement.actions import record_contact
from throughline.records.programme.actions import (
    add_organisation,
    add_site,
    agree_partnership,
    grant_membership,
)
from throughline.records.programme.queries import actor_for
from throughline.records.referral.actions import (
    EventDraft,
    Passing,
    ReferralDraft,
    make_referral,
    make_referrals,
    move_referral,
)
from throughline.records.referral.models import Referral
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft, NeedDraft
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.programme import OrganisationKind, PartnershipKind, SiteKind
from throughline.vocabulary.referral import Door, ReferralKind, ReferralState, YesNo
from throughline.vocabulary.roles import Role
from throughline.vocabulary.sharing import Shared, SharingBasis

pytestmark = pytest.mark.django_db
OTHERS = ("priya", "omar", "chen", "rosa", "grace", "ada", "dana", "stranger")


@pytest.fixture
def client(cast: Cast, now: datetime) -> Client:
    draft = ContactDraft(
        cast.site.id, Route.SERVICE, now - timedelta(days=1), client_code="QK17031979F",
        needs=(NeedDraft("housing"),),
    )  # fmt: skip
    found = record_contact(draft=draft, by=cast.bob.actor, at=now - timedelta(days=1)).client
    assert found is not None
    return found


def refer(cast: Cast, client: Client, now: datetime, passing: Passing, **changed: object) -> Referral:
    given = {
        "from_site": cast.site, "to_organisation": cast.housing, "door": Door.SERVICE, "kind": ReferralKind.LETTER,
        "needs": list(client.needs.all()), "passing": passing, "by": cast.bob.actor, "at": now,
    }  # fmt: skip
    return make_referral(**(given | changed))  # type: ignore[arg-type]


def test_sent_referral_writes_what_passed_with_the_consent_it_rests_on(
    cast: Cast, client: Client, now: datetime
) -> None:
    consent = a_sharing_consent(cast, client, at=now)
    referral = refer(cast, client, now, CONSENTED)
    (row,) = sharings_for(cast.bob.actor, client)
    assert (row.client, row.to_organisation, row.consent, row.basis) == (
        client, cast.housing, consent, "written_consent",
    )  # fmt: skip
    assert (row.what, row.notice, row.passed_at, row.passed_by) == (
        ["referral"], "yes", now, cast.bob.actor.id,
    )  # fmt: skip
    assert referral.sharings.get().sharing == row


def test_referral_without_a_basis_or_a_consent_leaves_nothing_behind(
    cast: Cast, client: Client, now: datetime
) -> None:
    for passing, error in ((Passing(), Invalid), (CONSENTED, NotAllowed)):
        with pytest.raises(error):
            refer(cast, client, now, passing)
    agreed = Passing(SharingBasis.AGREEMENT)
    for _supply in range(2):  # of pipes, not of people: it carries no more than none
        with pytest.raises(NotAllowed, match="No agreement"):
            refer(cast, client, now, agreed)
        agree_partnership(
            first=cast.service, second=cast.housing, kind=PartnershipKind.SUPPLY, agreement="S 1", from_on=now.date(),
            by=SYSTEM, at=now,
        )  # fmt: skip
    assert not Referral.objects.exists() and not Sharing.objects.exists() and not events("referral_made")
    agree_partnership(
        first=cast.housing, second=cast.service, kind=PartnershipKind.REFERRAL, agreement="H 1", from_on=now.date(),
        by=SYSTEM, at=now,
    )  # fmt: skip
    refer(cast, client, now, agreed)
    assert Sharing.objects.get().basis == "agreement"


def test_consent_taken_back_or_to_somebody_else_carries_nothing(
    cast: Cast, client: Client, now: datetime
) -> None:
    a_sharing_consent(cast, client, to=cast.police, at=now)
    consent = a_sharing_consent(cast, client, at=now)
    actions.revoke_consent(consent=consent, by=cast.alice.actor, at=now)
    with pytest.raises(NotAllowed):
        refer(cast, client, now, CONSENTED)
    with pytest.raises(Unready):
        actions.revoke_consent(consent=consent, by=cast.bob.actor, at=now)
    assert [event.target_id for event in events("consent_revoked")] == [str(consent.id)]


def test_consent_carries_what_its_own_organisation_shares_alone(
    cast: Cast, client: Client, now: datetime
) -> None:
    a_sharing_consent(cast, client, at=now)
    # Bob works for the housing office's sister, too: nobody signed that it shares anything
    sister = add_organisation(
        programme=cast.programme, name="Harbour", kind=OrganisationKind.DRUG_SERVICE, by=SYSTEM, at=now
    )
    site = add_site(
        organisation=sister, name="Harbour", kind=SiteKind.FIXED, area="Harbour", time_zone="Europe/London",
        opened_on=now.date(), by=SYSTEM, at=now,
    )  # fmt: skip
    grant_membership(
        account=cast.bob.account, organisation=sister, roles=[Role.PRACTITIONER], sites=[site],
        from_on=now.date() - timedelta(days=1), by=SYSTEM, at=now,
    )  # fmt: skip
    passed = {
        "client": client, "to": Receiver(cast.housing), "what": frozenset({Shared.REFERRAL}), "at": now,
        "basis": SharingBasis.WRITTEN_CONSENT, "by": actor_for(cast.bob.account),
    }  # fmt: skip
    with pytest.raises(NotAllowed, match="No written consent"):
        actions.record_sharing(site=site, **passed)  # type: ignore[arg-type]
    assert actions.record_sharing(site=cast.site, **passed).consent is not None  # type: ignore[arg-type]


def test_signpost_and_draft_pass_nothing_until_the_draft_is_sent(
    cast: Cast, client: Client, now: datetime
) -> None:
    refer(cast, client, now, Passing(), kind=ReferralKind.SIGNPOST)
    draft = refer(cast, client, now, Passing(), is_sent=False)
    refer(cast, client, now, Passing(), to_organisation=cast.service)  # within the own organisation
    assert not Sharing.objects.exists()
    step = {"referral": draft, "state": ReferralState.SENT, "happened_at": now, "base_version": 1}
    with pytest.raises(Invalid):
        move_referral(**step, by=cast.bob.actor, at=now)
    move_referral(**step, passing=Passing(SharingBasis.EMERGENCY), by=cast.bob.actor, at=now)
    assert Sharing.objects.get().basis == "emergency"


def test_consent_of_another_site_is_as_none(cast: Cast, client: Client, now: datetime) -> None:
    """That one is found would tell that another site knows the person."""
    consent = a_sharing_consent(cast, client, at=now)
    Consent.objects.update(site=cast.other_site)
    with pytest.raises(NotAllowed):
        refer(cast, client, now, CONSENTED)
    assert consents_for(cast.bob.actor, client) == []
    with pytest.raises(NotFound):
        consent_for(cast.bob.actor, consent.id)
    with pytest.raises(NotAllowed):
        actions.revoke_consent(consent=Consent.objects.get(), by=cast.bob.actor, at=now)


def test_referrer_passes_without_naming_anybody_and_sees_no_list(
    cast: Cast, client: Client, now: datetime
) -> None:
    station = membership_of(cast.omar).sites.get()
    make_referral(
        from_site=station, to_organisation=cast.service, door=Door.OFFICER_CONTACT, kind=ReferralKind.LETTER,
        reason="drug_treatment", passing=CONSENTED, by=cast.omar.actor, at=now,
    )  # fmt: skip
    assert Sharing.objects.get().client is None
    a_sharing_consent(cast, client, at=now)
    for name in OTHERS:
        actor = cast.everybody()[name]
        assert (
            not Sharing.objects.visible_to(actor).exists() and not Consent.objects.visible_to(actor).exists()
        )


def test_many_brought_in_say_their_basis_or_that_it_is_not_recorded(cast: Cast, now: datetime) -> None:
    need, run = a_need(cast), an_import_run(cast)
    sent = (EventDraft(ReferralState.SENT, now),)
    draft = ReferralDraft(
        cast.site.id, cast.housing.id, Door.SERVICE, ReferralKind.LETTER, now, (need.id,), events=sent
    )
    make_referrals(
        programme=cast.programme, drafts=[draft, ReferralDraft(
            cast.site.id, cast.housing.id, Door.SERVICE, ReferralKind.LETTER, now, reason="housing")],
        import_run=run, by=SYSTEM, at=now,
    )  # fmt: skip
    assert [(row.basis, row.notice, row.client_id) for row in Sharing.objects.all()] == [
        ("not_recorded", "not_recorded", need.client_id)
    ]
    assert not Sharing.objects.visible_to(cast.bob.actor).exists()  # the import has not come to its end


def test_record_sharing_by_telephone(cast: Cast, client: Client, now: datetime) -> None:
    given = {"client": client, "site": cast.site, "what": frozenset({Shared.HISTORY}), "at": now}
    hospital = Receiver(name=" County   hospital ")
    row = actions.record_sharing(
        **given, to=hospital, basis=SharingBasis.EMERGENCY, notice=YesNo.NO, by=cast.alice.actor
    )
    assert (row.to_name, row.to_organisation, row.what) == ("County hospital", None, ["history"])
    assert [(event.target_id, event.reason) for event in events("sharing_recorded")] == [
        (str(row.id), "emergency")
    ]
    assert "County" not in repr(hospital)
    for to in (Receiver(), Receiver(cast.housing, "somebody"), Receiver(cast.service)):
        with pytest.raises(Invalid):
            actions.record_sharing(**given, to=to, basis=SharingBasis.EMERGENCY, by=cast.bob.actor)
    with pytest.raises(Invalid, match="future"):
        actions.record_sharing(
            **given, to=hospital, basis=SharingBasis.EMERGENCY, passed_at=now + timedelta(hours=1),
            by=cast.bob.actor,
        )  # fmt: skip
    with pytest.raises(NotAllowed):  # the consent covers a referral, no past
        a_sharing_consent(cast, client, at=now)
        actions.record_sharing(
            **given, to=Receiver(cast.housing), basis=SharingBasis.WRITTEN_CONSENT, by=cast.bob.actor
        )


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_records_reads_or_takes_back(
    cast: Cast, client: Client, now: datetime, name: str
) -> None:
    actor, consent = cast.everybody()[name], a_sharing_consent(cast, client, at=now)
    given = {"client": client, "site": cast.site, "by": actor, "at": now}
    for tried in (
        lambda: actions.record_sharing(
            **given, to=Receiver(cast.housing), what=frozenset({Shared.NEEDS}), basis=SharingBasis.EMERGENCY
        ),
        lambda: actions.revoke_consent(consent=consent, by=actor, at=now),
        lambda: actions.note_sharing_list_read(client=client, by=actor, at=now),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            tried()
    assert consents_for(actor, client) == sharings_for(actor, client) == []


def test_consent_says_all_that_it_must(cast: Cast, client: Client, now: datetime) -> None:
    for changed in (
        {"scope": frozenset()}, {"is_told_revocable": False}, {"signed_on": now.date() + timedelta(days=2)},
        {"to": cast.service},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            a_sharing_consent(cast, client, at=now, **changed)
    consent = a_sharing_consent(cast, client, at=now)
    for wrong in (
        {"is_told_revocable": False},
        {"withdrawn_at": now},
        {"to_on": consent.from_on - timedelta(1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.filter(id=consent.id).update(**wrong)
