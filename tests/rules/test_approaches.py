"""What each approach makes use of."""

from __future__ import annotations

import pytest

from throughline.rules.approaches import BLIND_UNLESS_OPENED, USES, check_approach_uses, uses
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import Approach, ApproachUse


def test_every_approach_says_what_it_uses() -> None:
    assert set(USES) == set(Approach)


def test_reflexive_analysis_neither_counts_nor_compares() -> None:
    assert USES[Approach.REFLEXIVE] == {ApproachUse.OTHER_READINGS}


def test_agreement_is_asked_for_by_coding_reliability_alone() -> None:
    assert [one for one in Approach if uses(one, ApproachUse.AGREEMENT)] == [Approach.CODING_RELIABILITY]
    assert BLIND_UNLESS_OPENED == (Approach.CODING_RELIABILITY,)


@pytest.mark.parametrize("approach", Approach)
@pytest.mark.parametrize("use", ApproachUse)
def test_check_refuses_exactly_what_is_not_used(approach: Approach, use: ApproachUse) -> None:
    if uses(approach.value, use):
        check_approach_uses(approach.value, use)
    else:
        with pytest.raises(Unready, match="makes no use"):
            check_approach_uses(approach.value, use)
