"""People of a survey read once, against the same asked of the engine by joining answers to answers."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest

from throughline.evaluation.manifest import Manifest
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions.behind import answered
from throughline.evaluation.questions.composition import strata_of
from throughline.evaluation.questions.people import people_of
from throughline.evaluation.questions.respondents import respondents
from throughline.methods.estimate import Missing
from throughline.methods.standardised import Stratum
from throughline.vocabulary.study import ArmKind, OutcomeKind

ROWS = """
SELECT site, arm, phase, respondent, question,
  CASE WHEN hash(site, phase, respondent, question) % 4 > 0 THEN CAST(hash(respondent, question) % 3 AS DOUBLE) END AS value,
  CASE WHEN hash(site, phase, respondent, question) % 4 = 0 THEN 'declined' END AS value_nothing
FROM (VALUES ('quay', 'intervention'), ('mill', 'comparison'), ('dock', 'none')) AS sites(site, arm),
  (VALUES ('after'), ('before'), ('between')) AS phases(phase), range(1, 15) AS people(respondent),
  (VALUES ('age'), ('pipes'), ('gender')) AS asked(question)
WHERE hash(phase, respondent, site, question) % 7 > 0
"""
BESIDE = """
SELECT a.site, a.phase, a.value, a.value_nothing, b.value AS beside FROM survey_answers AS a
LEFT JOIN survey_answers AS b ON b.question = 'age' AND b.site = a.site AND b.phase = a.phase AND b.respondent = a.respondent
WHERE a.question = 'pipes' AND a.arm <> 'none' AND a.phase IN ('before', 'after') ORDER BY a.site, a.phase, a.respondent
"""


@pytest.fixture(scope="module")
def freeze() -> OpenFreeze:
    engine = duckdb.connect()
    engine.execute(f"CREATE TABLE survey_answers AS {ROWS}")
    return OpenFreeze(Path(), Manifest("", {}), engine)


def test_what_people_said_stands_beside_what_they_said_elsewhere(freeze: OpenFreeze) -> None:
    joined = freeze.engine.execute(BESIDE).fetchall()
    sites = [("mill", ArmKind.COMPARISON), ("quay", ArmKind.INTERVENTION)]
    found = respondents(freeze, "pipes", OutcomeKind.CONTINUOUS, sites, ("age",))
    told = zip(
        [found.sites[place] for place in found.site],
        found.is_after.tolist(),
        found.y.tolist(),
        found.nothing.tolist(),
        found.beside[:, 0].tolist(),
        strict=True,
    )
    asked = [
        (site, phase == "after", _number(value), nothing, _number(beside))
        for site, phase, value, nothing, beside in joined
    ]
    np.testing.assert_equal([list(one) for one in told], [list(one) for one in asked])
    behind = answered(freeze, "pipes", "age")
    known = [row for row in joined if row[2] is not None]
    assert behind.sites.tolist() == [row[0] for row in known]
    np.testing.assert_equal(behind.beside, [_number(row[4]) for row in known])
    assert np.unique(behind.members).size == len(known)


@pytest.mark.parametrize("kind", [OutcomeKind.BINARY, OutcomeKind.CONTINUOUS])
def test_strata_are_those_of_the_joined_answers(freeze: OpenFreeze, kind: OutcomeKind) -> None:
    joined = freeze.engine.execute(BESIDE).fetchall()
    outcome: Any = SimpleNamespace(measure="pipes", kind=kind)
    found = strata_of(freeze, "age", outcome)
    assert [(one.site, one.arm) for one in found] == [
        ("mill", ArmKind.COMPARISON),
        ("quay", ArmKind.INTERVENTION),
    ]
    for one in found:
        own = [row for row in joined if row[0] == one.site]
        for phase, strata in (("before", one.before), ("after", one.after)):
            told = [row for row in own if row[1] == phase and row[2] is not None]
            values = {
                age: [bool(row[2]) if kind is OutcomeKind.BINARY else row[2] for row in told if row[4] == age]
                for age in sorted({row[4] for row in told} - {None})
            }
            assert strata == {f"{age:g}": Stratum(len(few), sum(few)) for age, few in values.items()}
        assert one.missing == Missing(declined=sum(row[3] is not None for row in own))
        assert one.unknown == sum(row[2] is not None and row[4] is None for row in own)


def test_nobody_was_asked_a_question_that_there_is_not(freeze: OpenFreeze) -> None:
    people = people_of(freeze)
    assert people.asked("nothing").person.size == 0
    assert np.isnan(people.said("nothing", people.asked("age").person)).all()
    assert people_of(freeze) is people


def _number(value: float | None) -> float:
    return np.nan if value is None else value
