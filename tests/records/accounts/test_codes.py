"""Whose account an administrator can close or take over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.cast import SYSTEM, Cast
from throughline.records.accounts.actions import add_account, close_account, issue_sign_in_code
from throughline.records.accounts.models import Account, SignInCode
from throughline.vocabulary.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", [close_account, issue_sign_in_code])
def test_somebody_of_no_programme_is_no_administrators(
    cast: Cast, now: datetime, act: Callable[..., object]
) -> None:
    programme = cast.programme.id
    nobody: Account = add_account(
        programme_id=programme, username="kit", display_name="Kit", password=None, by=SYSTEM, at=now
    )
    with pytest.raises(NotFound, match="nobody of this name"):
        act(programme_id=programme, account=nobody, by=cast.ada.actor, at=now)
    nobody.refresh_from_db()
    assert nobody.is_active and not SignInCode.objects.filter(account=nobody).exists()
    act(programme_id=programme, account=nobody, by=SYSTEM, at=now)
