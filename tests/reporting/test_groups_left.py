"""Groups, mixes and drawn answers as a report tells them, attacked: nothing that is told together differs by few people."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reporting.made import ARMS, contrast, material
from tests.reporting.made_groups import groups_answer, who_tables
from throughline.evaluation.manifest import Manifest, TableFacts
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.pooled import groups_that_leave
from throughline.evaluation.questions.behind import answered
from throughline.methods.differencing import CellMembers, check_differencing
from throughline.methods.estimate import Missing
from throughline.methods.suppression import HES, LE7_ROUND5, LT5
from throughline.reporting.groups_left import (
    FROM_SINGLE,
    TOO_NEAR,
    Attribute,
    Behind,
    attributes_of,
    columns_left,
    groups_left,
)
from throughline.reporting.groups_section import groups
from throughline.reporting.mix_section import RARE, mix
from throughline.reporting.sensitivity_left import FEW_MISSING, as_left
from throughline.vocabulary.nothing import Nothing

LEAST = LE7_ROUND5.threshold
OUTCOME = {"code": "shared", "measure": "shared", "source": "survey"}


def frozen(strays: Sequence[int], *, size: int = 26, planned: str = "woman") -> OpenFreeze:
    """Four sites; `man` is the other answer to `woman` but for `strays` of each site (who gave neither), as of who says neither."""
    rows, number = [], itertools.count(1)
    sites = list(ARMS.items())[1:5]
    for place, ((site, arm), few) in enumerate(zip(sites, strays, strict=True)):
        for later, phase in enumerate(("before", "after")):
            for one in range(size + 2 * place):
                who = next(number)
                woman = one % 2 if one >= few else 0
                man = 1 - one % 2 if one >= few else 0
                shared = (one * 7 + place + later) % 5 < 2 + later
                for question, value in (("woman", woman), ("man", man), ("shared", int(shared))):
                    rows.append((site, arm.value, phase, who, question, value, None))
    columns = ("site", "arm", "phase", "respondent", "question", "value", "value_nothing")
    engine = duckdb.connect()
    made = {
        "survey_answers": pa.table([pa.array(one) for one in zip(*rows, strict=True)], names=columns),
        "sites": pa.table({"site": [site for site, _ in sites], "arm": [arm.value for _, arm in sites]}),
        "outcomes": pa.table({
            "code": ["shared"], "name": ["Shared a pipe"], "kind": ["binary"], "source": ["survey"], "measure": ["shared"],
            "rank": ["primary"], "success_by": ["us"], "direction": ["lower_is_better"], "is_planned": [True], "is_plan_locked": [True],
        }),
        "planned": pa.table({"what": ["subgroups"], "code": [planned]}),
    }  # fmt: skip
    for name, table in made.items():
        engine.register(f"arrow_{name}", table)
        engine.execute(f"CREATE TABLE {name} AS SELECT * FROM arrow_{name}")
    return OpenFreeze(Path(), Manifest("", {name: TableFacts(0, "") for name in made}), engine)


def told_of(freeze: OpenFreeze, earlier: Sequence[CellMembers] = ()) -> tuple[list[Any], list[CellMembers]]:
    """What leaves by every attribute beside the headline and `earlier`, and who stands behind it."""

    def is_apart(new: Sequence[CellMembers], told: Sequence[CellMembers]) -> bool:
        return check_differencing(new, [*told, *earlier], threshold=LEAST).may_leave

    behind = Behind(freeze, is_apart)
    sites = [{"site": site} for site in ARMS]
    behind.headline({"outcome": OUTCOME, "changes": {"sites": sites}})
    asked = attributes_of(freeze, [{"outcome": OUTCOME}])
    return list(groups_left(behind, asked, LT5, {"shared": "shared"})), behind.told["shared"]


@settings(max_examples=12, deadline=None)
@given(st.tuples(*[st.integers(0, 3)] * 4), st.integers(0, 9))
def test_what_is_told_together_differs_by_nobody_or_by_the_threshold_at_least(
    strays: tuple[int, ...], cut: int
) -> None:
    """Of groups that mirror each other but for a few, and beside a table that left and lies near one of them."""
    freeze = frozen(strays)
    people = answered(freeze, "shared", "woman")
    women = people.members[people.beside == 1]
    left, told = told_of(freeze, [CellMembers("left before", "respondent", women[: women.size - cut])])
    members = [set(one.members.tolist()) for one in told]
    for one, other in itertools.combinations([*members, set(women[: women.size - cut].tolist())], 2):
        assert not 0 < len(one ^ other) < LEAST
    assert [one["by"] for one in left] == ["woman", "man"] and [one["is_planned"] for one in left] == [
        True,
        False,
    ]
    is_near = 0 < cut < LEAST
    assert (left[0]["rows"][0]["found"] is None) == is_near
    # Those who are no men are the women and the few: told where these are nobody, or enough.
    few = 2 * sum(strays)
    if not is_near:
        assert (left[1]["rows"][0]["found"] is None) == (0 < few < LEAST)
        refused = left[1]["rows"][0]["refused"]
        assert refused is None or refused["text"] == TOO_NEAR.text


def test_groups_of_few_are_in_no_number_and_a_profile_that_rounds_tells_of_none() -> None:
    outcome = contrast()["outcome"]
    told = set()
    for few in range(1, LEAST):
        left = {**groups_that_leave(groups_answer(outcome, few=few)), "is_yes_no": False}
        (section,) = groups(replace(_bare(), groups=(left,)))
        told.add(repr(section))
    assert len(told) == 1 and f"fewer than {LEAST} people" in told.pop()
    freeze = frozen((0, 0, 0, 0))
    behind = Behind(freeze, lambda new, held: True)
    (found,) = groups_left(behind, [Attribute("woman", True, (0.0, 1.0))], HES, {"shared": "shared"})
    assert [row["found"] for row in found["rows"]] == [None] and found["rows"][0]["refused"][
        "text"
    ] == FROM_SINGLE.text


def test_planned_groups_stand_first_and_others_are_called_exploratory() -> None:
    (section,) = groups(_bare())
    told = [str(getattr(block, "sentence", "")) for block in section.blocks]
    planned = next(place for place, one in enumerate(told) if one.startswith("Planned:"))
    assert planned < next(place for place, one in enumerate(told) if one.startswith("Exploratory:"))
    assert "suppressed" in told[planned]  # three do not know, in words as the page's release tells them


def test_who_answered_at_a_site_tells_no_hidden_count() -> None:
    tables = who_tables(LT5, few=3)
    (section,) = mix(_bare())
    assert "suppressed" not in repr(section.blocks)
    assert any(cell.count is None for cell in tables[1].cells.values())
    hidden = replace(_bare(), mix=({**_bare().mix[0], "who": [{"site": "Dale", "arm": "comparison", "wave": "after", "n": None, "counts": [None, 35]}]},))  # fmt: skip
    (section,) = mix(hidden)
    rows = next(block for block in section.blocks if getattr(block, "name", "") == "mix-0-who").rows
    assert [str(cell.text) for cell in rows[0][3:]] == ["suppressed"] * 3, (
        "no share of a count without its whole"
    )


def test_an_answer_that_few_gave_anywhere_is_no_column() -> None:
    who = [
        {"site": "Dale", "arm": "comparison", "wave": wave, "n": 40, "counts": [20, None, 0, 18]} for wave in ("before", "after")
    ]  # fmt: skip
    told = columns_left(["0", "1", "2", "3"], who)
    assert told["values"] == ["0", "3"] and told["has_rare"] and told["who"][0]["counts"] == [20, 18]
    given = replace(_bare(), mix=({**_bare().mix[0], **told},))
    (section,) = mix(given)
    (table,) = (block for block in section.blocks if getattr(block, "name", "") == "mix-0-who")
    assert [str(one) for one in table.columns[3:]] == ["0", "3", "Of"] and RARE in table.notes
    assert columns_left(["0", "1"], [{"counts": [9, None]}])["is_yes_no"]


@pytest.mark.parametrize(
    ("missing", "is_told"),
    [
        ({"intervention after": Missing(declined=20)}, True),  # nobody else is missing
        ({"intervention after": Missing(declined=7)}, False),
        ({"intervention after": Missing(declined=20), "comparison after": Missing(declined=3)}, False),
        ({"intervention after": Missing(declined=20, not_applicable=3)}, False),
        ({"intervention after": Missing(declined=20, not_applicable=9), "comparison before": Missing(declined=30)}, True),
        ({"intervention after": Missing(declined=18, dont_know=4), "comparison before": Missing(declined=2)}, False),
    ],
)  # fmt: skip
def test_what_if_they_differ_is_told_where_it_tells_of_no_few(
    missing: dict[str, Missing], is_told: bool
) -> None:
    found = contrast()
    sites = {one["site"]: one["arm"] for one in found["changes"]["sites"]}
    first = {
        arm: next(site for site, own in sites.items() if own == arm) for arm in ("intervention", "comparison")
    }
    empty = dict.fromkeys((kind.value for kind in Nothing), 0)
    cells = [{**cell, "missing": dict(empty)} for cell in found["cells"]]
    for place, counts in missing.items():
        arm, phase = place.split()
        cell = next(one for one in cells if (one["site"], one["phase"]) == (first[arm], phase))
        cell["missing"] = {kind.value: getattr(counts, kind.value) for kind in Nothing}
    estimate = material(estimates=[found]).estimates[0]
    steps = [{"worse": 0.1, "estimate": 0.05, "interval": {"low": -0.1, "high": 0.2, "level": 0.95}}]
    table = {
        "lines": [], "refused": None, "without_site": None, "without_site_refused": None,
        "differing": {"steps": steps, "unit_sd": None, "sign_at": None, "interval_at": 0.4, "drawn": 20},
    }  # fmt: skip
    left = as_left(estimate, {**found, "cells": cells}, table, LT5, seed=1)
    assert (left["differing"] is not None) == is_told
    assert (
        left["differing_refused"] is None
        if is_told
        else left["differing_refused"]["text"] == FEW_MISSING.text
    )
    assert (
        as_left(estimate, {**found, "cells": cells}, {**table, "lines": []}, HES, seed=1)["differing"] is None
    )


@functools.cache
def _bare() -> Any:
    return material()
