"""Participants: who speaks, on which consent, and taking somebody out of everything when they withdraw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.records.inquiry.actions import (
    Withdrawn,
    add_participant,
    describe_participant,
    rest_on_consent,
    withdraw_participant,
)
from throughline.records.inquiry.models import Analysis, Participant
from throughline.records.inquiry.queries.participants import (
    analyses_with_people,
    participant_for,
    people_in,
    released_with,
    sources_of_person,
)
from throughline.records.inquiry.queries.still_named import telling_of
from throughline.records.programme.models import Programme
from throughline.records.study.actions import record_research_consent
from throughline.reporting.written import take_back_reports
from throughline.rules.access import check_may_add_source, check_may_erase_source, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.evaluation.ledger import DOORS
from throughline.web.inquiry.around import around
from throughline.web.inquiry.people.forms import (
    NOT_RECORDED,
    SCOPES,
    ConsentForm,
    NewParticipantForm,
    ParticipantForm,
    WithdrawForm,
)
from throughline.web.inquiry.texts.still_named import listed
from throughline.web.request import PageRequest, has_any, now, require, show_refusal, uuid_or_none

WHO = (P.SEE_SOURCES, P.ERASE_SOURCES)


@require_http_methods(["GET", "POST"])
def participants(request: PageRequest) -> HttpResponse:
    """Who speaks in an analysis; posting adds one. Whoever may only erase sees labels and consent, no sources."""
    programme = require(request, *WHO)
    context = _around(request, programme)
    analysis: Analysis = context["analysis"]
    form = NewParticipantForm(request.POST or None)
    status = 200
    if request.method == "POST":
        check_may_add_source(request.actor, programme.id)
        status = 422
        if form.is_valid():
            try:
                row = add_participant(
                    analysis=analysis, label=form.cleaned_data["label"].strip(),
                    group=form.cleaned_data["group"].strip() or NOT_RECORDED, by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The participant is added. Say now where they speak."))
                return redirect("participant", participant_id=row.id)
    context |= {"people": people_in(request.actor, analysis), "form": form}
    return render(request, "inquiry/people/participants.html", context, status=status)


def _around(
    request: PageRequest, programme: Programme, *, analysis: Analysis | None = None
) -> dict[str, Any]:
    """As on every page; for whoever does not see sources, the analyses alone."""
    context = around(request, programme, "participants", analysis=analysis)
    context["may_see"] = has_any(request, [P.SEE_SOURCES])
    if context["analysis"] is None:
        rows = list(analyses_with_people(request.actor, programme.id))
        chosen = uuid_or_none(request.GET.get("analysis"))
        context["analyses"] = rows
        context["analysis"] = next((one for one in rows if one.id == chosen), rows[0] if rows else None)
    if context["analysis"] is None:
        raise NotFound(Sentence("There is no analysis yet: open one first."))
    return context


@require_http_methods(["GET", "POST"])
def participant(request: PageRequest, participant_id: UUID) -> HttpResponse:
    """One participant: what is known of them, on which consent they speak, and where."""
    programme = require(request, *WHO)
    row = participant_for(request.actor, participant_id)
    form = ParticipantForm.of(request.POST or None, row)
    status = 200
    if request.method == "POST":
        check_may_add_source(request.actor, programme.id)
        status = 422
        if form.is_valid():
            try:
                describe_participant(
                    participant=row, group=form.cleaned_data["group"], attributes=form.cleaned_data["attributes"],
                    by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The facts are kept."))
                return redirect("participant", participant_id=row.id)
    return _page(request, row, form, ConsentForm(auto_id="consent_%s"), status)


def _page(
    request: PageRequest, row: Participant, form: ParticipantForm, consent: ConsentForm, status: int
) -> HttpResponse:
    context = _around(request, row.programme, analysis=row.analysis)
    may_erase = why_not(check_may_erase_source, request.actor, row.programme_id)
    released = released_with(request.actor, row, now()) if row.withdrawn_at else None
    if row.withdrawn_at and context["may_see"]:
        context["elsewhere"] = listed(telling_of(request.actor, row))
    context |= {
        "person": row, "form": form, "consent_form": consent, "sources": sources_of_person(request.actor, row),
        "scopes": [SCOPES[scope] for scope in SCOPES if row.consent and scope.value in row.consent.scopes],
        "why_not_withdraw": may_erase, "released": _released(released) if released else None,
    }  # fmt: skip
    return render(request, "inquiry/people/participant.html", context, status=status)


def _released(found: Any) -> dict[str, Any]:
    return {
        "lines": [(one, DOORS[one.door]) for one in found.releases],
        "unseen": found.unseen,
        "freezes": found.freezes,
    }


@require_POST
def consent_recorded(request: PageRequest, participant_id: UUID) -> HttpResponse:
    """What a participant agreed to, by the sheet; it takes the place of an earlier one."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    row = participant_for(request.actor, participant_id)
    form = ConsentForm(request.POST, auto_id="consent_%s")
    status = 422
    if form.is_valid():
        given, at = form.cleaned_data, now()
        try:
            with transaction.atomic():
                consent = record_research_consent(
                    study=row.analysis.study, sheet_version=given["sheet_version"], scopes=given["scopes"],
                    given_on=given["given_on"], by=request.actor, at=at,
                )  # fmt: skip
                rest_on_consent(participant=row, consent=consent, by=request.actor, at=at)
        except ThroughlineError as error:
            status = error.status
            show_refusal(form, error)
        else:
            messages.success(request, _("The consent is recorded."))
            return redirect("participant", participant_id=row.id)
    return _page(request, row, ParticipantForm.of(None, row), form, status)


@require_http_methods(["GET", "POST"])
def withdraw(request: PageRequest, participant_id: UUID) -> HttpResponse:
    """Say what goes, what stays and what left already; then, confirmed by the label, take them out for good."""
    programme = require(request, P.ERASE_SOURCES)
    check_may_erase_source(request.actor, programme.id)
    row = participant_for(request.actor, participant_id)
    form = WithdrawForm(request.POST or None, expected=row.label)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = withdraw_participant(participant=row, by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _told(done, take_back_reports(row.analysis.study, at=now())))
                return redirect("participant", participant_id=row.id)
    context = _around(request, programme, analysis=row.analysis) | {
        "person": row, "form": form, "sources": sources_of_person(request.actor, row),
        "released": _released(released_with(request.actor, row, now())),
    }  # fmt: skip
    return render(request, "inquiry/people/withdraw.html", context, status=status)


def _told(done: Withdrawn, reports: int) -> str:
    parts = [
        Sentence("%(count)s source was erased", "%(count)s sources were erased", count=done.sources_erased),
        Sentence("in %(count)s their turns are gone", "in %(count)s their turns are gone", count=done.sources_changed),
        Sentence("%(count)s coding was removed", "%(count)s codings were removed", count=done.codings_removed),
    ]  # fmt: skip
    if reports:
        taken = Sentence(
            "%(count)s report that may quote them was deleted",
            "%(count)s reports that may quote them were deleted",
            count=reports,
        )
        parts.append(taken)
    return str(Sentence("They are withdrawn: %(parts)s.", parts=tuple(parts)))
