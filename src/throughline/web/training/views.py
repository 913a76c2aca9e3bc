"""Who has had no training yet, which trainings were held, and who came to them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.records.foundation import within_reach
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import sites_where
from throughline.records.workforce import actions
from throughline.records.workforce.queries import (
    attendances_for,
    courses_for,
    due_for_training,
    shares_trained,
    staff_of,
    training_for,
    trainings_for,
)
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.periods import Month
from throughline.web.programme.around import parts
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.stale import is_overtaken, mark_of
from throughline.web.training.forms import AttendanceForm, CourseForm, HeldForm

SHOWN = 50
MONTHS = 3


@require_GET
def training_due(request: PageRequest) -> HttpResponse:
    """Who works with clients and has had no training yet; the share that has, by site and month; the newest trainings."""
    programme = require(request, P.MANAGE_TRAINING)
    today = Month.of(now().date())
    months = [today.before(count) for count in reversed(range(MONTHS))]
    sites = list(_sites(request, programme))
    shares = iter(shares_trained(sites, months))
    context = {
        "months": months,
        "shares": [(site, [next(shares) for _month in months]) for site in sites],
        "due": due_for_training(request.actor, now().date()),
        "held": trainings_for(request.actor).filter(programme=programme)[:SHOWN],
        "courses": courses_for(request.actor, programme.id),
        "parts": parts(request, "training_due"),
    }
    return render(request, "training/due.html", context)


def _sites(request: PageRequest, programme: Programme) -> QuerySet[Site]:
    rows = sites_where(request.actor, within_reach(request.actor, P.MANAGE_TRAINING, site="id"))
    return rows.filter(programme=programme).order_by("name")


@require_http_methods(["GET", "POST"])
def add_course(request: PageRequest) -> HttpResponse:
    """A course that may be held from now on."""
    programme = require(request, P.MANAGE_TRAINING)
    form, status = CourseForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                course = actions.add_course(
                    programme=programme, **form.cleaned_data, by=request.actor, at=now()
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(
                    request,
                    _("%(course)s is added. Say when and where it is held.") % {"course": course.name},
                )
                return redirect(f"{reverse('hold_training')}?course={course.id}")
    return render(request, "training/add_course.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def hold_training(request: PageRequest) -> HttpResponse:
    """A course is held for a site on a day."""
    programme = require(request, P.MANAGE_TRAINING)
    courses = courses_for(request.actor, programme.id)
    form = HeldForm(
        request.POST or None, courses=courses, sites=_sites(request, programme),
        initial={"course": request.GET.get("course"), "held_on": now().date()},
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                held = actions.hold_training(**form.cleaned_data, by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The training is recorded. Say who came."))
                return redirect("training", held.id)
    return render(request, "training/hold.html", {"form": form, "courses": courses}, status=status)


@require_http_methods(["GET", "POST"])
def training(request: PageRequest, training_id: UUID) -> HttpResponse:
    """One training: who was there, and who completed it. Said again, it replaces what was said."""
    require(request, P.MANAGE_TRAINING)
    held = training_for(request.actor, training_id)
    there = {row.membership_id: row for row in attendances_for(request.actor, held.id)}
    staff = {one.id: one for one in staff_of(held.site, held.held_on)} | {
        row.membership_id: row.membership for row in there.values()
    }
    people = sorted(staff.values(), key=lambda one: (one.account.display_name, one.id))
    form, status = AttendanceForm(request.POST if request.method == "POST" else None, people=people), 200
    seen = mark_of(sorted((str(pk), row.is_attended, row.is_completed) for pk, row in there.items()))
    if request.method == "POST":
        status = 422
        if form.is_valid() and is_overtaken(form, seen):
            status = 409
        elif form.is_valid():
            chosen = {
                name: [staff[UUID(one)] for one in form.cleaned_data[name]]
                for name in ("attended", "completed")
            }
            actions.record_attendance(training=held, **chosen, by=request.actor, at=now())
            messages.success(request, _("Who came is recorded."))
            return redirect("training", held.id)
    stands = {
        "attended": {pk for pk, row in there.items() if row.is_attended},
        "completed": {pk for pk, row in there.items() if row.is_completed},
    }
    said = stands
    if request.method == "POST":  # what was said in the page stays in it, taken off as well as ticked
        said = {
            name: {one.id for one in people if str(one.id) in request.POST.getlist(name)} for name in stands
        }
    rows = [
        {
            "person": one, "came": one.id in said["attended"], "completed": one.id in said["completed"],
            "stands": _stands(one.id in stands["attended"], one.id in stands["completed"])
            if any((one.id in said[name]) != (one.id in stands[name]) for name in stands) else "",
        }
        for one in people
    ]  # fmt: skip
    return render(
        request,
        "training/training.html",
        {"training": held, "rows": rows, "form": form, "seen": seen},
        status=status,
    )


def _stands(is_attended: bool, is_completed: bool) -> str:
    """What is recorded of somebody, beside what is said in the page."""
    if is_completed:
        return _("Recorded: came and completed it")
    return _("Recorded: came") if is_attended else _("Not recorded as having come")
