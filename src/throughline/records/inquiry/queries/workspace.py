"""What a coding workspace shows of a source: its codings in place, its analysis's codes, what is written beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, IntegerField, Q, QuerySet, UUIDField
from django.db.models.functions import Cast

from throughline.records.accounts.queries import display_names
from throughline.records.composed import Composed, Given
from throughline.records.inquiry.actions.coding import OF_SOURCE
from throughline.records.inquiry.actions.numbering import last_change
from throughline.records.inquiry.models import Analysis, Code, Coding, Memo, Source, Turn
from throughline.records.inquiry.queries.coders import names_elsewhere
from throughline.records.inquiry.queries.reading import (
    analysis_for,
    is_blind_for,
    last_own_change,
    source_for,
)
from throughline.rules.approaches import BLIND_UNLESS_OPENED
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence

_TOLD = ("id_text", "code_text", "start", "end", "analyst", "version", "change")


class Placed(NamedTuple):
    """A coding where it lies, in code points; `stands` is False for one that was taken off or lost its words."""

    id: str
    code_id: str
    start: int
    end: int
    analyst: str
    version: int
    change: int
    stands: bool


@dataclass(frozen=True)
class Feed:
    """The codings of a source that changed since a number, up to the change numbered `at`.

    `text_version`: places count in this version of the text; `is_blind`: own codings alone.
    """

    at: int
    text_version: int
    is_blind: bool
    placed: list[Placed]
    analysis: Analysis


@dataclass(frozen=True)
class Beside:
    """Something written beside a source or a coding on it."""

    memo_id: UUID
    coding_id: UUID | None
    start: int | None  # with `end`: beside a passage of the source
    end: int | None
    kind: str
    title: str
    text: str
    written_by: str
    written_at: datetime


_OF_ANALYSIS = ("id", "approach")


def coded_source(actor: Actor, source_id: UUID) -> Source:
    """A source that is being coded, which is asked for with each coding: no more of it is read than that needs."""
    found = _coded(actor).one(id=source_id)
    if found is None:
        raise NotFound(Sentence("There is no such source."))
    row: Source = Source.from_db("default", OF_SOURCE, found[: len(OF_SOURCE)])
    row.analysis = Analysis.from_db("default", _OF_ANALYSIS, found[len(OF_SOURCE) :])
    return row


@lru_cache(maxsize=256)
def _coded(actor: Actor) -> Composed:
    names = (*OF_SOURCE, *(f"analysis__{name}" for name in _OF_ANALYSIS))
    rows = Source.objects.visible_to(actor)
    return Composed(lambda: rows.filter(pk=Given("id", UUIDField())).values_list(*names))


@lru_cache(maxsize=256)
def _codes_seen(actor: Actor) -> Composed:
    rows = Code.objects.visible_to(actor)
    return Composed(lambda: rows.filter(pk=Given("id", UUIDField())).values_list("id"))


def codes_seen(actor: Actor, ids: Iterable[UUID]) -> set[UUID]:
    """Those of some codes that an actor may see."""
    seen = _codes_seen(actor)
    return {one for one in ids if seen(id=one)}


def feed_for(actor: Actor, source_id: UUID, since: int) -> Feed:
    """What became of a source's codings after the change numbered `since`; 0: those that stand now."""
    # its number first: what is coded meanwhile comes again, and is not missed
    row = coded_source(actor, source_id)
    is_blind = row.analysis.approach in BLIND_UNLESS_OPENED and is_blind_for(actor, row)
    # in a blind round not the source's own number: that it grows would tell that somebody else is at work
    at = last_own_change(actor, row) if is_blind else last_change(row)
    if since and at <= since:
        return Feed(at, row.version, is_blind, [], row.analysis)
    placed = _changed_since(actor, row, since) if since else _standing_on(actor, row)
    return Feed(at, row.version, is_blind, placed, row.analysis)


def _changed_since(actor: Actor, source: Source, since: int) -> list[Placed]:
    rows = Coding.objects.visible_to(actor).filter(source=source, change__gt=since).order_by("start", "id")
    return [placed_of(one) for one in rows]


