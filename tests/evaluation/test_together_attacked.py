"""Tables of one freeze let out passage after passage, attacked: no three cells that left make up few people together."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from throughline.evaluation.doors import TableSpec, _predicates, counted, told_cells
from throughline.evaluation.frames import FRAMES
from throughline.evaluation.ledger import Where, values_of
from throughline.evaluation.manifest import Manifest
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.together import protect_together
from throughline.evaluation.told_before import Told
from throughline.methods.suppression import HES, LT5, Profile, Why, custom
from throughline.methods.table import Key
from throughline.reporting.tables import BEFORE_NOTE, SUPPRESSED_NOTE, notes
from throughline.vocabulary.errors import Unready

VALUES = {
    "site": ("aston", "brook", "dale", "elm"), "arm": ("intervention", "comparison"),
    "phase": ("before", "after"), "route": ("service", "peer", "post"), "crack_use_told": ("yes", "no"),
}  # fmt: skip
Row = dict[str, str]


def rows_of(rng: np.random.Generator) -> list[Row]:
    rows = []
    for site, phase, route, told in itertools.product(
        *(VALUES[name] for name in ("site", "phase", "route", "crack_use_told"))
    ):
        arm = VALUES["arm"][VALUES["site"].index(site) > 1]
        one = {"site": site, "arm": arm, "phase": phase, "route": route, "crack_use_told": told}
        rows += [one] * int(rng.choice([0, 1, 2, 9], p=[0.7, 0.12, 0.08, 0.1]))
    return rows


def opened(rows: list[Row]) -> OpenFreeze:
    """A freeze of nothing but contacts, without files."""
    names = FRAMES["history"].schema.names
    numbers = list(range(len(rows)))
    held: dict[str, list[object]] = {name: [row.get(name) for row in rows] for name in names}
    held |= {"contact_no": list(numbers), "n": [1] * len(rows)}
    engine = duckdb.connect()
    engine.register("history", pa.table(held, schema=FRAMES["history"].schema))
    members = {"unit": ["contact"] * len(rows), "number": numbers, "member": numbers}
    engine.register("members", pa.table(members, schema=FRAMES["members"].schema))
    return OpenFreeze(Path("nowhere"), Manifest("", {}), engine)


def let_out(
    rows: list[Row], passages: list[list[TableSpec]], profile: Profile, *, is_told: bool = True
) -> list[Where]:
    """The rows of every cell above 0 that leaves, as the door lets them. `is_told`: whether a passage is told what left before it."""
    freeze = opened(rows)
    left: list[Where] = []
    before: list[Told] = []
    for specs in passages:
        tables = [counted(freeze, spec) for spec in specs]
        asked = [(table, _predicates(spec, table.cells)) for spec, table in zip(specs, tables, strict=True)]
        told = protect_together(freeze, "contact", asked, profile, before if is_told else [])
        for spec, table in zip(specs, told, strict=True):
            seen = [] if isinstance(table, Unready) else told_cells(spec, table)
            new = [cell.where for cell in seen if cell.shown]
            if not any(
                0 < len(behind(rows, one) ^ behind(rows, other)) < profile.threshold
                for one in new
                for other in left
            ):
                left += new
                before += [(cell.where, profile.behind(cell.shown)) for cell in seen]
    return left


def spec_of(*dimensions: str, margins: tuple[tuple[str, ...], ...] | None = None, **where: str) -> TableSpec:
    return TableSpec("x", "contact", dimensions, where, margins)


def some_passages(rng: np.random.Generator) -> list[list[TableSpec]]:
    passages = []
    for _ in range(3):
        names = [str(name) for name in rng.permutation(["site", "arm", "phase", "route"])]
        dimensions = names[: int(rng.integers(1, 3))]
        where = {names[3]: str(rng.choice(VALUES[names[3]]))} if rng.random() < 0.3 else {}
        margins = None if rng.random() < 0.2 else ()
        passages.append([spec_of(*dimensions, margins=margins, **where)])
    return passages


def told_of_few(rows: list[Row], cells: list[Where], threshold: int) -> list[tuple[Where, ...]]:
    """A cell less two that lie in it and apart from each other, as their words say, where few are left: these a reader counts."""
    found = []
    held = list({repr(where): where for where in cells}.values())
    sizes = [len(behind(rows, where)) for where in held]
    for whole, one, two in itertools.product(range(len(held)), repeat=3):
        if one < two and 0 < sizes[whole] - sizes[one] - sizes[two] < threshold:
            parts = (held[one], held[two])
            if all(lies_in(part, held[whole]) for part in parts) and are_apart(*parts):
                found.append((held[whole], *parts))
    return found


def values(where: Where, name: str) -> set[str]:
    """The values that a row of the cell can have; of a site the arm is known."""
    held = set(values_of(where[name])) if name in where else set(VALUES[name])
    arms = {site: VALUES["arm"][place > 1] for place, site in enumerate(VALUES["site"])}
    if name == "site" and "arm" in where:
        return {site for site in held if arms[site] in values_of(where["arm"])}
    if name == "arm" and "site" in where:
        return held & {arms[site] for site in values_of(where["site"])}
    return held


def lies_in(part: Where, whole: Where) -> bool:
    return all(values(part, name) <= values(whole, name) for name in VALUES)


def are_apart(one: Where, two: Where) -> bool:
    return any(not values(one, name) & values(two, name) for name in VALUES)


def behind(rows: list[Row], where: Where) -> frozenset[int]:
    wanted = {name: values_of(value) for name, value in where.items()}
    return frozenset(
        place for place, row in enumerate(rows) if all(row[name] in told for name, told in wanted.items())
    )


def counts(sizes: Mapping[str, int]) -> list[Row]:
    base = {"site": "aston", "arm": "intervention", "phase": "after", "crack_use_told": "yes"}
    return [{**base, "route": route} for route, size in sizes.items() for _ in range(size)]


@pytest.mark.parametrize("total_first", [True, False])
def test_a_total_of_one_passage_and_its_parts_of_another_tell_of_no_few(total_first: bool) -> None:
    """Neither table alone hides more than the 3: the one has no total, and the other nothing else."""
    rows = counts({"service": 20, "peer": 12, "post": 3})
    total, parts = spec_of("arm", margins=()), spec_of("route", margins=(), arm="intervention")
    passages = [[total], [parts]] if total_first else [[parts], [total]]
    assert told_of_few(rows, let_out(rows, passages, LT5, is_told=False), 5), "the attack finds it"
    left = let_out(rows, passages, LT5)
    assert left and not told_of_few(rows, left, 5)


@pytest.mark.parametrize("profile", [LT5, custom(8)], ids=lambda one: one.name)
@pytest.mark.parametrize("seed", [0, 4, 13, 50])
def test_no_three_cells_of_passages_of_one_freeze_make_up_few(profile: Profile, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, passages = rows_of(rng), some_passages(rng)
    unsaid = let_out(rows, passages, profile, is_told=False)
    assert told_of_few(rows, unsaid, profile.threshold), "the attack finds what is not told"
    left = let_out(rows, passages, profile)
    assert left and not told_of_few(rows, left, profile.threshold)


@pytest.mark.parametrize("is_told", [True, False])
def test_what_is_hidden_because_of_what_left_before_is_known_to_be(is_told: bool) -> None:
    """35 left; of 20, 12 and 3 the 12 is hidden for that alone, since the parts were asked for without their total."""
    rows = counts({"service": 20, "peer": 12, "post": 3})
    freeze = opened([*rows, *({**rows[0], "site": "dale", "arm": "comparison"} for _ in range(30))])
    parts = spec_of("route", margins=(), arm="intervention")
    table = counted(freeze, parts)
    before: list[Told] = [({"arm": "intervention"}, (35, 35))]
    told = protect_together(
        freeze, "contact", [(table, _predicates(parts, table.cells))], LT5, before if is_told else []
    )[0]
    assert not isinstance(told, Unready)
    why = {key: cell.why for key, cell in told.cells.items() if cell.why}
    beside: dict[Key, Why | None] = {("peer",): Why.BEFORE} if is_told else {}
    assert why == {("post",): Why.PRIMARY} | beside
    assert [str(note) for note in notes([told])] == [
        str(SUPPRESSED_NOTE),
        *([str(BEFORE_NOTE)] if is_told else []),
    ]


def test_a_nought_that_left_is_known_when_the_total_is_asked_for() -> None:
    """Of 28 all but two small counts are told, one of them as 0: with the total both are 4, the most that can be hidden."""
    rows = counts({"service": 20, "peer": 4, "post": 4})
    rows += [{**rows[0], "site": "dale", "arm": "comparison", "route": "van"}] * 30
    parts, total = spec_of("arm", "route", margins=()), spec_of("arm", margins=())
    left = let_out(rows, [[parts], [total]], LT5)
    assert {"arm": "intervention", "route": "service"} in left
    assert {"arm": "intervention"} not in left


def test_what_left_rounded_hides_as_much_when_the_same_is_asked_for_exactly() -> None:
    """45 less 20 less 20, each rounded to 5, tell nothing of the 4; the same counts as they are would."""
    rows = counts({"service": 20, "peer": 21, "post": 4})
    freeze = opened([*rows, *({**rows[0], "site": "dale", "arm": "comparison"} for _ in range(30))])
    total, parts = spec_of("arm", margins=()), spec_of("route", margins=(), arm="intervention")
    before: list[Told] = []
    for spec, profile in ((total, HES), (parts, HES), (spec_of("route", arm="intervention"), LT5)):
        table = counted(freeze, spec)
        asked = [(table, _predicates(spec, table.cells))]
        told = protect_together(freeze, "contact", asked, profile, before)[0]
        assert not isinstance(told, Unready)
        before += [(cell.where, profile.behind(cell.shown)) for cell in told_cells(spec, told)]
    shown = [key for key, cell in told.cells.items() if cell.count is not None]
    assert ("post",) not in shown and 1 <= len(shown) <= 2, "of the total and its parts one more is hidden"


def test_a_table_of_too_many_cells_is_refused_before_it_is_made() -> None:
    base = counts({"service": 1})[0]
    rows = [{**base, "site": f"s{n}", "month": f"m{n}", "route": f"r{n}"} for n in range(18)]
    with pytest.raises(Unready, match=r"would have 6,?859 cells.*coarser"):
        counted(opened(rows), spec_of("site", "month", "route"))
