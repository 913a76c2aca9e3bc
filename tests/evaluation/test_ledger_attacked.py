"""Tables let out one after another, over two freezes, attacked: no two cells that left differ by few people.

Who stands behind a cell is looked up here by its words alone, row by row in plain Python.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.evaluation.world import AT, CHEN, WContact, World, write
from tests.evaluation.worlds import AFTER, BEFORE, SIX, moment
from throughline.evaluation.doors import TableSpec, profile_named, release_tables
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.opened import open_freeze
from throughline.records.engagement.models import Contact
from throughline.records.study.models import Freeze, Release
from throughline.vocabulary.errors import Unready

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SEED, MANY = 4, 3
COLUMNS = {
    "site": ("aston", "brook", "dale", "elm"), "arm": ("intervention", "comparison"),
    "phase": ("before", "after"), "route": ("service", "peer"), "crack_use_told": ("yes", "no", "not_asked"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.THROUGHLINE_FREEZES = tmp_path / "freezes"  # type: ignore[attr-defined]  # pytest-django's own settings
    settings.THROUGHLINE_WITNESS = tmp_path / "witness"  # type: ignore[attr-defined]  # pytest-django's own settings


def a_world(rng: np.random.Generator) -> World:
    held = []
    for site, day, route in itertools.product((0, 1, 3, 4), (BEFORE, AFTER), ("service", "peer")):
        for _ in range(int(rng.choice([2, 6, 14]))):
            told = str(rng.choice(["told", "said_no", "not_asked"], p=[0.6, 0.3, 0.1]))
            held.append(WContact(site, moment(day), route, client=len(held), told=(("crack_use", told),)))
        held.append(WContact(site, moment(day), route, tally=int(rng.integers(1, 7))))
    return World(SIX, tuple(held))


def let_out(freeze: Freeze, rng: np.random.Generator) -> int:
    """Two passages of tables asked for at random: by one or two columns, narrowed by another, under two profiles; how many left."""
    left: list[object] = []
    for profile in ("lt5", "hes"):
        specs = []
        for number in range(MANY):
            names = [str(name) for name in rng.permutation(list(COLUMNS))]
            dimensions = tuple(names[: int(rng.integers(1, 3))])
            where = {names[3]: str(rng.choice(COLUMNS[names[3]]))} if rng.random() < 0.5 else {}
            margins = None if rng.random() < 0.5 else ()
            specs.append(TableSpec(f"table {number}", "contact", dimensions, where, margins))
        left += release_tables(
            freeze=freeze, specs=specs, profile=profile_named(profile), recipient="x", by=CHEN, at=AT
        )
    return sum(not isinstance(one, Unready) for one in left)


def people_of(freeze: Freeze) -> list[tuple[dict[str, Any], frozenset[str]]]:
    """Each row of the history, and who stands behind it: as many as a tally counts."""
    with open_freeze(folder_of(freeze)) as opened:
        number = {row["number"]: row["member"] for row in opened.ask("SELECT * FROM members WHERE unit = 'contact'")}  # fmt: skip
        rows = opened.ask("SELECT * FROM history")
    return [(row, frozenset(f"{number[row['contact_no']]}-{n}" for n in range(row["n"]))) for row in rows]


def behind(rows: list[tuple[dict[str, Any], frozenset[str]]], where: dict[str, Any]) -> frozenset[str]:
    wanted = {name: {value} if isinstance(value, str) else set(value) for name, value in where.items()}
    found = [who for row, who in rows if all(row[name] in values for name, values in wanted.items())]
    return frozenset().union(*found)


def test_no_two_cells_that_left_differ_by_fewer_than_the_threshold() -> None:
    rng = np.random.default_rng(SEED)
    study = write(a_world(rng)).study
    first = freeze_study(study=study, name="one", by=CHEN, at=AT)
    left = [let_out(first, rng)]
    some = rng.choice(sorted(Contact.objects.values_list("id", flat=True)), size=3, replace=False)
    Contact.objects.filter(id__in=list(some)).update(withdrawn_at=AT, withdrawn_by="x")
    second = freeze_study(study=study, name="two", by=CHEN, at=AT)
    left.append(let_out(second, rng))
    assert min(left) >= 1 and sum(left) < 4 * MANY, "some tables leave, and some may not"
    rows = {freeze.id: people_of(freeze) for freeze in (first, second)}
    told: list[tuple[str, int, frozenset[str]]] = []
    threshold = 0
    for release in Release.objects.filter(is_refused=False).order_by("id"):
        # What was promised under a larger threshold is kept from then on.
        threshold = max(threshold, profile_named(release.profile).threshold)
        for cell in release.cells:
            who = behind(rows[release.freeze_id], cell["where"])
            assert abs(len(who) - cell["shown"]) <= 2, "the words of a cell are those that it was counted by"
            assert len(who) >= threshold
            told.append((f"{release.what}: {cell['where']}", threshold, who))
    assert len(told) > 30
    for (one, _, mine), (other, at_the_time, theirs) in itertools.combinations(told, 2):
        assert not 0 < len(mine ^ theirs) < at_the_time, (one, other, len(mine ^ theirs))
