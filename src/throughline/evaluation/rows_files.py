"""The files of an extract: the rows in three formats, the codebook, and what a recipient reads first.

Every format holds the same rows with the same random ids, in their order. What is not there is never a blank: the CSV has the
word of its kind of nothing, Stata an extended missing value, Parquet none (the codebook says what that means). Where a kind
of nothing stands in a field of its own beside a value, the value's own field says it too, in the CSV and in Stata; the
kind's says `value_given` where there is a value.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

from throughline.evaluation import stata
from throughline.evaluation.codebook import TABLES, TWIN, Asked
from throughline.records.study.models import RowsRequest
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.privacy import Privacy

PARQUET, CSV, STATA = "rows.parquet", "rows.csv", "rows.dta"
CODEBOOK, VALUES, README, MANIFEST = "codebook.csv", "values.csv", "README.txt", "manifest.json"
ALWAYS = (PARQUET, CSV, CODEBOOK, VALUES, README)
ROW_ID, ROW_ID_MEANING = "row_id", "random, made for this extract alone"
NOT_HERE = Nothing.NOT_APPLICABLE.value
GIVEN = "value_given"
_KINDS = frozenset(kind.value for kind in Nothing)
_PACKED_AT = (1980, 1, 1, 0, 0, 0)  # the same files make the same zip


def with_ids(table: pa.Table) -> pa.Table:
    """Rows with random ids, in their order: that of the freeze is gone with its numbers."""
    ids = pa.array([secrets.token_hex(16) for _ in range(table.num_rows)], pa.string())
    return table.add_column(0, ROW_ID, ids).sort_by(ROW_ID)


def write_all(
    table: pa.Table, fields: Sequence[Asked], request: RowsRequest, folder: Path, at: datetime
) -> tuple[str, ...]:
    """Write every file but the manifest; their names."""
    pq.write_table(table, folder / PARQUET, compression="zstd")
    csv.write_csv(as_text(table), folder / CSV)
    names = [*ALWAYS]
    variables = _variables(table, fields)
    if stata.is_here():
        ids = (ROW_ID, ROW_ID_MEANING, table[ROW_ID].to_pylist())
        stata.write(folder / STATA, ids, variables, title=request.what, at=at)
        names.append(STATA)
    csv.write_csv(_codebook(table, fields), folder / CODEBOOK)
    csv.write_csv(_values(variables), folder / VALUES)
    others = {name: sha256(folder / name) for name in sorted(names) if name != README}
    (folder / README).write_text("\n".join(_readme(request, table, others)) + "\n", encoding="utf-8")
    return tuple(sorted(names))


def as_text(table: pa.Table) -> pa.Table:
    """Every value as the CSV has it; never a blank."""
    return pa.table({name: pa.array(_told(table, name), pa.string()) for name in table.column_names})


def read_all(folder: Path, names: Sequence[str]) -> pa.Table:
    """Read each file as a recipient would. Raises Invalid where two of them hold other rows."""
    held = pq.read_table(folder / PARQUET)
    told = as_text(held)
    written = csv.read_csv(
        folder / CSV,
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(held.column_names, pa.string()), strings_can_be_null=False
        ),
    )
    formats = [written]
    if STATA in names and stata.is_here():
        formats.append(pa.table({name: pa.array(words, pa.string()) for name, words in stata.read(folder / STATA, held.schema).items()}))  # fmt: skip
    if any(not one.combine_chunks().equals(told) for one in formats):
        raise Invalid(Sentence("The files of these rows do not hold the same rows. Ask for the rows again."))
    return held


def same_rows(one: pa.Table, other: pa.Table) -> bool:
    """Whether two tables hold the same rows, whatever their order."""
    if one.column_names != other.column_names or one.schema.types != other.schema.types:
        return False
    first, second = (
        as_text(table).sort_by([(name, "ascending") for name in table.column_names]).combine_chunks()
        for table in (one, other)
    )
    return bool(first.equals(second))


def packed(folder: Path, names: Sequence[str]) -> io.BytesIO:
    """One zip of the files and the manifest, the README first; the same files make the same zip."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_STORED) as bundle:
        for name in (README, MANIFEST, *(name for name in sorted(names) if name != README)):
            entry = zipfile.ZipInfo(name, _PACKED_AT)
            entry.external_attr = 0o600 << 16
            bundle.writestr(entry, (folder / name).read_bytes())
    found.seek(0)
    return found


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _nothing(table: pa.Table, name: str) -> list[str | None]:
    """Which kind of nothing each row has in a field; None where it has a value."""
    held = table[name].to_pylist()
    if name.endswith(TWIN):
        return list(held)
    beside = f"{name}{TWIN}"
    instead = table[beside].to_pylist() if beside in table.column_names else [NOT_HERE] * len(held)
    is_word = pa.types.is_string(table.schema.field(name).type) and name != ROW_ID
    return [
        kind if value is None else value if is_word and value in _KINDS else None
        for value, kind in zip(held, instead, strict=True)
    ]


