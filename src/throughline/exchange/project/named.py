"""Whether names that gave way to labels in texts still stand in what is about to leave, told in counts by kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from throughline.exchange.project.document import ProjectDocument, VariableValue
from throughline.exchange.project.marks import JOURNAL, TRAIL, Part, cell_of, part_of
from throughline.exchange.project.rest import words_of
from throughline.records.inquiry.actions import compare_with_names
from throughline.records.inquiry.models import Analysis
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.sentences import all_of

_TEXT, _MEMO, _CODE, _THEME, _CELL, _JOURNAL, _DECISION, _OTHER = (
    "texts", "memos", "codes", "themes", "cells", "journal", "decisions", "others",
)  # fmt: skip
_PLACES = {
    _TEXT: Sentence("%(count)s text", "%(count)s texts"),
    _MEMO: Sentence("%(count)s memo", "%(count)s memos"),
    _CODE: Sentence("%(count)s code", "%(count)s codes"),
    _THEME: Sentence("%(count)s theme", "%(count)s themes"),
    _CELL: Sentence("%(count)s framework cell", "%(count)s framework cells"),
    _JOURNAL: Sentence("%(count)s journal entry", "%(count)s journal entries"),
    _DECISION: Sentence("%(count)s decision", "%(count)s decisions"),
    _OTHER: Sentence("%(count)s other thing", "%(count)s other things"),
}


def names_left(
    document: ProjectDocument, *, is_book: bool, analysis: Analysis, by: Actor, at: datetime
) -> Sentence | None:
    """What to say where words of the analysis's list of names stand in a document; None where none does.

    `is_book`: of the document only codes and sets of codes leave.
    """
    words = _of_book(document) if is_book else _of_project(document)
    found = compare_with_names(analysis=analysis, texts=words, by=by, at=at)
    if not found:
        return None
    return Sentence(
        "Words of the list of names still stand in %(places)s. The list of names leads there: put the labels in their place, or"
        " say that it leaves untouched (on the command line: --untouched); the ledger keeps it.",
        places=all_of(words.given(count=found.get(kind, 0)) for kind, words in _PLACES.items()),
    )


def _of_book(document: ProjectDocument) -> Iterator[tuple[str, str]]:
    for code in document.codes:
        yield _CODE, f"{code.name}\n{code.description}"
    for group in document.sets:
        if group.codes:
            yield _OTHER, f"{group.name}\n{group.description}"


def _of_project(document: ProjectDocument) -> Iterator[tuple[str, str]]:
    """Each thing once, with all that is written in it; a theme with the memos that are parts of it."""
    for code in document.codes:
        yield _CODE, f"{code.name}\n{code.description}"
    notes = {note.guid: f"{note.name}\n{note.text}\n{note.description}" for note in document.notes}
    kinds = dict.fromkeys(notes, _MEMO)
    for group in document.sets:
        is_theme = part_of(group.guid, Part.STANDS) in notes
        own = [one for part in Part if (one := part_of(group.guid, part)) in notes] if is_theme else []
        cells = {cell_of(group.guid, case.guid) for case in document.cases} if is_theme else set()
        kinds.update(
            (guid, _kind_in(group.guid, guid, cells)) for guid in group.notes if kinds[guid] == _MEMO
        )
        yield (
            _THEME if is_theme else _OTHER,
            "\n".join([group.name, group.description, *(notes[one] for one in own)]),
        )
        for one in own:
            del kinds[one]
    for guid, kind in kinds.items():
        yield kind, notes[guid]
    for link in document.links:
        yield _OTHER, link.name
    for source in document.sources:
        yield _TEXT, source.text
        said = [f"{one.name}\n{one.description}" for one in source.selections if one.name or one.description]
        yield _OTHER, "\n".join([source.name, source.description, *said, _values(source.values)])
    for case in document.cases:
        yield _OTHER, "\n".join([case.name, case.description, _values(case.values)])
    for variable in document.variables:
        yield _OTHER, f"{variable.name}\n{variable.description}"
    yield _OTHER, f"{document.name}\n{document.description}"


def _kind_in(group: UUID, note: UUID, cells: set[UUID]) -> str:
    if note in cells:
        return _CELL
    return {JOURNAL: _JOURNAL, TRAIL: _DECISION}.get(group, _MEMO)


def _values(values: tuple[VariableValue, ...]) -> str:
    return "\n".join(words_of(one.value) for one in values)
