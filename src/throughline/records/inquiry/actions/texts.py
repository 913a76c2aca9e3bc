"""Correcting what a source says and who says it: what was there is kept, and what lies on it is carried over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.methods.text_mapping import (
    TextMapping,
    mapping_between,
    mapping_of_replacements,
    with_replacements,
)
from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.carrying import (
    Standing,
    TurnNow,
    new_turn,
    put_text,
    standing,
    turns_carried,
)
from throughline.records.inquiry.models import Source, SourceVersion
from throughline.records.keyring import source_keys
from throughline.rules.access import check_may_add_source, check_may_read_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import TextChange

MOST_LABEL = 120


@dataclass(frozen=True)
class GiveTurn:
    """A turn belongs to another speaker."""

    number: int
    speaker: str


@dataclass(frozen=True)
class SplitTurn:
    """A turn ends before `place` (code points of the source); from there on `speaker` speaks, or the same one (None)."""

    number: int
    place: int
    speaker: str | None = None


@dataclass(frozen=True)
class JoinTurns:
    """A turn goes on in the next one; what stood between them (a label) goes."""

    number: int


@dataclass(frozen=True)
class RenameSpeaker:
    """A label is written otherwise in every turn of it. A label that is there already: both are the same speaker."""

    speaker: str
    name: str


TurnChange = GiveTurn | SplitTurn | JoinTurns | RenameSpeaker


@dataclass(frozen=True)
class EarlierText:
    """A source as it was: its text and turns (`number`, `speaker`, `start`, `end` ...)."""

    text: str
    turns: list[dict[str, Any]]


@transaction.atomic
def correct_text(
    *, source: Source, text: str, base_version: int, turn: int | None = None, by: Actor, at: datetime
) -> Source:
    """Write a source's words anew, or those of one turn; codings, quotes and memos stay on their words.

    `base_version` is the version that the writer saw: Unready where somebody changed the text meanwhile. A coding
    whose words are gone is kept (`lost_in`) and shown as such.
    """
    check_may_add_source(by, source.programme_id)
    was = standing(source, base_version, at)
    words = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if not words:
        raise Invalid(
            Sentence("Write what was said. A turn that nobody spoke is joined with the one before it."),
            fields={"text": Sentence("Empty.")},
        )
    if turn is None:
        new, mapping = words, mapping_between(was.text, words)
        turns = turns_carried(was.turns, mapping)
    else:
        new, mapping, turns = _with_turn(was, _place_of(was, turn), words)
    if new == was.text:
        return was.source
    row = put_text(was, text=new, turns=turns, mapping=mapping, change=TextChange.CORRECTED, by=by, at=at)
    audit.record(Event.TEXT_CORRECTED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def correct_turns(
    *, source: Source, change: TurnChange, base_version: int, by: Actor, at: datetime
) -> Source:
    """Say who says what: give a turn to another speaker, split or join turns, rename a speaker."""
    check_may_add_source(by, source.programme_id)
    was = standing(source, base_version, at)
    text, mapping = was.text, None
    match change:
        case GiveTurn():
            turns = _given(was.turns, _place_of(was, change.number), change.speaker)
        case SplitTurn():
            turns = _split(was, _place_of(was, change.number), change)
        case JoinTurns():
            text, mapping, turns = _joined(was, _place_of(was, change.number))
        case RenameSpeaker():
            turns = _renamed(was.turns, change)
    row = put_text(was, text=text, turns=turns, mapping=mapping, change=TextChange.CORRECTED, by=by, at=at)
    audit.record(Event.TURNS_CORRECTED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def read_version(*, version: SourceVersion, by: Actor, at: datetime) -> EarlierText:
    """A source as it was before a change, in the clear: for who holds the untouched text. Written into the audit."""
    check_may_read_source(by, version.programme_id, is_deidentified=False)
    if version.source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    cipher = source_keys().open(version.source_id)
    text = cipher.decrypt(bytes(version.text)).decode()
    turns = json.loads(cipher.decrypt(bytes(version.turns)))
    audit.record(
        Event.SOURCE_READ, target=version.source, programme_id=version.programme_id, by=by, at=at,
        reason="earlier_version",
    )  # fmt: skip
    return EarlierText(text, turns)


def _place_of(was: Standing, number: int) -> int:
    if not 1 <= number <= len(was.turns):
        raise NotFound(Sentence("This source has no turn %(number)s.", number=number))
    return number - 1


def _with_turn(was: Standing, place: int, words: str) -> tuple[str, TextMapping, list[TurnNow]]:
    """The text with other words in one turn.

    What became of each place is asked of the two texts alone, as it is for a coding that arrives late (see earlier.py).
    """
    turn = was.turns[place]
    grown = len(words) - (turn.end - turn.start)
    turns = [
        *was.turns[:place],
        replace(turn, end=turn.end + grown),
        *(replace(one, start=one.start + grown, end=one.end + grown) for one in was.turns[place + 1 :]),
    ]
    new = was.text[: turn.start] + words + was.text[turn.end :]
    return new, mapping_between(was.text, new), turns


def _label(given: str) -> str:
    label = " ".join(given.split())
    if len(label) > MOST_LABEL:
        raise Invalid(
            Sentence("A speaker's label is longer than 120 characters; it must be a name, not speech."),
            fields={"speaker": Sentence("Too long.")},
        )
    return label


def _as_speaker(turn: TurnNow, turns: Sequence[TurnNow], label: str) -> TurnNow:
    """A turn under another label, and with it what is known of who that is."""
    like = next((one for one in turns if one.speaker == label and one.id != turn.id), None)
    return replace(
        turn, speaker=label, participant_id=like.participant_id if like else None,
        is_team=like.is_team if like else False,
    )  # fmt: skip


def _given(turns: Sequence[TurnNow], place: int, speaker: str) -> list[TurnNow]:
    changed = _as_speaker(turns[place], turns, _label(speaker))
    return [*turns[:place], changed, *turns[place + 1 :]]


def _split(was: Standing, place: int, change: SplitTurn) -> list[TurnNow]:
    turn = was.turns[place]
    head = was.text[turn.start : change.place].rstrip()
    rest = was.text[change.place : turn.end].lstrip()
    if not (turn.start < change.place < turn.end and head and rest):
        raise Invalid(
            Sentence("Split a turn between its words: something must be said before and after."),
            fields={"place": Sentence("Not within the turn.")},
        )
    first = replace(turn, end=turn.start + len(head), end_ms=None)
    second = new_turn(turn, start=turn.end - len(rest), start_ms=None)
    if change.speaker is not None and _label(change.speaker) != turn.speaker:
        second = _as_speaker(second, was.turns, _label(change.speaker))
    return [*was.turns[:place], first, second, *was.turns[place + 1 :]]


def _joined(was: Standing, place: int) -> tuple[str, TextMapping, list[TurnNow]]:
    if place + 1 >= len(was.turns):
        raise Invalid(Sentence("This is the last turn: there is none to join it with."))
    one, two = was.turns[place : place + 2]
    if one.participant_id and two.participant_id and one.participant_id != two.participant_id:
        raise Unready(
            Sentence("Two participants speak in these turns. Say first that both belong to the same one.")
        )
    between = [(one.end, two.start, " ")]
    mapping = mapping_of_replacements(was.text, between)
    shift = 1 - (two.start - one.end)
    joined = replace(one, end=two.end + shift, end_ms=two.end_ms)
    later = [replace(turn, start=turn.start + shift, end=turn.end + shift) for turn in was.turns[place + 2 :]]
    return with_replacements(was.text, between), mapping, [*was.turns[:place], joined, *later]


def _renamed(turns: Sequence[TurnNow], change: RenameSpeaker) -> list[TurnNow]:
    name = _label(change.name)
    if not any(turn.speaker == change.speaker for turn in turns):
        raise NotFound(
            Sentence("Nobody in this source is called that. Use a label that stands before a turn.")
        )
    if not name:
        raise Invalid(Sentence("Give the speaker a label."), fields={"name": Sentence("Empty.")})
    is_there = name != change.speaker and any(turn.speaker == name for turn in turns)
    return [
        turn
        if turn.speaker != change.speaker
        else _as_speaker(turn, turns, name)
        if is_there
        else replace(turn, speaker=name)
        for turn in turns
    ]
