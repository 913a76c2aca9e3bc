"""Few sites: how fast whole sites are drawn.

9,999 draws of Webb's weights on 100,000 answers of 13 sites, from the columns of a table to p: ours (`few_clusters.wild`)
beside pyfixest's `wildboottest`, in an environment of its own from PyPI, on the same columns, one core each. pyfixest's time is
of the test alone: the fit before it is not counted against it, and it compiles in a round that is not counted. Both must
find the same t, and p within what draws of their own allow. pyfixest counts the 12 columns of sites among what was fitted, ours does
not, for they lie within the clusters: its t is told as it would be then. Goal: 10 times as fast.

23 November 2026, pyfixest 0.60, at rest but for an editor: 0.0319 s of the processor and 0.3904 s, 12.2 times (medians of 5 rounds).

How often each interval rejects what is true stands in bench/rejection.py.

    python -m bench.few_clusters [--rounds 5] [--rows 100000] [--without-peers]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.agreement import environment
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import answers_of
from throughline.methods.few_clusters.sums import before_and_after
from throughline.methods.few_clusters.wild import Weights, bootstrap
from throughline.vocabulary.study import ArmKind, OutcomeKind

SITES, DRAWS = 13, 9_999

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
    fitted_alike = ((rows - 3) / (rows - 2 - SITES)) ** 0.5
    theirs = [[seconds, t * fitted_alike, p] for seconds, t, p in theirs]
    ratio = statistics.median(other[0] / own[0] for own, other in zip(mine, theirs, strict=True))
    print(
        f"{'pyfixest wildboottest, the test':34} {statistics.median(t[0] for t in theirs):10.4f} s {ratio:8.1f}x (goal: 10x)"
    )
    print(f"t {mine[0][1]:.6f} and {theirs[0][1]:.6f}; p {mine[0][2]:.4f} and {theirs[0][2]:.4f}")
    # Two draws of their own: four Monte Carlo errors of the difference.
    allowed = 4 * (2 * max(mine[0][2], 0.01) * (1 - mine[0][2]) / DRAWS) ** 0.5
    if abs(mine[0][1] - theirs[0][1]) > 1e-6 or abs(mine[0][2] - theirs[0][2]) > allowed:
        raise SystemExit("they do not find the same")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--without-peers", action="store_true")
    given = parser.parse_args()
    speed(given.rows, given.rounds, not given.without_peers)


if __name__ == "__main__":
    main()
