"""What stands in the columns of a table, so that a person can say what they mean without reading the file again.

A profile holds words of the file, and its first rows: it is as sensitive as the file itself, and is kept like it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from throughline.exchange.table.dates import WrittenDates, is_time, reading_of, written_dates
from throughline.exchange.table.document import RowFault, TableDocument, TableRow
from throughline.exchange.table.mapping import folded

MOST_WORDS = 60  # different words of a column that are offered for translation
LONGEST_WORD = 60
SHOWN_ROWS = 20
LINES_FOR_HEADER = 15
_FLUSH = 20_000  # different cells of a column that are held at once
_TELL_EACH = 5_000
_UNIQUE_AMONG = 2_000
_WHOLE = re.compile(r"\+?\d{1,9}(?:[.,]0+)?")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d+)?")
Progress = Callable[[int, int], None]  # rows done, rows in the file


@dataclass(frozen=True)
class ColumnProfile:
    """One column. Counts are of cells: `filled` of them say something, `whole` are whole numbers, `times` of the day.

    `words`: folded word -> how it is written first, and how often; the most frequent MOST_WORDS of `word_count` different
    ones (numbers among them, dates not). `codes` follow the programme's rule for client codes. `is_unique`: no two of the
    first rows say the same.
    """

    at: int
    name: str
    filled: int = 0
    whole: int = 0
    times: int = 0
    codes: int = 0
    long: int = 0
    dates: WrittenDates = field(default_factory=lambda: WrittenDates({}, {}, {}, {}))
    words: dict[str, tuple[str, int]] = field(default_factory=dict, repr=False)
    word_count: int = 0
    is_unique: bool = False
    time_words: tuple[str, ...] = field(default=(), repr=False)

    @property
    def dated(self) -> int:
        return sum(self.dates.years.values())


@dataclass(frozen=True)
class ShownRow:
    """One of the first rows, as it stands in the file."""

    line: int
    cells: tuple[str, ...] = field(repr=False)
    fault: str = ""


@dataclass(frozen=True)
class TableProfile:
    """A table as it was read, its columns, and its first rows. `faults`: why rows cannot be read -> how many."""

    row_count: int
    columns: tuple[ColumnProfile, ...]
    shown: tuple[ShownRow, ...]
    faults: dict[str, int]

    def named(self, name: str) -> ColumnProfile | None:
        """The column of a name; None where there is none, or several."""
        found = [column for column in self.columns if folded(column.name) == folded(name)]
        return found[0] if len(found) == 1 else None


def profile_of(
    document: TableDocument, is_code: Callable[[str], bool], progress: Progress | None = None
) -> TableProfile:
    """Walks the table once. Cells of rows that cannot be read count too, so that their words can be translated."""
    tallies = [_Tally(at, name, is_code) for at, name in enumerate(document.header)]
    shown: list[ShownRow] = []
    faults: Counter[str] = Counter()
    for done, row in enumerate(document.rows(), start=1):
        if len(shown) < SHOWN_ROWS:
            shown.append(ShownRow(row.line, row.cells, row.fault.value if row.fault else ""))
        if row.fault is not None:
            faults[row.fault.value] += 1
        if row.fault is None or row.fault is RowFault.MERGED:
            for tally, cell in zip(tallies, row.cells, strict=True):
                if cell:
                    tally.add(cell)
        if progress is not None and done % _TELL_EACH == 0:
            progress(done, document.row_count)
    columns = tuple(tally.told() for tally in tallies)
    return TableProfile(document.row_count, columns, tuple(shown), dict(faults))


def likely_header(document: TableDocument) -> int:
    """The line that most likely is the header: the first of the first lines that is nearly as full as the fullest of them.

    Titles, addresses and dates of export stand above it and fill a cell or two. `document` is read without one chosen.
    """
    lines: list[tuple[int, Sequence[str]]] = [(document.header_line, document.header)]
    for row in document.rows():
        lines.append((row.line, row.cells))
        if len(lines) == LINES_FOR_HEADER:
            break
    fullest = max(sum(1 for cell in cells if cell) for _line, cells in lines)
    for line, cells in lines:
        filled = [cell for cell in cells if cell]
        if len(filled) >= 2 and len(filled) * 3 >= fullest * 2 and not any(map(_is_value, filled)):
            return line
    return document.header_line


def _is_value(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell)) or is_time(cell) or reading_of(cell) is not None


class _Tally:
    """Counts a column; different cells are held together and looked at once each."""

    def __init__(self, at: int, name: str, is_code: Callable[[str], bool]) -> None:
        self._at, self._name, self._is_code = at, name, is_code
        self._cells: Counter[str] = Counter()
        self._words: Counter[str] = Counter()
        self._written: dict[str, str] = {}
        self._only: Counter[str] = Counter()
        self._either: Counter[tuple[str, str]] = Counter()
        self._same: Counter[tuple[str, str]] = Counter()
        self._years: Counter[int] = Counter()
        self._n: Counter[str] = Counter()
        self._is_short = False
        self._time_words: dict[str, None] = {}
        self._first: set[str] = set()
        self._is_unique = True

    def add(self, cell: str) -> None:
        self._n["filled"] += 1
        if self._n["filled"] <= _UNIQUE_AMONG:
            self._is_unique = self._is_unique and cell not in self._first
            self._first.add(cell)
        self._cells[cell] += 1
        if len(self._cells) >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        for cell, count in self._cells.items():
            if len(cell) > LONGEST_WORD:
                self._n["long"] += count
                continue
            if _WHOLE.fullmatch(cell):
                self._n["whole"] += count
            if is_time(cell):
                self._n["times"] += count
                self._time_words.setdefault(re.sub(r"\d", "0", cell), None)
            if self._is_code(cell):
                self._n["codes"] += count
            if reading_of(cell) is None:
                word = folded(cell)
                self._words[word] += count
                self._written.setdefault(word, cell)
        self._add_dates(written_dates(self._cells.items()))
        self._cells.clear()
        if len(self._words) > _FLUSH:
            # A column of names or remarks: nobody translates so many words. How many there are is known only about.
            self._n["forgotten"] += len(self._words) - MOST_WORDS
            self._words = Counter(dict(self._words.most_common(MOST_WORDS)))
            self._written = {word: self._written[word] for word in self._words}

    def _add_dates(self, found: WrittenDates) -> None:
        self._only.update(found.only)
        self._either.update(found.either)
        self._same.update(found.same)
        self._years.update(found.years)
        self._n["strange"] += found.strange
        self._n["day_counts"] += found.day_counts
        self._n["early_days"] += found.early_days
        self._is_short = self._is_short or found.has_short_years

    def told(self) -> ColumnProfile:
        self._flush()
        dates = WrittenDates(
            dict(self._only), dict(self._either), dict(self._same), dict(self._years), self._n["strange"],
            self._n["day_counts"], has_short_years=self._is_short, early_days=self._n["early_days"],
        )  # fmt: skip
        words = {word: (self._written[word], count) for word, count in self._words.most_common(MOST_WORDS)}
        return ColumnProfile(
            self._at, self._name, self._n["filled"], self._n["whole"], self._n["times"], self._n["codes"],
            self._n["long"], dates, words, len(self._words) + self._n["forgotten"],
            is_unique=self._is_unique and self._n["filled"] > 1, time_words=tuple(self._time_words)[:20],
        )  # fmt: skip


def plain_profile(profile: TableProfile) -> dict[str, Any]:
    """For JSON; `profile_from` reads it again."""
    plain = asdict(profile)
    for column in plain["columns"]:
        for pairs in ("either", "same"):
            column["dates"][pairs] = [[*pair, count] for pair, count in column["dates"][pairs].items()]
    return plain


def profile_from(plain: dict[str, Any]) -> TableProfile:
    columns = []
    for one in plain["columns"]:
        dates = dict(one["dates"])
        for pairs in ("either", "same"):
            dates[pairs] = {(day, month): count for day, month, count in dates[pairs]}
        dates["years"] = {int(year): count for year, count in dates["years"].items()}
        words = {word: (str(shown), int(count)) for word, (shown, count) in one["words"].items()}
        more = {"dates": WrittenDates(**dates), "words": words, "time_words": tuple(one["time_words"])}
        columns.append(ColumnProfile(**{**one, **more}))
    shown = tuple(ShownRow(row["line"], tuple(row["cells"]), row["fault"]) for row in plain["shown"])
    return TableProfile(plain["row_count"], tuple(columns), shown, plain["faults"])


def rows_shown(profile: TableProfile) -> Iterator[TableRow]:
    """The first rows again as rows of a table."""
    for row in profile.shown:
        yield TableRow(row.line, row.cells, RowFault(row.fault) if row.fault else None)
