"""Studies: which there are, one of them to look at, and what is added to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.records.study import actions
from throughline.records.study.models import Study
from throughline.records.study.queries import studies_for, study_for
from throughline.rules.access import check_may_design_study, may
from throughline.rules.permissions import Permission as P
from throughline.rules.plans import content_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.study import shown
from throughline.web.study.forms import ChangeForm, OutcomeForm, PhaseForm, PlanForm, SiteForm, StudyForm


@require_GET
def studies(request: PageRequest) -> HttpResponse:
    """Every study of the programme."""
    programme = require(request, P.SEE_STUDY)
    rows = studies_for(request.actor, programme.id)
    designs = may(check_may_design_study, request.actor, programme.id)
    return render(request, "study/studies.html", {"studies": rows, "designs": designs})


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """A study, without sites yet."""
    programme = require(request, P.DESIGN_STUDY)
    form = StudyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_study(programme=programme, **form.cleaned_data, by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            return redirect("study", made.id)
    context = {"form": form, "title": _("A new study"), "lede": "", "study": None}
    return render(request, "study/form.html", context, status=422 if form.errors else 200)


@require_GET
def study(request: PageRequest, study_id: UUID) -> HttpResponse:
    """The design, the timeline, outcomes by whose definition of success, plans, changes of the protocol."""
    require(request, P.SEE_STUDY)
    one = study_for(request.actor, study_id)
    context = {
        "study": one, "timeline": shown.timeline(one, now().date()), "definitions": shown.definitions(one), "plans": shown.plans(one),
        "designs": may(check_may_design_study, request.actor, one.programme_id),
    }  # fmt: skip
    return render(request, "study/study.html", context)


@dataclass(frozen=True)
class Adding:
    """Something that is added to a study: its form, and the action that takes what the form gives."""

    form: Callable[..., forms.Form]
    title: Promise
    lede: Promise
    act: Callable[[Study, Any, Actor, Any], Any]


ADDED: Mapping[str, Adding] = {
    "site": Adding(
        SiteForm, _("Add a site"), _("Arm and phase of a contact follow from the site and the day. They are stored nowhere else."),
        lambda study, form, by, at: actions.add_study_site(study=study, **form.cleaned_data, by=by, at=at),
    ),
    "phase": Adding(
        PhaseForm, _("Set a phase"), _("The days of a phase at one site, both ends included. Said again, it replaces. Sites may start on different days."),
        lambda study, form, by, at: actions.set_phase(**form.cleaned_data, by=by, at=at),
    ),
    "outcome": Adding(
        OutcomeForm, _("Add an outcome"), _("What is looked at, and by whose definition of success."),
        lambda study, form, by, at: actions.add_outcome(study=study, **form.cleaned_data, by=by, at=at),
    ),
    "change": Adding(
        ChangeForm, _("Record a change of the protocol"), _("Changes are reported, never hidden. Name nobody."),
        lambda study, form, by, at: actions.change_protocol(study=study, **form.cleaned_data, by=by, at=at),
    ),
    "plan": Adding(
        PlanForm, _("Lock an analysis plan"),
        _("A locked plan never changes, and its hash proves it. Another plan is the next version. Once a freeze could hold days of an after phase, a plan that is locked later is shown, and no evaluation follows it."),
        lambda study, form, by, at: actions.lock_plan(
            study=study, content=content_of(form.plan(), form.cleaned_data["words"]), by=by, at=at
        ),
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
def add(request: PageRequest, study_id: UUID, what: str) -> HttpResponse:
    """A site, a phase, an outcome, a change of the protocol, a plan."""
    require(request, P.DESIGN_STUDY)
    one = study_for(request.actor, study_id)
    check_may_design_study(request.actor, one.programme_id)
    if what not in ADDED:
        raise NotFound(Sentence("There is no such page."))
    adding = ADDED[what]
    form = adding.form(request.POST if request.method == "POST" else None, study=one)
    if request.method == "POST" and form.is_valid():
        try:
            adding.act(one, form, request.actor, now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            return redirect("study", one.id)
    context = {"form": form, "title": adding.title, "lede": adding.lede, "study": one}
    return render(request, "study/form.html", context, status=422 if form.errors else 200)
