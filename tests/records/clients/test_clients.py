"""Codes become pseudonyms under a key; looking up is noticed; merges can be undone."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from throughline.records.audit.models import AuditEvent
from throughline.records.clients import actions, queries
from throughline.records.clients.models import Client, ClientKey
from throughline.records.engagement.actions import record_contact
from throughline.records.engagement.queries import contacts_of
from throughline.records.keyring import KeyRing, ring, save_ring
from throughline.rules.client_code import DEFAULT_HINT, DEFAULT_PATTERN, check_code, normalise
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready

pytestmark = pytest.mark.django_db
CODE = "QK17031979F"


def _met(cast: Cast, now: datetime, code: str = CODE) -> Client:
    draft = ContactDraft(site_id=cast.site.id, route=Route.SERVICE, device_time=now, client_code=code)
    client = record_contact(draft=draft, by=cast.bob.actor, at=now).client
    assert client is not None
    return client


@pytest.fixture
def rotated() -> None:
    """The ring with a second version, put back afterwards."""
    before = ring()
    save_ring(before.rotated(), Path(settings.THROUGHLINE_KEY_FILE))
    yield
    save_ring(before, Path(settings.THROUGHLINE_KEY_FILE))


def test_look_up_client_known(cast: Cast, now: datetime) -> None:
    client = _met(cast, now)
    assert (
        actions.look_up_client(programme=cast.programme, code=CODE, by=cast.alice.actor, at=now) == client.id
    )
    assert AuditEvent.objects.filter(action="client_looked_up", target_id=str(client.id)).count() == 1


def test_look_up_client_of_another_site_is_unknown(cast: Cast, now: datetime) -> None:
    draft = ContactDraft(
        site_id=cast.elsewhere_site.id, route=Route.SERVICE, device_time=now, client_code=CODE
    )
    record_contact(draft=draft, by=cast.dana.actor, at=now)
    assert actions.look_up_client(programme=cast.programme, code=CODE, by=cast.bob.actor, at=now) is None


@pytest.mark.parametrize("who", ["priya", "omar", "chen", "rosa", "grace", "ada", "dana", "stranger"])
def test_look_up_client_wrong_role_is_refused(cast: Cast, now: datetime, who: str) -> None:
    _met(cast, now)
    with pytest.raises(NotAllowed):
        actions.look_up_client(programme=cast.programme, code=CODE, by=cast.everybody()[who], at=now)


def test_look_up_client_guessing_is_flagged_then_refused(cast: Cast, now: datetime) -> None:
    for n in range(actions.GUESSES_REFUSED):
        actions.look_up_client(programme=cast.programme, code=f"ZZ0101{1950 + n}F", by=cast.bob.actor, at=now)
    assert AuditEvent.objects.filter(action="code_guessing_flagged").exists()
    with pytest.raises(NotAllowed, match="Too many unknown codes"):
        actions.look_up_client(programme=cast.programme, code=CODE, by=cast.bob.actor, at=now)
    later = now + actions.GUESSING_WINDOW + timedelta(seconds=1)
    assert actions.look_up_client(programme=cast.programme, code=CODE, by=cast.bob.actor, at=later) is None


def test_client_is_visible_where_it_was_met(cast: Cast, now: datetime) -> None:
    client = _met(cast, now)
    seen = {
        n
        for n, actor in cast.everybody().items()
        if Client.objects.visible_to(actor).filter(id=client.id).exists()
    }
    assert seen == {"alice", "bob"}
    with pytest.raises(NotFound):
        queries.client_for(cast.dana.actor, client.id)


def test_client_known_under_an_older_key_gets_one_under_the_new(
    cast: Cast, now: datetime, rotated: None
) -> None:
    current = ring()
    save_ring(KeyRing({1: current.masters[1]}), Path(settings.THROUGHLINE_KEY_FILE))
    before = _met(cast, now)
    save_ring(current, Path(settings.THROUGHLINE_KEY_FILE))
    assert _met(cast, now).id == before.id
    assert sorted(ClientKey.objects.filter(client=before).values_list("key_version", flat=True)) == [1, 2]


def test_client_under_a_lost_key_is_new_and_can_be_merged(cast: Cast, now: datetime, rotated: None) -> None:
    current = ring()
    save_ring(KeyRing({1: current.masters[1]}), Path(settings.THROUGHLINE_KEY_FILE))
    before = _met(cast, now)
    save_ring(KeyRing({2: current.masters[2]}), Path(settings.THROUGHLINE_KEY_FILE))
    after = _met(cast, now)
    assert after.id != before.id
    actions.merge_clients(kept=before, merged=after, by=cast.alice.actor, at=now)
    assert len(contacts_of(cast.bob.actor, queries.client_for(cast.bob.actor, after.id))) == 2
    save_ring(current, Path(settings.THROUGHLINE_KEY_FILE))


def test_merge_and_unmerge_leave_both_as_they_were(cast: Cast, now: datetime) -> None:
    kept, merged = _met(cast, now), _met(cast, now, "RL02021990M")
    merge = actions.merge_clients(kept=kept, merged=merged, by=cast.alice.actor, at=now)
    assert queries.client_for(cast.bob.actor, merged.id).id == kept.id
    with pytest.raises(Unready):
        actions.merge_clients(kept=kept, merged=merged, by=cast.alice.actor, at=now)
    actions.unmerge_clients(merge=merge, by=cast.alice.actor, at=now)
    assert queries.client_for(cast.bob.actor, merged.id).id == merged.id
    with pytest.raises(Unready, match="undone already"):
        actions.unmerge_clients(merge=merge, by=cast.alice.actor, at=now)


def test_merge_takes_the_role(cast: Cast, now: datetime) -> None:
    kept, merged = _met(cast, now), _met(cast, now, "RL02021990M")
    for who in ("bob", "priya", "dana", "stranger"):
        with pytest.raises(NotAllowed):
            actions.merge_clients(kept=kept, merged=merged, by=cast.everybody()[who], at=now)


def test_pseudonym_says_nothing_of_the_code(cast: Cast) -> None:
    made = actions.pseudonym_of(cast.programme, CODE)
    assert CODE not in repr(made) and made.value not in repr(made)
    assert actions.pseudonym_of(cast.elsewhere, CODE).value != made.value
    assert dataclasses.astuple(
        actions.pseudonym_of(cast.programme, "qk 17.03.1979/f")
    ) == dataclasses.astuple(made)


@given(st.text(max_size=30))
def test_normalise_is_stable_and_plain(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert not once or once.isalnum()


@given(st.from_regex(r"[A-Z]{1,3}[0-9]{6,9}[A-Z]?", fullmatch=True))
def test_check_code_never_repeats_what_was_typed(text: str) -> None:
    try:
        assert check_code(text, pattern=DEFAULT_PATTERN, hint="the rule") == text
    except Invalid as refused:
        assert text not in str(refused.sentence) + str(refused.fields)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [("øk 17.03.1979 f", "OK17031979F"), ("Łé17031979m", "LE17031979M"), ("ＡＢ01021980x", "AB01021980X")],
)
def test_check_code_folds_letters_with_a_plain_form(typed: str, normal: str) -> None:
    assert check_code(typed, pattern=DEFAULT_PATTERN, hint=DEFAULT_HINT) == normal


@pytest.mark.parametrize("typed", ["ЖAB17031979F", "王AB17031979F", "AB1703197\N{ARABIC-INDIC DIGIT NINE}F"])
def test_check_code_refuses_letters_without_one_rather_than_drop_them(typed: str) -> None:
    with pytest.raises(Invalid):
        check_code(typed, pattern=DEFAULT_PATTERN, hint=DEFAULT_HINT)


def test_check_code_hint_follows_its_own_rule() -> None:
    assert check_code("AB01021980X", pattern=DEFAULT_PATTERN, hint=DEFAULT_HINT) == "AB01021980X"
