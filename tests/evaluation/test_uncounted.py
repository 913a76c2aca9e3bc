"""A reflexive analysis counts nobody: not in a freeze's answers, not in what older ones answered, not on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from throughline.evaluation.counting import uncounted_beside
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import coverage
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import take_counts_away
from throughline.rules.approaches import NOT_ASKED_FOR, NOT_COUNTED
from throughline.vocabulary.study import Approach

# A theme of either analysis; one participant of each spoke, and was coded.
TABLES = {
    "counted_analyses": "SELECT 2 AS analysis_no",
    "analyses": f"""SELECT * FROM (VALUES (1, 'Read', '{Approach.REFLEXIVE}'), (2, 'Coded', '{Approach.CODING_RELIABILITY}'))
        AS t(analysis_no, name, approach)""",
    "themes": """SELECT * FROM (VALUES (1, 1, 'A reason', 'kept'), (2, 2, 'A way', 'kept'))
        AS t(theme_no, analysis_no, name, status)""",
    "theme_steps": "SELECT 1 AS theme_no, 'contact' AS step WHERE false",
    "participants": """SELECT n AS participant_no, n AS analysis_no, 'peer' AS participant_group, 'ash' AS site,
        'intervention' AS arm, 'after' AS phase FROM (VALUES (1), (2)) AS t(n)""",
    "theme_coverage": """SELECT n AS theme_no, n AS participant_no, n AS source_no, true AS was_asked, 2 AS passages
        FROM (VALUES (1), (2)) AS t(n)""",
}


@contextmanager
def opened() -> Iterator[OpenFreeze]:
    with duckdb.connect() as engine:
        for name, rows in TABLES.items():
            engine.execute(f"CREATE VIEW {name} AS {rows}")
        yield OpenFreeze(Path(), Mock(tables=TABLES), engine)


@pytest.fixture
def answer() -> Any:
    with opened() as freeze:
        return to_plain(coverage.ask(freeze))


def test_a_theme_is_counted_where_its_analysis_counts_and_else_says_why(answer: Any) -> None:
    read, coded = answer["themes"]
    assert (read["overall"], read["by"], read["uncounted"]) == (None, {}, to_plain(NOT_COUNTED))
    assert coded["uncounted"] is None and (coded["overall"]["n"], coded["overall"]["of"]) == (1, 1)


def test_what_an_earlier_version_counted_is_not_told(answer: Any) -> None:
    read, coded = answer["themes"]
    before = [
        {k: v for k, v in one.items() if k != "uncounted"} for one in (read | {"overall": {"n": 1}}, coded)
    ]
    take_counts_away(before, {1: NOT_COUNTED})
    assert before == [read, coded]


def test_a_codebook_analysis_is_counted_where_it_asked_and_in_freezes_older_than_the_choice(
    tmp_path: Path,
) -> None:
    rows = [
        {"analysis_no": 1, "approach": Approach.CODEBOOK_TEMPLATE.value},
        {"analysis_no": 2, "approach": Approach.REFLEXIVE.value},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "analyses.parquet")
    assert uncounted_beside(tmp_path) == {2: NOT_COUNTED}  # it counted when there was no choice
    for asked, found in (([], {1: NOT_ASKED_FOR, 2: NOT_COUNTED}), ([1], {2: NOT_COUNTED})):
        counted = pa.table({"analysis_no": pa.array(asked, pa.int64())})
        pq.write_table(counted, tmp_path / "counted_analyses.parquet")
        assert uncounted_beside(tmp_path) == found
