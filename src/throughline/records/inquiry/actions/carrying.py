"""Putting another text in a source's place: what was there is kept, and all that lies on it is carried over."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, MultiFernet
from django.db import connection
from django.db.models import F, QuerySet

from throughline.methods.text_mapping import TextMapping
from throughline.records.foundation import new_id
from throughline.records.inquiry.actions.numbering import count_on
from throughline.records.inquiry.models import (
    Coding,
    CodingRevision,
    FrameworkPassage,
    Memo,
    Settlement,
    Source,
    SourceVersion,
    ThemePassage,
    ThemeQuote,
    Turn,
)
from throughline.records.keyring import source_keys
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, Unready
from throughline.vocabulary.study import TextChange

# Beyond any text: rows whose places stand once in the database wait there while their new places are written.
ASIDE = 1_000_000_000
AT_ONCE = 500
MANY = 20  # rows that move alike: then one statement is worth it


@dataclass(frozen=True)
class TurnNow:
    """A turn as it shall stand. `id` is that of the turn it was, or a new one."""

    start: int
    end: int
    speaker: str
    participant_id: UUID | None
    is_team: bool
    start_ms: int | None
    end_ms: int | None
    id: UUID

    @classmethod
    def of(cls, turn: Turn) -> TurnNow:
        return cls(
            turn.start, turn.end, turn.speaker, turn.participant_id, turn.is_team, turn.start_ms, turn.end_ms, turn.id
        )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A source as it stands, locked until the transaction ends, and the number of the change about to be made."""

    source: Source
    text: str
    turns: list[TurnNow]
    cipher: Fernet | MultiFernet


def standing(source: Source, base_version: int | None, at: datetime) -> Standing:
    """The source in the clear, locked. Unready where its text is no longer `base_version`, NotFound where it is gone."""
    count_on([source.id], at)
    row: Source = Source.objects.get(id=source.id)
    if row.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    if base_version is not None and row.version != base_version:
        raise Unready(
            Sentence(
                "Somebody changed this text meanwhile. Look at version %(version)s first, then change that.",
                version=row.version,
            )
        )
    cipher = source_keys().open(row.id)
    turns = [TurnNow.of(turn) for turn in Turn.objects.filter(source=row).order_by("number")]
    return Standing(row, cipher.decrypt(bytes(row.text)).decode(), turns, cipher)


def put_text(
    was: Standing,
    *,
    text: str,
    turns: Sequence[TurnNow],
    mapping: TextMapping | None,
    change: TextChange,
    is_deidentified: bool | None = None,
    by: Actor,
    at: datetime,
) -> Source:
    """Seal the text and turns that were, write the new ones, and carry over what lies on them (`mapping`)."""
    row = was.source
    SourceVersion.objects.create(
        programme_id=row.programme_id, source=row, version=row.version, text=row.text,
        turns=was.cipher.encrypt(sealed_turns(was.turns)), change=change.value,
        was_deidentified=row.is_deidentified, replaced_at=at, replaced_by=by.id,
    )  # fmt: skip
    now_deidentified = row.is_deidentified if is_deidentified is None else is_deidentified
    Source.objects.filter(id=row.id).update(
        text=was.cipher.encrypt(text.encode()), characters=len(text), version=row.version + 1,
        is_deidentified=now_deidentified,
    )  # fmt: skip
    write_turns(row, was.turns, turns)
    if mapping is not None:
        carry_over(row, mapping, version=row.version + 1)
    row.refresh_from_db()
    return row


def sealed_turns(turns: Iterable[TurnNow]) -> bytes:
    """What a version keeps of its turns, before it is sealed."""
    rows = [
        {
            "number": number, "speaker": turn.speaker, "start": turn.start, "end": turn.end,
            "participant": str(turn.participant_id) if turn.participant_id else None, "is_team": turn.is_team,
            "start_ms": turn.start_ms, "end_ms": turn.end_ms,
        }
        for number, turn in enumerate(turns, start=1)
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False).encode()


def turns_carried(turns: Iterable[TurnNow], mapping: TextMapping) -> list[TurnNow]:
    """The turns where they lie in the new text; what was written in a turn's place belongs to it. Empty ones go."""
    found, reached = [], 0
    for turn in turns:
        start, end = mapping.wide(turn.start, turn.end)
        start = max(start, reached)
        if start < end:
            found.append(replace(turn, start=start, end=end))
            reached = end
    return found


