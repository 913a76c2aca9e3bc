"""A source as it is read and coded: its turns with their codings, and the codebook beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.models import Analysis, Codebook, Coding, Source, Turn
from throughline.records.inquiry.queries import (
    CodeNode,
    code_tree,
    codebooks_for,
    codings_of,
    is_blind_for,
    memos_for,
    text_of,
    turns_of,
)
from throughline.rules.access import check_may_remove_coding, may
from throughline.rules.approaches import uses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import ApproachUse
from throughline.web.transcript import Mark

TURNS_PER_PAGE = 250
HUES = 8


@dataclass(frozen=True)
class ShownTurn:
    """A turn with its words."""

    number: int
    speaker: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class ShownCoding:
    """A coding in the list beside the text; `turn` is where it begins."""

    coding: Coding
    hue: int
    analyst: str
    excerpt: str
    turn: int
    may_remove: bool


@dataclass(frozen=True)
class ShownCode:
    """A code of the tree; None counts where the approach does not count."""

    node: CodeNode
    hue: int
    codings: int | None


@dataclass(frozen=True)
class Reading:
    """What the page of a source shows."""

    page: Page[Any]
    turns: list[ShownTurn]
    marks: list[Mark]
    codings: list[ShownCoding]
    codes: list[ShownCode]
    memos: list[Any]
    only_own: bool


def counts_codes(analysis: Analysis) -> bool:
    """A reflexive analysis does not count its codes; one with a codebook only where it asks for that."""
    return uses(analysis, ApproachUse.COUNTS)


def nodes_of(actor: Actor, analysis: Analysis) -> list[CodeNode]:
    """The codes of all books of an analysis, each book in tree order."""
    books: Iterable[Codebook] = codebooks_for(actor, analysis)
    return [node for book in books for node in code_tree(actor, book)]


def hues_of(nodes: Sequence[CodeNode]) -> dict[UUID, int]:
    """Code id -> hue 1 to 8: its place in the palette, or else its place in the codebook."""
    return {
        node.code.id: (node.code.colour - 1 if node.code.colour else place) % HUES + 1
        for place, node in enumerate(nodes)
    }


def reading_of(
    actor: Actor, source: Source, nodes: Sequence[CodeNode], at: datetime, *, page: Any, turn: int | None
) -> Reading:
    """One page of a source in the clear; opening it is written into the audit."""
    analysis = source.analysis
    text = text_of(actor, source, at)
    rows: list[Turn] = list(turns_of(actor, source))
    pages = Paginator(rows, TURNS_PER_PAGE)
    if turn is not None and page is None:
        page = (max(turn, 1) - 1) // TURNS_PER_PAGE + 1
    shown_page = pages.get_page(page or 1)
    held = list(shown_page.object_list)
    first, last = (held[0].start, held[-1].end) if held else (0, 0)
    codings = codings_of(actor, source).filter(start__lt=last, end__gt=first)
    hues, standing = hues_of(nodes), list(codings)
    counted = counts_codes(analysis)
    return Reading(
        page=shown_page,
        turns=[ShownTurn(one.number, one.speaker, text[one.start : one.end], one.start, one.end) for one in held],
        marks=[Mark(one.start, one.end, one.code.name, hues.get(one.code_id, HUES)) for one in standing],
        codings=_codings(actor, standing, hues, held, text),
        codes=[ShownCode(node, hues[node.code.id], node.codings if counted else None) for node in nodes],
        memos=list(memos_for(actor, analysis).filter(source=source)),
        only_own=is_blind_for(actor, source),
    )  # fmt: skip


def _codings(
    actor: Actor, codings: Sequence[Coding], hues: dict[UUID, int], turns: Sequence[Turn], text: str
) -> list[ShownCoding]:
    names = display_names({UUID(one.analyst) for one in codings if _is_uuid(one.analyst)})
    return [
        ShownCoding(
            one, hues.get(one.code_id, HUES), names.get(one.analyst, one.analyst),
            _excerpt(text[one.start : one.end]), _turn_at(turns, one.start),
            may(check_may_remove_coding, actor, one.programme_id, is_own=one.analyst == actor.id),
        )
        for one in codings
    ]  # fmt: skip


def _is_uuid(given: str) -> bool:
    try:
        UUID(given)
    except ValueError:
        return False
    return True


def _excerpt(passage: str, most: int = 90) -> str:
    words = " ".join(passage.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _turn_at(turns: Sequence[Turn], place: int) -> int:
    """The number of the turn in which a place lies, or the nearest one shown."""
    return next((turn.number for turn in turns if place < turn.end), turns[-1].number if turns else 1)
