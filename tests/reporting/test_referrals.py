"""Ends of referrals in a report: counts that left, with what is open and unknown as one, and numbers beside words."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from tests.reporting.made import material, referrals
from throughline.evaluation.together import STEP_OF
from throughline.evaluation.units import PARTIAL, UNITS
from throughline.methods.suppression import LT5
from throughline.reporting import line
from throughline.reporting.funnel_left import parts
from throughline.reporting.material import Referrals
from throughline.reporting.referrals import MERGED, step_sentences, told
from throughline.vocabulary.study import Step


def test_ends_of_codes_are_asked_for_with_open_and_unknown_as_one() -> None:
    asked = {part.step: part.spec for part in parts() if part.spec.unit == "code"}
    for step in (Step.ACCEPTED, Step.ENTERED):
        column = asked[step].dimensions[-1]
        assert column == f"{step.value}_told" and column in PARTIAL
        for unit in ("code", "referral"):
            assert "open_or_unknown" in UNITS[unit].made[column]


def test_open_and_unknown_are_one_value_and_outside_the_denominator_is_none() -> None:
    made = UNITS["code"].made["accepted_told"]
    rows = duckdb.sql(
        f"SELECT {made} FROM (VALUES (1, 'yes'), (2, 'no'), (3, 'open'), (4, 'dont_know'), (5, NULL)) AS t(place, accepted)"
        " ORDER BY place"
    ).fetchall()
    assert [one for (one,) in rows] == ["yes", "no", "open_or_unknown", "open_or_unknown", None]


def test_only_columns_made_of_a_step_are_read_as_it() -> None:
    """A step may itself be called told: crack use told is no column made of crack use."""
    assert STEP_OF["entered_told"] == STEP_OF["entered_known"] == "entered"
    assert STEP_OF["crack_use_told_known"] == "crack_use_told" and "crack_use_told" not in STEP_OF
    assert set(STEP_OF) <= {name for unit in UNITS.values() for name in unit.made}


def test_referrals_are_told_as_counts_in_the_order_of_the_phases() -> None:
    table, note = told(material())
    assert note.sentence == MERGED
    heads = [str(head) for head in table.columns]
    assert heads[1:] == [
        "Made", "Accepted", "Share accepted", "Not accepted", "Still open or unknown", "Entered by day 90", "Share entered",
    ]  # fmt: skip
    rows = {str(row[0].text): [str(cell.text) for cell in row[1:]] for row in table.rows}
    assert list(rows)[:3] == ["intervention, before", "intervention, implementation", "intervention, after"]
    assert rows["intervention, before"] == ["111", "60", "54%", "20", "31", "22", "20%"]
    assert rows["comparison, before"][-2:] == ["suppressed", "suppressed"]


def test_a_table_that_did_not_leave_is_suppressed_and_both_are_said() -> None:
    without = replace(material(), referrals=Referrals(referrals(LT5).accepted, None))
    row = next(row for row in told(without)[0].rows)
    assert [cell.text for cell in row[-2:]] == ["suppressed", "suppressed"]
    assert "did not leave" in str(told(replace(material(), referrals=Referrals()))[0].sentence)


def test_the_joint_display_has_numbers_for_accepted_and_entered() -> None:
    given = material()
    assert "intervention, before: 54% of referrals made" in [
        str(one) for one in step_sentences(given, "accepted")
    ]
    entered = [str(one) for one in line.step_sentences(given, "entered")]
    assert "intervention, before: 20% of referrals made, by day 90" in entered
    assert "comparison, before: suppressed of referrals made, by day 90" in entered
    assert step_sentences(given, "contact") == ()
