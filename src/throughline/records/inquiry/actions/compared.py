"""A closed round as it is compared: its sources as stretches, its coders, and their codings in columns.

The words of a text are not needed here, except for sentences: whoever asks for these hands in where they begin and end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from throughline.methods.agreement.codings import CodedSource, Codings, Continuum, Level
from throughline.methods.agreement.codings import Coding as Row
from throughline.records.inquiry.models import Assignment, Code, Coding, Round, Settlement, Source, Turn
from throughline.vocabulary.errors import Sentence, Unready

Stretches = tuple[tuple[int, int], ...]
Place = tuple[UUID, UUID, int, int]  # a source, a code, [start, end)


class Over(StrEnum):
    """Which text counts."""

    TURNS = "turns"  # what was said by others than the team
    TEXT = "text"  # all of it


@dataclass(frozen=True)
class Compared:
    """Sources by id with their coders and stretches, and the codings of the round that stand on them; ids as names.

    `codes` are those that somebody applied.
    """

    round: Round
    sources: Mapping[UUID, Source]
    codes: Mapping[UUID, Code]
    continuum: Continuum
    codings: Codings
    rows: tuple[Coding, ...]


def check_comparable(round: Round) -> None:
    """Raise Unready while a round is open: nobody's work is compared before it is done."""
    if round.closed_at is None:
        raise Unready(
            Sentence("The round %(round)s is open. Close it first: then its codings are compared.", round=round.name)
        )  # fmt: skip


def compared(
    round: Round,
    sources: Sequence[Source],
    *,
    level: Level = Level.CHARACTER,
    over: Over = Over.TEXT,
    cut: Callable[[Source, Stretches], Stretches] | None = None,
) -> Compared:
    """A round on some of its sources. `cut` makes sentences of a source's stretches; it is asked for at that level alone."""
    check_comparable(round)
    held = {source.id: source for source in sources}
    coders: dict[UUID, set[str]] = {pk: set() for pk in held}
    for source_id, coder in Assignment.objects.filter(round=round).values_list("source_id", "coder"):
        if source_id in held:
            coders[source_id].add(coder)
    turns = _turns(held, over)
    continuum = Continuum(
        level,
        tuple(
            CodedSource(str(pk), frozenset(coders[pk]), _stretches(source, turns.get(pk), level, over, cut))
            for pk, source in held.items()
        ),
    )
    found = Coding.objects.filter(round=round, source__in=list(held), removed_at=None, lost_in=None)
    rows = tuple(
        row
        for row in found.select_related("code").order_by("source", "start", "end", "id")
        if row.analyst in coders[row.source_id]
    )
    codings = Codings.from_rows(
        Row(row.analyst, str(row.source_id), str(row.code_id), row.start, row.end) for row in rows
    )
    return Compared(round, held, {row.code_id: row.code for row in rows}, continuum, codings, rows)


def newest_settlements(round: Round) -> dict[Place, Settlement]:
    """What was settled last of each stretch."""
    rows = Settlement.objects.filter(round=round).order_by("settled_at", "id")
    return {(row.source_id, row.code_id, row.start, row.end): row for row in rows}


def _turns(sources: Mapping[UUID, Source], over: Over) -> dict[UUID, Stretches]:
    rows = Turn.objects.filter(source__in=list(sources)).order_by("source", "start")
    if over is Over.TURNS:
        rows = rows.filter(is_team=False)
    found: dict[UUID, list[tuple[int, int]]] = {}
    for source_id, start, end in rows.values_list("source_id", "start", "end"):
        found.setdefault(source_id, []).append((start, end))
    return {pk: tuple(turns) for pk, turns in found.items()}


def _stretches(
    source: Source,
    turns: Stretches | None,
    level: Level,
    over: Over,
    cut: Callable[[Source, Stretches], Stretches] | None,
) -> Stretches:
    """A source in which nobody takes turns (notes, a document) counts whole."""
    whole = ((0, source.characters),) if source.characters else ()
    stretches = turns if turns and (over is Over.TURNS or level is not Level.CHARACTER) else whole
    return cut(source, stretches) if level is Level.SENTENCE and cut is not None else stretches
