"""A report before it has a form: sections of blocks, frozen. Text is sentences, whose numbers stand apart from them.

A template never holds a digit: each number comes in as a parameter, taken from a result. So a number that no result
carries cannot be written into a report by its author.
"""

from __future__ import annotations

import re
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from throughline.methods.suppression import Profile
from throughline.reporting.marks import Mark
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import SUPPRESSED, SUPPRESSED_LABEL

_DIGIT = re.compile(r"\d")


def say(text: str, many: str = "", /, **params: object) -> Sentence:
    """A sentence of a report, as `Sentence`. Raises Invalid where a text itself holds a digit: numbers come as parameters."""
    if _DIGIT.search(text + many):
        raise Invalid(Sentence("A report's text may not hold a number of its own: %(given)s", given=text))
    return Sentence(text, many, **params)


class Kind(StrEnum):
    """What stands in a cell of a table; nothing and suppressed are told apart from numbers by more than colour."""

    TEXT = "text"
    NUMBER = "number"
    NOTHING = "nothing"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is read."""

    text: str | Sentence
    kind: Kind = Kind.TEXT

    @property
    def shown(self) -> str:
        """In the reader's language."""
        return str(SUPPRESSED_LABEL if self.text == SUPPRESSED else self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    sentence: Sentence
    is_note: bool = False
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences, with the words that lead to it."""

    lead: Sentence
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values side by side."""

    rows: tuple[tuple[Sentence, str | Sentence], ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table: its caption says what is counted, of what. The first cell of a row names the row."""

    name: str
    caption: Sentence
    columns: tuple[Sentence, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Sentence, ...] = ()

    @property
    def heads(self) -> list[tuple[Sentence, bool]]:
        """Each column's name, and whether numbers stand under it."""
        under = [{row[place].kind for row in self.rows} for place in range(len(self.columns))]
        return [(name, Kind.NUMBER in kinds) for name, kinds in zip(self.columns, under, strict=True)]


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A figure as SVG, which may be still to come; `title` and `description` are read out in its place."""

    name: str
    title: Sentence
    description: Sentence
    drawn: str | Future[str]
    notes: tuple[Sentence, ...] = ()

    @property
    def svg(self) -> str:
        return self.drawn if isinstance(self.drawn, str) else self.drawn.result()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that passed the door; `who` are the attributes that enough participants share, or none."""

    text: str
    who: tuple[str, ...]
    language: str
    is_contrary: bool = False


@dataclass(frozen=True, slots=True)
class JointBlock:
    """A row of the joint display: a step or an outcome, its numbers, its themes, what a person judged, and quotes.

    `judgement` is of the row as a whole; `is_judged` also where only a theme was judged. `earlier` says where quotes stand
    that were printed before, `why_none` why an outcome has no numbers.
    """

    name: Sentence
    numbers: tuple[Sentence, ...]
    said: tuple[Sentence, ...]
    judgement: Sentence | None
    quotes: tuple[Quote, ...]
    is_judged: bool = False
    earlier: tuple[Sentence, ...] = ()
    why_none: Sentence | None = None


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """An item of a checklist: the sections (anchor and heading) that tell it, and `rest`: what they do not, or where to
    record what none tells."""

    number: str
    topic: Sentence
    told: tuple[tuple[str, Sentence], ...]
    rest: Sentence | None


@dataclass(frozen=True, slots=True)
class ChecklistBlock:
    """A checklist, item by item; where a format has pages, it says on which a section begins."""

    name: str
    caption: Sentence
    rows: tuple[ChecklistRow, ...]


CHECKLIST_COLUMNS = (say("Item"), say("What it asks for"), say("Where it is told"))
TOLD, TOLD_IN_PART = say("Told under"), say("Told in part under")
Block = Paragraph | Bullets | Facts | TableBlock | FigureBlock | JointBlock | ChecklistBlock


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    heading: Sentence
    blocks: tuple[Block, ...]
    marks: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What was written into the ledger for a part of this report: its door, its name, its hash, and a refusal if it was one."""

    door: str
    what: str
    content_hash: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a reader gets. `made_by` is a role or an account's name, as the ledger has it."""

    title: str
    programme: str
    is_fiction: bool
    freeze: str
    content_hash: str
    profile: Profile
    made_at: datetime
    language: str
    sections: tuple[Section, ...]
    ledger: tuple[LedgerLine, ...]
