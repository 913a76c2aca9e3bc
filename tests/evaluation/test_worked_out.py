"""Outcomes that are worked out of several questions, from the answers to the contrast, against sums in plain Python."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.cast import Cast
from tests.evaluation.world import AT, CHEN, World, write
from tests.evaluation.worlds import SIX
from tests.records.made import a_study
from throughline.evaluation.build import sql_of
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions import baseline, composition, contrast, outside, subgroups
from throughline.evaluation.questions.respondents import EACH_RESPONSE
from throughline.evaluation.runs import evaluate
from throughline.evaluation.worked_out import register
from throughline.records.study.actions import add_outcome
from throughline.records.study.models import Outcome, Release
from throughline.reporting.build import build_report
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import Direction, OutcomeKind, OutcomeRank, OutcomeSourceKind

MEASURE = "days >= 3 or shared"
NOTHINGS = ("declined", "not_asked", "dont_know", "not_recorded", "not_applicable")


def _days(site: int, after: bool, n: int) -> str:
    return "not_asked" if n % 9 == 4 else str((2 * n + site + after) % 6)


def _shared(site: int, after: bool, n: int) -> str | None:
    return None if n % 11 == 7 else "declined" if n % 5 == 3 else str(int((n + site) % 6 == 0))


def surveyed() -> World:
    answers = tuple(
        (site, phase, n, question, told)
        for site in range(6)
        for phase in ("before", "after")
        for n in range(24)
        for question, tell in (("days", _days), ("shared", _shared))
        if (told := tell(site, phase == "after", n)) is not None
    ) + tuple((site, phase, n, "woman", str(n % 2)) for site in range(6) for phase in ("before", "after") for n in range(24))  # fmt: skip
    return World(SIX, answers=answers, outcomes=(("days", "continuous", "survey"), ("both", "binary", "survey"), ("odd", "binary", "survey"), ("below", "count", "survey")))  # fmt: skip


def expected(site: int, after: bool) -> tuple[int, int]:
    """How many said yes, and of how many it is known."""
    yes = known = 0
    for n in range(24):
        days, shared = _days(site, after, n), _shared(site, after, n) or "not_recorded"
        some = [int(told) >= least for told, least in ((days, 3), (shared, 1)) if told not in NOTHINGS]
        yes += any(some)
        known += any(some) or len(some) == 2
    return yes, known


@pytest.mark.django_db(transaction=True)
def test_an_expression_is_an_outcome_like_any_other(settings: object, tmp_path: Path) -> None:
    settings.THROUGHLINE_FREEZES = tmp_path / "freezes"  # type: ignore[attr-defined]  # pytest-django's own settings
    settings.THROUGHLINE_WITNESS = tmp_path / "witness"  # type: ignore[attr-defined]  # pytest-django's own settings
    written = write(surveyed())
    Outcome.objects.filter(code="both").update(measure=MEASURE)
    Outcome.objects.filter(code="below").update(measure="shared - days")
    Outcome.objects.filter(code="odd").update(measure="days > 1 and never_asked = 1")
    made = freeze_study(study=written.study, name="one", by=CHEN, at=AT)
    evaluate(freeze=made, by=CHEN, at=AT, seed=1)
    with open_freeze(folder_of(made)) as freeze:
        found = {one.outcome.code: one for one in contrast.ask(freeze).outcomes}
        sites = {row["site"]: n for n, row in enumerate(freeze.ask("SELECT site FROM sites ORDER BY site"))}
        for cell in found["both"].cells:
            yes, known = expected(sites[cell.site], cell.phase.value == "after")
            assert (cell.n, round((cell.value or 0) * cell.n)) == (known, yes)
        both = found["both"]
        assert both.headline is not None and both.changes is not None
        assert contrast.SETTLED_IN_PART in both.headline.assumptions
        assert found["days"].headline and contrast.SETTLED_IN_PART not in found["days"].headline.assumptions
        assert all(EACH_RESPONSE in one.headline.assumptions for one in (both, found["days"]) if one.headline)
        assert (
            found["crack_use_told"].headline is None
            or EACH_RESPONSE not in found["crack_use_told"].headline.assumptions
        )
        assert both.changes.missing.declined and both.changes.missing.not_recorded
        assert found["odd"].headline is None and "names never_asked" in str(found["odd"].refused)
        assert found["below"].headline is None and "lie below 0" in str(found["below"].refused)
        # what an outcome is worked out of is no mix of people, and makes no groups of its own outcome
        mix = composition.ask(freeze, contrasts=contrast.ask(freeze))
        assert [one.attribute for one in mix.attributes] == ["woman"]
        assert ("shared", False) in subgroups.attributes_of(freeze)
        assert {row.outcome.code for row in subgroups.ask(freeze, by="shared").rows} == {"days", "odd"}
        assert MEASURE in {row.variable.column for row in baseline.ask(freeze).rows}
        with pytest.raises(Unready, match="cannot be read"):
            outside.check_asked(freeze, "days >")
    report = build_report(freeze=made, recipient="Reader", contamination="woman", by=CHEN, at=AT)
    assert "comparison sites said yes (36 of 72" in str(
        [one for one in report.sections if one.anchor == "reached"]
    )
    (limits,) = (one for one in report.sections if one.anchor == "limits")
    assert "response counts as one person" in str(limits)
    assert Release.objects.filter(what="what reached the comparison sites").count() == 1
    with pytest.raises(Invalid, match="no question elsewhere"):
        build_report(freeze=made, recipient="Reader", contamination="elsewhere", by=CHEN, at=AT)
    left = Release.objects.filter(is_refused=False, what__startswith="estimate of both")
    assert left and {cell["where"]["question"] for one in left for cell in one.cells} == {MEASURE}


def test_where_one_of_its_questions_was_not_asked_nobody_has_a_value() -> None:
    engine = duckdb.connect()
    answers = [
        ("s", phase, f"2026-0{month}-01", person, question, 1000 * (person % 2), None, None)
        for phase, month, questions in (("before", 1, "a"), ("after", 6, "ab"))
        for person in range(4)
        for question in questions
    ]
    answered(engine, answers)
    engine.execute("CREATE TABLE raw_outcomes AS SELECT 'survey' AS source, 'a = 1 or b = 1' AS measure")
    register(engine)
    found = engine.execute(
        "SELECT phase, value, value_nothing, COUNT(*) FROM worked_out_answers GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert found == [("after", 0.0, None, 2), ("after", 1.0, None, 2), ("before", None, "not_asked", 4)]


def answered(engine: duckdb.DuckDBPyConnection, answers: list[tuple[object, ...]]) -> None:
    engine.execute(
        "CREATE TABLE raw_answers (site_id VARCHAR, phase VARCHAR, answered_on DATE, respondent BIGINT, question VARCHAR,"
        " thousandths BIGINT, value_nothing VARCHAR, form_id VARCHAR)"
    )
    engine.executemany("INSERT INTO raw_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", answers)
    engine.execute(f"CREATE VIEW asked_answers AS {sql_of('asked_answers')}")


def test_who_had_another_form_in_the_same_phase_was_not_asked_what_only_that_of_others_asks() -> None:
    """Two forms at one site in one phase: not asked is not "not recorded", and one yes of two stands for nobody's other one."""
    engine = duckdb.connect()
    answered(
        engine,
        [
            ("s", "before", "2026-01-01", person, question, 1000, None, form)
            for form, people, questions in (("long", (1, 2), "ab"), ("short", (3,), "a"), ("other", (4,), "c"))
            for person in people
            for question in questions
        ]
        + [("t", "before", "2026-01-01", 1, "a", 1000, None, "short"), ("s", "before", "2026-01-01", 5, "a", 1000, None, None)],
    )  # fmt: skip
    engine.execute("CREATE TABLE raw_outcomes AS SELECT 'survey' AS source, 'a = 1 or b = 1' AS measure")
    register(engine)
    held = engine.execute(
        "SELECT site_id, respondent, question FROM asked_answers WHERE value_nothing = 'not_asked' ORDER BY ALL"
    ).fetchall()
    assert held == [
        ("s", 1, "c"), ("s", 2, "c"), ("s", 3, "b"), ("s", 3, "c"), ("s", 4, "a"), ("s", 4, "b"), ("s", 5, "b"), ("s", 5, "c"),
    ]  # fmt: skip
    found = engine.execute(
        "SELECT site_id, respondent, value, value_nothing FROM worked_out_answers ORDER BY ALL"
    ).fetchall()
    assert found == [("s", 1, 1.0, None), ("s", 2, 1.0, None)] + [
        (site, person, None, "not_asked") for site, person in (("s", 3), ("s", 4), ("s", 5), ("t", 1))
    ]


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("a / 7", (1 / 7, None)),
        ("a / 100000", (1e-5, None)),
        ("b * b", (9.99999999998e17, None)),
        ("a - a", (0.0, None)),
        ("*".join("b" * 40), (None, "not_applicable")),
    ],
)
def test_what_is_worked_out_is_neither_rounded_nor_limited(
    measure: str, told: tuple[float | None, str | None]
) -> None:
    engine = duckdb.connect()
    engine.execute(
        "CREATE TABLE raw_answers AS SELECT 's' AS site_id, 'before' AS phase, DATE '2026-01-01' AS answered_on, 1::BIGINT AS respondent,"
        " v.question, v.thousandths::BIGINT AS thousandths, NULL::VARCHAR AS value_nothing, NULL::VARCHAR AS form_id"
        " FROM (VALUES ('a', 1000), ('b', 999999999999)) AS v(question, thousandths)"
    )
    engine.execute("CREATE VIEW asked_answers AS SELECT * FROM raw_answers")
    engine.execute("CREATE TABLE raw_outcomes AS SELECT 'survey' AS source, ? AS measure", [measure])
    register(engine)
    assert engine.execute("SELECT value, value_nothing FROM worked_out_answers").fetchall() == [told]


@pytest.mark.django_db
def test_an_expression_that_cannot_be_read_is_refused_when_it_is_written(cast: Cast) -> None:
    given = {
        "name": "Shares", "kind": OutcomeKind.BINARY, "source": OutcomeSourceKind.SURVEY, "rank": OutcomeRank.PRIMARY,
        "direction": Direction.LOWER_IS_BETTER, "success_by": "authors", "by": CHEN, "at": datetime.now(UTC), "study": a_study(cast),
    }  # fmt: skip
    with pytest.raises(Invalid, match="ends too early") as refused:
        add_outcome(**given, code="x", measure="days >=")
    assert "measure" in refused.value.fields
    assert add_outcome(**given, code="y", measure=f" {MEASURE} ").measure == MEASURE
