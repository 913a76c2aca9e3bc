"""What questions are asked of: the sources that an actor may read, with what is known of each, and what lies on them.

Sources are numbered, so that passages of many of them fit into columns (methods.passages.spans). Everything that a page of
questions counts or quotes comes through here: only sources whose words the actor may read, only codings that stand and may
be seen, and nothing on the turns of participants who withdrew.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

import numpy as np
from django.db.models import Q, QuerySet

from throughline.methods.passages.asking import touching
from throughline.methods.passages.spans import Numbers, Spans
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.actions.sources import read_source
from throughline.records.inquiry.models import (
    Analysis,
    Code,
    Coder,
    Coding,
    Participant,
    Source,
    Turn,
    blind_sources,
)
from throughline.records.inquiry.queries.columns import columns, keys, lines, standing_in_sight
from throughline.records.inquiry.queries.reading import analysis_for
from throughline.records.programme.models import Site
from throughline.records.study.queries import ArmSpan, arm_and_phase_spans, study_sites
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing

NOT_RECORDED = Nothing.NOT_RECORDED.value


class Whose(StrEnum):
    """Whose codings are asked about."""

    EVERYBODY = "everybody"  # the coders' own; not what was written as agreed from them
    OWN = "own"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True, order=True)
class Attribute:
    """What sources or participants are told apart by. Those of a face sheet have the `name` that stands in it."""

    kind: str  # site, arm, phase, kind, language; group; source, participant (with a name)
    name: str = ""

    @property
    def is_of_people(self) -> bool:
        return self.kind in ("group", "participant")


SITE, ARM, PHASE = Attribute("site"), Attribute("arm"), Attribute("phase")
KIND, LANGUAGE, GROUP = Attribute("kind"), Attribute("language"), Attribute("group")

Narrowed = Mapping[Attribute, frozenset[str]]  # one of the values of each; empty: all there is
EVERYTHING: Narrowed = {}


@dataclass(frozen=True)
class Facts:
    """A source as questions see it. `values` holds a word for each attribute of its own; what is not there is not recorded."""

    source_id: UUID
    version: int
    name: str
    characters: int
    language: str
    is_deidentified: bool
    values: Mapping[Attribute, str]

    def value(self, attribute: Attribute) -> str:
        return self.values.get(attribute, NOT_RECORDED)


@dataclass(frozen=True)
class Material:
    """Sources by number (their place in `sources`), narrowed to what was asked."""

    actor: Actor
    analysis: Analysis
    sources: tuple[Facts, ...]
    narrowed: Narrowed

    @cached_property
    def numbers(self) -> dict[Hashable, int]:
        """Number of a source by its id as a database writes it, with and without hyphens."""
        return keys(facts.source_id for facts in self.sources)

    @cached_property
    def turns(self) -> Spans:
        return lines(_turns(self), self.numbers)

    @cached_property
    def people(self) -> dict[UUID, Participant]:
        """Everybody of the analysis who did not withdraw."""
        rows = Participant.objects.filter(analysis=self.analysis).exclude(_WITHDRAWN)
        return {row.id: row for row in rows}

    @cached_property
    def withdrawn(self) -> Spans:
        """Turns of those who withdrew, where any are left in a text."""
        gone = list(
            Participant.objects.filter(_WITHDRAWN, analysis=self.analysis).values_list("id", flat=True)
        )
        return lines(_turns(self).filter(participant__in=gone), self.numbers) if gone else Spans.of([])

    def narrowed_to(self, narrowed: Narrowed) -> Material:
        """Those sources and people of it that fit."""
        of_sources = [(what, values) for what, values in narrowed.items() if not what.is_of_people]
        kept = (
            facts for facts in self.sources if all(facts.value(what) in values for what, values in of_sources)
        )
        return Material(self.actor, self.analysis, tuple(kept), narrowed)

    def turns_of(self, people: Iterable[Participant]) -> Spans:
        return lines(_turns(self).filter(participant__in=[one.id for one in people]), self.numbers)

    def person_value(self, person: Participant, attribute: Attribute) -> str:
        if attribute == GROUP:
            return person.group
        return str(person.attributes.get(attribute.name, NOT_RECORDED))

    def kept(self, spans: Spans) -> Numbers:
        """Which of these may be shown: nothing of who withdrew, and on turns of the people asked about."""
        mask = np.ones(len(spans), dtype=bool)
        if len(self.withdrawn):
            mask &= ~touching(spans, self.withdrawn)
        for attribute, values in self.narrowed.items():
            if attribute.is_of_people:
                chosen = [p for p in self.people.values() if self.person_value(p, attribute) in values]
                mask &= touching(spans, self.turns_of(chosen))
        return np.flatnonzero(mask)


_WITHDRAWN = Q(withdrawn_at__isnull=False) | Q(consent__withdrawn_at__isnull=False)


def material_for(actor: Actor, analysis: Analysis, narrowed: Narrowed = EVERYTHING) -> Material:
    """The sources that the actor may read and that fit; NotFound for an analysis that is out of sight."""
    row = analysis_for(actor, analysis.id)
    return Material(actor, row, tuple(_facts(actor, row)), EVERYTHING).narrowed_to(narrowed)


@dataclass(frozen=True)
class Coded:
    """Codings in columns: passages, and of each the place of its code in `codes`."""

    codes: tuple[Code, ...]
    spans: Spans
    code: Numbers

    def of(self, codes: Iterable[UUID]) -> Spans:
        """The passages under any of these codes, each once."""
        wanted = set(codes)
        places = [at for at, code in enumerate(self.codes) if code.id in wanted]
        return self.spans.where(np.isin(self.code, places)).distinct()


def coded_in(
    material: Material,
    *,
    codes: Iterable[UUID] | None = None,
    whose: Whose = Whose.EVERYBODY,
    listed: Sequence[Code] | None = None,
) -> Coded:
    """The codings that stand and may be seen, of `codes` (None: of all), each passage of a code once.

    `listed`: what `codes_of` gives, where it was asked already.
    """
    listed = tuple(codes_of(material.actor, material.analysis) if listed is None else listed)
    rows = standing_in_sight(material.actor, material.analysis)
    if codes is not None:
        rows = rows.filter(code__in=list(codes))
    if whose is Whose.OWN:
        rows = rows.filter(analyst=material.actor.id)
    elif whose is Whose.AGREED:
        rows = rows.filter(analyst__startswith=AGREED)
    else:
        rows = rows.exclude(analyst__startswith=AGREED)
    source, code, start, end = columns(rows, material.numbers, keys(code.id for code in listed))
    spans = Spans(source, start, end)
    kept = material.kept(spans)
    return Coded(listed, spans.where(kept), code[kept])


def codes_of(actor: Actor, analysis: Analysis) -> list[Code]:
    """All codes of an analysis, retired ones too, book by book in the order in which they were added."""
    rows = Code.objects.visible_to(actor).filter(codebook__analysis=analysis)
    return list(rows.select_related("codebook").order_by("codebook__name", "place"))


def with_below(codes: Iterable[Code], chosen: UUID) -> frozenset[UUID]:
    """A code and all codes below it."""
    below: dict[UUID | None, list[UUID]] = {}
    for code in codes:
        below.setdefault(code.parent_id, []).append(code.id)
    found, waiting = {chosen}, [chosen]
    while waiting:
        new = [child for child in below.get(waiting.pop(), []) if child not in found]
        found.update(new)
        waiting += new
    return frozenset(found)


def texts_of(material: Material, numbers: Iterable[int], *, reason: str, at: datetime) -> dict[int, str]:
    """Number of a source -> its text in the clear; each opening is written into the audit."""
    return {number: text for number, (_, text) in opened(material, numbers, reason=reason, at=at).items()}


def opened(
    material: Material, numbers: Iterable[int], *, reason: str, at: datetime
) -> dict[int, tuple[Source, str]]:
    """As `texts_of`, with the sources themselves."""
    wanted = {material.sources[number].source_id: number for number in numbers}
    rows = Source.objects.visible_to(material.actor).filter(id__in=list(wanted), erased_at=None).defer("raw")
    return {
        wanted[row.id]: (row, read_source(source=row, reason=reason, by=material.actor, at=at))
        for row in rows.order_by("name", "id")
    }


def has_agreed_version(material: Material) -> bool:
    """Whether anything stands that coders agreed on: of a round here, or of one that came with a project."""
    came = Coder.objects.filter(analysis=material.analysis, actor__startswith=AGREED)
    agreed = list(came.values_list("actor", flat=True))
    if not agreed:
        return False
    rows = Coding.objects.visible_to(material.actor).standing().filter(source__analysis=material.analysis)
    return bool(rows.filter(analyst__in=agreed).exists())


def sees_only_own(actor: Actor, analysis: Analysis) -> bool:
    """Whether there is a source of the analysis on which this actor sees own codings alone."""
    return bool(blind_sources(actor).filter(analysis=analysis, erased_at=None).exists())


_OF_FACTS = (
    "version", "name", "characters", "language", "is_deidentified", "attributes", "kind", "site", "collected_on",
)  # fmt: skip


def _facts(actor: Actor, analysis: Analysis) -> list[Facts]:
    spans = arm_and_phase_spans(analysis.study)
    arms = {row.site_id: str(row.arm) for row in study_sites(analysis.study)}
    names = dict(Site.objects.filter(programme_id=analysis.programme_id).values_list("id", "name"))
    rows = Source.objects.visible_to(actor).filter(analysis=analysis, erased_at=None).only(*_OF_FACTS)
    return [_fact(row, spans, arms, names) for row in rows.order_by("name", "id")]


def _fact(row: Source, spans: list[ArmSpan], arms: Mapping[UUID, str], names: Mapping[UUID, str]) -> Facts:
    values = {Attribute("source", str(name)): str(word) for name, word in row.attributes.items()}
    values |= {KIND: row.kind, LANGUAGE: row.language}
    if row.site_id is not None:
        values[SITE] = names[row.site_id]
        values[ARM] = arms.get(row.site_id, NOT_RECORDED)
        values[PHASE] = _phase(spans, row)
    return Facts(row.id, row.version, row.name, row.characters, row.language, row.is_deidentified, values)


def _phase(spans: list[ArmSpan], row: Source) -> str:
    day = row.collected_on
    for span in spans:
        if day is not None and span.site_id == row.site_id and span.from_on <= day and (span.to_on is None or day <= span.to_on):  # fmt: skip
            return span.kind.value
    return NOT_RECORDED


def _turns(material: Material) -> QuerySet[Turn]:
    return Turn.objects.filter(source__in=Source.objects.filter(analysis=material.analysis).values("id"))
