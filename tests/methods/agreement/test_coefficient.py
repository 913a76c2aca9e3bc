import numpy as np
import pytest

from tests.methods.agreement.expansion import codings_of, continuum_of
from throughline.methods.agreement.codings import CodedSource, Coding
from throughline.methods.agreement.coefficient import (
    ALL_ALIKE,
    NO_COEFFICIENT,
    NO_INTERVAL_ASKED,
    SOURCES_DRAWN,
    Resampling,
    too_few,
    too_few_draws,
)
from throughline.methods.agreement.per_code import CodeAgreement, agreement_per_code
from throughline.vocabulary.errors import Invalid

SOURCES = 12


def agreement(sources: int, resampling: Resampling | None, *, only: int | None = None) -> CodeAgreement:
    """Two coders on one code, differing a little more in each source; `only` keeps codings in so many sources."""
    coded = [CodedSource(f"s{i:02}", frozenset({"Ada", "Ben"}), ((0, 100 + i),)) for i in range(sources)]
    rows = []
    for i in range(sources if only is None else only):
        rows.append(Coding("Ada", f"s{i:02}", "fear", 0, 40))
        rows.append(Coding("Ben", f"s{i:02}", "fear", 3 * i % 20, 40 + i))
    (result,) = agreement_per_code(
        continuum_of(coded), codings_of(rows), codes=["fear"], resampling=resampling
    )
    return result


def drawn(seed: int = 7, *, resamples: int = 1000, level: float = 0.95) -> Resampling:
    return Resampling(np.random.default_rng(seed), resamples, level)


def test_interval_is_that_of_sources_drawn_by_hand() -> None:
    found = agreement(SOURCES, drawn(resamples=200, level=0.9))
    weights = np.random.default_rng(7).multinomial(SOURCES, np.full(SOURCES, 1 / SOURCES), size=200)
    alphas, kappas = [], []
    for times in weights:
        sources, rows = [], []
        for i, often in enumerate(times):
            for copy in range(often):
                name = f"s{i:02}-{copy}"
                sources.append(CodedSource(name, frozenset({"Ada", "Ben"}), ((0, 100 + i),)))
                rows.append(Coding("Ada", name, "fear", 0, 40))
                rows.append(Coding("Ben", name, "fear", 3 * i % 20, 40 + i))
        (again,) = agreement_per_code(continuum_of(sources), codings_of(rows), codes=["fear"])
        alphas.append(again.alpha.value or 0)
        kappas.append(again.pairs[0].kappa.value or 0)
    for coefficient, values in ((found.alpha, alphas), (found.pairs[0].kappa, kappas)):
        assert coefficient.interval is not None
        assert [coefficient.interval.low, coefficient.interval.high] == pytest.approx(
            np.quantile(values, [0.05, 0.95])
        )
        assert coefficient.interval.level == 0.9
    assert SOURCES_DRAWN in found.assumptions


def test_same_seed_gives_same_interval_and_the_estimate_stays() -> None:
    one, two, other, none = (
        agreement(SOURCES, drawn(3)), agreement(SOURCES, drawn(3)), agreement(SOURCES, drawn(4)), agreement(SOURCES, None)
    )  # fmt: skip
    assert one == two
    assert one.alpha.interval != other.alpha.interval
    assert one.alpha.value == other.alpha.value == none.alpha.value
    assert (none.alpha.interval, none.alpha.no_interval) == (None, NO_INTERVAL_ASKED)
    assert SOURCES_DRAWN not in none.assumptions


def test_fewer_than_ten_sources_have_no_interval() -> None:
    nine, ten = agreement(9, drawn()), agreement(10, drawn())
    assert (nine.alpha.interval, nine.alpha.no_interval) == (None, too_few(9))
    assert nine.pairs[0].kappa.no_interval == too_few(9)
    assert ten.alpha.interval is not None
    assert ten.alpha.no_interval is None


def test_code_in_few_sources_has_no_interval() -> None:
    found = agreement(SOURCES, drawn(resamples=500), only=1)
    assert (found.alpha.interval, found.alpha.value is None) == (None, False)
    assert found.alpha.no_interval is not None
    lacking = found.alpha.no_interval.params["lacking"]
    assert isinstance(lacking, int)
    assert found.alpha.no_interval == too_few_draws(lacking, 500)
    # A source is left out of a draw of 12 with chance (11/12)^12 = 0.352.
    assert 0.25 < lacking / 500 < 0.45


def test_coders_who_agree_everywhere_have_no_interval_without_width() -> None:
    coded = [CodedSource(f"s{i:02}", frozenset({"Ada", "Ben"}), ((0, 100),)) for i in range(SOURCES)]
    rows = [Coding(who, one.source, "fear", 0, 40) for one in coded for who in ("Ada", "Ben")]
    (found,) = agreement_per_code(continuum_of(coded), codings_of(rows), codes=["fear"], resampling=drawn())
    for one in (found.alpha, found.observed, found.pairs[0].kappa):
        assert (one.value, one.interval, one.no_interval) == (1.0, None, ALL_ALIKE)


def test_sources_that_one_coder_read_are_never_drawn() -> None:
    rows = [
        Coding(coder, f"s{i:02}", "fear", 0, 20 + i * (coder == "Ben"))
        for i in range(SOURCES)
        for coder in ("Ada", "Ben")
    ]
    paired = [CodedSource(f"s{i:02}", frozenset({"Ada", "Ben"}), ((0, 100),)) for i in range(SOURCES)]
    alone = [CodedSource(f"a{i:02}", frozenset({"Ada"}), ((0, 100),)) for i in range(5)]
    one, other = (
        agreement_per_code(continuum_of(sources), codings_of(rows), codes=["fear"], resampling=drawn())[0]
        for sources in (paired, [*alone, *paired])
    )
    assert (one.alpha, one.observed) == (other.alpha, other.observed)
    assert (one.pairs[0].kappa, other.missing.total) == (other.pairs[0].kappa, 500)


def test_what_is_not_defined_has_no_interval_and_is_never_nan() -> None:
    found = agreement(SOURCES, drawn(), only=0)
    assert (found.alpha.value, found.alpha.interval, found.alpha.no_interval) == (None, None, NO_COEFFICIENT)
    assert found.observed.value == 1.0


def test_resampling_without_draws_or_level_is_refused() -> None:
    with pytest.raises(Invalid, match="at least 1 draw"):
        drawn(resamples=0)
    with pytest.raises(Invalid, match="between 0 and 1"):
        drawn(level=1.0)
