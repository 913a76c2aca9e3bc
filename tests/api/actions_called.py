"""What pages and the API call that does something, whatever names who acts and when (`by` and `at`); and what they read by."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.repository.actions_found import every_action

SRC = Path(__file__).resolve().parents[2] / "src" / "throughline"
WORK = "throughline.work"
QUERY = re.compile(r"throughline\.records\.\w+\.queries(\.|$)")
ABOVE = ("throughline.web.", "throughline.api.", "throughline.cli.")


@cache
def called_from(folder: str) -> dict[str, set[str]]:
    """`module.function`, without `throughline.`, of what acts and is named in a folder -> the files that name it.

    What long work does counts for whoever asks for it.
    """
    found: dict[str, set[str]] = {}
    asked: dict[str, set[str]] = {}  # module of long work -> the files that ask for it
    for path in sorted((SRC / folder).rglob("*.py")):
        file = str(path.relative_to(SRC))
        for module, name in _named_in(path):
            if where := _acting(module, name):
                found.setdefault(where, set()).add(file)
            work = f"{module}.{name}" if module == WORK else module
            if work.startswith(f"{WORK}.") and _file_of(work).exists():  # not a class of one
                asked.setdefault(work, set()).add(file)
    for work, files in asked.items():
        for module, name in _named_in(_file_of(work)):
            if where := _acting(module, name):
                found.setdefault(where, set()).update(files)
    return found


@cache
def queries_called_from(folder: str) -> dict[str, set[str]]:
    """`app.queries...function` that is named in a folder, or in what waits for somebody (work/) -> the files that name it."""
    found: dict[str, set[str]] = {}
    shared = [SRC / "work" / f"{name}.py" for name in ("waiting", "shelves")]
    for path in [*sorted((SRC / folder).rglob("*.py")), *shared]:
        for module, name in _named_in(path):
            thing = getattr(_module(module), name, None)
            if inspect.isfunction(thing) and QUERY.match(thing.__module__):
                where = _where(thing).removeprefix("records.")
                found.setdefault(where, set()).add(str(path.relative_to(SRC)))
    return found


def every_public_action() -> set[str]:
    """Every action under records, by where it is defined."""
    return {_where(action) for action in every_action().values()}


def _file_of(module: str) -> Path:
    return SRC / f"{module.removeprefix('throughline.').replace('.', '/')}.py"


def _named_in(path: Path) -> Iterator[tuple[str, str]]:
    yield from _names_of(ast.parse(path.read_text(encoding="utf-8")))


def _names_of(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """What is imported from our own modules by name, and what is taken from an imported module by a dot."""
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("throughline."):
            for alias in node.names:
                yield str(node.module), alias.name
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield modules[node.value.id], node.attr


def _acting(module: str, name: str) -> str | None:
    thing = getattr(_module(module), name, None)
    if not inspect.isfunction(thing) or thing.__module__.startswith(ABOVE):
        return None
    return _where(thing) if {"by", "at"} <= set(inspect.signature(thing).parameters) else None


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:  # a class or a value of a module, not a module
        return None


def _where(thing: Callable[..., Any]) -> str:
    return f"{thing.__module__}.{thing.__name__}".removeprefix("throughline.")
