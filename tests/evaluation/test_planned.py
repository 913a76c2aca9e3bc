"""What was planned is followed: covariates in the headline, groups, what is imputed; and what was not planned is said not to be.

One freeze of a world in which who answers changes, with every kind of bad input that a study can have.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from django.template.loader import render_to_string
from typer.testing import CliRunner

from tests.evaluation.world import AT, CHEN, WContact, World, Written, write
from tests.evaluation.worlds import BEFORE, SIX, moment
from throughline.cli.main import app
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.opened import OpenFreeze, open_freeze
from throughline.evaluation.pooled import groups_that_leave, pooled
from throughline.evaluation.questions import contrast, planned, sensitivity, subgroups
from throughline.evaluation.questions.contrast import OutcomeContrast
from throughline.evaluation.questions.respondents import EACH_RESPONSE
from throughline.evaluation.questions.sensitivity import Way
from throughline.evaluation.questions.subgroups import SubgroupsAnswer
from throughline.evaluation.results import to_plain
from throughline.methods.covariates import METHOD
from throughline.methods.few_clusters.estimated import ClusteredEstimate
from throughline.methods.imputation import Imputed
from throughline.records.study.actions import lock_plan, record_freeze
from throughline.records.study.models import Freeze, Outcome, Phase, Release
from throughline.records.study.queries import plans_of
from throughline.reporting import wording
from throughline.rules.plans import Plan, content_of
from throughline.vocabulary.errors import Invalid
from throughline.web.evaluation import subgroups as groups_page
from throughline.web.evaluation.sensitivity import differing

pytestmark = pytest.mark.django_db(transaction=True)

OUTCOMES = {
    "shares": "binary",
    "worry": "continuous",
    "oneSided": "binary",
    "toled": "binary",
    "split": "binary",
    "coded": "binary",
}
PLAN = Plan(("shares",), ("worry",), ("woman", "age"), ("woman",), ("declined", "not_asked"))


def _said(question: str, site: int, after: bool, n: int) -> str | None:
    """Of respondent n. More women answer after, at intervention sites; women share less."""
    woman = int((5 * n + site) % (3 if after and site < 3 else 4) < 2)
    if question == "woman":
        return "declined" if n % 17 == 3 else str(woman)
    if question == "age":
        return str(20 + (7 * n + 5 * site) % 40)
    if question == "toled":
        return None  # no question is called so
    if n % 7 == 5:
        return ("declined", "not_asked", "dont_know")[n % 3]
    drawn = (5 * n + 3 * site + (2 if after else 0)) % 10
    return {
        "shares": str(int(drawn + 3 * woman < 7 - (2 if after and site < 3 else 0))),
        "worry": str(drawn + 2 * woman),
        "oneSided": None if site > 2 else str(drawn % 2),  # no comparison site asked
        "coded": str(1 + drawn % 2),  # 1 and 2, of which nobody said what is a yes
        "split": str(int(after and site < 3)),  # every yes in one arm and phase
    }[question]  # fmt: skip


def surveyed() -> World:
    answers = tuple(
        (site, phase, n, question, told)
        for site in range(6)
        for phase in ("before", "after")
        for question in (*OUTCOMES, "woman", "age")
        for n in range(36 + 3 * site)
        if (told := _said(question, site, phase == "after", n)) is not None
        # The sixth site has no answers to one of the outcomes after.
        and not (site == 5 and phase == "after" and question == "worry")
    )
    contacts = (WContact(0, moment(BEFORE - timedelta(days=400))), WContact(0, moment(BEFORE)))
    return World(
        sites=SIX, contacts=contacts, answers=answers,
        outcomes=(*((code, kind, "survey") for code, kind in OUTCOMES.items()), ("crack_use_told", "binary", "monitoring")),
    )  # fmt: skip


@pytest.fixture
def made(transactional_db: None, settings: Any, tmp_path: Path) -> Freeze:
    settings.THROUGHLINE_FREEZES, settings.THROUGHLINE_WITNESS = tmp_path / "freezes", tmp_path / "witness"
    written = write(surveyed())
    Outcome.objects.filter(study=written.study, code="worry").update(rank="secondary")
    _lock(written)
    return freeze_study(study=written.study, name="one", by=CHEN, at=AT + timedelta(days=2))


def _lock(written: Written) -> None:
    """A plan, a freeze of before any after phase, a better plan; then a freeze with the data in it, and a plan made to measure."""
    study, begun = written.study, Phase.objects.filter(kind="after").order_by("from_on")[0].from_on
    early = moment(begun - timedelta(days=30))
    lock_plan(study=study, content=content_of(Plan(("shares",))), by=CHEN, at=early)
    record_freeze(
        study=study, name="early", content_hash="0" * 64, rows={}, by=CHEN, at=early + timedelta(days=1)
    )
    lock_plan(study=study, content=content_of(PLAN, "As registered."), by=CHEN, at=early + timedelta(days=2))
    record_freeze(study=study, name="seen", content_hash="1" * 64, rows={}, by=CHEN, at=AT)
    late = content_of(Plan(("shares", "oneSided", "split")))
    lock_plan(study=study, content=late, by=CHEN, at=AT + timedelta(days=1))
    assert [(one.plan.version, one.seen and one.seen.name, one.stands) for one in plans_of(study)] == [
        (3, "seen", False), (2, None, True), (1, None, False)
    ]  # fmt: skip


def test_plan_is_followed_and_what_it_does_not_name_is_exploratory(made: Freeze) -> None:
    with open_freeze(folder_of(made), expect=made.content_hash) as freeze:
        assert planned.ask(freeze) == Plan(*(tuple(sorted(one)) for one in (PLAN.primary, PLAN.secondary, PLAN.covariates, PLAN.subgroups, PLAN.imputed)))  # fmt: skip
        answer = contrast.ask(freeze)
        beside = sensitivity.ask(freeze, seed=5, contrasts=answer)
        found = {one.outcome.measure: one for one in answer.outcomes}
        assert {code for code, one in found.items() if one.outcome.is_planned} == {"shares", "worry"}
        _check_adjusted(freeze, found["shares"])
        _check_beside(beside)
        _check_refusals(found, beside)
        apart = _check_groups(freeze)
    _check_leaving(to_plain(answer), to_plain(beside), to_plain(apart))
    _check_command(made)


def _rows(freeze: OpenFreeze, measure: str) -> Any:
    return freeze.ask(
        "SELECT y.site, y.arm = 'intervention' AS treated, y.phase = 'after' AS after, CAST(y.value AS DOUBLE) AS y,"
        " CAST(w.value AS DOUBLE) AS woman, CAST(a.value AS DOUBLE) AS age FROM survey_answers y JOIN survey_answers w"
        " USING (site, phase, respondent) JOIN survey_answers a USING (site, phase, respondent) WHERE y.question = ? AND"
        " w.question = 'woman' AND a.question = 'age' AND y.value IS NOT NULL",
        [measure],
    )


def _check_adjusted(freeze: OpenFreeze, found: OutcomeContrast) -> None:
    rows = [row for row in _rows(freeze, "shares") if row["woman"] is not None]
    cell = [(row["site"], row["after"]) for row in rows]
    levels = np.array([[one == other for other in sorted(set(cell))] for one in cell], dtype=float)
    x = np.array([[row["age"], row["woman"]] for row in rows])
    y = np.array([row["y"] for row in rows])
    slopes = sm.OLS(y, np.column_stack([x, levels])).fit().params[:2]
    left = y - x @ slopes
    treated = {row["site"]: row["treated"] for row in rows}
    means = {one: left[[one == other for other in cell]].mean() for one in set(cell)}
    change = np.array([means[site, True] - means[site, False] for site in treated])
    fit = sm.OLS(change, sm.add_constant(np.array(list(treated.values()), dtype=float))).fit()
    assert found.headline is not None and found.adjusted is not None
    assert found.headline.difference == pytest.approx(fit.params[1], abs=1e-9)
    interval = found.headline.interval
    assert (interval.low, interval.high) == pytest.approx(tuple(fit.conf_int()[1]), abs=1e-8)
    assert found.headline.method == METHOD and found.headline.p_value is not None
    assert "adjusted for age, woman" in str(found.headline.assumptions[0])
    assert found.adjusted.adjustment.slopes == pytest.approx(slopes)
    assert (found.headline.n, found.adjusted.adjustment.n) == (len(rows), len(rows))
    assert found.changes is not None and found.adjusted.unadjusted is not None
    assert found.adjusted.adjustment.without == found.changes.n - len(rows) > 0
    # Women share less and more of them came after: unadjusted, the programme would have looked better than it was.
    assert found.adjusted.unadjusted.difference < found.headline.difference


def _check_beside(beside: sensitivity.SensitivityAnswer) -> None:
    tables = {one.outcome.measure: one for one in beside.outcomes}
    lines = {line.way: line for line in tables["shares"].lines}
    assert next(iter(lines)) is Way.UNADJUSTED and list(lines)[-1] is Way.IMPUTED
    cr2, whole = lines[Way.CR2].estimate, lines[Way.UNADJUSTED].estimate
    assert isinstance(cr2, ClusteredEstimate) and whole is not None and cr2.n < whole.n
    drawn = lines[Way.IMPUTED].estimate
    # As planned: declined and not asked are drawn, who did not know is missing.
    assert isinstance(drawn, Imputed) and drawn.missing.total == drawn.missing.dont_know > 0
    assert not any("exploratory" in str(one) for one in drawn.assumptions)
    if_worse = tables["shares"].differing
    assert if_worse is not None and if_worse.steps[0].worse == 0.05
    page = differing(to_plain(if_worse), "binary")
    assert page is not None and [row["worse"] for row in page["rows"]][:2] == ["5 points", "10 points"]


def _check_refusals(found: dict[str, OutcomeContrast], beside: sensitivity.SensitivityAnswer) -> None:
    """A wave with one arm missing, a question that is none, a site without answers, separation, days outside all phases."""
    tables = {one.outcome.measure: one for one in beside.outcomes}
    assert "The comparison sites recorded nothing of this outcome in the phase" in str(
        found["oneSided"].refused
    )
    assert "names toled, and no question of the survey is called so. There are: age" in str(
        found["toled"].refused
    )
    worry = found["worry"]
    assert worry.changes is not None and worry.headline is not None
    assert [str(one.reason) for one in worry.changes.left_out] == ["ford recorded nothing in: after."]
    split = {line.way: line for line in tables["split"].lines}
    assert found["split"].headline is None and "exactly the same amount" in str(found["split"].refused)
    assert "no finite" in str(split[Way.ODDS_RATIO].refused) and split[Way.ODDS_RATIO].estimate is None
    assert found["coded"].changes is None and "which of them is a yes is not known" in str(
        found["coded"].refused
    )
    told = found["crack_use_told"]
    assert told.headline is None and "1 lies on a day of no phase" in str(told.notes[0])
    assert "given on a day outside the days of their phase" in str(found["shares"].notes[0])


def _check_groups(freeze: OpenFreeze) -> SubgroupsAnswer:
    assert dict(subgroups.attributes_of(freeze)) == {
        "woman": True,
        "shares": False,
        "split": False,
        "oneSided": False,
        "coded": False,
    }
    answer = subgroups.ask(freeze, by="woman")
    rows = {row.outcome.measure: row for row in answer.rows}
    assert answer.is_planned and answer.unknown.declined > 0 and set(rows) == set(OUTCOMES)
    change = []
    told = [row for row in _rows(freeze, "shares") if row["woman"] is not None]
    for site in sorted({row["site"] for row in told}):
        own = [row for row in told if row["site"] == site]

        def mean(after: bool, woman: float, own: Any = own) -> float:
            return float(
                np.mean([row["y"] for row in own if row["after"] == after and row["woman"] == woman])
            )

        gap = (mean(True, 1) - mean(False, 1)) - (mean(True, 0) - mean(False, 0))
        change.append((gap, float(own[0]["treated"])))
    gaps, arm = np.array(change).T
    fit = sm.OLS(gaps, sm.add_constant(arm)).fit()
    found = rows["shares"].found
    assert found is not None, rows["shares"].refused
    assert found.difference.difference == pytest.approx(fit.params[1], abs=1e-9)
    assert EACH_RESPONSE in found.difference.assumptions
    assert "comparison sites recorded nothing" in str(rows["oneSided"].refused)
    assert "as in coded = 1" in str(rows["coded"].refused)
    assert "Of the" not in str(rows["toled"].refused) and "names toled" in str(rows["toled"].refused)
    page = render_to_string(
        "evaluation/subgroups.html",
        {
            "freeze": {"name": "one"},
            "by": "woman",
            "attributes": [("woman", True)],
            **groups_page.told(to_plain(answer)),
        },
    )
    assert "woman · planned" in page and "names toled" in page and "group is not known" in page
    assert wording.change_text(found.difference.difference, "binary") in page
    # What no plan names stays exploratory by groups that one names.
    unnamed = {row.outcome.code for row in answer.rows if not row.outcome.is_planned}
    assert unnamed and all(f"{code}" in page for code in unnamed) and "it is exploratory" in page
    for code, words in (("age", "40 different values"), ("wommen", "no question of the survey is called so")):
        with pytest.raises(Invalid, match=words):
            subgroups.ask(freeze, by=code)
    return answer


def _check_leaving(contrasts: Any, beside: Any, apart: Any) -> None:
    """Nothing of single sites, no exact count of the page's notes, no small count."""
    shares = next(one for one in pooled(contrasts, beside)["outcomes"] if one["outcome"]["code"] == "shares")
    assert (
        shares["adjusted"]["adjustment"]["covariates"] == ["age", "woman"]
        and "changes" not in shares["adjusted"]
    )
    assert "notes" not in shares and shares["sensitivity"]["differing"]["drawn"] % 5 == 0
    row = next(one for one in groups_that_leave(apart)["rows"] if one["outcome"]["code"] == "shares")
    assert row["found"]["difference"]["method"] == "subgroups.interaction/1"
    assert all(count["n"] == "suppressed" or count["n"] % 5 == 0 for count in row["found"]["counts"])
    assert "smallest" not in row["found"] and "left_out" not in row["found"]
    few = [
        {**one, "found": {**one["found"], "smallest": 7}}
        for one in apart["rows"]
        if one["outcome"]["code"] == "shares"
    ]
    (stays,) = groups_that_leave({**apart, "rows": few})["rows"]
    assert stays["found"] is None and "fewer than %(least)s people" in stays["refused"]["text"]


def _check_command(made: Freeze) -> None:
    """It leaves for a recipient as a line of the ledger; what makes no groups is refused before anything is asked."""
    asked = [
        "evaluate",
        "contrast",
        "--freeze",
        made.name,
        "--seed",
        "3",
        "--recipient",
        "Dr. Reader",
        "--by",
        "woman",
    ]
    wrong = CliRunner().invoke(app, [*asked[:-1], "age"])
    assert wrong.exit_code != 0 and "40 different values" in wrong.output
    # How many different answers there are is told of them: that is a line of the ledger, too.
    assert (
        "40 different values"
        in Release.objects.get(is_refused=True, what="contrast of the arms by age").refusal
    )
    shown = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
    assert shown.exit_code == 0 and "By woman: planned" in shown.output
    assert Release.objects.get(is_refused=False).what == "contrast of the arms by woman"
