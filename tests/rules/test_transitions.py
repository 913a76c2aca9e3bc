"""What may follow what, over every pair of states."""

from __future__ import annotations

import pytest

from throughline.rules.access import may
from throughline.rules.transitions import (
    CLOSED,
    FOLLOWS,
    NEEDS_SOURCE,
    SHARED_WITH_REFERRER,
    check_may_follow,
    check_source_given,
    shared_with_referrer,
)
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.referral import OutcomeSource
from throughline.vocabulary.referral import ReferralState as S

TERMINAL = {
    S.COMPLETED,
    S.DECLINED,
    S.REJECTED,
    S.COULD_NOT_CONTACT,
    S.WITHDRAWN,
    S.EXPIRED,
    S.TRANSFERRED,
    S.DECEASED,
}


def test_follows_is_total() -> None:
    assert set(FOLLOWS) == set(S)


@pytest.mark.parametrize("now", S)
@pytest.mark.parametrize("then", S)
def test_check_may_follow_agrees_with_the_table(now: S, then: S) -> None:
    if then in FOLLOWS[now]:
        check_may_follow(now, then)
    else:
        with pytest.raises(Unready) as refusal:
            check_may_follow(now, then)
        assert now.value in str(refusal.value)


def test_follows_ends_where_it_should() -> None:
    assert {state for state in S if not FOLLOWS[state]} == TERMINAL
    assert TERMINAL | {S.IN_CUSTODY} == CLOSED


def test_follows_reaches_every_state_from_a_draft() -> None:
    reached, waiting = {S.DRAFT}, [S.DRAFT]
    while waiting:
        fresh = FOLLOWS[waiting.pop()] - reached
        reached |= fresh
        waiting += fresh
    assert reached == set(S)


@pytest.mark.parametrize("state", S)
def test_follows_every_open_state_can_come_to_an_end(state: S) -> None:
    reached: set[S] = set()
    waiting = [state]
    while waiting:
        fresh = FOLLOWS[waiting.pop()] - reached
        reached |= fresh
        waiting += fresh
    assert state in TERMINAL or reached & TERMINAL


def test_follows_never_back_to_a_draft_nor_out_unsent() -> None:
    assert all(S.DRAFT not in after for after in FOLLOWS.values())
    assert FOLLOWS[S.DRAFT] == {S.SENT, S.WITHDRAWN}


def test_completed_only_after_entered() -> None:
    assert {state for state, after in FOLLOWS.items() if S.COMPLETED in after} == {S.ENTERED}


@pytest.mark.parametrize("state", S)
def test_source_is_asked_of_every_outcome(state: S) -> None:
    if state in NEEDS_SOURCE:
        with pytest.raises(Invalid) as refusal:
            check_source_given(state, None)
        assert "source" in refusal.value.fields
    else:
        check_source_given(state, None)
    for source in OutcomeSource:
        check_source_given(state, source)


def test_source_is_needed_where_something_is_claimed_of_the_person() -> None:
    assert TERMINAL | {S.ENTERED, S.IN_CUSTODY} == NEEDS_SOURCE


@pytest.mark.parametrize("state", S)
def test_referrer_sees_nothing_of_what_became_of_the_person(state: S) -> None:
    shown = shared_with_referrer(state)
    assert shown == (state if state in {S.DRAFT, S.SENT, S.RECEIVED} else None)
    assert not SHARED_WITH_REFERRER & NEEDS_SOURCE


def test_may_is_about_permission_only() -> None:
    """A state that stands in the way is no matter of permission: the twin does not swallow it."""
    with pytest.raises(Unready):
        may(check_may_follow, S.COMPLETED, S.SENT)
