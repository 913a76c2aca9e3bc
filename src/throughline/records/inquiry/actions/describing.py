"""What is known of a source or participant beside their words: where, when, how, and the attributes of a face sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.models import Participant, Source
from throughline.records.programme.models import Site
from throughline.rules.access import check_may_add_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import SourceKind, Step

MOST_ATTRIBUTES = 60
MOST_NAME, MOST_VALUE = 80, 400
NOT_RECORDED = Nothing.NOT_RECORDED.value


@dataclass(frozen=True)
class SourceFacts:
    """All that is told of a source beside its words. Arm and phase are not: they follow from site and day."""

    name: str
    kind: SourceKind
    site: Site | None = None
    collected_on: date | Nothing = Nothing.NOT_RECORDED
    guide_version: str = NOT_RECORDED
    topics_asked: tuple[Step, ...] = ()
    language: str = NOT_RECORDED
    attributes: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def describe_source(*, source: Source, facts: SourceFacts, by: Actor, at: datetime) -> Source:
    """Say anew what is known of a source beside its words; it replaces what stood there."""
    check_may_add_source(by, source.programme_id)
    if source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    if not facts.name.strip():
        raise Invalid(Sentence("A source needs a name."), fields={"name": Sentence("Empty.")})
    if facts.site is not None and facts.site.programme_id != source.programme_id:
        raise Invalid(Sentence("The site is of another programme."))
    day = facts.collected_on
    Source.objects.filter(id=source.id).update(
        name=facts.name.strip(), kind=facts.kind.value, site=facts.site,
        collected_on=None if isinstance(day, Nothing) else day,
        collected_on_nothing=day.value if isinstance(day, Nothing) else None, guide_version=facts.guide_version,
        topics_asked=[step.value for step in Step if step in facts.topics_asked], language=facts.language,
        attributes=checked_attributes(facts.attributes),
    )  # fmt: skip
    audit.record(Event.SOURCE_DESCRIBED, target=source, programme_id=source.programme_id, by=by, at=at)
    source.refresh_from_db(
        fields=["name", "kind", "site", "collected_on", "collected_on_nothing", "guide_version", "topics_asked",
                "language", "attributes"]
    )  # fmt: skip
    return source


@transaction.atomic
def describe_participant(
    *, participant: Participant, group: str, attributes: Mapping[str, str], by: Actor, at: datetime
) -> Participant:
    """Say anew what is known of a participant; it replaces what stood there. NotFound where they withdrew."""
    check_may_add_source(by, participant.programme_id)
    if participant.withdrawn_at is not None:
        raise NotFound(Sentence("This participant withdrew: nothing is kept about them any more."))
    Participant.objects.filter(id=participant.id).update(
        group=group.strip()[:MOST_NAME] or NOT_RECORDED, attributes=checked_attributes(attributes)
    )
    audit.record(
        Event.PARTICIPANT_DESCRIBED, target=participant, programme_id=participant.programme_id, by=by, at=at
    )
    participant.refresh_from_db(fields=["group", "attributes"])
    return participant


def checked_attributes(given: Mapping[str, str]) -> dict[str, str]:
    """Names and values without surrounding white space; what is empty is left out. Invalid where they are too many or long."""
    held = {" ".join(name.split()): " ".join(value.split()) for name, value in given.items()}
    held = {name: value for name, value in held.items() if name and value}
    if len(held) > MOST_ATTRIBUTES:
        raise Invalid(
            Sentence("This is %(count)s attribute; the most is %(most)s.",
                "These are %(count)s attributes; the most is %(most)s.", count=len(held), most=MOST_ATTRIBUTES),
            fields={"attributes": Sentence("Too many.")},
        )  # fmt: skip
    for name, value in held.items():
        if len(name) > MOST_NAME or len(value) > MOST_VALUE:
            raise Invalid(
                Sentence("An attribute's name has at most %(name)s characters, its value %(value)s.",
                         name=MOST_NAME, value=MOST_VALUE),
                fields={"attributes": Sentence("Too long.")},
            )  # fmt: skip
    return held
