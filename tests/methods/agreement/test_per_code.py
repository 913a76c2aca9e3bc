import json
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.agreement.expansion import (
    CODERS,
    CODES,
    Round,
    codings_of,
    continuum_of,
    expanded,
    rounds,
)
from tests.methods.oracles import cohens_kappa
from throughline.methods.agreement.codings import CodedSource, Coding, Level
from throughline.methods.agreement.coefficient import NOBODY, ONE_VALUE
from throughline.methods.agreement.per_code import CodeAgreement, agreement_by_source, agreement_per_code
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid


def oracle_alpha(values: dict[str, list[int | None]]) -> float | None:
    """The krippendorff package on expanded units; None where it would divide by nothing."""
    pairable = [u for u in zip(*values.values(), strict=True) if sum(x is not None for x in u) >= 2]
    if len({x for u in pairable for x in u if x is not None}) < 2:
        return None
    table = np.array(
        [[math.nan if x is None else x for x in row] for row in values.values()], dtype=np.float64
    )
    return float(krippendorff.alpha(table, level_of_measurement="nominal"))


def same(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=0, abs_tol=1e-9)


@settings(deadline=None)
@given(rounds(), st.sampled_from(Level))
def test_alpha_is_that_of_expanded_units(given_round: Round, level: Level) -> None:
    sources, rows = given_round
    for result in agreement_per_code(continuum_of(sources, level), codings_of(rows)):
        values = expanded(sources, rows, level, result.code)
        columns = [[x for x in unit if x is not None] for unit in zip(*values.values(), strict=True)]
        paired = [unit for unit in columns if len(unit) >= 2]
        assert same(result.alpha.value, oracle_alpha(values))
        assert (result.n, result.missing.total) == (len(paired), len(columns) - len(paired))
        alike = [x == y for unit in paired for x, y in combinations(unit, 2)]
        assert same(result.observed.value, sum(alike) / len(alike) if alike else None)


@settings(deadline=None)
@given(rounds(), st.sampled_from(Level))
def test_pairs_count_and_kappa_are_those_of_expanded_units(given_round: Round, level: Level) -> None:
    sources, rows = given_round
    for result in agreement_per_code(continuum_of(sources, level), codings_of(rows)):
        values = expanded(sources, rows, level, result.code)
        assert [(p.first, p.second) for p in result.pairs] == list(combinations(sorted(values), 2))
        for pair in result.pairs:
            units = [
                (x, y)
                for x, y in zip(values[pair.first], values[pair.second], strict=True)
                if x is not None and y is not None
            ]
            table = [[units.count((x, y)) for y in (1, 0)] for x in (1, 0)]
            assert [[pair.both, pair.only_first], [pair.only_second, pair.neither]] == table
            assert (pair.n, pair.n + pair.missing.total) == (len(units), len(values[pair.first]))
            assert same(pair.observed.value, sum(x == y for x, y in units) / len(units) if units else None)
            if len({x for unit in units for x in unit}) < 2:
                assert pair.kappa.value is None
                assert pair.kappa.why_not == (ONE_VALUE if units else NOBODY)
            else:
                assert same(pair.kappa.value, cohens_kappa(table))


@settings(deadline=None)
@given(rounds(), st.sampled_from(Level))
def test_each_source_alone_is_as_if_there_were_no_other(given_round: Round, level: Level) -> None:
    sources, rows = given_round
    by_source = agreement_by_source(continuum_of(sources, level), codings_of(rows))
    for source in sources:
        own = [row for row in rows if row.source == source.source]
        alone = agreement_per_code(continuum_of([source], level), codings_of(own))
        for result, expected in zip(by_source[source.source], alone, strict=True):
            assert (result.n, result.alpha, result.observed) == (
                expected.n, expected.alpha, expected.observed
            )  # fmt: skip
            found = {(p.first, p.second): p for p in result.pairs}
            assert all(found[p.first, p.second] == p for p in expected.pairs)


def shape(results: tuple[CodeAgreement, ...], codes: dict[str, str]) -> dict[str, Any]:
    """What is left of results without the names of coders. Sums in another order differ in the last digit."""

    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 12)

    return {
        codes[result.code]: (
            rounded(result.alpha.value), rounded(result.observed.value), result.n,
            sorted((p.both, *sorted((p.only_first, p.only_second)), p.neither) for p in result.pairs),
        )
        for result in results
    }  # fmt: skip


@settings(deadline=None)
@given(rounds(), st.permutations(CODERS), st.permutations(CODES))
def test_other_names_for_coders_and_codes_change_nothing(
    given_round: Round, coders: list[str], codes: list[str]
) -> None:
    sources, rows = given_round
    who, what = dict(zip(CODERS, coders, strict=True)), dict(zip(CODES, codes, strict=True))
    renamed = [CodedSource(s.source, frozenset(who[c] for c in s.coders), s.stretches) for s in sources]
    renamed_rows = [row._replace(coder=who[row.coder], code=what[row.code]) for row in rows]
    before = shape(agreement_per_code(continuum_of(sources), codings_of(rows)), what)
    after = shape(
        agreement_per_code(continuum_of(renamed), codings_of(renamed_rows)), {code: code for code in CODES}
    )
    assert before == after


