"""QualCoder's sources, with everything that lies on them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from throughline.exchange.project.document import ProjectSelection, ProjectSource
from throughline.exchange.project.offsets import Misplaced, OffsetMode, Ruler
from throughline.exchange.project.quoted import REASONS, Place, settle
from throughline.exchange.project.report import Kind
from throughline.exchange.project.tables import Row, Tables
from throughline.exchange.qualcoder.draft import Draft
from throughline.exchange.qualcoder.lying import Lying, LyingRows
from throughline.exchange.qualcoder.things import Values
from throughline.exchange.transcript.read import MAX_CHARS
from throughline.vocabulary.errors import Sentence

_MODES = (OffsetMode.CODE_POINTS, OffsetMode.UTF16, OffsetMode.CODE_POINTS_LF, OffsetMode.UTF16_LF)
_MEDIA = (("image", Kind.PICTURE), ("audio", Kind.AUDIO), ("video", Kind.VIDEO))
_NOT_TEXT = Sentence("it is a picture or a recording, and only texts can be coded here")
_TOO_LONG = Sentence("its text is longer than a source may be")
_NOWHERE = Sentence("the source that it lies on was not imported")


class Sources:
    """All sources that are text. `whole` and `stretches` are what belongs to a case, by the case's number."""

    def __init__(self, tables: Tables, draft: Draft, lying: LyingRows, values: Values) -> None:
        self._draft, self._lying, self._values = draft, lying, values
        self.whole: dict[int, list[UUID]] = {}
        self.stretches: dict[int, list[UUID]] = {}
        rows = [row for row in tables.of("source") if self._is_kept(row)]
        rulers = [Ruler(row.untouched("fulltext").removeprefix("\ufeff")) for row in rows]
        held = [lying.take(row.number("id")) for row in rows]
        pairs = [(ruler, [one.mark for one in ones]) for ruler, ones in zip(rulers, held, strict=True)]
        places, self.offsets = settle(pairs, _MODES)
        self.all = tuple(self._source(*one) for one in zip(rows, rulers, held, places, strict=True))
        lying.refuse_rest(_NOWHERE)

    def _is_kept(self, row: Row) -> bool:
        media = row.text("mediapath").lower()
        kind = next((kind for word, kind in _MEDIA if media.lstrip("/").startswith(word)), Kind.TEXT)
        if kind is Kind.TEXT and row.text("name").lower().endswith(".pdf"):
            kind = Kind.PDF
        self._draft.ledger.found(kind)
        has_text = bool(row.untouched("fulltext"))
        if kind is not Kind.TEXT and not has_text:
            self._draft.ledger.refuse(kind, row.text("name"), _NOT_TEXT)
            return False
        if len(row.untouched("fulltext")) > MAX_CHARS:
            self._draft.ledger.refuse(kind, row.text("name"), _TOO_LONG)
            return False
        return True

    def _source(
        self, row: Row, ruler: Ruler, held: Sequence[Lying], places: Sequence[Place]
    ) -> ProjectSource:
        draft, name = self._draft, row.text("name")
        guid, number = draft.guid("source", row.text("id")), row.number("id")
        selections = []
        for one, place in zip(held, places, strict=True):
            case = one.row.number("caseid") or 0
            if one.table == "case_text" and one.mark.start <= 0 and one.mark.end >= len(ruler.text) - 1:
                self.whole.setdefault(case, []).append(guid)
            elif isinstance(place, Misplaced):
                self._lying.refuse(one, name, REASONS[place])
            else:
                selection = self._lying.selection(one, *place, name)
                selections.append(selection)
                self._belongs(one, case, selection)
        text, made = row.untouched("fulltext"), draft.made(row)
        return ProjectSource(
            guid,
            name,
            ruler.text,
            tuple(selections),
            description=row.text("memo"),
            values=self._values.of("file", number),
            made=made,
            raw=text.encode("utf-8", "replace"),
        )

    def _belongs(self, one: Lying, case: int, selection: ProjectSelection) -> None:
        if one.table == "case_text":
            self.stretches.setdefault(case, []).append(selection.guid)
