"""The access matrix over every address; every POST without its token; headers and what no page holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from http.cookies import SimpleCookie
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.each import of_each
from tests.kept import Copied
from tests.web.access_matrix import DRAWING, ELSEWHERE, MATRIX
from tests.web.may import ANONYMOUS, DANA, EVERYBODY, NOBODY
from tests.web.world import CODE, World

from throughline.records.accounts.models import Account
from throughline.vocabulary.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def names_in(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if not any(str(pattern.namespace or "").startswith(one) for one in ELSEWHERE):
                yield from names_in(pattern)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, f"{pattern} has no name: no row of the matrix can hold it"
            yield pattern.name


def account_of(world: World, who: str) -> Account | None:
    if who == ANONYMOUS:
        return None
    if who == NOBODY:
        return world.nobody
    return world.cast.dana.account if who == DANA else world.by_role[Role(who)]


@pytest.fixture(scope="module", autouse=True)
def _signed_in(kept_world: World) -> None:
    """Each of them signs in once, before the tests; what a test does to a session is rolled back with it."""
    SESSIONS.clear()
    for who in EVERYBODY:
        account, client = account_of(kept_world, who), Client()
        if account is not None:
            client.force_login(account)
        client.get(reverse("home" if account else "account_login"))  # gives the cookie that goes with forms
        SESSIONS[who] = {name: morsel.value for name, morsel in client.cookies.items()}


SESSIONS: dict[str, dict[str, str]] = {}  # who -> cookies


class Answer(NamedTuple):
    status_code: int
    headers: Mapping[str, str]
    content: str


Answers = Callable[[str], dict[str, Answer]]


@lru_cache
def browser(*, is_strict: bool) -> Client:
    """One for everybody: what each loads anew is the server's middleware."""
    return Client(enforce_csrf_checks=is_strict)


def browser_of(who: str, *, is_strict: bool = False) -> Client:
    client = browser(is_strict=is_strict)
    client.cookies = SimpleCookie(SESSIONS[who])
    return client


@contextmanager
def undone() -> Iterator[None]:
    """What is written meanwhile is not there afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(world: World, name: str, who: str, address: str) -> Answer:
    row, client = MATRIX[name], browser_of(who)
    with undone():
        answer = client.post(address, row.post(world)) if row.post else client.get(address)
    content = b"".join(answer) if answer.streaming else answer.content
    return Answer(answer.status_code, answer.headers, content.decode(errors="replace"))


@pytest.fixture
def answers_of(copied_world: Copied[World], db: None) -> Answers:
    """What everybody gets at an address: asked once, looked at by each test of it."""

    def asked(name: str) -> dict[str, Answer]:
        if name not in ANSWERS:
            cache.clear()  # rate limits count per process
            world, row = copied_world(), MATRIX[name]
            with undone():
                address = reverse(name, args=row.args(world)) + row.query(world)
                ANSWERS[name] = {who: ask(world, name, who, address) for who in EVERYBODY}
        return ANSWERS[name]

    return asked


ANSWERS: dict[str, dict[str, Answer]] = {}


def test_matrix_has_a_row_for_every_address() -> None:
    named = set(names_in(get_resolver()))
    assert named - set(MATRIX) == set(), "addresses without a row in tests/web/access_matrix.py"
    assert set(MATRIX) - named == set(), "rows without an address"


@of_each("name", list(MATRIX))
def test_every_role_gets_what_the_matrix_says(answers_of: Answers, name: str) -> None:
    found = {who: answer.status_code for who, answer in answers_of(name).items()}
    assert found == {who: MATRIX[name].expected(who) for who in EVERYBODY}


@of_each("name", [name for name, row in MATRIX.items() if not row.is_open])
def test_who_has_not_signed_in_is_sent_to_sign_in(answers_of: Answers, name: str) -> None:
    answer = answers_of(name)[ANONYMOUS]
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login")) or name in {"account_logout"}


@of_each("name", list(MATRIX))
def test_post_without_a_token_is_refused(copied_world: Copied[World], db: None, name: str) -> None:
    row, world = MATRIX[name], copied_world()
    client = browser_of(Role.SERVICE_MANAGER.value, is_strict=True)
    with undone():
        answer = client.post(reverse(name, args=row.args(world)), row.post(world) if row.post else {})
    assert answer.status_code == 403
    assert b"This form was not accepted" in answer.content


def test_post_without_a_cookie_is_refused(db: None) -> None:
    cookies = SESSIONS[Role.SERVICE_MANAGER.value]
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.load({name: held for name, held in cookies.items() if name != settings.CSRF_COOKIE_NAME})
    assert len(browser.cookies) == len(cookies) - 1
    answer = browser.post(reverse("record"))
    assert answer.status_code == 403
    assert b"This form was not accepted" in answer.content


@of_each("name", list(MATRIX))
def test_pages_hold_no_inline_script_or_style_and_carry_the_policy(answers_of: Answers, name: str) -> None:
    for answer in answers_of(name).values():
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        if name in DRAWING and answer.status_code == 200:
            policy = policy.replace("script-src 'self' 'wasm-unsafe-eval';", "")
        assert "unsafe" not in policy
        assert "no-store" in answer.headers["Cache-Control"]
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            check_page(answer.content)


def check_page(page: str) -> None:
    for script in re.findall(r"<script\b[^>]*>", page):
        assert " src=" in script or 'type="application/json"' in script, script
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", page)
    assert CODE not in page


@of_each("name", list(MATRIX))
def test_stranger_and_other_programme_see_nothing_of_this_one(
    kept_world: World, answers_of: Answers, name: str
) -> None:
    secrets = ["Harrowmere", "Lantern", "Town housing", "no roof", "A door", str(kept_world.client.id)]
    for who in (NOBODY, DANA):
        page = answers_of(name)[who].content
        assert [one for one in secrets if one in page] == []
