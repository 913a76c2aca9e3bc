import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.agreement.expansion import Round, codings_of, continuum_of, rounds, units
from throughline.methods.agreement.codings import CodedSource, Coding, Codings, Level, place
from throughline.vocabulary.errors import Invalid

ADA = frozenset({"Ada"})
TURNS = CodedSource("s", ADA, ((10, 20), (30, 40)))


def test_place_coding_over_an_interviewers_turn_keeps_it_whole() -> None:
    placed = place(continuum_of([TURNS]), codings_of([Coding("Ada", "s", "fear", 15, 35)]))
    assert (placed.first.tolist(), placed.last.tolist(), placed.outside) == ([5], [15], 0)


def test_place_coding_between_turns_is_outside() -> None:
    for level in Level:
        placed = place(continuum_of([TURNS], level), codings_of([Coding("Ada", "s", "fear", 20, 30)]))
        assert (len(placed.first), placed.outside) == (0, 1)


def test_place_coding_past_the_end_keeps_what_is_inside() -> None:
    two = [TURNS, CodedSource("t", ADA, ((0, 5),))]
    placed = place(continuum_of(two), codings_of([Coding("Ada", "s", "fear", 38, 900)]))
    assert (placed.first.tolist(), placed.last.tolist()) == ([18], [20])


def test_place_coding_of_a_source_that_is_not_looked_at_is_outside() -> None:
    placed = place(continuum_of([TURNS]), codings_of([Coding("Ada", "elsewhere", "fear", 0, 5)]))
    assert (len(placed.first), placed.outside) == (0, 1)


@pytest.mark.parametrize("coder", ["Ben", "Cleo"])
def test_place_coding_of_someone_not_named_with_the_source_is_refused(coder: str) -> None:
    sources = [TURNS, CodedSource("t", frozenset({"Cleo"}), ((0, 5),))]
    with pytest.raises(Invalid, match=f"{coder} has codings in source s but is not named as a coder"):
        place(continuum_of(sources), codings_of([Coding(coder, "s", "fear", 0, 5)]))


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (-1, 3)])
def test_coding_without_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(Invalid, match=f"from {start} to {end} holds no text"):
        Codings.from_rows([Coding("Ada", "s", "fear", 1, 2), Coding("Ada", "s", "fear", start, end)])


def test_stretches_that_overlap_or_are_empty_are_refused() -> None:
    with pytest.raises(Invalid, match="overlap or are out of order at 9"):
        CodedSource("s", ADA, ((0, 10), (9, 12)))
    with pytest.raises(Invalid, match="holds no text"):
        CodedSource("s", ADA, ((3, 3),))


def test_source_named_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="stands in the continuum twice"):
        continuum_of([TURNS, TURNS])


def test_codings_cannot_be_changed_afterwards() -> None:
    found = codings_of([Coding("Ada", "s", "fear", 1, 2)])
    with pytest.raises(ValueError, match="read-only"):
        found.start[0] = 0


def test_columns_of_different_length_are_refused() -> None:
    one, two = np.zeros(1, dtype=np.int64), np.ones(2, dtype=np.int64)
    with pytest.raises(Invalid, match="different lengths"):
        Codings(("Ada",), ("s",), ("fear",), one, one, one, one, two)


@settings(deadline=None)
@given(rounds(), st.sampled_from(Level))
def test_place_covers_the_same_units_as_expansion_and_leads_back(given_round: Round, level: Level) -> None:
    sources, rows = given_round
    continuum, all_units = continuum_of(sources, level), units(sources, level)
    assert continuum.n == len(all_units) == continuum.lengths.sum()
    placed = place(continuum, codings_of(rows))
    placed_rows = dict(
        zip(placed.row.tolist(), zip(placed.first.tolist(), placed.last.tolist(), strict=True), strict=True)
    )
    for at, row in enumerate(rows):
        touched = [
            i
            for i, (source, points) in enumerate(all_units)
            if source.source == row.source and not points.isdisjoint(range(row.start, row.end))
        ]
        assert list(range(*placed_rows.get(at, (0, 0)))) == touched
        if touched:
            first, last = (np.array([x]) for x in placed_rows[at])
            start, end = continuum.in_source(first, last)
            assert start[0] == min(all_units[touched[0]][1])
            assert end[0] == max(all_units[touched[-1]][1]) + 1
    assert placed.outside == len(rows) - len(placed_rows)
