"""Answers in repeats, which exports give as tables of their own: found, and put under the row that each belongs to.

Kobo names a row `_index` and its parent `_parent_index`, ODK `KEY` and `PARENT_KEY`. A repeat's table is the one that is called
like it, else the one whose header holds most of its questions, by the whole path or by what stands in the repeat; where two could
be it, none is. A repeat within another is read only where the table of that other is there, since its rows name rows of that;
nor does a row stand under a key that is empty, or that two rows have. Pure.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.plan import Places, Planned, found_in
from throughline.exchange.answers.values import answer_of
from throughline.exchange.table.cells import Cells, Rejected
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.mapping import folded
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.surveys import UNANSWERED, Question

LINKS = (("_index", "_parent_index"), ("KEY", "PARENT_KEY"))
MOST_ROWS = 400_000  # of all repeats of a file together


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a repeat: its own key and its answers by path, or what is wrong with it."""

    key: str
    answers: dict[str, Any]
    problem: Rejected | None = None


@dataclass(frozen=True)
class Repeats:
    """The repeats of a file. `column` names a row of the main table; `rows`: repeat's path -> parent's key -> its rows."""

    column: str
    planned: tuple[Planned, ...]
    rows: dict[str, dict[str, list[_Row]]]
    inside: dict[str, str]  # repeat's path -> path of the repeat around it, "" for none
    notes: tuple[Sentence, ...] = ()

    def of(self, cells: Cells) -> dict[str, Any]:
        """The answers under a row of the main table, by key (`repeat[1]/name`). Raises Rejected for one that cannot be used."""
        return dict(self._under("", "", cells.text(self.column)))

    def _under(self, around: str, prefix: str, parent: str) -> Iterator[tuple[str, Any]]:
        for path in (one for one, outer in self.inside.items() if outer == around):
            for number, row in enumerate(self.rows[path].get(parent, ()), 1):
                if row.problem is not None:
                    raise row.problem
                place = f"{prefix}{path.removeprefix(around)}[{number}]".lstrip("/")
                for inner, given in row.answers.items():
                    yield place + inner.removeprefix(path), given
                yield from self._under(path, place, row.key)


def repeats_of(
    document: TableDocument,
    beside: Sequence[TableDocument],
    questions: Sequence[Question],
    mapping: AnswersMapping,
) -> Repeats | None:
    """The repeats of a form in the tables beside the main one; None where none is there, or nothing links them.

    Raises Invalid for more rows than anybody has.
    """
    inner = [one for one in questions if one.repeat and one.type not in UNANSWERED]
    asked: dict[str, list[Question]] = {path: [] for one in inner for path in one.repeats}
    for one in inner:
        asked[max(one.repeats, key=len)].append(one)
    link = next((two for two in LINKS if _column(document, two[0])), None)
    if link is None or not asked:
        return None
    held = _held([one for one in beside if _column(one, link[1])], asked, mapping)
    if not any(planned for _, planned in held.values()):
        return None
    inside = {
        path: max((other for other in held if path.startswith(f"{other}/")), key=len, default="")
        for path in held
    }
    keys = {"": _keys(document, link[0])}
    if sum(table.row_count for table, _ in held.values()) > MOST_ROWS:
        raise Invalid(
            Sentence(
                "The repeats of %(file)s have more than %(most)s rows together. Split the file by month.",
                file=document.filename, most=MOST_ROWS,
            )
        )  # fmt: skip
    rows: dict[str, dict[str, list[_Row]]] = {}
    lost = 0
    for path in sorted(held, key=len):
        table, planned = held[path]
        rows[path], keys[path], strays = _rows(table, link, planned, mapping, keys[inside[path]])
        lost += strays
    notes = (
        (
            Sentence(
                "%(count)s row of repeats could not be read, or belongs to no one row of the table above them: it"
                " is left out.",
                "%(count)s rows of repeats could not be read, or belong to no one row of the table above them:"
                " they are left out.",
                count=lost,
            ),
        )
        if lost
        else ()
    )
    column = str(_column(document, link[0]))
    return Repeats(column, tuple(one for _, found in held.values() for one in found), rows, inside, notes)


