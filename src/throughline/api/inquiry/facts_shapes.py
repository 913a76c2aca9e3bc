"""What is told of a source, or of a participant, beside words."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from throughline.api.inquiry.shapes import Called
from throughline.api.shapes import Day, In, Line, Out, Place
from throughline.exchange.transcript.choices import Choices
from throughline.exchange.transcript.putting_right import MOST_LABEL, MOST_STEPS, Give, Join, Split
from throughline.exchange.transcript.putting_right import Step as PutRight
from throughline.records.inquiry.actions import SourceFacts
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries.derived import derived_by
from throughline.records.inquiry.queries.recordings import recording_of
from throughline.records.programme.models import Site
from throughline.records.programme.queries import site_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind, SourceKind, Step

NOT_RECORDED = Nothing.NOT_RECORDED.value
Guide = Annotated[Line, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Tongue = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,12}$")]
Attributes = Annotated[dict[Line, Line], Field(max_length=60)]
Speaker = Annotated[Line, StringConstraints(max_length=MOST_LABEL)]
TurnNumber = Annotated[StrictInt, Field(ge=1, le=1_000_000)]


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


class GiveStep(In):
    """A turn is another speaker's ("": nobody's)."""

    do: Literal["give"]
    turn: TurnNumber
    speaker: Speaker

    def step(self) -> PutRight:
        return Give(self.turn, self.speaker)


class SplitStep(In):
    """A turn ends before `place` (code points of the text); what follows is `speaker`'s."""

    do: Literal["split"]
    turn: TurnNumber
    place: Place
    speaker: Speaker

    def step(self) -> PutRight:
        return Split(self.turn, self.place, self.speaker)


class JoinStep(In):
    """A turn goes on what the one before it says."""

    do: Literal["join"]
    turn: TurnNumber

    def step(self) -> PutRight:
        return Join(self.turn)


class PutRightIn(In):
    """A transcript that was read before (`ticket`), put right. `steps` come first, one after the other: each counts turns, from
    1, in what those before it left.

    `are_turns` false: paragraphs in which nobody is named. `called`: label -> what it is called instead ("": nobody).
    `team`: labels, as they are called then, of who asked.
    """

    ticket: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}\.[A-Za-z0-9_-]{43}=$")]
    are_turns: StrictBool = True
    steps: Annotated[list[GiveStep | SplitStep | JoinStep], Field(max_length=MOST_STEPS)] = []
    called: Annotated[dict[Line, Line], Field(max_length=100)] = {}
    team: Annotated[list[Line], Field(max_length=100)] = []

    def choices(self) -> Choices:
        steps = tuple(one.step() for one in self.steps)
        return Choices(self.are_turns, self.called, frozenset(self.team), steps)


class NewSourceIn(SourceSaysIn, PutRightIn):
    """`is_deidentified`: nothing in it names anybody any more."""

    is_deidentified: StrictBool = False


class RecordingOut(Out):
    media_type: str
    length_bytes: int


class SourceFactsOut(Out):
    """`arm` and `phase` follow from site and day; null where they cannot be said. `recording` is null where there is none."""

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
    recording: RecordingOut | None


def shown_facts(actor: Actor, row: Source) -> SourceFactsOut:
    derived, held = derived_by(row.analysis)(row), recording_of(actor, row)
    return SourceFactsOut(
        name=row.name, kind=SourceKind(row.kind), site_id=row.site_id,
        collected_on=str(row.collected_on or row.collected_on_nothing), guide_version=row.guide_version,
        topics_asked=[Step(one) for one in row.topics_asked], language=row.language, attributes=row.attributes,
        arm=derived.arm, phase=derived.phase, recording=RecordingOut.model_validate(held) if held else None,
    )  # fmt: skip
