"""The hash of a table's content: the same rows in the same order give the same hash, whatever file they lie in.

Parquet files of the same rows differ from run to run and version to version, so bytes of files are not hashed. Each
column is hashed for itself (which rows are null; the values; for text the lengths and the UTF-8 bytes), so that the
result does not depend on how rows came in batches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


class ContentHash:
    """SHA-256 of the rows added, in their order, under a schema."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._parts = [(hashlib.sha256(), hashlib.sha256(), hashlib.sha256()) for _ in schema]
        self.rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Add rows; the batch has the schema."""
        self.rows += batch.num_rows
        for column, (nulls, lengths, values) in zip(batch.columns, self._parts, strict=True):
            nulls.update(np.asarray(column.is_null().cast(pa.uint8())).tobytes())
            if pa.types.is_string(column.type):
                text = column.fill_null("")
                lengths.update(np.asarray(pc.binary_length(text), dtype="<i8").tobytes())
                values.update(_utf8(text))
            else:
                values.update(np.ascontiguousarray(_whole(column), dtype="<i8").tobytes())

    def hexdigest(self) -> str:
        whole = hashlib.sha256()
        for field, parts in zip(self._schema, self._parts, strict=True):
            whole.update(f"{field.name}:{field.type}\n".encode())
            for part in parts:
                whole.update(part.digest())
        return whole.hexdigest()


def hash_of_all(tables: Mapping[str, str]) -> str:
    """One hash over the hashes of all tables, by name."""
    whole = hashlib.sha256()
    for name in sorted(tables):
        whole.update(f"{name} {tables[name]}\n".encode())
    return whole.hexdigest()


def _utf8(text: pa.Array) -> bytes:
    """The bytes of a text column without nulls, straight from its buffers."""
    if len(text) == 0:
        return b""
    offsets = np.frombuffer(text.buffers()[1], dtype="<i4")[text.offset : text.offset + len(text) + 1]
    data = text.buffers()[2]
    return b"" if data is None else memoryview(data)[int(offsets[0]) : int(offsets[-1])].tobytes()


def _whole(column: pa.Array) -> np.ndarray:
    """Numbers, days, truth values and decimals as whole numbers, fractions by their bits; null as 0 (which rows are null is hashed apart)."""
    if pa.types.is_decimal(column.type):
        scaled = [
            0 if value is None else int(value.scaleb(column.type.scale)) for value in column.to_pylist()
        ]
        return np.array(scaled, dtype="<i8")
    if pa.types.is_float64(column.type):
        return np.asarray(column.fill_null(0.0), dtype="<f8").view("<i8")
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    elif pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    return np.asarray(column.fill_null(0))
