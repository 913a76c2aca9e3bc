import pytest
from hypothesis import given

from tests.methods.agreement.expansion import CODES, Round, codings_of, continuum_of, rounds, units
from throughline.methods.agreement.codings import CodedSource, Coding, Level
from throughline.methods.agreement.per_code import agreement_per_code
from throughline.methods.agreement.pooled import pooled


def test_pooled_kappa_by_hand() -> None:
    """Ten units. fear: 4 both, 1 and 1 alone, 4 neither: O .8, E .5. cost: 1 both, 1 alone, 8 neither: O .9, E .74."""
    source = CodedSource("s", frozenset({"Ada", "Ben"}), ((0, 10),))
    rows = [
        Coding("Ada", "s", "fear", 0, 5), Coding("Ben", "s", "fear", 0, 4), Coding("Ben", "s", "fear", 9, 10),
        Coding("Ada", "s", "cost", 0, 2), Coding("Ben", "s", "cost", 0, 1),
    ]  # fmt: skip
    found = agreement_per_code(continuum_of([source]), codings_of(rows), codes=["cost", "fear"])
    (pair,) = pooled(found)
    assert pair.observed.value == pytest.approx(0.85)
    assert pair.kappa.value == pytest.approx((0.85 - 0.62) / (1 - 0.62))
    assert (pair.codes, pair.n) == (2, 10)


@given(rounds())
def test_pooled_is_what_units_say(made: Round) -> None:
    sources, rows = made
    continuum = continuum_of(sources)
    line = units(sources, Level.CHARACTER)
    for pair in pooled(agreement_per_code(continuum, codings_of(rows))):
        both = [(s, p) for s, p in line if {pair.first, pair.second} <= s.coders]
        assert pair.n == len(both)
        if not both:
            assert pair.kappa.value is None and pair.observed.value is None
            continue
        observed, expected = [], []
        for code in CODES:
            has = [
                [
                    any(r.coder == who and r.code == code and r.source == s.source and p & set(range(r.start, r.end)) for r in rows)
                    for s, p in both
                ]
                for who in (pair.first, pair.second)
            ]  # fmt: skip
            observed.append(sum(x == y for x, y in zip(*has, strict=True)) / len(both))
            x, y = (sum(column) / len(both) for column in has)
            expected.append(x * y + (1 - x) * (1 - y))
        o, e = sum(observed) / 3, sum(expected) / 3
        assert pair.observed.value == pytest.approx(o)
        if pair.kappa.value is None:
            assert e == pytest.approx(1)
        else:
            assert pair.kappa.value == pytest.approx((o - e) / (1 - e))


def test_pooled_over_no_code_is_nothing() -> None:
    assert pooled(()) == ()
