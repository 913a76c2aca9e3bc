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

from throughline.evaluation import worked_out
from throughline.evaluation.content import ContentHash
from throughline.evaluation.frames import FRAMES, Frame
from throughline.evaluation.manifest import TableFacts
from throughline.evaluation.raw import RAW
from throughline.rules.approaches import is_on_request, may_use
from throughline.rules.permissions import Permission
from throughline.rules.roles import ROLES
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import Approach, ApproachUse, Step

BATCH = 16_384  # rows handed from the engine to a file at a time, and of a row group
# How near to "yes" a step's value, or an answer, lies: of several, the highest stands.
PLACES = {
    "yes": 8, "open": 7, "no": 6, "declined": 5, "dont_know": 4, "not_asked": 3, "not_recorded": 2, "not_applicable": 1,
}  # fmt: skip
ANSWERS = {"told": 8, "said_no": 6} | {word: place for word, place in PLACES.items() if place < 6}
# Tables in the order in which they rest on each other; `sites` first, and `span` before what looks ahead.
BUILT = (
    "sites", "phases", "components", "provisions", "contacts", "members", "kit_lines", "disclosures", "needs", "actions", "barriers",
    "referral_events", "referrals", "referral_needs", "incidents", "incident_people", "doses", "span", "planned", "outcomes", "survey_answers",
    "approaches", "assessments", "attitude_scores",
    "referral_history", "need_history", "history", "code_history", "site_month", "analyses", "counted_analyses", "sources", "source_topics",
    "participants", "themes", "theme_records", "theme_steps", "theme_outcomes", "theme_coverage", "joint_rows", "joint_outcomes",
)  # fmt: skip
# Tables made in ranges of a number that is never null: its column, and where its highest is found (column, table). It comes
# first in a table's order, but for the windows of two tables. Filters on it must reach every scan: no join, window or
# materialised CTE may hold more than a range, so what is joined by another number is made beforehand, in ranges of that one
# (BETWEEN). What is made whole is small however long a service records: merges, workers, months of sites, the study.
RANGES = {
    **dict.fromkeys(
        ("contacts", "kit_lines", "disclosures", "barriers", "history", "pipes_given"), ("contact_no", "contact_no", "raw_contacts")
    ),
    "members": ("number", "contact_no", "raw_contacts"),  # there are no more codes than contacts
    **dict.fromkeys(("needs", "actions", "need_history"), ("need_no", "need_no", "raw_needs")),
    **dict.fromkeys(
        ("referrals", "referral_needs", "referral_events", "referral_history", "need_ways", "contact_referrals"),
        ("referral_no", "referral_no", "raw_referrals"),
    ),
    "incident_numbers": ("incident_no", "incident_row", "raw_incidents"),
    "incidents": ("incident_no", "incident_no", "incident_numbers"),
    **dict.fromkeys(("incident_people", "doses"), ("person_no", "person_no", "raw_incident_people")),
    **dict.fromkeys(("met_clients", "client_numbers"), ("root_row", "client_row", "raw_clients")),
    **dict.fromkeys(
        ("contact_clients", "met_again", "client_history", "code_history"), ("client_no", "client_no", "client_numbers")
    ),
}  # fmt: skip
# The columns that come before the number in a table's order, and their values, each a pass over the ranges.
WINDOWS = {
    "members": ("unit", "SELECT 'code' UNION SELECT 'contact' ORDER BY 1"),
    "code_history": ("code_window", "SELECT 'all' UNION SELECT phase FROM history ORDER BY 1"),
}
# Where the rows of a range are numbered, the numbers go on from the range before.
NUMBERED = {"client_numbers": "client_no", "incident_numbers": "incident_no"}
CLIENTS = ("root_row", "client_no")  # of these a fifth as many in a range: a client has several contacts
RANGE = 100_000  # numbers in a range
# Queries that several tables need, each after those that it rests on; their rows stay beside the raw files, in the order of
# their ranges, and are deleted with them.
BETWEEN = (
    "client_roots", "met_clients", "client_numbers", "contact_clients", "worker_numbers", "incident_roots", "incident_numbers", "met_again",
    "need_ways", "contact_referrals", "client_history", "pipes_given", "passages",
    "asked_answers",
)  # fmt: skip


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
    folder: Path,
    raw_folder: Path,
    *,
    memory_limit: str,
    tell: Callable[[str, int, int], None],
    in_range: int = RANGE,
) -> dict[str, TableFacts]:
    """Write every table of FRAMES into the folder; returns row counts and content hashes, the same for any `in_range`."""
    temporary = folder / "spill"
    engine = connect(temporary, memory_limit)
    try:
        for raw in RAW:
            _view(engine, raw.name, raw_folder / f"{raw.name}.parquet")
        _register_words(engine)
        built: dict[str, TableFacts] = {}
        for place, name in enumerate(BUILT):
            tell("building", place, len(BUILT))
            for between in rests_on(name):
                if not (raw_folder / between).exists():
                    _write_between(engine, between, raw_folder / between, in_range)
            if name == "site_month":
                _register_months(engine)
            if name == "survey_answers":
                worked_out.register(engine)
            built[name] = _write(engine, FRAMES[name], folder / f"{name}.parquet", in_range)
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
    return {
        pa.string(): "VARCHAR",
        pa.int64(): "BIGINT",
        pa.date32(): "DATE",
        pa.bool_(): "BOOLEAN",
        pa.float64(): "DOUBLE",
    }[kind]


