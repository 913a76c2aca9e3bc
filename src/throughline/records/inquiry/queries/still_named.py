"""Where words stand in what the team wrote beside texts (memos, codes, themes, cells and others), with each place to mend.

Names that give way to labels in texts; and, of somebody who withdrew, the mark for their words, and their label.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from throughline.methods.identifiers import Known, occurrences
from throughline.records.inquiry.actions.leaving_out import WORDS_GONE
from throughline.records.inquiry.models import (
    Analysis,
    Code,
    CodeRevision,
    Decision,
    FrameworkCell,
    FrameworkCellRevision,
    JournalEntry,
    Memo,
    MemoRevision,
    Participant,
    Position,
    Settlement,
    Theme,
    ThemeRelation,
    ThemeRevision,
)
from throughline.records.inquiry.queries.reading import analysis_for
from throughline.vocabulary.actor import Actor


class Written(StrEnum):
    """Kinds of what the team writes beside texts."""

    MEMO = "memo"
    CODE = "code"
    THEME = "theme"
    CELL = "cell"
    JOURNAL = "journal"
    DECISION = "decision"
    SETTLEMENT = "settlement"
    POSITION = "position"


@dataclass(frozen=True)
class StillNamed:
    """A row in which names stand, in `places` places now, and in how many of its earlier versions, which stay as they are."""

    kind: Written
    row: Any
    places: int
    earlier: int


def still_named(actor: Actor, analysis: Analysis, known: Iterable[Known]) -> list[StillNamed]:
    """By kind, what the actor may see of an analysis in which a term of the list stands, as words of its own, in any case.

    Of `known` is asked that the actor has read the list. Own private entries of the journal are among it, others' are not.
    """
    terms = tuple(term for line in known for term in line.terms)
    of = analysis_for(actor, analysis.id)
    return list(_found(actor, of, terms)) if terms else []


def telling_of(actor: Actor, person: Participant) -> list[StillNamed]:
    """What tells of somebody who withdrew: where words gave way to a mark then, or their label stands.

    Words of theirs in a row are gone from all of it; a paraphrase, or a few words, only a person can find. The mark does not
    say whose words stood there.
    """
    return list(_found(actor, analysis_for(actor, person.analysis_id), (WORDS_GONE, person.label)))


def _found(actor: Actor, of: Analysis, terms: tuple[str, ...]) -> Iterator[StillNamed]:
    def counted(words: Iterable[object]) -> int:
        return sum(len(occurrences(str(one), terms)) for one in words if one)

    def earlier(rows: Any, to: str, words: Callable[[Any], object]) -> Counter[UUID]:
        return Counter(getattr(row, to) for row in rows if occurrences(str(words(row)), terms))

    def told(
        kind: Written, rows: Any, words: Callable[[Any], Iterable[object]], was: Counter[UUID]
    ) -> Iterator[StillNamed]:
        for row in rows:
            places = counted(words(row))
            if places or was[row.pk]:
                yield StillNamed(kind, row, places, was[row.pk])

    none = Counter[UUID]()
    was = earlier(
        _of(MemoRevision, actor, memo__analysis=of), "memo_id", lambda row: f"{row.title}\n{row.text}"
    )
    memos = _of(Memo, actor, analysis=of).order_by("-written_at", "id")
    yield from told(Written.MEMO, memos, lambda row: (row.title, row.text), was)
    was = earlier(
        _of(CodeRevision, actor, code__codebook__analysis=of), "code_id", lambda row: _plain(row.was)
    )
    codes = _of(Code, actor, codebook__analysis=of).order_by("codebook__name", "place")
    yield from told(
        Written.CODE,
        codes,
        lambda row: (row.name, row.definition, row.include, row.exclude, row.example),
        was,
    )
    was = earlier(_of(ThemeRevision, actor, theme__analysis=of), "theme_id", lambda row: _plain(row.was))
    on: dict[UUID, list[str]] = {}
    for origin, note in _of(ThemeRelation, actor, origin__analysis=of).values_list("origin_id", "note"):
        on.setdefault(origin, []).append(note)
    yield from told(
        Written.THEME, _of(Theme, actor, analysis=of).order_by("place", "name"),
        lambda row: (row.name, row.central_concept, row.boundaries, row.contrary, *on.get(row.id, ())), was,
    )  # fmt: skip
    was = earlier(
        _of(FrameworkCellRevision, actor, cell__analysis=of),
        "cell_id",
        lambda row: f"{row.summary}\n{row.reason}",
    )
    cells = _of(FrameworkCell, actor, analysis=of, participant__withdrawn_at=None)
    cells = cells.select_related("participant", "theme").order_by("participant__label", "theme__name")
    yield from told(Written.CELL, cells, lambda row: (row.summary, row.reason), was)
    for kind, rows in (
        (Written.JOURNAL, _of(JournalEntry, actor, analysis=of).order_by("-written_at", "id")),
        (Written.DECISION, _of(Decision, actor, analysis=of).order_by("-decided_on", "id")),
        (Written.POSITION, _of(Position, actor, analysis=of).order_by("-written_at", "id")),
    ):
        yield from told(kind, rows, lambda row: (row.text,), none)
    settled = _of(Settlement, actor, round__analysis=of).select_related("round").order_by("-settled_at", "id")
    yield from told(Written.SETTLEMENT, settled, lambda row: (row.reason,), none)


def _of(model: Any, actor: Actor, **of: object) -> Any:
    return model.objects.visible_to(actor).filter(**of)


def _plain(was: Any) -> str:
    """What a revision holds, in words: terms are looked for in all of it."""
    if isinstance(was, dict):
        was = list(was.values())
    return "\n".join(map(_plain, was)) if isinstance(was, list) else str(was)
