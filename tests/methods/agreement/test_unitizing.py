import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.agreement.expansion import CODERS, CODES, codings_of, continuum_of
from tests.methods.agreement.per_character import Passage, family
from throughline.methods.agreement.codings import CodedSource, Coding, Codings, Level
from throughline.methods.agreement.coefficient import NOBODY, ONE_VALUE, Resampling
from throughline.methods.agreement.per_code import agreement_per_code
from throughline.methods.agreement.unitizing import NO_PAIR, NOT_USED, Overlap, Unitizing, unitizing
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid

LENGTH = 30
Coders = list[list[Passage]]


@st.composite
def passages(draw: st.DrawFn, length: int = LENGTH) -> list[Passage]:
    """Passages that do not overlap, some of them touching, in a text of `length`."""
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    codes = draw(st.lists(st.none() | st.sampled_from(CODES), min_size=len(cuts), max_size=len(cuts)))
    return [
        (start, end, code)
        for start, end, code in zip(cuts, cuts[1:], codes, strict=False)
        if code is not None
    ]


coders = st.lists(passages(), min_size=2, max_size=4)


def source_of(m: int, name: str = "s", length: int = LENGTH) -> CodedSource:
    return CodedSource(name, frozenset(CODERS[:m]), ((0, length),))


def rows_of(given_coders: Coders, name: str = "s") -> list[Coding]:
    return [
        Coding(CODERS[i], name, code, start, end)
        for i, found in enumerate(given_coders)
        for start, end, code in found
    ]


def found_for(given_coders: Coders, length: int = LENGTH) -> Unitizing:
    source = source_of(len(given_coders), length=length)
    return unitizing(continuum_of([source]), codings_of(rows_of(given_coders)), codes=CODES)


def same(found: float | None, expected: object, slack: float = 1e-9) -> bool:
    if found is None or expected is None:
        return found is expected
    assert isinstance(expected, float | int)
    return math.isclose(found, expected, rel_tol=slack, abs_tol=slack)


def agrees(found: Unitizing, expected: dict[str, object]) -> bool:
    ku, coverage = expected["ku"], expected["ku_coverage"]
    assert isinstance(ku, dict)
    assert isinstance(coverage, dict)
    return (
        same(found.u_alpha.value, expected["u"])
        and same(found.boundary_alpha.value, expected["bar"])
        and same(found.cu_alpha.value, expected["cu"])
        and same(found.coverage.value, expected["coverage"])
        and all(same(row.alpha.value, ku.get(row.code)) for row in found.per_code)
        and all(same(row.coverage.value, coverage.get(row.code)) for row in found.per_code)
    )


@settings(deadline=None)
@given(coders)
def test_family_is_that_of_single_characters(given_coders: Coders) -> None:
    assert agrees(found_for(given_coders), dict(family(given_coders, LENGTH)))


@settings(deadline=None)
@given(st.lists(st.lists(passages(), min_size=3, max_size=3), min_size=1, max_size=3))
def test_sources_stand_one_after_the_other(by_source: list[Coders]) -> None:
    sources = [source_of(3, f"s{i}") for i in range(len(by_source))]
    rows = [row for i, found in enumerate(by_source) for row in rows_of(found, f"s{i}")]
    laid_out = [
        [
            (start + i * LENGTH, end + i * LENGTH, code)
            for i, found in enumerate(by_source)
            for start, end, code in found[coder]
        ]
        for coder in range(3)
    ]
    found = unitizing(continuum_of(sources), codings_of(rows), codes=CODES)
    assert (found.n, found.sources) == (LENGTH * len(by_source), len(by_source))
    assert agrees(found, dict(family(laid_out, LENGTH * len(by_source))))


@settings(deadline=None)
@given(coders, st.permutations(CODES), st.integers(1, 3))
def test_other_names_for_coders_and_codes_change_nothing(
    given_coders: Coders, codes: list[str], turn: int
) -> None:
    what = dict(zip(CODES, codes, strict=True))
    renamed = [
        [(start, end, what[code]) for start, end, code in found]
        for found in given_coders[turn:] + given_coders[:turn]
    ]
    before, after = found_for(given_coders), found_for(renamed)
    for name in ("u_alpha", "boundary_alpha", "cu_alpha", "coverage"):
        assert same(getattr(before, name).value, getattr(after, name).value)
    by_name = {row.code: row for row in after.per_code}
    for row in before.per_code:
        assert row.n == by_name[what[row.code]].n
        assert same(row.alpha.value, by_name[what[row.code]].alpha.value)


