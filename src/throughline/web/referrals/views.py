"""The board, one referral, making one and moving one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.records.engagement.models import Need
from throughline.records.engagement.queries import need_for
from throughline.records.foundation import new_id, within_reach
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import organisations_for, sites_where
from throughline.records.referral import actions
from throughline.records.referral.models import Referral
from throughline.records.referral.queries import BoardLine, bases_of, events_for, line_for, referral_for
from throughline.rules.access import check_may_move_referral, holds, why_not
from throughline.rules.permissions import Permission as P
from throughline.rules.sharing import passes_something
from throughline.rules.transitions import FOLLOWS
from throughline.vocabulary.errors import ThroughlineError, Unready
from throughline.vocabulary.referral import Door, ReferralKind, ReferralState
from throughline.web.badges import REFERRAL_BADGES
from throughline.web.referrals.board import board, cards_of, lines_for, title_of
from throughline.web.referrals.forms import MoveForm, ReferralForm, passing_of
from throughline.web.request import PageRequest, has_any, now, require, show_refusal, uuid_or_none
from throughline.web.words import DOORS, OUTCOME_SOURCES, REFERRAL_KINDS, SHARING_BASES, listed
from throughline.work.waiting import STALE_AFTER_DAYS

SEES = (P.SEE_REFERRALS, P.SEE_OWN_REFERRALS)


@require_GET
def referrals(request: PageRequest) -> HttpResponse:
    """The board; `?show=` a state, `stale` or `closed` gives that list instead."""
    programme = require(request, *SEES)
    at, show = now(), request.GET.get("show", "")
    context: dict[str, Any] = {
        "may_make": has_any(request, [P.MAKE_REFERRAL]),
        "is_service": has_any(request, [P.SEE_REFERRALS]),
        "stale_after": STALE_AFTER_DAYS,
        "show": show,
    }
    title = {"stale": _("Stale"), "closed": _("Closed")}.get(show) or (title_of(show) if show else None)
    if title is not None:
        lines = lines_for(request.actor, programme, at, show)
        page = Paginator(lines, 40).get_page(request.GET.get("page"))
        context |= {"title": title, "page": page, "cards": cards_of(page.object_list, programme)}
        return render(request, "referrals/list.html", context)
    context["lanes"] = board(request.actor, programme, at)
    context["total"] = sum(lane.count for lane in context["lanes"])
    return render(request, "referrals/board.html", context)


@require_http_methods(["GET", "POST"])
def new_referral(request: PageRequest) -> HttpResponse:
    """Refer for a need (`?need=ID`) or for one reason. The answer never tells whether a person is known."""
    programme = require(request, P.MAKE_REFERRAL)
    need = _need(request)
    form = _referral_form(request, programme, need)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.make_referral(
                    from_site=given["from_site"], to_organisation=given["to_organisation"], door=given["door"],
                    kind=given["kind"], needs=[need] if need else [], reason=given.get("reason"),
                    passing=passing_of(given), referral_id=given["key"], by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The referral is made and sent."))
                if need is not None and need.client_id and has_any(request, [P.SEE_CLIENT_HISTORY]):
                    return redirect("client", client_id=need.client_id)
                return redirect("referrals" if has_any(request, SEES) else "home")
    context = {"form": form, "need": need, "domain": _domain(programme, need)}
    return render(request, "referrals/new.html", context, status=status)


def _need(request: PageRequest) -> Need | None:
    given = request.GET.get("need")
    need_id = uuid_or_none(given)
    return need_for(request.actor, need_id) if need_id else None


def _domain(programme: Programme, need: Need | None) -> Any:
    if need is None:
        return None
    return listed(programme.id, "need_domain", with_retired=True).get(need.domain, need.domain)


def _referral_form(request: PageRequest, programme: Programme, need: Need | None) -> ReferralForm:
    reach = within_reach(request.actor, P.MAKE_REFERRAL, site="id")
    sites: list[Site] = list(sites_where(request.actor, reach).filter(programme=programme, closed_on=None))
    is_outside = not has_any(request, [P.SEE_REFERRALS])
    site = need.contact.site_id if need else (sites[0].id if sites else "")
    initial = {
        "key": new_id(),
        "from_site": str(site),
        "kind": ReferralKind.LETTER.value,
        "door": (Door.OFFICER_CONTACT if is_outside else Door.SERVICE).value,
    }
    return ReferralForm(
        request.POST or None, initial=initial, programme=programme, sites=sites,
        organisations=organisations_for(request.actor, programme.id), is_for_need=need is not None,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def referral(request: PageRequest, referral_id: UUID) -> HttpResponse:
    """One referral: its way, and the next step."""
    programme = require(request, *SEES)
    at = now()
    row, line = referral_for(request.actor, referral_id), line_for(request.actor, referral_id, at)
    form, why = _move_form(request, row, line)
    status = 200
    if request.method == "POST":
        check_may_move_referral(request.actor, programme.id, row.from_site_id)
        status = 422
        if form is not None and form.is_valid():
            try:
                _move(request, row, form, at)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
                if isinstance(error, Unready):
                    form.go_on_from(row.version)
            else:
                messages.success(request, _("What became of it is noted."))
                return redirect("referral", referral_id=row.id)
    context = _shown(request, programme, row, line) | {"form": form, "why_not": why}
    return render(request, "referrals/referral.html", context, status=status)


def _move(request: PageRequest, row: Referral, form: MoveForm, at: datetime) -> None:
    given = form.cleaned_data
    actions.move_referral(
        referral=row, state=given["state"], source=given["source"], happened_at=given["happened_at"] or at,
        base_version=given["base_version"], passing=passing_of(given), by=request.actor, at=at,
    )  # fmt: skip


def _move_form(request: PageRequest, row: Referral, line: BoardLine) -> tuple[MoveForm | None, Any]:
    """The form of the next step, where there is one for this actor; else the sentence why not."""
    why = why_not(check_may_move_referral, request.actor, row.programme_id, row.from_site_id)
    if why is not None or line.state is None or not FOLLOWS[line.state]:
        return None, why
    is_passing = ReferralState.SENT in FOLLOWS[line.state] and passes_something(
        ReferralKind(row.kind), row.from_site.organisation_id, row.to_organisation_id
    )
    form = MoveForm(
        request.POST or None, initial={"base_version": row.version}, following=FOLLOWS[line.state],
        time_zone=row.from_site.time_zone, is_passing=is_passing,
    )  # fmt: skip
    return form, None


def _shown(request: PageRequest, programme: Programme, row: Referral, line: BoardLine) -> dict[str, Any]:
    sees_all = holds(request.actor, P.SEE_REFERRALS, programme.id, row.from_site_id)
    domains = listed(programme.id, "need_domain", with_retired=True)
    steps = [
        {
            "event": event,
            "state": REFERRAL_BADGES[event.state][0],
            "source": OUTCOME_SOURCES[event.source] if event.source else None,
        }
        for event in events_for(request.actor, row.id)
    ]
    needs = [domains.get(need.domain, need.domain) for need in row.needs.all()] if sees_all else []
    return {
        "line": line, "steps": steps, "door": DOORS[row.door], "kind": REFERRAL_KINDS[row.kind],
        "what_for": needs or ([domains.get(row.reason, row.reason)] if row.reason else []),
        "sees_all": sees_all, "time_zone": row.from_site.time_zone, "stale_after": STALE_AFTER_DAYS,
        "client_id": _client_of(request, row) if sees_all else None,
        "bases": [SHARING_BASES.get(one, one) for one in bases_of(row)],
    }  # fmt: skip


def _client_of(request: PageRequest, row: Referral) -> UUID | None:
    """Whose need it is for, for who may see that client's history."""
    if not has_any(request, [P.SEE_CLIENT_HISTORY]):
        return None
    need = row.needs.exclude(client_id=None).first()
    return need.client_id if need else None
