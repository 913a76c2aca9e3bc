"""Who coded what and when, from Taguette's log of changes; its highlights themselves name no one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from throughline.exchange.project.tables import Row

Author = tuple[str, str]
"""Login and date, as written."""


class History:
    """The log played through, in order: who made and who last changed each highlight that is still there."""

    def __init__(self, commands: Iterable[Row]) -> None:
        self.makers: dict[int, Author] = {}
        self.changers: dict[int, Author] = {}
        self._coders: dict[tuple[int, int], Author] = {}
        self._hands: dict[int, set[str]] = {}
        self._tags: dict[int, set[int]] = {}
        self._holders: dict[int, set[int]] = {}
        for row in sorted(commands, key=lambda row: row.number("id") or 0):
            payload = _payload(row)
            kind, author = payload.get("type"), (row.text("user_login"), row.text("date"))
            if kind == "highlight_add":
                self._lay(_whole(payload.get("highlight_id")), _wholes(payload.get("tags")), author)
            elif kind == "highlight_delete":
                self._lift(_whole(payload.get("highlight_id")))
            elif kind == "tag_delete":
                for highlight in tuple(self._holders.get(_whole(payload.get("tag_id")), ())):
                    self._take_off(highlight, _whole(payload.get("tag_id")))
            elif kind == "tag_merge":
                self._merge(_whole(payload.get("src_tag_id")), _whole(payload.get("dest_tag_id")))

    def coder(self, highlight: int, tag: int) -> Author | None:
        """Who laid a tag on a highlight and when.

        Taguette numbers tags anew when it exports, but not in its log of merges: a merged tag cannot be followed. Then whoever
        made the highlight laid it, if nobody else ever touched the highlight; otherwise nobody knows.
        """
        known = self._coders.get((highlight, tag))
        if known is None and len(self._hands.get(highlight, ())) == 1:
            return self.makers.get(highlight)
        return known

    def logins(self) -> set[str]:
        """Everyone whose hand is still on a highlight."""
        return {login for hands in self._hands.values() for login in hands}

    def _lay(self, highlight: int, tags: set[int], author: Author) -> None:
        if highlight in self._tags:
            self.changers[highlight] = author
        self.makers.setdefault(highlight, author)
        self._hands.setdefault(highlight, set()).add(author[0])
        held = self._tags.setdefault(highlight, set())
        for tag in held - tags:
            self._take_off(highlight, tag)
        for tag in tags - held:
            self._put_on(highlight, tag, author)

    def _lift(self, highlight: int) -> None:
        for tag in tuple(self._tags.pop(highlight, ())):
            self._take_off(highlight, tag)
        self.makers.pop(highlight, None)
        self._hands.pop(highlight, None)
        self.changers.pop(highlight, None)

    def _merge(self, source: int, target: int) -> None:
        for highlight in tuple(self._holders.get(source, ())):
            author = self._coders[highlight, source]
            self._take_off(highlight, source)
            if target not in self._tags[highlight]:
                self._put_on(highlight, target, author)

    def _put_on(self, highlight: int, tag: int, author: Author) -> None:
        self._tags[highlight].add(tag)
        self._holders.setdefault(tag, set()).add(highlight)
        self._coders[highlight, tag] = author

    def _take_off(self, highlight: int, tag: int) -> None:
        self._tags.get(highlight, set()).discard(tag)
        self._holders.get(tag, set()).discard(highlight)
        self._coders.pop((highlight, tag), None)


def _payload(row: Row) -> Mapping[str, Any]:
    try:
        payload = json.loads(row.untouched("payload"))
    except (ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _wholes(value: object) -> set[int]:
    return {one for one in value if isinstance(one, int)} if isinstance(value, list) else set()