@settings(deadline=None)
@given(passages(), st.integers(2, 4))
def test_identical_coders_have_exactly_one_or_nothing(found: list[Passage], m: int) -> None:
    result = found_for([found] * m)
    whole = (result.u_alpha, result.boundary_alpha, result.cu_alpha, *(row.alpha for row in result.per_code))
    assert all(coefficient.value in (1.0, None) for coefficient in whole)
    used = {code for _, _, code in found}
    is_full = sum(end - start for start, end, _ in found) == LENGTH
    assert (result.u_alpha.value == 1.0) == (len(used) + (not is_full) > 1)
    assert (result.cu_alpha.value == 1.0) == (len(used) > 1)


@settings(deadline=None)
@given(coders, st.integers(2, 50))
def test_scaling_leaves_what_rests_on_codes_alone(given_coders: Coders, by: int) -> None:
    scaled = [[(start * by, end * by, code) for start, end, code in found] for found in given_coders]
    one, other = found_for(given_coders), found_for(scaled, LENGTH * by)
    assert same(one.cu_alpha.value, other.cu_alpha.value)
    assert same(one.coverage.value, other.coverage.value)
    for mine, theirs in zip(one.per_code, other.per_code, strict=True):
        assert same(mine.alpha.value, theirs.alpha.value)


def test_neighbouring_passages_of_one_code_stay_two() -> None:
    whole: Coders = [[(0, 10, "fear"), (15, 20, "cost")], [(0, 10, "fear"), (14, 20, "cost")]]
    split: Coders = [[(0, 5, "fear"), (5, 10, "fear"), (15, 20, "cost")], whole[1]]
    one, two = found_for(whole), found_for(split)
    assert one.u_alpha.value is not None
    assert two.u_alpha.value is not None
    # The same characters in shorter passages: less of the likeness is put down to chance within passages.
    assert two.u_alpha.value < one.u_alpha.value
    per_code = [
        agreement_per_code(continuum_of([source_of(2)]), codings_of(rows_of(found)))
        for found in (whole, split)
    ]
    assert per_code[0] == per_code[1]


def test_passages_of_one_character_have_the_alpha_of_characters() -> None:
    chance = np.random.default_rng(5)
    coded = chance.random((3, 2000)) < 0.3
    single: Coders = [[(int(x), int(x) + 1, "fear") for x in np.flatnonzero(line)] for line in coded]
    found = found_for(single, 2000)
    (alpha,) = agreement_per_code(
        continuum_of([source_of(3, length=2000)]), codings_of(rows_of(single)), codes=["fear"]
    )
    # With every passage one character long q is the plain count, and both are the nominal alpha.
    assert same(found.boundary_alpha.value, alpha.alpha.value)
    assert same(found.u_alpha.value, alpha.alpha.value)


def test_overlap_within_a_coder_is_reported_and_nothing_is_given() -> None:
    source = CodedSource("s", frozenset(CODERS[:2]), ((0, 10), (20, 40)))
    rows = [
        Coding("Ada", "s", "fear", 5, 25),
        Coding("Ada", "s", "cost", 8, 30),
        Coding("Ben", "s", "fear", 5, 25),
        Coding("Ben", "s", "trust", 0, 40),
    ]
    found = unitizing(continuum_of([source]), codings_of(rows), codes=["fear", "cost"])
    assert found.overlaps == (Overlap("Ada", "s", "fear", "cost", 8, 25, 7),)
    assert (found.u_alpha.value, found.cu_alpha.value, found.per_code) == (None, None, ())
    assert "overlap within a coder (places: 1, characters: 7)" in str(found.u_alpha.why_not)


def test_overlap_outside_the_codes_asked_for_does_not_matter() -> None:
    given_coders: Coders = [[(0, 5, "fear")], [(0, 6, "fear")]]
    rows = [*rows_of(given_coders), Coding("Ada", "s", "trust", 2, 9), Coding("Ada", "s", "trust", 3, 9)]
    found = unitizing(continuum_of([source_of(2)]), codings_of(rows), codes=["fear", "cost"])
    assert (found.overlaps, found.outside) == ((), 0)
    assert agrees(found, dict(family(given_coders, LENGTH)))


