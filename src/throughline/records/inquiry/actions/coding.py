"""Putting codes on passages, moving them and taking them off: each change is numbered for who works on the same source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inquiry.models import Assignment, Code, Coding, CodingRevision, Round, Source, Turn
from throughline.rules.access import check_may_apply_code, check_may_move_coding, check_may_remove_coding
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event


@dataclass(frozen=True)
class CodingDraft:
    """A code on [start, end) of a source, in code points."""

    code: Code
    start: int
    end: int


@transaction.atomic
def apply_code(
    *,
    source: Source,
    code: Code,
    start: int,
    end: int,
    coding_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Coding:
    """Put a code on a passage. Unready, with a sentence, where the analyst has put it there already.

    `coding_id` is made where the coding is made: sent again after a lost answer, the same coding comes back.
    """
    check_may_apply_code(by, source.programme_id)
    change = _next_change(source.id)
    earlier = Coding.objects.filter(id=coding_id).first() if coding_id else None
    if earlier is not None:
        return _same(earlier, source, code, by)
    coding = _coding(source, CodingDraft(code, start, end), by, at)
    coding.id, coding.change, coding.round = coding_id or new_id(), change, _round_of(source, by)
    _check_free(coding)
    Coding.objects.bulk_create([coding])
    audit.record(Event.CODE_APPLIED, target=coding, programme_id=source.programme_id, by=by, at=at)
    return coding


@transaction.atomic
def apply_codes(*, source: Source, drafts: Sequence[CodingDraft], by: Actor, at: datetime) -> list[Coding]:
    """Put many codes on one source: all or none. Those that the analyst has put there already are passed over."""
    check_may_apply_code(by, source.programme_id)
    change, during = _next_change(source.id), _round_of(source, by)
    there = set(_standing(source, by.id).values_list("code_id", "start", "end"))
    codings: list[Coding] = []
    for draft in drafts:
        place = (draft.code.id, draft.start, draft.end)
        if place not in there:
            there.add(place)
            coding = _coding(source, draft, by, at)
            coding.change, coding.round = change, during
            codings.append(coding)
    Coding.objects.bulk_create(codings, batch_size=500)
    audit.record(
        Event.CODE_APPLIED, target=source, programme_id=source.programme_id, by=by, at=at, count=len(codings)
    )
    return codings


@transaction.atomic
def move_coding(
    *, coding: Coding, start: int, end: int, base_version: int, by: Actor, at: datetime
) -> Coding:
    """Widen, narrow or shift one's own coding; where it lay is kept. Unready where it changed meanwhile.

    Asked again for the borders that it has by now, it answers the coding as it stands.
    """
    check_may_move_coding(by, coding.programme_id, is_own=coding.analyst == by.id)
    row, change = _locked(coding)
    _check_not_settled(row)
    if row.removed_at is not None:
        raise Unready(Sentence("This coding was removed. Put the code on the passage again."))
    if (row.start, row.end) == (start, end):
        return row
    if row.version != base_version:
        raise Unready(Sentence("This coding was moved meanwhile. Look at where it lies now."))
    check_passage(row.source, start, end)
    CodingRevision.objects.create(
        programme_id=row.programme_id, coding=row, version=row.version, start=row.start, end=row.end,
        moved_at=at, moved_by=by.id,
    )  # fmt: skip
    row.start, row.end = start, end
    _check_free(row)
    Coding.objects.filter(id=row.id).update(start=start, end=end, version=F("version") + 1, change=change)
    return _done(row, Event.CODING_MOVED, by, at)


@transaction.atomic
def remove_coding(*, coding: Coding, by: Actor, at: datetime) -> Coding:
    """Take a code off a passage; a tombstone stays. One's own, or a colleague's by who leads."""
    check_may_remove_coding(by, coding.programme_id, is_own=coding.analyst == by.id)
    row, change = _locked(coding)
    _check_not_settled(row)
    if row.removed_at is not None:
        raise Unready(Sentence("This coding was removed already."))
    Coding.objects.filter(id=row.id).update(removed_at=at, removed_by=by.id, change=change)
    return _done(row, Event.CODING_REMOVED, by, at)


@transaction.atomic
def restore_coding(*, coding: Coding, by: Actor, at: datetime) -> Coding:
    """Put a removed coding back as it was: one's own, or one that oneself removed."""
    check_may_remove_coding(by, coding.programme_id, is_own=coding.analyst == by.id)
    row, change = _locked(coding)
    _check_not_settled(row)
    if row.removed_at is None:
        raise Unready(Sentence("This coding stands already."))
    _check_words_are_there(row)
    check_passage(row.source, row.start, row.end)
    _check_free(row)
    Coding.objects.filter(id=row.id).update(removed_at=None, removed_by=None, change=change)
    return _done(row, Event.CODING_RESTORED, by, at)


