import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.agreement.expansion import CODES, Round, codings_of, continuum_of, rounds, units
from throughline.methods.agreement.codings import CodedSource, Coding, Level
from throughline.methods.agreement.disagreements import Disagreement, disagreements
from throughline.vocabulary.errors import Invalid

SOURCE = CodedSource("s", frozenset({"Ada", "Ben", "Cleo"}), ((0, 20), (30, 60)))


def test_disagreements_say_who_is_who_and_end_where_the_coders_change() -> None:
    rows = [Coding("Ada", "s", "fear", 5, 12), Coding("Ben", "s", "fear", 8, 12)]
    found = disagreements(continuum_of([SOURCE]), codings_of(rows))
    assert found == (
        Disagreement("fear", "s", 5, 8, 3, ("Ada",), ("Ben", "Cleo")),
        Disagreement("fear", "s", 8, 12, 4, ("Ada", "Ben"), ("Cleo",)),
    )


def test_disagreement_over_an_interviewers_turn_is_one() -> None:
    rows = [Coding(coder, "s", "fear", 15, 40) for coder in ("Ada", "Cleo")]
    (found,) = disagreements(continuum_of([SOURCE]), codings_of(rows))
    assert (found.start, found.end, found.units) == (15, 40, 15)


def test_neighbouring_passages_of_the_same_coders_are_one_disagreement() -> None:
    rows = [
        Coding("Ada", "s", "fear", 1, 4),
        Coding("Ada", "s", "fear", 4, 9),
        Coding("Ada", "s", "cost", 9, 10),
    ]
    found = disagreements(continuum_of([SOURCE]), codings_of(rows))
    assert [(row.code, row.start, row.end) for row in found] == [("cost", 9, 10), ("fear", 1, 9)]


def test_disagreements_of_one_code_leave_the_others_out() -> None:
    rows = [Coding("Ada", "s", "fear", 1, 4), Coding("Ada", "s", "cost", 1, 4)]
    (found,) = disagreements(continuum_of([SOURCE]), codings_of(rows), codes=["cost"])
    assert found.code == "cost"
    with pytest.raises(Invalid, match="know no code hope"):
        disagreements(continuum_of([SOURCE]), codings_of(rows), codes=["hope"])


def test_turn_on_which_coders_differ_is_whole() -> None:
    (found,) = disagreements(
        continuum_of([SOURCE], Level.TURN), codings_of([Coding("Ada", "s", "fear", 35, 36)])
    )
    assert (found.start, found.end, found.units) == (30, 60, 1)


def test_nobody_differs_where_nothing_is_coded() -> None:
    assert disagreements(continuum_of([SOURCE]), codings_of([])) == ()


@settings(deadline=None)
@given(rounds(), st.sampled_from(Level))
def test_disagreements_are_the_units_on_which_coders_differ(given_round: Round, level: Level) -> None:
    sources, rows = given_round
    found = disagreements(continuum_of(sources, level), codings_of(rows))
    for code in CODES:
        expected = {}
        for at, (source, points) in enumerate(units(sources, level)):
            has = {
                row.coder
                for row in rows
                if (row.source, row.code) == (source.source, code)
                and not points.isdisjoint(range(row.start, row.end))
            }
            if has and has != source.coders:
                expected[at] = (source.source, tuple(sorted(has)), tuple(sorted(source.coders - has)))
        seen = {}
        for row in (row for row in found if row.code == code):
            inside = [
                at
                for at, (source, points) in enumerate(units(sources, level))
                if source.source == row.source and row.start <= min(points) and max(points) < row.end
            ]
            assert len(inside) == row.units
            seen |= dict.fromkeys(inside, (row.source, row.coded_by, row.left_by))
        assert seen == expected
        assert sum(row.units for row in found if row.code == code) == len(expected)
