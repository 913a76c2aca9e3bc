"""Who is asking, and what the programme has that records name: sites, organisations, equipment, code lists."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from throughline.api.session import acting, now
from throughline.api.shapes import Out, answers
from throughline.records.engagement.queries import sites_to_record_at
from throughline.records.programme.actions import CODE_LISTS
from throughline.records.programme.models import Organisation, Programme, Site
from throughline.records.programme.queries import codes_of, organisations_for, programme_for
from throughline.records.supplies.queries import stock_sites_for
from throughline.vocabulary.actor import Grant

router = Router(tags=["programme"])


class MembershipOut(Out):
    id: UUID
    programme_id: UUID
    organisation_id: UUID
    roles: list[str]
    site_ids: list[UUID]
    is_all_sites: bool


class MeOut(Out):
    id: UUID
    username: str
    display_name: str
    memberships: list[MembershipOut]


class ProgrammeOut(Out):
    id: UUID
    name: str
    slug: str
    is_fiction: bool
    client_code_hint: str


class SiteOut(Out):
    id: UUID
    name: str
    kind: str
    area: str
    time_zone: str
    organisation_id: UUID
    opened_on: date
    closed_on: date | None
    may_record: bool
    may_count: bool


class OrganisationOut(Out):
    id: UUID
    name: str
    kind: str


class ListedCodeOut(Out):
    code: str
    label: str


@router.get("/me", response=answers(MeOut), operation_id="me")
def me(request: HttpRequest) -> MeOut:
    """The account that is signed in, and its memberships."""
    account = request.user
    return MeOut(
        id=UUID(acting(request).id), username=account.get_username(), display_name=str(account),
        memberships=[_membership(grant) for grant in acting(request).grants],
    )  # fmt: skip


def _membership(grant: Grant) -> MembershipOut:
    return MembershipOut(
        id=grant.membership_id, programme_id=grant.programme_id, organisation_id=grant.organisation_id,
        roles=sorted(role.value for role in grant.roles), site_ids=sorted(grant.site_ids),
        is_all_sites=grant.is_all_sites,
    )  # fmt: skip


@router.get("/programmes", response=answers(list[ProgrammeOut]), operation_id="programmes")
def programmes(request: HttpRequest) -> list[Programme]:
    """The programmes that the account is a member of."""
    return list(Programme.objects.visible_to(acting(request)).order_by("name"))


@router.get("/programmes/{programme_id}/sites", response=answers(list[SiteOut]), operation_id="sites")
def sites(request: HttpRequest, programme_id: UUID) -> list[SiteOut]:
    """Sites by name; where the account may record a contact today (`may_record`), and count what is on shelves."""
    actor, today = acting(request), now().date()
    programme = programme_for(actor, programme_id)
    own = set(sites_to_record_at(actor, today).values_list("id", flat=True))
    shelves = {site.id for site in stock_sites_for(actor, programme.id, today)}
    rows: list[Site] = list(Site.objects.visible_to(actor).filter(programme=programme).order_by("name"))
    return [
        SiteOut(
            id=row.id, name=row.name, kind=row.kind, area=row.area, time_zone=row.time_zone,
            organisation_id=row.organisation_id, opened_on=row.opened_on, closed_on=row.closed_on,
            may_record=row.id in own, may_count=row.id in shelves,
        )
        for row in rows
    ]  # fmt: skip


@router.get(
    "/programmes/{programme_id}/organisations", response=answers(list[OrganisationOut]), operation_id="organisations"
)  # fmt: skip
def organisations(request: HttpRequest, programme_id: UUID) -> list[Organisation]:
    """Organisations by name: whom a referral can go to."""
    programme = programme_for(acting(request), programme_id)
    return list(organisations_for(acting(request), programme.id))


@router.get(
    "/programmes/{programme_id}/code-lists", response=answers(dict[str, list[ListedCodeOut]]), operation_id="code_lists"
)  # fmt: skip
def code_lists(request: HttpRequest, programme_id: UUID) -> dict[str, list[ListedCodeOut]]:
    """The programme's own lists, by name: places, topics, domains of need, barriers ... Retired codes are left out."""
    programme = programme_for(acting(request), programme_id)
    return {
        name: [ListedCodeOut(code=code, label=label) for code, label in codes_of(programme.id, name).items()]
        for name in CODE_LISTS
    }
