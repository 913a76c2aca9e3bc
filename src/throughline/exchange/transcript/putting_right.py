"""Turns put right before a transcript is kept: given to another speaker, split, joined. The text stays as it is. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from throughline.exchange.transcript.document import TranscriptDocument, Turn
from throughline.vocabulary.errors import Invalid, Sentence

MOST_STEPS = 5_000
MOST_LABEL = 120


@dataclass(frozen=True)
class Give:
    """The turn `number` (from 1) belongs to another speaker; "" is nobody."""

    number: int
    speaker: str


@dataclass(frozen=True)
class Split:
    """The turn `number` ends before `place` (code points of the text); what follows belongs to `speaker`."""

    number: int
    place: int
    speaker: str


@dataclass(frozen=True)
class Join:
    """The turn `number` goes on what the one before it says; what the file writes between them stays in the words."""

    number: int


Step = Give | Split | Join


def put_right(document: TranscriptDocument, steps: Iterable[Step]) -> TranscriptDocument:
    """The document after each step in turn: a number counts in what the steps before it left.

    Invalid where a step fits no turn.
    """
    turns = list(document.turns)
    for step in steps:
        at = step.number - 1
        if not 0 <= at < len(turns):
            raise Invalid(Sentence("There is no turn %(number)s.", number=step.number))
        match step:
            case Give():
                turns[at] = replace(turns[at], speaker=_label(step.speaker))
            case Split():
                turns[at : at + 1] = _halves(document.text, turns[at], step)
            case Join():
                if at == 0:
                    raise Invalid(
                        Sentence("This is the first turn: there is none before it to join it with.")
                    )
                one, two = turns[at - 1 : at + 1]
                turns[at - 1 : at + 1] = [replace(one, end=two.end, end_ms=two.end_ms)]
    return replace(document, turns=tuple(turns))


def written(steps: Iterable[Step]) -> str:
    """Steps as a page carries them."""
    rows = [
        ["give", step.number, step.speaker]
        if isinstance(step, Give)
        else ["split", step.number, step.place, step.speaker]
        if isinstance(step, Split)
        else ["join", step.number]
        for step in steps
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else ""


def steps_in(given: str) -> list[Step]:
    """What `written` wrote. Invalid for anything else, and for more than a person does."""
    if not given:
        return []
    try:
        rows = json.loads(given)
        steps = [_step(row) for row in rows]
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid(Sentence("What was put right in this file cannot be read. Begin it anew.")) from error
    if len(steps) > MOST_STEPS:
        raise Invalid(
            Sentence(
                "More than %(most)s turns of a file were put right. Mend the file itself.", most=MOST_STEPS
            )
        )
    return steps


def _step(row: object) -> Step:
    match row:
        case ["give", int(number), str(speaker)]:
            return Give(number, speaker)
        case ["split", int(number), int(place), str(speaker)]:
            return Split(number, place, speaker)
        case ["join", int(number)]:
            return Join(number)
    raise ValueError("no step")


def _halves(text: str, turn: Turn, step: Split) -> list[Turn]:
    head, rest = text[turn.start : step.place].rstrip(), text[step.place : turn.end].lstrip()
    if not (turn.start < step.place < turn.end and head and rest):
        raise Invalid(Sentence("Split a turn between its words: something must be said before and after."))
    first = replace(turn, end=turn.start + len(head), end_ms=None)
    return [first, Turn(_label(step.speaker), turn.end - len(rest), turn.end, None, turn.end_ms)]


def _label(given: str) -> str | None:
    label = " ".join(given.split())
    if len(label) > MOST_LABEL:
        raise Invalid(
            Sentence("A speaker's label is longer than 120 characters; it must be a name, not speech.")
        )
    return label or None
