"""Every action has a door: somebody can do it on a page, or with a command.

What only the example, the tests or the API call is not done by anybody at a desk. Names are followed from the pages and
commands downwards, through the floors between, and through what an action with a door calls.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import throughline
from tests.repository.actions_found import every_action

ROOT = Path(throughline.__file__).parent
DOORS = ("web", "cli")
BETWEEN = ("exchange", "evaluation", "reporting", "records")

# Actions that nobody does at a desk, and why.
NO_DOOR: dict[str, str] = {
    "engagement.note_answers_opened": "the recorder opens a questionnaire again over the API; no page shows its answers",
    "referral.make_referrals": "the example makes thousands at once; people make one referral at a time",
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported_by(path: Path) -> tuple[tuple[str, str, str], ...]:
    """(module, name, what it is called here) of every import of our own, wherever it stands."""
    return tuple(
        (node.module, one.name, one.asname or one.name)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("throughline.")
        for one in node.names
        if node.module
    )


def _is_of_actions(module: str) -> bool:
    parts = module.split(".")
    return parts[:2] == ["throughline", "records"] and "actions" in parts[3:4]


def _path_of(module: str) -> Path | None:
    base = ROOT.parent.joinpath(*module.split("."))
    return next((one for one in (base.with_suffix(".py"), base / "__init__.py") if one.exists()), None)


def reached() -> set[Path]:
    """The modules of pages and commands, and those of the floors between that they lead to; not actions themselves."""
    todo = [path for floor in DOORS for path in (ROOT / floor).rglob("*.py")]
    found: set[Path] = set()
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found.add(path)
        for module, name, _ in imported_by(path):
            if module.split(".")[1] in BETWEEN and not _is_of_actions(module):
                todo += [one for one in (_path_of(module), _path_of(f"{module}.{name}")) if one]
    return {path for path in found if not (path.stem == "actions" or path.parent.name == "actions")}


@cache
def _known(path: Path) -> dict[str, Any]:
    """What the names of a module stand for, among those that it takes from actions."""
    found: dict[str, Any] = {}
    for module, name, called in imported_by(path):
        if _is_of_actions(module):
            found[called] = getattr(importlib.import_module(module), name, None)
        elif name == "actions":
            found[called] = importlib.import_module(f"{module}.actions")
    return found


def _named(known: dict[str, Any], node: ast.AST) -> Iterator[Any]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield known.get(one.id)
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            yield getattr(known.get(one.value.id), one.attr, None)


def _functions(things: Iterable[Any]) -> set[FunctionType]:
    return {one for one in things if inspect.isfunction(one) and _is_of_actions(one.__module__)}


def _called_by(function: Callable[..., Any]) -> set[FunctionType]:
    """Functions among the actions, their helpers too, that one of them names."""
    bare: Any = inspect.unwrap(function)
    source = ast.parse(textwrap.dedent(inspect.getsource(bare)))
    return _functions(_named(bare.__globals__, source))


def with_a_door() -> set[str]:
    """The actions that pages and commands lead to."""
    found: set[FunctionType] = set()
    todo = [one for path in reached() for one in _functions(_named(_known(path), tree_of(path)))]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += _called_by(one)
    return {name for name, action in every_action().items() if action in found}


def test_every_action_has_a_door() -> None:
    assert set(every_action()) - with_a_door() == set(NO_DOOR)
