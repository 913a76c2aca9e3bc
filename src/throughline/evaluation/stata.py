"""Rows as a Stata file: words as labelled numbers, days as days, and the kinds of nothing as extended missing values.

not asked is .a, declined .b, don't know .c, not applicable .d, not recorded .e, in every variable; the plain missing value `.`
never stands. Only words have value labels, with those of the kinds among them: other programs take a variable that has any
for categories, whose mean they do not give. The file (release 118, Stata 14 and later) is written by pandas, which knows no
extended missing values: they are put where they belong in its data, whose layout is fixed by the format (`help dta`).
pandas comes with the extra `extracts`; without it there is no Stata file.
"""

from __future__ import annotations

import importlib
import importlib.util
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from throughline.vocabulary.nothing import Nothing

LETTERS: Mapping[str, str] = {
    Nothing.NOT_ASKED.value: ".a", Nothing.DECLINED.value: ".b", Nothing.DONT_KNOW.value: ".c",
    Nothing.NOT_APPLICABLE.value: ".d", Nothing.NOT_RECORDED.value: ".e",
}  # fmt: skip
KINDS = {word: place for place, word in enumerate(LETTERS, start=1)}
_BEGAN = date(1960, 1, 1)
_MISSING_INT, _MISSING_LONG, _MISSING_DOUBLE = 32741, 2147483621, 0x7FE0 << 48
_WIDTHS = {65526: "<u8", 65527: "<f4", 65528: "<i4", 65529: "<i2", 65530: "<i1"}
_FORMAT_WIDTH, _DATA, _FORMATS = 57, 9, 5  # bytes of a format; places in the file's map
MOST_LABELLED = 32_000
MOST_LABEL = 80


@dataclass(frozen=True)
class Variable:
    """A column for Stata: numbers where it has a value, and a kind of nothing (1..5, in the order of LETTERS) where not.

    `labels` are the words behind the numbers; without them the numbers are what they are.
    """

    name: str
    label: str
    numbers: NDArray[Any]
    nothing: NDArray[np.int64]
    labels: Mapping[int, str]
    is_day: bool = False


def is_here() -> bool:
    """Whether Stata files can be written."""
    return importlib.util.find_spec("pandas") is not None


def variable(name: str, label: str, column: pa.ChunkedArray, nothing: Sequence[str | None]) -> Variable:
    """A column of a freeze as Stata has it. `nothing`: the word of the kind of nothing of each row, None where there is a value."""
    held = column.to_pylist()
    kinds = np.array([KINDS[word] if word else 0 for word in nothing], dtype=np.int64)
    if pa.types.is_string(column.type):
        words = sorted({value for value, kind in zip(held, kinds, strict=True) if not kind})
        place = {word: number for number, word in enumerate(words, start=1)}
        numbers = np.array(
            [0 if kind else place[value] for value, kind in zip(held, kinds, strict=True)], np.int32
        )
        return Variable(name, label, _narrow(numbers), kinds, {n: word for word, n in place.items()})
    if pa.types.is_boolean(column.type):
        numbers = np.array([0 if kind else int(value) for value, kind in zip(held, kinds, strict=True)])
        return Variable(name, label, _narrow(numbers), kinds, {0: "false", 1: "true"})
    is_day = pa.types.is_date(column.type)
    given = [
        0.0 if kind else float((value - _BEGAN).days if is_day else value)
        for value, kind in zip(held, kinds, strict=True)
    ]
    return Variable(name, label, np.array(given, dtype=np.float64), kinds, {}, is_day)


def _narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    return numbers.astype(np.int16 if numbers.max(initial=0) < MOST_LABELLED else np.int32)


