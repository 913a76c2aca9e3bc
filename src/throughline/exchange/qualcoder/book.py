"""QualCoder's codes and the categories that they stand in, as one tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from throughline.exchange.project.document import ProjectCode, tree_order
from throughline.exchange.project.report import Kind
from throughline.exchange.project.tables import Row, Tables
from throughline.exchange.qualcoder.draft import Draft
from throughline.exchange.refi.codebook import colour_of
from throughline.vocabulary.errors import Sentence

_AGAIN = Sentence("its number is that of another code, or none")
_LOOSE = Sentence(
    "Codes and categories whose category or code above them is not in the project and that now stand at the top: %(count)s."
)
_CUT = Sentence("Codes and categories that stood inside themselves, cut loose and put at the top: %(count)s.")


class Book:
    """The codes by QualCoder's number, and all of them in tree order."""

    def __init__(self, tables: Tables, draft: Draft) -> None:
        self._draft = draft
        categories = self._numbered(tables, "code_cat", "catid")
        above = self._parents(categories, "supercatid")
        heads = {number: draft.guid("category", number) for number in categories}
        tree = [
            self._code(row, heads[number], heads.get(above[number])) for number, row in categories.items()
        ]
        codes = self._numbered(tables, "code_name", "cid")
        within = self._parents(codes, "supercid")  # codes within codes, from version 16 of the database on
        self.by_number = {number: draft.guid("code", number) for number in codes}
        for number, row in codes.items():
            category = row.number("catid")
            if category is not None and category not in heads:
                draft.ledger.note(_LOOSE)
            parent = self.by_number.get(within[number]) or (
                heads.get(category) if category is not None else None
            )
            tree.append(replace(self._code(row, self.by_number[number], parent), is_codable=True))
        self.codes = tree_order(tuple(tree))

    def _numbered(self, tables: Tables, table: str, column: str) -> Mapping[int, Row]:
        rows: dict[int, Row] = {}
        for row in tables.of(table):
            number = row.number(column)
            self._draft.ledger.found(Kind.CODE)
            if number is None or number in rows:
                self._draft.ledger.refuse(Kind.CODE, row.text("name"), _AGAIN)
            else:
                rows[number] = row
        return rows

    def _parents(self, categories: Mapping[int, Row], column: str) -> dict[int, int]:
        """Each category's or code's own; 0 at the top, where one without it or in a circle is put."""
        above: dict[int, int] = {}
        for number, row in categories.items():
            parent = row.number(column)
            if parent is not None and parent not in categories:
                self._draft.ledger.note(_LOOSE)
            above[number] = parent if parent in categories and parent is not None else 0
        sound: set[int] = {0}
        for number in categories:
            path, at = [number], above[number]
            seen = {number}
            while at not in sound and at not in seen:
                seen.add(at)
                path.append(at)
                at = above[at]
            if at not in sound:
                self._draft.ledger.note(_CUT)
                above[at] = 0
            sound.update(path)
        return above

    def _code(self, row: Row, guid: UUID, parent: UUID | None) -> ProjectCode:
        colour = colour_of(row.text("color"))
        return ProjectCode(guid, row.text("name"), parent, row.text("memo"), colour, is_codable=False)
