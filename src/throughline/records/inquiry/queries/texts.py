"""A source's text over time: its earlier versions, and what lost its words on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from throughline.records.inquiry.actions.texts import read_version
from throughline.records.inquiry.models import Coding, Source, SourceVersion
from throughline.records.inquiry.queries.reading import source_for
from throughline.rules.access import check_may_add_source, may
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import TextChange


@dataclass(frozen=True)
class Lost:
    """A coding that lies on no text any more, with the words it had; None where this actor may not read them, or nobody
    can (somebody withdrew)."""

    coding: Coding
    words: str | None


def versions_of(actor: Actor, source: Source) -> QuerySet[SourceVersion]:
    """What a source's text was, newest first, for who holds the untouched text; without its sealed words."""
    rows: QuerySet[SourceVersion] = SourceVersion.objects.visible_to(actor).filter(source=source)
    return rows.defer("text", "turns").order_by("-version")


def count_lost(actor: Actor, source: Source) -> int:
    """How many of the codings that this actor may see lost their words."""
    return int(_lost(actor, source).count())


def lost_by_corrections(actor: Actor, sources: Iterable[UUID]) -> QuerySet[Coding]:
    """The codings that an actor may see of some sources whose words a correction took, by source and place.

    Of what was said by somebody who withdrew nothing is told: their earlier texts are destroyed, or say so.
    """
    before = SourceVersion.objects.filter(source=OuterRef("source"), version=OuterRef("lost_in") - 1)
    told = Exists(before.exclude(change=TextChange.WITHDRAWN.value))
    rows: QuerySet[Coding] = Coding.objects.visible_to(actor)
    return rows.filter(told, source__in=list(sources), lost_in__isnull=False, removed_at=None)


def lost_in_source(actor: Actor, source: Source, at: datetime) -> list[Lost]:
    """The codings whose words went, newest correction first. Each earlier text that is opened is an audit event."""
    codings = list(_lost(actor, source_for(actor, source.id)).select_related("code"))
    texts: dict[int, str] = {}
    if may(check_may_add_source, actor, source.programme_id):
        wanted = {one.lost_in - 1 for one in codings if one.lost_in}
        for version in SourceVersion.objects.visible_to(actor).filter(source=source, version__in=wanted):
            texts[version.version] = read_version(version=version, by=actor, at=at).text
    found = []
    for one in codings:
        text = texts.get((one.lost_in or 0) - 1)
        found.append(Lost(one, None if text is None else text[one.start : one.end]))
    return found


def _lost(actor: Actor, source: Source) -> QuerySet[Coding]:
    rows: QuerySet[Coding] = Coding.objects.visible_to(actor)
    return rows.filter(source=source, lost_in__isnull=False, removed_at=None).order_by(
        "-lost_in", "start", "id"
    )
