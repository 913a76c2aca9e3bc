"""Agreement of four coders on 50 codes in one long text, beside peers that are given the same text character by character.

One document of 600,000 characters, 5,000 codings by four coders who mostly mark the same passages. Throughline gives, from
where codings begin and end, every code's counts, percentages, kappas of all six pairs and four-coder alpha. Peers, in an
environment of their own: `krippendorff` (alpha of each code) and `scikit-learn` (kappa of each pair and code), both on characters
expanded by NumPy, which is in their time because they need it; and a plain loop over lists of characters, as tools with a
screen do it, for the counts of one pair and code, times 300. All must give the same numbers, to 1e-9. Times are of the
processor (every way runs on one core), so that other work on the machine does not count, and paired: in each round every way
runs once, peers in a process of their own; the ratio is the median of the rounds' ratios.

Then what else is asked of the same codings (co-occurrence, disagreements, the unitizing family, intervals), and how time
grows with codings, as milliseconds and as nanoseconds per n log2 n; --figure writes the growth as SVG.

    python -m bench.agreement [--rounds 3] [--codings 5000] [--without-peers] [--figure growth.svg]
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from throughline.methods.agreement.codings import CodedSource, Codings, Continuum, Level
from throughline.methods.agreement.coefficient import Resampling
from throughline.methods.agreement.cooccurrence import cooccurrence
from throughline.methods.agreement.disagreements import disagreements
from throughline.methods.agreement.per_code import CodeAgreement, agreement_per_code
from throughline.methods.agreement.unitizing import unitizing

LENGTH, CODERS, CODES, SOURCES = 600_000, 4, 50, 40
NAMES = tuple(f"coder {i}" for i in range(CODERS))
# Each peer prints seconds and its numbers; `codes` x `pairs` or `codes`, None where it has none.
EXPAND = """
import json, sys, time
import numpy as np
given = np.load(sys.argv[1])
length, codes, coders = int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])

def expanded(code):
    text = np.zeros((coders, length), dtype=np.int8)
    for coder, start, end in given[given[:, 1] == code][:, [0, 2, 3]]:
        text[coder, start:end] = 1
    return text
"""
PEERS = {
    "krippendorff, alpha of each code": EXPAND
    + """
import krippendorff
start = time.process_time()
found = [krippendorff.alpha(expanded(code), level_of_measurement="nominal") for code in range(codes)]
print(json.dumps([time.process_time() - start, found]))
""",
    "scikit-learn, kappa of each pair": EXPAND
    + """
from itertools import combinations
from sklearn.metrics import cohen_kappa_score
start = time.process_time()
found = []
for code in range(codes):
    text = expanded(code)
    found.append([cohen_kappa_score(text[i], text[j]) for i, j in combinations(range(coders), 2)])
print(json.dumps([time.process_time() - start, found]))
""",
    "plain lists, counts of one pair x 300": EXPAND
    + """
rows = given.tolist()
start = time.process_time()
one, other = [0] * length, [0] * length
for coder, code, begin, end in rows:
    if code == 0 and coder < 2:
        for x in range(begin, end):
            (one if coder == 0 else other)[x] = 1
table = [0, 0, 0, 0]
for x in range(length):
    table[one[x] * 2 + other[x]] += 1
print(json.dumps([(time.process_time() - start) * 300, table]))
""",
}


def simulate(n: int, *, codes: int = CODES, exclusive: bool = False, seed: int = 11) -> np.ndarray:
    """n rows of coder, code, start, end: passages that most coders mark, each with ends a little apart.

    `exclusive` keeps the passages of a coder apart from each other.
    """
    chance = np.random.default_rng(seed)
    passages = max(n // CODERS, 1)
    begin = np.sort(chance.choice(LENGTH - 600, size=passages, replace=passages > LENGTH // 2))
    room = np.diff(np.append(begin, LENGTH - 10))
    width = (
        np.minimum(chance.integers(30, 500, passages), room)
        if exclusive
        else chance.integers(30, 500, passages)
    )
    rows = []
    for coder in range(CODERS):
        shift = chance.integers(0, np.maximum(width // 4, 1))
        trim = chance.integers(0, np.maximum(width // 4, 1))
        own = chance.random(passages) < 0.15
        code = np.where(own, chance.integers(0, codes, passages), np.arange(passages) * 7919 % codes)
        rows.append(np.stack((np.full(passages, coder), code, begin + shift, begin + width - trim), axis=1))
    found = np.concatenate(rows)
    return found[found[:, 3] > found[:, 2]].astype(np.int64)


def codings_of(rows: np.ndarray, codes: int = CODES) -> Codings:
    coder, code, start, end = (np.ascontiguousarray(column) for column in rows.T)
    names = tuple(f"code {i:02}" for i in range(codes))
    return Codings(NAMES, ("text",), names, coder, np.zeros_like(coder), code, start, end)


def whole(level: Level = Level.CHARACTER) -> Continuum:
    return Continuum(level, (CodedSource("text", frozenset(NAMES), ((0, LENGTH),)),))


def timed(way: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    found = way()
    return time.process_time() - start, found


def best(way: Callable[[], Any], rounds: int = 5) -> float:
    return min(timed(way)[0] for _ in range(rounds))


def environment(folder: Path, *packages: str) -> Path:
    """The Python of a new environment with these packages."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    subprocess.run(install, check=True, stderr=subprocess.DEVNULL)
    return python


