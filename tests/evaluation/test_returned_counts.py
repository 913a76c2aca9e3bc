"""Contacts and codes of a return, attacked: the reader knows of each code only that it came by some routes and was new by one.

Contacts of all routes add up over them: a code that came by two of them is there twice.
"""

from __future__ import annotations

import itertools

import numpy as np

from tests.methods.attacker import HIDDEN, Released, found_out
from throughline.evaluation.returned_counts import counts_told
from throughline.methods.suppression import HES, LT5, Profile
from throughline.records.returns.queries.counting import RouteCounts
from throughline.vocabulary.returns import ALL_ROUTES

ROUTES = ("service", "peer", "police")
# A code: the route by which it is new ("" by none) and the routes by which it came; or a contact beyond a code's first.
KINDS = [
    (new, *came) for size in (1, 2, 3) for came in itertools.combinations(ROUTES, size) for new in ("", *came)
]


def drawn(rng: np.random.Generator, profile: Profile) -> list[Released]:
    """A month of three routes as it is told."""
    means = rng.choice([0.3, 1.0, 6.0], size=len(ROUTES))
    inner = {kind: int(rng.poisson(min(means[ROUTES.index(by)] for by in kind[1:]))) for kind in KINDS}
    inner |= {("further", by): int(rng.poisson(rng.choice([0.0, 2.0, 30.0]))) for by in ROUTES}
    behind = {}
    for route in (*ROUTES, ALL_ROUTES):
        by = ROUTES if route == ALL_ROUTES else (route,)
        behind["codes", route] = [kind for kind in KINDS if set(by) & set(kind[1:])]
        behind["new", route] = [kind for kind in KINDS if kind[0] in by]
        behind["known", route] = [kind for kind in behind["codes", route] if kind[0] not in by]
    n = {key: sum(inner[kind] for kind in kinds) for key, kinds in behind.items()}
    contacts = {by: n["codes", by] + inner["further", by] for by in ROUTES}
    contacts[ALL_ROUTES] = sum(contacts.values())
    counts = {by: RouteCounts(contacts[by], n["codes", by], n["new", by]) for by in contacts}
    told = counts_told(counts, ROUTES, profile)
    said = {key: (told.codes(key[1]) if key[0] == "codes" else told.new_codes(key[1])) for key in behind if key[0] != "known"}  # fmt: skip
    for by in counts:
        codes, new = said["codes", by], said["new", by]
        if isinstance(codes, int) and isinstance(new, int) and profile.rounding == 1:
            said["known", by] = codes - new
        else:
            said["known", by] = HIDDEN if HIDDEN in (codes, new) else "not said"
    said |= {("contacts", by): told.contacts(by) for by in counts}
    behind |= {("contacts", by): [*behind["codes", by], ("further", by)] for by in ROUTES}
    behind["contacts", ALL_ROUTES] = list(inner)
    often = {kind: len(kind) - 1 for kind in KINDS}
    why = {key: cell.why.value for key, cell in told.table.cells.items() if cell.why is not None}
    cells = []
    for key, value in said.items():
        times = often if key == ("contacts", ALL_ROUTES) else {}
        truth = sum(inner[one] * times.get(one, 1) for one in behind[key])
        assert key in why or not (value == HIDDEN and profile.hides(truth))
        if value != "not said":
            cells.append(
                Released(" ".join(key), frozenset(behind[key]), value, why.get(key, ""), truth, times)
            )
    return cells


def test_hidden_codes_cannot_be_had_from_all_routes_less_the_others() -> None:
    hidden = shown = 0
    for seed in range(12):
        profile = (LT5, HES)[seed % 2]
        cells = drawn(np.random.default_rng(seed), profile)
        # Without a why a count could be told, and is left out beside contacts that are hidden: it is no secret.
        told = [one for one in found_out(cells, profile.threshold, profile.rounding) if one.cell.why]
        assert told == [], seed
        hidden += sum(cell.told == HIDDEN for cell in cells)
        shown += sum(cell.told != HIDDEN for cell in cells)
    assert min(hidden, shown) > 10


def test_most_needed_counts_of_a_return_are_told() -> None:
    """Few new codes by one route: those of two routes are hidden, and all routes' codes and new codes stand."""
    counts = {
        "peer": RouteCounts(30, 9, 2), "service": RouteCounts(100, 40, 10), ALL_ROUTES: RouteCounts(130, 47, 12),
    }  # fmt: skip
    told = counts_told(counts, ("peer", "service"), LT5)
    rows = {by: (told.contacts(by), told.codes(by), told.new_codes(by)) for by in counts}
    assert rows == {"peer": (30, 9, HIDDEN), "service": (100, 40, HIDDEN), ALL_ROUTES: (130, 47, 12)}
