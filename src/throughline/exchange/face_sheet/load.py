"""A face sheet beside an analysis: what it matches, and keeping it. All usable rows are kept together, or none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from throughline.exchange.face_sheet.document import FaceRow, FaceSheet, Refused
from throughline.records.inquiry.actions import SourceFacts, describe_participant, describe_source
from throughline.records.inquiry.models import Analysis, Participant, Source
from throughline.records.programme.models import Site
from throughline.rules.access import check_may_add_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import SourceKind, Step

Row = TypeVar("Row", Participant, Source)

# Columns that are no attributes: a participant's group, facts of a source, and what is never stored.
GROUP = frozenset({"group"})
FACTS = {
    "kind": "kind", "site": "site", "date": "collected_on", "collected on": "collected_on",
    "collected_on": "collected_on", "language": "language", "guide": "guide_version",
    "guide version": "guide_version", "guide_version": "guide_version",
}  # fmt: skip
DERIVED = frozenset({"arm", "phase"})  # follow from site and day


@dataclass(frozen=True)
class PersonMatch:
    row: FaceRow
    participant: Participant
    group: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class SourceMatch:
    row: FaceRow
    source: Source
    facts: SourceFacts


@dataclass(frozen=True)
class FaceMatch:
    """What a sheet would change. `unmatched`: rows that name nobody here; `unsaid`: labels and names that no row names.

    `derived`: columns left out because arm and phase follow from site and day.
    """

    sheet: FaceSheet
    people: tuple[PersonMatch, ...]
    sources: tuple[SourceMatch, ...]
    unmatched: tuple[FaceRow, ...]
    refused: tuple[Refused, ...]
    unsaid: tuple[str, ...]
    derived: tuple[str, ...]

    @property
    def matched(self) -> int:
        return len(self.people) + len(self.sources)


def names_in(analysis: Analysis, by: Actor) -> list[str]:
    """The labels of participants and the names of sources: what a sheet's column may name."""
    check_may_add_source(by, analysis.programme_id)
    sources = Source.objects.visible_to(by).filter(analysis=analysis, erased_at=None)
    people = Participant.objects.visible_to(by).filter(analysis=analysis, withdrawn_at=None)
    return [*people.values_list("label", flat=True), *sources.values_list("name", flat=True)]


def match_face_sheet(
    *, sheet: FaceSheet, analysis: Analysis, leave_out: Collection[str] = (), by: Actor
) -> FaceMatch:
    """What each row of a sheet says of whom: a participant by label, else a source by name, with or without its ending."""
    check_may_add_source(by, analysis.programme_id)
    people = list(Participant.objects.visible_to(by).filter(analysis=analysis, withdrawn_at=None))
    rows = Source.objects.visible_to(by).filter(analysis=analysis, erased_at=None).defer("text", "raw")
    sources = list(rows.select_related("site"))
    sites = {one.name.casefold(): one for one in Site.objects.filter(programme_id=analysis.programme_id)}
    person_named, source_named = (
        _finder(people, lambda one: one.label),
        _finder(sources, lambda one: one.name),
    )
    out = {" ".join(one.split()).casefold() for one in leave_out} | DERIVED
    matched: tuple[list[PersonMatch], list[SourceMatch]] = ([], [])
    unmatched: list[FaceRow] = []
    refused = list(sheet.refused)
    for row in sheet.rows:
        values = {name: value for name, value in row.values.items() if name.casefold() not in out}
        person = person_named(row.key)
        source = None if person else source_named(row.key) or source_named(PurePath(row.key).stem)
        if person is not None:
            matched[0].append(_of_person(row, person, values))
        elif source is not None:
            found = _of_source(row, source, values, sites)
            matched[1].append(found) if isinstance(found, SourceMatch) else refused.append(found)
        else:
            unmatched.append(row)
    said = {one.participant.id for one in matched[0]} | {one.source.id for one in matched[1]}
    unsaid = _unsaid(people, sources, said, bool(matched[0]), bool(matched[1]))
    derived = tuple(one for one in sheet.columns if one.casefold() in DERIVED)
    return FaceMatch(
        sheet, tuple(matched[0]), tuple(matched[1]), tuple(unmatched), tuple(refused), unsaid, derived
    )


