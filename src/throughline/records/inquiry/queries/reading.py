"""Reading sources, codes, themes and quotes. What an actor may not see is not there (NotFound)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from throughline.records.inquiry.actions.consents import (
    check_participant_may_be_quoted,
    check_passage_may_be_quoted,
    participants_in,
    speakers_of,
)
from throughline.records.inquiry.actions.sources import read_source
from throughline.records.inquiry.models import (
    Analysis,
    Code,
    Codebook,
    Coding,
    JointRow,
    Memo,
    Participant,
    Round,
    Source,
    Theme,
    ThemeQuote,
    Turn,
    blind_sources,
)
from throughline.records.inquiry.queries.columns import counts_by_code
from throughline.rules.access import check_may_read_source, may
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Step

Row = TypeVar("Row", bound=models.Model)
SEALED = ("text", "raw")


@dataclass(frozen=True)
class CodeNode:
    """A code in its tree: how deep, and how often it stands (itself, without the codes below it)."""

    code: Code
    depth: int
    codings: int
    sources: int


@dataclass(frozen=True)
class Speaker:
    """A participant as an evaluation sees one: label, group, attributes. Phase and arm are derived elsewhere."""

    participant_id: UUID
    label: str
    group: str
    attributes: Mapping[str, str]
    may_be_quoted: bool


@dataclass(frozen=True)
class Spoken(Speaker):
    """A participant and the sources in which they speak, with what arm and phase are derived from."""

    sources: tuple[SpokenIn, ...]


@dataclass(frozen=True)
class SpokenIn:
    source_id: UUID
    site_id: UUID | None
    collected_on: date | Nothing
    topics_asked: tuple[str, ...]  # empty: an open conversation


@dataclass(frozen=True)
class Quote:
    """A chosen passage in the clear. It leaves only through the door for words.

    `whole` is the text that it is cut from: a name may reach beyond it.
    """

    quote_id: UUID
    text: str
    start: int
    end: int
    is_contrary: bool
    speakers: tuple[Speaker, ...]
    source_id: UUID
    source_kind: str
    site_id: UUID | None
    collected_on: date | Nothing
    language: str
    is_deidentified: bool
    whole: str = field(repr=False)


@dataclass(frozen=True)
class Quotes:
    """The quotes of a theme that may be shown to this actor, and how many may not, each counted once by what is first:
    `lost` words are no longer there (the text was corrected or erased); `not_deidentified` words are not for this actor;
    `no_consent`: somebody in the passage is unknown or has not agreed, or no longer agrees, to be quoted.
    """

    shown: tuple[Quote, ...]
    lost: int
    not_deidentified: int
    no_consent: int

    @property
    def withheld(self) -> int:
        return self.lost + self.not_deidentified + self.no_consent


def _one(
    model: type[Row], actor: Actor, pk: UUID, sentence: Sentence, *related: str, without: tuple[str, ...] = ()
) -> Row:
    manager: Any = model._default_manager
    rows = manager.visible_to(actor).filter(pk=pk).defer(*without)
    found: Row | None = (rows.select_related(*related) if related else rows).first()
    if found is None:
        raise NotFound(sentence)
    return found


def analyses_for(actor: Actor, programme_id: UUID) -> QuerySet[Analysis]:
    rows: QuerySet[Analysis] = Analysis.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.select_related("study").order_by("name")


def analysis_for(actor: Actor, analysis_id: UUID) -> Analysis:
    return _one(Analysis, actor, analysis_id, Sentence("There is no such analysis."))


def sources_for(actor: Actor, programme_id: UUID) -> QuerySet[Source]:
    """Sources by name, tombstones too; their sealed text stays in the database until it is asked for."""
    rows: QuerySet[Source] = Source.objects.visible_to(actor).filter(programme_id=programme_id)
    rows = rows.select_related("site", "analysis").defer(*SEALED)
    counted = _standing(actor).filter(source=OuterRef("pk")).order_by().values("source")
    standing = Coalesce(Subquery(counted.annotate(number=Count("id")).values("number")), 0)
    return rows.annotate(standing_codings=standing).order_by("name", "id")


def source_for(actor: Actor, source_id: UUID) -> Source:
    """Its sealed text and bytes stay in the database until they are asked for."""
    return _one(Source, actor, source_id, Sentence("There is no such source."), "analysis", without=SEALED)


def text_of(actor: Actor, source: Source, at: datetime) -> str:
    """The text in the clear; each opening is written into the audit. NotFound where it was erased."""
    return read_source(source=source_for(actor, source.id), by=actor, at=at)


def turns_of(actor: Actor, source: Source) -> QuerySet[Turn]:
    rows = Turn.objects.filter(source=source_for(actor, source.id))
    return rows.select_related("participant").order_by("number")


def codings_of(actor: Actor, source: Source) -> QuerySet[Coding]:
    """The codings on a source that stand and may be seen (see `is_blind_for`), in order of place."""
    rows = _standing(actor).filter(source=source_for(actor, source.id))
    return rows.select_related("code").order_by("start", "end", "id")


def last_own_change(actor: Actor, source: Source) -> int:
    """The number of the last change to one's own codings on a source: all that a blind coder is told of."""
    own = Coding.objects.filter(source=source, analyst=actor.id).aggregate(last=Max("change"))
    return own["last"] or 0


