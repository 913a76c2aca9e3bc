"""Places stretches whose words the file quotes in full: none is kept that does not lie on exactly those words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from throughline.exchange.project.offsets import (
    Mark,
    Misplaced,
    OffsetMode,
    OffsetsUsed,
    Ruler,
    detect,
    is_quoted,
)
from throughline.vocabulary.errors import Sentence

Place = tuple[int, int] | Misplaced

REASONS = {
    Misplaced.BACKWARDS: Sentence("its end comes before its beginning"),
    Misplaced.OUTSIDE: Sentence("its offsets lie past the end of the text"),
    Misplaced.SPLIT: Sentence("its offsets fall inside a character"),
    Misplaced.OTHER_WORDS: Sentence("the words at its place are not those that the file quotes"),
}


def settle(
    texts: Sequence[tuple[Ruler, Sequence[Mark]]], modes: Sequence[OffsetMode]
) -> tuple[list[list[Place]], OffsetsUsed | None]:
    """A place for each mark of each text, and the way of counting.

    A mark that does not lie on its quoted words is tried in the other ways of counting, because programs have changed
    theirs within the life of a project; such exceptions are counted.
    """
    used = detect(texts, modes, is_quote_whole=True)
    if used is None:
        return [[] for _ in texts], None
    placed: list[list[Place]] = []
    exceptions = 0
    for ruler, marks in texts:
        places: list[Place] = list(ruler.places(marks, used.mode))
        wrong = [at for at, mark in enumerate(marks) if mark.quote and not _fits(ruler, mark, places[at])]
        for at, place in _otherwise(ruler, marks, wrong, [mode for mode in modes if mode is not used.mode]):
            exceptions += not isinstance(place, Misplaced)
            places[at] = places[at] if isinstance(places[at], Misplaced) and place is _NOWHERE else place
        ruler.forget()
        placed.append(places)
    return placed, replace(used, exceptions=exceptions)


_NOWHERE = Misplaced.OTHER_WORDS


def _otherwise(
    ruler: Ruler, marks: Sequence[Mark], wrong: Sequence[int], modes: Sequence[OffsetMode]
) -> list[tuple[int, Place]]:
    """For each mark that is wrong, its place in the first way of counting that fits; _NOWHERE where none does."""
    chosen = [marks[at] for at in wrong]
    found: list[Place] = [_NOWHERE] * len(chosen)
    for mode in modes:
        for order, place in enumerate(ruler.places(chosen, mode)):
            if found[order] is _NOWHERE and _fits(ruler, chosen[order], place):
                found[order] = place
    return list(zip(wrong, found, strict=True))


def _fits(ruler: Ruler, mark: Mark, place: Place) -> bool:
    return not isinstance(place, Misplaced) and is_quoted(ruler.text, *place, mark.quote, is_whole=True)