@transaction.atomic
def keep_face_sheet(*, match: FaceMatch, by: Actor, at: datetime) -> int:
    """Write what matches; attributes that a sheet does not name stay as they were. Returns rows kept."""
    for person in match.people:
        describe_participant(
            participant=person.participant, group=person.group, attributes=person.attributes, by=by, at=at
        )
    for one in match.sources:
        describe_source(source=one.source, facts=one.facts, by=by, at=at)
    return match.matched


def _finder(rows: Iterable[Row], name: Callable[[Row], str]) -> Callable[[str], Row | None]:
    """By its very name, else by it in any case where that is one's alone."""
    exact: dict[str, Row] = {}
    folded: dict[str, list[Row]] = {}
    for row in rows:
        exact.setdefault(name(row), row)
        folded.setdefault(name(row).casefold(), []).append(row)

    def find(key: str) -> Row | None:
        alike = folded.get(key.casefold(), [])
        return exact.get(key) or (alike[0] if len(alike) == 1 else None)

    return find


def _unsaid(
    people: list[Participant],
    sources: list[Source],
    said: Collection[UUID],
    of_people: bool,
    of_sources: bool,
) -> tuple[str, ...]:
    """Of the kind that the sheet is about, those whom it does not name."""
    missing = [one.label for one in people if of_people and one.id not in said]
    missing += [one.name for one in sources if of_sources and one.id not in said]
    return tuple(sorted(missing))


def _of_person(row: FaceRow, person: Participant, values: Mapping[str, str]) -> PersonMatch:
    group = next((value for name, value in values.items() if name.casefold() in GROUP), person.group)
    own = {name: value for name, value in values.items() if name.casefold() not in GROUP}
    return PersonMatch(row, person, group, {**person.attributes, **own})


def _of_source(
    row: FaceRow, source: Source, values: Mapping[str, str], sites: Mapping[str, Site]
) -> SourceMatch | Refused:
    day = source.collected_on or Nothing(source.collected_on_nothing)
    facts = SourceFacts(
        source.name, SourceKind(source.kind), source.site, day, source.guide_version,
        tuple(Step(one) for one in source.topics_asked), source.language,
        {**source.attributes, **{name: value for name, value in values.items() if name.casefold() not in FACTS}},
    )  # fmt: skip
    for name, value in values.items():
        told = _with_fact(facts, FACTS.get(name.casefold(), ""), value, sites)
        if isinstance(told, Sentence):
            return Refused(row.line, told)
        facts = told
    return SourceMatch(row, source, facts)


def _with_fact(
    facts: SourceFacts, fact: str, value: str, sites: Mapping[str, Site]
) -> SourceFacts | Sentence:
    """The facts with one more, or why it cannot be understood."""
    match fact:
        case "site":
            site = sites.get(value.casefold())
            return (
                replace(facts, site=site)
                if site
                else Sentence("There is no site called %(site)s.", site=value)
            )
        case "collected_on":
            try:
                return replace(facts, collected_on=date.fromisoformat(value[:10]))
            except ValueError:
                return Sentence("%(day)s is no day: write it as 2025-03-31.", day=value)
        case "kind":
            kind = value.casefold().replace(" ", "_")
            if kind in set(SourceKind):
                return replace(facts, kind=SourceKind(kind))
            kinds = ", ".join(one.value.replace("_", " ") for one in SourceKind)
            return Sentence("%(kind)s is no kind of source. There are: %(kinds)s.", kind=value, kinds=kinds)
        case "language":
            return replace(facts, language=value[:12])
        case "guide_version":
            return replace(facts, guide_version=value[:40])
        case _:
            return facts
