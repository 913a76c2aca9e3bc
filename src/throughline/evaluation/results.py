"""Answers as JSON, for pages and reports: frozen dataclasses in, plain values out.

A sentence stays as `kept` has it, so that the pages can translate it; a kind of nothing is its word; groups are lists.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.periods import Month

FOLDER = "results"


def to_plain(value: Any) -> Any:
    """Only what JSON knows. Raises TypeError for anything that no answer holds, ValueError for a number that is none."""
    if value is None or type(value) in (bool, int, str):  # most of an answer
        return value
    if type(value) is float:
        return _finite(value)
    if isinstance(value, Sentence):
        return value.kept()
    if isinstance(value, Month):
        return str(value)
    kind: Any = type(value)
    if (names := _names(kind)) is not None:
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {_key(name): to_plain(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, (int, str)):
        return value
    raise TypeError(f"an answer holds a {type(value).__name__}")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("an answer holds a number that is none")
    return value


@functools.cache
def _names(kind: type) -> tuple[str, ...] | None:
    """Of a dataclass, its fields; an answer has thousands of objects, of few classes."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def _key(name: Any) -> str:
    return (
        " / ".join(name) if isinstance(name, tuple) else str(name.value if isinstance(name, Enum) else name)
    )


def write_result(folder: Path, name: str, answer: Any) -> Path:
    """Write `<folder>/results/<name>.json`, whole or not at all."""
    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    path = place / f"{name}.json"
    beside = place / f".{name}.json"
    # Indented, it would be written by the slower of Python's two encoders.
    beside.write_text(
        json.dumps(to_plain(answer), ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )
    beside.replace(path)
    return path


def read_result(folder: Path, name: str) -> Any:
    """A result as plain values. Raises NotFound where the freeze was not evaluated."""
    try:
        return json.loads((folder / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(Sentence("This freeze has not been evaluated yet.")) from error
