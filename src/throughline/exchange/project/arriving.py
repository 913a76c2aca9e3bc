"""What was recognised in a project -> the rows that it becomes again, and what is carried of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from throughline.exchange.project.document import Made, ProjectSet
from throughline.exchange.project.marks import Bearing
from throughline.exchange.project.naming import actor_of, fitted, free
from throughline.exchange.project.recognised import FoundPassage, FoundTheme, Recognised
from throughline.exchange.project.rest import named, rest_of
from throughline.records.inquiry.actions.projects import CarriedDraft
from throughline.records.inquiry.actions.thematic import (
    CellArriving,
    DecisionArriving,
    EntryArriving,
    PassageArriving,
    RelationArriving,
    ThematicDraft,
    ThemeArriving,
)
from throughline.vocabulary.errors import Sentence

_NAME, _NOTE, _REASON = 200, 200, 400
_QUOTES = (Bearing.QUOTE, Bearing.CONTRARY_QUOTE)
_CONTRARY = (Bearing.CONTRARY_QUOTE, Bearing.CONTRARY_PASSAGE)


@dataclass
class Arriving:
    """`row` gives the id of a GUID's row; `taken` are names of themes that are there, `outcomes` the codes of the study's that are no
    step; `at` stands where no time is said."""

    found: Recognised
    row: Callable[[UUID], UUID]
    at: datetime
    taken: Collection[str] = field(default_factory=frozenset)
    outcomes: Collection[str] = field(default_factory=frozenset)

    @cached_property
    def draft(self) -> ThematicDraft:
        found, row = self.found, self.row
        mades = {one.set.guid: one.made for one in found.themes}
        return ThematicDraft(
            self._themes,
            tuple(self._passage(theme, one) for theme in found.themes for one in theme.passages),
            tuple(
                RelationArriving(
                    row(one.link), row(one.origin), row(one.target), one.kind, one.note[:_NOTE], *self._who(mades[one.origin])
                )
                for one in found.relations
            ),
            tuple(
                CellArriving(
                    row(one.note.guid), row(one.case), row(one.theme), one.note.text, one.note.description[:_REASON],
                    *self._who(one.note.made),
                    tuple((row(at.guid), row(at.source), at.start, at.end) for at in one.passages),
                )
                for one in found.cells
            ),
            tuple(
                EntryArriving(
                    row(one.guid), actor_of(one.made.by), one.text or one.description, one.made.at or self.at,
                    one.made.changed_at or one.made.at or self.at,
                )
                for one in found.journal
            ),
            tuple(
                DecisionArriving(
                    row(one.note.guid), row(one.theme) if one.theme else None, one.note.text, one.took_part,
                    one.decided_on, *self._who(one.note.made),
                )
                for one in found.decisions
            ),
        )  # fmt: skip

    def carried(self, places: Mapping[UUID, int], memos: Mapping[UUID, UUID]) -> Iterator[CarriedDraft]:
        """Under which GUIDs it goes out again. `places`: of sets; `memos`: memo -> the theme that it became one of."""
        for one, draft in zip(self.found.themes, self._themes, strict=True):
            lain = {at.source for at in one.passages}
            rest = rest_of(
                sources=[guid for guid in one.set.sources if guid not in lain],
                notes=[guid for guid in one.set.notes if self._is_other(guid, one.set, memos)],
            )
            name = named(one.set.name, draft.name)
            yield CarriedDraft(one.set.guid, "theme", places[one.set.guid], draft.id, {**name, **rest})
            yield from self._carried_passages(one.passages)
        for cell in self.found.cells:
            yield from self._carried_passages(cell.passages)
        entries = (("entry", one.guid) for one in self.found.journal)
        decisions = (("decision", one.note.guid) for one in self.found.decisions)
        for place, (kind, guid) in enumerate((*entries, *decisions)):
            yield CarriedDraft(guid, kind, place, self.row(guid), {})

    def notes(self, sets: int) -> Iterator[Sentence]:
        """What the report tells of it. `sets`: how many stay sets."""
        found = self.found
        if not (found.themes or found.journal or found.decisions):
            return
        yield Sentence(
            "Known by their identifiers as what they were in Throughline: %(themes)s themes, %(cells)s framework cells,"
            " %(entries)s shared journal entries, %(decisions)s decisions.",
            themes=len(found.themes), cells=len(found.cells), entries=len(found.journal),
            decisions=len(found.decisions),
        )  # fmt: skip
        if sets:
            yield Sentence(
                "Sets that are kept as sets, for nothing says that they were themes: %(count)s.", count=sets
            )
        unknown = sum(not set(self.outcomes).issuperset(one.outcomes) for one in found.themes)
        if found.unread or unknown:
            yield Sentence(
                "Themes of which it could not be read where they stand, or on which steps or outcomes of this study they bear: %(count)s."
                " Look at them.",
                count=found.unread + unknown,
            )

    @cached_property
    def _themes(self) -> tuple[ThemeArriving, ...]:
        taken, places = set(self.taken), Counter[str]()
        drafts = []
        for number, one in enumerate(self.found.themes, start=1):
            name = free(fitted(one.set.name, _NAME, f"theme {number}"), taken, _NAME)
            taken.add(name)
            places[one.status.value] += 1
            drafts.append(
                ThemeArriving(
                    self.row(one.set.guid), self.row(one.parent) if one.parent else None, places[one.status.value], name,
                    one.set.description, one.boundaries, one.contrary, one.status,
                    tuple(step.value for step in one.steps),
                    tuple(sorted(set(one.outcomes).intersection(self.outcomes))), tuple(map(self.row, dict.fromkeys(one.set.codes))),
                    *self._who(one.made),
                )
            )  # fmt: skip
        return tuple(drafts)

    def _passage(self, theme: FoundTheme, one: FoundPassage) -> PassageArriving:
        return PassageArriving(
            self.row(one.guid), self.row(theme.set.guid), self.row(one.source), one.start, one.end,
            one.bearing in _QUOTES, one.bearing in _CONTRARY, *self._who(one.made),
        )  # fmt: skip

    def _carried_passages(self, passages: Iterable[FoundPassage]) -> Iterator[CarriedDraft]:
        for place, one in enumerate(passages):
            yield CarriedDraft(one.guid, "passage", place, self.row(one.guid), {}, self.row(one.source))

    def _is_other(self, note: UUID, group: ProjectSet, memos: Mapping[UUID, UUID]) -> bool:
        return note not in self.found.notes and memos.get(note) != self.row(group.guid)

    def _who(self, made: Made) -> tuple[datetime, str]:
        return made.at or self.at, actor_of(made.by)
