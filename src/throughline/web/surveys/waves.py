"""Waves: which there are, how far each is, who took part and who was left out, opening and closing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.evaluation.questions.respondents import EACH_RESPONSE
from throughline.records.programme.models import Programme
from throughline.records.study.queries import studies_for
from throughline.records.surveys import actions, queries
from throughline.records.surveys.models import InstrumentVersion, SurveyResponse, Wave
from throughline.rules.access import check_may_run_waves, may
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.waves import Exclusion
from throughline.web.request import PageRequest, has_any, now, require, show_refusal, words_of
from throughline.web.surveys.approaching import is_open_at, sites_to_ask_at
from throughline.web.surveys.forms import LeaveOutForm, NumberForm, OpenWaveForm, ReceiptForm, TargetForm
from throughline.web.surveys.shown import flows_by_arm, rows_of, series_of, steps_of
from throughline.web.surveys.words import EXCLUSIONS, PHASES

AT_ONCE = 50  # people who wait for their interview


@require_GET
def waves(request: PageRequest) -> HttpResponse:
    """Every wave, with its progress to target at the sites that the reader may see."""
    programme = require(request, P.SEE_WAVES)
    rows = [_line(request, wave) for wave in queries.waves_for(request.actor, programme.id)]
    context = {
        "waves": rows, "runs": has_any(request, [P.RUN_WAVES]), "links": has_any(request, [P.LINK_WAVES]),
        "attitudes": has_any(request, [P.RECORD_ATTITUDES]),
        "begun": queries.begun_by(request.actor, programme.id),
    }  # fmt: skip
    return render(request, "surveys/waves.html", context)


def _line(request: PageRequest, wave: Wave) -> dict[str, Any]:
    progress = queries.progress_of(request.actor, wave)
    targets = [one.target for one in progress if one.target is not None]
    return {
        "wave": wave, "phase": PHASES[wave.phase], "analysed": sum(one.flow.analysed for one in progress),
        "target": sum(targets) if targets else None, "is_open": is_open_at(queries.sites_of(request.actor, wave), wave),
        "asks": bool(sites_to_ask_at(request.actor, wave)),
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def open_wave(request: PageRequest) -> HttpResponse:
    """Open a wave of a study."""
    programme = require(request, P.RUN_WAVES)
    form = _opening(request, programme)
    if request.method == "POST" and form.is_valid():
        try:
            wave = actions.open_wave(**form.cleaned_data, by=request.actor, at=now())
        except ThroughlineError as error:
            show_refusal(form, error)
        else:
            messages.success(
                request,
                _("The wave %(code)s is there. Say how many you want at each site.") % {"code": wave.code},
            )
            return redirect("wave", wave.id)
    has_study = studies_for(request.actor, programme.id).exists()
    return render(
        request,
        "surveys/open.html",
        {"form": form, "has_study": has_study},
        status=422 if form.errors else 200,
    )


def _opening(request: PageRequest, programme: Programme) -> OpenWaveForm:
    versions = InstrumentVersion.objects.visible_to(request.actor).filter(programme=programme)
    return OpenWaveForm(
        request.POST if request.method == "POST" else None, studies=studies_for(request.actor, programme.id),
        versions=versions.select_related("instrument").defer("xlsform", "xform", "questions").order_by("instrument__title", "-number"),
        initial={"opens_on": now().date()},
    )  # fmt: skip


@require_GET
def wave(request: PageRequest, wave_id: UUID) -> HttpResponse:
    """One wave: progress, the flow, reasons; what may be done with it by whom."""
    return _page(request, _wave_of(request, wave_id))


@require_POST
def target(request: PageRequest, wave_id: UUID) -> HttpResponse:
    """How many are wanted at a site."""
    one = _run(request, wave_id)
    form = TargetForm(request.POST, sites=queries.sites_of(request.actor, one))
    if form.is_valid():
        try:
            actions.set_target(wave=one, **form.cleaned_data, by=request.actor, at=now())
            return redirect("wave", one.id)
        except ThroughlineError as error:
            show_refusal(form, error)
    return _page(request, one, status=422, target_form=form)


@require_POST
def close(request: PageRequest, wave_id: UUID) -> HttpResponse:
    """From now on nobody is asked."""
    one = _run(request, wave_id)
    try:
        actions.close_wave(wave=one, by=request.actor, at=now())
        messages.success(request, _("The wave is closed. Interviews that were begun may still be completed."))
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
    return redirect("wave", one.id)


@require_POST
def leave_out(request: PageRequest, wave_id: UUID) -> HttpResponse:
    """Leave a response out, with the reason. Where its person withdrew it is deleted: that is asked once more first."""
    one = _run(request, wave_id)
    form = LeaveOutForm(request.POST, sites=queries.sites_of(request.actor, one))
    if form.is_valid():
        given, at = form.cleaned_data, now()
        try:
            response = queries.response_by_number(request.actor, one, given["site"].id, given["respondent"])
            if given["reason"] is Exclusion.WITHDREW and "is_sure" not in request.POST:
                return render(request, "surveys/withdraw.html", {"wave": one, "response": response})
            actions.exclude_response(response=response, reason=given["reason"], by=request.actor, at=at)
            return redirect("wave", one.id)
        except ThroughlineError as error:
            show_refusal(form, error)
    return _page(request, one, status=422, leave_out_form=form)


@require_POST
def take_in(request: PageRequest, wave_id: UUID) -> HttpResponse:
    """A response was left out by mistake."""
    one = _run(request, wave_id)
    form = NumberForm(request.POST, sites=queries.sites_of(request.actor, one))
    try:
        if form.is_valid():
            given = form.cleaned_data
            response = queries.response_by_number(request.actor, one, given["site"].id, given["respondent"])
            actions.include_response(response=response, by=request.actor, at=now())
            messages.success(request, _("The response counts again."))
        else:
            messages.error(request, _("Say the site and the number on the receipt, then try again."))
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
    return redirect("wave", one.id)


def _wave_of(request: PageRequest, wave_id: UUID) -> Wave:
    require(request, P.SEE_WAVES)
    return queries.wave_for(request.actor, wave_id)


def _run(request: PageRequest, wave_id: UUID) -> Wave:
    require(request, P.RUN_WAVES)
    one = queries.wave_for(request.actor, wave_id)
    check_may_run_waves(request.actor, one.programme_id)
    return one


def _page(request: PageRequest, one: Wave, *, status: int = 200, **forms: Any) -> HttpResponse:
    actor = request.actor
    progress = queries.progress_of(actor, one)
    flows = flows_by_arm(progress)
    asking = sites_to_ask_at(actor, one)
    sites = queries.sites_of(actor, one)
    waiting = queries.waiting_for_interview(actor, one)
    context: dict[str, Any] = {
        "wave": one, "phase": PHASES[one.phase], "is_open": is_open_at(sites, one), "rows": rows_of(progress),
        "series": series_of(flows), "steps": steps_of(flows), "each_response": EACH_RESPONSE, "asks": bool(asking),
        "waiting": Paginator(waiting.filter(site__in=[row.site_id for row in asking]), AT_ONCE).get_page(request.GET.get("page")),
        "withdraw_form": ReceiptForm(sites=asking, auto_id="withdraw_%s") if asking else None,
    }  # fmt: skip
    if may(check_may_run_waves, actor, one.programme_id):
        context |= {
            "runs": True, "reads": has_any(request, [P.SEE_RESPONSES]), "target_form": TargetForm(sites=sites, auto_id="target_%s"),
            "leave_out_form": LeaveOutForm(sites=sites, auto_id="leave_%s"), "left_out": _left_out(one),
            "late": SurveyResponse.objects.filter(wave=one, is_late=True, excluded_at=None).count(),
        }  # fmt: skip
    return render(request, "surveys/wave.html", context | forms, status=status)


def _left_out(one: Wave) -> list[dict[str, Any]]:
    """By number, with the reason; nothing of what was answered."""
    rows = SurveyResponse.objects.filter(wave=one, excluded_at__isnull=False).select_related("site")
    return [
        {
            "site": row.site, "respondent": row.respondent, "why": EXCLUSIONS[Exclusion(row.exclusion)], "at": row.excluded_at,
            "is_final": row.exclusion == Exclusion.WITHDREW.value,
        }
        for row in rows.defer("answers", "texts", "draft").order_by("site__name", "respondent")
    ]  # fmt: skip
