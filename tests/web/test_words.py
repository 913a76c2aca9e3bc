"""Every word of the vocabulary that a page shows has words for people."""

from __future__ import annotations

from enum import StrEnum

import pytest
from tests.cast import START, SYSTEM, Cast

from throughline.records.engagement.actions.correcting import REASONS as WHY
from throughline.records.programme.actions import add_code
from throughline.vocabulary import chain, programme, referral, roles, study
from throughline.web import words

MAPS: dict[type[StrEnum], words.Words] = {
    chain.Route: words.ROUTES, chain.Mode: words.MODES, chain.WhoSpoke: words.WHO_SPOKE,
    chain.Newness: words.NEWNESS, chain.DurationBand: words.DURATIONS, chain.ContactKind: words.KINDS,
    chain.Answer: words.ANSWERS, chain.Urgency: words.URGENCIES, chain.ActionKind: words.ACTIONS,
    referral.Door: words.DOORS, referral.ReferralKind: words.REFERRAL_KINDS,
    referral.OutcomeSource: words.OUTCOME_SOURCES, programme.Reporting: words.REPORTING,
    study.SourceKind: words.SOURCE_KINDS, study.Approach: words.APPROACHES,
    study.ThemeStatus: words.THEME_STATUSES, study.CodeOrigin: words.CODE_ORIGINS,
    study.ThemeRelationKind: words.RELATION_KINDS, study.Step: words.STEPS, roles.Role: words.ROLES_SHOWN,
    chain.Place: words.LISTED["place"], chain.Topic: words.LISTED["topic"],
    chain.NeedDomain: words.LISTED["need_domain"], chain.NeedClosed: words.LISTED["need_closed"],
    chain.BarrierKind: words.LISTED["barrier_kind"],
}  # fmt: skip


@pytest.mark.parametrize("enum", list(MAPS), ids=lambda enum: enum.__name__)
def test_every_member_has_words(enum: type[StrEnum]) -> None:
    assert set(MAPS[enum]) == set(enum)
    assert all(str(label).strip() for label in MAPS[enum].values())


def test_every_reason_of_a_correction_has_words() -> None:
    assert set(words.REASONS) == WHY


@pytest.mark.django_db
def test_listed_shows_the_programmes_own_codes_after_the_vocabularys(cast: Cast) -> None:
    add_code(
        programme=cast.programme, list_name="topic", code="gambling", label="Gambling", core="other", by=SYSTEM,
        at=START,
    )  # fmt: skip
    shown = words.listed(cast.programme.id, "topic")
    assert list(shown) == [*(topic.value for topic in chain.Topic), "gambling"]
    assert str(shown["gambling"]) == "Gambling" and str(shown["other"]) == "something else"
