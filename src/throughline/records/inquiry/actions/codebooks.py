"""Codebooks and their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.blind import check_may_change_codes
from throughline.records.inquiry.models import Analysis, Code, Codebook
from throughline.records.racing import again_if_raced
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
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


@again_if_raced
def add_codebook(*, analysis: Analysis, name: str, by: Actor, at: datetime) -> Codebook:
    check_may_change_codes(by, analysis.programme_id, analysis.id)
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
    check_may_change_codes(by, codebook.programme_id, codebook.analysis_id)
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