def _check_words_are_there(coding: Coding) -> None:
    """Raise Unready where a correction, or somebody's withdrawal, took what the coding lay on."""
    withdrawn = Turn.objects.filter(
        source=coding.source_id,
        start__lt=coding.end,
        end__gt=coding.start,
        participant__withdrawn_at__isnull=False,
    )
    if coding.lost_in is not None or withdrawn.exists():
        raise Unready(Sentence("The words that this coding lay on are no longer there."))


def check_passage(source: Source, start: int, end: int) -> None:
    """Raise Invalid for a passage that is empty or outside the text, NotFound where the text was erased."""
    if source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    if not 0 <= start < end <= source.characters:
        raise Invalid(
            Sentence("Mark a passage inside the text: it has %(count)s characters.", count=source.characters)
        )


def _next_change(source_id: UUID) -> int:
    """The next number among the changes to a source's codings.

    The row stays locked until the transaction ends, so numbers appear to others in their order: whoever has read up
    to one never misses an earlier one.
    """
    Source.objects.filter(id=source_id).update(changes=F("changes") + 1)
    number: int = Source.objects.values_list("changes", flat=True).get(id=source_id)
    return number


def _locked(coding: Coding) -> tuple[Coding, int]:
    """The coding as it stands now, with the number of the change about to be made to it."""
    change = _next_change(coding.source_id)
    # a coding is moved in no more time where its source is long: the sealed words stay where they are
    rows = Coding.objects.select_related("source", "code", "round").defer("source__text", "source__raw")
    row: Coding = rows.get(id=coding.id)
    return row, change


def _done(row: Coding, event: Event, by: Actor, at: datetime) -> Coding:
    audit.record(event, target=row, programme_id=row.programme_id, by=by, at=at)
    row.refresh_from_db(fields=["start", "end", "version", "change", "removed_at", "removed_by"])
    return row


def _standing(source: Source, analyst: str) -> QuerySet[Coding]:
    rows: QuerySet[Coding] = Coding.objects.filter(
        source=source, analyst=analyst, removed_at=None, lost_in=None
    )
    return rows


def _check_free(coding: Coding) -> None:
    """Raise Unready where the analyst's same code stands on the very passage."""
    there = _standing(coding.source, coding.analyst).filter(
        code=coding.code, start=coding.start, end=coding.end
    )
    if there.exclude(id=coding.id).exists():
        raise Unready(Sentence("You have put %(code)s on this very passage already.", code=coding.code.name))


def _check_not_settled(coding: Coding) -> None:
    if coding.round is not None and coding.round.closed_at is not None:
        raise Unready(
            Sentence(
                "The round %(round)s is closed: its codings stand as they were compared.",
                round=coding.round.name,
            )
        )


def _same(earlier: Coding, source: Source, code: Code, by: Actor) -> Coding:
    if (earlier.source_id, earlier.code_id, earlier.analyst) != (source.id, code.id, by.id):
        raise Invalid(Sentence("This id belongs to another coding. Make a new one."))
    return earlier


def _round_of(source: Source, by: Actor) -> Round | None:
    """The open round in which this analyst codes this source."""
    found = (
        Assignment.objects.filter(source=source, coder=by.id, round__closed_at=None)
        .select_related("round")
        .order_by("round__opened_at")
        .first()
    )
    return found.round if found else None


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
