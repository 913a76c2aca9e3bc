"""Of two who write the same at once, the second is told what it would have been told a moment later, never the database's error."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps as django_apps
from django.db import IntegrityError, connection, models

from tests.cast import SYSTEM, Cast
from tests.repository.actions_found import apps, every_action, is_tried_again
from tests.repository.test_actions import calls_of
from throughline import records
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, ThroughlineError, Unready

RACED = {name: action for name, action in every_action().items() if is_tried_again(action)}
CALLS = {f"{app}.{name}": make for app in apps() for name, make in calls_of(app).items()}
# Done twice, these are done twice or stand as they are; all others say of the second that it is there already.
TWICE = {
    "engagement.record_contact", "engagement.record_contacts", "referral.make_referral", "referral.make_referrals",
    "referral.record_incidents", "supplies.add_kit_version", "surveys.start_response", "inquiry.add_recording",
}  # fmt: skip
# Their calls write nothing: a speaker without a consent, a ring without a new key.
NOTHING_WRITTEN = {"inquiry.choose_quote", "programme.add_key_versions"}
LOOKED = r"\b{name}\.objects\b(?s:.){{0,220}}?\.(exists|first|count|aggregate)\("
WITH_OBJECTS = re.compile(r"\b(\w+)\.objects\b")
HELD = re.compile(r"select_for_update|\bhold_\w+\(")
# Functions that look and then write without a lock of their own, and why that is safe.
HELD_BY_CALLER = {
    "ContactRevision": "the contact is locked by the correction that it is of",
    "FrameworkCellRevision": "the cell is locked by write_cell",
    "Analysis": "a project is not written twice: _opened turns what the name's constraint says into its sentence",
}


def _looks_then_writes() -> list[str]:
    """Functions of actions that look for a row that there can be one of, and write it, not done again and without a lock."""
    once = {
        model.__name__
        for model in django_apps.get_models()
        if any(isinstance(one, models.UniqueConstraint) for one in model._meta.constraints)
        or any(field.unique and not field.primary_key for field in model._meta.local_fields)
    }
    found = []
    for path in sorted(Path(records.__path__[0]).rglob("*.py")):
        if "actions" not in path.relative_to(records.__path__[0]).as_posix():
            continue
        text = path.read_text()
        lines = text.split("\n")
        for function in ast.parse(text).body:
            if not isinstance(function, ast.FunctionDef):
                continue
            if "again_if_raced" in [ast.unparse(one) for one in function.decorator_list]:
                continue
            body = "\n".join(lines[function.lineno - 1 : function.end_lineno])
            for name in (once - set(HELD_BY_CALLER)) & set(WITH_OBJECTS.findall(body)):
                writes = re.search(rf"\b{name}(\.objects\.(bulk_)?create)?\(", body)
                if writes and re.search(LOOKED.format(name=name), body) and not HELD.search(body):
                    found.append(f"{path.name}: {function.name} ({name})")
    return found


def test_who_looks_for_what_there_can_be_one_of_and_writes_it_does_it_again_or_holds_it() -> None:
    assert _looks_then_writes() == []


class _Rival:
    """Somebody else who does the same between the looking and the writing, as PostgreSQL lets them."""

    def __init__(self, does: Callable[[], object]) -> None:
        self.does = does
        self.state = "waits"

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.state == "waits" and sql.startswith("INSERT"):
            self.state = "wrote"
            raise IntegrityError("UNIQUE constraint failed")
        done = execute(sql, params, many, context)
        if self.state == "wrote" and sql.startswith("ROLLBACK TO"):
            self.state = "done"
            self.does()
        return done


def _permitted(cast: Cast, action: Callable[..., Any], arguments: dict[str, Any], at: datetime) -> _Rival:
    people = [SYSTEM, *(actor for name, actor in cast.everybody().items() if name != "stranger")]
    for by in people:
        rival = _Rival(lambda by=by: action(**arguments, by=by, at=at))
        try:
            with connection.execute_wrapper(rival):
                action(**arguments, by=by, at=at)
        except NotAllowed:
            continue
        except ThroughlineError as error:
            rival.state = f"{type(error).__name__}: {error.sentence.english}"
        return rival
    raise AssertionError("nobody of the cast may do it")


@pytest.mark.parametrize("name", sorted(set(RACED) - NOTHING_WRITTEN))
def test_the_second_of_two_is_told_that_it_is_there(cast: Cast, now: datetime, name: str) -> None:
    rival = _permitted(cast, RACED[name], CALLS[name](cast, now), now)
    if name in TWICE:
        assert rival.state == "done"
    else:
        assert rival.state.partition(":")[0] in (Invalid.__name__, Unready.__name__), rival.state
        assert "contradicts" not in rival.state


def test_what_fails_twice_is_told_without_the_databases_words(cast: Cast, now: datetime) -> None:
    action = RACED["programme.add_organisation"]

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT"):
            raise IntegrityError("QK01011980F")
        return execute(sql, params, many, context)

    by: Actor = SYSTEM
    arguments = CALLS["programme.add_organisation"](cast, now)
    with connection.execute_wrapper(refuse), pytest.raises(Invalid) as told:
        action(**arguments, by=by, at=now)
    assert "contradicts" in str(told.value) and "QK" not in str(told.value) and told.value.__cause__ is None