@settings(deadline=None)
@given(rounds(everyone=True))
def test_identical_coders_have_one_or_nothing(given_round: Round) -> None:
    sources, rows = given_round
    alike = [row._replace(coder=coder) for row in rows for coder in sources[0].coders]
    for result in agreement_per_code(continuum_of(sources), codings_of(alike)):
        assert result.alpha.value in (1.0, None)
        assert all(pair.kappa.value in (1.0, None) for pair in result.pairs)
        used = any(pair.both for pair in result.pairs) and any(pair.neither for pair in result.pairs)
        assert (result.alpha.value == 1.0) == used


@settings(deadline=None)
@given(rounds(), st.data())
def test_splitting_and_repeating_a_coding_changes_nothing(given_round: Round, data: st.DataObject) -> None:
    sources, rows = given_round
    long = [row for row in rows if row.end - row.start > 1]
    if not long:
        return
    row = data.draw(st.sampled_from(long))
    at = data.draw(st.integers(row.start + 1, row.end - 1))
    more = [*rows, row, row._replace(end=at), row._replace(start=at)]
    continuum = continuum_of(sources)
    assert shape(agreement_per_code(continuum, codings_of(more)), {c: c for c in CODES}) == shape(
        agreement_per_code(continuum, codings_of(rows)), {c: c for c in CODES}
    )


WHOLE = CodedSource("s", frozenset({"Ada", "Ben"}), ((0, 1000),))


def test_code_that_nobody_applied_is_not_defined() -> None:
    (result,) = agreement_per_code(continuum_of([WHOLE]), codings_of([]), codes=["fear"])
    assert (result.alpha.value, result.alpha.why_not, result.n) == (None, ONE_VALUE, 1000)
    assert (result.observed.value, result.pairs[0].kappa.value) == (1.0, None)


def test_code_on_everything_by_everyone_is_not_defined() -> None:
    rows = [Coding(coder, "s", "fear", 0, 1000) for coder in ("Ada", "Ben")]
    (result,) = agreement_per_code(continuum_of([WHOLE]), codings_of(rows), codes=["fear"])
    assert (result.alpha.value, result.pairs[0].kappa.why_not) == (None, ONE_VALUE)


def test_source_with_one_coder_is_missing() -> None:
    alone = CodedSource("t", frozenset({"Ada"}), ((0, 50),))
    rows = [Coding("Ada", "t", "fear", 0, 10)]
    (result,) = agreement_per_code(continuum_of([WHOLE, alone]), codings_of(rows), codes=["fear"])
    assert (result.n, result.sources, result.missing) == (1000, 1, Missing(not_recorded=50))
    (nobody,) = agreement_per_code(continuum_of([alone]), codings_of(rows), codes=["fear"])
    assert (nobody.alpha.why_not, nobody.n, nobody.pairs) == (NOBODY, 0, ())


def test_no_sources_at_all_is_not_defined() -> None:
    (result,) = agreement_per_code(continuum_of([]), codings_of([]), codes=["fear"])
    assert (result.alpha.value, result.alpha.why_not, result.n) == (None, NOBODY, 0)


def test_unknown_code_is_refused() -> None:
    with pytest.raises(Invalid, match="know no code hope"):
        agreement_per_code(continuum_of([WHOLE]), codings_of([]), codes=["hope"])


def test_turns_and_sentences_say_how_they_count() -> None:
    for level, word in ((Level.TURN, "A turn has"), (Level.SENTENCE, "A sentence has")):
        (result,) = agreement_per_code(continuum_of([WHOLE], level), codings_of([]), codes=["fear"])
        assert str(result.assumptions[0]).startswith(word)
        assert result.method == "agreement.per_code/1"


@pytest.mark.realdata
def test_percentage_is_that_of_the_published_comparison(shared_vectors: Path) -> None:
    vector = json.loads((shared_vectors / "nvivo_percent_and_kappa.json").read_text())
    published = vector["published"]
    for case in vector["derived_here"]:
        a, b, c = case["a"], case["b"], case["c"]
        assert (a, b + c, case["d"]) == (published["both"], published["one_only"], published["neither"])
        text = CodedSource("s", frozenset({"Ada", "Ben"}), ((0, published["chars"]),))
        rows = [Coding("Ada", "s", "fear", 0, a + b), Coding("Ben", "s", "fear", b, a + b + c)]
        (result,) = agreement_per_code(continuum_of([text]), codings_of(rows), codes=["fear"])
        (pair,) = result.pairs
        assert (pair.both, pair.only_first, pair.only_second, pair.neither) == (a, b, c, case["d"])
        assert pair.observed.value == result.observed.value == published["percent_agreement"]
        assert pair.kappa.value == pytest.approx(case["kappa"], abs=5e-7)
