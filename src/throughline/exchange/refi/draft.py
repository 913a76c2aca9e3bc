"""What is known while a REFI-QDA file becomes a document: which GUIDs stand for what, who coded, what was lost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from throughline.exchange.project.document import Made, ProjectUser
from throughline.exchange.project.guids import Guids, guid_of
from throughline.exchange.project.report import NAMES, Kind, Ledger
from throughline.exchange.project.stamps import instant_of
from throughline.exchange.refi.lying import made_of
from throughline.exchange.refi.node import Node
from throughline.vocabulary.errors import Sentence

_NAMELESS = Sentence(
    "Coders whom the file names by GUID alone: %(count)s. Their codings are kept apart, without a name."
)
_NO_DATE = Sentence("Dates that are none and were left out: %(count)s.")


class Draft:
    """Resolves references by kind, so that a GUID used for two things leads to the right one of them."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.guids = Guids(self.ledger)
        self.users: list[ProjectUser] = []
        self._known: dict[Kind, dict[UUID, UUID]] = {}

    def take(self, kind: Kind, written: str, *place: object) -> UUID:
        """Count one of a kind and give it its GUID, to which later references by the written one lead."""
        guid = self.guids.take(written, kind, *place)
        if written:
            self.alias(kind, written, guid)
        return guid

    def alias(self, kind: Kind, written: str, guid: UUID) -> None:
        """Lead references by another GUID to a thing, unless they lead to one already."""
        self._known.setdefault(kind, {}).setdefault(guid_of(written), guid)

    def find(self, kind: Kind, written: str) -> UUID | None:
        """The thing of a kind that a written GUID stands for; None where there is none."""
        return self._known.get(kind, {}).get(guid_of(written)) if written else None

    def find_any(self, written: str) -> UUID | None:
        """The thing of any kind that a written GUID stands for."""
        kinds = (
            Kind.CODE,
            Kind.TEXT,
            Kind.SELECTION,
            Kind.NOTE,
            Kind.CASE,
            Kind.SET,
            Kind.CODING,
            Kind.VARIABLE,
        )
        return next((guid for kind in kinds if (guid := self.find(kind, written))), None)

    def references(self, kind: Kind, written: Iterable[str], place: str) -> tuple[UUID, ...]:
        """The things that exist of those referred to; the others are listed as not understood."""
        found = []
        for one in written:
            guid = self.find(kind, one)
            self.ledger.found(Kind.REFERENCE)
            if guid is None:
                reason = Sentence("it refers to one of the %(kind)s that was not imported", kind=NAMES[kind])
                self.ledger.refuse(Kind.REFERENCE, one, reason, place)
            else:
                found.append(guid)
        return tuple(found)

    def notes(self, node: Node) -> tuple[UUID, ...]:
        """The memos that an element refers to."""
        return self.references(Kind.NOTE, (child.target for child in node.all("NoteRef")), node.get("name"))

    def who(self, written: str) -> UUID | None:
        """The user; one without a name where the file gives nothing but a GUID."""
        if not written:
            return None
        known = self.find(Kind.USER, written)
        if known is None:
            known = self.take(Kind.USER, written)
            self.users.append(ProjectUser(known, ""))
            self.ledger.added(Kind.USER)
            self.ledger.note(_NAMELESS)
        return known

    def made(self, written: tuple[str, str, str, str]) -> Made:
        """Who and when, from the four attributes as written."""
        by, at, changed_by, changed_at = written
        if not any(written):
            return NOT_SAID
        return Made(self.who(by), self.when(at), self.who(changed_by), self.when(changed_at))

    def made_of(self, node: Node) -> Made:
        """Who made an element and when."""
        return self.made(made_of(node))

    def when(self, written: str) -> datetime | None:
        """The moment; None, and a note, for what is none."""
        moment = instant_of(written) if written else None
        if written and moment is None:
            self.ledger.note(_NO_DATE)
        return moment


NOT_SAID = Made()
