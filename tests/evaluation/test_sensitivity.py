"""The sensitivity table of a freeze: the individual answers of the headline's sites, line by line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.evaluation.world import AT, CHEN, World, write
from tests.evaluation.worlds import SIX
from throughline.cli.main import app
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.pooled import pooled, release_contrast
from throughline.evaluation.questions import contrast, sensitivity
from throughline.evaluation.questions.sensitivity import OutcomeSensitivity, Way
from throughline.evaluation.results import to_plain
from throughline.methods.few_clusters.estimated import ClusteredEstimate
from throughline.methods.few_clusters.wild import WildBootstrap
from throughline.methods.imputation import Imputed
from throughline.records.programme.models import Programme
from throughline.records.study.models import Freeze, Outcome, Release
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = {
    "shared_pipe": "binary",
    "days_used": "count",
    "trust": "continuous",
    "rare": "binary",
    "alike": "binary",
    "silent": "count",
    "halves": "count",
}


def _answer(question: str, site: int, phase: str, n: int) -> str:
    """Of respondent n: some did not answer; what the others said differs by site, phase and arm."""
    if n % 9 == 0:
        return "declined" if n % 2 else "not_asked"
    value = (
        7 * n + 3 * site + (5 if phase == "after" else 0) + (4 if phase == "after" and site < 3 else 0)
    ) % 11
    return {
        "shared_pipe": str(int(value > 4 + site % 2)), "days_used": str(value), "trust": f"{value / 4 + site}",
        "rare": str(int(site == 1 and n in ((2, 4, 5) if phase == "after" else (7,)))), "alike": "1", "silent": str(value), "halves": f"{value / 2}",
    }[question]  # fmt: skip


def surveyed() -> World:
    answers = tuple(
        (site, phase, n, question, _answer(question, site, phase, n))
        for site in range(6)
        for phase in ("before", "after")
        for question in KINDS
        for n in range(20 + 4 * site)
    )
    # Ford answered before only: it is no site of the headline, and none of this table.
    return World(
        sites=SIX,
        answers=tuple(
            row
            for row in answers
            if (row[0], row[1]) != (5, "after") and (row[3] != "silent" or row[0] < 3 or row[1] == "before")
        ),
        outcomes=tuple((code, kind, "survey") for code, kind in KINDS.items()),
    )


def _by_hand(world: World, question: str) -> float:
    """b by least squares on all rows with a column for each site, from the words of the world."""
    rows = [
        (site, phase == "after", float(value))
        for site, phase, _n, asked, value in world.answers
        if asked == question and site != 5 and value not in ("declined", "not_asked")
    ]
    site, after, y = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    levels = site[:, np.newaxis] == np.arange(5)
    x = np.column_stack([(site < 3) * after, after, levels])
    return float(np.linalg.lstsq(x, y)[0][0])


def test_table_is_of_the_headlines_sites_and_agrees_with_least_squares(settings: Any, tmp_path: Path) -> None:
    settings.THROUGHLINE_FREEZES, settings.THROUGHLINE_WITNESS = tmp_path / "freezes", tmp_path / "witness"
    world = surveyed()
    written = write(world)
    Outcome.objects.filter(study=written.study, code="shared-pipe").update(rank="primary")
    made = freeze_study(study=written.study, name="one", by=CHEN, at=AT)
    with open_freeze(folder_of(made), expect=made.content_hash) as freeze:
        headlines = contrast.ask(freeze)
        planned = replace(
            headlines,
            outcomes=tuple(
                replace(one, outcome=replace(one.outcome, is_planned=one.outcome.code == "shared-pipe"))
                for one in headlines.outcomes
            ),
        )
        answer = sensitivity.ask(freeze, seed=3, contrasts=planned)
        again = sensitivity.ask(freeze, seed=3, contrasts=planned)
    assert to_plain(again) == to_plain(answer)
    found = {one.outcome.measure: one for one in answer.outcomes}
    assert set(found) == set(KINDS)
    headline = {one.outcome.measure: one for one in headlines.outcomes}
    for question in ("shared_pipe", "days_used", "trust"):
        table = found[question]
        assert table.refused is None and table.without_site is not None
        assert [row.site for row in table.without_site.rows] == ["dale", "elm", "aston", "brook", "cove"]
        for way in (Way.CR2, Way.JACKKNIFE, Way.WILD_BOOTSTRAP):
            line = _estimate(table, way)
            assert line.estimate == pytest.approx(_by_hand(world, question), abs=1e-9)
            assert (line.p_value is not None) == (question == "shared_pipe")
            changes = headline[question].changes
            assert changes is not None and (line.n, line.missing) == (changes.n, changes.missing)
        normal = _line(table, Way.NORMAL)
        assert normal.estimate is None and "3 intervention sites and 2 comparison sites" in str(
            normal.refused
        )
    assert [line.way for line in found["trust"].lines] == [*list(Way)[1:5], Way.IMPUTED]
    assert [line.way for line in found["days_used"].lines] == [*list(Way)[1:5], Way.RATE_RATIO, Way.IMPUTED]
    drawn = _line(found["trust"], Way.IMPUTED).estimate
    assert isinstance(drawn, Imputed) and "exploratory" in str(drawn.assumptions[-1])
    # Of the sites of the headline: everybody who declined, and nobody who was not asked.
    declined = sum(row[3] == "trust" and row[4] == "declined" and row[0] != 5 for row in world.answers)
    assert drawn.imputed == declined and drawn.missing.total == drawn.missing.not_asked > 0
    assert found["trust"].differing is not None and found["trust"].differing.drawn < declined
    assert (
        _estimate(found["shared_pipe"], Way.ATT).estimate
        != _estimate(found["shared_pipe"], Way.ODDS_RATIO).estimate
    )
    rare = {line.way: line for line in found["rare"].lines}
    assert "no finite ratio" in str(rare[Way.ODDS_RATIO].refused) and rare[Way.CR2].estimate is not None
    for question, words in (
        ("silent", "recorded nothing of this outcome"),
        ("alike", "Everybody gave the same answer"),
        ("halves", "A count is a whole number"),
    ):
        assert not found[question].lines and found[question].without_site is None
        assert words in str(found[question].refused)
    _check_pooled(to_plain(headlines), to_plain(answer))
    _check_release(made)


def _line(table: OutcomeSensitivity, way: Way) -> sensitivity.Line:
    return next(line for line in table.lines if line.way is way)


def _estimate(table: OutcomeSensitivity, way: Way) -> ClusteredEstimate | WildBootstrap:
    found = _line(table, way).estimate
    assert isinstance(found, ClusteredEstimate | WildBootstrap)
    return found


def _check_pooled(headlines: dict[str, Any], answer: dict[str, Any]) -> None:
    """What the command line prints: every figure of the arms, none of a single site, and no small count."""
    told = pooled(headlines, answer)
    survey = {one["outcome"]["measure"]: one for one in told["outcomes"]}
    trust = survey["trust"]
    whole = {one["outcome"]["measure"]: one for one in headlines["outcomes"]}
    assert trust["headline"]["difference"] == float(f"{whole['trust']['headline']['difference']:.4g}")
    assert [line["way"] for line in trust["sensitivity"]["lines"]] == [
        "cr2",
        "jackknife",
        "wild_bootstrap",
        "normal",
        "imputed",
    ]
    assert trust["sensitivity"]["lines"][0]["estimate"]["interval"]["level"] == 0.95
    counts = [
        one for line in trust["sensitivity"]["lines"] if line["estimate"] for one in _counts(line["estimate"])
    ]
    assert counts and all(
        one == "suppressed" or one % 5 == 0 for one in [*counts, *_counts(trust["headline"])]
    )
    assert not {"cells", "rows", "changes", "recorded", "leave_one_out", "without_site"} & set(_names(told))
    sentence = next(line["refused"] for line in trust["sensitivity"]["lines"] if line["way"] == "normal")
    assert sentence["params"]["sites"] == 20


def _names(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [*part, *(name for one in part.values() for name in _names(one))]
    return [name for one in part for name in _names(one)] if isinstance(part, list) else []


def _counts(part: dict[str, object]) -> list[object]:
    missing = part["missing"]
    assert isinstance(missing, dict)
    return [part["n"], *missing.values()]


def _check_release(made: Freeze) -> None:
    """It leaves for a recipient as a line of the ledger, and for nobody who may not let it."""
    with pytest.raises(NotAllowed):
        release_contrast(freeze=made, recipient="Dr. Reader", seed=3, by=Actor.stranger(), at=AT)
    assert not Release.objects.exists()
    asked = ["evaluate", "contrast", "--seed", "3"]
    Programme.objects.create(name="Another", slug="another", created_at=AT)
    assert "Say which programme" in CliRunner().invoke(app, [*asked, "--freeze", "two"]).output
    unsaid = CliRunner().invoke(app, [*asked, "--freeze", made.name, "--json"])  # for nobody who is named
    assert Release.objects.get().recipient == "whoever holds the command line"
    Release.objects.all().delete()
    Programme.objects.filter(slug="another").delete()
    done = CliRunner().invoke(app, [*asked, "--recipient", "Dr. Reader", "--json"])
    assert done.exit_code == 0 and done.output == unsaid.output, done.output
    told = json.loads(done.output)
    assert [one["outcome"]["measure"] for one in told["outcomes"] if one["sensitivity"]] == sorted(KINDS)
    line = Release.objects.get()
    shown = CliRunner().invoke(app, [*asked, "--recipient", "Dr. Reader"], env={"COLUMNS": "200"}).output
    assert "far too narrow" in shown and "Individual answers, CR2" in shown and Release.objects.count() == 2
    plain = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert (line.recipient, line.profile) == ("Dr. Reader", "lt5")
    assert line.content_hash == hashlib.sha256(plain.encode()).hexdigest()
