"""Keys by which a row is recognised when its file comes again: keyed hashes, from which nobody reads the row."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence

from throughline.exchange.table.cells import Cells
from throughline.exchange.table.mapping import Mapping
from throughline.vocabulary.errors import Sentence


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
        """The key of a row by the mapping's id columns, else by its content. Rejected as in `of_columns`."""
        if self._mapping.id is None:
            return self.of_content(cells)
        return self.of_columns(cells, "id", self._mapping.id)

    def of_columns(self, cells: Cells, what: str, columns: Sequence[str]) -> str:
        """Rejected where a part of the id is missing, or the id was a different row's before in this file."""
        key = self.key_of(what, names_in(cells, columns))
        content = int(self.key_of("content", cells.all())[:15], 16)
        line, before = self._first.setdefault(int(key[:15], 16), (cells.line, content))
        if before != content:
            why = Sentence("The row of line %(line)s has the same id and says something else.", line=line)
            raise cells.reject(columns[-1], why)
        return key

    def of_content(self, cells: Cells) -> str:
        """The key of a row without an id: its content, and which of the rows with that content it is."""
        digest = int(self.key_of("content", cells.all())[:15], 16)
        times = self._times[digest] = self._times.get(digest, 0) + 1
        return self.key_of("row", [*cells.all(), str(times)])


def names_in(cells: Cells, columns: Sequence[str]) -> list[str]:
    """The cells of id columns. Rejected where one says nothing; a number is a name even where it also means nothing."""
    for column in columns:
        if cells.nothing(column) is not None and not cells.text(column).isdigit():
            raise cells.reject(
                column, Sentence("The row has no id, so that it could not be recognised again.")
            )
    return [cells.text(column) for column in columns]
