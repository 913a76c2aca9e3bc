"""Answers of waves in a freeze: those of a file through the ordinary import and question, and those that stay out."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tests.cast import SYSTEM, Cast
from tests.evaluation.conftest import frozen
from tests.evaluation.world import AT, CHEN, World, Written, WSite, write
from tests.records.surveys_made import a_response, a_wave, an_approach, completed
from throughline.cli.main import app
from throughline.evaluation.questions import baseline, contrast, flow
from throughline.evaluation.units import unit_of
from throughline.records.study.actions import add_outcome, withdraw_research_consent
from throughline.records.surveys import queries
from throughline.records.surveys.actions import exclude_response, open_wave, withdraw_response
from throughline.records.surveys.models import SurveyResponse
from throughline.vocabulary.study import (
    ArmKind,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
)
from throughline.vocabulary.waves import ApproachResult, Exclusion, NotEligible

pytestmark = pytest.mark.django_db(transaction=True)

RESTAURANTS = """
name: card-krueger
kind: answers
id: [id, d]
nothing: {NA: not_recorded}
site: {column: nj, values: {"1": New Jersey, "0": Pennsylvania}}
answered: 1992-02-15
only: {column: d, words: [%s]}
questions:
  - {column: fte}
"""


@pytest.mark.realdata
def test_card_and_krueger_through_import_and_question(shared_data: Path, tmp_path: Path) -> None:
    """Card and Krueger 1994, table 3: full-time equivalents by state; the file's own states are the sites."""
    written = write(World(sites=(WSite("New Jersey", "intervention"), WSite("Pennsylvania", "comparison"))))
    add_outcome(
        study=written.study, code="fte", name="Employment", kind=OutcomeKind.CONTINUOUS, source=OutcomeSourceKind.SURVEY,
        measure="fte", rank=OutcomeRank.PRIMARY, direction=Direction.HIGHER_IS_BETTER, success_by="authors", by=CHEN, at=AT,
    )  # fmt: skip
    file = shared_data / "survey" / "card_krueger_njmin.csv"
    for code, phase, d in (("before", PhaseKind.BEFORE, 0), ("after", PhaseKind.AFTER, 1)):
        open_wave(study=written.study, code=code, phase=phase, opens_on=date(1992, 2, 15), by=CHEN, at=AT)
        mapping = tmp_path / f"{code}.yaml"
        mapping.write_text(RESTAURANTS % d, encoding="utf-8")
        told = [
            "import",
            "answers",
            str(file),
            "--wave",
            code,
            "--mapping",
            str(mapping),
            "--rejects",
            str(tmp_path / "no.csv"),
        ]
        if phase is PhaseKind.BEFORE:
            tried = CliRunner().invoke(app, [*told, "--dry-run"])
            assert tried.exit_code == 0 and not SurveyResponse.objects.exists(), tried.output
        done = CliRunner().invoke(app, told)
        assert done.exit_code == 0 and "410 of another wave" in done.output, done.output
    again = CliRunner().invoke(app, told)
    assert " 0 recorded" in again.output, again.output
    with frozen(written) as freeze:
        found = next(one for one in contrast.ask(freeze).outcomes if one.outcome.code == "fte")
    means = {(cell.site, cell.phase.value): cell.value for cell in found.cells}
    assert {place: round(float(value or 0), 2) for place, value in means.items()} == {
        ("new-jersey", "before"): 20.44, ("new-jersey", "after"): 21.03, ("pennsylvania", "before"): 23.33, ("pennsylvania", "after"): 21.17,
    }  # fmt: skip
    assert found.changes is not None
    change = {one.arm: one.change for one in found.changes.sites}
    assert round(change[ArmKind.INTERVENTION] - change[ArmKind.COMPARISON], 4) == 2.7536
    # two sites tell nothing of how sites differ: no interval is made up
    assert found.headline is None and found.refused is not None


def test_what_is_left_out_stays_out_of_later_freezes(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast)
    told = [completed(cast, wave, {"about/age": age, "about/shared": "yes"}) for age in (20, 30, 40, 50)]
    a_response(cast, wave)
    written = Written(cast.programme, wave.study, (cast.site, cast.other_site))

    an_approach(wave, cast.site, ApproachResult.REFUSED)
    an_approach(wave, cast.site, ApproachResult.NOT_ELIGIBLE, reason=NotEligible.UNDER_AGE)
    steps: dict[str, int] = {}

    def ages() -> list[int]:
        with frozen(written) as freeze:
            steps.clear()
            steps.update(flow.ask(freeze).waves[0].steps)
            rows = freeze.ask("SELECT value FROM survey_answers WHERE question = 'age' ORDER BY value")
            answer = baseline.ask(freeze)
        named = {one.variable.column: one.row for one in answer.rows}
        assert {"age", "shared"} <= set(named)
        return [int(row["value"]) for row in rows]

    assert ages() == [20, 30, 40, 50]
    assert steps == {"analysed": 4, "not_complete": 1, "refused": 1, "not_eligible": 1}
    exclude_response(response=told[0], reason=Exclusion.TOOK_PART_TWICE, by=SYSTEM, at=now)
    assert told[1].consent is not None
    withdraw_research_consent(consent=told[1].consent, by=SYSTEM, at=now)
    withdraw_response(response=told[2], code=told[2].receipt, by=cast.bob.actor, at=now)
    assert ages() == [50] and SurveyResponse.objects.count() == 5
    assert steps == {"analysed": 1, "left_out": 3, "not_complete": 1, "refused": 1, "not_eligible": 1}
    live = next(one.flow for one in queries.progress_of(SYSTEM, wave) if one.arm is ArmKind.INTERVENTION)
    assert live.approached == sum(steps.values()) and live.analysed == steps["analysed"]
    assert sum(live.excluded.values()) == steps["left_out"] and live.complete == 4


def test_who_arrives_late_moves_nobody_else_of_the_ledger() -> None:
    """Two freezes' cells differ by as many members as their counts do, wherever in the order somebody was put in."""
    unit = unit_of("approach")
    steps = ["refused", "analysed", "analysed", "refused", "not_eligible", "refused", "analysed"]

    def members(reached: list[str]) -> set[int]:
        engine = duckdb.connect()
        engine.execute(
            "CREATE TABLE approaches (wave TEXT, site TEXT, arm TEXT, phase TEXT, approach_no INTEGER, through TEXT, reached TEXT, reason TEXT)"
        )
        for number, step in enumerate(reached, start=1):
            engine.execute(
                "INSERT INTO approaches VALUES ('w', 's', 'comparison', 'before', ?, 'worker', ?, '')",
                [number, step],
            )
        rows = engine.execute(
            f"SELECT {unit.member} FROM {unit.source} WHERE {unit.column('step')} = 'refused'"
        ).fetchall()
        return {row[0] for row in rows}

    for place in range(len(steps) + 1):
        later = members([*steps[:place], "refused", *steps[place:]])
        assert len(later) == 4 and len(later ^ members(steps)) == 1