def against_peers(rows: np.ndarray, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as name:
        folder = Path(name)
        python = environment(folder / "peers", "krippendorff", "scikit-learn")
        np.save(folder / "codings.npy", rows)
        times: dict[str, list[float]] = {way: [] for way in ("Throughline, all of it", *PEERS)}
        for _ in range(rounds):
            seconds, ours = timed(lambda: agreement_per_code(whole(), codings_of(rows)))
            times["Throughline, all of it"].append(seconds)
            for peer, script in PEERS.items():
                given = [str(folder / "codings.npy"), str(LENGTH), str(CODES), str(CODERS)]
                done = subprocess.run(
                    [str(python), "-c", script, *given], check=True, stdout=subprocess.PIPE, text=True
                )
                seconds, theirs = json.loads(done.stdout.splitlines()[-1])
                check(peer, ours, theirs)
                times[peer].append(seconds)
    base = times["Throughline, all of it"]
    for way, taken in times.items():
        ratio = statistics.median(other / own for other, own in zip(taken, base, strict=True))
        print(f"{way:40} {statistics.median(taken) * 1000:12,.1f} ms {ratio:10,.1f}x")
    print("all ways give the same numbers, to 1e-9")


def check(peer: str, ours: tuple[CodeAgreement, ...], theirs: list[Any]) -> None:
    """Stop where a peer gives other numbers."""
    mine: list[Any]
    if peer.startswith("krippendorff"):
        mine = [code.alpha.value for code in ours]
    elif peer.startswith("scikit"):
        mine = [pair.kappa.value for code in ours for pair in code.pairs]
        theirs = [kappa for code in theirs for kappa in code]
    else:
        pair = ours[0].pairs[0]
        mine = [pair.neither, pair.only_second, pair.only_first, pair.both]
    if not all(math.isclose(a, b, abs_tol=1e-9, rel_tol=0) for a, b in zip(mine, theirs, strict=True)):
        raise SystemExit(f"{peer} gives other numbers")


def what_else(rows: np.ndarray) -> None:
    codings, continuum = codings_of(rows), whole()
    turns = tuple((start, start + 380) for start in range(0, LENGTH, 400))
    by_turn = Continuum(Level.TURN, (CodedSource("text", frozenset(NAMES), turns),))
    apart = codings_of(simulate(len(rows), exclusive=True))
    part = LENGTH // SOURCES
    sources = tuple(CodedSource(f"source {i:02}", frozenset(NAMES), ((0, part),)) for i in range(SOURCES))
    source, start = np.divmod(rows[:, 2], part)
    many = Codings(
        NAMES, tuple(s.source for s in sources), codings.codes, codings.coder, source, codings.code,
        start, np.minimum(start + rows[:, 3] - rows[:, 2], part),
    )  # fmt: skip
    spread = Continuum(Level.CHARACTER, sources)
    drawn = Resampling(np.random.default_rng(1))
    ways: dict[str, Callable[[], Any]] = {
        "each code, characters": lambda: agreement_per_code(continuum, codings),
        "each code, turns": lambda: agreement_per_code(by_turn, codings),
        f"each code, {SOURCES} sources, 1,000 draws": lambda: agreement_per_code(
            spread, many, resampling=drawn
        ),
        "unitizing family, one domain of all codes": lambda: unitizing(continuum, apart, codes=apart.codes),
        "co-occurrence, codes x codes": lambda: cooccurrence(continuum, codings),
        "disagreements, all codes": lambda: disagreements(continuum, codings),
    }
    for way, run in ways.items():
        print(f"{way:44} {best(run) * 1000:8.1f} ms")


def growth(figure: Path | None) -> None:
    """What 1,000 to 200,000 codings cost, each beside the n log2 n that begins where it does."""
    points = []
    for n in (1_000, 5_000, 20_000, 50_000, 100_000, 200_000):
        codings, continuum = codings_of(simulate(n)), whole()
        size = len(codings)
        ways: dict[str, Callable[[], object]] = {
            "agreement of 4 coders, 50 codes": lambda c=codings, of=continuum: agreement_per_code(of, c),
            "co-occurrence, 50 x 50": lambda c=codings, of=continuum: cooccurrence(of, c),
            "disagreements, 50 codes": lambda c=codings, of=continuum: disagreements(of, c),
        }
        for way, run in ways.items():
            seconds = best(run, 3)
            points.append({"way": way, "codings": size, "ms": seconds * 1000})
            print(
                f"{size:>9,} codings  {way:34} {seconds * 1000:9.1f} ms {seconds * 1e9 / (size * math.log2(size)):7.1f} ns / n log2 n"
            )
    if figure is not None:
        import altair as alt

        first = min(points, key=lambda one: (one["codings"], -float(one["ms"])))
        start = float(first["ms"]) / (int(first["codings"]) * math.log2(int(first["codings"])))
        bound = [
            {"way": "n log n from the slowest at the start", "codings": n, "ms": start * n * math.log2(n)}
            for n in sorted({int(one["codings"]) for one in points})
        ]
        chart = alt.Chart(alt.Data(values=[*points, *bound]), title="Growth with codings, 600,000 characters")
        chart.mark_line(point=True).encode(
            x=alt.X("codings:Q", title="codings", scale=alt.Scale(type="log")),
            y=alt.Y("ms:Q", title="milliseconds", scale=alt.Scale(type="log")),
            color=alt.Color("way:N", title=None),
        ).properties(width=520, height=320).save(figure)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--codings", type=int, default=5_000)
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--figure", type=Path)
    given = parser.parse_args()
    rows = simulate(given.codings)
    print(
        f"{len(rows):,} codings, {CODERS} coders, {CODES} codes, {LENGTH:,} characters; Python {sys.version.split()[0]}"
    )
    if not given.without_peers:
        against_peers(rows, given.rounds)
    print()
    what_else(rows)
    print()
    growth(given.figure)


if __name__ == "__main__":
    main()
