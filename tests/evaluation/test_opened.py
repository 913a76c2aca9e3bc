"""What an open freeze answers twice: the same, without asking its engine again."""

from __future__ import annotations

from pathlib import Path

import duckdb

from throughline.evaluation.manifest import Manifest
from throughline.evaluation.opened import KEPT_BYTES, OpenFreeze


def test_the_same_question_is_asked_of_the_engine_once() -> None:
    engine = duckdb.connect()
    engine.execute("CREATE TABLE t AS SELECT range AS n FROM range(3)")
    opened = OpenFreeze(Path("nowhere"), Manifest("", {}), engine)
    few, many = "SELECT n FROM t WHERE n < ?", f"SELECT t.n FROM t, range({KEPT_BYTES})"
    first = opened.ask(few, [2])
    first[0]["n"] = 9  # what was handed out is not what is kept
    n_many = opened.table(many).num_rows
    engine.execute("DROP TABLE t")
    engine.execute("CREATE TABLE t AS SELECT 1 AS n")
    assert opened.ask(few, [2]) == [{"n": 0}, {"n": 1}]
    assert opened.ask(few, [1]) == []  # other values are another question
    assert opened.table(many).num_rows < n_many  # too large to be kept
