"""An analysis's codebook -> its document. With examples it leaves through the door for words, and is a line of the ledger."""

from __future__ import annotations

import hashlib
from datetime import datetime

from throughline.exchange.codebook.document import (
    CodebookCode,
    CodebookDocument,
    CodebookFormat,
    in_tree_order,
)
from throughline.exchange.codebook.write import write_codebook
from throughline.records.inquiry.actions import compare_with_names
from throughline.records.inquiry.models import Code, Codebook
from throughline.records.inquiry.queries.codebooks import codebook_for
from throughline.records.study.actions import ReleaseDraft, record_release
from throughline.rules.access import check_may_release, check_may_see_sources
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import CodeOrigin, ReleaseDoor

PROFILE = "as_written"  # an example holds what an analyst typed; no rule of disclosure was applied to it


def dump_codebook(*, codebook: Codebook, has_examples: bool = False, by: Actor) -> CodebookDocument:
    """The codes in tree order, those out of use too. Examples can hold people's words."""
    check_may_see_sources(by, codebook.programme_id)
    book = codebook_for(by, codebook.id)
    rows = Code.objects.filter(codebook=book).select_related("parent").order_by("place")
    codes = [
        CodebookCode(
            row.slug, row.name, row.parent.slug if row.parent else None, row.definition, row.include, row.exclude,
            row.example if has_examples else "", CodeOrigin(row.origin), row.colour, row.retired_at is not None, row.id,
        )
        for row in rows
    ]  # fmt: skip
    return CodebookDocument(book.name, in_tree_order(codes), has_examples)


def export_codebook(
    *,
    codebook: Codebook,
    kind: CodebookFormat,
    has_examples: bool = False,
    recipient: str = "",
    by: Actor,
    at: datetime,
) -> bytes:
    """The codebook as a file. With examples: for who may release words, to a named recipient, as a line of the ledger.

    Unready where a code holds a name that gives way to a label in texts.
    """
    if not has_examples:
        document = dump_codebook(codebook=codebook, by=by)
        _check_names_gone(codebook, document, by, at)
        return write_codebook(document, kind)
    check_may_release(by, codebook.programme_id, Permission.RELEASE_WORDS)
    if not recipient.strip():
        raise Invalid(
            Sentence("Say who gets the codebook: its examples can hold people's words."),
            fields={"recipient": Sentence("Empty.")},
        )
    document = dump_codebook(codebook=codebook, has_examples=True, by=by)
    _check_names_gone(codebook, document, by, at)
    content = write_codebook(document, kind)
    draft = ReleaseDraft(
        door=ReleaseDoor.WORDS, what=f"codebook with examples: {codebook.name}"[:120], recipient=recipient.strip(),
        profile=PROFILE, content_hash=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    record_release(programme=codebook.programme, draft=draft, by=by, at=at)
    return content


def _check_names_gone(codebook: Codebook, document: CodebookDocument, by: Actor, at: datetime) -> None:
    words = (
        ("codes", "\n".join([one.name, one.definition, one.include, one.exclude, one.example]))
        for one in document.codes
    )
    found = compare_with_names(analysis=codebook.analysis, texts=words, by=by, at=at)
    if found:
        raise Unready(
            Sentence(
                "Words of the list of names still stand in %(count)s code. The list of names leads there: put the"
                " labels in their place, or take off the list what is no name.",
                "Words of the list of names still stand in %(count)s codes. The list of names leads there: put"
                " the labels in their place, or take off the list what is no name.",
                count=found["codes"],
            )
        )
