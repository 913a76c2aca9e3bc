"""Who speaks in an analysis: for who works with the sources, and for who may have to take somebody out of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from throughline.records.foundation import within_reach
from throughline.records.inquiry.models import Analysis, Participant, Source, Turn
from throughline.records.inquiry.queries.reading import SEALED, source_for
from throughline.records.study.models import Freeze, Release
from throughline.records.study.queries import ledger_for
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence


@dataclass(frozen=True)
class Person:
    """A participant, and in which sources they speak (none where the actor does not see sources)."""

    participant: Participant
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class SpeakerLabel:
    """A label in one source, how many turns it has, and who that is, as far as it was said."""

    speaker: str
    turns: int
    participant_id: UUID | None
    is_team: bool


@dataclass(frozen=True)
class ReleasedWith:
    """What left while somebody took part: lines of the ledger that the actor may see, and how many they may not; and
    the freezes that hold numbers which their words went into."""

    releases: tuple[Release, ...]
    unseen: int
    freezes: tuple[Freeze, ...]


def _within(actor: Actor) -> Q:
    """Whoever sees the sources, and whoever may erase them: labels and consent, no words."""
    return within_reach(actor, Permission.SEE_SOURCES, site=None) | within_reach(
        actor, Permission.ERASE_SOURCES, site=None
    )


def analyses_with_people(actor: Actor, programme_id: UUID) -> QuerySet[Analysis]:
    rows: QuerySet[Analysis] = Analysis.objects.filter(_within(actor), programme_id=programme_id)
    return rows.select_related("study").order_by("name")


def participant_for(actor: Actor, participant_id: UUID) -> Participant:
    rows = Participant.objects.filter(_within(actor), id=participant_id)
    found: Participant | None = rows.select_related("analysis__study", "consent").first()
    if found is None:
        raise NotFound(Sentence("There is no such participant."))
    return found


def participant_named(actor: Actor, analysis: Analysis, label: str) -> Participant:
    found: Participant | None = Participant.objects.filter(
        _within(actor), analysis=analysis, label__iexact=label
    ).first()
    if found is None:
        raise NotFound(Sentence("There is no participant called that in this analysis."))
    return found


def people_in(actor: Actor, analysis: Analysis, *, start: int = 0, most: int | None = None) -> list[Person]:
    """By label; those who withdrew too, empty. From the `start`-th on, counted from 0; None: all of them."""
    rows = Participant.objects.filter(_within(actor), analysis=analysis).select_related("consent")
    shown = rows.order_by("label", "id")[start : None if most is None else start + most]
    return [Person(row, sources_of_person(actor, row)) for row in shown]


def sources_of_person(actor: Actor, participant: Participant) -> tuple[Source, ...]:
    """Where somebody speaks, as far as the actor may read it; not what was erased."""
    rows = Source.objects.visible_to(actor).filter(turns__participant=participant, erased_at=None)
    return tuple(rows.defer(*SEALED).distinct().order_by("name", "id"))


def speakers_in(actor: Actor, source: Source) -> list[SpeakerLabel]:
    """Every label of a source in the order of its first turn; turns without a label are not among them."""
    rows = (
        Turn.objects.filter(source=source_for(actor, source.id))
        .exclude(speaker="")
        .values("speaker", "participant_id", "is_team")
        .annotate(turns=Count("id"), first=Min("number"))
        .order_by("first")
    )
    return [SpeakerLabel(row["speaker"], row["turns"], row["participant_id"], row["is_team"]) for row in rows]


def released_with(actor: Actor, participant: Participant, at: datetime) -> ReleasedWith:
    """What left by any door between their first source and their withdrawal (or `at`), of their study or of no one freeze."""
    spoken = Source.objects.filter(turns__participant=participant)
    since: datetime | None = spoken.aggregate(first=Min("added_at"))["first"]
    if since is None:
        return ReleasedWith((), 0, ())
    return released_between(actor, participant.analysis, since, participant.withdrawn_at or at)


def released_between(actor: Actor, analysis: Analysis, since: datetime, until: datetime) -> ReleasedWith:
    """What left by any door in a span of time, of an analysis' study or of no one freeze."""
    study = analysis.study
    of_study = Q(freeze=None) | Q(freeze__study=study)
    all_lines = Release.objects.filter(
        of_study, programme_id=analysis.programme_id, is_refused=False, released_at__range=(since, until)
    )
    seen = tuple(ledger_for(actor, analysis.programme_id).filter(id__in=all_lines.values("id")))
    freezes = Freeze.objects.filter(study=study, frozen_at__range=(since, until)).order_by("frozen_at")
    return ReleasedWith(seen, all_lines.count() - len(seen), tuple(freezes))