def _held(
    beside: Sequence[TableDocument], asked: Mapping[str, Sequence[Question]], mapping: AnswersMapping
) -> dict[str, tuple[TableDocument, list[Planned]]]:
    """Repeat's path -> its table and what is read of it, outer repeats first; only pairs that nothing else fits as well."""
    planned = {
        (path, place): list(_planned(table, path, questions, mapping))
        for path, questions in asked.items()
        for place, table in enumerate(beside)
    }
    fits = {(path, place): (_called(beside[place], path), len(found)) for (path, place), found in planned.items()}  # fmt: skip
    fits = {pair: fit for pair, fit in fits.items() if any(fit)}
    sure: dict[str, int] = {}
    while True:
        best = [
            pair for pair, fit in fits.items()
            if all(fit > other for rival, other in fits.items() if rival != pair and (rival[0] == pair[0] or rival[1] == pair[1]))
        ]  # fmt: skip
        if not best:
            break
        sure |= dict(best)
        fits = {
            pair: fit for pair, fit in fits.items() if pair[0] not in sure and pair[1] not in sure.values()
        }
    held: dict[str, tuple[TableDocument, list[Planned]]] = {}
    for path in sorted(sure, key=len):
        if all(outer in held for outer in asked if path.startswith(f"{outer}/")):
            held[path] = (beside[sure[path]], planned[path, sure[path]])
    return held


def _called(table: TableDocument, path: str) -> int:
    """How many of the last names of a repeat's path a table is called by: `form-visit.met` by two of `visit/met`."""
    name = "/" + re.sub(r"[-.]", "/", folded(table.sheet or table.filename.removesuffix(".csv")))
    pieces = re.sub(r"[-.]", "/", folded(path)).split("/")
    return max(
        (n for n in range(1, len(pieces) + 1) if name.endswith("/" + "/".join(pieces[-n:]))), default=0
    )


def _planned(
    table: TableDocument, path: str, questions: Sequence[Question], mapping: AnswersMapping
) -> Iterator[Planned]:
    places = Places(table.header, questions, within=path)
    for question in questions:
        if (found := found_in(question, places, mapping)) is not None:
            yield found


def _rows(
    table: TableDocument, link: tuple[str, str], planned: Sequence[Planned], mapping: AnswersMapping, parents: set[str]
) -> tuple[dict[str, list[_Row]], set[str], int]:  # fmt: skip
    """The rows by their parent's key, their own keys, and how many have no parent."""
    columns = {name: place for place, name in reversed(list(enumerate(table.header)))}
    own, parent = _column(table, link[0]), str(_column(table, link[1]))
    rows: dict[str, list[_Row]] = defaultdict(list)
    keys, strays = list[str](), 0
    for row in table.rows():
        cells = Cells(row.line, row.cells, columns, mapping.nothing)
        if row.fault is not None:
            strays += 1  # whose it is cannot be known
            continue
        above = cells.text(parent)
        if above not in parents:
            strays += 1
            continue
        key = cells.text(own) if own else ""
        keys.append(key)
        try:
            answers = {one.question.path: answer_of(cells, one, mapping) for one in planned}
            rows[above].append(_Row(key, answers))
        except Rejected as refused:
            rows[above].append(_Row(key, {}, _told(refused, table, row.line)))
    return rows, _single(keys), strays


def _told(refused: Rejected, table: TableDocument, line: int) -> Rejected:
    why = Sentence(
        "In %(table)s, row %(line)s: %(why)s",
        table=table.sheet or table.filename,
        line=line,
        why=refused.reason,
    )
    return Rejected(refused.column, refused.kind, why)


def _keys(document: TableDocument, column: str) -> set[str]:
    place = [folded(name) for name in document.header].index(folded(column))
    return _single(row.cells[place] for row in document.rows() if row.fault is None)


def _single(keys: Iterable[str]) -> set[str]:
    """Those that name one row."""
    return {key for key, count in Counter(keys).items() if key and count == 1}


def _column(table: TableDocument, name: str) -> str | None:
    return next((one for one in table.header if folded(one) == folded(name)), None)
