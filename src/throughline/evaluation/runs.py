"""An evaluation: every question asked of one freeze, its answers written beside it as JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from throughline.evaluation.freeze import Progress, folder_of, silent
from throughline.evaluation.opened import OpenFreeze, open_freeze
from throughline.evaluation.questions import (
    attitudes,
    baseline,
    beforehand,
    composition,
    contrast,
    coverage,
    exposures,
    flow,
    funnel,
    joint,
    sensitivity,
    series,
    site_month,
    staggered,
)
from throughline.evaluation.results import FOLDER, write_result
from throughline.records.study.actions import record_evaluation
from throughline.records.study.models import Freeze
from throughline.rules.access import check_may_evaluate
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound

# The splits that pages and the report show; others are asked when somebody wants them.
FUNNELS: tuple[tuple[str, ...], ...] = (
    (), ("route",), ("site",), ("arm", "phase"), ("phase", "site"), ("route", "arm", "phase"),
)  # fmt: skip
BESIDE_THEMES = ("arm", "phase")
RESULTS = (
    "funnel",
    "exposures",
    "baseline",
    "flow",
    "contrast",
    "beforehand",
    "sensitivity",
    "coverage",
    "joint",
    "site_month",
    "series",
    "staggered",
    "composition",
    "attitudes",
    "run",
)


def evaluate(*, freeze: Freeze, by: Actor, at: datetime, seed: int, progress: Progress = silent) -> Path:
    """Ask everything; returns the folder of the results. `seed` draws sites: the same seed gives the same intervals.

    Raises NotAllowed; Invalid where the freeze is not as it was made. Evaluating again replaces the results.
    """
    check_may_evaluate(by, freeze.programme_id)
    folder = folder_of(freeze)
    with open_freeze(folder, expect=freeze.content_hash) as opened:
        _ask_all(opened, seed, progress)
        versions = [
            funnel,
            exposures,
            baseline,
            flow,
            contrast,
            beforehand,
            sensitivity,
            coverage,
            joint,
            site_month,
            series,
            staggered,
            composition,
            attitudes,
        ]
        write_result(
            folder,
            "run",
            {
                "freeze": freeze.name,
                "content_hash": freeze.content_hash,
                "evaluated_at": at,
                "seed": seed,
                "questions": [question.QUESTION for question in versions],
                "span": opened.ask("SELECT * FROM span")[0],
                "sites": opened.ask("SELECT * FROM sites ORDER BY arm, site"),
                "phases": opened.ask("SELECT * FROM phases ORDER BY site, from_on"),
            },
        )
    record_evaluation(freeze=freeze, by=by, at=at)
    progress("done", 1, 1)
    return folder / FOLDER


def _ask_all(opened: OpenFreeze, seed: int, progress: Progress) -> None:
    total = len(FUNNELS) + 13
    done = 0

    def step(name: str, ask: Callable[[], Any]) -> Any:
        nonlocal done
        progress(name, done, total)
        answer = ask()
        done += 1
        return answer

    funnels = {
        split: step("funnel", partial(funnel.ask, opened, by=split, rng=np.random.default_rng(seed)))
        for split in FUNNELS
    }
    contrasts = step("contrast", lambda: contrast.ask(opened))
    themes = step("coverage", lambda: coverage.ask(opened))
    answers = {
        "funnel": list(funnels.values()),
        "baseline": step("baseline", lambda: baseline.ask(opened)),
        "flow": step("flow", lambda: flow.ask(opened)),
        "contrast": contrasts,
        "beforehand": step("beforehand", lambda: beforehand.ask(opened)),
        "sensitivity": step("sensitivity", lambda: sensitivity.ask(opened, seed=seed, contrasts=contrasts)),
        "coverage": themes,
        "exposures": step("exposures", lambda: exposures.ask(opened)),
        "joint": step(
            "joint",
            lambda: joint.ask(opened, funnel=funnels[BESIDE_THEMES], contrast=contrasts, themes=themes),
        ),
        "site_month": step("site_month", lambda: _site_months(opened)),
        "series": step("series", lambda: series.ask(opened)),
        "staggered": step("staggered", lambda: staggered.ask(opened, seed=seed)),
        "composition": step("composition", lambda: composition.ask(opened, contrasts=contrasts)),
        "attitudes": step("attitudes", lambda: attitudes.ask(opened)),
    }
    for name, answer in answers.items():
        write_result(opened.folder, name, answer)


def _site_months(opened: OpenFreeze) -> site_month.SiteMonthAnswer:
    try:
        return site_month.ask(opened)
    except NotFound:
        return site_month.SiteMonthAnswer(())
