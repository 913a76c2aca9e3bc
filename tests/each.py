"""One test of many things that are alike, where to count a test, begin it and tell of it takes longer than the look itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

import pytest


def of_each(
    argument: str, things: Iterable[str] | Mapping[str, Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A test that takes one thing becomes one of them all, which tries each and tells what is wrong with which."""
    named = things if isinstance(things, Mapping) else {name: name for name in things}

    def whole(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def every(**fixtures: Any) -> None:
            wrong: dict[str, BaseException] = {}
            for name, thing in named.items():
                try:
                    test(**{argument: thing}, **fixtures)
                except (Exception, pytest.fail.Exception) as error:
                    wrong[name] = error
            assert named, "nothing to look at"
            if wrong:
                told = [f"[{name}] {type(what).__name__}: {what}" for name, what in wrong.items()]
                raise AssertionError("\n".join(told)) from next(iter(wrong.values()))

        given = inspect.signature(test)
        kept = [one for name, one in given.parameters.items() if name != argument]
        assert len(kept) < len(given.parameters), f"takes no {argument}"
        every.__signature__ = given.replace(parameters=kept)  # type: ignore[attr-defined]
        return every

    return whole
