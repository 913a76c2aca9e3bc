"""Few sites: how fast whole sites are drawn, and how often each interval rejects what is true.

Speed. 9,999 draws of Webb's weights on 100,000 answers of 13 sites, from the columns of a table to p: ours (`few_clusters.wild`)
beside pyfixest's `wildboottest`, in an environment of its own from PyPI, on the same columns, one core each. pyfixest's time is
of the test alone: the fit before it is not counted against it, and it compiles in a round that is not counted. Both must
find the same t, and p within what draws of their own allow. Goal: 10 times as fast.

Rejection. Studies without an effect are drawn (before and after, sites of 30 to 300 people a phase, an intra-site correlation
within each wave), and counted is how often a nominal 5% rejects: the headline (site changes, t(G-2)), CR2 and CR3 on
individuals, the wild bootstrap, and CR1 with normal quantiles, which the product refuses below 20 sites. A share of .44 and a
rare one of .03; what could not be estimated is counted apart. Goal: the headline between 3% and 6% at p = .44.

    python -m bench.few_clusters [--rounds 5] [--rows 100000] [--studies 4000] [--without-peers] [--only speed|rejection]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special

from bench.agreement import environment
from throughline.methods.contrast import contrast_site_changes
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters import cr2, jackknife, normal
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.few_clusters.sums import before_and_after
from throughline.methods.few_clusters.wild import Weights, bootstrap
from throughline.methods.site_change import from_binary, site_changes
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import ArmKind, OutcomeKind, PhaseKind

SITES, DRAWS = 13, 9_999
SHARES, CORRELATIONS, LEVEL = (0.44, 0.03), (0.0, 0.01, 0.03), 0.95

THEIRS = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd, pyfixest as pf
given = np.load(sys.argv[1])
frame = pd.DataFrame({name: given[name] for name in ("y", "site", "after", "treated_after")})
fit = pf.feols("y ~ treated_after + after + C(site)", data=frame, vcov={"CRV1": "site"})
def once(seed):
    began = time.process_time()
    found = fit.wildboottest(param="treated_after", cluster="site", reps=int(sys.argv[2]), weights_type="webb", seed=seed)
    return time.process_time() - began, found
once(1)
taken = [once(seed) for seed in range(2, 2 + int(sys.argv[3]))]
print(json.dumps([[seconds, float(found["t value"]), float(found["Pr(>|t|)"])] for seconds, found in taken]))
"""


def columns(rows: int) -> dict[str, np.ndarray]:
    """A study of 13 sites, 7 of the intervention, of unequal size; half of the answers before."""
    chance = np.random.default_rng(41)
    site = chance.choice(SITES, size=rows, p=chance.dirichlet(np.full(SITES, 8.0)))
    after = chance.random(rows) < 0.5
    level = chance.normal(0, 0.05, (SITES, 2))[site, after.astype(int)]
    y = (chance.random(rows) < 0.44 + level + 0.03 * after).astype(float)
    return {
        "y": y,
        "site": site,
        "after": after.astype(float),
        "treated_after": ((site < 7) & after).astype(float),
    }


def ours(given: dict[str, np.ndarray], seed: int) -> tuple[float, float, float]:
    began = time.process_time()
    answers = answers_of(
        kind=OutcomeKind.BINARY, sites=[f"s{n}" for n in range(SITES)], site=given["site"], is_after=given["after"], y=given["y"],
        arms=[ArmKind.INTERVENTION if n < 7 else ArmKind.COMPARISON for n in range(SITES)], missing=Missing(),
    )  # fmt: skip
    found = bootstrap(
        before_and_after(answers),
        rng=np.random.default_rng(seed),
        level=None,
        draws=DRAWS,
        weights=Weights.WEBB,
    )
    return time.process_time() - began, found.t, found.p_value


def speed(rows: int, rounds: int, with_peers: bool) -> None:
    given = columns(rows)
    ours(given, 1)
    mine = [ours(given, seed) for seed in range(2, 2 + rounds)]
    print(
        f"{DRAWS:,} Webb draws, {rows:,} answers, {SITES} sites; seconds of the processor, one core, medians"
    )
    print(f"{'Throughline, from the columns':34} {statistics.median(s for s, _, _ in mine):10.4f} s")
    if not with_peers:
        return
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as name:
        python = environment(Path(name) / "peers", "pyfixest", "wildboottest")
        path = Path(name) / "columns.npz"
        np.savez(path, **given)
        one_core = dict.fromkeys(
            ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
        )
        done = subprocess.run(
            [str(python), "-c", THEIRS, str(path), str(DRAWS), str(rounds)], check=True, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **one_core},
        )  # fmt: skip
        theirs: list[list[float]] = json.loads(done.stdout.splitlines()[-1])
    ratio = statistics.median(other[0] / own[0] for own, other in zip(mine, theirs, strict=True))
    print(
        f"{'pyfixest wildboottest, the test':34} {statistics.median(t[0] for t in theirs):10.4f} s {ratio:8.1f}x (goal: 10x)"
    )
    print(f"t {mine[0][1]:.6f} and {theirs[0][1]:.6f}; p {mine[0][2]:.4f} and {theirs[0][2]:.4f}")
    # Two draws of their own: four Monte Carlo errors of the difference.
    allowed = 4 * (2 * max(mine[0][2], 0.01) * (1 - mine[0][2]) / DRAWS) ** 0.5
    if abs(mine[0][1] - theirs[0][1]) > 1e-6 or abs(mine[0][2] - theirs[0][2]) > allowed:
        raise SystemExit("they do not find the same")


