"""Signing in and out, one-time codes, programmes, and where example accounts may be used."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.cast import PASSWORD, START, SYSTEM
from tests.web.world import World

from throughline.config import settings as installed
from throughline.records.accounts.actions import issue_sign_in_code
from throughline.records.accounts.models import Account
from throughline.records.audit.models import AuditEvent
from throughline.records.programme.actions import grant_membership
from throughline.records.programme.models import Organisation
from throughline.vocabulary.roles import Role

pytestmark = pytest.mark.django_db
NEW = "four words nobody guesses"


def acts(world: World) -> list[str]:
    rows = AuditEvent.objects.filter(programme_id=world.cast.programme.id, target_kind="accounts.account")
    return list(rows.exclude(action="account_added").order_by("at").values_list("action", flat=True))


def sign_in(client: Client, name: str, password: str) -> int:
    return client.post(reverse("account_login"), {"login": name, "password": password}).status_code


def test_signing_in_failing_and_out_are_events(world: World) -> None:
    client = Client()
    assert sign_in(client, "bob", "wrong") == 200
    assert sign_in(client, "BOB", PASSWORD) == 302
    assert client.get(reverse("home")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("home")).status_code == 302
    assert acts(world) == ["sign_in_failed", "signed_in", "signed_out"]


def test_passwords_are_kept_by_argon2_alone(settings: Any) -> None:
    settings.PASSWORD_HASHERS = installed.PASSWORD_HASHERS  # tests have a faster one
    kept = make_password(NEW)
    assert kept.startswith("argon2$argon2id$") and check_password(NEW, kept)
    assert len(installed.PASSWORD_HASHERS) == 1


def test_failing_is_refused_for_a_while_after_five_attempts(world: World) -> None:
    client = Client()
    for _ in range(5):
        sign_in(client, "bob", "wrong")
    page = client.post(reverse("account_login"), {"login": "bob", "password": PASSWORD})
    assert page.status_code == 200 and not page.wsgi_request.user.is_authenticated


def test_failing_elsewhere_does_not_keep_the_owner_of_a_name_out(world: World) -> None:
    for number in range(8):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), "bob", "wrong")
        sign_in(Client(REMOTE_ADDR="203.0.113.9"), "bob", "wrong")
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), "bob", PASSWORD) == 200
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "bob", PASSWORD) == 302


def test_failing_from_everywhere_is_refused_at_a_hundred_in_an_hour(world: World) -> None:
    for number in range(100):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), "bob", "wrong")
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "BOB", PASSWORD) == 200
    assert sign_in(Client(REMOTE_ADDR="192.0.2.7"), "alice", PASSWORD) == 302


def test_what_is_counted_is_not_forgotten_for_others_who_fail(world: World) -> None:
    cache.set("counted", 1, timeout=3600)
    for number in range(600):
        cache.set(f"another-{number}", 1, timeout=3600)
    assert cache.get("counted") == 1


def test_succeeding_counts_for_neither_limit(world: World) -> None:
    for _ in range(12):
        assert sign_in(Client(), "bob", PASSWORD) == 302


@pytest.mark.parametrize(
    ("proxies", "shown", "expected"),
    [
        (0, "203.0.113.{n}", 200),
        (1, "203.0.113.{n}, 198.51.100.7", 200),
        (1, "198.51.100.7, 203.0.113.{n}", 302),
    ],
)
def test_address_that_counts_is_what_the_last_trusted_proxy_saw(
    world: World, settings: object, proxies: int, shown: str, expected: int
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies  # type: ignore[attr-defined]  # pytest-django's
    for number in range(10):
        sign_in(Client(headers={"X-Forwarded-For": shown.format(n=number)}), f"nobody{number}", "wrong")
    last = Client(headers={"X-Forwarded-For": shown.format(n=99)})
    assert sign_in(last, "bob", PASSWORD) == expected


def test_closed_account_cannot_sign_in(world: World) -> None:
    Account.objects.filter(username="bob").update(is_active=False)
    client = Client()
    sign_in(client, "bob", PASSWORD)
    assert client.get(reverse("home")).status_code == 302


def code_form(**changes: str) -> dict[str, str]:
    return {"username": "bob", "code": "0000-0000-0000-0000", "password": NEW, "again": NEW} | changes


def test_one_time_code_sets_a_password_once(world: World, now: datetime) -> None:
    code = issue_sign_in_code(
        programme_id=world.cast.programme.id, account=world.cast.bob.account, by=world.cast.ada.actor, at=now
    )
    assert Client().post(reverse("use_code"), code_form(code=code)).status_code == 302
    assert sign_in(Client(), "bob", NEW) == 302
    assert Client().post(reverse("use_code"), code_form(code=code)).status_code == 422


def test_one_time_code_answers_the_same_for_an_unknown_name(world: World, now: datetime) -> None:
    issue_sign_in_code(
        programme_id=world.cast.programme.id, account=world.cast.bob.account, by=world.cast.ada.actor, at=now
    )
    known = Client().post(reverse("use_code"), code_form())
    unknown = Client().post(reverse("use_code"), code_form(username="nemo"))
    pages = [re.sub(r'(value|content)="[^"]*"', "", page.content.decode()) for page in (known, unknown)]
    pages = [re.sub(r"X-CSRFToken[^}]*", "", page) for page in pages]
    assert known.status_code == unknown.status_code == 422
    assert pages[0] == pages[1]


def test_one_time_code_is_limited(world: World) -> None:
    client = Client()
    answers = [client.post(reverse("use_code"), code_form()).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_one_time_code_refuses_a_weak_password(world: World) -> None:
    page = Client().post(reverse("use_code"), code_form(password="password1234", again="password1234"))
    assert page.status_code == 422 and b"too common" in page.content


def test_administrator_makes_a_code_for_a_member_only(world: World) -> None:
    client = Client()
    client.force_login(world.cast.ada.account)
    made = client.post(reverse("issue_code", args=[world.cast.bob.account.id]))
    code = re.search(r"(?<![0-9a-f-])[0-9a-f]{4}(-[0-9a-f]{4}){3}(?![0-9a-f-])", made.content.decode())
    assert code is not None
    assert Client().post(reverse("use_code"), code_form(code=code.group())).status_code == 302
    assert client.post(reverse("issue_code", args=[world.cast.dana.account.id])).status_code == 404


def test_example_account_acts_on_this_machine_only(world: World, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "service.example", "[::1]"]  # type: ignore[attr-defined]  # pytest-django's
    Account.objects.filter(username="bob").update(is_example=True)
    for host, peer, expected in [
        ("localhost", "127.0.0.1", 200), ("localhost:8000", "::1", 200), ("[::1]:8000", "::1", 200),
        ("service.example", "127.0.0.1", 403), ("localhost", "192.0.2.7", 403),
    ]:  # fmt: skip
        client = Client(SERVER_NAME=host, HTTP_HOST=host, REMOTE_ADDR=peer)
        client.force_login(world.cast.bob.account)
        assert client.get(reverse("home")).status_code == expected, (host, peer)


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"]
)
def test_example_account_is_refused_what_a_proxy_on_this_machine_passes_on(world: World, header: str) -> None:
    Account.objects.filter(username="bob").update(is_example=True)
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR="127.0.0.1", headers={header: "203.0.113.9"})
    client.force_login(world.cast.bob.account)
    assert client.get(reverse("home")).status_code == 403


def test_account_of_two_programmes_acts_in_one_at_a_time(world: World, now: datetime) -> None:
    away = Organisation.objects.get(name="Hill service")
    grant_membership(
        account=world.cast.bob.account, organisation=away, roles=[Role.PRACTITIONER],
        sites=[world.cast.elsewhere_site], from_on=START.date(), by=SYSTEM, at=now,
    )  # fmt: skip
    client = Client()
    client.force_login(world.cast.bob.account)
    client.post(reverse("choose_programme", args=[world.cast.elsewhere.id]))
    assert b"Beacon" in client.get(reverse("home")).content
    assert client.get(reverse("client", args=[world.client.id])).status_code == 404
    client.post(reverse("choose_programme", args=[world.cast.programme.id]))
    assert client.get(reverse("client", args=[world.client.id])).status_code == 200


def test_too_large_a_body_is_turned_away_unread(world: World) -> None:
    client = Client()
    client.force_login(world.cast.rosa.account)
    answer = client.post(reverse("add_source"), b"x", content_type="text/plain", CONTENT_LENGTH=str(1 << 30))
    assert answer.status_code == 413 and b"too large" in answer.content
