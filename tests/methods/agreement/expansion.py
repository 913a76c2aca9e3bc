"""Rounds of coding by chance, and the same laid out unit by unit: slow, plain, and sharing no arithmetic with what it checks."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st

from throughline.methods.agreement.codings import CodedSource, Coding, Codings, Continuum, Level

CODERS = ("Ada", "Ben", "Cleo", "Dan")
CODES = ("cost", "fear", "trust")
LENGTH = 24

Round = tuple[tuple[CodedSource, ...], list[Coding]]


@st.composite
def rounds(draw: st.DrawFn, *, everyone: bool = False, most_codings: int = 14) -> Round:
    """Sources with stretches, who coded them, and overlapping codings, some of them outside all stretches."""
    people = CODERS[: draw(st.integers(2, 4))]
    sources = []
    for name in ("s1", "s2", "s3")[: draw(st.integers(1, 3))]:
        cuts = sorted(draw(st.sets(st.integers(0, LENGTH), min_size=2, max_size=8)))
        pieces = tuple(pairwise(cuts))
        kept = draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
        stretches = tuple(piece for piece, keep in zip(pieces, kept, strict=True) if keep)
        coders = frozenset(people) if everyone else draw(st.sets(st.sampled_from(people), min_size=1))
        sources.append(CodedSource(name, frozenset(coders), stretches))
    codings = []
    for _ in range(draw(st.integers(0, most_codings))):
        source = draw(st.sampled_from(sources))
        start = draw(st.integers(0, LENGTH))
        codings.append(
            Coding(
                coder=draw(st.sampled_from(sorted(source.coders))),
                source=source.source,
                code=draw(st.sampled_from(CODES)),
                start=start,
                end=start + draw(st.integers(1, 9)),
            )
        )
    return tuple(sources), codings


def continuum_of(sources: Sequence[CodedSource], level: Level = Level.CHARACTER) -> Continuum:
    return Continuum(level, tuple(sources))


def codings_of(rows: Sequence[Coding]) -> Codings:
    return Codings.from_rows(rows, codes=CODES)


def units(sources: Sequence[CodedSource], level: Level) -> list[tuple[CodedSource, set[int]]]:
    """Each unit as its source and the code points that it holds."""
    found = []
    for source in sources:
        for start, end in source.stretches:
            points = range(start, end)
            found += [(source, {x}) for x in points] if level == Level.CHARACTER else [(source, set(points))]
    return found


def expanded(
    sources: Sequence[CodedSource], rows: Sequence[Coding], level: Level, code: str
) -> dict[str, list[int | None]]:
    """For each coder one value a unit: 1 with the code, 0 without, None where they did not code the source."""
    coders = sorted(set().union(*(source.coders for source in sources)))
    values: dict[str, list[int | None]] = {coder: [] for coder in coders}
    for source, points in units(sources, level):
        for coder in coders:
            has = any(
                row.coder == coder and row.source == source.source and row.code == code
                and not points.isdisjoint(range(row.start, row.end))
                for row in rows
            )  # fmt: skip
            values[coder].append(int(has) if coder in source.coders else None)
    return values
