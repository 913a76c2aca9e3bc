"""Who sees no colleague's contacts sees and puts right their own of the last hours; afterwards it is the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from throughline.records.engagement.actions import correct_contact, record_contact, withdraw_contact
from throughline.records.engagement.models import Contact
from throughline.records.engagement.queries import contact_for, recorded_by
from throughline.rules.access import RECENT
from throughline.vocabulary.chain import Answer, Route
from throughline.vocabulary.contact import ContactDraft, DisclosureDraft
from throughline.vocabulary.errors import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
LONG_AGO = RECENT + timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    """What may be seen depends on the clock."""
    return datetime.now(UTC)


def recorded(cast: Cast, who: str, at: datetime) -> Contact:
    draft = ContactDraft(
        site_id=cast.site.id, route=Route.PEER, device_time=at, client_code="QK17031979F",
        disclosures=(DisclosureDraft("sex_work", Answer.TOLD),),
    )  # fmt: skip
    return record_contact(draft=draft, by=cast.everybody()[who], at=at)


@pytest.mark.parametrize(
    ("who", "ago", "is_seen"),
    [
        ("priya", RECENT - timedelta(minutes=1), True), ("priya", LONG_AGO, False),
        ("priya", timedelta(days=90), False), ("bob", timedelta(days=90), True),
    ],
)  # fmt: skip
def test_own_contact_is_seen_while_recent(
    cast: Cast, now: datetime, who: str, ago: timedelta, is_seen: bool
) -> None:
    contact, actor = recorded(cast, who, now - ago), cast.everybody()[who]
    assert (contact in recorded_by(actor, now - timedelta(days=99))) == is_seen
    if is_seen:
        assert contact_for(actor, contact.id) == contact
    else:
        with pytest.raises(NotFound):
            contact_for(actor, contact.id)


def test_correct_contact_of_ones_own_long_ago_takes_the_permission(cast: Cast, now: datetime) -> None:
    by = cast.priya.actor
    contact = recorded(cast, "priya", now - LONG_AGO)
    draft = ContactDraft(site_id=cast.site.id, route=Route.PEER, device_time=now, keeps_client=True)
    with pytest.raises(NotAllowed, match="Service manager"):
        correct_contact(contact=contact, draft=draft, base_version=1, why="told_later", by=by, at=now)
    with pytest.raises(NotAllowed, match="Service manager"):
        withdraw_contact(contact=contact, base_version=1, by=by, at=now)
    at = contact.server_time + RECENT
    assert correct_contact(
        contact=contact, draft=draft, base_version=1, why="told_later", by=by, at=at
    ).disclosures.count() == 0  # fmt: skip
    own = recorded(cast, "bob", now - timedelta(days=90))
    withdraw_contact(contact=own, base_version=1, by=cast.bob.actor, at=now)