def is_blind_for(actor: Actor, source: Source) -> bool:
    """Whether this actor sees own codings alone on a source."""
    return bool(blind_sources(actor).filter(id=source.id).exists())


def rounds_for(actor: Actor, analysis: Analysis) -> QuerySet[Round]:
    """Newest first."""
    rows: QuerySet[Round] = Round.objects.filter(analysis=analysis_for(actor, analysis.id))
    return rows.prefetch_related("assignments").order_by("-opened_at", "-id")


def round_for(actor: Actor, round_id: UUID) -> Round:
    return _one(Round, actor, round_id, Sentence("There is no such round."), "analysis")


def _standing(actor: Actor) -> QuerySet[Coding]:
    rows: QuerySet[Coding] = Coding.objects.visible_to(actor).filter(removed_at=None, lost_in=None)
    return rows


def coding_for(actor: Actor, coding_id: UUID) -> Coding:
    return _one(Coding, actor, coding_id, Sentence("There is no such coding."))


def codebooks_for(actor: Actor, analysis: Analysis) -> QuerySet[Codebook]:
    rows: QuerySet[Codebook] = Codebook.objects.filter(analysis=analysis_for(actor, analysis.id))
    return rows.order_by("name")


def code_for(actor: Actor, code_id: UUID) -> Code:
    return _one(Code, actor, code_id, Sentence("There is no such code."), "codebook")


