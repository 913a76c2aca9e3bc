"""Finding every action: the public functions of the `actions` of each app under records."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any

from throughline import records
from throughline.records.racing import again_if_raced

# Functions that are no actions, and why they stand among them.
NO_ACTIONS: dict[str, str] = {
    "audit.record": "the chain itself: every action writes through it, inside its own transaction",
    "audit.gathered": "how what actions of one transaction tell comes into the chain: it tells nothing itself",
    "clients.pseudonym_of": "reads nothing and writes nothing: turns a code into a pseudonym",
    "study.plan_hash": "reads nothing and writes nothing: the hash of a plan's canonical JSON",
}


def apps() -> list[str]:
    """Every app under records that has actions."""
    names = [m.name for m in pkgutil.iter_modules(records.__path__) if m.ispkg]
    found = []
    for name in names:
        inside = {
            m.name
            for m in pkgutil.iter_modules(importlib.import_module(f"{records.__name__}.{name}").__path__)
        }
        if "actions" in inside:
            found.append(name)
    return found


def module_of(app: str) -> ModuleType:
    return importlib.import_module(f"{records.__name__}.{app}.actions")


def functions_of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Public functions that a module defines or, for a package, offers from inside itself."""
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and inspect.isfunction(thing)
        and thing.__module__.startswith(module.__name__)
    }


def actions_of(app: str) -> dict[str, Callable[..., Any]]:
    return {
        name: action
        for name, action in functions_of(module_of(app)).items()
        if f"{app}.{name}" not in NO_ACTIONS
    }


def every_action() -> dict[str, Callable[..., Any]]:
    """`app.action` -> the function."""
    return {f"{app}.{name}": action for app in apps() for name, action in actions_of(app).items()}


def is_tried_again(action: Callable[..., Any]) -> bool:
    """Whether an action is `again_if_raced`."""
    return action.__code__ is _TRIED_AGAIN.__code__


_TRIED_AGAIN = again_if_raced(lambda: None)


def calls_in(function: Callable[..., Any]) -> set[str]:
    """The dotted names that a function calls, as its source writes them."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def first_statement(function: Callable[..., Any]) -> str:
    """The first line of a function's body after its docstring."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    body = tree.body[0].body  # type: ignore[attr-defined]  # a function definition has one
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return ast.unparse(body[0])