def test_source_that_not_everyone_coded_is_missing() -> None:
    given_coders: Coders = [[(0, 5, "fear")], [(0, 6, "fear")]]
    alone = CodedSource("t", frozenset({"Ada"}), ((0, 50),))
    rows = [*rows_of(given_coders), Coding("Ada", "t", "fear", 0, 9)]
    found = unitizing(continuum_of([source_of(2), alone]), codings_of(rows), codes=["fear"])
    assert (found.n, found.sources, found.missing, found.outside) == (30, 1, Missing(not_recorded=50), 1)
    assert agrees(found, dict(family(given_coders, LENGTH)))


def test_what_is_not_defined_says_why() -> None:
    apart = found_for([[(0, 5, "fear")], [(10, 20, "fear")]])
    assert (apart.cu_alpha.value, apart.cu_alpha.why_not) == (None, NO_PAIR)
    assert {row.code: row.coverage.why_not for row in apart.per_code} == {
        "cost": NOT_USED, "fear": None, "trust": NOT_USED
    }  # fmt: skip
    alone = found_for([[(0, 5, "fear")]])
    assert (alone.u_alpha.why_not, alone.n, alone.missing.total) == (NOBODY, 0, LENGTH)
    nothing = found_for([[], []])
    assert (nothing.u_alpha.why_not, nothing.boundary_alpha.why_not) == (ONE_VALUE, ONE_VALUE)
    assert nothing.coverage.value == 0.0


def test_turns_unknown_codes_and_codes_named_twice_are_refused() -> None:
    codings = codings_of([])
    with pytest.raises(Invalid, match="about characters"):
        unitizing(continuum_of([source_of(2)], Level.TURN), codings, codes=CODES)
    with pytest.raises(Invalid, match="know no code hope"):
        unitizing(continuum_of([source_of(2)]), codings, codes=["hope"])
    for codes in ([], ["fear", "fear"]):
        with pytest.raises(Invalid, match="each once"):
            unitizing(continuum_of([source_of(2)]), codings, codes=codes)


def test_interval_holds_what_sources_drawn_by_hand_give() -> None:
    by_source: list[Coders] = [
        [
            [(0, 8, "fear"), (12, 20, "cost")],
            [(i % 5, 8, "fear"), (12, 15 + i % 7, "cost" if i % 3 else "fear")],
        ]
        for i in range(11)
    ]
    sources = [source_of(2, f"s{i:02}") for i in range(11)]
    rows = [row for i, found in enumerate(by_source) for row in rows_of(found, f"s{i:02}")]
    resampling = Resampling(np.random.default_rng(2), 100)
    found = unitizing(continuum_of(sources), codings_of(rows), codes=CODES, resampling=resampling)
    u, cu = [], []
    for times in np.random.default_rng(2).multinomial(11, np.full(11, 1 / 11), size=100):
        laid_out: Coders = [[], []]
        for at, i in enumerate(np.repeat(np.arange(11), times)):
            for coder in (0, 1):
                laid_out[coder] += [(s + at * LENGTH, e + at * LENGTH, c) for s, e, c in by_source[i][coder]]
        expected = family(laid_out, 11 * LENGTH)
        u.append(expected["u"])
        cu.append(expected["cu"])
    for coefficient, draws in ((found.u_alpha, u), (found.cu_alpha, cu)):
        assert coefficient.interval is not None
        assert [coefficient.interval.low, coefficient.interval.high] == pytest.approx(
            np.quantile(np.array(draws, dtype=float), [0.025, 0.975])
        )


@pytest.mark.realdata
def test_family_of_the_published_example(shared_vectors: Path) -> None:
    published = json.loads((shared_vectors / "alpha_u_book2019_fig12_11.json").read_text())
    rows = [
        Coding(coder, "text", str(value), start, end)
        for coder, segments in published["coders"].items()
        for start, end, value in segments
    ]
    codings = Codings.from_rows(rows)
    source = CodedSource("text", frozenset(published["coders"]), ((0, published["L"]),))
    found, expected = unitizing(continuum_of([source]), codings, codes=codings.codes), published["published"]
    assert found.u_alpha.value == pytest.approx(expected["u_alpha"], abs=0.0005)
    assert found.boundary_alpha.value == pytest.approx(expected["bar_u_alpha"], abs=0.001)
    assert found.cu_alpha.value == pytest.approx(expected["cu_alpha"], abs=0.0005)
    by_code = {row.code: row for row in found.per_code}
    for code, alpha in expected["ku_alpha"].items():
        assert same(by_code[code].alpha.value, alpha)
    for code, coverage in expected["ku_coverage"].items():
        assert by_code[code].coverage.value == pytest.approx(coverage, abs=0.0005)