def write_turns(source: Source, were: Sequence[TurnNow], turns: Sequence[TurnNow]) -> None:
    """Turns that are the same but for their place are moved; from the first other one on they are written anew."""
    same = next(
        (n for n, (old, new) in enumerate(zip(were, turns, strict=False)) if old.id != new.id),
        min(len(were), len(turns)),
    )
    shifts: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    given: dict[tuple[str, UUID | None, bool], list[UUID]] = defaultdict(list)  # to the same speaker, at once
    for old, new in zip(were[:same], turns[:same], strict=True):
        shifts[new.start - old.start, new.end - old.end].append(new.id)
        told = (new.speaker, new.participant_id, new.is_team)
        if told != (old.speaker, old.participant_id, old.is_team):
            given[told].append(new.id)
    for (speaker, participant_id, is_team), ids in given.items():
        for first in range(0, len(ids), AT_ONCE):
            Turn.objects.filter(id__in=ids[first : first + AT_ONCE]).update(
                speaker=speaker, participant_id=participant_id, is_team=is_team
            )
    _shift_all(Turn.objects.all(), shifts)
    Turn.objects.filter(source=source, number__gt=same).delete()
    Turn.objects.bulk_create(
        [
            Turn(
                id=turn.id, programme_id=source.programme_id, source=source, number=number, speaker=turn.speaker,
                participant_id=turn.participant_id, is_team=turn.is_team, start=turn.start, end=turn.end,
                start_ms=turn.start_ms, end_ms=turn.end_ms,
            )
            for number, turn in enumerate(turns[same:], start=same + 1)
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip


def new_turn(turn: TurnNow, **changed: Any) -> TurnNow:
    """Another turn like this one, with an id of its own."""
    return replace(turn, id=new_id(), **changed)


def carry_over(source: Source, mapping: TextMapping, *, version: int) -> None:
    """Put everything that lies on the text of a source where its words are now.

    What lost its words, or came to lie on the very place of its equal, keeps its old place and says in which version
    (`lost_in`). Codings that move are numbered with the change under way; their own version stays: nobody moved them.
    """
    number = Source.objects.values_list("changes", flat=True).get(id=source.id)
    of_source: dict[str, Any] = {"source": source, "lost_in": None}
    codings: QuerySet[Any] = Coding.objects.filter(**of_source)
    _carry(codings.filter(removed_at=None), mapping, version, ("code_id", "analyst"), change=number)
    _carry(codings.exclude(removed_at=None), mapping, version, ("id",))
    for model, key in ((ThemeQuote, "theme_id"), (ThemePassage, "theme_id"), (FrameworkPassage, "cell_id")):
        rows: QuerySet[Any] = model._default_manager.filter(**of_source)
        lost_before = model._default_manager.filter(source=source, lost_in__isnull=False)
        _carry(rows, mapping, version, (key,), lost_before=lost_before)
    _carry(Memo.objects.filter(**of_source, start__isnull=False), mapping, version, ("id",))
    # Where a coding lay once, and a stretch that was settled, is history: it follows as near as it can.
    for past in (
        CodingRevision.objects.filter(coding__source=source), Settlement.objects.filter(source=source)
    ):  # fmt: skip
        shifts: dict[tuple[int, int], list[UUID]] = defaultdict(list)
        for pk, start, end in past.values_list("id", "start", "end"):
            first, last = mapping.near(start, end)
            first = min(first, max(mapping.new_length - 1, 0))
            shifts[first - start, max(last, first + 1) - end].append(pk)
        _shift_all(past.model._default_manager.all(), shifts)


def _carry(
    rows: QuerySet[Any],
    mapping: TextMapping,
    version: int,
    key: tuple[str, ...],
    lost_before: QuerySet[Any] | None = None,
    **numbered: int,
) -> None:
    """Carry rows of one model over; two of the same `key` never come to lie on the same place."""
    taken: set[tuple[Any, ...]] = set()
    shifts: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    lost: list[tuple[Any, ...]] = []
    for found in list(rows.order_by("id").values_list("id", "start", "end", *key)):
        pk, start, end, *same = found
        place = mapping.span(start, end)
        if place is None or (*same, *place) in taken:
            lost.append(found)
        else:
            taken.add((*same, *place))
            if place != (start, end):
                shifts[place[0] - start, place[1] - end].append(pk)
    model: QuerySet[Any] = rows.model._default_manager.all()
    moving = [pk for ids in shifts.values() for pk in ids]
    for ids in _batches(moving):  # out of the way first: on the way one may lie where another lay
        model.filter(id__in=ids).update(start=F("start") + ASIDE, end=F("end") + ASIDE)
    for ids in _batches([pk for pk, *_ in lost]):
        model.filter(id__in=ids).update(lost_in=version, **numbered)
    if lost_before is not None:
        _make_room(model, [*lost_before.values_list("id", "start", "end", *key), *lost], taken)
    _shift_all(model, {(a - ASIDE, b - ASIDE): ids for (a, b), ids in shifts.items()}, **numbered)


def _make_room(model: QuerySet[Any], lost: Iterable[tuple[Any, ...]], taken: set[tuple[Any, ...]]) -> None:
    """A lost passage's place in the text that was tells which words it had; the database takes no place twice.

    Where one stands on that place now, the lost one is told a sign or two longer than it was.
    """
    for pk, start, end, *same in lost:
        last = end
        while (*same, start, last) in taken:
            last += 1
        taken.add((*same, start, last))
        if last != end:
            model.filter(id=pk).update(end=last)


def _shift_all(model: QuerySet[Any], shifts: dict[tuple[int, int], list[UUID]], **numbered: int) -> None:
    """Move rows by (start, end). Where each goes its own way, one prepared statement is run for each: a thousand
    statements that are each composed and planned take a second."""
    own_way: list[tuple[Any, ...]] = []
    key = model.model._meta.pk
    for (ahead, longer), ids in shifts.items():
        if len(ids) >= MANY:
            _shift(model, ids, ahead, longer, **numbered)
        elif ahead or longer:
            own_way += [
                (ahead, longer, *numbered.values(), key.get_db_prep_value(pk, connection)) for pk in ids
            ]
    if not own_way:
        return
    quote = connection.ops.quote_name
    start, end = quote("start"), quote("end")
    numbers = "".join(f", {quote(name)} = %s" for name in numbered)
    table = quote(model.model._meta.db_table)
    sql = f"UPDATE {table} SET {start} = {start} + %s, {end} = {end} + %s{numbers} WHERE {quote(key.column)} = %s"  # noqa: S608 - names of our own models
    with connection.cursor() as cursor:
        cursor.executemany(sql, own_way)


def _shift(model: QuerySet[Any], ids: Sequence[UUID], ahead: int, longer: int, **numbered: int) -> None:
    if not (ahead or longer):
        return
    for some in _batches(ids):
        model.filter(id__in=some).update(start=F("start") + ahead, end=F("end") + longer, **numbered)


def _batches(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[place : place + AT_ONCE] for place in range(0, len(ids), AT_ONCE))
