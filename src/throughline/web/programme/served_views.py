"""Who has a part in the programme, and how many people there are whom it could reach."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from throughline.records.programme import actions
from throughline.records.programme.models import Population
from throughline.records.programme.queries import areas_of, organisations_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.programme.around import SEEN_BY, parts
from throughline.web.programme.forms import OrganisationForm, PopulationForm
from throughline.web.programme.words import ORGANISATION_KINDS
from throughline.web.request import PageRequest, has_any, now, require, show_refusal


@require_http_methods(["GET", "POST"])
def organisations(request: PageRequest) -> HttpResponse:
    """Every organisation, and adding one."""
    programme = require(request, *SEEN_BY)
    form = OrganisationForm(request.POST or None)
    status = 200
    if request.method == "POST":
        require(request, P.MANAGE_PROGRAMME)
        status = 422
        if form.is_valid():
            try:
                row = actions.add_organisation(
                    programme=programme, **form.cleaned_data, by=request.actor, at=now()
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("%(name)s is added.") % {"name": row.name})
                return redirect("organisations")
    context = {
        "rows": [(one, ORGANISATION_KINDS[one.kind]) for one in organisations_for(request.actor, programme.id)],
        "parts": parts(request, "organisations"), "form": form if has_any(request, [P.MANAGE_PROGRAMME]) else None,
    }  # fmt: skip
    return render(request, "programme/organisations.html", context, status=status)


@require_http_methods(["GET", "POST"])
def population(request: PageRequest) -> HttpResponse:
    """How many people rates are of: estimates with their sources, and adding one."""
    programme = require(request, *SEEN_BY)
    areas = areas_of(programme.id)
    form = PopulationForm(request.POST or None, areas=areas, initial={"year": now().year})
    status = 200
    if request.method == "POST":
        require(request, P.MANAGE_PROGRAMME)
        status = 422
        if form.is_valid():
            try:
                actions.record_population(programme=programme, **form.said(), by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The estimate is recorded."))
                return redirect("population")
    rows = Population.objects.visible_to(request.actor).filter(programme=programme)
    context = {
        "rows": rows.order_by("area", "-year", "group"), "parts": parts(request, "population"), "areas": areas,
        "form": form if has_any(request, [P.MANAGE_PROGRAMME]) else None,
    }  # fmt: skip
    return render(request, "programme/population.html", context, status=status)
