"""The child process of a freeze: `python -m throughline.evaluation.extract`, with a job as JSON on its standard input.

It reads one snapshot of the database into raw Parquet files, batch by batch, builds the freeze's tables from them and
deletes the raw ones. Progress leaves as JSON lines on standard output. It runs apart from the server for two reasons:
no SQLite library but Django's own may touch the live file's process, and its memory is given back. When its parent
goes, standard input closes and it stops.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from throughline.evaluation.build import RANGE, build_tables
from throughline.evaluation.days import LocalDays
from throughline.evaluation.dialect import Cursor, cursors, select
from throughline.evaluation.manifest import write_manifest
from throughline.evaluation.raw import ARROW, RAW, As, Raw
from throughline.evaluation.room import is_full

BATCH = 20_000  # rows held in memory at a time
Tell = Callable[[str, int, int], None]


def extract(job: Mapping[str, Any], tell: Tell, *, in_range: int = RANGE) -> None:
    """Make all files of a freeze in `job["folder"]`; `tell(stage, done, total)` says how far it is.

    `in_range`: how many rows of a kind are joined at a time; it changes the memory that is needed, not what comes out.
    """
    folder = Path(job["folder"])
    raw_folder = folder / "raw"
    raw_folder.mkdir()
    programme, study = UUID(job["programme"]), UUID(job["study"])
    days = LocalDays({})
    ledger_key = bytes.fromhex(job["ledger_key"])
    with cursors(job["source"]) as open_cursor:
        for place, raw in enumerate(RAW):
            tell("reading", place, len(RAW))
            cursor = open_cursor()
            cursor.execute(select(raw, job["source"]["kind"], programme=programme, study=study))
            reading = Reading(raw, days, ledger_key)
            for rows in reading.to_file(cursor, raw_folder / f"{raw.name}.parquet"):
                tell(f"reading {raw.name.removeprefix('raw_')}: {rows}", place, len(RAW))
            cursor.close()
            if raw.name == "raw_sites":
                days = _days_of(raw_folder / "raw_sites.parquet")
    tables = build_tables(folder, raw_folder, memory_limit=job["memory_limit"], tell=tell, in_range=in_range)
    shutil.rmtree(raw_folder)
    write_manifest(folder, tables)
    tell("done", 1, 1)


@dataclass(frozen=True)
class Reading:
    """How a raw table's rows become Arrow columns."""

    raw: Raw
    days: LocalDays
    ledger_key: bytes

    def to_file(self, cursor: Cursor, path: Path) -> Iterator[int]:
        """Stream a query's rows into a Parquet file; memory holds one batch. Yields how many there are so far."""
        count = 0
        schema = self.raw.schema()
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            while rows := cursor.fetchmany(BATCH):
                columns = self.columns(rows)
                if self.raw.number:
                    columns.insert(0, pa.array(range(count + 1, count + 1 + len(rows)), pa.int64()))
                writer.write_batch(pa.record_batch(columns, schema=schema))
                count += len(rows)
                yield count

    def columns(self, rows: Sequence[Sequence[Any]]) -> list[pa.Array]:
        arrays: list[pa.Array] = []
        before: Sequence[Any] = ()
        kinds = (how for _, how in self.raw.columns.values())
        for how, values in zip(kinds, zip(*rows, strict=True), strict=True):
            arrays.append(self._column(how, values, before))
            before = values
        return arrays

    def _column(self, how: As, values: Sequence[Any], before: Sequence[Any]) -> pa.Array:
        if how is As.DAY:
            return pa.array(values, pa.string()).cast(pa.date32())
        if how is As.LOCAL_DAY:
            return pa.array(self.days.days(before, values), pa.date32())
        if how is As.JSON:
            return pa.array([_words(value) for value in values], pa.string())
        if how is As.MEMBER:
            return pa.array([member_of(value, self.ledger_key) for value in values], pa.int64())
        return pa.array(values, ARROW[how])


def member_of(record_id: str, ledger_key: bytes) -> int:
    """A record's 64-bit number under the ledger's key (BLAKE2b): it tells nothing without the key."""
    digest = hashlib.blake2b(bytes.fromhex(record_id), digest_size=8, key=ledger_key).digest()
    return int.from_bytes(digest, "big", signed=True)


def _words(text: str | None) -> str:
    """JSON as both databases give it, in one form."""
    value = json.loads(text) if text else []
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return ",".join(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _days_of(path: Path) -> LocalDays:
    """Sites' zones; what happened at no site (incidents) is dated in the zone that most sites have."""
    with pq.ParquetFile(path) as file:
        sites = file.read(columns=["id", "time_zone"]).to_pylist()
    zones = {site["id"]: site["time_zone"] for site in sites}
    counted = Counter(zones.values())
    most = min(counted, key=lambda zone: (-counted[zone], zone), default="UTC")
    return LocalDays(zones, most)


def _stop_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(70)


def _tell(stage: str, done: int, total: int) -> None:
    sys.stdout.write(json.dumps({"stage": stage, "done": done, "total": total}) + "\n")
    sys.stdout.flush()


def _keep_private(folder: str) -> None:
    """What is written, and what SQLite spills when it sorts, is this user's alone and goes with the freeze's folder."""
    os.umask(0o077)
    os.environ["SQLITE_TMPDIR"] = folder


class _WithoutPandas(MetaPathFinder):
    """Arrow imports pandas with its first array, to tell pandas' columns from others. Here are none, and importing it
    takes longer than a small freeze."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main() -> int:
    sys.meta_path.insert(0, _WithoutPandas())
    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    _keep_private(job["folder"])
    try:
        extract(job, _tell)
    except Exception as error:  # whatever it is, it must not reach the log with a row's values in its text
        _tell("no space" if is_full(error) else f"failed: {type(error).__name__}", 0, 0)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the watching thread still waits for standard input