def studies(
    share: float, rho: float, wanted: int, arms: tuple[int, int], seed: int
) -> Iterator[Answers | Unready]:
    """Studies without an effect: sites' shares in each wave from a beta law with that correlation, people by coin."""
    chance = np.random.default_rng(seed)
    sites = sum(arms)
    for _ in range(wanted):
        sizes = np.repeat(chance.integers(30, 301, sites)[:, np.newaxis], 2, axis=1)
        shares = np.full((sites, 2), share)
        if rho:
            both = (1 - rho) / rho
            shares = chance.beta(share * both, (1 - share) * both, (sites, 2))
        yes = chance.binomial(sizes, shares)
        y = np.concatenate(
            [np.repeat([1.0, 0.0], (k, n - k)) for k, n in zip(yes.ravel(), sizes.ravel(), strict=True)]
        )
        places = np.repeat(np.arange(2 * sites), sizes.ravel())
        try:
            yield answers_of(
                kind=OutcomeKind.BINARY, sites=[f"s{n}" for n in range(sites)], site=places // 2, is_after=places % 2, y=y,
                arms=[ArmKind.INTERVENTION if n < arms[0] else ArmKind.COMPARISON for n in range(sites)], missing=Missing(),
            )  # fmt: skip
        except Unready as refusal:
            yield refusal


def headline_p(answers: Answers) -> float:
    cells = [
        from_binary(
            site=name, arm=answers.arms[place], phase=phase, missing=Missing(),
            yes=int(answers.y[at].sum()), no=int(at.sum() - answers.y[at].sum()),
        )
        for place, name in enumerate(answers.sites)
        for phase, is_after in ((PhaseKind.BEFORE, False), (PhaseKind.AFTER, True))
        for at in [(answers.site == place) & (answers.is_after == is_after)]
    ]  # fmt: skip
    p = contrast_site_changes(site_changes(cells), planned_primary=True).p_value
    return 1.0 if p is None else p


def wild_p(answers: Answers) -> float:
    # 2^6 draws; its own line says how seldom it can reject at all.
    return bootstrap(before_and_after(answers), rng=np.random.default_rng(1), level=None).p_value


def normal_p(answers: Answers) -> float:
    sums = before_and_after(answers)
    return float(2 * special.ndtr(-abs(sums.estimate) / normal.standard_error(sums)))


def p_of(line: Any) -> float:
    return float(line.p_value)


WAYS = {
    "headline, t(G-2)": headline_p,
    "CR2 on individuals": lambda answers: p_of(cr2.cr2(answers, planned_primary=True)),
    "CR3 on individuals": lambda answers: p_of(jackknife.jackknife(answers, planned_primary=True)),
    "wild bootstrap": wild_p,
    "CR1, normal (refused)": normal_p,
}


def rejection(wanted: int, arms: tuple[int, int] = (3, 3)) -> None:
    print(
        f"\nrejected of {wanted:,} studies without an effect at a nominal 5%, {arms[0]} v {arms[1]} sites of 30 to 300 people"
    )
    print(f"{'share':>6} {'ICC':>5}  " + "  ".join(f"{way:>21}" for way in WAYS))
    for share in SHARES:
        for rho in CORRELATIONS:
            rejected: Counter[str] = Counter()
            refused: Counter[str] = Counter()
            for answers in studies(share, rho, wanted, arms, seed=round(1000 * (share + rho))):
                for way, p in WAYS.items():
                    if isinstance(answers, Unready):
                        refused[way] += 1
                        continue
                    try:
                        rejected[way] += p(answers) < 1 - LEVEL
                    except Unready:
                        refused[way] += 1
            told = []
            for way in WAYS:
                asked = wanted - refused[way]
                rate = f"{100 * rejected[way] / asked:.1f}%" if asked else "none"
                told.append(f"{rate}{f' ({refused[way]} refused)' if refused[way] else ''}".rjust(21))
            print(f"{share:6.2f} {rho:5.2f}  " + "  ".join(told), flush=True)
    print(f"Monte Carlo error: {100 * (0.05 * 0.95 / wanted) ** 0.5:.2f} points")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--studies", type=int, default=4_000)
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--only", choices=("speed", "rejection"))
    given = parser.parse_args()
    if given.only != "rejection":
        speed(given.rows, given.rounds, not given.without_peers)
    if given.only != "speed":
        rejection(given.studies)


if __name__ == "__main__":
    main()