def _standing_on(actor: Actor, source: Source) -> list[Placed]:
    """Thousands of them: everything that is done for each is waited for."""
    found = _standing(actor)(source=source.id)
    codes = {code: _dashed(code) for code in {one[1] for one in found}}
    return [
        Placed(_dashed(one), codes[code], start, end, analyst, version, change, stands=True)
        for one, code, start, end, analyst, version, change in found
    ]


@lru_cache(maxsize=256)
def _standing(actor: Actor) -> Composed:
    # ids as text: to make and write out two UUIDs for each takes longer than all the rest
    texts = {"id_text": Cast("id", CharField()), "code_text": Cast("code_id", CharField())}
    rows = Coding.objects.visible_to(actor).standing().filter(source=Given("source", UUIDField()))
    return Composed(lambda: rows.annotate(**texts).order_by("start", "id").values_list(*_TOLD))


def _dashed(text: str) -> str:
    """A UUID's text as the databases give it: the embedded one keeps its digits alone."""
    if len(text) == 36:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def turn_places(source: Source) -> list[tuple[int, str, int, int, int]]:
    """Number, speaker, start, end and whether of the team (1 or 0), of each turn of a source that was found for who asks."""
    found: list[Any] = _TURNS(source=source.id)
    return found


_TURNS = Composed(
    lambda: (
        Turn.objects.filter(source=Given("source", UUIDField()))
        .annotate(of_team=Cast("is_team", IntegerField()))
        .order_by("number")
        .values_list("number", "speaker", "start", "end", "of_team")
    )
)


def text_version_of(source: Source) -> int:
    """The version of the text that a source has by now."""
    version: int = Source.objects.values_list("version", flat=True).get(id=source.id)
    return version


def placed_of(coding: Coding) -> Placed:
    """A coding as an action gave it back."""
    return Placed(
        str(coding.id), str(coding.code_id), coding.start, coding.end, coding.analyst, coding.version, coding.change,
        stands=coding.removed_at is None and coding.lost_in is None,
    )  # fmt: skip


def codes_for(actor: Actor, analysis: Analysis) -> list[tuple[Code, int]]:
    """The codes of all books of an analysis and how deep each lies: book by book by name, in tree order."""
    rows: QuerySet[Code] = Code.objects.visible_to(actor).filter(
        codebook__analysis=analysis_for(actor, analysis.id)
    )
    below: dict[UUID | None, list[Code]] = {}
    for code in rows.order_by("codebook__name", "place"):
        below.setdefault(code.parent_id, []).append(code)
    found: list[tuple[Code, int]] = []
    waiting = [(code, 0) for code in reversed(below.get(None, []))]
    while waiting:
        code, depth = waiting.pop()
        found.append((code, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(code.id, []))]
    return found


def beside_for(actor: Actor, source_id: UUID) -> list[Beside]:
    """Memos, notes and other readings on a source and its codings, the newest first."""
    row = source_for(actor, source_id)
    there = Coding.objects.visible_to(actor).filter(source=row).values("id")
    rows: QuerySet[Memo] = Memo.objects.visible_to(actor).filter(Q(source=row) | Q(coding__in=there))
    return [
        Beside(
            one.id, one.coding_id, one.start, one.end, one.kind, one.title, one.text, one.written_by, one.written_at
        )
        for one in rows.order_by("-written_at", "-id")
    ]  # fmt: skip


def coder_names(analysis: Analysis, analysts: Iterable[str]) -> dict[str, str]:
    """Analyst -> name: of an account, or of somebody who coded in another program."""
    asked = set(analysts)
    if not asked:
        return {}
    names = display_names({UUID(one) for one in asked if _is_uuid(one)})
    missing = asked - set(names)
    if missing:
        names |= names_elsewhere(missing, analysis)
    return names


def _is_uuid(given: str) -> bool:
    try:
        UUID(given)
    except ValueError:
        return False
    return True
