"""Cells as they are read: counts, shares of what is shown, suppressed, and kinds of nothing."""

from __future__ import annotations

import pytest

from tests.reporting.made import funnel
from throughline.methods.funnel import Funnel
from throughline.methods.suppression import HES, LT5, protect
from throughline.methods.table import ALL, crossed
from throughline.reporting.document import Cell, Kind, say
from throughline.reporting.tables import (
    SUPPRESSED_NOTE,
    ReleasedFunnel,
    funnel_table,
    number,
    plain_table,
    share,
    shares_of,
)
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import Step


def test_zero_suppressed_and_nobody_are_three_different_things() -> None:
    assert number(0) == Cell("0", Kind.NUMBER)
    assert number(None) == Cell("suppressed", Kind.SUPPRESSED)
    assert share(0, 0).kind is Kind.NOTHING
    assert share(0, 10) == Cell("0%", Kind.NUMBER)
    assert share(None, 10).kind is Kind.SUPPRESSED
    assert share(3, None).kind is Kind.SUPPRESSED


def test_funnel_names_each_denominator_and_every_kind_of_nothing() -> None:
    block = funnel_table(funnel(), name="f", caption=say("Contacts"))
    heads = [str(column) for column in block.columns]
    assert heads[:6] == ["Arm and Phase", "Step", "Of", "Counted", "Yes", "Share"]
    assert {"No", "Declined", "Not recorded"} <= set(heads)
    assert len(block.rows) == 4 * 2
    assert {str(row[2].text) for row in block.rows} == {"of all contacts"}


def test_suppressed_stays_suppressed_wherever_it_could_be_worked_out() -> None:
    block = funnel_table(funnel(few=3), name="f", caption=say("Contacts"))
    assert block.notes == (SUPPRESSED_NOTE,)
    first = next(row for row in block.rows if row[0].text == "intervention, before")
    hidden = [cell for cell in first if cell.kind is Kind.SUPPRESSED]
    assert len(hidden) >= 2  # the small one and at least one beside it
    assert "3" not in [cell.text for cell in first]


def test_shares_are_taken_from_rounded_counts() -> None:
    released = funnel(HES, few=30)
    table = released.tables[Step.CRACK_USE_TOLD]
    yes = table.cells["intervention", "before", "yes"].count
    whole = table.cells["intervention", "before", ALL].count
    assert yes is not None and whole is not None and yes % 5 == 0 and whole % 5 == 0
    shown = shares_of(released)[("intervention", "before"), Step.CRACK_USE_TOLD]
    assert shown == yes / whole
    assert any("rounded" in str(note) for note in funnel_table(released, name="f", caption=say("C")).notes)


def test_a_suppressed_share_is_not_drawn() -> None:
    step = Step.CRACK_USE_TOLD
    counts = {
        (arm, value): n
        for arm, row in {"a": (2, 50, 3), "b": (40, 60, 70)}.items()
        for value, n in zip(("yes", "no", "declined"), row, strict=True)
    }
    table = protect(crossed(("arm", step.value), counts), LT5)
    drawn = shares_of(ReleasedFunnel(Funnel.CONTACTS, ("arm",), {step: table}))
    assert drawn[("a",), step] is None


def test_a_table_of_another_split_is_refused() -> None:
    table = protect(crossed(("arm", "step"), {("a", "yes"): 20, ("a", "no"): 50}), LT5)
    with pytest.raises(Invalid, match="split by route"):
        ReleasedFunnel(Funnel.CONTACTS, ("route",), {Step.CRACK_USE_TOLD: table})


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(Invalid, match="another width"):
        plain_table("t", say("T"), (say("A"), say("B")), [(Cell("a"),)])
