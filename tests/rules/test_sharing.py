"""Which basis carries what, to whom: over every basis and everything that may pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from throughline.rules.sharing import (
    Passage,
    Standing,
    check_consent_days,
    check_may_share,
    passes_something,
)
from throughline.vocabulary.errors import Invalid, NotAllowed
from throughline.vocabulary.referral import ReferralKind
from throughline.vocabulary.sharing import Shared, SharingBasis

DAY = date(2026, 3, 2)
REFERRAL = frozenset({Shared.REFERRAL})
PASSAGE = Passage(REFERRAL, DAY, is_to_police=False, is_of_client=True, has_agreement=False)
CONSENT = Standing(UUID(int=1), REFERRAL, DAY, DAY + timedelta(days=30), is_withdrawn=False)
CONSENTED, AGREED = SharingBasis.WRITTEN_CONSENT, SharingBasis.AGREEMENT


def carries(passage: Passage, basis: SharingBasis | None, *consents: Standing) -> bool:
    try:
        check_may_share(passage, basis, consents)
    except (Invalid, NotAllowed):
        return False
    return True


def test_written_consent_is_of_the_day_the_scope_and_not_taken_back() -> None:
    for change, stands in (
        ({}, True),
        ({"to_on": DAY}, True),  # the last day counts
        ({"to_on": DAY - timedelta(days=1)}, False),
        ({"from_on": DAY + timedelta(days=1)}, False),
        ({"is_withdrawn": True}, False),
        ({"scope": frozenset({Shared.NEEDS})}, False),
        ({"scope": frozenset(Shared)}, True),
    ):
        assert carries(PASSAGE, CONSENTED, replace(CONSENT, **change)) is stands, change
    assert not carries(PASSAGE, CONSENTED)
    assert not carries(replace(PASSAGE, what=frozenset({Shared.REFERRAL, Shared.NAME})), CONSENTED, CONSENT)


def test_the_consent_that_lasts_longest_is_named() -> None:
    longer = replace(CONSENT, id=UUID(int=2), to_on=DAY + timedelta(days=90))
    assert check_may_share(PASSAGE, CONSENTED, [longer, CONSENT]) == longer.id
    assert check_may_share(PASSAGE, SharingBasis.EMERGENCY, [longer]) is None


@pytest.mark.parametrize("basis", [None, SharingBasis.NOT_RECORDED])
def test_a_basis_must_be_said(basis: SharingBasis | None) -> None:
    with pytest.raises(Invalid) as refusal:
        check_may_share(replace(PASSAGE, is_of_client=False), basis)
    assert "basis" in refusal.value.fields


def test_police_learn_by_consent_a_referral_and_its_outcome_and_by_agreement_nothing() -> None:
    every = replace(CONSENT, scope=frozenset(Shared))
    for one in Shared:
        passage = replace(PASSAGE, what=frozenset({one}), is_to_police=True, has_agreement=True)
        assert carries(passage, CONSENTED, every) is (one in {Shared.REFERRAL, Shared.OUTCOME}), one
        assert not carries(passage, AGREED)


def test_agreement_carries_a_referral_where_it_stands() -> None:
    for one, stands in product(Shared, (True, False)):
        passage = replace(PASSAGE, what=frozenset({one}), has_agreement=stands)
        assert carries(passage, AGREED) is (stands and one in {Shared.REFERRAL, Shared.OUTCOME}), one


def test_of_nobody_known_what_is_said_stands() -> None:
    unknown = replace(PASSAGE, is_of_client=False)
    assert all(carries(unknown, basis) for basis in SharingBasis if basis is not SharingBasis.NOT_RECORDED)


def test_duties_carry_whatever_is_needed() -> None:
    whole = replace(PASSAGE, what=frozenset(Shared), is_to_police=True)
    for basis in (SharingBasis.EMERGENCY, SharingBasis.SAFEGUARDING_DUTY, SharingBasis.COURT_ORDER):
        assert carries(whole, basis)
    assert not carries(replace(whole, what=frozenset()), SharingBasis.EMERGENCY)


def test_being_told_where_to_go_passes_nothing() -> None:
    one, other = UUID(int=1), UUID(int=2)
    assert [kind for kind in ReferralKind if not passes_something(kind, one, other)] == [
        ReferralKind.SIGNPOST
    ]
    assert not any(passes_something(kind, one, one) for kind in ReferralKind)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"signed_on": DAY + timedelta(days=1), "from_on": DAY + timedelta(days=1)}, "signed_on"),
        ({"from_on": DAY - timedelta(days=1)}, "from_on"),
        ({"to_on": DAY - timedelta(days=1)}, "to_on"),
        ({"to_on": date(2029, 3, 3)}, "to_on"),
    ],
)
def test_days_of_a_consent_follow_each_other(changed: dict[str, date], field: str) -> None:
    days = {"signed_on": DAY, "from_on": DAY, "to_on": date(2029, 3, 2), "today": DAY}
    check_consent_days(**days)
    with pytest.raises(Invalid) as refusal:
        check_consent_days(**(days | changed))
    assert set(refusal.value.fields) == {field}
