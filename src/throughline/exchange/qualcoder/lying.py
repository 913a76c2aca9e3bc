"""What lies on QualCoder's texts: codings, annotations, and the stretches that belong to a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from throughline.exchange.project.document import ProjectCoding, ProjectSelection
from throughline.exchange.project.offsets import Mark
from throughline.exchange.project.report import Kind
from throughline.exchange.project.tables import Row, Tables
from throughline.exchange.qualcoder.draft import Draft
from throughline.vocabulary.errors import Sentence

_ON_AREA = Sentence("it lies on a picture or a recording, and only texts can be coded here")
_NO_PLACE = Sentence("it gives no offsets, or none that are numbers")
_NO_CODE = Sentence("its code is not in the project")
_FLAG = Sentence("the mark of an important coding is not kept; the coding is")


@dataclass(frozen=True, slots=True)
class Lying:
    """A row that lies on a text: from which table, and where."""

    table: str
    row: Row
    mark: Mark


class LyingRows:
    """All such rows by the number of their source."""

    def __init__(self, tables: Tables, draft: Draft, codes: Mapping[int, UUID]) -> None:
        self._draft, self._codes = draft, codes
        self._by_source: dict[int | None, list[Lying]] = {}
        for table, column in (("code_text", "seltext"), ("annotation", ""), ("case_text", "")):
            for row in tables.of(table):
                self._add(table, row, row.text(column) if column else "")
        for table in ("code_image", "code_av"):
            for row in tables.of(table):
                draft.ledger.lose(Kind.SELECTION, row.text("id"), _ON_AREA)
                draft.ledger.lose(Kind.CODING, row.text("id"), _ON_AREA)
                if row.text("memo").strip():
                    draft.ledger.lose(Kind.NOTE, row.text("id"), _ON_AREA)

    def take(self, source: int | None) -> list[Lying]:
        """What lies on a source; once."""
        return self._by_source.pop(source, [])

    def refuse_rest(self, why: Sentence) -> None:
        """List what lies on no source that was taken."""
        for held in self._by_source.values():
            for one in held:
                self.refuse(one, "", why)

    def refuse(self, one: Lying, place: str, why: Sentence) -> None:
        """List a row, and its memo, as not understood."""
        what = _name(one)
        kind = Kind.REFERENCE if one.table == "case_text" else Kind.SELECTION
        self._draft.ledger.refuse(kind, what, why, place)
        if one.table == "code_text":
            self._draft.ledger.lose(Kind.CODING, what, why, place)
        if one.row.text("memo").strip():
            self._draft.ledger.lose(Kind.NOTE, what, why, place)

    def selection(self, one: Lying, start: int, end: int, place: str) -> ProjectSelection:
        """The selection of a row, with its coding or its memo."""
        draft, row = self._draft, one.row
        what, made = _name(one), draft.made(row)
        guid, notes = draft.guid(one.table, what), draft.memo(row, one.table, what)
        if one.table == "case_text":
            draft.ledger.found(Kind.SELECTION)
        if one.table != "code_text":
            return ProjectSelection(guid, start, end, notes=notes, made=made)
        draft.ledger.found(Kind.CODING)
        if row.number("important"):
            draft.ledger.lose(Kind.OTHER, what, _FLAG, place)
        code = self._codes.get(row.number("cid") or 0)
        if code is None:
            draft.ledger.refuse(Kind.CODING, what, _NO_CODE, place)
            return ProjectSelection(guid, start, end, notes=notes, made=made)
        coding = ProjectCoding(draft.guid("coding", what), code, made.by, made.at, notes)
        return ProjectSelection(guid, start, end, (coding,), made=made)

    def _add(self, table: str, row: Row, quote: str) -> None:
        self._draft.ledger.found(Kind.REFERENCE if table == "case_text" else Kind.SELECTION)
        start, end = row.number("pos0"), row.number("pos1")
        one = Lying(table, row, Mark(start or 0, end or 0, quote))
        if start is None or end is None:
            self.refuse(one, "", _NO_PLACE)
        else:
            self._by_source.setdefault(row.number("fid"), []).append(one)


_NUMBERS = {"code_text": "ctid", "annotation": "anid", "case_text": "id"}


def _name(one: Lying) -> str:
    return one.row.text(_NUMBERS[one.table])
