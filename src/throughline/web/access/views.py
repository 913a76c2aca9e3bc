"""One's own account, one-time codes, and which programme one works in."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.accounts import actions
from throughline.records.accounts.models import Account
from throughline.records.accounts.queries import account_named, codes_issued_for
from throughline.records.programme.models import Membership
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, ThroughlineError
from throughline.web.access.adapter import programmes_of
from throughline.web.access.forms import CodeForm
from throughline.web.access.second_step import has_second_step
from throughline.web.request import PROGRAMME_IN_SESSION, PageRequest, now, show_refusal
from throughline.web.words import ROLES_SHOWN

CODES_SHOWN = timedelta(days=365)
WRONG_CODE = Sentence(
    "This name and code do not belong together, or the code was used or is older than a day. Ask your administrator"
    " for a new one."
)


@require_GET
def account(request: PageRequest) -> HttpResponse:
    """Who one is here, and how one signs in."""
    rows = Membership.objects.visible_to(request.actor).filter(account_id=request.actor.id)
    memberships = [
        {
            "organisation": row.organisation.name,
            "roles": [ROLES_SHOWN[role] for role in sorted(row.role_set())],
            "sites": None if row.is_all_sites else [site.name for site in row.sites.all()],
            "to_on": row.to_on,
        }
        for row in rows.select_related("organisation")
        .prefetch_related("sites")
        .order_by("organisation__name")
    ]
    person = cast(Account, request.user)
    codes = codes_issued_for(
        person, programme_ids=programmes_of(actor_for(person)), since=now() - CODES_SHOWN
    )
    return render(request, "access/account.html", {"memberships": memberships, "codes": codes})


@require_GET
def second_step(request: PageRequest) -> HttpResponse:
    """Why a second step, and the two ways to one: where somebody is led whose roles need it."""
    context = {"is_due": request.is_step_due, "is_there": has_second_step(cast(Account, request.user))}
    return render(request, "access/second_step.html", context)


@login_not_required
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "POST"])
def use_code(request: PageRequest) -> HttpResponse:
    """Set a password with a one-time code. The answer is the same whether there is such an account or not."""
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        name = str(request.POST.get("username", "")).casefold()
        if not ratelimit.consume(request, action="reset_password", key=name):
            return too_many(request)
        if form.is_valid():
            try:
                _use_code(form)
            except ThroughlineError:
                show_refusal(form, Invalid(WRONG_CODE))
            else:
                messages.success(request, _("Your new password is set. Sign in with it."))
                return redirect("account_login")
    return render(request, "access/use_code.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_GET
def lost_password(request: PageRequest) -> HttpResponse:
    """There is no e-mail to send: a one-time code is the way."""
    return redirect("use_code")


def _use_code(form: CodeForm) -> None:
    person = account_named(form.cleaned_data["username"].strip())
    actor = actor_for(person)
    programmes = programmes_of(actor)
    if not programmes:
        raise NotFound(WRONG_CODE)
    actions.use_sign_in_code(
        programme_id=programmes[0], account=person, code=form.cleaned_data["code"],
        password=form.cleaned_data["password"], by=actor, at=now(),
    )  # fmt: skip


def too_many(request: PageRequest) -> HttpResponse:
    """The page of a rate limit."""
    return render(request, "429.html", status=429)


@require_POST
def choose_programme(request: PageRequest, programme_id: UUID) -> HttpResponse:
    """Work in another of one's programmes from now on."""
    if programme_id not in {one.id for one in request.programmes}:
        raise NotFound(Sentence("There is no such programme."))
    request.session[PROGRAMME_IN_SESSION] = str(programme_id)
    return redirect("home")


@login_not_required
def closed(request: PageRequest, **_given: str) -> HttpResponse:
    """What allauth could do and Throughline does not: sign-up, and anything by e-mail."""
    raise NotFound(
        Sentence("Accounts are made by an administrator, who also helps if you lost your password.")
    )
