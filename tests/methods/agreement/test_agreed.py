import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.agreement.expansion import CODES, Round, codings_of, continuum_of, rounds, units
from throughline.methods.agreement.agreed import Agreed, agreed
from throughline.methods.agreement.codings import CodedSource, Coding, Level
from throughline.methods.agreement.disagreements import disagreements
from throughline.vocabulary.errors import Invalid

SOURCE = CodedSource("s", frozenset({"Ada", "Ben"}), ((0, 20), (30, 60)))


def test_agreed_is_what_all_coders_of_the_source_have() -> None:
    rows = [
        Coding("Ada", "s", "fear", 5, 40),
        Coding("Ben", "s", "fear", 8, 15),
        Coding("Ben", "s", "fear", 15, 33),
    ]
    assert agreed(continuum_of([SOURCE]), codings_of(rows)) == (Agreed("fear", "s", 8, 33),)
    assert agreed(continuum_of([SOURCE]), codings_of([])) == ()


def test_agreed_refuses_a_coder_who_is_not_named_with_the_source() -> None:
    with pytest.raises(Invalid, match="not named"):
        agreed(continuum_of([SOURCE]), codings_of([Coding("Zoe", "s", "fear", 1, 2)]))


@given(rounds(), st.sampled_from(Level))
def test_agreed_and_disagreements_are_all_that_anybody_coded(made: Round, level: Level) -> None:
    sources, rows = made
    continuum, codings = continuum_of(sources, level), codings_of(rows)
    told = {code: (set[int](), set[int]()) for code in CODES}
    line: list[tuple[CodedSource, set[int]]] = units(sources, level)
    for code in CODES:
        for at, (source, points) in enumerate(line):
            who = {
                row.coder for row in rows
                if row.code == code and row.source == source.source and points & set(range(row.start, row.end))
            }  # fmt: skip
            if who:
                told[code][0 if who == source.coders else 1].add(at)
    for code in CODES:
        for place, found in enumerate((agreed(continuum, codings), disagreements(continuum, codings))):
            covered = {
                at for at, (source, points) in enumerate(line)
                for one in found
                if one.code == code and one.source == source.source and points & set(range(one.start, one.end))
            }  # fmt: skip
            assert covered == told[code][place]