def write(
    path: Path,
    ids: tuple[str, str, Sequence[str]],
    variables: Sequence[Variable],
    *,
    title: str,
    at: datetime,
) -> None:
    """Write the file. `ids`: name, label and values of the variable of random ids, which are words."""
    pandas: Any = importlib.import_module("pandas")
    frame = pandas.DataFrame(
        {ids[0]: list(ids[2]), **{one.name: np.where(one.nothing > 0, 0, one.numbers).astype(one.numbers.dtype) for one in variables}}
    )  # fmt: skip
    nothing = {_MISSING_LONG + place: word for word, place in KINDS.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a name that had to be changed, a label that had to be cut
        frame.to_stata(
            path, write_index=False, version=118, byteorder="<", time_stamp=at.replace(tzinfo=None),
            data_label=title[:MOST_LABEL], variable_labels={ids[0]: ids[1][:MOST_LABEL], **{one.name: one.label[:MOST_LABEL] for one in variables}},
            value_labels={one.name: {**one.labels, **nothing} for one in variables if one.labels},
        )  # fmt: skip
    content = bytearray(path.read_bytes())
    _put_in(content, variables)
    path.write_bytes(content)


def _put_in(content: bytearray, variables: Sequence[Variable]) -> None:
    """The extended missing values and the format of days; the ids are the first variable."""
    places = _map(content)
    types = _types(content, places, 1 + len(variables))
    rows = np.dtype([(f"v{place}", _WIDTHS.get(kind, f"S{kind}")) for place, kind in enumerate(types)])
    start = places[_DATA] + len("<data>")
    length = len(variables[0].nothing) if variables else 0
    held = np.frombuffer(content, dtype=rows, count=length, offset=start)
    for place, one in enumerate(variables, start=1):
        column, where = held[f"v{place}"], np.flatnonzero(one.nothing)
        kinds = one.nothing[where]
        if types[place] == 65526:
            column[where] = np.uint64(_MISSING_DOUBLE) + (kinds.astype(np.uint64) << np.uint64(40))
        else:
            column[where] = (_MISSING_INT if types[place] == 65529 else _MISSING_LONG) + kinds
        if one.is_day:
            at = places[_FORMATS] + len("<formats>") + place * _FORMAT_WIDTH
            content[at : at + _FORMAT_WIDTH] = b"%td".ljust(_FORMAT_WIDTH, b"\0")


def _map(content: bytearray) -> tuple[int, ...]:
    return struct.unpack_from("<14q", content, content.index(b"<map>") + len(b"<map>"))


def _types(content: bytearray, places: Sequence[int], count: int) -> tuple[int, ...]:
    return struct.unpack_from(f"<{count}H", content, places[2] + len("<variable_types>"))


def read(path: Path, schema: pa.Schema) -> dict[str, list[str]]:
    """The file as another program reads it, every value as the word that the CSV has for it."""
    pandas: Any = importlib.import_module("pandas")
    with pandas.read_stata(path, iterator=True, convert_dates=False) as file:
        labels = file.value_labels()
        frame = file.read(convert_categoricals=False, convert_missing=True, convert_dates=False)
        of = dict(zip(frame.columns, file._lbllist, strict=True))
    return {
        name: list(_words(frame[name], labels.get(of[name], {}), schema.field(name).type))
        for name in frame.columns
    }


def _words(column: Any, labels: Mapping[int, str], kind: pa.DataType) -> Iterator[str]:
    missing = {letter: word for word, letter in LETTERS.items()}
    for value in column.tolist():
        if isinstance(value, str):
            yield value
        elif not isinstance(value, (int, float)):  # pandas' own kind of a missing value
            yield missing[str(value)]
        elif pa.types.is_string(kind) or pa.types.is_boolean(kind):
            yield labels[int(value)]
        elif pa.types.is_date(kind):
            yield str(_BEGAN + timedelta(days=int(value)))
        elif pa.types.is_decimal(kind):
            yield str(Decimal(value).quantize(Decimal(1).scaleb(-kind.scale)))
        elif pa.types.is_floating(kind):
            yield str(pa.scalar(float(value)).cast(pa.string()))
        else:
            yield str(int(value))
