"""How the arms moved before the programme, as a freeze answers it and as it leaves, from months made here."""

from __future__ import annotations

from typing import Any

from tests.methods.test_beforehand import made
from throughline.evaluation.questions.beforehand import StepBefore
from throughline.evaluation.results import to_plain
from throughline.methods.beforehand import placebo, trends
from throughline.methods.suppression import Profile
from throughline.reporting.beforehand_left import left
from throughline.vocabulary.study import Step


def step_before() -> Any:
    """Plain values of the one step."""
    sites = made(2)
    return to_plain(StepBefore(Step.CRACK_USE_TOLD, (), trends(sites), None, placebo(sites), None))


def beforehand_left(profile: Profile) -> tuple[Any, ...]:
    return (left(step_before(), profile),)
