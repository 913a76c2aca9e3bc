"""Questions to codings: what is asked, of which sources and people, and what answers it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from throughline.api.inquiry.framework import LeavingIn
from throughline.api.shapes import In, Limit, Line, Offset, Out
from throughline.evaluation.concordance import LONGEST_PATTERN, Wanted
from throughline.methods.passages.asking import ANYWHERE, Distance, Relation, Within
from throughline.records.inquiry.queries.asking import InContext, Question, Step
from throughline.records.inquiry.queries.material import Attribute, Narrowed, Whose
from throughline.vocabulary.errors import Invalid, Sentence

SomeCodes = Annotated[list[UUID], Field(min_length=1, max_length=200)]
Sought = Annotated[Line, StringConstraints(min_length=1, max_length=LONGEST_PATTERN)]


class AttributeIn(In):
    """What sources or people are told apart by; those of a face sheet (`source`, `participant`) have a `name`."""

    kind: Literal["site", "arm", "phase", "kind", "language", "group", "source", "participant"]
    name: Annotated[Line, StringConstraints(max_length=160)] = ""

    def attribute(self) -> Attribute:
        return Attribute(self.kind, self.name)


class NarrowIn(AttributeIn):
    values: Annotated[
        list[Annotated[Line, StringConstraints(max_length=200)]], Field(min_length=1, max_length=50)
    ]


class NarrowedIn(In):
    """`where`: only sources and people of one of the values of each. It comes in the body: addresses hold no words."""

    where: Annotated[list[NarrowIn], Field(max_length=10)] = []

    def narrowed(self) -> Narrowed:
        return {one.attribute(): frozenset(one.values) for one in self.where}


class StepIn(In):
    """How what was found so far stands to the passages under any of `code_ids`; `within`: at most so far, in `unit`."""

    relation: Relation
    code_ids: SomeCodes
    within: Annotated[StrictInt, Field(ge=0, le=1_000_000)] | None = None
    unit: Distance = Distance.CHARACTERS

    def step(self) -> Step:
        if self.relation is Relation.NEAR and self.within is None:
            how_near = Sentence("Say how near: so many characters or turns.")
            raise Invalid(how_near, fields={"within": how_near})
        is_distant = self.relation in (Relation.NEAR, Relation.BEFORE, Relation.AFTER)
        within = Within(self.within, self.unit) if is_distant and self.within is not None else ANYWHERE
        return Step(self.relation, frozenset(self.code_ids), within)


class QuestionIn(NarrowedIn):
    """Passages under any of `code_ids`, then step by step what stands in a relation to others."""

    code_ids: SomeCodes
    steps: Annotated[list[StepIn], Field(max_length=2)] = []
    whose: Whose = Whose.EVERYBODY

    def question(self) -> Question:
        return Question(frozenset(self.code_ids), tuple(one.step() for one in self.steps), self.whose)


class PassagesIn(QuestionIn):
    limit: Limit = 25
    offset: Offset = 0


class PassagesFileIn(QuestionIn, LeavingIn):
    pass


class SearchIn(NarrowedIn):
    """Plain words unless `is_expression`; `is_whole`: not inside a longer word; `is_exact`: capitals matter."""

    words: Sought
    is_expression: StrictBool = False
    is_whole: StrictBool = False
    is_exact: StrictBool = False

    def wanted(self) -> Wanted:
        return Wanted(self.words, self.is_expression, self.is_whole, self.is_exact)


class ConcordanceIn(SearchIn):
    limit: Limit = 50
    offset: Offset = 0


class ConcordanceFileIn(SearchIn, LeavingIn):
    pass


class CodeMatrixIn(NarrowedIn):
    is_by_turn: StrictBool = False


class AttributeMatrixIn(NarrowedIn):
    attribute: AttributeIn


class FiguresOutIn(LeavingIn):
    profile: Annotated[Line, StringConstraints(min_length=1, max_length=40)] = "lt5"


class CodeMatrixFileIn(CodeMatrixIn, FiguresOutIn):
    pass


class AttributeMatrixFileIn(AttributeMatrixIn, FiguresOutIn):
    pass


class SaturationIn(In):
    """How many sources stand first, how many are looked at together, and at most how many new codes, in % of the base."""

    base_size: Annotated[StrictInt, Field(ge=1, le=100)] = 4
    run_length: Annotated[StrictInt, Field(ge=1, le=20)] = 2
    threshold: Literal[0, 5, 10] = 5


class SaturationFileIn(SaturationIn, FiguresOutIn):
    pass


class InContextOut(Out):
    """A passage in the clear with what stands around it. `text_version`: that its places count in."""

    source_id: UUID
    source: str
    text_version: int
    start: int
    end: int
    before: str
    text: str
    after: str
    is_cut: bool
    turn: int | None
    speakers: list[str]


class PassagesOut(Out):
    found: int
    passages: list[InContextOut]


class ConcordanceOut(Out):
    """`is_cut`: there are more hits than are looked for."""

    found: int
    searched: int
    is_cut: bool
    hits: list[InContextOut]


class AskedOfOut(Out):
    """What sources and people can be told apart by here. Only own codings are seen in a blind round (`is_only_own`)."""

    kind: str
    name: str
    values: list[str]


class OfferedOut(Out):
    attributes: list[AskedOfOut]
    has_agreed_version: bool
    is_only_own: bool


class CodeMatrixOut(Out):
    """`meet` of every two codes; `passages`, how many, is null where the analysis does not count."""

    codes: list[UUID]
    meet: list[list[bool]]
    passages: list[list[int]] | None


class AttributeMatrixOut(Out):
    """Codes by values; how many `passages` and `sources` is null where the analysis does not count."""

    codes: list[UUID]
    values: list[str]
    is_there: list[list[bool]]
    passages: list[list[int]] | None
    sources: list[list[int]] | None


class RunOut(Out):
    first: int
    last: int
    new: int
    ratio: float


class SaturationOut(Out):
    """`reached`: sources had it all but the threshold; null where it was not reached in these `n`."""

    n: int
    codes: int
    base: int
    new_by_source: list[int]
    runs: list[RunOut]
    reached: int | None
    assumptions: list[str]


def shown_in_context(one: InContext) -> InContextOut:
    return InContextOut(
        source_id=one.source.source_id, source=one.source.name, text_version=one.source.version, start=one.start,
        end=one.end, before=one.before, text=one.text, after=one.after, is_cut=one.is_cut, turn=one.turn,
        speakers=list(one.speakers),
    )  # fmt: skip
