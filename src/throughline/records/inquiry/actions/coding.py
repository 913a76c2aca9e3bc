"""Codebooks, codes, and putting codes on passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from throughline.records.audit import actions as audit
from throughline.records.inquiry.models import Analysis, Code, Codebook, Coding, Source
from throughline.rules.access import (
    check_may_apply_code,
    check_may_manage_codebook,
    check_may_remove_coding,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import CodeOrigin


@dataclass(frozen=True)
class CodeDraft:
    """A code and what it means. `parent` is the slug of a code of the same book, there before or in the same list."""

    slug: str
    name: str
    origin: CodeOrigin
    parent: str | None = None
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    colour: int = 0


@dataclass(frozen=True)
class CodingDraft:
    """A code on [start, end) of a source, in code points."""

    code: Code
    start: int
    end: int


@transaction.atomic
def add_codebook(*, analysis: Analysis, name: str, by: Actor, at: datetime) -> Codebook:
    check_may_manage_codebook(by, analysis.programme_id)
    if Codebook.objects.filter(analysis=analysis, name=name).exists():
        raise Invalid(
            Sentence("This analysis has a codebook called %(name)s already.", name=name),
            fields={"name": Sentence("This name is taken.")},
        )
    book = Codebook.objects.create(programme_id=analysis.programme_id, analysis=analysis, name=name)
    audit.record(Event.CODEBOOK_ADDED, target=book, programme_id=book.programme_id, by=by, at=at)
    return book


@transaction.atomic
def add_code(*, codebook: Codebook, draft: CodeDraft, by: Actor, at: datetime) -> Code:
    """One code; see `add_codes`."""
    return add_codes(codebook=codebook, drafts=[draft], by=by, at=at)[0]


@transaction.atomic
def add_codes(*, codebook: Codebook, drafts: Sequence[CodeDraft], by: Actor, at: datetime) -> list[Code]:
    """Add codes in the order given: all or none. A parent stands before its children."""
    check_may_manage_codebook(by, codebook.programme_id)
    Codebook.objects.select_for_update(no_key=True).get(id=codebook.id)
    known = {code.slug: code for code in Code.objects.filter(codebook=codebook)}
    added: list[Code] = []
    for draft in drafts:
        if draft.slug in known:
            raise Invalid(
                Sentence("The codebook has a code %(slug)s already.", slug=draft.slug),
                fields={"slug": Sentence("This code is taken.")},
            )
        if draft.parent is not None and draft.parent not in known:
            raise Invalid(
                Sentence(
                    "The code %(slug)s stands under %(parent)s, which is not in the codebook. Put it first.",
                    slug=draft.slug, parent=draft.parent,
                )
            )  # fmt: skip
        code = Code.objects.create(
            programme_id=codebook.programme_id, codebook=codebook, place=len(known) + 1, slug=draft.slug, name=draft.name,
            parent=known[draft.parent] if draft.parent else None, definition=draft.definition,
            include=draft.include, exclude=draft.exclude, example=draft.example, origin=draft.origin.value,
            colour=draft.colour,
        )  # fmt: skip
        known[draft.slug] = code
        added.append(code)
    target = added[0] if len(added) == 1 else codebook
    audit.record(
        Event.CODE_ADDED, target=target, programme_id=codebook.programme_id, by=by, at=at, count=len(added)
    )
    return added


@transaction.atomic
def apply_code(*, source: Source, code: Code, start: int, end: int, by: Actor, at: datetime) -> Coding:
    """Put a code on a passage. Unready, with a sentence, where the analyst has put it there already."""
    check_may_apply_code(by, source.programme_id)
    coding = _coding(source, CodingDraft(code, start, end), by, at)
    if _standing(source, by).filter(code=code, start=start, end=end).exists():
        raise Unready(Sentence("You have put %(code)s on this very passage already.", code=code.name))
    Coding.objects.bulk_create([coding])
    audit.record(Event.CODE_APPLIED, target=coding, programme_id=source.programme_id, by=by, at=at)
    return coding


@transaction.atomic
def apply_codes(*, source: Source, drafts: Sequence[CodingDraft], by: Actor, at: datetime) -> list[Coding]:
    """Put many codes on one source: all or none. Those that the analyst has put there already are passed over."""
    check_may_apply_code(by, source.programme_id)
    there = set(_standing(source, by).values_list("code_id", "start", "end"))
    codings: list[Coding] = []
    for draft in drafts:
        place = (draft.code.id, draft.start, draft.end)
        if place not in there:
            there.add(place)
            codings.append(_coding(source, draft, by, at))
    Coding.objects.bulk_create(codings, batch_size=500)
    audit.record(
        Event.CODE_APPLIED, target=source, programme_id=source.programme_id, by=by, at=at, count=len(codings)
    )
    return codings


@transaction.atomic
def remove_coding(*, coding: Coding, by: Actor, at: datetime) -> Coding:
    """Take a code off a passage; a tombstone stays. One's own, or a colleague's by who leads."""
    check_may_remove_coding(by, coding.programme_id, is_own=coding.analyst == by.id)
    if not Coding.objects.filter(id=coding.id, removed_at=None).update(removed_at=at, removed_by=by.id):
        raise Unready(Sentence("This coding was removed already."))
    coding.refresh_from_db()
    audit.record(Event.CODING_REMOVED, target=coding, programme_id=coding.programme_id, by=by, at=at)
    return coding


def check_passage(source: Source, start: int, end: int) -> None:
    """Raise Invalid for a passage that is empty or outside the text, NotFound where the text was erased."""
    if source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    if not 0 <= start < end <= source.characters:
        raise Invalid(
            Sentence("Mark a passage inside the text: it has %(count)s characters.", count=source.characters)
        )


def _standing(source: Source, by: Actor) -> QuerySet[Coding]:
    rows: QuerySet[Coding] = Coding.objects.filter(source=source, analyst=by.id, removed_at=None)
    return rows


def _coding(source: Source, draft: CodingDraft, by: Actor, at: datetime) -> Coding:
    """Checked, not yet written."""
    check_passage(source, draft.start, draft.end)
    if draft.code.codebook.analysis_id != source.analysis_id:
        raise Invalid(Sentence("This code belongs to another analysis than the source."))
    if draft.code.retired_at is not None:
        raise Invalid(Sentence("The code %(code)s is retired. Choose another.", code=draft.code.name))
    return Coding(
        programme_id=source.programme_id, source=source, code=draft.code, analyst=by.id, start=draft.start,
        end=draft.end, applied_at=at,
    )  # fmt: skip
