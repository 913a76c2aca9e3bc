"""The review of a text before others read it: what may give somebody away, and what could stand there."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.methods.identifiers import (
    Known,
    Proposal,
    Rule,
    as_compared,
    kind_of,
    labels_in,
    occurrences,
    proposals_in,
)
from throughline.records.inquiry.actions.aliases import read_aliases
from throughline.records.inquiry.models import Alias, Source, Turn
from throughline.records.inquiry.queries.reading import text_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.study import AliasKind

# What a label begins with; places are told apart by letters, all others by numbers.
BASES = {
    AliasKind.PERSON: "person", AliasKind.PLACE: "place", AliasKind.ORGANISATION: "organisation",
    AliasKind.PHONE: "phone number", AliasKind.EMAIL: "e-mail address", AliasKind.POSTCODE: "post code",
    AliasKind.HEALTH_NUMBER: "health number", AliasKind.DATE: "date", AliasKind.LINK: "link", AliasKind.OTHER: "detail",
}  # fmt: skip
BESIDE = 60  # characters shown before and after
_AROUND = string.whitespace + ".,;:!?…\"'“”‘’«»()[]–—-"  # what is selected with a name and is none of it
MOST_CHOSEN = 120  # characters of a name that a person marks


@dataclass(frozen=True)
class Found:
    """A stretch of the text, with what stands around it."""

    start: int
    end: int
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Group:
    """The same words wherever they stand: one decision, with a way out for each place."""

    kind: AliasKind
    rule: Rule
    label: str
    is_known: bool  # on the analysis's list already
    term: str
    places: tuple[Found, ...]


@dataclass(frozen=True)
class Review:
    """A source in the clear and what may give somebody away in it, as of `version`."""

    version: int
    text: str
    groups: tuple[Group, ...]
    speakers: tuple[str, ...]  # labels that look like names and stand nowhere in the text
    known: tuple[Known, ...]  # the list as it was read


def alias_for(actor: Actor, alias_id: UUID) -> Alias:
    found: Alias | None = Alias.objects.visible_to(actor).filter(id=alias_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such line on the list."))
    return found


def review_of(actor: Actor, source: Source, at: datetime) -> Review:
    """What a person looks through before a source is opened to the team. Opening text and list is audited."""
    known = [line for _, line in read_aliases(analysis=source.analysis, by=actor, at=at)]
    text = text_of(actor, source, at)
    speakers = list(
        Turn.objects.filter(source=source).exclude(speaker="").values_list("speaker", flat=True).distinct()
    )
    found = proposals_in(text, known=known, speakers=speakers, language=source.language)
    groups = _grouped(text, found, known)
    terms = {group.term.casefold() for group in groups}
    alone = tuple(label for label in labels_in(speakers, known) if label.casefold() not in terms)
    return Review(source.version, text, groups, alone, tuple(known))


def name_found(
    actor: Actor,
    source: Source,
    start: int,
    end: int,
    at: datetime,
    *,
    kind: AliasKind | None,
    taken: Iterable[str],
) -> Group:
    """What a person marked in a source that is under review; `taken`: labels that stand for others. Opening is audited."""
    known = [line for _, line in read_aliases(analysis=source.analysis, by=actor, at=at)]
    return chosen_group(text_of(actor, source, at), known, start, end, kind=kind, taken=taken)


def chosen_group(
    text: str,
    known: Sequence[Known],
    start: int,
    end: int,
    *,
    kind: AliasKind | None = None,
    taken: Iterable[str] = (),
) -> Group:
    """The words that a person marked, with everywhere else they stand.

    The kind is what they look like where none is given; the label the one that the list has for them, or the next free.
    Invalid where nothing is marked, or more than a name.
    """
    said = text[max(start, 0) : max(end, 0)]
    start, said = start + len(said) - len(said.lstrip(_AROUND)), said.strip(_AROUND)
    end = start + len(said)
    if not said:
        raise Invalid(Sentence("Select the words of a name first."))
    if len(said) > MOST_CHOSEN or "\n" in said:
        raise Invalid(Sentence("Select a name: at most %(most)s characters, in one line.", most=MOST_CHOSEN))
    term = " ".join(said.split())
    said_as = as_compared(term)
    line = next((one for one in known if said_as in map(as_compared, one.terms)), None)
    # a place that lies across the one that was marked is no place of its own
    others = [(left, right) for left, right in occurrences(text, [term]) if right <= start or left >= end]
    places = sorted([(start, end), *others])
    found = kind or (line.kind if line else kind_of(text, start, end))
    label = line.label if line else next_label(found, [*taken, *(one.label for one in known)])
    proposals = [Proposal(left, right, found, Rule.CHOSEN) for left, right in places]
    shown = tuple(_place(text, one) for one in proposals)
    return Group(found, Rule.CHOSEN, label, line is not None, term, shown)


def next_label(kind: AliasKind, taken: Iterable[str]) -> str:
    """The first free one: person 1, person 2 ... place A, place B ... place AA."""
    return _free_label(kind, set(taken), 1)[0]


def _free_label(kind: AliasKind, taken: Set[str], number: int) -> tuple[str, int]:
    """The first free one from a number on, and that number."""
    base = BASES[kind]
    while (label := f"{base} {_letters(number) if kind is AliasKind.PLACE else number}") in taken:
        number += 1
    return label, number


def _letters(number: int) -> str:
    found = ""
    while number:
        number, left = divmod(number - 1, 26)
        found = string.ascii_uppercase[left] + found
    return found


def _grouped(text: str, found: Sequence[Proposal], known: Sequence[Known]) -> tuple[Group, ...]:
    """By the words themselves, in order of their first place.

    Deshawn has the label of Deshawn Pryce, found before, where only one name holds it.
    """
    by_term: dict[str, list[Proposal]] = {}
    for one in found:
        by_term.setdefault(one.label or _folded(text[one.start : one.end]), []).append(one)
    taken = {line.label for line in known}
    groups: list[Group] = []
    free: dict[AliasKind, int] = {}  # below it every number is taken
    named: dict[str, set[str]] = {}  # a word of people's names -> the labels of those who have it
    for same in by_term.values():
        first = same[0]
        term = " ".join(text[first.start : first.end].split())
        words = _folded(term).split()
        alike = set().union(*(named.get(word, ()) for word in words))
        label = first.label or (alike.pop() if len(alike) == 1 else None)
        if label is None:
            label, free[first.kind] = _free_label(first.kind, taken, free.get(first.kind, 1))
        taken.add(label)
        if first.kind is AliasKind.PERSON:
            for word in words:
                named.setdefault(word, set()).add(label)
        places = tuple(_place(text, one) for one in same)
        groups.append(
            Group(first.kind, min(one.rule for one in same), label, first.label is not None, term, places)
        )
    return tuple(groups)


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def _place(text: str, one: Proposal) -> Found:
    before = re.split(r"\n", text[max(0, one.start - BESIDE) : one.start])[-1]
    after = text[one.end : one.end + BESIDE].split("\n")[0]
    return Found(one.start, one.end, before, text[one.start : one.end], after)
