from __future__ import annotations

import inspect

import pytest

from tests.each import of_each


def test_each_is_tried_and_each_that_is_wrong_is_named() -> None:
    tried = []

    @of_each("name", ["rightly", "short", "right too", "broken down"])
    def look(name: str, least: int) -> None:
        tried.append(name)
        assert len(name) >= least, "too short"
        if name == "broken down":
            raise KeyError(name)

    assert list(inspect.signature(look).parameters) == ["least"], "fixtures are asked for as ever"
    with pytest.raises(AssertionError) as told:
        look(least=6)
    assert tried == ["rightly", "short", "right too", "broken down"]
    assert "[short] AssertionError: too short" in str(told.value) and "[broken down] KeyError" in str(
        told.value
    )
    assert "[right too]" not in str(told.value)
    assert "too short" in str(told.value.__cause__), "where the first went wrong is shown"


def test_all_of_nothing_is_not_right() -> None:
    @of_each("name", [])
    def look(name: str) -> None:
        raise AssertionError(name)

    with pytest.raises(AssertionError, match="nothing to look at"):
        look()


def test_a_test_that_takes_no_such_thing_is_refused() -> None:
    with pytest.raises(AssertionError, match="takes no name"):
        of_each("name", ["a"])(lambda: None)
