import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.agreement.expansion import CODES, Round, codings_of, continuum_of, rounds, units
from throughline.methods.agreement.codings import CodedSource, Coding, Level
from throughline.methods.agreement.cooccurrence import ANYONE, SAME_CODER, cooccurrence, meetings

BOTH = frozenset({"Ada", "Ben"})


def test_codes_that_touch_do_not_meet_and_those_that_share_a_character_do() -> None:
    rows = [
        Coding("Ada", "s", "cost", 0, 5),
        Coding("Ada", "s", "fear", 5, 9),
        Coding("Ben", "s", "trust", 4, 6),
    ]
    found = cooccurrence(continuum_of([CodedSource("s", BOTH, ((0, 10),))]), codings_of(rows))
    assert found.codes == ("cost", "fear", "trust")
    assert found.passages.tolist() == [[1, 0, 1], [0, 1, 1], [1, 1, 1]]
    assert found.units.tolist() == [[5, 0, 1], [0, 4, 1], [1, 1, 2]]
    assert (found.n, found.outside, found.assumptions) == (3, 0, (ANYONE,))


def test_codes_of_two_coders_do_not_meet_within_a_coder() -> None:
    rows = [
        Coding("Ada", "s", "cost", 0, 5),
        Coding("Ben", "s", "fear", 0, 5),
        Coding("Ben", "s", "cost", 3, 9),
    ]
    continuum = continuum_of([CodedSource("s", BOTH, ((0, 10),))])
    found = cooccurrence(continuum, codings_of(rows), within_coder=True)
    assert found.passages[:2, :2].tolist() == [[2, 1], [1, 1]]
    assert found.units[:2, :2].tolist() == [[11, 2], [2, 5]]
    assert found.assumptions == (SAME_CODER,)


def test_codes_in_the_same_turn_meet() -> None:
    rows = [Coding("Ada", "s", "cost", 0, 2), Coding("Ada", "s", "fear", 7, 9)]
    continuum = continuum_of([CodedSource("s", BOTH, ((0, 10), (10, 20)))], Level.TURN)
    assert cooccurrence(continuum, codings_of(rows)).units.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_nothing_coded_meets_nothing() -> None:
    found = cooccurrence(continuum_of([]), codings_of([Coding("Ada", "s", "cost", 0, 2)]))
    assert (found.n, found.outside, int(found.passages.sum()), int(found.units.sum())) == (0, 1, 0, 0)


@settings(deadline=None)
@given(rounds(), st.sampled_from(Level), st.booleans())
def test_cooccurrence_is_that_of_every_pair_and_every_unit(
    given_round: Round, level: Level, within_coder: bool
) -> None:
    sources, rows = given_round
    found = cooccurrence(continuum_of(sources, level), codings_of(rows), within_coder=within_coder)
    passages, both = np.zeros((3, 3), dtype=int), np.zeros((3, 3), dtype=int)
    all_units = units(sources, level)
    covers = [
        {
            at
            for at, (source, points) in enumerate(all_units)
            if source.source == row.source and not points.isdisjoint(range(row.start, row.end))
        }
        for row in rows
    ]
    for i, one in enumerate(rows):
        for j, other in enumerate(rows):
            meets = covers[i] & covers[j] and (one.coder == other.coder or not within_coder)
            if meets and (i == j or one.code != other.code):
                passages[CODES.index(one.code), CODES.index(other.code)] += 1
    for coder in sorted({row.coder for row in rows}) if within_coder else [None]:
        under = [
            set().union(*(
                covers[i]
                for i, row in enumerate(rows)
                if row.code == code and coder in (None, row.coder)
            ))
            for code in CODES
        ]  # fmt: skip
        both += np.array([[len(a & b) for b in under] for a in under])
    assert found.passages.tolist() == passages.tolist()
    assert found.units.tolist() == both.tolist()
    if not within_coder:
        alone = meetings(continuum_of(sources, level), codings_of(rows))
        assert (alone.codes, alone.passages.tolist()) == (found.codes, found.passages.tolist())
