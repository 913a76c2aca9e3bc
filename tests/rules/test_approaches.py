"""What each approach makes use of, and what only where the analysis asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from throughline.rules.approaches import (
    BLIND_UNLESS_OPENED,
    NOT_ASKED_FOR,
    NOT_COUNTED,
    USES,
    check_approach_uses,
    may_use,
    uses,
    why_not_counted,
)
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import Approach, ApproachUse

CODEBOOK = (Approach.CODEBOOK_TEMPLATE, Approach.CODEBOOK_FRAMEWORK)
REQUESTED = (ApproachUse.COUNTS, ApproachUse.SATURATION)


@dataclass
class An:
    approach: str
    with_counts: bool = False
    with_saturation: bool = False


def test_every_approach_says_what_it_uses() -> None:
    assert set(USES) == set(Approach)


def test_reflexive_analysis_neither_counts_nor_compares() -> None:
    assert USES[Approach.REFLEXIVE] == {ApproachUse.OTHER_READINGS}


def test_agreement_is_asked_for_by_coding_reliability_alone() -> None:
    assert [one for one in Approach if may_use(one, ApproachUse.AGREEMENT)] == [Approach.CODING_RELIABILITY]
    assert BLIND_UNLESS_OPENED == (Approach.CODING_RELIABILITY,)


@pytest.mark.parametrize("approach", Approach)
@pytest.mark.parametrize("use", ApproachUse)
def test_check_refuses_exactly_what_is_not_used(approach: Approach, use: ApproachUse) -> None:
    for analysis in (An(approach), An(approach, True, True)):
        if uses(analysis, use):
            check_approach_uses(analysis, use)
        else:
            with pytest.raises(Unready, match=r"makes no use|does not ask"):
                check_approach_uses(analysis, use)


def test_counts_and_saturation_are_each_there_where_a_codebook_approach_asks_for_it() -> None:
    for approach in Approach:
        for asked in (An(approach), An(approach, with_counts=True), An(approach, with_saturation=True)):
            found = tuple(uses(asked, use) for use in REQUESTED)
            wanted = (asked.with_counts, asked.with_saturation)
            is_always = (approach is Approach.CODING_RELIABILITY,) * 2
            assert found == (wanted if approach in CODEBOOK else is_always), asked


def test_why_themes_are_not_counted() -> None:
    told = {one: [why_not_counted(one, is_asked_for=asked) for asked in (False, True)] for one in Approach}
    assert told == {
        Approach.REFLEXIVE: [NOT_COUNTED, NOT_COUNTED],
        **{one: [NOT_ASKED_FOR, None] for one in CODEBOOK},
        Approach.CODING_RELIABILITY: [None, None],
    }
