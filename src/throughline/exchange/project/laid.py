"""What lies on one source, given back: its codings as they stand now, in the selections that they came in.

A coding that was moved, or put there since, lies in a selection of its own. What was carried without a row goes with the
coding it stood beside; where it stood beside none it lies where its words are now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from throughline.exchange.project.document import Made, ProjectCoding, ProjectSelection
from throughline.exchange.project.guids import derived
from throughline.exchange.project.naming import row_id
from throughline.exchange.project.rest import guid_or_none, guids, made_of, moment_of

Place = tuple[int, int]


class Laid(NamedTuple):
    """A coding that stands, as its row has it."""

    id: UUID
    code: UUID
    analyst: str
    start: int
    end: int
    applied_at: datetime


@dataclass(frozen=True)
class Known:
    """What the rest of a source is read with. `code` is of a row, `code_now` of a GUID in the file: None where it is gone."""

    analysis_id: UUID
    code: Callable[[UUID], UUID]
    code_now: Callable[[UUID], UUID | None]
    user: Callable[[str], UUID | None]
    notes: frozenset[UUID]
    memos: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)  # of a coding's row, written since


@dataclass
class Given:
    """What lies on a source. `rows` codings have a row, `carried` have none."""

    selections: list[ProjectSelection] = field(default_factory=list)
    whole: list[ProjectCoding] = field(default_factory=list)
    rows: int = 0
    carried: int = 0


class GivingBack:
    """Puts together what lies on a source. `moved` tells where a passage of the imported text lies now."""

    def __init__(
        self,
        known: Known,
        laid: Iterable[Laid],
        length: int,
        *,
        moved: Callable[[int, int], Place] | None,
        is_blind: bool,
        is_reworded: bool,
    ) -> None:
        self._known, self._length, self._moved = known, length, moved
        self._is_blind, self._is_reworded = is_blind, is_reworded
        self._rows = {one.id: one for one in laid}
        self._waiting = dict(self._rows)
        self._given = Given()

    def of(self, rest: Mapping[str, Any]) -> Given:
        """All of it: what was imported in the order of its file, then what was put there since."""
        for one in rest.get("selections", ()):
            self._selection(one)
        for one in rest.get("whole", ()):
            self._whole(one)
        for row in sorted(self._waiting.values(), key=lambda row: (row.start, row.end, row.id)):
            self._alone(row, self._coding(row, {}, row.id))
        return self._given

    def _selection(self, rest: Mapping[str, Any]) -> None:
        written = rest.get("codings", ())
        here = self._place_now(rest)
        found = list(self._codings(written, here))
        if (written and not found) or (not written and self._is_blind):
            return
        place = found[0][1] if found else here
        together = [coding for coding, at in found if at == place]
        name, description = (
            ("", "") if self._is_reworded else (rest.get("name", ""), rest.get("description", ""))
        )
        self._given.selections.append(
            ProjectSelection(
                UUID(rest["guid"]), *place, tuple(together), name, description, self._notes(rest), made_of(rest.get("made"))
            )
        )  # fmt: skip
        for coding, at in found:
            if at != place:
                self._given.selections.append(_selection_of(coding, at))

    def _whole(self, rest: Mapping[str, Any]) -> None:
        everything = (0, self._length)
        for coding, place in self._codings([rest], everything):
            if place == everything:
                self._given.whole.append(coding)
            else:
                self._given.selections.append(_selection_of(coding, place))

    def _codings(
        self, written: Sequence[Mapping[str, Any]], here: Place
    ) -> Iterator[tuple[ProjectCoding, Place]]:
        for rest in written:
            if "code" in rest:
                yield from self._carried(rest, here)
                continue
            guid = UUID(rest["guid"])
            row = self._waiting.pop(row_id(self._known.analysis_id, guid), None)
            if row is not None:
                self._given.rows += 1
                yield self._coding(row, rest, guid), (row.start, row.end)

    def _carried(self, rest: Mapping[str, Any], here: Place) -> Iterator[tuple[ProjectCoding, Place]]:
        """One without a row: gone with the coding that it stood beside; nobody's to see in a blind round."""
        place, code = here, self._known.code_now(UUID(rest["code"]))
        if "beside" in rest:
            beside = self._rows.get(self._row_of(rest["beside"]))
            if beside is None:
                return
            place, code = (beside.start, beside.end), self._known.code(beside.code)
        if self._is_blind or code is None:
            return
        self._given.carried += 1
        by, at = guid_or_none(rest.get("by")), moment_of(rest.get("at"))
        yield ProjectCoding(UUID(rest["guid"]), code, by, at, self._notes(rest)), place

    def _coding(self, row: Laid, rest: Mapping[str, Any], guid: UUID) -> ProjectCoding:
        known = self._known
        return ProjectCoding(
            guid,
            known.code(row.code),
            known.user(row.analyst),
            None if rest.get("untimed") else row.applied_at,
            (*self._notes(rest), *known.memos.get(row.id, ())),
        )

    def _alone(self, row: Laid, coding: ProjectCoding) -> None:
        self._given.rows += 1
        self._given.selections.append(_selection_of(coding, (row.start, row.end)))

    def _place_now(self, rest: Mapping[str, Any]) -> Place:
        start, end = int(rest["start"]), int(rest["end"])
        return self._moved(start, end) if self._moved else (start, end)

    def _row_of(self, guid: str) -> UUID:
        return row_id(self._known.analysis_id, UUID(guid))

    def _notes(self, rest: Mapping[str, Any]) -> tuple[UUID, ...]:
        if "notes" not in rest:
            return ()
        return tuple(note for note in guids(rest["notes"]) if note in self._known.notes)


def _selection_of(coding: ProjectCoding, place: Place) -> ProjectSelection:
    return ProjectSelection(derived("selection", coding.guid), *place, (coding,), made=Made())
