"""What needs doing, and the short lists behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.records.engagement.queries import recorded_by
from throughline.records.programme.actions import report_month
from throughline.records.programme.queries import site_for
from throughline.records.study.queries import freezes_for
from throughline.rules.access import RECENT
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.home.forms import MonthForm
from throughline.web.home.steps import first_steps
from throughline.web.home.tasks import tasks_for
from throughline.web.request import PageRequest, has_any, now, require, show_refusal
from throughline.work.waiting import months_due


@require_GET
def home(request: PageRequest) -> HttpResponse:
    """What waits for whoever looks; a member of no programme is told so."""
    if request.programme is None:
        return render(request, "home/no_programme.html")
    at = now()
    waiting = tasks_for(request.actor, request.programme, at)
    context: dict[str, Any] = {
        "tasks": waiting.tasks,
        "shelves": waiting.shelves,
        "today": at,
        "may_record": has_any(request, [P.RECORD_CONTACT]),
        "may_refer": has_any(request, [P.SEE_OWN_REFERRALS]),
        "may_code": has_any(request, [P.SEE_SOURCES]),
        "may_freeze": has_any(request, [P.FREEZE]),
        "steps": first_steps(request),
    }
    if context["may_record"]:
        recent = recorded_by(request.actor, at - RECENT).filter(programme=request.programme)
        context["recorded_today"] = recent.count()
    if context["may_freeze"]:
        context["freeze"] = freezes_for(request.actor, request.programme.id).first()
    return render(request, "home/home.html", context)


@require_http_methods(["GET", "POST"])
def months(request: PageRequest) -> HttpResponse:
    """Say of each month whether it is all recorded: nothing reported is not a zero."""
    programme = require(request, P.REPORT_MONTH)
    form = MonthForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            site = site_for(request.actor, given["site"])
            report_month(
                site=site, month=given["month"], reporting=given["reporting"], by=request.actor, at=now()
            )
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            said = {"site": site.name, "month": date_format(given["month"], "YEAR_MONTH_FORMAT")}
            messages.success(request, _("%(month)s at %(site)s is reported.") % said)
            return redirect("months")
    due = months_due(request.actor, programme, now().date())
    forms = [
        (
            one,
            MonthForm(
                initial={"site": one.site.id, "month": one.month.first()}, auto_id=f"month_{number}_%s"
            ),
        )
        for number, one in enumerate(due)
    ]
    status = 422 if form.errors else 200
    return render(request, "home/months.html", {"due": forms, "refused": form}, status=status)
