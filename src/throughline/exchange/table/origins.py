"""Keys by which a row is recognised when its file comes again: keyed hashes, from which nobody reads the row."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence

from throughline.exchange.table.cells import Cells
from throughline.exchange.table.mapping import Mapping


class Origins:
    """Origin keys of the rows of one file. `key` is the programme's own (32 bytes).

    With id columns in the mapping, a row is its id, whatever else of it was mended since. Without, it is its whole
    content, and the second of two rows with the same content is another row.
    """

    def __init__(self, key: bytes, mapping: Mapping) -> None:
        self._key, self._mapping = key, mapping
        self._times: dict[int, int] = {}
        self._first: dict[int, tuple[int, int]] = {}

    def key_of(self, what: str, parts: Sequence[str]) -> str:
        """64 hex digits for something that is named by `parts`, in order."""
        content = json.dumps([self._mapping.name, what, *parts], ensure_ascii=False)
        return hmac.new(self._key, content.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def of_row(self, cells: Cells) -> str:
        """Rejected where the id is empty, or was another row's before in this file."""
        if self._mapping.id is None:
            return self.of_content(cells)
        names = [cells.text(column) for column in self._mapping.id]
        last = self._mapping.id[-1]
        if not all(names):
            empty = next(column for column in self._mapping.id if not cells.text(column))
            raise cells.reject(empty, "The row has no id, so that it could not be recognised again.")
        key = self.key_of("id", names)
        content = int(self.key_of("content", cells.all())[:15], 16)
        line, before = self._first.setdefault(int(key[:15], 16), (cells.line, content))
        if before != content:
            raise cells.reject(
                last, "The row of line %(line)s has the same id and says something else.", line=line
            )
        return key

    def of_content(self, cells: Cells) -> str:
        """The key of a row without an id: its content, and which of the rows with that content it is."""
        digest = int(self.key_of("content", cells.all())[:15], 16)
        times = self._times[digest] = self._times.get(digest, 0) + 1
        return self.key_of("row", [*cells.all(), str(times)])
