"""Becoming familiar with sources: what was read to its end, a journal of one's own, memos written anew."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.models import (
    Analysis,
    JournalEntry,
    Memo,
    MemoRevision,
    ReadMark,
    Source,
)
from throughline.records.racing import again_if_raced
from throughline.rules.access import check_may_read_source, check_may_write_themes
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event


@transaction.atomic
def rewrite_memo(
    *, memo: Memo, text: str, title: str = "", base_version: int, by: Actor, at: datetime
) -> Memo:
    """Write one's own memo anew; what it was stays as a revision. Unready where it was written anew meanwhile."""
    check_may_write_themes(by, memo.programme_id)
    row: Memo = Memo.objects.select_for_update(no_key=True).get(id=memo.id)
    if row.written_by != by.id:
        raise NotAllowed(Sentence("This is a colleague's memo. Write your own beside what it is about."))
    if row.version != base_version:
        raise Unready(
            Sentence("You wrote this memo anew meanwhile, perhaps in another window. Look at it first.")
        )
    _check_words(text)
    MemoRevision.objects.create(
        programme_id=row.programme_id, memo=row, version=row.version, title=row.title, text=row.text,
        written_at=row.written_at,
    )  # fmt: skip
    Memo.objects.filter(id=row.id).update(title=title, text=text, version=row.version + 1, written_at=at)
    audit.record(Event.MEMO_REWRITTEN, target=row, programme_id=row.programme_id, by=by, at=at)
    row.refresh_from_db()
    return row


@again_if_raced
def mark_read(*, source: Source, by: Actor, at: datetime) -> ReadMark:
    """Say that one has read a source to its end. Unready where one has said so already."""
    check_may_read_source(by, source.programme_id, is_deidentified=source.is_deidentified)
    if source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    if ReadMark.objects.filter(source=source, analyst=by.id).exists():
        raise Unready(Sentence("You have read this source to its end already."))
    mark = ReadMark.objects.create(programme_id=source.programme_id, source=source, analyst=by.id, read_at=at)
    audit.record(Event.SOURCE_READ_THROUGH, target=source, programme_id=source.programme_id, by=by, at=at)
    return mark


@transaction.atomic
def write_journal(*, analysis: Analysis, text: str, by: Actor, at: datetime) -> JournalEntry:
    """An entry in one's own reflexive journal. Nobody else reads it before it is shared."""
    check_may_write_themes(by, analysis.programme_id)
    _check_words(text)
    entry = JournalEntry.objects.create(
        programme_id=analysis.programme_id, analysis=analysis, analyst=by.id, text=text, written_at=at
    )
    audit.record(Event.JOURNAL_WRITTEN, target=entry, programme_id=analysis.programme_id, by=by, at=at)
    return entry


@transaction.atomic
def share_journal(*, entry: JournalEntry, by: Actor, at: datetime) -> JournalEntry:
    """Let the whole team read one's own entry. It cannot be taken back: who has read it has read it."""
    check_may_write_themes(by, entry.programme_id)
    if entry.analyst != by.id:
        raise NotAllowed(Sentence("Only who wrote an entry of a journal may share it."))
    if not JournalEntry.objects.filter(id=entry.id, shared_at__isnull=True).update(shared_at=at):
        raise Unready(Sentence("The team reads this entry already."))
    entry.shared_at = at
    audit.record(Event.JOURNAL_SHARED, target=entry, programme_id=entry.programme_id, by=by, at=at)
    return entry


def _check_words(text: str) -> None:
    if not text.strip():
        raise Invalid(Sentence("Write something first."), fields={"text": Sentence("Empty.")})
