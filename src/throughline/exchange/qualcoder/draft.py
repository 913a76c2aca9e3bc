"""What is known while a QualCoder project becomes a document."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughline.exchange.project.document import Made, ProjectNote, ProjectUser
from throughline.exchange.project.guids import Guids, derived
from throughline.exchange.project.report import Kind, Ledger
from throughline.exchange.project.stamps import instant_of
from throughline.exchange.project.tables import Row


class Draft:
    """Gives rows their GUIDs, collects the coders and memos, keeps the books."""

    def __init__(self, project: Row) -> None:
        self.ledger = Ledger()
        self.users: dict[str, ProjectUser] = {}
        self.notes: list[ProjectNote] = []
        self._guids = Guids(self.ledger)
        self._key = derived("qualcoder", project.text("date"), project.text("codername"))

    def guid(self, kind: str, number: object) -> UUID:
        """The GUID of a row of a kind."""
        return self._guids.take(str(derived(self._key, kind, number)))

    def who(self, row: Row) -> UUID | None:
        """The coder whose row it is; a name of theirs is all that QualCoder keeps of them."""
        name = row.text("owner")
        if not name:
            return None
        if name not in self.users:
            self.ledger.found(Kind.USER)
            self.users[name] = ProjectUser(self.guid("user", name), name)
        return self.users[name].guid

    def when(self, row: Row) -> datetime | None:
        """The date of a row."""
        return instant_of(row.text("date"))

    def made(self, row: Row) -> Made:
        """Whose row it is and of when."""
        return Made(self.who(row), self.when(row))

    def memo(
        self, row: Row, kind: str, number: object, *, column: str = "memo", name: str = ""
    ) -> tuple[UUID, ...]:
        """The row's memo as a memo of its own, to refer to; nothing where it is empty."""
        text = row.text(column)
        if not text.strip():
            return ()
        self.ledger.found(Kind.NOTE)
        guid = self.guid(f"memo of {kind}", number)
        self.notes.append(ProjectNote(guid, name, text, made=self.made(row)))
        return (guid,)
