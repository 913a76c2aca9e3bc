"""A referrer's board: what only the service knows looks the same, however it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from tests.cast import SYSTEM
from tests.web.world import World

from throughline.records.referral.actions import move_referral
from throughline.vocabulary.referral import OutcomeSource
from throughline.vocabulary.referral import ReferralState as S

pytestmark = pytest.mark.django_db


def seen_by(browser: Client, world: World) -> list[Any]:
    """Everything that lists of referrals tell about Omar's."""
    address = f"/api/programmes/{world.cast.programme.id}/referrals"
    pages = ("/referrals/", *(f"/referrals/?show={show}" for show in ("not_shared", "closed", "stale")))
    return [
        *(browser.get(address, {"with_closed": closed}).json() for closed in ("true", "false")),
        *(str(world.omars.id) in browser.get(page).content.decode() for page in pages),
    ]


@pytest.mark.parametrize("closing", [S.IN_CUSTODY, S.DECLINED, S.DECEASED, S.EXPIRED])
def test_referrer_sees_no_difference_when_a_referral_closes(world: World, now: datetime, closing: S) -> None:
    browser = Client()
    browser.force_login(world.cast.omar.account)
    referral, seen = world.omars, []
    for state in (S.ACCEPTED, closing):
        referral = move_referral(
            referral=referral, state=state, source=OutcomeSource.UNKNOWN, happened_at=now,
            base_version=referral.version, by=SYSTEM, at=now,
        )  # fmt: skip
        seen.append(seen_by(browser, world))
    assert seen[0] == seen[1]
    assert len(seen[0][0]) == len(seen[0][1]) == 1 and seen[0][2:4] == [True, True]
