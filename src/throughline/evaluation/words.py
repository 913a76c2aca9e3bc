"""The door for words: chosen quotes of a theme, with no more about who speaks than at least three participants share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from throughline.methods.coverage import finest_shared_attributes
from throughline.records.inquiry.actions import compare_passages_with_names, compare_with_names
from throughline.records.inquiry.models import Analysis, Theme
from throughline.records.inquiry.queries import Quote, Spoken, participants_for, quotes_of
from throughline.records.programme.models import Site
from throughline.records.study.actions import ReleaseDraft, record_release, refuse_release
from throughline.records.study.models import Freeze, Release, Study, StudySite
from throughline.records.study.queries import ArmSpan, arm_and_phase_spans
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ReleaseDoor

PROFILE = "three_share"  # an attribute is carried only where at least three participants share it
NOTHING_TO_LEAVE = Sentence(
    "None of the chosen quotes may leave: each needs a de-identified source and everybody's consent to be quoted."
)


class ReleasedQuote(NamedTuple):
    """A quote as it may be shown: its words, and what of group, site, arm and phase enough participants share."""

    text: str
    attributes: tuple[tuple[str, str], ...]
    is_contrary: bool
    language: str
    source_kind: str


@dataclass(frozen=True)
class Words:
    """Quotes that may be shown, and how many may not (no consent, withdrawn, erased, not de-identified, a name in it)."""

    quotes: tuple[ReleasedQuote, ...]
    withheld: int


@dataclass(frozen=True)
class WordsLeft:
    words: Words
    release: Release


def words_of(*, theme: Theme, by: Actor, at: datetime) -> Words:
    """The quotes of a theme as the door lets them through, for a page; opening their sources is audited."""
    chosen = quotes_of(by, theme, at)
    read = [quote for quote in chosen.shown if quote.is_deidentified]
    # a quote may end within a name: half of one gives away as much
    places = [(quote.whole, quote.start, quote.end) for quote in read]
    named = compare_passages_with_names(analysis=theme.analysis, passages=places, by=by, at=at)
    fit = [quote for quote, is_named in zip(read, named, strict=True) if not is_named]
    attributes = attributes_of(participants_for(by, theme.analysis), theme.analysis.study)
    quotes = tuple(released(quote, attributes) for quote in fit)
    return Words(quotes, chosen.withheld + len(chosen.shown) - len(fit))


def release_words(
    *, theme: Theme, recipient: str, freeze: Freeze | None = None, by: Actor, at: datetime
) -> WordsLeft:
    """Let the quotes of a theme leave. Raises NotAllowed; Unready, after a line in the ledger, where none may."""
    check_may_release(by, theme.programme_id, Permission.RELEASE_WORDS)
    words = words_of(theme=theme, by=by, at=at)
    draft = ReleaseDraft(
        door=ReleaseDoor.WORDS, what=f"quotes: {theme.name}"[:120], recipient=recipient, profile=PROFILE,
        content_hash=_hash(words), freeze=freeze,
    )  # fmt: skip
    if not words.quotes:
        refuse_release(programme=theme.programme, draft=draft, refusal=NOTHING_TO_LEAVE, by=by, at=at)
        raise Unready(NOTHING_TO_LEAVE)
    return WordsLeft(words, record_release(programme=theme.programme, draft=draft, by=by, at=at))


def free_of_names(analysis: Analysis, texts: Sequence[str], *, by: Actor, at: datetime) -> list[bool]:
    """Whether each text holds no word of the analysis's list of names: one that does is not de-identified, whatever was said."""
    if not texts:
        return []
    numbered = ((str(number), text) for number, text in enumerate(texts))
    named = compare_with_names(analysis=analysis, texts=numbered, by=by, at=at)
    return [str(number) not in named for number in range(len(texts))]


def marks_of(themes: Iterable[Theme], *, by: Actor, at: datetime) -> list[str]:
    """A mark (SHA-256) of each quote that may be shown of these themes: which of a file's quotes still may, it tells."""
    return sorted(
        hashlib.sha256(quote.text.encode()).hexdigest()
        for theme in themes
        for quote in words_of(theme=theme, by=by, at=at).quotes
    )


def _hash(words: Words) -> str:
    told = [[quote.text, quote.attributes] for quote in words.quotes]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def released(quote: Quote, attributes: Mapping[str, Mapping[str, str]]) -> ReleasedQuote:
    """A quote with what it may carry."""
    common = carried_by((str(speaker.participant_id) for speaker in quote.speakers), attributes)
    return ReleasedQuote(quote.text, common, quote.is_contrary, quote.language, quote.source_kind)


def carried_by(
    speakers: Iterable[str], attributes: Mapping[str, Mapping[str, str]]
) -> tuple[tuple[str, str], ...]:
    """What words of these participants may carry. Several speakers: only what the finest of each have in common."""
    each = [finest_shared_attributes(one, attributes) for one in speakers]
    return tuple(pair for pair in each[0] if all(pair in other for other in each)) if each else ()


def attributes_of(people: Iterable[Spoken], study: Study) -> dict[str, dict[str, str]]:
    """Participant -> group, site, arm, phase; an attribute that differs between a person's sources is not carried."""
    spans = arm_and_phase_spans(study)
    names = {site.id: site.name for site in Site.objects.filter(programme_id=study.programme_id)}
    arms = dict(StudySite.objects.filter(study=study).values_list("site_id", "arm"))
    found: dict[str, dict[str, str]] = {}
    for person in people:
        places = [
            {
                "site": names.get(source.site_id, "") if source.site_id else "",
                "arm": arms.get(source.site_id, "") if source.site_id else "",
                "phase": _phase(spans, source.site_id, source.collected_on),
            }
            for source in person.sources
        ]
        own = {"group": person.group}
        for name in ("site", "arm", "phase"):
            values = {place[name] for place in places}
            if len(values) == 1 and "" not in values:
                own[name] = values.pop()
        found[str(person.participant_id)] = own
    return found


def _phase(spans: list[ArmSpan], site_id: UUID | None, day: date | Nothing) -> str:
    if isinstance(day, Nothing):
        return ""
    for span in spans:
        if span.site_id == site_id and span.from_on <= day and (span.to_on is None or day <= span.to_on):
            return span.kind.value
    return ""
