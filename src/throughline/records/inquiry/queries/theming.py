"""A theme against what it rests on: its passages, the ones that speak against it, and what it leaves aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from throughline.records.inquiry.models import (
    Analysis,
    Coding,
    Decision,
    Participant,
    Source,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
    ThemeRevision,
    Turn,
)
from throughline.records.inquiry.queries.passages import Place
from throughline.records.inquiry.queries.reading import analysis_for, theme_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence


@dataclass(frozen=True)
class ThemePlace:
    """A passage that a theme rests on, or that speaks against it: by codes, by being placed there, or by both."""

    place: Place
    codes: tuple[str, ...]
    passage: ThemePassage | None
    quote: ThemeQuote | None

    @property
    def is_contrary(self) -> bool:
        """What a person placed there says which side it is on; a coding alone speaks for the theme."""
        if self.passage is not None:
            return self.passage.is_contrary
        return self.quote is not None and self.quote.is_contrary


def themes_in_tree(actor: Actor, analysis: Analysis) -> list[tuple[Theme, int]]:
    """Every theme with its depth: a theme, then its subthemes; brothers by place, then by name."""
    rows = list(
        Theme.objects.visible_to(actor)
        .filter(analysis=analysis_for(actor, analysis.id))
        .select_related("parent")
        .prefetch_related("codes")
        .order_by("place", "name")
    )
    below: dict[UUID | None, list[Theme]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[tuple[Theme, int]] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        found.append((row, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(row.id, []))]
    return found


def relations_in(actor: Actor, analysis: Analysis) -> QuerySet[ThemeRelation]:
    """How the themes of an analysis bear on each other, in a fixed order."""
    rows: QuerySet[ThemeRelation] = ThemeRelation.objects.visible_to(actor).filter(
        origin__analysis=analysis_for(actor, analysis.id)
    )
    return rows.select_related("origin", "target").order_by("origin__name", "target__name", "id")


def relation_for(actor: Actor, relation_id: UUID) -> ThemeRelation:
    found: ThemeRelation | None = (
        ThemeRelation.objects.visible_to(actor).filter(id=relation_id).select_related("origin").first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such relation."))
    return found


def theme_revisions(actor: Actor, theme: Theme) -> QuerySet[ThemeRevision]:
    """What a theme was before, newest first."""
    rows: QuerySet[ThemeRevision] = ThemeRevision.objects.visible_to(actor).filter(
        theme=theme_for(actor, theme.id)
    )
    return rows.order_by("-version")


def quote_for(actor: Actor, quote_id: UUID) -> ThemeQuote:
    found: ThemeQuote | None = (
        ThemeQuote.objects.visible_to(actor).filter(id=quote_id).select_related("theme").first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such quote."))
    return found


def passage_for(actor: Actor, passage_id: UUID) -> ThemePassage:
    found: ThemePassage | None = (
        ThemePassage.objects.visible_to(actor).filter(id=passage_id).select_related("theme").first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such passage."))
    return found


def places_of(actor: Actor, theme: Theme) -> list[ThemePlace]:
    """Every passage of a theme in the order of its sources: codings of its codes, placed passages, chosen quotes.

    Only what this actor may read: what is unseen in a blind round is not among them.
    """
    row = theme_for(actor, theme.id)
    readable = Source.objects.visible_to(actor).filter(analysis_id=row.analysis_id, erased_at=None)
    names = dict(readable.values_list("id", "name"))
    codes: dict[Place, dict[str, None]] = {}
    coded = (
        Coding.objects.visible_to(actor)
        .standing()
        .filter(code__in=row.codes.all(), source__in=names)
        .values_list("source_id", "start", "end", "code__name")
    )
    for source_id, start, end, name in coded.order_by("code__place"):
        codes.setdefault(Place(source_id, start, end), {})[name] = None
    passages = _by_place(
        ThemePassage.objects.visible_to(actor).filter(theme=row, lost_in=None, source__in=names)
    )
    quotes = _by_place(ThemeQuote.objects.visible_to(actor).filter(theme=row, lost_in=None, source__in=names))
    every = {*codes, *passages, *quotes}
    order = sorted(every, key=lambda one: (names[one.source_id], str(one.source_id), one.start, one.end))
    return [ThemePlace(one, tuple(codes.get(one, ())), passages.get(one), quotes.get(one)) for one in order]


def turns_left_aside(actor: Actor, theme: Theme) -> QuerySet[Turn]:
    """What participants said where none of the theme's codes lies and nothing was placed with it, in reading order."""
    row = theme_for(actor, theme.id)
    readable = Source.objects.visible_to(actor).filter(analysis_id=row.analysis_id, erased_at=None)
    here = {"source": OuterRef("source"), "start__lt": OuterRef("end"), "end__gt": OuterRef("start")}
    codings = Coding.objects.visible_to(actor).standing().filter(code__in=row.codes.all(), **here)
    placed = ThemePassage.objects.visible_to(actor).filter(theme=row, lost_in=None, **here)
    quoted = ThemeQuote.objects.visible_to(actor).filter(theme=row, lost_in=None, **here)
    rows = Turn.objects.filter(
        source__in=readable.values("id"), participant__isnull=False, participant__withdrawn_at=None
    )
    rows = rows.exclude(Exists(codings)).exclude(Exists(placed)).exclude(Exists(quoted))
    return rows.select_related("participant").order_by("source__name", "source_id", "number")


def places_said_by(actor: Actor, participant: Participant, theme: Theme) -> list[ThemePlace]:
    """The passages of a theme in which a participant speaks."""
    turns: dict[UUID, list[tuple[int, int]]] = {}
    for source_id, start, end in Turn.objects.filter(participant=participant).values_list(
        "source_id", "start", "end"
    ):
        turns.setdefault(source_id, []).append((start, end))
    return [
        one
        for one in places_of(actor, theme)
        if any(
            start < one.place.end and end > one.place.start
            for start, end in turns.get(one.place.source_id, [])
        )
    ]


def decisions_for(actor: Actor, analysis: Analysis) -> QuerySet[Decision]:
    """The trail, newest first."""
    rows: QuerySet[Decision] = Decision.objects.visible_to(actor).filter(
        analysis=analysis_for(actor, analysis.id)
    )
    return rows.select_related("theme").order_by("-decided_on", "-recorded_at", "-id")


def _by_place(rows: QuerySet[ThemePassage] | QuerySet[ThemeQuote]) -> dict[Place, Any]:
    return {Place(row.source_id, row.start, row.end): row for row in rows}
