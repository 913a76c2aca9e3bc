"""A file of attitudes on its way through the pages, with the questionnaire that it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from throughline.web.imports.state import Mapped


@dataclass(frozen=True, kw_only=True)
class Begun(Mapped):
    """One file of attitudes."""

    of: ClassVar[str] = "attitudes"
    ids: ClassVar[tuple[str, ...]] = (*Mapped.ids, "scale")

    scale: UUID
