"""The wall between police and service, and that nobody gives themselves a role."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.test_access import HERE, THERE, actor_as
from throughline.rules.access import check_may_hold, check_may_manage_account
from throughline.rules.memberships import MAY_HOLD, Held, check_one_side, check_roles_fit
from throughline.rules.permissions import Permission as P
from throughline.rules.roles import permissions_of
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound
from throughline.vocabulary.programme import OrganisationKind
from throughline.vocabulary.roles import Role

SEES_PEOPLE = {
    P.SEE_CONTACTS,
    P.RECORD_CONTACT,
    P.SEE_CLIENT_HISTORY,
    P.SEE_REFERRALS,
    P.SEE_SOURCES,
    P.CLOSE_NEED,
}


def test_every_kind_of_organisation_has_its_roles() -> None:
    assert set(MAY_HOLD) == set(OrganisationKind)
    assert frozenset().union(*MAY_HOLD.values()) == set(Role)


def test_police_hold_no_role_that_sees_a_contact_a_client_or_a_source() -> None:
    assert not permissions_of(MAY_HOLD[OrganisationKind.POLICE]) & SEES_PEOPLE


@pytest.mark.parametrize("role", sorted(set(Role) - MAY_HOLD[OrganisationKind.POLICE]))
def test_police_as_anything_else_is_refused(role: Role) -> None:
    with pytest.raises(Invalid):
        check_roles_fit(OrganisationKind.POLICE, [role], is_beyond_own_sites=False)


def test_police_at_a_service_site_is_refused() -> None:
    with pytest.raises(Invalid, match="own organisation"):
        check_roles_fit(OrganisationKind.POLICE, [Role.REFERRER], is_beyond_own_sites=True)
    check_roles_fit(OrganisationKind.POLICE, [Role.REFERRER], is_beyond_own_sites=False)


def test_nobody_gives_themselves_roles() -> None:
    with pytest.raises(NotAllowed):
        check_may_hold(actor_as(Role.ADMINISTRATOR), HERE, is_oneself=True)


def test_account_of_two_programmes_is_not_one_administrators() -> None:
    administrator = actor_as(Role.ADMINISTRATOR)
    check_may_manage_account(administrator, HERE, member_of=frozenset({HERE}), is_oneself=False)
    with pytest.raises(NotAllowed):
        check_may_manage_account(administrator, HERE, member_of=frozenset({HERE, THERE}), is_oneself=False)
    for member_of in (frozenset({THERE}), frozenset({UUID(int=99)}), frozenset[UUID]()):
        with pytest.raises(NotFound):  # they are not told of at all
            check_may_manage_account(administrator, HERE, member_of=member_of, is_oneself=False)


DAY = date(2026, 1, 1)
DAYS = st.integers(0, 6).map(lambda days: DAY + timedelta(days=days))


@st.composite
def held(draw: st.DrawFn) -> Held:
    kind = draw(st.sampled_from(OrganisationKind))
    roles = draw(st.frozensets(st.sampled_from(sorted(MAY_HOLD[kind])), min_size=1, max_size=3))
    from_on = draw(DAYS)
    return Held(kind, roles, from_on, draw(st.none() | DAYS.filter(lambda day: day >= from_on)))


def holds_on(one: Held, day: date) -> bool:
    return one.from_on <= day and (one.to_on is None or day <= one.to_on)


@given(held(), held())
def test_one_account_is_never_on_both_sides_on_a_day(one: Held, other: Held) -> None:
    """Against every day counted out, and in either order."""
    days = [DAY + timedelta(days=number) for number in range(8)]
    is_both = any(holds_on(one, day) and holds_on(other, day) for day in days)
    is_police = OrganisationKind.POLICE in (one.kind, other.kind)
    is_wrong = is_both and is_police and bool((one.roles | other.roles) - MAY_HOLD[OrganisationKind.POLICE])
    for wanted, there in ((one, other), (other, one)):
        if is_wrong:
            with pytest.raises(Invalid, match="on the same day"):
                check_one_side(wanted, [there])
        else:
            check_one_side(wanted, [there])
