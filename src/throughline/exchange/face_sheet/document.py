"""The frozen shape of a face sheet: one row to a participant or source, named in one column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from throughline.vocabulary.errors import Sentence


@dataclass(frozen=True, slots=True)
class FaceRow:
    """A row: its line in the file, whom it names, and what it says; empty cells say nothing and are left out."""

    line: int
    key: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used, and why."""

    line: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class FaceSheet:
    """A face sheet as read. `match`: the column that names; `columns`: the others, in their order."""

    filename: str
    match: str
    columns: tuple[str, ...]
    rows: tuple[FaceRow, ...] = field(repr=False)
    refused: tuple[Refused, ...] = ()
