"""Agreements with the police and with partners, and whether controlled items need one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.programme import actions
from throughline.records.programme.models import Partnership, PoliceAgreement, Programme
from throughline.records.programme.queries import areas_of, organisations_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.vocabulary.programme import OrganisationKind
from throughline.web.programme.around import parts
from throughline.web.programme.forms import AgreementForm, LastDayForm, PartnershipForm
from throughline.web.programme.words import PARTNERSHIP_KINDS
from throughline.web.request import PageRequest, has_any, now, programme_of, require, show_refusal
from throughline.web.words import listed
from throughline.work.waiting import EXPIRES_WITHIN


@require_GET
def agreements(request: PageRequest) -> HttpResponse:
    """Agreements with police and partners, those that end first on top."""
    return _page(request, programme_of(request))


@require_http_methods(["GET", "POST"])
def add_agreement(request: PageRequest) -> HttpResponse:
    """What a police force agreed to for an area."""
    programme = require(request, P.MANAGE_PROGRAMME)
    forces = organisations_for(request.actor, programme.id).filter(kind=OrganisationKind.POLICE.value)
    areas = areas_of(programme.id)
    form = AgreementForm(
        request.POST or None, forces=forces, areas=areas, kinds=listed(programme.id, "item_kind"),
        initial={"from_on": now().date()},
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = actions.record_police_agreement(**form.cleaned_data, by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The agreement for %(area)s is recorded.") % {"area": row.area})
                return redirect("agreements")
    context = {"form": form, "has_force": forces.exists(), "has_area": bool(areas)}
    return render(request, "programme/add_agreement.html", context, status=status)


@require_POST
def end_agreement(request: PageRequest, agreement_id: UUID) -> HttpResponse:
    """Name its last day: sooner, or later where it was prolonged."""
    programme = require(request, P.MANAGE_PROGRAMME)
    row = _agreements(request, programme).filter(id=agreement_id).first()
    if row is None:
        raise NotFound(Sentence("There is no such agreement."))
    form = LastDayForm(request.POST)
    if form.is_valid():
        try:
            actions.end_police_agreement(
                agreement=row, on=form.cleaned_data["on"], by=request.actor, at=now()
            )
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The last day of the agreement is named."))
            return redirect("agreements")
    return _page(request, programme, status=422, end_form=form)


@require_http_methods(["GET", "POST"])
def add_partnership(request: PageRequest) -> HttpResponse:
    """What two organisations agreed to do together."""
    programme = require(request, P.MANAGE_PROGRAMME)
    organisations = organisations_for(request.actor, programme.id)
    form = PartnershipForm(
        request.POST or None, organisations=organisations, initial={"from_on": now().date()}
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = actions.agree_partnership(**form.cleaned_data, by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                told = _("The partnership of %(first)s and %(second)s is recorded.")
                messages.success(request, told % {"first": row.first.name, "second": row.second.name})
                return redirect("agreements")
    context = {"form": form, "has_two": len(organisations[:2]) == 2}
    return render(request, "programme/add_partnership.html", context, status=status)


@require_POST
def end_partnership(request: PageRequest, partnership_id: UUID) -> HttpResponse:
    """Name its last day: sooner, or later where it was prolonged."""
    programme = require(request, P.MANAGE_PROGRAMME)
    row = _partners(request, programme).filter(id=partnership_id).first()
    if row is None:
        raise NotFound(Sentence("There is no such partnership."))
    form = LastDayForm(request.POST)
    if form.is_valid():
        try:
            actions.end_partnership(partnership=row, on=form.cleaned_data["on"], by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The last day of the partnership is named."))
            return redirect("agreements")
    return _page(request, programme, status=422, end_form=form)


@require_POST
def agreement_rule(request: PageRequest) -> HttpResponse:
    """Whether a controlled item needs an agreement here: as the country's law has it."""
    programme = require(request, P.MANAGE_PROGRAMME)
    switches = {"yes": actions.require_agreements, "no": actions.waive_agreements}
    if (needed := request.POST.get("needed", "")) not in switches:
        messages.error(request, _("Nothing was changed: say whether an agreement is needed."))
        return redirect("agreements")
    switches[needed](programme=programme, by=request.actor, at=now())
    if programme.is_agreement_needed:
        messages.success(request, _("Controlled items now leave only under an agreement."))
    else:
        messages.success(request, _("Controlled items now leave without an agreement."))
    return redirect("agreements")


def _agreements(request: PageRequest, programme: Programme) -> Any:
    rows = PoliceAgreement.objects.visible_to(request.actor).filter(programme=programme)
    return rows.select_related("force")


def _partners(request: PageRequest, programme: Programme) -> Any:
    rows = Partnership.objects.visible_to(request.actor).filter(programme=programme)
    return rows.select_related("first", "second")


def _page(request: PageRequest, programme: Programme, *, status: int = 200, **forms: Any) -> HttpResponse:
    today, manages = now().date(), has_any(request, [P.MANAGE_PROGRAMME])
    kinds = listed(programme.id, "item_kind", with_retired=True)
    rows = _agreements(request, programme).order_by(F("to_on").asc(nulls_last=True), "area")
    partners = _partners(request, programme).order_by(F("to_on").asc(nulls_last=True), "id")
    context: dict[str, Any] = {
        "police": [
            _shown(row, today, kinds, f"end_{number}" if manages else None) for number, row in enumerate(rows)
        ],
        "partners": [
            _until(row, today, f"partner_{number}" if manages else None)
            | {"row": row, "kind": PARTNERSHIP_KINDS[row.kind]}
            for number, row in enumerate(partners)
        ],
        "is_needed": programme.is_agreement_needed, "today": today, "manages": manages, "end_form": None,
        "parts": parts(request, "agreements"),
    }  # fmt: skip
    return render(request, "programme/agreements.html", context | forms, status=status)


def _shown(row: PoliceAgreement, today: date, kinds: Any, prefix: str | None) -> dict[str, Any]:
    left = (row.to_on - today).days + 1 if row.to_on is not None and today <= row.to_on else None
    has_begun = row.from_on <= today
    return _until(row, today, prefix) | {
        "row": row, "items": [kinds.get(kind, kind) for kind in row.item_kinds],
        "days_left": left if has_begun else None, "has_begun": has_begun,
    }  # fmt: skip


def _until(row: PoliceAgreement | Partnership, today: date, prefix: str | None) -> dict[str, Any]:
    """Whether it ends soon or has ended, and a form to name its last day."""
    left = None if row.to_on is None else (row.to_on - today).days
    form = None if prefix is None else LastDayForm(initial={"on": row.to_on or today}, auto_id=f"{prefix}_%s")
    return {
        "ends_soon": left is not None and 0 <= left <= EXPIRES_WITHIN.days,
        "has_ended": left is not None and left < 0, "form": form,
    }  # fmt: skip
