"""A freeze, opened for questions: its hashes are checked and its tables stand as views in a DuckDB of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, time
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from throughline.evaluation.build import connect
from throughline.evaluation.content import ContentHash, hash_of_all
from throughline.evaluation.frames import FRAMES, LATER, schemas_of
from throughline.evaluation.manifest import FILE, Manifest, read_manifest
from throughline.vocabulary.errors import Invalid, Sentence

BATCH = 65_536
KEPT, KEPT_BYTES = 500, 65_536  # answers of an open freeze, and how large each may be: 32 MB at the most
MEMORY_LIMIT = "512MB"
CHECKED_FOR = 300.0  # seconds
SETTLED_FOR = 2.0  # seconds: a file changed later than that may change again without its times telling so

Stamp = tuple[tuple[int, int, int, int], ...]
# Folder -> what its files were like when all of them were read, and when that was (monotonic). Of this process alone.
_checked: dict[Path, tuple[Stamp, float]] = {}


@dataclass(frozen=True)
class OpenFreeze:
    """A freeze whose tables can be asked. `ask` runs SQL with bound values and gives rows as dictionaries.

    What is asked again in the same words is answered as before: a freeze does not change. Only small answers are kept.
    """

    folder: Path
    manifest: Manifest
    engine: duckdb.DuckDBPyConnection
    _answers: dict[tuple[str, str], pa.Table] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    # What is read of it once while it is open: rows of units (`unit_rows`), people of its surveys (`questions.people`).
    held: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def holds(self, table: str) -> bool:
        """False of a table that there was not yet when this freeze was made."""
        return table in self.manifest.tables

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        table = self.table(sql, values)
        rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    def table(self, sql: str, values: Sequence[Any] = ()) -> pa.Table:
        asked = sql, repr(list(values))
        table = self._answers.get(asked)
        if table is None:
            table = self.engine.sql(sql, params=list(values)).to_arrow_table()
            if table.nbytes <= KEPT_BYTES and len(self._answers) < KEPT:
                self._answers[asked] = table
        return table


@contextmanager
def open_freeze(folder: Path, *, expect: str | None = None, is_checked: bool = True) -> Iterator[OpenFreeze]:
    """Open a freeze. `expect` is the hash in the database's line of it.

    Raises Invalid where there is none, where a file is missing or altered, or where it is not the freeze expected.
    The contents are read and compared, unless this process did so within five minutes and no file was touched since.
    `is_checked=False` leaves them unread in any case: for many questions in a row after one check.
    """
    manifest = read_manifest(folder)
    if expect is not None and manifest.content_hash != expect:
        raise _altered(folder, "manifest.json")
    if is_checked:
        _check_once(folder, manifest)
    else:
        check_tables(folder, manifest)
    with TemporaryDirectory(prefix="throughline-") as temporary:
        engine = connect(Path(temporary), MEMORY_LIMIT)
        try:
            for name in manifest.tables:
                path = str(folder / f"{name}.parquet").replace("'", "''")
                engine.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")  # noqa: S608
            engine.execute("SET lock_configuration = true")
            yield OpenFreeze(folder, manifest, engine)
        finally:
            engine.close()


def _check_once(folder: Path, manifest: Manifest) -> None:
    """`check_content`, where it was not done just now. A report opens its freeze a dozen times."""
    check_tables(folder, manifest)
    try:
        stamp = _stamp(folder, manifest)
    except OSError as error:
        raise _altered(folder, Path(error.filename).stem) from error
    seen = _checked.get(folder)
    if seen is not None and seen[0] == stamp and monotonic() - seen[1] < CHECKED_FOR:
        return
    _checked.pop(folder, None)
    check_content(folder, manifest)
    # what is written within a tick of the clock would bear the same times as before
    if time() - max(changed for *_, changed in stamp) / 1e9 > SETTLED_FOR:
        _checked[folder] = (stamp, monotonic())


def _stamp(folder: Path, manifest: Manifest) -> Stamp:
    """Of each file what changes with it: which it is, its size, when it was written, and when anything of it was changed."""
    files = [folder / FILE, *(folder / f"{name}.parquet" for name in manifest.tables)]
    return tuple(
        (told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns) for told in map(Path.stat, files)
    )


def check_content(folder: Path, manifest: Manifest) -> None:
    """Read everything and compare; memory holds one batch. Raises Invalid, naming the table that differs."""
    check_tables(folder, manifest)
    hashes: dict[str, str] = {}
    for name in manifest.tables:
        try:
            content = _hash(folder / f"{name}.parquet", schemas_of(name))
        except (OSError, pa.ArrowException) as error:
            raise _altered(folder, name) from error
        if content != manifest.tables[name].content_hash:
            raise _altered(folder, name)
        hashes[name] = content
    if hash_of_all(hashes) != manifest.content_hash:
        raise _altered(folder, "manifest.json")


def check_tables(folder: Path, manifest: Manifest) -> None:
    """Raises Invalid where a freeze has a table that is none of ours, or lacks one that every freeze has."""
    held = set(manifest.tables)
    if not set(FRAMES) - LATER <= held <= set(FRAMES):
        raise Invalid(
            Sentence("The freeze %(name)s was made by another version; make it again.", name=folder.name)
        )


def _hash(path: Path, schemas: Collection[pa.Schema]) -> str:
    with pq.ParquetFile(path) as file:
        if not any(file.schema_arrow.equals(schema) for schema in schemas):
            raise pa.ArrowInvalid("another schema")
        content = ContentHash(file.schema_arrow)
        for batch in file.iter_batches(BATCH):
            content.add(batch)
    return content.hexdigest()


def _altered(folder: Path, what: str) -> Invalid:
    return Invalid(
        Sentence(
            "The freeze %(name)s is not as it was made: %(what)s differs. Take it from a backup, or freeze again.",
            name=folder.name,
            what=what,
        )
    )


def columns_of(table: str) -> Mapping[str, pa.DataType]:
    """Column -> type of a freeze's table."""
    return {field.name: field.type for field in FRAMES[table].schema}
