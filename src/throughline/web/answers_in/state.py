"""A file of answers on its way through the pages, with its wave and its data dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from throughline.exchange.answers.tables import GivenFile
from throughline.exchange.held import discard, unseal
from throughline.web.imports.state import Mapped
from throughline.work.sealed import unpacked_file


@dataclass(frozen=True, kw_only=True)
class Begun(Mapped):
    """One file of answers."""

    of: ClassVar[str] = "answers"
    ids: ClassVar[tuple[str, ...]] = (*Mapped.ids, "wave", "dictionary")

    wave: UUID
    dictionary: UUID | None = None

    def given_dictionary(self) -> GivenFile | None:
        return None if self.dictionary is None else GivenFile(*unpacked_file(unseal(self.dictionary)))

    def let_file_go(self) -> None:
        """The file itself, its dictionary and what was read of it."""
        super().let_file_go()
        if self.dictionary is not None:
            discard(self.dictionary)
