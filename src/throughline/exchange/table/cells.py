"""Cells to values, with the reason where a cell does not hold one. Nothing here ever repeats a cell's content."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum

from throughline.exchange.table.mapping import (
    ISO,
    Clock,
    Number,
    Translated,
    When,
    as_iso,
    folded,
    pattern_of,
)
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing

UNTRANSLATED = Sentence("The mapping has no translation for this word. Add it to `values`, or mend the cell.")
OF_A_ZERO = 1905  # spreadsheets make days of 1899 to 1904 of zeros and of empty cells
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d+)?")
_WHOLE = re.compile(r"\+?(\d{1,9})(?:[.,]0+)?")
_THOUSANDS = re.compile(r"\+?\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+")
_DATE_LIKE = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}.*")
_ISO_TIME = re.compile(r"\d{1,2}:\d{2}")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:.{2,})?|\d{1,2}:\d{2}(?::\d{2})?")
_HALF_DAY = re.compile(r"(?<=[\d ])([AaPp])\.\s?[Mm]\.?(?=$|\s)")
MIDDAY = time(12)


class ValueKind(StrEnum):
    """What a cell looks like: all that a rejects file says of it."""

    EMPTY = "empty"
    NUMBER = "number"
    DATE = "date"
    DATE_OUT_OF_RANGE = "date out of range"
    TEXT = "text"
    LONG_TEXT = "long text"
    ROW = "row"


def kind_of(cell: str) -> ValueKind:
    """The kind of a cell, by its look alone."""
    if not cell:
        return ValueKind.EMPTY
    if _NUMBER.fullmatch(cell):
        return ValueKind.NUMBER
    if len(cell) > 120:
        return ValueKind.LONG_TEXT
    return ValueKind.DATE if _DATE_LIKE.fullmatch(cell) else ValueKind.TEXT


class Rejected(Exception):
    """A cell of a row cannot be used. Holds the column's name, the cell's kind and why; never the cell."""

    def __init__(self, column: str, kind: ValueKind, reason: Sentence) -> None:
        super().__init__(reason.english)
        self.column, self.kind, self.reason = column, kind, reason


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not imported: where, what kind of value stood there, and why it cannot be used."""

    line: int
    column: str
    kind: ValueKind
    reason: Sentence


class Cells:
    """One row by column name, with the mapping's words for nothing."""

    __slots__ = ("_columns", "_nothing", "_row", "line")

    def __init__(
        self,
        line: int,
        row: tuple[str, ...],
        columns: MappingOf[str, int],
        nothing: MappingOf[str, Nothing],
    ) -> None:
        self.line, self._row, self._columns, self._nothing = line, row, columns, nothing

    def text(self, column: str) -> str:
        """The cell as written, without surrounding blanks."""
        return self._row[self._columns[column]]

    def nothing(self, column: str, own: MappingOf[str, Nothing] | None = None) -> Nothing | None:
        """Which kind of nothing the cell says, if it does; an empty cell is not recorded unless the mapping says more."""
        word = folded(self.text(column))
        for words in (own or {}, self._nothing):
            if word in words:
                return words[word]
        return Nothing.NOT_RECORDED if not word else None

    def all(self) -> tuple[str, ...]:
        return self._row

    def reject(self, column: str, reason: Sentence) -> Rejected:
        return Rejected(column, kind_of(self.text(column)), reason)


def word_in(cells: Cells, spec: Translated, *, is_open: bool = False) -> str | Nothing:
    """The word of a row: the same for all, or the cell's translation. `is_open`: a word not translated stays as is."""
    if spec.column is None:
        return str(spec.always)
    if is_open and folded(cells.text(spec.column)) not in spec.values:
        return cells.nothing(spec.column, spec.nothing) or cells.text(spec.column)
    return translated(cells, spec.column, spec.values, spec.nothing)


def translated(
    cells: Cells, column: str, values: MappingOf[str, str], nothing: MappingOf[str, Nothing]
) -> str | Nothing:
    """What `values` say of a cell's word, or the kind of nothing that it says; else Rejected."""
    found = values.get(folded(cells.text(column)))
    if found is not None:
        return found
    kind = cells.nothing(column, nothing)
    if kind is None:
        raise cells.reject(column, UNTRANSLATED)
    return kind


