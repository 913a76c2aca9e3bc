"""What themes rest on: passages for and against, what is left aside, and quotes in people's own words."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import StrictBool

from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Offset, Out, Version, answers
from throughline.api.shapes import Place as Offsets
from throughline.records.inquiry.actions import (
    choose_quote,
    let_quote_go,
    place_passage,
    remove_passage,
)
from throughline.records.inquiry.models import Source, Theme
from throughline.records.inquiry.queries import quotes_of, source_for, theme_for
from throughline.records.inquiry.queries.passages import Place, words_at
from throughline.records.inquiry.queries.reading import Quote
from throughline.records.inquiry.queries.theming import (
    ThemePlace,
    passage_for,
    places_of,
    quote_for,
    turns_left_aside,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing

router = Router(tags=["themes"])


class Side(StrEnum):
    FOR = "for"
    AGAINST = "against"
    ASIDE = "aside"


class PassageIn(In):
    """Words of a source, and whether they speak against the theme. `text_version`: of the text one read."""

    source_id: UUID
    start: Offsets
    end: Offsets
    text_version: Version | None = None
    is_contrary: StrictBool = False


class PlacedOut(Out):
    id: UUID
    theme_id: UUID
    source_id: UUID
    start: int
    end: int
    is_contrary: bool


class ThemePassageOut(Out):
    """A passage in the clear. `codes`: of the theme, that lie on it; `passage_id`, `quote_id` where a person placed or chose it."""

    source_id: UUID
    source: str
    start: int
    end: int
    text: str
    speakers: list[str]
    codes: list[str]
    is_contrary: bool
    passage_id: UUID | None
    quote_id: UUID | None


class QuoteOut(Out):
    """`speakers` by their labels; empty for an observation."""

    quote_id: UUID
    source_id: UUID
    source_kind: str
    site_id: UUID | None
    collected_on: date | Nothing
    language: str
    start: int
    end: int
    text: str
    speakers: list[str]
    is_contrary: bool


class QuotesOut(Out):
    """Quotes that may be shown, and how many may not: their words are gone, not for this account, or not agreed to."""

    quotes: list[QuoteOut]
    lost: int
    not_deidentified: int
    no_consent: int


@router.get(
    "/themes/{theme_id}/passages", response=answers(list[ThemePassageOut]), operation_id="theme_passages"
)
def passages(
    request: HttpRequest, theme_id: UUID, side: Side = Side.FOR, limit: Limit = 30, offset: Offset = 0
) -> list[ThemePassageOut]:
    """What a theme rests on, what speaks against it, or what none of it lies on. Opening the texts is audited."""
    actor = acting(request)
    theme = theme_for(actor, theme_id)
    if side is Side.ASIDE:
        turns = turns_left_aside(actor, theme)[offset : offset + limit]
        held = [ThemePlace(Place(one.source_id, one.start, one.end), (), None, None) for one in turns]
    else:
        every = [one for one in places_of(actor, theme) if one.is_contrary == (side is Side.AGAINST)]
        held = every[offset : offset + limit]
    words = words_at(actor, [one.place for one in held], reason="review of a theme", at=now())
    return [
        ThemePassageOut(
            source_id=one.place.source_id, source=said.source_name, start=one.place.start, end=one.place.end,
            text=said.text, speakers=list(said.speakers), codes=list(one.codes), is_contrary=one.is_contrary,
            passage_id=one.passage.id if one.passage else None, quote_id=one.quote.id if one.quote else None,
        )
        for one in held
        if (said := words.get(one.place)) is not None
    ]  # fmt: skip


@router.post("/themes/{theme_id}/passages", response=answers(PlacedOut, 201), operation_id="place_passage")
def place(request: HttpRequest, theme_id: UUID, wanted: PassageIn) -> Status[Any]:
    """Let a theme rest on a passage without a code, or name one that speaks against it."""
    actor = acting(request)
    theme, source = _here(actor, theme_id, wanted)
    row = place_passage(
        theme=theme, source=source, start=wanted.start, end=wanted.end, is_contrary=wanted.is_contrary, by=actor,
        at=now(),
    )  # fmt: skip
    return Status(201, row)


@router.delete("/theme-passages/{passage_id}", response=answers(None, 204), operation_id="remove_passage")
def away(request: HttpRequest, passage_id: UUID) -> Status[Any]:
    """Take a passage from its theme; the text and its codings stay as they are."""
    actor = acting(request)
    remove_passage(passage=passage_for(actor, passage_id), by=actor, at=now())
    return Status(204, None)


@router.get("/themes/{theme_id}/quotes", response=answers(QuotesOut), operation_id="theme_quotes")
def quotes(request: HttpRequest, theme_id: UUID) -> QuotesOut:
    """The chosen quotes, as far as everybody who speaks in them agreed to be quoted. Opening the texts is audited."""
    actor = acting(request)
    found = quotes_of(actor, theme_for(actor, theme_id), now())
    return QuotesOut(
        quotes=[_quote(one) for one in found.shown], lost=found.lost, not_deidentified=found.not_deidentified,
        no_consent=found.no_consent,
    )  # fmt: skip


@router.post("/themes/{theme_id}/quotes", response=answers(PlacedOut, 201), operation_id="choose_quote")
def choose(request: HttpRequest, theme_id: UUID, wanted: PassageIn) -> Status[Any]:
    """Let a passage stand for a theme in people's own words. 403 without the consent of everybody who speaks in it."""
    actor = acting(request)
    theme, source = _here(actor, theme_id, wanted)
    row = choose_quote(
        theme=theme, source=source, start=wanted.start, end=wanted.end, is_contrary=wanted.is_contrary, by=actor,
        at=now(),
    )  # fmt: skip
    return Status(201, row)


@router.delete("/quotes/{quote_id}", response=answers(None, 204), operation_id="let_quote_go")
def unquote(request: HttpRequest, quote_id: UUID) -> Status[Any]:
    """A passage no longer stands for its theme."""
    actor = acting(request)
    let_quote_go(quote=quote_for(actor, quote_id), by=actor, at=now())
    return Status(204, None)


def _here(actor: Actor, theme_id: UUID, wanted: PassageIn) -> tuple[Theme, Source]:
    theme, source = theme_for(actor, theme_id), source_for(actor, wanted.source_id)
    if wanted.text_version not in (None, source.version):
        raise Unready(
            Sentence("The text was corrected meanwhile. Mark the passage in the text as it is now.")
        )
    return theme, source


def _quote(one: Quote) -> QuoteOut:
    return QuoteOut(
        quote_id=one.quote_id, source_id=one.source_id, source_kind=one.source_kind, site_id=one.site_id,
        collected_on=one.collected_on, language=one.language, start=one.start, end=one.end, text=one.text,
        speakers=[who.label for who in one.speakers], is_contrary=one.is_contrary,
    )  # fmt: skip
