"""Who may act in the programme: for who manages accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.accounts import actions as accounts
from throughline.records.accounts.models import Account
from throughline.records.programme import actions
from throughline.records.programme.models import Membership, Programme
from throughline.records.programme.queries import open_sites, organisations_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.access.people_forms import MembershipForm, PersonForm
from throughline.web.programme.around import parts
from throughline.web.programme.forms import LastDayForm
from throughline.web.request import PageRequest, now, require, show_refusal, words_of
from throughline.web.words import ROLES_SHOWN


@require_GET
def people(request: PageRequest) -> HttpResponse:
    """Who is a member of the programme."""
    programme = require(request, P.MANAGE_ACCOUNTS)
    rows = _memberships(request, programme).order_by("account__display_name", "id")
    members = [
        {
            "account": row.account,
            "organisation": row.organisation.name,
            "roles": [ROLES_SHOWN[role] for role in sorted(row.role_set())],
            "to_on": row.to_on,
        }
        for row in rows
    ]
    context = {"members": members, "parts": parts(request, "people")}
    return render(request, "access/people.html", context)


@require_http_methods(["GET", "POST"])
def add_person(request: PageRequest) -> HttpResponse:
    """Somebody new, with a membership; answers with the one-time code, shown once."""
    programme = require(request, P.MANAGE_ACCOUNTS)
    form = PersonForm(request.POST or None, **_offered(request, programme))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                person, code = _add(request, programme, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                return render(request, "access/code_issued.html", {"person": person, "code": code})
    return render(request, "access/add_person.html", {"form": form}, status=status)


@transaction.atomic
def _add(request: PageRequest, programme: Programme, form: PersonForm) -> tuple[Account, str]:
    given, by, at = form.cleaned_data, request.actor, now()
    person = accounts.add_account(
        programme_id=programme.id, username=given["username"], display_name=given["display_name"], password=None,
        email=given["email"], by=by, at=at,
    )  # fmt: skip
    actions.grant_membership(account=person, **form.said(), by=by, at=at)
    return person, accounts.issue_sign_in_code(programme_id=programme.id, account=person, by=by, at=at)


@require_GET
def person(request: PageRequest, account_id: UUID) -> HttpResponse:
    """One member: their memberships, and what can be done with them and the account."""
    programme = require(request, P.MANAGE_ACCOUNTS)
    return _page(request, programme, _member(request, programme, account_id))


@require_POST
def issue_code(request: PageRequest, account_id: UUID) -> HttpResponse:
    """A one-time code for a member who lost their password: shown once, to be handed over in person."""
    programme = require(request, P.MANAGE_ACCOUNTS)
    member = _member(request, programme, account_id)
    code = accounts.issue_sign_in_code(programme_id=programme.id, account=member, by=request.actor, at=now())
    return render(request, "access/code_issued.html", {"person": member, "code": code})


@require_POST
def grant_membership(request: PageRequest, account_id: UUID) -> HttpResponse:
    """Another role, or more sites, beside what a member has."""
    programme = require(request, P.MANAGE_ACCOUNTS)
    member = _member(request, programme, account_id)
    form = MembershipForm(request.POST, **_offered(request, programme))
    if form.is_valid():
        try:
            actions.grant_membership(account=member, **form.said(), by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The membership is added."))
            return redirect("person", member.id)
    return _page(request, programme, member, status=422, grant_form=form)


@require_POST
def end_membership(request: PageRequest, membership_id: UUID) -> HttpResponse:
    """Name its last day."""
    programme = require(request, P.MANAGE_ACCOUNTS)
    row = _memberships(request, programme).filter(id=membership_id).first()
    if row is None:
        raise NotFound(Sentence("There is no such membership in this programme."))
    form = LastDayForm(request.POST)
    if form.is_valid():
        try:
            actions.end_membership(membership=row, on=form.cleaned_data["on"], by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The last day of the membership is named."))
            return redirect("person", row.account_id)
    return _page(request, programme, row.account, status=422, end_form=form)


@require_POST
def close_account(request: PageRequest, account_id: UUID) -> HttpResponse:
    """Nobody signs in with it any more."""
    programme = require(request, P.MANAGE_ACCOUNTS)
    member = _member(request, programme, account_id)
    try:
        accounts.close_account(programme_id=programme.id, account=member, by=request.actor, at=now())
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
    else:
        messages.success(request, _("The account of %(name)s is closed.") % {"name": member.display_name})
    return redirect("person", member.id)


def _memberships(request: PageRequest, programme: Programme) -> Any:
    rows = Membership.objects.visible_to(request.actor).filter(programme=programme)
    return rows.select_related("account", "organisation").prefetch_related("sites")


def _member(request: PageRequest, programme: Programme, account_id: UUID) -> Account:
    row = _memberships(request, programme).filter(account_id=account_id).first()
    if row is None:
        raise NotFound(Sentence("There is no such member of this programme."))
    member: Account = row.account
    return member


def _offered(request: PageRequest, programme: Programme) -> dict[str, Any]:
    """What a form of a membership is made with."""
    today = now().date()
    return {
        "organisations": organisations_for(request.actor, programme.id),
        "sites": open_sites(request.actor, programme.id, today), "initial": {"from_on": today},
    }  # fmt: skip


def _page(
    request: PageRequest, programme: Programme, member: Account, *, status: int = 200, **forms: Any
) -> HttpResponse:
    today, is_oneself = now().date(), request.actor.id == str(member.id)
    is_open = member.is_active and not is_oneself
    rows = _memberships(request, programme).filter(account=member).order_by("from_on", "id")
    context: dict[str, Any] = {
        "person": member, "is_oneself": is_oneself, "end_form": None,
        "memberships": [
            {
                "row": row, "roles": [ROLES_SHOWN[role] for role in sorted(row.role_set())],
                "sites": None if row.is_all_sites else [site.name for site in row.sites.all()],
                "has_ended": row.to_on is not None and row.to_on < today,
                "form": LastDayForm(initial={"on": row.to_on or today}, auto_id=f"end_{number}_%s") if is_open else None,
            }
            for number, row in enumerate(rows)
        ],
        "grant_form": MembershipForm(auto_id="grant_%s", **_offered(request, programme)) if is_open else None,
    }  # fmt: skip
    return render(request, "access/person.html", context | forms, status=status)
