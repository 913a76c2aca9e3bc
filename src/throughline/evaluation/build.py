"""From raw Parquet files to the tables of a freeze: plain SQL (sql/*.sql), run by DuckDB within a memory limit.

Each table is sorted by its key, checked against its schema, hashed and written in one pass over batches. Tables that grow
with the contacts are made in ranges of their key, one after the other, so that what the engine sorts and joins at a time
does not grow with them; the rows, their order and so their hash are those of one query. DuckDB spills to the freeze's own
folder when the limit is reached.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from throughline.evaluation.content import ContentHash
from throughline.evaluation.frames import FRAMES, Frame
from throughline.evaluation.manifest import TableFacts
from throughline.evaluation.raw import RAW
from throughline.rules.permissions import Permission
from throughline.rules.roles import ROLES
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import Step

BATCH = 16_384  # rows handed from the engine to a file at a time, and of a row group
# How near to "yes" a step's value, or an answer, lies: of several, the highest stands.
PLACES = {
    "yes": 8, "open": 7, "no": 6, "declined": 5, "dont_know": 4, "not_asked": 3, "not_recorded": 2, "not_applicable": 1,
}  # fmt: skip
ANSWERS = {"told": 8, "said_no": 6} | {word: place for word, place in PLACES.items() if place < 6}
# Tables in the order in which they rest on each other; `sites` first, and `span` before what looks ahead.
BUILT = (
    "sites", "phases", "contacts", "members", "kit_lines", "disclosures", "needs", "actions", "barriers", "referrals",
    "referral_needs", "referral_events", "incidents", "incident_people", "doses", "span", "outcomes", "survey_answers",
    "referral_history", "need_history", "history", "code_history", "site_month", "analyses", "sources", "source_topics",
    "participants", "themes", "theme_steps", "theme_coverage", "joint_rows",
)  # fmt: skip
# Tables made in ranges: the number that comes first in their order (after the window, in code_history) and is never null,
# what holds its highest, how many at a time. A client has several contacts, so fewer of them. Filters on the number must reach the scans (no materialised CTE).
RANGES = {
    "contacts": ("contact_no", "raw_contacts", 200_000), "disclosures": ("contact_no", "raw_contacts", 200_000),
    "needs": ("need_no", "raw_needs", 200_000), "actions": ("need_no", "raw_needs", 200_000),
    "need_history": ("need_no", "raw_needs", 100_000), "history": ("contact_no", "raw_contacts", 200_000),
    "code_history": ("client_no", "client_numbers", 80_000),
}  # fmt: skip
# Queries that several tables need; they stay beside the raw files and are deleted with them.
BETWEEN = ("client_numbers", "worker_numbers", "incident_numbers", "passages")


def connect(temporary: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """DuckDB that loads nothing from anywhere and keeps to its memory."""
    return duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(temporary),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "threads": 2,
        }
    )


def build_tables(
    folder: Path, raw_folder: Path, *, memory_limit: str, tell: Callable[[str, int, int], None]
) -> dict[str, TableFacts]:
    """Write every table of FRAMES into the folder; returns row counts and content hashes."""
    temporary = folder / "spill"
    engine = connect(temporary, memory_limit)
    try:
        for raw in RAW:
            _view(engine, raw.name, raw_folder / f"{raw.name}.parquet")
        _register_words(engine)
        built: dict[str, TableFacts] = {}
        for place, name in enumerate(BUILT):
            tell("building", place, len(BUILT))
            for between in BETWEEN:
                if _needs(name, between) and not (raw_folder / f"{between}.parquet").exists():
                    _write_between(engine, between, raw_folder)
            if name == "site_month":
                _register_months(engine)
            built[name] = _write(engine, FRAMES[name], folder / f"{name}.parquet")
            _view(engine, name, folder / f"{name}.parquet")
        return built
    finally:
        engine.close()
        shutil.rmtree(temporary, ignore_errors=True)


def sql_of(name: str) -> str:
    """The text of sql/<name>.sql."""
    return (files("throughline.evaluation") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def duck_type(kind: pa.DataType) -> str:
    """The SQL type of a column."""
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    return {pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.date32(): "DATE", pa.bool_(): "BOOLEAN"}[kind]


def _needs(table: str, between: str) -> bool:
    return re.search(rf"\b{between}\b", sql_of(table)) is not None


def _view(engine: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    engine.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{_quoted(path)}')")  # noqa: S608


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _write_between(engine: duckdb.DuckDBPyConnection, name: str, raw_folder: Path) -> None:
    path = raw_folder / f"{name}.parquet"
    engine.execute(f"COPY ({sql_of(name)}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd)")
    _view(engine, name, path)


def _write(engine: duckdb.DuckDBPyConnection, frame: Frame, path: Path) -> TableFacts:
    columns = ", ".join(f"CAST({f.name} AS {duck_type(f.type)}) AS {f.name}" for f in frame.schema)
    order = ", ".join(f"{name} NULLS FIRST" for name in frame.order)
    content = ContentHash(frame.schema)
    with pq.ParquetWriter(path, frame.schema, compression="zstd") as writer:
        for where in _ranges(engine, frame.name):
            query = f"SELECT {columns} FROM ({sql_of(frame.name)}) AS made {where} ORDER BY {order}"  # noqa: S608
            for batch in engine.sql(query).to_arrow_reader(BATCH):
                typed = batch.cast(frame.schema)
                content.add(typed)
                writer.write_batch(typed)
    return TableFacts(content.rows, content.hexdigest())


def _ranges(engine: duckdb.DuckDBPyConnection, table: str) -> Iterator[str]:
    """The WHERE of each part of a table, in order; one empty one for a table that is made whole."""
    if table not in RANGES:
        yield ""
        return
    number, holder, size = RANGES[table]
    highest = engine.execute(f"SELECT COALESCE(MAX({number}), 0) FROM {holder}").fetchall()[0][0]  # noqa: S608
    windows = [""]
    if table == "code_history":
        found = engine.execute("SELECT 'all' UNION SELECT phase FROM history ORDER BY 1").fetchall()
        windows = [f"code_window = '{window}' AND " for (window,) in found]
    for window in windows:
        for start in range(0, highest + 1, size):
            yield f"WHERE {window}{number} >= {start} AND {number} < {start + size}"


def _register_words(engine: duckdb.DuckDBPyConnection) -> None:
    """Small tables that the SQL joins: values and answers by place, roles that record, readable names of sites."""
    recording = [
        role.value for role, meant in ROLES.items() if Permission.RECORD_CONTACT in meant.permissions
    ]
    engine.register("step_values", pa.table({"value": list(PLACES), "place": list(PLACES.values())}))
    engine.register("answer_places", pa.table({"answer": list(ANSWERS), "place": list(ANSWERS.values())}))
    engine.register("step_names", pa.table({"step": [step.value for step in Step]}))
    engine.register("recording_roles", pa.table({"role": sorted(recording)}))
    sites = engine.execute("SELECT id, name FROM raw_sites ORDER BY name, id").fetchall()
    engine.register(
        "site_names",
        pa.table(
            {
                "id": pa.array([s[0] for s in sites], pa.string()),
                "site": pa.array(site_slugs([s[1] for s in sites]), pa.string()),
            }
        ),
    )


def site_slugs(names: list[str]) -> list[str]:
    """A readable, unique word for each site, from its name: `mill-street`, and `mill-street-2` where two come out alike."""
    slugs: list[str] = []
    for name in names:
        word = re.sub(r"[^\w]+", "-", name.lower(), flags=re.ASCII).strip("-_") or "site"
        slug, number = word, 1
        while slug in slugs:
            number += 1
            slug = f"{word}-{number}"
        slugs.append(slug)
    return slugs


def _register_months(engine: duckdb.DuckDBPyConnection) -> None:
    """Every month from the first that anything is said of to the last."""
    first, last = engine.execute(sql_of("months")).fetchall()[0]
    rows: list[tuple[str, date, date]] = []
    month = Month.of(first) if first else None
    while month is not None and month <= Month.of(last):
        rows.append((str(month), month.first(), month.next().first() - timedelta(days=1)))
        month = month.next()
    engine.register("months", pa.table({
        "month": pa.array([r[0] for r in rows], pa.string()),
        "month_on": pa.array([r[1] for r in rows], pa.date32()),
        "last_on": pa.array([r[2] for r in rows], pa.date32()),
    }))  # fmt: skip
