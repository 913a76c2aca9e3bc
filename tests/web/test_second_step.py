"""A password that an administrator can set opens nothing that people told in confidence."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse
from tests.cast import PASSWORD, Person
from tests.web.conftest import SignIn
from tests.web.world import World

from throughline.records.accounts.actions import issue_sign_in_code
from throughline.records.programme.models import Programme
from throughline.vocabulary.roles import Role

pytestmark = pytest.mark.django_db
NEW = "four words nobody guesses"
GUARDED = {
    Role.PRACTITIONER, Role.SERVICE_MANAGER, Role.LEAD_RESEARCHER, Role.ANALYST, Role.EVALUATOR, Role.DATA_GUARDIAN,
}  # fmt: skip


@pytest.fixture
def real(world: World) -> World:
    """The world, of a programme that is no fiction."""
    Programme.objects.filter(id=world.cast.programme.id).update(is_fiction=False)
    return world


def has_app(person: Person) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person.account, secret)
    return secret


def digits(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def taken_over(world: World) -> Client:
    """Ada makes a code for Rosa, sets a password with it and signs in as her."""
    ada = Client()
    ada.force_login(world.cast.ada.account)
    page = ada.post(reverse("issue_code", args=[world.cast.rosa.account.id])).content.decode()
    code = re.search(r"(?<![0-9a-f-])[0-9a-f]{4}(-[0-9a-f]{4}){3}(?![0-9a-f-])", page)
    assert code is not None
    thief = Client()
    given = {"username": "rosa", "code": code.group(), "password": NEW, "again": NEW}
    assert thief.post(reverse("use_code"), given).status_code == 302
    thief.post(reverse("account_login"), {"login": "rosa", "password": NEW})
    return thief


def test_administrator_who_takes_an_account_over_is_stopped_by_its_second_step(real: World) -> None:
    secret = has_app(real.cast.rosa)
    thief = taken_over(real)
    source = reverse("source", args=[real.source.id])
    assert thief.get(source).status_code == 302
    assert thief.get(f"/api/sources/{real.source.id}").status_code == 401
    assert Authenticator.objects.filter(user=real.cast.rosa.account, type="totp").count() == 1
    rosa = Client()
    rosa.post(reverse("account_login"), {"login": "rosa", "password": NEW})
    rosa.post(reverse("mfa_authenticate"), {"code": digits(secret)})
    assert rosa.get(source).status_code == 200


@pytest.mark.parametrize(("ago", "location"), [(-2, None), (-1, "/"), (0, "/"), (1, "/"), (2, None)])
def test_digits_are_taken_a_half_minute_late_or_early_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch, ago: int, location: str | None
) -> None:
    """As when they are typed at its end, or the telephone's clock is off."""
    secret, half_minute = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59_000_000
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: 30 * half_minute + 29))
    TOTP.activate(world.cast.bob.account, secret)
    bob = Client()
    bob.post(reverse("account_login"), {"login": "bob", "password": PASSWORD})
    code = format_hotp_value(hotp_value(secret, half_minute - ago))
    answer = bob.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.headers.get("Location") == location


def test_administrator_who_takes_an_account_without_a_second_step_over_sees_nothing_of_it(
    real: World,
) -> None:
    thief = taken_over(real)
    for name in ("home", "inquiry", "people"):
        answer = thief.get(reverse(name))
        assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("second_step")), name
    answer = thief.get(f"/api/sources/{real.source.id}")
    assert answer.status_code == 403 and "second step" in answer.json()["detail"]


@pytest.mark.parametrize("role", list(Role))
def test_role_is_led_to_a_second_step_where_it_sees_what_people_told(
    real: World, sign_in: SignIn, role: Role
) -> None:
    answer = sign_in(real.by_role[role]).get(reverse("home"))
    assert answer.status_code == (302 if role in GUARDED else 200)
    page = sign_in(real.by_role[role]).get(reverse("second_step"))
    assert page.status_code == 200
    assert (b"before you go on" in page.content) == (role in GUARDED)


def test_second_step_opens_what_was_closed(real: World, sign_in: SignIn) -> None:
    rosa = sign_in(real.cast.rosa.account)
    for name in ("account", "mfa_index", "account_change_password", "account_logout"):
        assert rosa.get(reverse(name)).status_code == 200, name
    has_app(real.cast.rosa)
    assert rosa.get(reverse("source", args=[real.source.id])).status_code == 200
    assert rosa.get(f"/api/sources/{real.source.id}").status_code == 200
    assert b"is set up" in rosa.get(reverse("second_step")).content


def test_recovery_codes_alone_are_no_second_step(real: World, sign_in: SignIn) -> None:
    Authenticator.objects.create(
        user=real.cast.rosa.account, type=Authenticator.Type.RECOVERY_CODES,
        data={"seed": get_adapter().encrypt("seed"), "used_mask": 0},
    )  # fmt: skip
    assert sign_in(real.cast.rosa.account).get(reverse("home")).status_code == 302


def test_fiction_asks_for_none(world: World, sign_in: SignIn) -> None:
    assert sign_in(world.cast.rosa.account).get(reverse("inquiry")).status_code == 200


def test_owner_is_told_who_made_a_code_at_every_sign_in_for_a_month(world: World, now: datetime) -> None:
    for ago in (40, 2):
        issue_sign_in_code(
            programme_id=world.cast.programme.id, account=world.cast.rosa.account, by=world.cast.ada.actor,
            at=now - timedelta(days=ago),
        )  # fmt: skip
    for _ in range(2):
        rosa = Client()
        page = rosa.post(reverse("account_login"), {"login": "rosa", "password": PASSWORD}, follow=True)
        assert b"Ada made a one-time code for your account" in page.content
        assert rosa.get(reverse("account")).content.count(b"made by Ada") == 2
    bob = Client().post(reverse("account_login"), {"login": "bob", "password": PASSWORD}, follow=True)
    assert b"one-time code for your account" not in bob.content


def test_owner_is_not_told_of_a_code_of_long_ago(world: World, now: datetime) -> None:
    issue_sign_in_code(
        programme_id=world.cast.programme.id, account=world.cast.rosa.account, by=world.cast.ada.actor,
        at=now - timedelta(days=31),
    )  # fmt: skip
    page = Client().post(reverse("account_login"), {"login": "rosa", "password": PASSWORD}, follow=True)
    assert b"one-time code for your account" not in page.content
