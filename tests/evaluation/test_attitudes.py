"""Attitudes before and after: the answer from frozen tables, against sums written out; and the tables themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
import statsmodels.api as sm

from tests.cast import SYSTEM
from tests.evaluation.attitudes_made import Asked, in_memory, six_sites
from tests.evaluation.conftest import frozen
from tests.evaluation.world import AT, World, WSite, write
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import attitudes
from throughline.evaluation.results import to_plain
from throughline.evaluation.units import unit_of
from throughline.methods.paired_change import ONE_SITE
from throughline.records.workforce.actions import (
    AssessmentDraft,
    define_attitude_scale,
    record_assessments,
)
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey, Subscale
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind


def test_arms_are_contrasted_by_their_sites_changes() -> None:
    asked = six_sites()
    answer = attitudes.ask(in_memory(asked))
    everybody, treated, compared = answer.rows
    assert [row.arm for row in answer.rows] == [None, ArmKind.INTERVENTION, ArmKind.COMPARISON]
    assert (everybody.n_before, everybody.n_after, everybody.n_both) == (48, 48, 48)
    changes = [
        np.mean([a.score for a in asked if a.site == f"site-{n}" and a.moment == "after"])
        - np.mean([a.score for a in asked if a.site == f"site-{n}" and a.moment == "before"])
        for n in range(6)
    ]
    assert treated.sites and compared.sites and everybody.sites
    assert treated.sites.change == pytest.approx(np.mean(changes[:3])) and treated.sites.df == 2
    assert everybody.sites.change == pytest.approx(np.mean(changes)) and everybody.sites.df == 5
    (contrast,) = answer.contrasts
    fitted = sm.OLS(np.array(changes), sm.add_constant(np.repeat([1.0, 0.0], 3))).fit()
    assert contrast.found is not None and contrast.smallest == 8 and contrast.found.df == 4
    assert contrast.found.difference == pytest.approx(fitted.params[1])
    low, high = fitted.conf_int()[1]
    assert (contrast.found.interval.low, contrast.found.interval.high) == (
        pytest.approx(low),
        pytest.approx(high),
    )
    assert to_plain(answer)["rows"][0]["group"] == "officer" and len(answer.cannot_show) == 4


def test_who_has_no_label_is_in_the_means_and_in_no_pair() -> None:
    more = [
        Asked("site-0", "intervention", "before", None, 7.0), Asked("site-0", "intervention", "before", 900, "declined"),
        Asked("site-0", "intervention", "after", 900, 6.0), Asked("site-9", "none", "before", 901, 1.0),
        Asked("site-9", "none", "after", 901, 2.0),
    ]  # fmt: skip
    row, treated, _ = attitudes.ask(in_memory([*six_sites(), *more])).rows
    assert (row.n_before, row.n_after, row.n_both) == (50, 50, 49) and row.missing_before.declined == 1
    assert (treated.n_before, treated.n_after, treated.n_both) == (25, 25, 24)
    own = [a.score for a in six_sites() if a.arm == "intervention" and a.moment == "before"]
    assert treated.mean_before == pytest.approx(np.mean([*own, 7.0]))
    assert treated.paired and treated.paired.mean_before == pytest.approx(np.mean(own))


def test_one_site_and_one_arm_say_why_there_is_no_interval_and_no_contrast() -> None:
    alone = [a for a in six_sites() if a.site == "site-0"]
    answer = attitudes.ask(in_memory(alone))
    row = answer.rows[0]
    assert row.paired and row.paired.interval is None and row.paired.no_interval == ONE_SITE
    (contrast,) = answer.contrasts
    assert contrast.found is None and contrast.refused is not None
    outside = attitudes.ask(in_memory([replace(a, arm="none") for a in alone]))
    assert outside.contrasts == () and [row.arm for row in outside.rows] == [None]


def test_follow_ups_are_set_against_before() -> None:
    later = [replace(a, moment="follow_up", score=a.score - 0.5) for a in six_sites() if a.moment == "after"]  # type: ignore[operator]
    answer = attitudes.ask(in_memory([*six_sites(), *later]))
    after, follow_up = (
        next(row for row in answer.rows if row.to == to) for to in (Moment.AFTER, Moment.FOLLOW_UP)
    )
    assert after.paired and follow_up.paired
    assert follow_up.paired.change == pytest.approx(after.paired.change - 0.5)
    assert attitudes.UNLABELLED not in answer.cannot_show
    unlabelled = attitudes.ask(in_memory([*six_sites(), *(replace(a, person=None) for a in later)]))
    assert attitudes.UNLABELLED in unlabelled.cannot_show


def test_nothing_recorded_says_what_to_do() -> None:
    answer = attitudes.ask(in_memory([]))
    assert answer.rows == () and "throughline import attitudes" in str(answer.refused)


@pytest.mark.django_db(transaction=True)
def test_a_freeze_holds_numbers_and_no_label() -> None:
    """Officers of two sites: linked, alone, with two follow-ups, without a score, without a label; a site outside the study."""
    sites = (WSite("Aston", "intervention"), WSite("Brook"))
    written = write(World(sites=sites))
    key = ScoringKey(
        1, 7, (Subscale("role-support 1", (1, 2), (2,)), Subscale("burden", (3,), is_higher_better=False))
    )
    scale = define_attitude_scale(programme=written.programme, name="Role", key=key, by=SYSTEM, at=AT)
    made = [
        ("x", Moment.BEFORE, 1, {1: 3, 2: 3, 3: 1}), ("x", Moment.AFTER, 9, {1: 6, 2: 2, 3: 2}),
        ("x", Moment.FOLLOW_UP, 12, {1: 1, 2: 1, 3: 1}), ("x", Moment.FOLLOW_UP, 20, {1: 7, 2: 1, 3: 3}),
        ("y", Moment.BEFORE, 2, {1: 4, 2: Nothing.DECLINED, 3: 5}), ("", Moment.AFTER, 9, {1: 4, 2: 4, 3: 4}),
    ]  # fmt: skip
    drafts = [
        AssessmentDraft(written.sites[n].id, AttitudeGroup.OFFICER, moment, date(2025, 3, day), f"{n}{place}", answers, label=label)
        for n in (0, 1)
        for place, (label, moment, day, answers) in enumerate(made)
    ]  # fmt: skip
    record_assessments(scale=scale, drafts=drafts, by=SYSTEM, at=datetime.now(tz=AT.tzinfo))
    with frozen(written) as freeze:
        rows = freeze.ask(
            "SELECT * FROM assessments WHERE site = 'aston' ORDER BY taken_on, respondent_no IS NULL"
        )
        _numbers_stand_for_people(freeze)
        scores = freeze.ask(
            "SELECT v.* FROM attitude_scores v JOIN assessments a USING (assessment_no) WHERE site = 'aston' AND moment = 'before'"
            " ORDER BY a.taken_on, v.subscale"
        )
        answer = attitudes.ask(freeze)
        text = str([freeze.ask(f"SELECT * FROM {name}") for name in ("assessments", "attitude_scores")])
    assert [(r["pair_after"], r["pair_follow_up"]) for r in rows] == [
        ("linked", "linked"), ("alone", "alone"), ("linked", "not_applicable"), ("alone", "not_applicable"),
        ("not_applicable", "not_applicable"), ("not_applicable", "linked"),
    ]  # fmt: skip
    assert [(s["subscale"], s["value"], s["value_nothing"], s["is_higher_better"]) for s in scores] == [
        ("burden", 1, None, False), ("role-support 1", 4, None, True),
        ("burden", 5, None, False), ("role-support 1", None, "declined", True),
    ]  # fmt: skip
    assert (scores[0]["lowest"], scores[0]["highest"]) == (1, 7)
    assert "'x'" not in text and scale.id.hex not in text
    support = [row for row in answer.rows if row.subscale == "role-support 1" and row.arm is None]
    assert [(row.to, row.n_before, row.n_after, row.n_both) for row in support] == [
        (Moment.AFTER, 2, 4, 2), (Moment.FOLLOW_UP, 2, 2, 2),
    ]  # fmt: skip
    assert support[1].paired and support[1].paired.change == 3


def _numbers_stand_for_people(freeze: OpenFreeze) -> None:
    """A person has one number over moments; members of the ledger are one a questionnaire, whatever its number is."""
    held = freeze.ask(
        "SELECT respondent_no AS who, COUNT(*) AS n FROM assessments WHERE respondent_no IS NOT NULL GROUP BY 1"
    )
    assert sorted(row["n"] for row in held) == [1, 1, 4, 4]
    unit = unit_of("assessment")
    members = freeze.ask(f"SELECT {unit.member} AS member FROM {unit.source}")
    assert len({row["member"] for row in members}) == 12
