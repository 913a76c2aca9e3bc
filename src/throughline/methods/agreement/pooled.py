"""Two coders over several codes at once: kappa from what they share over all of them.

Estimates: how far two coders agree over a set of codes that may overlap, each looked at for itself and all weighing the same.
Formula: kappa = (O - E)/(1 - E), O the mean over codes of observed agreement, E the mean over codes of the agreement expected
    by chance, e = ((a+b)(a+c) + (c+d)(b+d))/N^2 of each code. Not the mean of kappas: that swings with rare codes.
Source: De Vries, Elliott, Kanouse, Teleki (2008) Using Pooled Kappa to Summarize Interrater Agreement across Many Items,
    Field Methods 20:272-282.
Assumptions: those of `per_code`; codes weigh the same, however often they were applied.
When not to use it: instead of the codes' own figures: a poor code hides among good ones.
Not defined where no pair of units could be told apart by chance (E = 1), or where the two coded no source together.
Checked against: an expansion unit by unit (tests/methods/agreement/test_pooled.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from throughline.methods.agreement.coefficient import NO_COEFFICIENT, NOBODY, ONE_VALUE, Coefficient
from throughline.methods.agreement.per_code import CodeAgreement, PairAgreement

METHOD = "agreement.pooled/1"


@dataclass(frozen=True, slots=True)
class PooledPair:
    """Two coders over `codes` codes and the `n` units of each that both coded."""

    first: str
    second: str
    codes: int
    n: int
    observed: Coefficient
    kappa: Coefficient
    method: str = METHOD


def pooled(agreements: Sequence[CodeAgreement]) -> tuple[PooledPair, ...]:
    """For each pair of coders, over all the codes given; () for none."""
    if not agreements:
        return ()
    return tuple(_pooled([one.pairs[at] for one in agreements]) for at in range(len(agreements[0].pairs)))


def _pooled(pairs: Sequence[PairAgreement]) -> PooledPair:
    one = pairs[0]
    if not one.n:
        none = Coefficient(None, NOBODY, None, NO_COEFFICIENT)
        return PooledPair(one.first, one.second, len(pairs), 0, none, none)
    observed = sum((pair.both + pair.neither) / pair.n for pair in pairs) / len(pairs)
    by_chance = [_by_chance(pair) for pair in pairs]
    if all(chance == pair.n**2 for chance, pair in zip(by_chance, pairs, strict=True)):
        kappa = Coefficient(None, ONE_VALUE, None, NO_COEFFICIENT)
    else:
        expected = sum(chance / pair.n**2 for chance, pair in zip(by_chance, pairs, strict=True)) / len(pairs)
        kappa = Coefficient((observed - expected) / (1 - expected))
    return PooledPair(one.first, one.second, len(pairs), one.n, Coefficient(observed), kappa)


def _by_chance(pair: PairAgreement) -> int:
    """Times N squared, in whole numbers."""
    a, b, c, d = pair.both, pair.only_first, pair.only_second, pair.neither
    return (a + b) * (a + c) + (c + d) * (b + d)
