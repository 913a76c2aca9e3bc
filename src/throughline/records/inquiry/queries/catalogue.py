"""The sources of an analysis as a table: filtered and sorted, without opening one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Lower

from throughline.records.inquiry.models import Analysis, Coding, Participant, ReadMark, Source, Turn
from throughline.records.inquiry.queries.reading import SEALED, analysis_for
from throughline.vocabulary.actor import Actor

BY_NAME = (Lower("name"), "id")
SORTS = {
    "name": BY_NAME,
    "kind": ("kind", *BY_NAME),
    "site": (F("site__name").asc(nulls_last=True), *BY_NAME),
    "collected": (F("collected_on").asc(nulls_last=True), *BY_NAME),
    "language": ("language", *BY_NAME),
    "added": ("-added_at", *BY_NAME),
}


@dataclass(frozen=True)
class Sought:
    """Which sources: "" and None for any. `attribute`: (name, value), of the source or of who speaks in it."""

    kind: str = ""
    site: str = ""
    language: str = ""
    is_read: bool | None = None  # by the actor
    is_coded: bool | None = None
    attribute: tuple[str, str] | None = None
    sort: str = "name"


def catalogue(actor: Actor, analysis: Analysis, sought: Sought) -> QuerySet[Source]:
    """The sources that fit, tombstones too where nothing that a tombstone lacks is sought."""
    rows: QuerySet[Source] = Source.objects.visible_to(actor).filter(
        analysis=analysis_for(actor, analysis.id)
    )
    for name in ("kind", "site", "language"):
        if given := getattr(sought, name):
            rows = rows.filter(**{name: given})
    if sought.is_read is not None:
        read = Exists(ReadMark.objects.filter(source=OuterRef("pk"), analyst=actor.id))
        rows = rows.filter(read if sought.is_read else ~read, erased_at=None)
    if sought.is_coded is not None:
        coded = Exists(Coding.objects.visible_to(actor).standing().filter(source=OuterRef("pk")))
        rows = rows.filter(coded if sought.is_coded else ~coded, erased_at=None)
    if sought.attribute is not None:
        rows = rows.filter(id__in=_with_attribute(analysis, *sought.attribute))
    return rows.select_related("site").defer(*SEALED).order_by(*SORTS.get(sought.sort, SORTS["name"]))


def codings_on(actor: Actor, sources: Iterable[UUID]) -> dict[UUID, int]:
    """Source -> its codings that stand and may be seen; sources without one are left out."""
    rows = Coding.objects.visible_to(actor).standing().filter(source__in=list(sources)).order_by()
    return dict(rows.values("source").annotate(number=Count("id")).values_list("source", "number"))


def coded_among(actor: Actor, sources: Iterable[UUID]) -> set[UUID]:
    """Those with a coding that stands and may be seen: where an approach does not count, nothing is counted."""
    standing = Coding.objects.visible_to(actor).standing().filter(source=OuterRef("pk"))
    rows = Source.objects.filter(Exists(standing), id__in=list(sources))
    return set(rows.order_by().values_list("id", flat=True))


def read_by(actor: Actor, sources: Iterable[UUID]) -> set[UUID]:
    """Those that the actor has read to their end."""
    marks = ReadMark.objects.visible_to(actor).filter(analyst=actor.id, source__in=list(sources))
    return set(marks.values_list("source", flat=True))


def attributes_in(actor: Actor, analysis: Analysis) -> list[tuple[str, str]]:
    """Every attribute with every value that it has, of sources and participants, by name and value."""
    of = analysis_for(actor, analysis.id)
    held: set[tuple[str, str]] = set()
    rows = Source.objects.visible_to(actor).filter(analysis=of, erased_at=None)
    people = Participant.objects.filter(analysis=of, withdrawn_at=None)
    for attributes in [*_given(rows), *_given(people)]:
        held.update((str(name), str(value)) for name, value in attributes.items())
    return sorted(held, key=lambda one: (one[0].casefold(), one[1].casefold()))


def languages_in(actor: Actor, analysis: Analysis) -> list[str]:
    rows = Source.objects.visible_to(actor).filter(analysis=analysis_for(actor, analysis.id))
    return sorted(set(rows.order_by().values_list("language", flat=True)))


def _given(rows: QuerySet[Any]) -> Iterable[dict[str, str]]:
    return rows.exclude(attributes={}).order_by().values_list("attributes", flat=True)


def _with_attribute(analysis: Analysis, name: str, value: str) -> set[UUID]:
    """Compared here and not in the database: an attribute may be called anything, also what a look-up means there."""

    def having(rows: QuerySet[Any]) -> list[UUID]:
        found = rows.exclude(attributes={}).values_list("id", "attributes")
        return [pk for pk, attributes in found if str(attributes.get(name)) == value]

    people = having(Participant.objects.filter(analysis=analysis, withdrawn_at=None))
    spoken = (
        Turn.objects.filter(participant__in=people).order_by().values_list("source", flat=True).distinct()
    )
    return {*having(Source.objects.filter(analysis=analysis)), *spoken}
