"""Every action there is: who and when are named, one transaction, an audit event, and the stranger is refused.

The arguments that each is called with stand in action_calls/<app>.py, so that a new action without a call fails.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.transaction import Atomic

from tests.cast import Cast, make_cast
from tests.each import of_each
from tests.repository.actions_found import (
    NO_ACTIONS,
    actions_of,
    apps,
    calls_in,
    every_action,
    first_statement,
    functions_of,
    is_tried_again,
    module_of,
)
from throughline.records.audit.models import AuditEvent
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed, NotFound

ACTIONS = every_action()
Arguments = Callable[[Cast, datetime], dict[str, Any]]

# Actions whose first check is not of rules.access, and what stands there instead.
OWN_FIRST_CHECK = {
    "accounts.use_sign_in_code": "the code is the permission: only the account itself may use it",
    "accounts.note_sign_in_failed": "nobody is signed in yet: only the sign-in itself, as system work, may note it",
}


def calls_of(app: str) -> dict[str, Arguments]:
    """Action -> what makes its arguments (without `by` and `at`) from the cast."""
    try:
        module = importlib.import_module(f"tests.repository.action_calls.{app}")
    except ModuleNotFoundError:
        return {}
    calls: dict[str, Arguments] = module.CALLS
    return calls


def test_actions_are_found() -> None:
    assert {"accounts", "programme", "workforce", "study", "referral", "inquiry"} <= set(apps())
    assert len(ACTIONS) > 60


def test_exceptions_are_still_there() -> None:
    known = {f"{app}.{name}" for app in apps() for name in functions_of(module_of(app))}
    assert set(NO_ACTIONS) <= known
    assert set(OWN_FIRST_CHECK) <= set(ACTIONS)


@of_each("name", list(ACTIONS))
def test_action_is_keyword_only_with_by_and_at(name: str) -> None:
    parameters = inspect.signature(ACTIONS[name]).parameters
    assert {p.kind for p in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    for needed, kind in (("by", "Actor"), ("at", "datetime")):
        assert needed in parameters, f"{name} does not say {needed}"
        assert parameters[needed].default is inspect.Parameter.empty, f"{name}: {needed} must be given"
        assert parameters[needed].annotation == kind


@of_each("name", list(ACTIONS))
def test_action_is_one_transaction(name: str) -> None:
    closure = ACTIONS[name].__closure__ or ()
    is_decorated = any(isinstance(cell.cell_contents, Atomic) for cell in closure)
    # `again_if_raced` opens one for each of its two tries.
    assert is_decorated or is_tried_again(ACTIONS[name]) or "transaction.atomic" in calls_in(ACTIONS[name])


@of_each("name", list(ACTIONS))
def test_action_begins_with_a_check(name: str) -> None:
    if name in OWN_FIRST_CHECK:
        return
    first = first_statement(ACTIONS[name])
    delegates = {other.partition(".")[2] for other in ACTIONS if other != name}
    called = {call.rpartition(".")[2] for call in calls_in(ACTIONS[name])}
    is_check = "check_" in first or any(f"{other}(" in first for other in delegates & called)
    # Where the row has to be found before it is known what to check, the check stands in a helper of the module.
    assert is_check or _helper_checks(name, first), f"{name} begins with: {first}"


def _helper_checks(name: str, first: str) -> bool:
    module = inspect.getmodule(inspect.unwrap(ACTIONS[name]))
    helpers = [
        thing for key, thing in vars(module).items() if inspect.isfunction(thing) and f"{key}(" in first
    ]
    if any(call.startswith("check_may_") for helper in helpers for call in calls_in(helper)):
        return True
    body = ast.unparse(ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(ACTIONS[name])))))
    before, check, _ = body.partition("check_may_")
    return bool(check) and not re.search(r"\.(create|bulk_create|save|update|delete)\(|\binsert\(", before)


def _audits(name: str, function: Callable[..., Any], seen: frozenset[str] = frozenset()) -> bool:
    calls = calls_in(function)
    if "audit.record" in calls:
        return True
    module = inspect.getmodule(inspect.unwrap(function))
    for call in calls - seen:
        thing = getattr(module, call, None)
        if (
            inspect.isfunction(thing)
            and "actions" in thing.__module__
            and _audits(call, thing, seen | {call})
        ):
            return True
    return False


@of_each("name", list(ACTIONS))
def test_action_writes_an_audit_event(name: str) -> None:
    assert _audits(name, ACTIONS[name]), f"{name} never calls audit.record"


@pytest.mark.parametrize("app", apps())
def test_every_action_has_a_call(app: str) -> None:
    missing = set(actions_of(app)) - set(calls_of(app))
    assert not missing, f"add to tests/repository/action_calls/{app}.py: {sorted(missing)}"
    assert not set(calls_of(app)) - set(actions_of(app)), "a call of an action that is no longer there"


CALLS = {f"{app}.{name}": make for app in apps() for name, make in calls_of(app).items()}


@pytest.fixture(scope="module")
def kept_cast(kept_rows: None) -> Cast:
    return make_cast()


@pytest.fixture
def cast(kept_cast: Cast, db: None) -> Cast:
    return deepcopy(kept_cast)


@pytest.mark.django_db
@pytest.mark.parametrize("name", CALLS)
def test_action_refuses_the_stranger(cast: Cast, now: datetime, name: str) -> None:
    arguments = CALLS[name](cast, now)
    events = AuditEvent.objects.count()
    writes = _Writes()
    with connections[DEFAULT_DB_ALIAS].execute_wrapper(writes), pytest.raises((NotAllowed, NotFound)):
        ACTIONS[name](**arguments, by=Actor.stranger(), at=now)
    assert AuditEvent.objects.count() == events
    assert writes.seen == [], f"{name} wrote before it refused"


class _Writes:
    """Statements that change something, as they go to the database."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().split(" ", 1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
            self.seen.append(sql[:80])
        return execute(sql, params, many, context)