def _told(table: pa.Table, name: str) -> Iterator[str]:
    column = table[name]
    if pa.types.is_boolean(column.type):
        words = [None if value is None else str(value).lower() for value in column.to_pylist()]
    else:
        words = column.cast(pa.string()).to_pylist()
    for word, kind in zip(words, _nothing(table, name), strict=True):
        yield kind or (GIVEN if word is None else word)


def _variables(table: pa.Table, fields: Sequence[Asked]) -> list[stata.Variable]:
    found = []
    for one in fields:
        column, nothing = table[one.name], _nothing(table, one.name)
        if one.name.endswith(TWIN):
            column = column.fill_null(GIVEN)
        found.append(stata.variable(one.name, one.meaning.english, column, nothing))
    return found


def _codebook(table: pa.Table, fields: Sequence[Asked]) -> pa.Table:
    return pa.table(
        {
            "field": [ROW_ID, *(field.name for field in fields)],
            "meaning": [ROW_ID_MEANING, *(field.meaning.english for field in fields)],
            "privacy": [Privacy.PLAIN.value, *(field.label.value for field in fields)],
            "type": [str(column.type) for column in table.schema],
        }
    )


def _values(variables: Sequence[stata.Variable]) -> pa.Table:
    """Of each field: the words that stand in it, their numbers in Stata, and the kinds of nothing."""
    rows = [
        row
        for one in variables
        for row in (
            *((one.name, str(number), word) for number, word in sorted(one.labels.items())),
            *((one.name, letter, word) for word, letter in stata.LETTERS.items()),
        )
    ]
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(("field", "stata", "value"))})  # fmt: skip


def _readme(request: RowsRequest, table: pa.Table, checksums: Mapping[str, str]) -> Iterator[str]:
    yield f"{request.what}"
    yield ""
    yield f"For: {request.recipient}"
    yield f"Under: {request.agreement}"
    yield f"A row is: {TABLES[request.table].row.english} ({request.table} of the freeze {request.freeze.name})"
    yield f"Rows: {table.num_rows}"
    yield f"Smallest group of people over the fields together: {request.smallest_group} (profile {request.profile})"
    if TABLES[request.table].within:
        yield f"It is counted within each {TABLES[request.table].within}, for nobody can tell who stands in two of them."
    yield ""
    yield "The rows stand in each format, the same and in the same order:"
    yield f"  {PARQUET}, {CSV}" + (f", {STATA} (Stata 14 and later)" if STATA in checksums else "")
    yield f"{CODEBOOK} says what each field means, {VALUES} which words stand in it and their numbers in Stata."
    yield ""
    yield f"{ROW_ID} is random and was made for this extract alone: it joins these rows with no other extract."
    yield "Nothing is blank. Five kinds of nothing are kept apart:"
    for word, letter in stata.LETTERS.items():
        yield f"  {word:16}{letter}  in Stata"
    yield f"{NOT_HERE} stands, too, where {PARQUET} has no value: {CODEBOOK} says what that means for the field."
    if STATA not in checksums:
        yield ""
        yield "There is no Stata file: the installation that wrote this extract has no writer for it."
    yield ""
    yield "Do not try to find out who somebody is, and do not pass these files on: the agreement holds for both."
    yield ""
    yield "SHA-256:"
    for name, checksum in checksums.items():
        yield f"  {checksum}  {name}"


def write_manifest(request: RowsRequest, told: Mapping[str, Any], names: Sequence[str], folder: Path) -> str:
    """Counts and checksums of the files; its own hash stands in the ledger."""
    whole = {
        "request": str(request.id), "what": request.what, "table": request.table, "row": TABLES[request.table].row.english,
        "recipient": request.recipient, "agreement": request.agreement, "profile": request.profile,
        "freeze": request.freeze.name, **told,
        "files": {name: sha256(folder / name) for name in names},
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return sha256(folder / MANIFEST)
