"""How the arms moved before the programme, as it leaves: no months, and nothing where few stand behind a half."""

from __future__ import annotations

from dataclasses import replace

from tests.reporting.made import material
from tests.reporting.made_beforehand import beforehand_left, step_before
from throughline.methods.suppression import HES, LT5
from throughline.reporting import beforehand_section, design
from throughline.reporting import beforehand_words as words
from throughline.reporting.beforehand_left import FEW, FROM_SINGLE, left


def test_estimates_leave_without_months_and_not_where_few_stand_behind_them() -> None:
    whole = step_before()
    (told,) = beforehand_left(LT5)
    assert "months" not in told and "smallest" not in told["placebo"]
    assert told["placebo"]["found"]["difference"] == float(f"{whole['placebo']['found']['difference']:.4g}")
    moved, counted, none = words.told(told)
    assert str(counted).startswith("Recorded values: ") and "Missing: " in str(counted)
    assert "points a month at the average intervention site" in str(moved) and "when nothing began" in str(
        none
    )
    few = left({**whole, "placebo": {**whole["placebo"], "smallest": 6}}, LT5)
    assert few["trends"] is None and [str(one) for one in words.told(few)] == [str(FEW)]
    (rounded,) = beforehand_left(HES)
    assert [str(one) for one in words.told(rounded)] == [str(FROM_SINGLE)]
    refused = left({**whole, "placebo": None, "no_placebo": whole["placebo"]["assumptions"][0]}, LT5)
    assert refused["trends"] is None and len(list(words.told(refused))) == 1


def test_the_report_tells_it_where_the_freeze_was_asked() -> None:
    given = material()
    (section,) = beforehand_section.beforehand(given)
    assert "It is no test that the headline passes or fails" in str(section)
    assert "beforehand.placebo_date/1" in {str(one) for one in design._versions(given)}
    assert not list(beforehand_section.beforehand(replace(given, beforehand=())))
