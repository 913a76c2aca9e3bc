"""Tables of attitudes and scoring keys: what comes in, what is refused, and that a label stays nowhere."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cast import SYSTEM, Cast
from tests.exchange.xlsform.sheets import xlsform
from tests.records.made import a_scale, a_training
from throughline.exchange.attitudes.key import read_key
from throughline.exchange.attitudes.load import import_attitudes
from throughline.exchange.attitudes.mapping import AttitudesMapping
from throughline.exchange.table.mapping import read_mapping
from throughline.records.workforce.actions import erase_assessments
from throughline.records.workforce.models import Assessment, AssessmentScore, AttitudeRespondent
from throughline.vocabulary.attitudes import AttitudeGroup, Subscale
from throughline.vocabulary.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db

HEAD = "site,group,moment,taken_on,label,course,trained_on,item_1,item_2,item_3,item_4,item_5"
ROWS = (
    "Harrowmere,officer,before,2025-03-01,Zebra,Talking about crack,2025-03-14,2,declined,2,1,7",
    "harrowmere,Officer,after,2025-03-20,zebra ,Talking about crack,2025-03-14,6,6,2,1,",
    "Saltby,worker,follow-up,2025-06-01,,,,4,4,4,4,4",
)
WRONG = (
    "Nowhere,officer,before,2025-03-01,,,,2,2,2,1,7",
    "Saltby,boss,before,2025-03-01,,,,2,2,2,1,7",
    "Saltby,worker,sometime,2025-03-01,,,,2,2,2,1,7",
    "Saltby,worker,before,2031-03-01,,,,2,2,2,1,7",
    "Saltby,worker,before,,,,,2,2,2,1,7",
    "Saltby,worker,before,2025-03-01,,,,2,8,2,1,7",
    "Saltby,worker,before,2025-03-01,,,,2,2.5,2,1,7",
    "Saltby,worker,before,2025-03-01,,,,,,declined,,",
    "Saltby,worker,before,2025-03-01,,Talking about crack,2025-03-14,2,2,2,1,7",
    "Harrowmere,officer,before,2025-03-15,Yak,Talking about crack,2025-03-14,2,2,2,1,7",
    "Harrowmere,officer,before,2025-03-02,Zebra,,,2,2,2,1,7",
)


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows, "")).encode()


def test_rows_come_in_by_their_own_columns_once(cast: Cast, now: datetime, tmp_path: Path) -> None:
    a_training(cast)
    scale, target = a_scale(cast), tmp_path / "rejects.csv"
    told = {
        "data": table(*ROWS, *WRONG), "filename": "day.csv", "scale": scale, "rejects_path": target, "by": cast.chen.actor,
        "at": now,
    }  # fmt: skip
    dry = import_attitudes(**told, is_dry=True)
    assert (dry.rows_read, dry.recorded, dry.rejected) == (14, 3, 11) and not Assessment.objects.exists()
    done = import_attitudes(**told)
    assert (done.recorded, done.known, done.rejected) == (3, 0, 11) and "1 questionnaire " in str(
        done.notes[0]
    )
    with target.open(encoding="utf-8", newline="") as rejected:
        named = [(row["line"], row["column"], row["value_kind"]) for row in csv.DictReader(rejected)]
    assert named == [
        ("5", "site", "text"), ("6", "group", "text"), ("7", "moment", "text"), ("8", "taken_on", "date out of range"),
        ("9", "taken_on", "empty"), ("10", "item_2", "number"), ("11", "item_2", "number"), ("12", "", "row"),
        ("13", "trained_on", "date"), ("14", "trained_on", "date"), ("15", "label", "text"),
    ]  # fmt: skip
    text = target.read_text(encoding="utf-8").casefold()
    assert "zebra" not in text and "boss" not in text
    again = import_attitudes(**told)
    assert (again.recorded, again.known, Assessment.objects.count()) == (0, 3, 3)
    (person,) = AttitudeRespondent.objects.all()
    assert sorted(person.assessments.values_list("moment", flat=True)) == ["after", "before"]
    before = Assessment.objects.get(moment="before")
    assert before.answers["2"] == {"nothing": "declined"} and before.training is not None
    assert dict(before.scores.values_list("subscale", "value")) == {
        "support": Decimal(4),
        "burden": Decimal(4),
    }
    later = Assessment.objects.get(moment="follow_up")
    assert (later.training, later.respondent, later.site) == (None, None, cast.other_site)
    whose = {"scale": scale, "site": cast.site, "group": AttitudeGroup.OFFICER, "label": "zebra"}
    assert erase_assessments(**whose, by=cast.chen.actor, at=now) == 2
    after = import_attitudes(**told)
    assert (after.recorded, after.known, after.rejected, Assessment.objects.count()) == (0, 1, 13, 1)


def test_a_spreadsheet_of_scores_by_a_mapping(cast: Cast, now: datetime) -> None:
    mapping = read_mapping(
        "name: force\nkind: attitudes\nsite: Harrowmere\ngroup: officer\n"
        "moment: {column: When, values: {T0: before, T1: after}}\ntaken_on: 2025-04-01\nlabel: Sign\n"
        "scores: {support: S, burden: B}\nnothing: {refused: declined}\n",
        "m.yaml", AttitudesMapping,
    )  # fmt: skip
    data = xlsform({"Day": [["Sign", "When", "S", "B"], ["x", "T0", 3.25, "refused"], ["x", "T1", 5, 2]]})
    done = import_attitudes(
        data=data, filename="f.xlsx", scale=a_scale(cast), mapping=mapping, by=SYSTEM, at=now
    )
    assert (done.recorded, done.rejected) == (2, 0)
    assert set(AssessmentScore.objects.values_list("subscale", "value", "value_nothing")) == {
        ("support", Decimal("3.25"), None), ("burden", None, "declined"), ("support", Decimal(5), None),
        ("burden", Decimal(2), None),
    }  # fmt: skip
    assert set(Assessment.objects.values_list("taken_on", flat=True)) == {date(2025, 4, 1)}


def test_what_does_not_fit_is_told_at_once(cast: Cast, now: datetime) -> None:
    told = {"filename": "day.csv", "scale": a_scale(cast), "by": SYSTEM, "at": now}
    with pytest.raises(Invalid, match=r"There is no column `moment`.*`item_5`"):
        import_attitudes(data=table(head="site,group,taken_on,item_1,item_2,item_3,item_4"), **told)
    with pytest.raises(NotAllowed):
        import_attitudes(data=table(*ROWS), **{**told, "by": cast.alice.actor})


KEY = """
name: Role and support
lowest: 1
highest: 7
subscales:
  - {name: support, items: [1, 2, 3], reversed: [3], may_miss: 1}
  - {name: burden, items: [4, 5], higher_is_better: false}
"""


def test_a_scoring_key_is_read_and_what_is_wrong_named() -> None:
    name, key = read_key(KEY, "k.yaml")
    assert name == "Role and support" and (key.lowest, key.highest) == (1, 7)
    assert key.subscales == (
        Subscale("support", (1, 2, 3), (3,), may_miss=1), Subscale("burden", (4, 5), is_higher_better=False),
    )  # fmt: skip
    with pytest.raises(
        Invalid, match=r"scoring key k.yaml cannot be used. Line 6, .*did you mean `reversed`"
    ):
        read_key(KEY.replace("reversed:", "reverse:"), "k.yaml")
    with pytest.raises(Invalid, match="reversed item of support"):
        read_key(KEY.replace("reversed: [3]", "reversed: [9]"), "k.yaml")
