"""Suppression attacked by the thousand: random tables, alone and several in one passage, and a reader with a solver.

For each hidden cell the whole-number bounds are found by HiGHS from what was released and nothing else
(tests/methods/attacker.py shares no code with what it attacks), and held against the profile's range. Goal: none told.

1,002 tables alone and 1,002 passages of several (November 2026), six profiles: no hidden cell was found out.

    python -m bench.suppression [--tables 1000] [--passages 1000] [--seed 1]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from tests.methods.attacked_tables import PROFILES, single, together
from tests.methods.attacker import HIDDEN, Released, found_out

from throughline.methods.suppression import Profile

Drawn = Callable[[np.random.Generator, Profile], list[Released]]


def attack(what: str, drawn: Drawn, many: int, seed: int) -> int:
    """Print a line for each profile; how many hidden cells were found out."""
    told_in_all, of_each = 0, -(-many // len(PROFILES))
    for profile in PROFILES:
        cells = hidden = told = refused = 0
        protecting = attacking = 0.0
        for number in range(of_each):
            began = time.process_time()
            found = drawn(np.random.default_rng([seed, profile.threshold, number]), profile)
            between = time.process_time()
            failed = list(found_out(found, profile.threshold, profile.rounding))
            protecting, attacking = protecting + between - began, attacking + time.process_time() - between
            refused += not found
            cells += len(found)
            hidden += sum(cell.told == HIDDEN for cell in found)
            told += len(failed)
            for one in failed[:3]:
                print(f"  found out: {profile} seed {number}: {one}")
        name = f"{profile.name} {profile.threshold}/{profile.rounding}"
        print(
            f"{what:12}{name:16}{of_each:8,}{refused:9,}{cells:9,}{hidden:9,}{told:7,}"
            f"{protecting:11.1f}{attacking:11.1f}",
            flush=True,
        )
        told_in_all += told
    return told_in_all


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(
        f"{'':12}{'profile':16}{'tables':>8}{'refused':>9}{'cells':>9}{'hidden':>9}{'told':>7}{'protect s':>11}{'attack s':>11}"
    )
    told = attack("alone", lambda rng, profile: single(rng, profile, most=24), given.tables, given.seed)
    told += attack("together", together, given.passages, given.seed)
    print("nothing hidden is told" if not told else f"{told} hidden cells are told")
    raise SystemExit(bool(told))


if __name__ == "__main__":
    main()
