"""A codebook's document -> an analysis's codebook: whole, or not at all.

A code is the same where its GUID is the id of one that is there, or else where what it is known by is (its slug; of
REFI-QDA, whose codes have none, its name below the same codes). New ones are added in their places; those that are there
keep their words unless it is asked that the file's be taken. Nothing is taken out of a codebook.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.exchange.codebook.document import CodebookCode, CodebookDocument
from throughline.exchange.project.naming import slug_of
from throughline.records.inquiry.actions import (
    CodeDraft,
    CodeWords,
    add_code,
    add_codebook,
    change_code,
    retire_code,
)
from throughline.records.inquiry.actions.codes import words_of
from throughline.records.inquiry.models import Analysis, Code, Codebook
from throughline.rules.access import check_may_manage_codebook
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import CodeOrigin


@dataclass(frozen=True)
class CodebookImport:
    """What became of the codes of a file, by name. `differing` kept the words that they had here.

    `unread` are the headings of the file's columns of which nothing was taken.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    differing: tuple[str, ...]
    same: tuple[str, ...]
    is_dry_run: bool
    unread: tuple[str, ...] = ()


class _DryRun(Exception):
    """Takes everything back."""


def load_codebook(
    *,
    document: CodebookDocument,
    analysis: Analysis,
    codebook: Codebook | None = None,
    takes_words: bool = False,
    is_dry_run: bool = False,
    by: Actor,
    at: datetime,
) -> CodebookImport:
    """Bring a codebook's codes into one of an analysis: the one given, else its first, else a new one.

    `takes_words`: codes that are there are written anew as the file has them. A dry run changes nothing.
    """
    check_may_manage_codebook(by, analysis.programme_id)
    loading = _Loading(analysis, takes_words, by, at)
    try:
        with transaction.atomic():
            loading.run(document, codebook)
            if is_dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return CodebookImport(
        tuple(loading.added),
        tuple(loading.changed),
        tuple(loading.differing),
        tuple(loading.same),
        is_dry_run,
        document.unread,
    )


class _Loading:
    def __init__(self, analysis: Analysis, takes_words: bool, by: Actor, at: datetime) -> None:
        self._analysis, self._takes_words, self._by, self._at = analysis, takes_words, by, at
        self.added: list[str] = []
        self.changed: list[str] = []
        self.differing: list[str] = []
        self.same: list[str] = []

    def run(self, document: CodebookDocument, codebook: Codebook | None) -> None:
        book = codebook or Codebook.objects.filter(analysis=self._analysis).order_by("name").first()
        if book is None:
            book = add_codebook(analysis=self._analysis, name=document.name, by=self._by, at=self._at)
        there = list(Code.objects.filter(codebook=book).select_related("parent"))
        self._slugs = {code.slug: code for code in there}
        self._ids: dict[UUID, Code] = {code.id: code for code in there}
        self._names = {(code.parent_id, code.name.casefold()): code for code in there}
        became: dict[str, Code] = {}
        for code in document.codes:
            parent = became.get(code.parent) if code.parent else None
            found = self._found(code, parent)
            became[code.slug] = self._meet(found, code, document) if found else self._add(book, code, parent)

    def _found(self, code: CodebookCode, parent: Code | None) -> Code | None:
        if code.guid is None:
            return self._slugs.get(code.slug)
        named = self._names.get((parent.id if parent else None, code.name.casefold()))
        return self._ids.get(code.guid) or named

    def _meet(self, found: Code, code: CodebookCode, document: CodebookDocument) -> Code:
        words = CodeWords(
            name=code.name, origin=code.origin or CodeOrigin(found.origin), definition=code.definition,
            include=code.include, exclude=code.exclude,
            example=code.example if document.has_examples else found.example, colour=code.colour or found.colour,
        )  # fmt: skip
        if words == words_of(found):
            self.same.append(code.name)
            return found
        if not self._takes_words:
            self.differing.append(code.name)
            return found
        self.changed.append(code.name)
        return change_code(code=found, words=words, base_version=found.version, by=self._by, at=self._at)

    def _add(self, book: Codebook, code: CodebookCode, parent: Code | None) -> Code:
        slug = slug_of(code.slug, self._slugs)
        draft = CodeDraft(
            slug=slug, name=code.name, origin=code.origin or CodeOrigin.DEDUCTIVE,
            parent=parent.slug if parent else None, definition=code.definition, include=code.include,
            exclude=code.exclude, example=code.example, colour=code.colour,
        )  # fmt: skip
        made = add_code(codebook=book, draft=draft, by=self._by, at=self._at)
        if code.is_retired:
            made = retire_code(code=made, by=self._by, at=self._at)
        self._slugs[slug] = made
        self.added.append(code.name)
        return made
