"""The baseline of a freeze, counted again in plain Python."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.conftest import frozen
from tests.evaluation.world import write
from tests.evaluation.worlds import BEFORE, of_six_sites
from throughline.evaluation.questions import baseline
from throughline.evaluation.results import to_plain
from throughline.vocabulary.study import ArmKind, PhaseKind

pytestmark = pytest.mark.django_db(transaction=True)


def test_baseline_of_a_freeze_is_what_was_told_before_by_arm_site_and_wave() -> None:
    world = of_six_sites()
    ages = tuple(
        (site, phase, n, "age_years", "declined" if n == 3 else str(20 + 3 * n + site))
        for site in range(6)
        for phase in ("before", "after")
        for n in range(8)
    )
    # One that comparison sites were asked after only.
    housed = tuple(
        (site, "after" if site > 2 else "before", n, "housed", str(n % 2))
        for site in range(6)
        for n in range(7)
    )
    with frozen(write(replace(world, answers=(*world.answers, *ages, *housed)))) as freeze:
        answer = baseline.ask(freeze)
    rows = {one.variable.column: one.row for one in answer.rows}
    assert list(rows)[:2] == ["shared_pipe", "age_years"]  # what the study names comes first
    for arm, sites in ((ArmKind.INTERVENTION, (0, 1, 2)), (ArmKind.COMPARISON, (3, 4, 5))):
        told = [a for a in (*world.answers, *ages) if a[0] in sites and a[1] == "before"]
        shared = [
            float(value)
            for _, _, _, question, value in told
            if question == "shared_pipe" and value != "not_asked"
        ]
        summary = getattr(rows["shared_pipe"], arm.value)
        assert (summary.n, summary.mean, summary.missing.not_asked) == (len(shared), np.mean(shared), 3)
        years = [
            float(value)
            for _, _, _, question, value in told
            if question == "age_years" and value != "declined"
        ]
        summary = getattr(rows["age_years"], arm.value)
        assert (summary.mean, summary.sd) == (
            pytest.approx(np.mean(years)),
            pytest.approx(np.std(years, ddof=1)),
        )
        assert summary.missing.declined == 3
        routes = Counter(
            c.route for c in world.contacts if c.site in sites and c.at.date() >= BEFORE and c.at.month < 4
        )
        assert getattr(rows["route"], arm.value).counts == dict(routes)
    assert rows["age_years"].difference == pytest.approx(-3 / np.std(years, ddof=1), abs=0.01)
    assert rows["who_spoke"].difference is None and rows["who_spoke"].missing.not_recorded == 60
    assert (rows["housed"].intervention.n, rows["housed"].comparison.n, rows["housed"].difference) == (
        21,
        0,
        None,
    )
    assert "21 at intervention sites, 0 at comparison sites" in str(rows["housed"].refused)
    shared_pipe = next(one for one in answer.composition if one.variable.column == "shared_pipe")
    cells = {(cell.site, cell.wave): cell.summary for cell in shared_pipe.cells}
    assert len(cells) == 12
    at_brook = [
        float(v)
        for s, p, _, q, v in world.answers
        if (s, p, q) == (1, "after", "shared_pipe") and v != "not_asked"
    ]
    assert cells["brook", PhaseKind.AFTER].mean == np.mean(at_brook)
    assert to_plain(answer)["rows"][0]["row"]["method"] == "baseline.standardised_difference/1"
