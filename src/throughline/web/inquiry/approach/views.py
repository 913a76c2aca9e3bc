"""An analysis's own page: what it asks, by which approach, and where its people stand; opening one."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.records.accounts.models import Account
from throughline.records.inquiry.actions import (
    describe_analysis,
    join_coder,
    open_analysis,
    part_coder,
    write_position,
)
from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries.agreement import who_may_code
from throughline.records.inquiry.queries.approach import positions_for
from throughline.records.inquiry.queries.coders import coder_for, coders_elsewhere
from throughline.records.study.queries import studies_for
from throughline.rules.access import (
    check_may_lead_rounds,
    check_may_open_analysis,
    check_may_write_themes,
    why_not,
)
from throughline.rules.approaches import is_on_request, uses
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.study import Approach, ApproachUse
from throughline.web.inquiry.approach.forms import (
    AnalysisForm,
    DescribeForm,
    PositionForm,
    approaches_in_short,
)
from throughline.web.inquiry.approach.words import IN_SHORT, LEFT_ALONE, SWITCHES, USED
from throughline.web.inquiry.around import around, chosen_analysis
from throughline.web.inquiry.people.names import names_of
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.stale import is_overtaken, mark_of


@require_GET
def analysis(request: PageRequest) -> HttpResponse:
    """What an analysis asks and how, and where its analysts stand."""
    programme = require(request, P.SEE_SOURCES)
    context = around(request, programme, "analysis")
    return _page(request, chosen_analysis(context), context, PositionForm())


@require_http_methods(["POST"])
def position(request: PageRequest) -> HttpResponse:
    """Write where one stands; what stood there before stays."""
    programme = require(request, P.WRITE_THEMES)
    check_may_write_themes(request.actor, programme.id)
    context = around(request, programme, "analysis")
    of = chosen_analysis(context)
    form = PositionForm(request.POST)
    if not form.is_valid():
        return _page(request, of, context, form, status=422)
    write_position(analysis=of, text=form.cleaned_data["text"], by=request.actor, at=now())
    messages.success(request, _("Your position is kept. The newest one counts; earlier ones stay."))
    return redirect(f"{reverse('analysis')}?analysis={of.id}#positions")


@require_http_methods(["POST"])
def coder_joined(request: PageRequest, coder_id: UUID) -> HttpResponse:
    """Say who here a coder of an imported project is; nobody named takes it back."""
    programme = require(request, P.LEAD_ROUNDS)
    check_may_lead_rounds(request.actor, programme.id)
    row = coder_for(request.actor, coder_id)
    chosen = request.POST.get("account", "")
    if chosen in who_may_code(row.programme_id, now().date()):
        join_coder(coder=row, account=Account.objects.get(id=chosen), by=request.actor, at=now())
        messages.success(
            request, _("It is said who %(coder)s is. It can be taken back.") % {"coder": row.name}
        )
    elif row.joined_to and not chosen:
        part_coder(coder=row, by=request.actor, at=now())
        messages.success(request, _("It is taken back: %(coder)s is nobody here.") % {"coder": row.name})
    else:
        messages.error(request, _("Choose who it is, among those who may code."))
    return redirect(f"{reverse('analysis')}?analysis={row.analysis_id}#coders")


def _page(
    request: PageRequest, of: Analysis, context: dict[str, object], form: PositionForm, status: int = 200
) -> HttpResponse:
    approach, positions = Approach(of.approach), positions_for(request.actor, of)
    names = names_of(one.analyst for one in positions)
    may_lead = why_not(check_may_lead_rounds, request.actor, of.programme_id) is None
    context |= {
        "in_short": IN_SHORT[approach],
        "used": USED[approach],
        "left_alone": LEFT_ALONE[approach],
        "positions": [(one, names[one.analyst], one.analyst == request.actor.id) for one in positions],
        "form": form,
        "coders": coders_elsewhere(request.actor, of),
        "on_request": [
            (name, uses(of, use)) for use, name in SWITCHES.items() if is_on_request(of.approach, use)
        ],
        "counts": uses(of, ApproachUse.COUNTS),
        "people": who_may_code(of.programme_id, now().date()).items() if may_lead else (),
        "may_lead": may_lead,
        "trail_url": _trail(),
    }
    return render(request, "inquiry/approach/analysis.html", context, status=status)


def _trail() -> str | None:
    try:
        return reverse("trail")
    except NoReverseMatch:
        return None


@require_http_methods(["GET", "POST"])
def new_analysis(request: PageRequest) -> HttpResponse:
    """Open an analysis: whoever holds the sources decides by which approach they are read."""
    programme = require(request, P.ADD_SOURCES)
    check_may_open_analysis(request.actor, programme.id)
    studies = list(studies_for(request.actor, programme.id))
    initial = {"study": str(studies[0].id)} if studies else {}
    form = AnalysisForm(request.POST or None, initial=initial, studies=studies)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = open_analysis(
                    study=form.cleaned_data["study"], **asdict(form.draft()), by=request.actor, at=now()
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The analysis is open. Add its first source."))
                return redirect(f"{reverse('add_source')}?analysis={row.id}")
    context = {"form": form, "studies": studies, "approaches": approaches_in_short()}
    return render(request, "inquiry/approach/new_analysis.html", context, status=status)


@require_http_methods(["GET", "POST"])
def edit_analysis(request: PageRequest) -> HttpResponse:
    """Say anew what an analysis asks and how, with why."""
    programme = require(request, P.ADD_SOURCES)
    check_may_open_analysis(request.actor, programme.id)
    context = around(request, programme, "analysis")
    of = chosen_analysis(context)
    form = DescribeForm.of(request.POST or None, of)
    seen = mark_of(form.initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and is_overtaken(form, seen):
            status = 409
        elif form.is_valid():
            try:
                describe_analysis(
                    analysis=of, draft=form.draft(), why=form.cleaned_data["why"], by=request.actor, at=now()
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("It is kept, and the trail says what stood there before."))
                return redirect(f"{reverse('analysis')}?analysis={of.id}")
    context |= {"form": form, "seen": seen, "approaches": approaches_in_short()}
    return render(request, "inquiry/approach/edit_analysis.html", context, status=status)
