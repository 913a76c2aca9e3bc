"""Questions to the codings: which passages stand in a relation, quotes in context, codes by codes and by attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db.models import Q

from throughline.methods.agreement.codings import CodedSource, Codings, Continuum, Level, Numbers, place
from throughline.methods.agreement.cooccurrence import Meetings, meetings
from throughline.methods.agreement.sweep import overlapping
from throughline.methods.passages.asking import (
    ANYWHERE,
    Relation,
    Within,
    related,
    touching,
)
from throughline.methods.passages.spans import Spans
from throughline.records.inquiry.models import Code, Turn
from throughline.records.inquiry.queries.material import (
    ARM,
    GROUP,
    KIND,
    LANGUAGE,
    PHASE,
    SITE,
    Attribute,
    Coded,
    Facts,
    Material,
    Whose,
    coded_in,
    texts_of,
)
from throughline.records.inquiry.queries.passages import spoken_by

CONTEXT = 160  # characters shown on either side of a quote
LONGEST = 1_500  # of a quote on a page


@dataclass(frozen=True)
class Step:
    """One relation of a question, to the passages under any of `codes`."""

    relation: Relation
    codes: frozenset[UUID]
    within: Within = ANYWHERE


@dataclass(frozen=True)
class Question:
    """Passages under any of `codes`, then step by step what stands in a relation to others."""

    codes: frozenset[UUID]
    steps: tuple[Step, ...] = ()
    whose: Whose = Whose.EVERYBODY


@dataclass(frozen=True)
class InContext:
    """A passage in the clear with the words around it, and where it stands."""

    source: Facts
    start: int
    end: int
    before: str
    text: str
    after: str
    is_cut: bool
    turn: int | None
    speakers: tuple[str, ...]


@dataclass(frozen=True)
class ByAttribute:
    """codes x values: passages, and sources that hold any; `values` in order, what is not recorded last."""

    attribute: Attribute
    values: tuple[str, ...]
    codes: tuple[Code, ...]
    passages: Numbers
    sources: Numbers


def question_words(question: Question, codes: list[Code]) -> str:
    """The question in words: codes by name, relations by theirs."""

    def named(ids: frozenset[object]) -> str:
        return " | ".join(code.name for code in codes if code.id in ids)

    told = [named(frozenset(question.codes))]
    for step in question.steps:
        most = "" if step.within.most is None else f" ({step.within.most} {step.within.unit.value})"
        told.append(f"{step.relation.value.replace('_', ' ')}{most}: {named(frozenset(step.codes))}")
    return "; ".join(told)


def passages_of(material: Material, question: Question) -> Spans:
    """The passages that a question means, each once, in order of source and place."""
    wanted = question.codes.union(*(step.codes for step in question.steps))
    coded = coded_in(material, codes=wanted, whose=question.whose)
    found = coded.of(question.codes)
    for step in question.steps:
        needs_turns = step.relation is Relation.SAME_TURN or step.within.unit == "turns"
        turns = material.turns if needs_turns else Spans.of([])
        found = related(found, step.relation, coded.of(step.codes), turns=turns, within=step.within)
    return found


def passages_by_code(
    material: Material, question: Question, listed: Sequence[Code]
) -> list[tuple[Code, Spans]]:
    """The passages of a question without steps, under each of its codes by itself: one under two codes is in both.

    `listed`: what `codes_of` gives.
    """
    coded = coded_in(material, codes=question.codes, whose=question.whose, listed=listed)
    return [
        (code, coded.spans.where(coded.code == place))  # each passage of a code is in there once
        for place, code in enumerate(coded.codes)
        if code.id in question.codes
    ]


def in_context(
    material: Material, spans: Spans, *, at: datetime, texts: Mapping[int, str] | None = None
) -> list[InContext]:
    """These passages in the clear; opening their sources is audited. Ask for one page of them at a time.

    `texts`: sources that were opened already, by number.
    """
    numbers = set(spans.source.tolist())
    texts = texts_of(material, numbers, reason="quotes in context", at=at) if texts is None else texts
    turns = _turns_under(material, spans)
    return [
        _in_context(material.sources[source], texts[source], turns.get(source, []), start, end)
        for source, start, end in spans.rows()
        if source in texts
    ]


def code_by_code(material: Material, *, is_by_turn: bool = False, whose: Whose = Whose.EVERYBODY) -> Meetings:
    """Pairs of passages of every two codes that share text (or a turn). Codes nobody applied are left out; ids as names."""
    coded = coded_in(material, whose=whose)
    return meetings(*_on_a_line(material, coded, is_by_turn=is_by_turn))


def pairs_of(material: Material, coded: Coded, is_by_turn: bool) -> tuple[Numbers, Numbers]:
    """Every two passages that share text (or a turn), by their places in `coded`; those of one code too."""
    placed = place(*_on_a_line(material, coded, is_by_turn=is_by_turn))
    pairs = [(placed.row[one], placed.row[other]) for one, other in overlapping(placed.first, placed.last)]
    if not pairs:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate([one for one, _ in pairs]), np.concatenate([other for _, other in pairs])


def _on_a_line(material: Material, coded: Coded, *, is_by_turn: bool) -> tuple[Continuum, Codings]:
    """Passages as codings of anyone, under the ids of the codes that are used."""
    used = np.unique(coded.code)
    names = tuple(str(coded.codes[at].id) for at in used)
    places = np.zeros(len(coded.codes), dtype=np.int64)
    places[used] = np.arange(len(used))
    level = Level.TURN if is_by_turn else Level.CHARACTER
    codings = Codings(
        coders=("anyone",), sources=tuple(str(number) for number in range(len(material.sources))), codes=names,
        coder=np.zeros(len(coded.spans), dtype=np.int64), source=coded.spans.source.copy(),
        code=places[coded.code], start=coded.spans.start.copy(), end=coded.spans.end.copy(),
    )  # fmt: skip
    return Continuum(level, _stretches(material, is_by_turn=is_by_turn)), codings


def code_by_attribute(
    material: Material, attribute: Attribute, *, whose: Whose = Whose.EVERYBODY
) -> ByAttribute:
    """How many passages each code has where an attribute has each of its values."""
    coded = coded_in(material, whose=whose)
    held = values_of(material, attribute)
    used = np.unique(coded.code)
    shape = (len(coded.codes), len(held))
    passages, sources = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for at, value in enumerate(held):
        there = _there(material, coded, attribute, value)
        passages[:, at] = np.bincount(coded.code[there], minlength=shape[0])
        pairs = np.unique(coded.code[there] * (len(material.sources) + 1) + coded.spans.source[there])
        sources[:, at] = np.bincount(pairs // (len(material.sources) + 1), minlength=shape[0])
    codes = tuple(coded.codes[at] for at in used)
    return ByAttribute(attribute, held, codes, passages[used], sources[used])


def attributes_of(material: Material) -> tuple[Attribute, ...]:
    """What the sources and their people can be told apart by: what nobody recorded anywhere is left out."""
    own = {attribute for facts in material.sources for attribute in facts.values}
    people = {
        Attribute("participant", str(name)) for one in material.people.values() for name in one.attributes
    }
    if any(one.group != "not_recorded" for one in material.people.values()):
        people.add(GROUP)
    first = [one for one in (SITE, ARM, PHASE, GROUP, KIND, LANGUAGE) if one in own | people]
    return (*first, *sorted((own | people) - set(first)))


def values_of(material: Material, attribute: Attribute) -> tuple[str, ...]:
    """The values that occur; kinds of nothing last."""
    if attribute.is_of_people:
        found = {material.person_value(one, attribute) for one in material.people.values()}
    else:
        found = {facts.value(attribute) for facts in material.sources}
    return tuple(sorted(found, key=lambda value: (value == "not_recorded", value)))


def _there(material: Material, coded: Coded, attribute: Attribute, value: str) -> Numbers:
    """Which codings lie where the attribute has this value."""
    if attribute.is_of_people:
        people = [one for one in material.people.values() if material.person_value(one, attribute) == value]
        return np.flatnonzero(touching(coded.spans, material.turns_of(people)))
    fits = np.array([facts.value(attribute) == value for facts in material.sources], dtype=bool)
    return np.flatnonzero(fits[coded.spans.source])


def _stretches(material: Material, *, is_by_turn: bool) -> tuple[CodedSource, ...]:
    anyone = frozenset({"anyone"})
    turns: dict[int, list[tuple[int, int]]] = {}
    if is_by_turn:
        for source, start, end in material.turns.distinct().rows():
            turns.setdefault(source, []).append((start, end))
    return tuple(
        CodedSource(
            str(number),
            anyone,
            tuple(turns.get(number, [])) if is_by_turn else ((0, max(facts.characters, 1)),),
        )
        for number, facts in enumerate(material.sources)
    )


def _turns_under(material: Material, spans: Spans) -> dict[int, list[Turn]]:
    """Number of a source -> its turns from the first of these passages in it to the last."""
    ids = {material.sources[number].source_id: number for number in set(spans.source.tolist())}
    found: dict[int, list[Turn]] = {}
    around = Q(pk__in=[])
    for pk, number in ids.items():
        there = spans.source == number
        around |= Q(source=pk, start__lt=int(spans.end[there].max()), end__gt=int(spans.start[there].min()))
    rows = Turn.objects.filter(around).select_related("participant").order_by("source", "number")
    for turn in rows:
        found.setdefault(ids[turn.source_id], []).append(turn)
    return found


def _in_context(facts: Facts, text: str, turns: Sequence[Turn], start: int, end: int) -> InContext:
    touched = [turn for turn in turns if turn.start < end and start < turn.end]
    shown_end = min(end, start + LONGEST)
    return InContext(
        source=facts, start=start, end=end,
        before=_trimmed(text[max(0, start - CONTEXT) : start], start > CONTEXT, is_before=True),
        text=text[start:shown_end],
        after=_trimmed(text[end : end + CONTEXT], end + CONTEXT < len(text), is_before=False),
        is_cut=shown_end < end,
        turn=touched[0].number if touched else None,
        speakers=tuple(dict.fromkeys(who for turn in touched if (who := spoken_by(turn)))),
    )  # fmt: skip


def _trimmed(words: str, is_cut: bool, *, is_before: bool) -> str:
    """Cut at a word, on one line."""
    if is_cut:
        words = re.sub(r"^\S*\s", "… ", words) if is_before else re.sub(r"\s\S*$", " …", words)
    return re.sub(r"\s+", " ", words)
