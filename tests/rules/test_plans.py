"""What may stand in an analysis plan, before it is locked."""

from __future__ import annotations

import pytest

from throughline.methods import contrast, covariates
from throughline.rules.plans import Plan, check_plan, content_of, plan_of
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import HEADLINE, HEADLINE_ADJUSTED, OutcomeRank

RANKS = {"told": OutcomeRank.PRIMARY, "housed": OutcomeRank.SECONDARY}


def test_plan_comes_back_as_it_was_written_with_the_one_interval() -> None:
    plan = Plan(("told",), ("housed",), ("age", "gender-woman"), ("gender-woman",), ("declined", "not_asked"))
    content = content_of(plan, "Nothing else.")
    check_plan(content, RANKS)
    assert plan_of(content) == plan
    assert (
        content["headline"] == HEADLINE_ADJUSTED == covariates.METHOD and content["words"] == "Nothing else."
    )
    assert content_of(Plan())["headline"] == HEADLINE == contrast.METHOD
    check_plan({"anything": {"else": [1, 2]}}, {})
    assert plan_of({"anything": 1, "primary": "told"}) == Plan()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"primary": ["toled"]}, "no outcome toled. There are: housed, told"),
        ({"primary": ["housed"]}, "has housed as secondary outcome, and the plan as primary"),
        ({"secondary": ["told"]}, "has told as primary outcome"),
        ({"covariates": "age"}, "covariates in the plan is a list of codes"),
        ({"covariates": ['a"] or 1']}, "is a list of codes"),
        ({"subgroups": ["a", "a"]}, "names a code twice"),
        ({"imputed": ["not_applicable"]}, "What was not applicable never is"),
        ({"headline": "cr2/1"}, "names one interval as the answer: contrast.site_change/1"),
        ({"headline": HEADLINE, "covariates": ["age"]}, "since it adjusts for covariates"),
    ],
)  # fmt: skip
def test_plan_with_a_slip_of_the_pen_is_refused(content: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        check_plan(content, RANKS)
