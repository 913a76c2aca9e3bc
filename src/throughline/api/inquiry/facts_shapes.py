"""What is told of a source, or of a participant, beside words."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool, StringConstraints

from throughline.api.inquiry.shapes import Called
from throughline.api.shapes import Day, In, Line, Out
from throughline.records.inquiry.actions import SourceFacts
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries.derived import derived_by
from throughline.records.programme.models import Site
from throughline.records.programme.queries import site_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind, SourceKind, Step

NOT_RECORDED = Nothing.NOT_RECORDED.value
Guide = Annotated[Line, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Tongue = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,12}$")]
Attributes = Annotated[dict[Line, Line], Field(max_length=60)]


class SourceSaysIn(In):
    """Arm and phase are not told: they follow from site and day. `topics_asked` empty: an open conversation."""

    name: Called
    kind: SourceKind = SourceKind.INTERVIEW
    site_id: UUID | None = None
    collected_on: Day | Nothing = Nothing.NOT_RECORDED
    guide_version: Guide = NOT_RECORDED
    topics_asked: Annotated[list[Step], Field(max_length=len(Step))] = []
    language: Tongue = NOT_RECORDED

    def site(self, actor: Actor) -> Site | None:
        return site_for(actor, self.site_id) if self.site_id else None


class SourceFactsIn(SourceSaysIn):
    attributes: Attributes = {}

    def facts(self, actor: Actor) -> SourceFacts:
        return SourceFacts(
            name=self.name, kind=self.kind, site=self.site(actor), collected_on=self.collected_on,
            guide_version=self.guide_version, topics_asked=tuple(self.topics_asked), language=self.language,
            attributes=self.attributes,
        )  # fmt: skip


class NewSourceIn(SourceSaysIn):
    """A transcript that was read before, put right. `ticket`: of its reading.

    `are_turns` false: paragraphs in which nobody is named. `called`: label -> what it is called instead ("": nobody).
    `team`: labels, as they are called then, of who asked. `is_deidentified`: nothing in it names anybody any more.
    """

    ticket: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}\.[A-Za-z0-9_-]{43}=$")]
    is_deidentified: StrictBool = False
    are_turns: StrictBool = True
    called: Annotated[dict[Line, Line], Field(max_length=100)] = {}
    team: Annotated[list[Line], Field(max_length=100)] = []


class SourceFactsOut(Out):
    """`arm` and `phase` follow from site and day; null where they cannot be said."""

    name: str
    kind: SourceKind
    site_id: UUID | None
    collected_on: str
    guide_version: str
    topics_asked: list[Step]
    language: str
    attributes: dict[str, str]
    arm: ArmKind | None
    phase: PhaseKind | None


def shown_facts(row: Source) -> SourceFactsOut:
    derived = derived_by(row.analysis)(row)
    return SourceFactsOut(
        name=row.name, kind=SourceKind(row.kind), site_id=row.site_id,
        collected_on=str(row.collected_on or row.collected_on_nothing), guide_version=row.guide_version,
        topics_asked=[Step(one) for one in row.topics_asked], language=row.language, attributes=row.attributes,
        arm=derived.arm, phase=derived.phase,
    )  # fmt: skip
