"""Every operation x everybody, enumerated from the API's own document."""

from __future__ import annotations

import json
from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client as Browser

from tests.api.access_matrix import MATRIX, PEOPLE
from tests.api.agreed import OPERATIONS
from tests.api.world import QUERIES, World, bodies
from tests.each import of_each
from tests.kept import Copied


class _Back(Exception):
    """Takes back what a request changed."""


def test_every_operation_stands_in_the_matrix() -> None:
    assert set(OPERATIONS) == set(MATRIX)


def test_matrix_names_everybody() -> None:
    assert {name: set(row) ^ set(PEOPLE) for name, row in MATRIX.items() if set(row) != set(PEOPLE)} == {}


def test_every_operation_takes_a_session() -> None:
    for _, _, operation in OPERATIONS.values():
        assert operation["security"] == [{"Session": []}]


@pytest.fixture(scope="module", autouse=True)
def _signed_in(kept_world: World) -> None:
    """Each of them signs in once, before the tests; what a test does to a session is rolled back with it."""
    SESSIONS.clear()
    for person in PEOPLE:
        browser = Browser()
        if person != "stranger":
            browser.force_login(getattr(kept_world.cast, person).account)
        SESSIONS[person] = {name: morsel.value for name, morsel in browser.cookies.items()}


SESSIONS: dict[str, dict[str, str]] = {}  # who -> cookies


@pytest.mark.django_db
@of_each("name", sorted(OPERATIONS))
def test_operation_by_everybody(copied_world: Copied[World], name: str) -> None:
    cache.clear()  # rate limits count per process
    method, template, _ = OPERATIONS[name]
    browser, got = Browser(), {}  # one for everybody: what each loads anew is the server's middleware
    with pytest.raises(_Back), transaction.atomic():
        world = copied_world()
        path, sent = world.path(template, name), _sent(bodies(world).get(name))
        for person in PEOPLE:
            browser.cookies = SimpleCookie(SESSIONS[person])
            with pytest.raises(_Back), transaction.atomic():
                answer = browser.generic(method.upper(), path, *sent, QUERY_STRING=QUERIES.get(name, ""))
                got[person] = answer.status_code
                raise _Back
            if answer.status_code >= 400:
                assert set(answer.json()) <= {"detail", "fields"}
                assert answer.json()["detail"]
        raise _Back
    assert {who: status for who, status in got.items() if status != MATRIX[name][who]} == {}


def _sent(body: object) -> tuple[str | bytes, str]:
    if isinstance(body, bytes):
        return body, "application/octet-stream"
    return "" if body is None else json.dumps(body), "application/json"
