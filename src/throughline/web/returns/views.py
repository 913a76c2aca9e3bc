"""The monthly return: the counts of one's own sites, closing them, and what may leave of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from throughline.evaluation.doors import profile_named
from throughline.evaluation.returned import release_return, told_return
from throughline.methods.suppression import LT5
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import site_for
from throughline.records.returns.actions import close_month
from throughline.records.returns.queries import next_to_close, reporting_of, sites_reported
from throughline.reporting.return_files import return_file, type_of
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.periods import Month
from throughline.web.request import PageRequest, has_any, now, require, words_of
from throughline.web.returns.forms import CloseForm, TakeForm
from throughline.web.returns.held import held_returns
from throughline.web.returns.shown import shown_sites, shown_told


@require_GET
def month(request: PageRequest) -> HttpResponse:
    """One month: own sites' counts as they are, and what may be told of the sites whose counts may leave."""
    programme = require(request, P.REPORT_MONTH, P.RELEASE_TABLES)
    return _page(request, programme, _month_of(request), TakeForm(initial={"month": str(_month_of(request))}))


@require_POST
def close(request: PageRequest) -> HttpResponse:
    """Return a site's month. It is not opened again."""
    require(request, P.REPORT_MONTH)
    form = CloseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a month of one of your sites, then try again."))
        return redirect("returns")
    asked: Month = form.cleaned_data["month"]
    try:
        site = site_for(request.actor, form.cleaned_data["site"])
        close_month(site=site, month=asked, by=request.actor, at=now())
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
    else:
        said = {"month": date_format(asked.first(), "YEAR_MONTH_FORMAT"), "site": site.name}
        messages.success(request, _("%(month)s at %(site)s is closed.") % said)
    return redirect(f"{reverse('returns')}?month={asked}")


@require_POST
def take(request: PageRequest) -> HttpResponse:
    """The month as a file, through the door for tables."""
    programme = require(request, P.RELEASE_TABLES)
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _page(request, programme, _month_of(request), form, status=422)
    given = form.cleaned_data
    try:
        left = release_return(
            programme=programme, month=given["month"], profile=profile_named(given["profile"]),
            recipient=given["recipient"], by=request.actor, at=now(),
        )  # fmt: skip
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
        return redirect(f"{reverse('returns')}?month={given['month']}")
    answer = HttpResponse(return_file(given["format"])(left.told), content_type=type_of(given["format"]))
    answer["Content-Disposition"] = f'attachment; filename="return-{given["month"]}.{given["format"]}"'
    return answer


def _page(
    request: PageRequest, programme: Programme, asked: Month, form: TakeForm, *, status: int = 200
) -> HttpResponse:
    at = now()
    reports, releases = has_any(request, [P.REPORT_MONTH]), has_any(request, [P.RELEASE_TABLES])
    sites = sites_reported(request.actor, programme.id, asked) if reports else []
    counted = held_returns(sites, asked)
    said = reporting_of(sites, asked)
    context: dict[str, Any] = {
        "month": asked, "earlier": asked.before(), "later": asked.next() if asked < Month.of(at.date()) else None,
        "reports": reports, "sites": shown_sites(counted.found.values(), programme), "counted": counted,
        "take_form": form if releases else None,
        "closable": [_closable(site, asked, site.id in said) for site in sites if next_to_close(site, at) == asked],
        "is_any_closed": any(one.closing for one in counted.found.values()), "this_month": Month.of(at.date()) == asked,
    }  # fmt: skip
    if releases and not reports:
        told = told_return(request.actor, programme, asked, LT5)
        context |= {"told": shown_told(told, programme), "is_any_closed": True}
    return render(request, "returns/month.html", context, status=status)


def _closable(site: Site, month: Month, is_reported: bool) -> dict[str, Any]:
    initial = {"site": site.id, "month": str(month)}
    form = CloseForm(initial=initial, auto_id=f"close_{site.id.hex}_%s")
    return {"site": site, "is_reported": is_reported, "form": form}


def _month_of(request: HttpRequest) -> Month:
    """The month asked for; otherwise the last whole one."""
    this = Month.of(now().date())
    try:
        asked = Month.parse(request.POST.get("month") or request.GET.get("month", ""))
    except ValueError:
        return this.before()
    return min(asked, this)
