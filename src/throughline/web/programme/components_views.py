"""Components: what of the programme is done at which site from which day to which, and how it was changed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.records.programme import actions
from throughline.records.programme.models import Component
from throughline.records.programme.queries import sites_to_look_after
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.programme.around import parts
from throughline.web.programme.forms import AdaptationForm, ComponentForm, LastDayForm
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.study.words import COMPONENTS


@require_http_methods(["GET", "POST"])
def components(request: PageRequest) -> HttpResponse:
    """Every component with its days; another is begun."""
    programme = require(request, P.MANAGE_PROGRAMME)
    rows = Component.objects.visible_to(request.actor).filter(programme=programme)
    sites = sites_to_look_after(request.actor, programme.id)
    form, status = ComponentForm(request.POST or None, sites=sites, initial={"from_on": now().date()}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.start_component(**form.cleaned_data, by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The component is recorded."))
                return redirect("components")
    found = rows.select_related("site").order_by("site__name", "from_on", "id")
    context = {
        "rows": [(one, COMPONENTS[one.kind]) for one in found], "form": form, "has_sites": bool(sites),
        "parts": parts(request, "components"),
    }  # fmt: skip
    return render(request, "programme/components.html", context, status=status)


@require_http_methods(["GET", "POST"])
def component(request: PageRequest, component_id: UUID) -> HttpResponse:
    """One component and its adaptations; another is noted."""
    one = _component_of(request, component_id)
    form = AdaptationForm(request.POST or None, initial={"on": now().date()})
    if request.method == "POST" and form.is_valid():
        actions.record_adaptation(component=one, **form.cleaned_data, by=request.actor, at=now())
        messages.success(request, _("The change is noted."))
        return redirect("component", one.id)
    return _page(request, one, adaptation=form, status=422 if form.errors else 200)


@require_POST
def end_component(request: PageRequest, component_id: UUID) -> HttpResponse:
    """Name its last day."""
    one = _component_of(request, component_id)
    form = LastDayForm(request.POST)
    if form.is_valid():
        try:
            actions.end_component(component=one, on=form.cleaned_data["on"], by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Its last day is named."))
            return redirect("component", one.id)
    return _page(request, one, ending=form, status=422)


def _component_of(request: PageRequest, component_id: UUID) -> Component:
    programme = require(request, P.MANAGE_PROGRAMME)
    rows = Component.objects.visible_to(request.actor).filter(programme=programme)
    found: Component | None = rows.select_related("site").filter(id=component_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such component."))
    return found


def _page(
    request: PageRequest, one: Component, *, adaptation: AdaptationForm | None = None, ending: LastDayForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    context = {
        "component": one, "kind": COMPONENTS[one.kind], "adaptations": one.adaptations.order_by("-on", "-id"),
        "form": adaptation or AdaptationForm(initial={"on": now().date()}),
        "ending": ending or LastDayForm(initial={"on": one.to_on or now().date()}, auto_id="end_%s"),
    }  # fmt: skip
    return render(request, "programme/component.html", context, status=status)
