"""What the columns of a file of answers may be, by their headers and by what stands in them: offered, never taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from throughline.exchange.table.mapping import folded, pattern_of
from throughline.exchange.table.profile import ColumnProfile, TableProfile

FORMATS = ("iso", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "YYYY/MM/DD", "DD Mon YYYY", "DD/MM/YY", "MM/DD/YY")  # fmt: skip
SITES = ("site", "service", "location", "centre", "center", "clinic", "redcap_data_access_group")
DAYS = ("date", "day", "answered", "interview", "today", "submission", "completed", "start", "timestamp")
CONSENT = ("consent", "agree", "agreed")
LINKING = ("link", "linkage")
IDS = ("id", "no", "nr", "number", "record", "key", "uuid", "respondent")
FEW = 12  # different words, of which somebody chooses one
MOST = 0.9  # of a column's cells are of a kind


@dataclass(frozen=True)
class Guesses:
    """Names of columns ("" for none), the format of days, and the kind of each column's answers ("" to leave it out)."""

    id: str
    site: str
    day: str
    format: str
    consent: str
    link: str
    kinds: dict[str, str]


def guessed_answers(profile: TableProfile, sites: Collection[str], elements: Collection[str]) -> Guesses:
    """`sites`: names of the study's. `elements`: names of columns that are elements of a code: their words are not kept."""
    named = [column for column in profile.columns if column.name]
    site = _site(named, {folded(site) for site in sites})
    day = _by_words([one for one in named if format_of(profile, one.name)], DAYS, is_needed=False)
    consent, link = _by_words(named, CONSENT), _by_words(named, LINKING)
    own = _by_words([one for one in named if one.is_unique], IDS)
    taken = {own, site, day, consent, link}
    kinds = {
        one.name: ""
        if one.name in taken
        else _kind(one, profile, bool({one.name, code_of(one.name)} & set(elements)))
        for one in named
    }
    return Guesses(own, site, day, format_of(profile, day) if day else "", consent, link, kinds)


def format_of(profile: TableProfile, name: str) -> str:
    """The one format in which the first days of a column can be read; "" where it is none of FORMATS, or could be two."""
    column = profile.named(name)
    cells = (
        []
        if column is None
        else [row.cells[column.at] for row in profile.shown if column.at < len(row.cells)]
    )
    fitting = [one for one in FORMATS if _all_read([cell for cell in cells if cell], one)]
    return fitting[0] if len(fitting) == 1 or fitting[:1] == ["iso"] else ""


def _all_read(cells: list[str], written: str) -> bool:
    return bool(cells) and all(_reads(cell, written) for cell in cells)


def _reads(cell: str, written: str) -> bool:
    try:
        if written == "iso":
            datetime.fromisoformat(cell)
        else:
            datetime.strptime(cell, pattern_of(written)).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _site(columns: Iterable[ColumnProfile], sites: set[str]) -> str:
    """A column whose words are sites of the study, else one that is called so."""
    held = [one for one in columns if one.words and sites & set(one.words)]
    return held[0].name if held else _by_words(columns, SITES)


def _by_words(columns: Iterable[ColumnProfile], words: Iterable[str], *, is_needed: bool = True) -> str:
    there = list(columns)
    for word in words:
        for one in there:
            if word in folded(one.name).replace("_", " ").replace("-", " ").split():
                return one.name
    return "" if is_needed or not there else there[0].name


def _kind(column: ColumnProfile, profile: TableProfile, is_element: bool) -> str:
    if not column.filled:
        return ""
    if column.whole >= MOST * column.filled:
        return "" if column.is_unique and profile.row_count > FEW and not is_element else "number"
    if is_element:
        return "text"
    if column.dated >= MOST * column.filled:
        return "date"
    # Words that hardly come again are somebody's own: a mapping that offered them as choices would keep them.
    is_few = 0 < column.word_count <= FEW and 2 * column.word_count <= column.filled and not column.long
    return "choice" if is_few else "text"


def question_for(name: str, kind: str, profile: TableProfile) -> dict[str, object]:
    """What a mapping says of a column. Choices are the words that stand in it, as they are written first."""
    said: dict[str, object] = {"column": name, "kind": kind, "code": code_of(name)}
    column = profile.named(name)
    if kind in ("choice", "choices") and column is not None:
        words = [shown for shown, _count in column.words.values()]
        if kind == "choices":
            words = list(dict.fromkeys(piece for shown in words for piece in shown.split()))
        said["values"] = {word: word for word in words}
    return said


def code_of(name: str) -> str:
    """Letters, digits, - and _: a question's name in Throughline."""
    return "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "-" for one in name).strip(
        "-"
    )[:60]
