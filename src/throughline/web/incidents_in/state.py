"""A list of incidents on its way through the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from throughline.web.imports.state import Mapped


@dataclass(frozen=True, kw_only=True)
class Begun(Mapped):
    """One list. `is_worded`: what the words of these columns stand for has been said."""

    of: ClassVar[str] = "incidents"

    is_worded: bool = False

    def to_keep(self) -> dict[str, Any]:
        """What is kept for the next list: not the line of its header, and no words of places, which could be addresses."""
        kept = {key: one for key, one in self.mapping.items() if key != "file"}
        file = {key: one for key, one in self.file_said.items() if key != "header_line"}
        if isinstance(kept.get("place"), dict):
            kept["place"] = {key: one for key, one in kept["place"].items() if key != "values"}
        return kept | ({"file": file} if file else {})
