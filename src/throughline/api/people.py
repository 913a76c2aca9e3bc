"""Who may act in the programme: for who manages accounts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import AfterValidator, Field, StrictBool, StringConstraints, model_validator

from throughline.api.asked import all_of, check_any, one_of, programme_where
from throughline.api.session import acting, now
from throughline.api.setting_up import NO_ORGANISATION, LastDayIn
from throughline.api.shapes import Day, In, Limit, Name, Offset, Out, answers
from throughline.records.accounts import actions as accounts
from throughline.records.accounts.models import Account
from throughline.records.programme import actions
from throughline.records.programme.models import Membership, Programme
from throughline.records.programme.queries import open_sites, organisations_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.roles import Role

router = Router(tags=["people"])
NO_MEMBER = Sentence("There is no such member of this programme.")
SomeSites = Annotated[list[UUID], Field(max_length=500)]


def _address(value: str) -> str:
    if value:
        try:
            validate_email(value)
        except ValidationError as error:
            raise ValueError("this is no address of e-mail") from error
    return value


class MembershipIn(In):
    """For which organisation somebody acts, in which roles, at some sites or all, from when to when."""

    organisation_id: UUID
    roles: Annotated[list[Role], Field(min_length=1, max_length=len(Role))]
    site_ids: SomeSites = []
    is_all_sites: StrictBool = False
    from_on: Day
    to_on: Day | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.site_ids) == self.is_all_sites:
            raise ValueError("Say at which sites: either some of them, or all.")
        if self.to_on is not None and self.to_on < self.from_on:
            raise ValueError("The last day is before the first.")
        return self


class PersonIn(In):
    """Somebody new, who can sign in, and what they may do."""

    display_name: Name
    username: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9@.+_-]{1,150}$")]
    email: Annotated[str, StringConstraints(max_length=254), AfterValidator(_address)] = ""
    membership: MembershipIn


class HeldMembershipOut(Out):
    id: UUID
    organisation_id: UUID
    roles: list[str]
    site_ids: list[UUID]
    is_all_sites: bool
    from_on: date
    to_on: date | None


class PersonOut(Out):
    id: UUID
    display_name: str
    username: str
    is_active: bool
    memberships: list[HeldMembershipOut]


class SignInCodeOut(Out):
    """A one-time code to hand over in person, valid for a day. It is shown this once."""

    account_id: UUID
    code: str


@router.get("/programmes/{programme_id}/people", response=answers(list[PersonOut]), operation_id="people")
def people(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[PersonOut]:
    """Who is a member of the programme, by name, with the memberships they have and had."""
    programme = programme_where(request, programme_id, P.MANAGE_ACCOUNTS)
    found: dict[UUID, list[Membership]] = {}
    for row in _memberships(acting(request), programme.id):
        found.setdefault(row.account_id, []).append(row)
    shown = list(found.values())[offset : offset + limit]
    return [_shown(rows[0].account, rows) for rows in shown]


@router.post(
    "/programmes/{programme_id}/people", response=answers(SignInCodeOut, 201), operation_id="add_person"
)
def add_person(request: HttpRequest, programme_id: UUID, said: PersonIn) -> Status[Any]:
    """Somebody new, with a membership; answers with the code by which they sign in first."""
    programme = programme_where(request, programme_id, P.MANAGE_ACCOUNTS)
    given = _given(request, programme, said.membership)
    with transaction.atomic():
        person = accounts.add_account(
            programme_id=programme.id, username=said.username, display_name=said.display_name, password=None,
            email=said.email, by=acting(request), at=now(),
        )  # fmt: skip
        actions.grant_membership(account=person, **given, by=acting(request), at=now())
        return Status(201, _code(request, programme, person))


@router.post(
    "/programmes/{programme_id}/people/{account_id}/code", response=answers(SignInCodeOut, 201),
    operation_id="issue_sign_in_code",
)  # fmt: skip
def issue_code(request: HttpRequest, programme_id: UUID, account_id: UUID) -> Status[Any]:
    """For a member who lost their password. A second step that they set up stays, and asks."""
    programme = programme_where(request, programme_id, P.MANAGE_ACCOUNTS)
    return Status(201, _code(request, programme, _member(acting(request), programme.id, account_id)))


@router.post(
    "/programmes/{programme_id}/people/{account_id}/memberships", response=answers(HeldMembershipOut, 201),
    operation_id="grant_membership",
)  # fmt: skip
def grant_membership(
    request: HttpRequest, programme_id: UUID, account_id: UUID, said: MembershipIn
) -> Status[Any]:
    """Another role, or more sites, beside what a member has."""
    programme = programme_where(request, programme_id, P.MANAGE_ACCOUNTS)
    member = _member(acting(request), programme.id, account_id)
    row = actions.grant_membership(
        account=member, **_given(request, programme, said), by=acting(request), at=now()
    )
    return Status(201, _held(row))


@router.post(
    "/programmes/{programme_id}/people/{account_id}/close", response=answers(PersonOut),
    operation_id="close_account",
)  # fmt: skip
def close_account(request: HttpRequest, programme_id: UUID, account_id: UUID) -> PersonOut:
    """Nobody signs in with it any more; what it recorded stays."""
    programme, actor = programme_where(request, programme_id, P.MANAGE_ACCOUNTS), acting(request)
    member = _member(actor, programme.id, account_id)
    row = accounts.close_account(programme_id=programme.id, account=member, by=actor, at=now())
    return _shown(row, [one for one in _memberships(actor, programme.id) if one.account_id == row.id])


@router.post(
    "/memberships/{membership_id}/end", response=answers(HeldMembershipOut), operation_id="end_membership"
)
def end_membership(request: HttpRequest, membership_id: UUID, said: LastDayIn) -> HeldMembershipOut:
    """Name its last day. Nobody ends their own."""
    actor = acting(request)
    missing = Sentence("There is no such membership in this programme.")
    row: Membership = one_of(Membership.objects.visible_to(actor), membership_id, missing)
    check_any(request, row.programme_id, P.MANAGE_ACCOUNTS)
    return _held(actions.end_membership(membership=row, on=said.on, by=actor, at=now()))


def _memberships(actor: Actor, programme_id: UUID) -> Any:
    rows = Membership.objects.visible_to(actor).filter(programme_id=programme_id)
    rows = rows.select_related("account", "organisation").prefetch_related("sites")
    return rows.order_by("account__display_name", "account_id", "from_on", "id")


def _member(actor: Actor, programme_id: UUID, account_id: UUID) -> Account:
    row = _memberships(actor, programme_id).filter(account_id=account_id).first()
    if row is None:
        raise NotFound(NO_MEMBER)
    member: Account = row.account
    return member


def _given(request: HttpRequest, programme: Programme, said: MembershipIn) -> dict[str, Any]:
    """A membership as the action takes it."""
    actor = acting(request)
    sites = open_sites(actor, programme.id, now().date())
    return {
        "organisation": one_of(organisations_for(actor, programme.id), said.organisation_id, NO_ORGANISATION),
        "sites": all_of(sites, said.site_ids, Sentence("There is no such site, or it is closed.")),
        "roles": said.roles, "is_all_sites": said.is_all_sites, "from_on": said.from_on, "to_on": said.to_on,
    }  # fmt: skip


def _code(request: HttpRequest, programme: Programme, person: Account) -> SignInCodeOut:
    code = accounts.issue_sign_in_code(
        programme_id=programme.id, account=person, by=acting(request), at=now()
    )
    return SignInCodeOut(account_id=person.id, code=code)


def _shown(account: Account, rows: list[Membership]) -> PersonOut:
    return PersonOut(
        id=account.id, display_name=account.display_name, username=account.username,
        is_active=account.is_active, memberships=[_held(row) for row in rows],
    )  # fmt: skip


def _held(row: Membership) -> HeldMembershipOut:
    return HeldMembershipOut(
        id=row.id, organisation_id=row.organisation_id, roles=sorted(row.roles),
        site_ids=sorted(site.id for site in row.sites.all()), is_all_sites=row.is_all_sites,
        from_on=row.from_on, to_on=row.to_on,
    )  # fmt: skip
