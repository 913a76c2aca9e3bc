"""Names of the lists in what a report tells beside quotes: kept back and said, or the report is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.inquiry.asked import make_asked
from tests.records.made import a_freeze
from throughline.records.inquiry import actions
from throughline.records.study.models import Freeze
from throughline.reporting.named import Named, look_for_names
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import AliasKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def freeze(cast: Cast, now: datetime) -> Freeze:
    analysis = make_asked(cast).analysis
    actions.add_alias(
        analysis=analysis,
        kind=AliasKind.PERSON,
        label="worker 1",
        terms=["Zoë Quill", "Falconers"],
        by=SYSTEM,
        at=now,
    )
    return a_freeze(analysis.study)


def results(*names: str, outcome: str = "Contacts", site: str = "Harrowmere") -> dict[str, Any]:
    groups = [{"value": "falconers", "n": 1}, {"value": "others", "n": 2}]
    theme = {"by": {"participant_group": groups, "site": [{"value": "Falconers", "n": 1}]}}
    return {
        "coverage": {"themes": [{"name": name, **theme} for name in names]},
        "run": {"sites": [{"name": site}]},
        "contrast": {"outcomes": [{"outcome": {"name": outcome}}]},
        "exposures": {},
    }


def looked(
    freeze: Freeze,
    found: dict[str, Any],
    now: datetime,
    themes: tuple[str, ...] = (),
    centres: tuple[str, ...] = (),
    reasons: tuple[str, ...] = (),
) -> Named:
    return look_for_names(freeze, found, themes, centres=centres, reasons=reasons, by=SYSTEM, at=now)


def test_what_lies_at_the_centre_of_a_theme_and_why_it_was_judged_so_is_kept_back_where_a_name_stands_in_it(
    freeze: Freeze, now: datetime
) -> None:
    whys = ("Both say the same.", "The Falconers say otherwise.")
    centres = ("Zoë Quill opened a door.", "A door opened.")
    named = looked(freeze, results("Trust"), now, centres=centres, reasons=whys)
    assert [named.told(one) for one in whys] == ["Both say the same.", "[kept back] 3"]
    assert (
        named.told("Zoë Quill opened a door.") == "[kept back] 2"
        and named.told("A door opened.") == "A door opened."
    )
    assert [(one.what, one.why.params["count"]) for one in named.said] == [
        ("names of groups", 1), ("what lies at the centre of themes", 1), ("reasons of judgements", 1),
    ]  # fmt: skip


def test_names_of_themes_and_groups_are_kept_back_each_under_a_number_and_said(
    freeze: Freeze, now: datetime
) -> None:
    found = results("Trust", "What ZOË QUILL did", "Zoë Quill", site="Falconers")
    named = looked(freeze, found, now, themes=("Trust in Zoë Quill",))
    told = named.coverage(found["coverage"])["themes"]
    assert [theme["name"] for theme in told] == ["Trust", "[kept back] 2", "[kept back] 3"]
    assert (
        named.told("Trust in Zoë Quill") == "[kept back] 1"
    )  # as it is called by now: its quotes leave under that
    assert {row["value"] for theme in told for row in theme["by"]["participant_group"]} == {
        "[kept back] 4",
        "others",
    }
    assert told[0]["by"]["site"] == [{"value": "Falconers", "n": 1}]
    assert [(one.what, one.why.params["count"]) for one in named.said] == [
        ("names of themes", 3), ("names of groups", 1), ("names of sites", 1),
    ]  # fmt: skip
    assert "Quill" not in str(named.said) + str(told)


def test_a_report_is_refused_where_a_name_stands_in_what_was_registered(
    freeze: Freeze, now: datetime
) -> None:
    with pytest.raises(Unready, match="registered: an outcome's name"):
        looked(freeze, results("Trust", outcome="Contacts with Zoë Quill"), now)
    assert looked(freeze, results("Trust"), now).told("Trust") == "Trust"
