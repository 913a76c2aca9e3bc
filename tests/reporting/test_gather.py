"""What a report asks the doors for, and what its readers are told where a door refuses."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.reporting.made import AT
from throughline.evaluation.doors import TableSpec
from throughline.evaluation.results import to_plain
from throughline.evaluation.words import NOTHING_TO_LEAVE
from throughline.methods.differencing import NOBODY, TooClose
from throughline.methods.suppression import LT5, ProtectedTable, Why, protect
from throughline.methods.table import crossed
from throughline.reporting import baseline_left
from throughline.reporting.passing import TOO_CLOSE, Passing
from throughline.reporting.tables import BEFORE_NOTE
from throughline.vocabulary.errors import Sentence, Unready

PAIR = TooClose("arm intervention / entered dont_know", "arm intervention / accepted dont_know", 2).sentence
FEW = TooClose("arm intervention / entered dont_know", NOBODY, 3).sentence
OPEN = Sentence("%(cell)s could be worked out even with every cell hidden.", cell="intervention / dont_know")


@pytest.mark.parametrize("refusal", [PAIR, FEW, OPEN])
def test_a_refusal_names_no_cell_to_readers(refusal: Sentence) -> None:
    passing = Passing(None, LT5, "The reader", None, AT)  # type: ignore[arg-type]  # nothing is asked of a freeze here
    passing.refuse("tables", "codes by arm: entered", Unready(refusal))
    assert [one.why for one in passing.refused] == [TOO_CLOSE]
    assert [one.refusal for one in passing.lines] == [str(TOO_CLOSE)]
    assert "dont_know" not in str(passing.refused) + str(passing.lines)


def test_a_refusal_that_names_no_cell_is_told_as_it_is() -> None:
    passing = Passing(None, LT5, "The reader", None, AT)  # type: ignore[arg-type]  # nothing is asked of a freeze here
    passing.refuse("words", "quotes: a theme", Unready(NOTHING_TO_LEAVE))
    assert [one.why for one in passing.refused] == [NOTHING_TO_LEAVE]


def _hidden_for_before() -> ProtectedTable:
    """Of 40 and 30, the 30 stays hidden for the sake of what left before."""
    whole = protect(crossed(("arm", "answered"), {("intervention", "value"): 40, ("comparison", "value"): 30}, margins=()), LT5)  # fmt: skip
    key = ("comparison", "value")
    return replace(whole, cells={**whole.cells, key: replace(whole.cells[key], count=None, why=Why.BEFORE)})


@pytest.mark.parametrize("is_for_before", [True, False])
def test_what_is_hidden_for_the_sake_of_what_left_before_is_said_of_any_table(
    is_for_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for a report, whichever table it is; and with the answer of a question that leaves by itself."""
    shown = protect(crossed(("arm",), {("intervention",): 40}, margins=()), LT5)
    tables = [shown, _hidden_for_before() if is_for_before else shown]
    line = SimpleNamespace(door="tables", what="a table", content_hash="", refusal="")
    left = [SimpleNamespace(table=table, release=line) for table in tables]
    door: Any = SimpleNamespace(release=lambda _: iter(left))
    passing = Passing(None, LT5, "The reader", None, AT, door=door)  # type: ignore[arg-type]  # nothing is asked of a freeze here
    list(passing.tables([TableSpec("one", "contact", ("arm",))] * 2))
    assert passing.for_before == ((BEFORE_NOTE,) if is_for_before else ())
    variable = {"name": "age", "column": "age", "unit": "respondent", "kind": "number"}
    row = {"variable": variable, "row": {"name": "age", "kind": "number"}}
    answer = {"question": "baseline/1", "rows": [row]}
    monkeypatch.setattr(baseline_left, "result_told", lambda *_: answer)
    monkeypatch.setattr(baseline_left, "release_tables", lambda **_: iter(left[1:]))
    monkeypatch.setattr(baseline_left, "rows_left", lambda *_: ())
    monkeypatch.setattr(baseline_left, "write_answer", lambda *_, **__: None)
    freeze: Any = SimpleNamespace(name="one", content_hash="0")
    told = baseline_left.release_baseline(freeze=freeze, profile=LT5, recipient="x", by=None, at=AT)  # type: ignore[arg-type]  # nobody is asked
    assert told["notes"] == ([to_plain(BEFORE_NOTE)] if is_for_before else [])
