from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings

from tests.methods.agreement.expansion import CODES, Round, codings_of, continuum_of, rounds, units
from throughline.methods.agreement.codings import CodedSource, Coding, Level
from throughline.methods.agreement.coefficient import NOBODY, Resampling
from throughline.methods.agreement.per_code import agreement_per_code
from throughline.methods.agreement.pooled import (
    NO_CODES,
    ONE_SOURCE,
    ONE_VALUE_EACH,
    SAME_BY_CHANCE,
    pooled,
    pooled_by_source,
)


def test_pooled_kappa_by_hand() -> None:
    """Ten units. fear: 4 both, 1 and 1 alone, 4 neither: O .8, E .5. cost: 1 both, 1 alone, 8 neither: O .9, E .74."""
    source = CodedSource("s", frozenset({"Ada", "Ben"}), ((0, 10),))
    rows = [
        Coding("Ada", "s", "fear", 0, 5), Coding("Ben", "s", "fear", 0, 4), Coding("Ben", "s", "fear", 9, 10),
        Coding("Ada", "s", "cost", 0, 2), Coding("Ben", "s", "cost", 0, 1),
    ]  # fmt: skip
    found = pooled(continuum_of([source]), codings_of(rows), codes=["cost", "fear"])
    (pair,) = found.pairs
    assert pair.observed.value == pytest.approx(0.85)
    assert pair.kappa.value == pytest.approx((0.85 - 0.62) / (1 - 0.62))
    assert (pair.codes, pair.n) == (2, 10)
    assert (found.observed, found.kappa) == (pair.observed, pair.kappa), "two coders are all coders"


def test_what_is_not_defined_says_why() -> None:
    """Two values occur, but each pair of coders has one alone: kappa is not defined, alpha is; and one value of each code."""
    shared = [
        CodedSource("s", frozenset({"Ada", "Ben"}), ((0, 5),)),
        CodedSource("t", frozenset({"Ben", "Cy"}), ((0, 5),)),
    ]
    rows = [Coding(who, "s", "fear", 0, 5) for who in ("Ada", "Ben")]
    found = pooled(continuum_of(shared), codings_of(rows), codes=["fear"])
    assert (found.kappa.value, found.kappa.why_not, found.alpha.value) == (None, SAME_BY_CHANCE, 1)
    apart = {(one.first, one.second): one.kappa.why_not for one in found.pairs}
    assert apart[("Ada", "Cy")] is NOBODY and apart[("Ada", "Ben")] is SAME_BY_CHANCE
    rows += [Coding(who, "s", "cost", 0, 5) for who in ("Ada", "Ben")]
    alike = pooled(continuum_of(shared[:1]), codings_of(rows), codes=["fear", "cost"])
    assert (alike.alpha.why_not, alike.observed.value) == (ONE_VALUE_EACH, 1)
    none = pooled(continuum_of(shared), codings_of(rows), codes=[])
    assert {one.why_not for one in (none.observed, none.kappa, none.alpha)} == {NO_CODES}


@given(rounds())
def test_pooled_is_what_units_say(made: Round) -> None:
    sources, rows = made
    continuum = continuum_of(sources)
    line = units(sources, Level.CHARACTER)
    for pair in pooled(continuum, codings_of(rows)).pairs:
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


@settings(max_examples=25)
@given(rounds())
def test_alpha_over_codes_adds_up_their_disagreements(made: Round) -> None:
    """From pairs of values, unit by unit; over one code it is that code's own alpha and percent."""
    sources, rows = made
    continuum, codings = continuum_of(sources), codings_of(rows)
    observed, values = dict.fromkeys(CODES, 0.0), {code: list[bool]() for code in CODES}
    agreeing = pairs = 0
    for s, p in units(sources, Level.CHARACTER):
        if len(s.coders) < 2:
            continue
        for code in CODES:
            has = [
                any(r.coder == who and r.code == code and r.source == s.source and p & set(range(r.start, r.end)) for r in rows)
                for who in s.coders
            ]  # fmt: skip
            unlike = sum(x != y for x, y in permutations(has, 2))
            observed[code] += unlike / (len(has) - 1)
            values[code] += has
            agreeing, pairs = agreeing + len(has) * (len(has) - 1) - unlike, pairs + len(has) * (len(has) - 1)
    found = pooled(continuum, codings)
    n = len(values[CODES[0]])
    expected = sum(2 * sum(has) * (n - sum(has)) for has in values.values())
    assert found.observed.value == (pytest.approx(agreeing / pairs) if pairs else None)
    if expected:
        assert found.alpha.value == pytest.approx(1 - (n - 1) * sum(observed.values()) / expected)
    else:
        assert found.alpha.value is None
    for one in agreement_per_code(continuum, codings):
        alone = pooled(continuum, codings, codes=[one.code])
        assert (alone.alpha, alone.observed, alone.n) == (one.alpha, one.observed, one.n)
        for pair, same in zip(alone.pairs, one.pairs, strict=True):
            assert pair.observed == same.observed
            assert pair.kappa.value == (
                None if same.kappa.value is None else pytest.approx(same.kappa.value, abs=1e-12)
            )


def test_pooled_has_intervals_over_ten_sources_and_none_in_one() -> None:
    sources = [CodedSource(f"s{n}", frozenset({"Ada", "Ben"}), ((0, 20),)) for n in range(10)]
    rows = [Coding("Ada", f"s{n}", code, 0, 5 + n % 3) for n in range(10) for code in ("cost", "fear")]
    rows += [Coding("Ben", f"s{n}", code, n % 2, 6) for n in range(10) for code in ("cost", "fear")]
    continuum, codings = continuum_of(sources), codings_of(rows)
    found = pooled(continuum, codings, resampling=Resampling(np.random.default_rng(1), resamples=200))
    (pair,) = found.pairs
    for one in (found.observed, found.kappa, found.alpha, pair.observed, pair.kappa):
        assert one.value is not None and one.interval is not None
        assert one.interval.low <= one.value <= one.interval.high
    for alone in pooled_by_source(continuum, codings).values():
        assert (alone.n, alone.sources) == (20, 1)
        assert alone.kappa.value is not None and alone.kappa.no_interval == ONE_SOURCE


def test_pooled_over_no_code_is_not_defined() -> None:
    source = CodedSource("s", frozenset({"Ada", "Ben"}), ((0, 10),))
    found = pooled(continuum_of([source]), codings_of([]), codes=[])
    assert found.alpha.value is None and found.kappa.value is None and found.observed.value is None
