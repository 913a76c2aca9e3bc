"""One release of a report on its way through the doors: what has left so far, what was refused, and a line of the ledger for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import TablesDoor, TableSpec, write_answer
from throughline.evaluation.results import to_plain
from throughline.evaluation.words import release_words
from throughline.methods.suppression import Profile, ProtectedTable
from throughline.records.inquiry.models import Theme
from throughline.records.study.models import Freeze, Release
from throughline.reporting.document import LedgerLine, Quote, say
from throughline.reporting.labels import word
from throughline.reporting.material import Refused
from throughline.reporting.named import Named
from throughline.reporting.tables import before_notes
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ReleaseDoor

TOO_CLOSE = say(
    "It lies too close to another table, or rests on too few; which one the ledger keeps for the guardian."
)


@dataclass
class Passing:
    """One release on its way: what has left so far and what was refused."""

    freeze: Freeze
    profile: Profile
    recipient: str
    by: Actor
    at: datetime
    lines: list[LedgerLine] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    named: Named = field(default_factory=Named)
    door: TablesDoor | None = None
    for_before: tuple[
        Sentence, ...
    ] = ()  # what is said where something is suppressed for the sake of what left before

    def tables(self, specs: Sequence[TableSpec]) -> Iterator[ProtectedTable | None]:
        """Each table as it left; None where the door refused it."""
        if self.door is None:
            raise Invalid(Sentence("Nothing is let out without a door."))
        passing = self.door.release(specs)
        for spec, left in zip(specs, passing, strict=True):
            if isinstance(left, Unready):
                self.refuse("tables", spec.title, left)
                yield None
            else:
                self.note(left.release)
                self.for_before = self.for_before or before_notes([left.table])
                yield left.table

    def words(self, theme: Theme) -> tuple[tuple[Quote, ...], int]:
        try:
            left = release_words(
                theme=theme, recipient=self.recipient, freeze=self.freeze, by=self.by, at=self.at
            )
        except Unready as refusal:
            self.refuse("words", self._quotes_of(theme), refusal)
            return (), 0
        self.note(left.release, what=self._quotes_of(theme))
        quotes = tuple(
            Quote(
                q.text,
                tuple(word(self.named.told(value)) for _, value in q.attributes),
                q.language,
                q.is_contrary,
            )
            for q in left.words.quotes
        )
        return quotes, left.words.withheld

    def _quotes_of(self, theme: Theme) -> str:
        return f"quotes: {self.named.told(theme.name)}"

    def summary(self, what: str, told: Any, door: ReleaseDoor = ReleaseDoor.TABLES) -> None:
        """A part that is no cells of a table, nor quotes: its line carries the hash of what is told."""
        line = write_answer(
            to_plain(told), freeze=self.freeze, what=what, profile=self.profile, recipient=self.recipient, by=self.by, at=self.at,
            door=door,
        )  # fmt: skip
        self.note(line)

    def note(self, release: Release, *, what: str = "") -> None:
        self.lines.append(
            LedgerLine(release.door, what or release.what, release.content_hash, release.refusal)
        )

    def refuse(self, door: str, what: str, refusal: Unready) -> None:
        """The door has written the refusal into the ledger; here stands what readers may know of it."""
        why = for_readers(refusal.sentence)
        self.refused.append(Refused(what, why))
        self.lines.append(LedgerLine(door, what, "", str(why)))


def for_readers(refusal: Sentence) -> Sentence:
    """Why a part did not leave, without naming a cell: that two differ by few tells of these few."""
    return TOO_CLOSE if refusal.params else refusal
