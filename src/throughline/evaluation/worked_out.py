"""Answers that outcomes work out of several questions, as rows beside what people answered: of a freeze, before its tables.

An outcome whose measure is an expression (rules/expressions.py) has a row for each respondent of a wave who has a row of any of
its questions; the measure's own text stands where others have a question's code. Of a question without a row a respondent's
answer is not recorded. Where nobody who had the same form at a site was asked one of its questions in a phase, the value of all of
these is not asked: a yes that another question decides alone would stand without the noes beside it. Where a question of it was
asked of nobody at all there are no rows, and the questions of a freeze say which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any

import duckdb
import pyarrow as pa

from throughline.rules.expressions import Expression, is_code, read_expression
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing

AT_ONCE = 10_000  # rows held at a time
SCHEMA = pa.schema(
    [
        ("site_id", pa.string()), ("phase", pa.string()), ("answered_on", pa.date32()), ("respondent", pa.int64()),
        ("question", pa.string()), ("value", pa.float64()), ("value_nothing", pa.string()),
    ]
)  # fmt: skip
Row = tuple[str, str, date, int, str, float | None, str | None]


def register(engine: duckdb.DuckDBPyConnection, name: str = "worked_out_answers") -> None:
    """Make the table of a freeze's answers (asked_answers) and raw outcomes known under this name; empty where no outcome works anything out."""
    measures = engine.execute(
        "SELECT DISTINCT measure FROM raw_outcomes WHERE source = 'survey' ORDER BY measure"
    ).fetchall()
    asked = {code for (code,) in engine.execute("SELECT DISTINCT question FROM raw_answers").fetchall()}
    expressions = [one for one in _read(measure for (measure,) in measures) if one.names <= asked]
    parts = [_part(rows) for one in expressions for rows in _batches(engine, one)]
    engine.register(name, pa.Table.from_batches(parts, schema=SCHEMA))


def _read(measures: Iterable[str]) -> Iterator[Expression]:
    for measure in measures:
        if not is_code(measure):
            try:
                yield read_expression(measure)
            except Invalid:
                continue  # of before expressions were read; the outcome's own question says that nobody was asked it


def _batches(engine: duckdb.DuckDBPyConnection, expression: Expression) -> Iterator[list[Row]]:
    found = engine.cursor().execute(
        "SELECT site_id, phase, respondent, form_id, answered_on, question, thousandths, value_nothing FROM asked_answers"
        " WHERE question IN (SELECT UNNEST(?)) ORDER BY site_id, phase, respondent, form_id, question",
        [sorted(expression.names)],
    )
    asked: dict[tuple[str, str, str | None], set[str]] = defaultdict(set)
    for site, phase, form, question in engine.execute(
        "SELECT DISTINCT site_id, phase, form_id, question FROM raw_answers"
    ).fetchall():
        asked[site, phase, form].add(question)
    made: list[Row] = []
    for (site, phase, respondent), rows in groupby(_fetched(found), key=lambda row: row[:3]):
        held = list(rows)
        had = set[str]().union(*(asked[site, phase, row[3]] for row in held))
        value = (
            expression.of({row[5]: _value(row[6], row[7]) for row in held})
            if expression.names <= had
            else Nothing.NOT_ASKED
        )
        told = _told(value)
        made.append((site, phase, max(row[4] for row in held), respondent, expression.text, *told))
        if len(made) == AT_ONCE:
            yield made
            made = []
    yield made


def _fetched(found: duckdb.DuckDBPyConnection) -> Iterator[Sequence[Any]]:
    while rows := found.fetchmany(AT_ONCE):
        yield from rows


def _value(thousandths: int | None, nothing: str | None) -> Fraction | Nothing:
    return (
        Fraction(thousandths, 1000) if thousandths is not None else Nothing(nothing or Nothing.NOT_RECORDED)
    )


def _told(value: Fraction | Nothing) -> tuple[float | None, str | None]:
    """The number nearest to it that a column holds. One beyond all of these (above 1e308) is not applicable, as if divided by 0."""
    try:
        return (None, value.value) if isinstance(value, Nothing) else (float(value), None)
    except OverflowError:
        return None, Nothing.NOT_APPLICABLE.value


def _part(rows: Sequence[Row]) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )
