"""Whether another site of the programme knows a person is answered by nothing: no count, no id, no band."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import SYSTEM, Cast
from throughline.records.audit.models import AuditEvent
from throughline.records.clients import actions, queries
from throughline.records.clients.models import Client, CodeAttempt
from throughline.records.engagement.actions import record_contact, withdraw_contact
from throughline.records.engagement.models import Contact
from throughline.records.programme.models import Site
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import NotAllowed

pytestmark = pytest.mark.django_db
CODE = "QK17031979F"
BANDS = {"birth_year_band": "1975-1979", "gender": "woman"}


def met(site: Site, code: str, by: Actor, at: datetime) -> Contact:
    draft = ContactDraft(site_id=site.id, route=Route.SERVICE, device_time=at, client_code=code)
    return record_contact(draft=draft, by=by, at=at)


def client_of(contact: Contact) -> Client:
    assert contact.client is not None
    return contact.client


def codes(many: int) -> list[str]:
    return [f"ZZ0101{1950 + n}F" for n in range(many)]


@pytest.mark.parametrize("who", ["bob", "priya"])
def test_record_contact_counts_codes_new_to_own_sites_whoever_else_knows_them(
    cast: Cast, now: datetime, who: str
) -> None:
    by = cast.everybody()[who]
    for number, code in enumerate(codes(actions.ENTRIES_REFUSED)):
        if number % 3 == 0:  # known elsewhere
            met(cast.other_site, code, SYSTEM, now - timedelta(days=300))
        met(cast.site, code, by, now)
        flagged = AuditEvent.objects.filter(action="code_guessing_flagged").exists()
        assert flagged == (number + 1 >= actions.GUESSES_FLAGGED)
    with pytest.raises(NotAllowed, match="Too many new codes"):
        met(cast.site, CODE, by, now)


@pytest.mark.parametrize("who", ["bob", "priya"])
def test_record_contact_with_who_was_met_here_before_is_no_guess(cast: Cast, now: datetime, who: str) -> None:
    met(cast.site, CODE, cast.alice.actor, now - timedelta(days=2))
    met(cast.site, CODE, cast.everybody()[who], now)
    assert CodeAttempt.objects.get(account_id=cast.everybody()[who].id).is_known


def test_record_contact_again_after_taking_it_back_is_another_guess(cast: Cast, now: datetime) -> None:
    by = cast.bob.actor
    for _ in range(2):
        withdraw_contact(contact=met(cast.site, CODE, by, now), base_version=1, by=by, at=now)
    assert list(CodeAttempt.objects.values_list("is_known", flat=True)) == [False, False]


def test_look_ups_and_entries_are_counted_apart(cast: Cast, now: datetime) -> None:
    """Somebody new is looked up, then recorded: that is one person met, not two guesses."""
    for code in codes(actions.GUESSES_REFUSED):
        actions.look_up_client(programme=cast.programme, code=code, by=cast.bob.actor, at=now)
    met(cast.site, CODE, cast.bob.actor, now)


def test_client_id_tells_no_time(cast: Cast, now: datetime) -> None:
    assert client_of(met(cast.site, CODE, cast.bob.actor, now)).id.version == 4


def test_description_of_another_site_is_not_shown(cast: Cast, now: datetime) -> None:
    client = client_of(met(cast.other_site, CODE, SYSTEM, now))
    actions.describe_client(
        client=client, site=cast.other_site, area=cast.other_site.area, by=SYSTEM, at=now, **BANDS
    )
    assert client_of(met(cast.site, CODE, cast.bob.actor, now)) == client
    shown = queries.description_for(cast.bob.actor, client)
    assert {shown.birth_year_band, shown.gender, shown.area} == {"not_recorded"}


def test_description_of_ones_own_site_stays_whatever_another_writes(cast: Cast, now: datetime) -> None:
    """Nor does it vanish or change when another site describes the person too: that would tell as much."""
    client = client_of(met(cast.site, CODE, cast.bob.actor, now))
    met(cast.other_site, CODE, SYSTEM, now)
    own = {"client": client, "site": cast.site, "area": cast.site.area, "by": cast.bob.actor}
    actions.describe_client(at=now, **{**own, **BANDS, "gender": "man"})
    actions.describe_client(at=now, **{**own, **BANDS})  # written again: the newest stands
    actions.describe_client(
        client=client, site=cast.other_site, birth_year_band="1980-1984", gender="man",
        area=cast.other_site.area, by=SYSTEM, at=now + timedelta(days=1),
    )  # fmt: skip
    shown = queries.description_for(cast.bob.actor, client)
    assert (shown.birth_year_band, shown.gender, shown.area) == ("1975-1979", "woman", cast.site.area)


def test_describe_client_at_a_site_of_others_is_refused(cast: Cast, now: datetime) -> None:
    client = client_of(met(cast.site, CODE, cast.bob.actor, now))
    with pytest.raises(NotAllowed, match="not one of your sites"):
        actions.describe_client(
            client=client, site=cast.other_site, area=cast.site.area, by=cast.bob.actor, at=now, **BANDS
        )