def code_tree(actor: Actor, codebook: Codebook) -> list[CodeNode]:
    """The codes of a book in tree order (siblings in the order they were added), with counts of what stands."""
    rows: list[Code] = list(Code.objects.visible_to(actor).filter(codebook=codebook).order_by("place"))
    counts = counts_by_code(actor, codebook.analysis) if rows else {}
    below: dict[UUID | None, list[Code]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    nodes: list[CodeNode] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        nodes.append(CodeNode(row, depth, *counts.get(row.id, (0, 0))))
        waiting += [(child, depth + 1) for child in reversed(below.get(row.id, []))]
    return nodes


def memos_for(actor: Actor, analysis: Analysis) -> QuerySet[Memo]:
    """Newest first."""
    rows: QuerySet[Memo] = Memo.objects.visible_to(actor).filter(analysis=analysis_for(actor, analysis.id))
    return rows.order_by("-written_at", "-id")


def themes_for(actor: Actor, analysis: Analysis) -> QuerySet[Theme]:
    rows: QuerySet[Theme] = Theme.objects.filter(analysis=analysis_for(actor, analysis.id))
    return rows.prefetch_related("codes").order_by("name")


def theme_for(actor: Actor, theme_id: UUID) -> Theme:
    return _one(Theme, actor, theme_id, Sentence("There is no such theme."))


def joint_rows_for(actor: Actor, analysis: Analysis) -> QuerySet[JointRow]:
    """In the order of the line; outcomes after it, by code. What is judged as a whole comes before its themes."""
    rows: QuerySet[JointRow] = JointRow.objects.visible_to(actor).filter(
        analysis=analysis_for(actor, analysis.id)
    )
    along = Case(
        *(When(step=step.value, then=place) for place, step in enumerate(Step)), default=len(Step),
        output_field=IntegerField(),
    )  # fmt: skip
    return rows.select_related("theme").order_by(
        along, "outcome", F("theme__name").asc(nulls_first=True), "id"
    )


def quotes_of(actor: Actor, theme: Theme, at: datetime) -> Quotes:
    """The chosen passages of a theme with who speaks; consent is asked anew each time. Opening sources is audited."""
    chosen = list(
        ThemeQuote.objects.visible_to(actor)
        .filter(theme=theme_for(actor, theme.id))
        .select_related("source")
        .order_by("is_contrary", "source__name", "start", "id")
    )
    there = [quote for quote in chosen if quote.source.erased_at is None and quote.lost_in is None]
    readable = [
        quote
        for quote in there
        if may(check_may_read_source, actor, quote.programme_id, is_deidentified=quote.source.is_deidentified)
    ]
    allowed = [
        quote for quote in readable if may(check_passage_may_be_quoted, quote.source, quote.start, quote.end)
    ]
    texts = {
        source.id: read_source(source=source, reason="quotes", by=actor, at=at)
        for source in {quote.source.id: quote.source for quote in allowed}.values()
    }
    shown = tuple(_quote(quote, texts[quote.source_id]) for quote in allowed)
    return Quotes(shown, len(chosen) - len(there), len(there) - len(readable), len(readable) - len(shown))


def participants_for(actor: Actor, analysis: Analysis) -> list[Spoken]:
    """Everybody who speaks and has not withdrawn, by label, and where: what the N of a theme is counted from."""
    rows = Participant.objects.filter(analysis=analysis_for(actor, analysis.id), withdrawn_at=None)
    spoken: dict[UUID, dict[UUID, Source]] = {}
    turns = (
        Turn.objects.filter(participant__analysis=analysis, source__erased_at=None)
        .values_list("participant_id", "source_id")
        .distinct()
    )
    sources = {source.id: source for source in Source.objects.filter(analysis=analysis).defer(*SEALED)}
    for participant_id, source_id in turns:
        if participant_id is not None:
            spoken.setdefault(participant_id, {})[source_id] = sources[source_id]
    return [
        Spoken(**vars(_speaker(row)), sources=_spoken_in(spoken.get(row.id, {}).values()))
        for row in rows.select_related("consent").order_by("label")
    ]


def _spoken_in(sources: Iterable[Source]) -> tuple[SpokenIn, ...]:
    return tuple(
        SpokenIn(source.id, source.site_id, _collected(source), tuple(source.topics_asked))
        for source in sorted(sources, key=lambda source: str(source.id))
    )


def _collected(source: Source) -> date | Nothing:
    if source.collected_on is not None:
        return source.collected_on
    return Nothing(source.collected_on_nothing)


def _speaker(row: Participant) -> Speaker:
    return Speaker(
        row.id, row.label, row.group, dict(row.attributes), may(check_participant_may_be_quoted, row)
    )


def _quote(quote: ThemeQuote, text: str) -> Quote:
    source = quote.source
    speakers = participants_in(speakers_of(source, quote.start, quote.end))
    return Quote(
        quote_id=quote.id, text=text[quote.start : quote.end], start=quote.start, end=quote.end,
        is_contrary=quote.is_contrary, speakers=tuple(_speaker(speaker) for speaker in speakers),
        source_id=source.id, source_kind=source.kind, site_id=source.site_id, collected_on=_collected(source),
        language=source.language, is_deidentified=source.is_deidentified, whole=text,
    )  # fmt: skip


def analysis_named(programme_id: UUID, name: str) -> Analysis:
    """For the command line: by its name, or the only one there is where `name` is empty."""
    rows = Analysis.objects.filter(programme_id=programme_id).order_by("name")
    found = list((rows.filter(name__iexact=name) if name else rows)[:2])
    if len(found) == 1:
        return found[0]
    names = ", ".join(rows.values_list("name", flat=True)) or "none yet"
    raise NotFound(Sentence("Say which analysis with --analysis. There are: %(names)s.", names=names))