def rests_on(name: str) -> list[str]:
    """Which of BETWEEN a query needs, directly or through another, in the order in which they are made."""
    words = set(re.findall(r"\w+", sql_of(name))) & set(BETWEEN) - {name}
    found = words.union(*(rests_on(word) for word in words))
    return [between for between in BETWEEN if between in found]


def _view(engine: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    engine.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet('{_quoted(path)}')")  # noqa: S608


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _write_between(engine: duckdb.DuckDBPyConnection, name: str, parts: Path, in_range: int) -> None:
    """A folder of files, one a range: so that they are written one after the other, and read as one table."""
    parts.mkdir()
    before = 0
    for place, (where, start, until) in enumerate(_ranges(engine, name, in_range)):
        path = parts / f"{place:06}.parquet"
        numbered = {"start": start, "until": until, "before": before} if name in NUMBERED else {}
        query = sql_of(name) if numbered else f"SELECT * FROM ({sql_of(name)}) AS made {where}"  # noqa: S608
        copy = (
            f"COPY ({query}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {BATCH})"
        )
        engine.execute(copy, numbered)
        if numbered:
            highest = f"SELECT COALESCE(MAX({NUMBERED[name]}), {before}) FROM '{_quoted(path)}'"  # noqa: S608
            before = engine.execute(highest).fetchall()[0][0]
    _view(engine, name, parts / "*.parquet")


def _write(engine: duckdb.DuckDBPyConnection, frame: Frame, path: Path, in_range: int) -> TableFacts:
    columns = ", ".join(f"CAST({f.name} AS {duck_type(f.type)}) AS {f.name}" for f in frame.schema)
    order = ", ".join(f"{name} NULLS FIRST" for name in frame.order)
    content = ContentHash(frame.schema)
    with pq.ParquetWriter(path, frame.schema, compression="zstd") as writer:
        for where, _, _ in _ranges(engine, frame.name, in_range):
            query = f"SELECT {columns} FROM ({sql_of(frame.name)}) AS made {where} ORDER BY {order}"  # noqa: S608
            for batch in engine.sql(query).to_arrow_reader(BATCH):
                typed = batch.cast(frame.schema)
                content.add(typed)
                writer.write_batch(typed)
    return TableFacts(content.rows, content.hexdigest())


def _ranges(engine: duckdb.DuckDBPyConnection, table: str, in_range: int) -> Iterator[tuple[str, int, int]]:
    """The WHERE of each part of a table, in order, with its bounds; one empty one for a table that is made whole."""
    if table not in RANGES:
        yield "", 0, 0
        return
    number, column, holder = RANGES[table]
    highest = engine.execute(f"SELECT COALESCE(MAX({column}), 0) FROM {holder}").fetchall()[0][0]  # noqa: S608
    size = max(in_range // 5, 1) if number in CLIENTS else in_range
    windows = [""]
    if table in WINDOWS:
        of, values = WINDOWS[table]
        windows = [f"{of} = '{value}' AND " for (value,) in engine.execute(values).fetchall()]
    for window in windows:
        for start in range(0, highest + 1, size):
            until = start + size
            yield f"WHERE {window}{number} >= {start} AND {number} < {until}", start, until


def _register_words(engine: duckdb.DuckDBPyConnection) -> None:
    """Small tables that the SQL joins: values and answers by place, roles that record, approaches that count, readable names of sites."""
    recording = [
        role.value for role, meant in ROLES.items() if Permission.RECORD_CONTACT in meant.permissions
    ]
    engine.register("step_values", pa.table({"value": list(PLACES), "place": list(PLACES.values())}))
    engine.register("answer_places", pa.table({"answer": list(ANSWERS), "place": list(ANSWERS.values())}))
    engine.register("step_names", pa.table({"step": [step.value for step in Step]}))
    engine.register("recording_roles", pa.table({"role": sorted(recording)}))
    counting = [one.value for one in Approach if may_use(one, ApproachUse.COUNTS)]
    on_request = [is_on_request(one, ApproachUse.COUNTS) for one in counting]
    engine.register("counting_approaches", pa.table({"approach": counting, "is_on_request": on_request}))
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
