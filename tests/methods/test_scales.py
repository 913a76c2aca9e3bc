"""Scores of questionnaires: by hand, and what holds of every one."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.methods.scales import score, scores
from throughline.vocabulary.attitudes import ScoringKey, Subscale
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing

SUPPORT = Subscale("support", (1, 2, 3, 4), reversed_items=(3,), may_miss=2)
KEY = ScoringKey(1, 7, (SUPPORT, Subscale("burden", (5,), is_higher_better=False)))


def test_score_by_hand() -> None:
    assert score(KEY, SUPPORT, {1: 7, 2: 5, 3: 2, 4: 4}) == (7 + 5 + 6 + 4) / 4
    assert scores(KEY, {1: 7, 2: 5, 3: 2, 4: 4}) == {"support": 5.5, "burden": Nothing.NOT_RECORDED}


def test_as_many_may_be_missing_as_the_key_says() -> None:
    assert score(KEY, SUPPORT, {1: 7, 3: 2, 4: Nothing.DECLINED}) == 6.5
    assert score(KEY, SUPPORT, {3: 2, 4: Nothing.DECLINED}) is Nothing.DECLINED


def test_all_of_one_kind_of_nothing_stay_that_kind() -> None:
    assert score(KEY, SUPPORT, dict.fromkeys(SUPPORT.items, Nothing.NOT_ASKED)) is Nothing.NOT_ASKED
    assert score(KEY, SUPPORT, {1: Nothing.NOT_APPLICABLE}) is Nothing.NOT_RECORDED
    partly = {1: 7, 2: Nothing.DONT_KNOW, 3: Nothing.NOT_ASKED, 4: Nothing.NOT_APPLICABLE}
    assert score(KEY, SUPPORT, partly) is Nothing.DONT_KNOW


def test_an_answer_outside_the_range_is_refused() -> None:
    for wrong in (0, 8):
        with pytest.raises(Invalid, match="from 1 to 7"):
            score(KEY, SUPPORT, {1: wrong, 2: 1, 3: 1, 4: 1})


answers_given = st.lists(st.one_of(st.integers(1, 7), st.sampled_from(Nothing)), min_size=4, max_size=4)


@given(answers_given)
def test_prorating_is_putting_what_is_missing_at_the_persons_own_mean(given_: list[int | Nothing]) -> None:
    found = score(KEY, SUPPORT, dict(enumerate(given_, start=1)))
    turned = [
        None if isinstance(x, Nothing) else 8 - x if item == 3 else x
        for item, x in enumerate(given_, start=1)
    ]
    known = [x for x in turned if x is not None]
    if len(known) < 2:
        assert isinstance(found, Nothing)
        return
    filled = [mean(known) if x is None else x for x in turned]
    assert found == pytest.approx(sum(filled) / 4) and 1 <= found <= 7


@given(answers_given)
def test_turning_every_item_round_turns_the_score_round(given_: list[int | Nothing]) -> None:
    other = Subscale("other", (1, 2, 3, 4), reversed_items=(1, 2, 4), may_miss=2)
    held = dict(enumerate(given_, start=1))
    there, back = score(KEY, SUPPORT, held), score(KEY, other, held)
    if isinstance(there, Nothing) or isinstance(back, Nothing):
        assert there is back
    else:
        assert there + back == pytest.approx(8)


def test_key_survives_being_kept() -> None:
    assert ScoringKey.from_json(KEY.as_json()) == KEY and KEY.items == (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Subscale("a", ()),
        lambda: Subscale("a", (1, 1)),
        lambda: Subscale("a", (0,)),
        lambda: Subscale("a", (1,), (2,)),
        lambda: Subscale("a", (1, 2), may_miss=2),
        lambda: Subscale("<b>", (1,)),
        lambda: ScoringKey(5, 5, (SUPPORT,)),
        lambda: ScoringKey(1, 5, ()),
        lambda: ScoringKey(1, 5, (SUPPORT, Subscale("Support", (1,)))),
    ],
)
def test_a_key_that_cannot_be_is_refused(make: object) -> None:
    with pytest.raises(Invalid):
        make()  # type: ignore[operator]
