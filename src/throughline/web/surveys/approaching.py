"""Asking somebody: recorded in three taps, without a name; then an interview, or a link to answer alone."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from throughline.records.foundation import new_id
from throughline.records.study.models import StudySite
from throughline.records.surveys import actions, queries
from throughline.records.surveys.models import Approach, Wave
from throughline.rules.access import check_may_approach, may
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.periods import local_day
from throughline.vocabulary.roles import Role
from throughline.vocabulary.waves import ApproachResult, ApproachThrough
from throughline.web.request import PageRequest, now, require, show_refusal, words_of
from throughline.web.surveys.forms import ApproachForm, ReceiptForm


def sites_to_ask_at(actor: Actor, wave: Wave) -> list[StudySite]:
    """Where the actor may ask people to take part."""
    return [
        row
        for row in queries.sites_of(actor, wave)
        if may(check_may_approach, actor, wave.programme_id, row.site_id)
    ]


def is_open_at(sites: Iterable[StudySite], wave: Wave) -> bool:
    """Whether it is a day of asking at one of the sites, by their own calendars."""
    at = now()
    return any(queries.is_open(wave, local_day(at, row.site.time_zone)) for row in sites)


@require_http_methods(["GET", "POST"])
def approach(request: PageRequest, wave_id: UUID) -> HttpResponse:
    """Somebody was asked. The next one can be recorded at once."""
    require(request, P.APPROACH_PEOPLE)
    wave = queries.wave_for(request.actor, wave_id)
    sites = sites_to_ask_at(request.actor, wave)
    initial = {"through": _through(request.actor, wave), "scopes": ["take_part"], "key": new_id()}
    form = ApproachForm(request.POST if request.method == "POST" else None, sites=sites, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            row = actions.record_approach(wave=wave, **given, by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            return _recorded(request, wave, row)
    context = {"wave": wave, "form": form, "sites": sites, "is_open": is_open_at(sites, wave)}
    return render(request, "surveys/approach.html", context, status=422 if form.errors else 200)


def _recorded(request: PageRequest, wave: Wave, row: Approach) -> HttpResponse:
    if row.result == ApproachResult.CONSENTED.value:
        messages.success(request, _("Recorded: agreed. Begin the interview, or give them a link."))
        return redirect("wave", wave.id)
    messages.success(request, _("Recorded. Nobody is named."))
    return redirect("approach", wave.id)


def _through(actor: Actor, wave: Wave) -> str:
    """As the last time; before that, as the role has it."""
    last = Approach.objects.filter(wave=wave, recorded_by=actor.id).order_by("-id").first()
    if last is not None:
        return str(last.through)
    is_peer = Role.PEER_WORKER in actor.roles_in(wave.programme_id)
    return (ApproachThrough.PEER if is_peer else ApproachThrough.SERVICE).value


@require_POST
def begin(request: PageRequest, approach_id: UUID) -> HttpResponse:
    """Begin or go on with the interview of somebody who agreed."""
    require(request, P.APPROACH_PEOPLE)
    asked = queries.approach_for(request.actor, approach_id)
    try:
        response = actions.start_response(approach=asked, by=request.actor, at=now())
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
        return redirect("wave", asked.wave_id)
    return redirect("fill_response", response.id)


@require_POST
def withdraw(request: PageRequest, wave_id: UUID) -> HttpResponse:
    """Somebody takes their answers back, by the number and the code on their receipt."""
    require(request, P.APPROACH_PEOPLE)
    wave = queries.wave_for(request.actor, wave_id)
    form = ReceiptForm(request.POST, sites=sites_to_ask_at(request.actor, wave))
    if not form.is_valid():
        messages.error(
            request, _("Say the site and the code on the receipt, and its number where it has one.")
        )
        return redirect("wave", wave.id)
    given = form.cleaned_data
    try:
        number, site_id = given["respondent"], given["site"].id
        if number is None:
            found = queries.response_by_code(request.actor, wave, site_id, given["code"])
        else:
            found = queries.response_by_number(request.actor, wave, site_id, number)
        actions.withdraw_response(response=found, code=given["code"], by=request.actor, at=now())
        messages.success(request, _("What they answered is deleted, and their consent has ended."))
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
    return redirect("wave", wave.id)
