"""A correction that leaves the client as it was: nobody has to type the code again, and nobody else is meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from throughline.records.engagement.actions import correct_contact, record_contact
from throughline.records.engagement.models import Contact
from throughline.vocabulary.chain import ContactKind, Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(cast: Cast, now: datetime) -> Contact:
    return record_contact(draft=_draft(cast, now, client_code="KX15071984F"), by=cast.bob.actor, at=now)


def _draft(cast: Cast, now: datetime, **changes: object) -> ContactDraft:
    draft = ContactDraft(site_id=cast.site.id, route=Route.SERVICE, device_time=now - timedelta(hours=1))
    return replace(draft, **changes)  # type: ignore[arg-type]  # fields of the draft


def correct(contact: Contact, draft: ContactDraft, why: str, cast: Cast, now: datetime) -> Contact:
    return correct_contact(contact=contact, draft=draft, base_version=1, why=why, by=cast.bob.actor, at=now)


def test_correct_contact_keeps_the_client_when_told_to(cast: Cast, contact: Contact, now: datetime) -> None:
    draft = _draft(cast, now, place="street", keeps_client=True)
    assert correct(contact, draft, "told_later", cast, now).client_id == contact.client_id


def test_correct_contact_without_a_code_is_anonymous_when_not_told_to(
    cast: Cast, contact: Contact, now: datetime
) -> None:
    assert correct(contact, _draft(cast, now), "told_later", cast, now).client_id is None


def test_correct_contact_about_another_person_cannot_keep_the_client(
    cast: Cast, contact: Contact, now: datetime
) -> None:
    with pytest.raises(Invalid, match="the client cannot stay"):
        correct(contact, _draft(cast, now, keeps_client=True), "wrong_person", cast, now)


def test_correct_contact_to_a_tally_cannot_keep_the_client(
    cast: Cast, contact: Contact, now: datetime
) -> None:
    draft = _draft(cast, now, keeps_client=True, kind=ContactKind.TALLY, tally=3)
    with pytest.raises(Invalid, match="the client cannot stay"):
        correct(contact, draft, "typing_mistake", cast, now)
