"""Passages in the clear, of several sources at once: each source is opened once, and each opening is an audit event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.records.inquiry.actions.sources import read_source
from throughline.records.inquiry.models import Source, Turn
from throughline.vocabulary.actor import Actor


@dataclass(frozen=True, order=True)
class Place:
    """[start, end) of a source, in code points."""

    source_id: UUID
    start: int
    end: int


@dataclass(frozen=True)
class Words:
    """A passage in the clear: its source's name, its words, who speaks in it, and the turn where it begins."""

    place: Place
    source_name: str
    text: str
    speakers: tuple[str, ...]
    turn: int
    language: str


def words_at(actor: Actor, places: Iterable[Place], *, reason: str, at: datetime) -> dict[Place, Words]:
    """Place -> its words. Places of sources that this actor may not read, or that were erased, are left out."""
    wanted = sorted(set(places))
    ids = {place.source_id for place in wanted}
    sources = {one.id: one for one in Source.objects.visible_to(actor).filter(id__in=ids, erased_at=None)}
    texts = {pk: read_source(source=one, reason=reason, by=actor, at=at) for pk, one in sources.items()}
    turns = _turns(sources)
    return {
        place: _words(place, sources[place.source_id], texts[place.source_id], turns.get(place.source_id, []))
        for place in wanted
        if place.source_id in texts
    }


def _turns(sources: Iterable[UUID]) -> dict[UUID, list[Turn]]:
    found: dict[UUID, list[Turn]] = {}
    rows = Turn.objects.filter(source__in=list(sources)).select_related("participant").order_by("number")
    for row in rows:
        found.setdefault(row.source_id, []).append(row)
    return found


def spoken_by(turn: Turn) -> str:
    """The participant's label, or else the label that stands in the transcript: of who withdrew, that they did."""
    who = turn.participant
    return turn.speaker if who is None or who.withdrawn_at is not None else str(who.label)


def _words(place: Place, source: Source, text: str, turns: Sequence[Turn]) -> Words:
    touched = [turn for turn in turns if turn.start < place.end and turn.end > place.start]
    who = (spoken_by(turn) for turn in touched)
    language = "" if source.language == "not_recorded" else source.language
    number = touched[0].number if touched else 1
    speakers = tuple(dict.fromkeys(name for name in who if name))
    return Words(place, source.name, text[place.start : place.end], speakers, number, language)