def count_in(cells: Cells, spec: Number, *, most: int = 10_000) -> int | Nothing:
    """A whole number from 0 to `most`, or the kind of nothing that stands there."""
    nothing = cells.nothing(spec.column, spec.nothing)
    if nothing is not None:
        return nothing
    written = cells.text(spec.column)
    if _THOUSANDS.fullmatch(written):
        raise cells.reject(
            spec.column,
            Sentence("A mark before three digits may stand for thousands. Write the number without it."),
        )
    found = _WHOLE.fullmatch(written)
    if found is None:
        raise cells.reject(spec.column, Sentence("Not a whole number of 0 or more."))
    number = int(found[1])
    if number > most:
        raise cells.reject(spec.column, Sentence("More than %(most)s: too large to be true.", most=most))
    return number


def moment_in(
    cells: Cells, spec: When, zone: tzinfo, now: datetime, *, earliest: int = OF_A_ZERO
) -> datetime | Nothing:
    """When it happened, in UTC. A time that a clock shows twice (autumn) is its first, one that it skips its later twin.

    A cell that brings its own offset (ISO 8601) keeps it. Rejected: a cell in no format, before the
    year `earliest`, in the future.
    """
    clock = spec.clock
    nothing = cells.nothing(clock.column)
    if nothing is not None:
        return nothing
    found = _parse(cells, clock)
    if found.tzinfo and found.time() != time(0):  # a day as a moment elsewhere; midnight is the day itself
        found = found.astimezone(zone)
    if spec.at is None:
        found = datetime.combine(found.date(), MIDDAY if spec.time is None else _time_in(cells, spec.time))
    try:
        moment = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        moment = datetime.max.replace(tzinfo=UTC)
    if found.year < earliest:
        why = Sentence(
            "The date lies before %(year)s: often what a spreadsheet makes of an empty cell or a zero.",
            year=str(earliest),
        )
        raise Rejected(clock.column, ValueKind.DATE_OUT_OF_RANGE, why)
    if moment > now:
        raise Rejected(clock.column, ValueKind.DATE_OUT_OF_RANGE, Sentence("The date lies in the future."))
    return moment


def day_in(cells: Cells, clock: Clock) -> date | Nothing:
    """A calendar day."""
    nothing = cells.nothing(clock.column)
    return _parse(cells, clock).date() if nothing is None else nothing


def _time_in(cells: Cells, clock: Clock) -> time:
    return MIDDAY if cells.nothing(clock.column) is not None else _parse(cells, clock).time()


def _parse(cells: Cells, clock: Clock) -> datetime:
    cell = cells.text(clock.column)
    for form in clock.format:
        found = _read(cell, pattern_of(form))
        if found is not None:
            return found
    # What spreadsheets give, and unambiguous in a CSV too.
    if _ISO.fullmatch(as_iso(cell)) and (found := _read(as_iso(cell), ISO)):
        return found
    shown = " or ".join(clock.format)
    raise cells.reject(
        clock.column, Sentence("Not written as %(format)s. Mend the cell, or add its format.", format=shown)
    )


def _written(cell: str, pattern: str) -> datetime:
    """Also with the whole name of a month where its first letters are expected, and with p.m. for PM. Raises ValueError."""
    if "%p" in pattern:
        cell = _HALF_DAY.sub(r"\1m", cell)
    try:
        return datetime.strptime(cell, pattern)  # noqa: DTZ007 - the site's zone is added by who asked
    except ValueError:
        if "%b" not in pattern:
            raise
        return datetime.strptime(cell, pattern.replace("%b", "%B"))  # noqa: DTZ007


def _read(cell: str, pattern: str) -> datetime | None:
    try:
        if pattern != ISO:
            return _written(cell, pattern)
        if _ISO_TIME.match(cell):
            return datetime.combine(
                date(2000, 1, 1), time.fromisoformat(cell if cell[1] != ":" else f"0{cell}")
            )
        return datetime.fromisoformat(cell)
    except ValueError:
        return None
