"""Recording a contact, its receipt, one's own records of the day, and putting one right."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.engagement import actions
from throughline.records.engagement.models import Contact
from throughline.records.engagement.queries import contact_for, is_in_sight, ownership, recorded_by
from throughline.records.foundation import new_id
from throughline.rules.access import RECENT, check_may_correct_contact, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, ThroughlineError, Unready
from throughline.web.record.drafts import again, draft_of, initial_of
from throughline.web.record.forms import ContactForm, CorrectionForm
from throughline.web.record.offer import offer_for
from throughline.web.record.shown import shown
from throughline.web.request import PageRequest, now, require, show_refusal, uuid_or_none

LAST = "last_contact"  # in the session: site, route and place, nothing of a person


@sensitive_post_parameters("client_code")
@require_http_methods(["GET", "POST"])
def record(request: PageRequest) -> HttpResponse:
    """A new contact. `?again=ID` starts from what was given at an earlier one."""
    programme = require(request, P.RECORD_CONTACT)
    at = now()
    initial = _start(request) if request.method == "GET" else {}
    chosen = request.POST.get("site") or initial.get("site")
    offer = offer_for(request.actor, programme, at.date(), site_id=uuid_or_none(chosen))
    form = ContactForm(request.POST or None, initial=_within(initial, offer.sites), offer=offer)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                contact = actions.record_contact(
                    draft=draft_of(form, request.actor, at), by=request.actor, at=at
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                return _recorded(request, form, contact, at)
    return render(request, "record/record.html", {"form": form, "refused": status == 409}, status=status)


def _start(request: PageRequest) -> dict[str, Any]:
    initial: dict[str, Any] = {"id": new_id(), **request.session.get(LAST, {})}
    earlier = uuid_or_none(request.GET.get("again"))
    if earlier is not None:
        try:
            initial |= again(contact_for(request.actor, earlier))
        except NotFound:
            messages.info(request, _("That contact is no longer there; this form starts empty."))
    return initial


def _within(initial: dict[str, Any], sites: list[Any]) -> dict[str, Any]:
    """The start of a form, at a site that is still the actor's; else at the first one there is."""
    if initial.get("site") not in {str(site.id) for site in sites}:
        initial["site"] = str(sites[0].id)
    initial.setdefault("route", "service")
    initial.setdefault("newness", "unknown")
    return initial


def _recorded(request: PageRequest, form: ContactForm, contact: Contact, at: datetime) -> HttpResponse:
    given = form.cleaned_data
    request.session[LAST] = {
        "site": str(given["site"].id), "route": given["route"].value, "place": given["place"],
    }  # fmt: skip
    if not is_in_sight(request.actor, contact):
        messages.warning(
            request, _("This form was saved before, too long ago to be shown again. Nothing was changed.")
        )
        return redirect("own_records")
    if contact.server_time != at:
        # the same form came twice: nothing is lost silently, and nothing is counted twice
        messages.warning(
            request,
            _(
                "This form was saved before. Below is what was saved then; if you changed anything since, correct it."
            ),
        )
    return redirect("receipt", contact_id=contact.id)


@require_GET
def receipt(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """What was recorded, with the way back."""
    require(request, P.RECORD_CONTACT)
    contact = contact_for(request.actor, contact_id)
    actions.note_contact_read(contact=contact, by=request.actor, at=now())
    place = (request.actor, contact.programme_id, contact.site_id)
    why = why_not(check_may_correct_contact, *place, **ownership(contact, request.actor, now()))
    context = {"contact": contact, "shown": shown(contact), "why_not": why}
    return render(request, "record/receipt.html", context)


@require_POST
def withdraw(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """Undo: the contact did not happen."""
    require(request, P.RECORD_CONTACT)
    contact = contact_for(request.actor, contact_id)
    version = request.POST.get("version", "")
    actions.withdraw_contact(
        contact=contact, base_version=int(version) if version.isdecimal() and len(version) < 9 else 0,
        by=request.actor, at=now(),
    )  # fmt: skip
    messages.success(request, _("The contact was taken back. It no longer counts."))
    return redirect("own_records")


@require_GET
def own_records(request: PageRequest) -> HttpResponse:
    """What one recorded oneself in the last hours."""
    programme = require(request, P.RECORD_CONTACT)
    rows = recorded_by(request.actor, now() - RECENT).filter(programme=programme)[:200]
    return render(request, "record/own_records.html", {"contacts": [(row, shown(row)) for row in rows]})


@sensitive_post_parameters("client_code")
@require_http_methods(["GET", "POST"])
def correct(request: PageRequest, contact_id: UUID) -> HttpResponse:
    """Put a contact right. Where another correction came first, say so, keep what was typed and show the way to what stands now."""
    programme = require(request, P.RECORD_CONTACT)
    at = now()
    contact = contact_for(request.actor, contact_id)
    check_may_correct_contact(
        request.actor, programme.id, contact.site_id, **ownership(contact, request.actor, at)
    )
    if request.method == "GET":
        actions.note_contact_read(contact=contact, by=request.actor, at=at)
    offer = offer_for(request.actor, programme, at.date(), site_id=contact.site_id, contact=contact)
    form = CorrectionForm(request.POST or None, initial=initial_of(contact), offer=offer)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.correct_contact(
                    contact=contact, draft=draft_of(form, request.actor, at, contact),
                    base_version=given["base_version"], why=given["why"], by=request.actor, at=at,
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
                if isinstance(error, Unready) and given["base_version"] != contact.version:
                    form.go_on_from(contact.version)
            else:
                messages.success(
                    request, _("The contact was corrected. What it said before is kept beside it.")
                )
                return redirect("receipt", contact_id=contact.id)
    return render(request, "record/correct.html", {"form": form, "contact": contact}, status=status)
