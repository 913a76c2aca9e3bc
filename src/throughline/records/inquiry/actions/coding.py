"""Putting codes on passages, moving them and taking them off: each change is numbered for who works on the same source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, QuerySet

from throughline.records.audit import actions as audit
from throughline.records.composed import Composed, Given
from throughline.records.foundation import new_id
from throughline.records.inquiry.actions.earlier import Corrections, Place
from throughline.records.inquiry.actions.holding import codes_held
from throughline.records.inquiry.actions.numbering import hold_sources, next_change
from throughline.records.inquiry.models import Assignment, Code, Coding, CodingRevision, Source, Turn
from throughline.rules.access import check_may_apply_code, check_may_move_coding, check_may_remove_coding
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event

# what of a source a coding needs to know
OF_SOURCE = ("id", "programme_id", "analysis_id", "version", "characters", "erased_at", "changes")

_ID = models.UUIDField()
_PLACE = {name: Given(name, models.PositiveIntegerField()) for name in ("start", "end")}
_SOURCE = Composed(lambda: Source.objects.filter(pk=Given("id", _ID)).values_list(*OF_SOURCE))
_THERE = Composed(lambda: Coding.objects.filter(pk=Given("id", _ID)).values_list("id"))
_TAKEN = Composed(
    lambda: (
        Coding.objects.standing()
        .filter(
            source=Given("source", _ID),
            code=Given("code", _ID),
            analyst=Given("analyst", models.CharField()),
            **_PLACE,
        )
        .values_list("id")
    )
)
_ROUNDS = Composed(
    lambda: (
        Assignment.objects.filter(
            source=Given("source", _ID), coder=Given("coder", models.CharField()), round__closed_at=None
        )
        .order_by("round__opened_at")
        .values_list("round_id")
    )
)


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
    text_version: int | None = None,
    corrections: Corrections | None = None,
    by: Actor,
    at: datetime,
) -> Coding:
    """Put a code on a passage. Unready, with a sentence, where the analyst has put it there already.

    `coding_id` is made where the coding is made: sent again after a lost answer, the same coding comes back.
    `text_version` is the one that the passage was marked on (None: the text as it stands). Where the text was corrected
    since, the coding lies on the same words by now; where they are gone it is kept as lost (`lost_in`).
    A code that was merged meanwhile stands for the one that it became part of.
    """
    check_may_apply_code(by, source.programme_id)
    held = _held([code])[code.id]
    row, change = _locked_source(source, at)
    if coding_id is not None and _THERE(id=coding_id):
        return _same(Coding.objects.get(id=coding_id), row, held, by)
    place = (corrections or Corrections(by)).place(row, start, end, text_version)
    coding = _coding(row, held, by, at)
    coding.id, coding.change, coding.round_id = coding_id or new_id(), change, _round_of(row, by)
    _lay(coding, place)
    Coding.objects.bulk_create([coding])
    audit.record(Event.CODE_APPLIED, target=coding, programme_id=row.programme_id, by=by, at=at)
    return coding


@transaction.atomic
def apply_codes(*, source: Source, drafts: Sequence[CodingDraft], by: Actor, at: datetime) -> list[Coding]:
    """Put many codes on one source: all or none. Those that the analyst has put there already are passed over."""
    check_may_apply_code(by, source.programme_id)
    held = _held([draft.code for draft in drafts])
    row, change = _locked_source(source, at)
    during = _round_of(row, by)
    there = set(_standing(row, by.id).values_list("code_id", "start", "end"))
    codings: list[Coding] = []
    for draft in drafts:
        coding = _coding(row, held[draft.code.id], by, at)
        check_passage(row, draft.start, draft.end)
        place = (coding.code_id, draft.start, draft.end)
        if place not in there:
            there.add(place)
            coding.start, coding.end, coding.change, coding.round_id = draft.start, draft.end, change, during
            codings.append(coding)
    Coding.objects.bulk_create(codings, batch_size=500)
    audit.record(
        Event.CODE_APPLIED, target=row, programme_id=row.programme_id, by=by, at=at, count=len(codings)
    )
    return codings


@transaction.atomic
def move_coding(
    *,
    coding: Coding,
    start: int,
    end: int,
    base_version: int,
    text_version: int | None = None,
    corrections: Corrections | None = None,
    by: Actor,
    at: datetime,
) -> Coding:
    """Widen, narrow or shift one's own coding; where it lay is kept. Unready where it changed meanwhile.

    `text_version` as in `apply_code`. Asked again for the borders that it has by now, or had on the way to where it is,
    it answers the coding as it stands.
    """
    check_may_move_coding(by, coding.programme_id, is_own=coding.analyst == by.id)
    row, change = _locked(coding, at)
    _check_not_settled(row)
    if row.removed_at is not None:
        raise Unready(Sentence("This coding was removed. Put the code on the passage again."))
    place = (corrections or Corrections(by)).place(row.source, start, end, text_version)
    if (row.start, row.end, row.lost_in) == (place.start, place.end, place.lost_in):
        return row
    if row.version != base_version:
        if _was_laid(row, base_version, place):
            return row
        raise Unready(Sentence("This coding was moved meanwhile. Look at where it lies now."))
    was = row.start, row.end
    _lay(row, place)
    CodingRevision.objects.create(
        programme_id=row.programme_id, coding=row, version=row.version, start=was[0], end=was[1],
        moved_at=at, moved_by=by.id,
    )  # fmt: skip
    Coding.objects.filter(id=row.id).update(
        start=row.start, end=row.end, lost_in=row.lost_in, version=F("version") + 1, change=change
    )
    return _done(row, Event.CODING_MOVED, by, at)


@transaction.atomic
def remove_coding(*, coding: Coding, by: Actor, at: datetime) -> Coding:
    """Take a code off a passage; a tombstone stays. One's own, or a colleague's by who leads."""
    check_may_remove_coding(by, coding.programme_id, is_own=coding.analyst == by.id)
    row, change = _locked(coding, at)
    _check_not_settled(row)
    if row.removed_at is not None:
        raise Unready(Sentence("This coding was removed already."))
    Coding.objects.filter(id=row.id).update(removed_at=at, removed_by=by.id, change=change)
    return _done(row, Event.CODING_REMOVED, by, at)


@transaction.atomic
def restore_coding(*, coding: Coding, text_version: int | None = None, by: Actor, at: datetime) -> Coding:
    """Put a removed coding back as it was: one's own, or one that oneself removed.

    Unready where its words are gone; but who asked when they were there yet (`text_version`) gets it back as lost.
    """
    check_may_remove_coding(by, coding.programme_id, is_own=coding.analyst == by.id)
    row, change = _locked(coding, at)
    _check_not_settled(row)
    if row.removed_at is None:
        raise Unready(Sentence("This coding stands already."))
    if row.lost_in is None or text_version is None or not 0 < text_version < row.lost_in:
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
            Sentence(
                "Mark a passage inside the text: it has %(count)s character.",
                "Mark a passage inside the text: it has %(count)s characters.",
                count=source.characters,
            )
        )


def _held(codes: Sequence[Code]) -> dict[UUID, Code]:
    """The codes as they stand, held until the transaction ends: always before the source is locked."""
    held = codes_held(code.id for code in codes)
    if any(code.id not in held for code in codes):
        raise NotFound(Sentence("There is no such code."))
    return held


def _locked_source(source: Source, at: datetime) -> tuple[Source, int]:
    """The source as it stands now, locked, with the number of the change about to be made to its codings."""
    hold_sources([source.id])
    # one more coding takes no more time where the source is long: the sealed words stay where they are
    found = _SOURCE.one(id=source.id)
    if found is None:
        raise NotFound(Sentence("There is no such source."))
    row: Source = Source.from_db("default", OF_SOURCE, found)
    return row, next_change(row, at)


def _locked(coding: Coding, at: datetime) -> tuple[Coding, int]:
    """The coding as it stands now, with the number of the change about to be made to it."""
    hold_sources([coding.source_id])
    rows = Coding.objects.select_related("source", "code", "round").defer("source__text", "source__raw")
    row: Coding = rows.get(id=coding.id)
    return row, next_change(row.source, at)


def _lay(coding: Coding, place: Place) -> None:
    """Put a coding in its place. Where its equal came to lie by a correction, it is lost as any other would be."""
    coding.start, coding.end, coding.lost_in = place.start, place.end, place.lost_in
    if place.before is not None and _is_taken(coding):
        (coding.start, coding.end), coding.lost_in = place.before, coding.source.version
    elif place.lost_in is None:
        _check_free(coding)


def _was_laid(row: Coding, base_version: int, place: Place) -> bool:
    """Whether it was moved from that version to that place already, and then on to another: an answer was lost."""
    moved = CodingRevision.objects.filter(
        coding=row, version=base_version + 1, start=place.start, end=place.end
    )
    return row.version >= base_version + 2 and bool(moved.exists())


def _done(row: Coding, event: Event, by: Actor, at: datetime) -> Coding:
    audit.record(event, target=row, programme_id=row.programme_id, by=by, at=at)
    row.refresh_from_db(fields=["start", "end", "version", "change", "lost_in", "removed_at", "removed_by"])
    return row


def _standing(source: Source, analyst: str) -> QuerySet[Coding]:
    rows: QuerySet[Coding] = Coding.objects.filter(
        source=source, analyst=analyst, removed_at=None, lost_in=None
    )
    return rows


def _is_taken(coding: Coding) -> bool:
    there = _TAKEN(
        source=coding.source_id,
        code=coding.code_id,
        analyst=coding.analyst,
        start=coding.start,
        end=coding.end,
    )
    return any(one != coding.id for (one,) in there)


def _check_free(coding: Coding) -> None:
    """Raise Unready where the analyst's same code stands on the very passage."""
    if _is_taken(coding):
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
    earlier.source = source
    return earlier


def _round_of(source: Source, by: Actor) -> UUID | None:
    """The open round in which this analyst codes this source."""
    found = _ROUNDS.one(source=source.id, coder=by.id)
    return found[0] if found else None


def _coding(source: Source, code: Code, by: Actor, at: datetime) -> Coding:
    """Checked, without its place, not yet written."""
    if code.codebook.analysis_id != source.analysis_id:
        raise Invalid(Sentence("This code belongs to another analysis than the source."))
    if code.retired_at is not None:
        raise Invalid(Sentence("The code %(code)s is retired. Choose another.", code=code.name))
    return Coding(programme_id=source.programme_id, source=source, code=code, analyst=by.id, applied_at=at)
