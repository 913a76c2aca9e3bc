"""Components as they leave: from the months that the door let through, and from nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.reporting.made_staggered import SEED, staggered_answer
from throughline.evaluation.doors import told_cells
from throughline.evaluation.questions.staggered import MEASURES, component_named, measure_named
from throughline.methods.suppression import LT5, PROFILES, Profile, ProtectedTable, protect
from throughline.methods.table import crossed
from throughline.reporting import staggered_words as words
from throughline.reporting.staggered_left import as_left, spec_of
from throughline.vocabulary.errors import Invalid, Unready


def door(found: Any, profile: Profile) -> ProtectedTable:
    """The measure's counts by site and month as the door for tables lets them through."""
    counts: dict[tuple[str, ...], int] = {}
    for site in found["sites"]:
        for month in site["months"]:
            held = month["counted"] if isinstance(month["counted"], int) else 0
            if month["of"] is None and found["measure"] == "contacts":
                counts[site["site"], month["month"]] = held
            elif found["measure"] != "contacts":
                counts[site["site"], month["month"], "yes"] = held
                counts[site["site"], month["month"], "no"] = (month["of"] or 0) - held
    spec = spec_of(found["measure"])
    return protect(crossed(spec.dimensions, counts, margins=spec.margins), profile)


def test_what_leaves_is_what_was_found_and_of_rounded_counts_where_a_profile_rounds() -> None:
    training = component_named("training", staggered_answer())
    shares = training["measures"][1]
    # Of how many a share is told is a cell of the ledger, and compared with the month's contacts.
    cells = told_cells(spec_of("crack_use_told"), door(shares, LT5))
    known = {
        (c.where["site"], c.where["month"]): c.shown
        for c in cells
        if isinstance(c.where["crack_use_told_known"], tuple)
    }
    assert known["dale", shares["sites"][3]["months"][6]["month"]] == shares["sites"][3]["months"][6]["of"]
    for found in training["measures"][:2]:
        assert as_left(found, LT5, door(found, LT5), SEED) == found
        hes = PROFILES["hes"]
        coarse = as_left(found, hes, door(found, hes), SEED)
        months = [
            month
            for site in coarse["sites"]
            for month in site["months"]
            if month["counted"] != "not_recorded"
        ]
        assert all(month["counted"] % 5 == 0 and (month["of"] or 0) % 5 == 0 for month in months)
        assert coarse["found"]["overall"] != found["found"]["overall"]


@pytest.mark.parametrize("place", [0, 1])
def test_a_site_with_a_suppressed_month_is_in_no_number(place: int) -> None:
    found = copy.deepcopy(component_named("training", staggered_answer())["measures"][place])
    # Few told (or came) at Dale, a site that others are compared with, in a month that the door hides.
    found["sites"][3]["months"][6]["counted"] = 2
    left = as_left(found, LT5, door(found, LT5), SEED)
    assert "Dale" not in [one["name"] for one in left["sites"]] and "dale" not in str(left["found"])
    # One alone hidden in a table with totals could be worked out: other sites are hidden with it, and nothing is left.
    assert (left["found"] is None) == (place == 0)
    told = " ".join(str(one) for one in words.told(left))
    assert "Dale" in told and "are suppressed" in told and "in no number here" in told
    one = {
        **found,
        "found": {
            **component_named("training", staggered_answer())["measures"][place]["found"],
            "n_begun": 1,
        },
    }
    assert next(iter(words.told(one))).text.startswith("At the one site that began it")
    refused = as_left(found, LT5, None, SEED)
    assert refused["found"] is None and refused["sites"] == []
    assert "at least 2 are needed" in " ".join(str(one) for one in words.told(refused))


def test_outcomes_and_components_are_named_or_refused_with_those_there_are() -> None:
    outcomes = [
        {"code": "told", "source": "monitoring", "measure": "crack_use_told"},
        {"code": "shared", "source": "survey", "measure": "shared_pipe"},
        {"code": "later", "source": "monitoring", "measure": "entered"},
    ]
    assert [measure_named(one, outcomes) for one in (*MEASURES, "told")] == [*MEASURES, "crack_use_told"]
    for outcome, why in (
        ("shared", "is not counted by month"),
        ("later", "known later"),
        ("x", "no monthly measure x"),
    ):
        with pytest.raises(Invalid, match=why):
            measure_named(outcome, outcomes)
    with pytest.raises(Invalid, match="dates of: peer_outreach, training"):
        component_named("walk_in", staggered_answer())
    refused = {
        "components": [],
        "refused": {"text": "This freeze holds no dates of %(what)s.", "params": {"what": "x"}},
    }
    with pytest.raises(Unready, match="holds no dates of x"):
        component_named("training", refused)
