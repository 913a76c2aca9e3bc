"""One account never acts for the police and in a service on the same day, in whichever order it was asked for."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.cast import START, Cast, Person
from throughline.records.programme.actions import end_membership, grant_membership
from throughline.records.programme.models import Membership, Organisation
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.roles import Role

pytestmark = pytest.mark.django_db
FIRST = START.date()


def grant(
    cast: Cast, person: Person, organisation: Organisation, role: Role, now: datetime, from_on: date
) -> Membership:
    return grant_membership(
        account=person.account, organisation=organisation, roles=[role], from_on=from_on,
        by=cast.ada.actor, at=now,
    )  # fmt: skip


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.PEER_WORKER, Role.ANALYST, Role.ADMINISTRATOR])
def test_grant_membership_of_a_service_to_police_is_refused(cast: Cast, now: datetime, role: Role) -> None:
    with pytest.raises(Invalid, match="cannot act for the police and be"):
        grant(cast, cast.omar, cast.service, role, now, FIRST + timedelta(days=400))
    assert Membership.objects.filter(account=cast.omar.account).count() == 1


@pytest.mark.parametrize("role", [Role.REFERRER, Role.OUTREACH_OFFICER])
def test_grant_membership_of_the_police_to_a_worker_is_refused(cast: Cast, now: datetime, role: Role) -> None:
    with pytest.raises(Invalid, match="cannot act for the police and be practitioner"):
        grant(cast, cast.bob, cast.police, role, now, FIRST)


def test_grant_membership_on_the_other_side_once_the_first_has_ended(cast: Cast, now: datetime) -> None:
    (first,) = Membership.objects.filter(account=cast.omar.account)
    end_membership(membership=first, on=FIRST + timedelta(days=30), by=cast.ada.actor, at=now)
    with pytest.raises(Invalid):
        grant(cast, cast.omar, cast.service, Role.PRACTITIONER, now, FIRST + timedelta(days=30))
    grant(cast, cast.omar, cast.service, Role.PRACTITIONER, now, FIRST + timedelta(days=31))


def test_end_membership_cannot_be_put_off_across_the_wall(cast: Cast, now: datetime) -> None:
    (first,) = Membership.objects.filter(account=cast.omar.account)
    end_membership(membership=first, on=FIRST + timedelta(days=30), by=cast.ada.actor, at=now)
    grant(cast, cast.omar, cast.service, Role.PRACTITIONER, now, FIRST + timedelta(days=31))
    with pytest.raises(Invalid, match="on the same day"):
        end_membership(membership=first, on=FIRST + timedelta(days=31), by=cast.ada.actor, at=now)
    first.refresh_from_db()
    assert first.to_on == FIRST + timedelta(days=30)


def test_grant_membership_of_roles_that_police_hold_is_allowed_beside(cast: Cast, now: datetime) -> None:
    grant(cast, cast.omar, cast.housing, Role.REFERRER, now, FIRST)
