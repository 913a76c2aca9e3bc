"""A sensitivity table made by hand with the methods themselves, for the outcome of `made.contrast`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tests.reporting.made import ARMS, TOLD, contrast
from throughline.evaluation.questions.sensitivity import Line, OutcomeSensitivity, Way
from throughline.evaluation.results import to_plain
from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.methods.few_clusters.cr2 import cr2
from throughline.methods.few_clusters.jackknife import jackknife, leave_one_site_out
from throughline.methods.few_clusters.normal import cr1_normal
from throughline.methods.few_clusters.ratios import from_logit
from throughline.methods.few_clusters.wild import wild_bootstrap
from throughline.methods.suppression import Profile
from throughline.reporting.material import Estimate
from throughline.reporting.sensitivity_left import as_left
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import OutcomeKind


def individually() -> Answers:
    """The people behind `TOLD`."""
    rows = [
        (place, phase, value)
        for place, told in enumerate(TOLD.values())
        for phase, counts in enumerate(told)
        for value, count in zip((1.0, 0.0), counts, strict=True)
        for _ in range(count)
    ]
    site, after, y = (np.array(column) for column in zip(*rows, strict=True))
    return answers_of(
        kind=OutcomeKind.BINARY, sites=tuple(TOLD), arms=[ARMS[site] for site in TOLD], site=site, is_after=after, y=y,
        missing=Missing(declined=84, not_asked=132),
    )  # fmt: skip


def sensitivity(*, primary: bool = False) -> dict[str, Any]:
    """The table of one outcome as `results` keeps it."""
    answers = individually()
    logit = from_logit(answers, planned_primary=primary)
    try:
        cr1_normal(answers)
    except Unready as refusal:
        refused = refusal.sentence
    table = OutcomeSensitivity(
        outcome=None,  # type: ignore[arg-type]  # written below, as it stands in the contrast
        lines=(
            Line(Way.CR2, cr2(answers, planned_primary=primary)),
            Line(Way.JACKKNIFE, jackknife(answers, planned_primary=primary)),
            Line(Way.WILD_BOOTSTRAP, wild_bootstrap(answers, rng=np.random.default_rng(1), planned_primary=primary)),
            Line(Way.NORMAL, None, refused),
            Line(Way.ATT, logit.att),
            Line(Way.ODDS_RATIO, logit.odds_ratio),
        ),
        without_site=leave_one_site_out(answers),
        refused=None,
    )  # fmt: skip
    plain: dict[str, Any] = to_plain(table)
    return {**plain, "outcome": contrast(primary=primary)["outcome"]}


def refused_sensitivity() -> dict[str, Any]:
    """The table of an outcome that one arm did not record."""
    return {
        **sensitivity(),
        "lines": [], "without_site": None,
        "refused": {"text": "The %(arm)s sites recorded nothing of this outcome.", "params": {"arm": "comparison"}},
    }  # fmt: skip


def beside_of(
    estimate: Estimate, found: dict[str, Any], profile: Profile, table: dict[str, Any] | None = None
) -> Estimate:
    """The estimate with its table as it leaves."""
    is_primary = found["outcome"]["rank"] == "primary"
    asked = sensitivity(primary=is_primary) if table is None else table
    return replace(estimate, beside=as_left(estimate, found, asked, profile, seed=1))
