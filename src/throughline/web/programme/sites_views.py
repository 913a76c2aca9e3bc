"""Sites: which there are, adding and closing them, and how long each was open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.programme import actions
from throughline.records.programme.models import OpenHours, Provision, Site
from throughline.records.programme.queries import organisations_for, site_to_look_after, sites_to_look_after
from throughline.reporting.field_words import PROVISIONS
from throughline.rules.access import holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.vocabulary.periods import Month
from throughline.web.programme.around import SEEN_BY, parts
from throughline.web.programme.forms import MONTHS_SHOWN, HoursForm, LastDayForm, ProvisionForm, SiteForm
from throughline.web.programme.words import SITE_KINDS
from throughline.web.request import PageRequest, has_any, now, require, show_refusal, words_of


@require_GET
def sites(request: PageRequest) -> HttpResponse:
    """The programme's sites; a manager's own ones."""
    programme = require(request, *SEEN_BY)
    today = now().date()
    rows = [
        {"site": one, "kind": SITE_KINDS[one.kind], "is_closed": one.closed_on is not None and one.closed_on < today}
        for one in sites_to_look_after(request.actor, programme.id)
    ]  # fmt: skip
    context = {
        "rows": rows,
        "parts": parts(request, "sites"),
        "manages": has_any(request, [P.MANAGE_PROGRAMME]),
    }
    return render(request, "programme/sites.html", context)


@require_http_methods(["GET", "POST"])
def add_site(request: PageRequest) -> HttpResponse:
    """A new site."""
    programme = require(request, P.MANAGE_PROGRAMME)
    newest = Site.objects.visible_to(request.actor).filter(programme=programme).order_by("-id").first()
    form = SiteForm(
        request.POST or None, organisations=organisations_for(request.actor, programme.id),
        initial={"opened_on": now().date(), "time_zone": newest.time_zone if newest else ""},
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                site = actions.add_site(**form.cleaned_data, by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                told = _(
                    "%(site)s is added. Now put those who work there into their membership, under People."
                )
                messages.success(request, told % {"site": site.name})
                return redirect("site", site.id)
    return render(request, "programme/add_site.html", {"form": form}, status=status)


@require_GET
def site(request: PageRequest, site_id: UUID) -> HttpResponse:
    """One site, and how long it was open in each month."""
    return _page(request, _site_of(request, site_id))


@require_POST
def record_hours(request: PageRequest, site_id: UUID) -> HttpResponse:
    """Say how long it was open in a month. Said again, it replaces what was said."""
    require(request, P.REPORT_MONTH)
    one = _site_of(request, site_id)
    form = HoursForm(request.POST, months=_months(one))
    if form.is_valid():
        month = form.cleaned_data["month"]
        try:
            actions.record_open_hours(site=one, month=month, hours=form.said(), by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            told = _("The hours of %(month)s are recorded.")
            messages.success(request, told % {"month": date_format(month, "YEAR_MONTH_FORMAT")})
            return redirect("site", one.id)
    return _page(request, one, status=422, hours_form=form)


@require_POST
def close_site(request: PageRequest, site_id: UUID) -> HttpResponse:
    """Name its last day."""
    require(request, P.MANAGE_PROGRAMME)
    one = _site_of(request, site_id)
    form = LastDayForm(request.POST)
    if form.is_valid():
        try:
            actions.close_site(site=one, on=form.cleaned_data["on"], by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            told = _("The last day of %(site)s is %(day)s. What was recorded there stays.")
            said = {"site": one.name, "day": date_format(form.cleaned_data["on"])}
            messages.success(request, told % said)
            return redirect("site", one.id)
    return _page(request, one, status=422, close_form=form)


@require_POST
def reopen_site(request: PageRequest, site_id: UUID) -> HttpResponse:
    """It is open after all."""
    require(request, P.MANAGE_PROGRAMME)
    one = _site_of(request, site_id)
    _say(request, lambda: actions.reopen_site(site=one, by=request.actor, at=now()))
    return redirect("site", one.id)


@require_POST
def record_provision(request: PageRequest, site_id: UUID) -> HttpResponse:
    """Support that it gives people who use crack anyway."""
    require(request, P.MANAGE_PROGRAMME)
    one = _site_of(request, site_id)
    form = ProvisionForm(request.POST, auto_id="gives_%s")
    if form.is_valid():
        try:
            actions.record_provision(site=one, **form.cleaned_data, by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("What the site gives is recorded."))
            return redirect("site", one.id)
    return _page(request, one, status=422, provision_form=form)


@require_POST
def end_provision(request: PageRequest, provision_id: UUID) -> HttpResponse:
    """Name its last day."""
    programme = require(request, P.MANAGE_PROGRAMME)
    rows = Provision.objects.visible_to(request.actor).filter(programme=programme)
    row = rows.select_related("site").filter(id=provision_id).first()
    if row is None:
        raise NotFound(Sentence("There is no such support."))
    form = LastDayForm(request.POST)
    if form.is_valid():
        try:
            actions.end_provision(provision=row, on=form.cleaned_data["on"], by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Its last day is named."))
            return redirect("site", row.site_id)
    return _page(request, row.site, status=422, end_form=form)


def _say(request: PageRequest, act: Callable[[], object]) -> None:
    try:
        act()
        messages.success(request, _("It is open, and no last day is named."))
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))


def _site_of(request: PageRequest, site_id: UUID) -> Site:
    programme = require(request, *SEEN_BY)
    found = site_to_look_after(request.actor, site_id)
    if found.programme_id != programme.id:
        raise NotFound(Sentence("There is no such site."))
    return found


def _months(one: Site) -> list[Month]:
    """Months of which hours can be told, the newest first."""
    month, last = Month.of(now().date()), Month.of(one.opened_on)
    if one.closed_on is not None:
        month = min(month, Month.of(one.closed_on))
    found: list[Month] = []
    while month >= last and len(found) < MONTHS_SHOWN:
        found.append(month)
        number = month.year * 12 + month.month - 2
        month = Month(number // 12, number % 12 + 1)
    return found


def _page(request: PageRequest, one: Site, *, status: int = 200, **forms: Any) -> HttpResponse:
    manages = has_any(request, [P.MANAGE_PROGRAMME])
    reports = holds(request.actor, P.REPORT_MONTH, one.programme_id, one.id)
    months = _months(one)
    told = {row.month: row for row in OpenHours.objects.visible_to(request.actor).filter(site=one)}
    hours = [(month.first(), told.get(month.first())) for month in months]
    given = Provision.objects.visible_to(request.actor).filter(site=one).order_by("from_on", "id")
    provisions = [
        {"row": row, "kind": PROVISIONS[row.kind],
         "form": LastDayForm(initial={"on": row.to_on or now().date()}, auto_id=f"gave_{n}_%s") if manages else None}
        for n, row in enumerate(given)
    ]  # fmt: skip
    context: dict[str, Any] = {
        "provisions": provisions, "end_form": None,
        "provision_form": ProvisionForm(initial={"from_on": now().date()}, auto_id="gives_%s") if manages else None,
        "site": one, "kind": SITE_KINDS[one.kind], "manages": manages, "parts": parts(request, "sites"),
        "hours": hours, "close_form": LastDayForm(initial={"on": one.closed_on or now().date()}) if manages else None,
        "hours_form": HoursForm(months=months, auto_id="hours_%s") if reports and months else None,
    }  # fmt: skip
    return render(request, "programme/site.html", context | forms, status=status)
