"""Linking waves: what codes are made of, linking two waves, what is told of it, and the pairs that wait for a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.evaluation.linking import told_of
from throughline.records.programme.models import Programme
from throughline.records.study.models import Study
from throughline.records.study.queries import studies_for, study_for
from throughline.records.surveys import actions, queries
from throughline.records.surveys.actions import PairShown
from throughline.records.surveys.models import Instrument, WaveLinking
from throughline.rules.access import check_may_link_waves
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.code_parts import PairState
from throughline.vocabulary.errors import Sentence, ThroughlineError, Unready
from throughline.vocabulary.surveys import Question
from throughline.web.linking.forms import DecideForm, ElementsForm, LinkForm
from throughline.web.linking.words import REASONS, STATES, WHY
from throughline.web.request import PageRequest, now, require, show_refusal, words_of
from throughline.web.surveys.words import ARMS

AT_ONCE = 20  # pairs


@require_http_methods(["GET", "POST"])
def linkings(request: PageRequest) -> HttpResponse:
    """Which instruments ask for a code, which waves are linked; posting links two."""
    programme = _linking(request)
    waves = queries.waves_for(request.actor, programme.id).order_by("study__title", "opens_on")
    form = LinkForm(request.POST or None, waves=waves)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = actions.link_two_waves(**form.cleaned_data, by=request.actor, at=now())
                return redirect("linking", linking_id=made.id)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context = {
        "form": form, "linkings": queries.linkings_for(request.actor, programme.id),
        "codes": [_codes(request, study) for study in studies_for(request.actor, programme.id).order_by("title")],
        "has_waves": waves.count() > 1,
    }  # fmt: skip
    return render(request, "linking/linkings.html", context, status=status)


def _codes(request: PageRequest, study: Study) -> dict[str, Any]:
    plans = {plan.instrument_id: plan for plan in queries.plans_for(request.actor, study)}
    asked = [
        {
            "title": one.title,
            "code": one.code,
            "plan": plans.get(one.id),
            "url": reverse("code_elements", args=[one.id]),
        }
        for one in queries.instruments_for(request.actor, study)
    ]
    files = {
        "title": _("Waves whose answers come as files alone"), "plan": plans.get(None),
        "url": reverse("file_code_elements", args=[study.id]),
    }  # fmt: skip
    return {"study": study, "asked": [*asked, files]}


@require_http_methods(["GET", "POST"])
def code_elements(request: PageRequest, instrument_id: UUID) -> HttpResponse:
    """Which questions of an instrument are elements of the code."""
    _linking(request)
    instrument = queries.instrument_for(request.actor, instrument_id)
    newest = instrument.versions.order_by("-number").first()
    asked = queries.questions_of(newest) if newest is not None else ()
    return _name(request, instrument.study, instrument, asked)


@require_http_methods(["GET", "POST"])
def file_code_elements(request: PageRequest, study_id: UUID) -> HttpResponse:
    """Of a study's waves without a form: elements by the names that the mapping of their files gives."""
    _linking(request)
    return _name(request, study_for(request.actor, study_id), None, None)


def _name(
    request: PageRequest, study: Study, instrument: Instrument | None, asked: tuple[Question, ...] | None
) -> HttpResponse:
    plan = queries.plans_for(request.actor, study).filter(instrument=instrument).first()
    form = ElementsForm(request.POST or None, questions=asked, plan=plan)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.name_code_elements(
                    study=study, instrument=instrument, elements=form.elements(), age=given["age"], gender=given["gender"],
                    destroy_on=given["destroy_on"], by=request.actor, at=now(),
                )  # fmt: skip
                messages.success(request, _("Named. From the next answer on their parts are kept keyed."))
                return redirect("linkings")
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context = {"form": form, "plan": plan, "instrument": instrument, "study": study}
    return render(request, "linking/elements.html", context, status=status)


@require_POST
def destroy_codes(request: PageRequest, plan_id: UUID) -> HttpResponse:
    """Destroy the parts of codes before their day."""
    _linking(request)
    gone = actions.destroy_code_parts(
        plan=queries.plan_for(request.actor, plan_id), by=request.actor, at=now()
    )
    told = Sentence(
        "Destroyed: the parts of codes of %(count)s person.", "Destroyed: the parts of codes of %(count)s people.", count=gone
    )  # fmt: skip
    messages.success(request, str(told))
    return redirect("linkings")


@require_GET
def linking(request: PageRequest, linking_id: UUID) -> HttpResponse:
    """What is told of two linked waves: counts, through the same hiding as the door for tables."""
    one = _one(request, linking_id)
    context: dict[str, Any] = {"linking": one, "states": _states(one)}
    try:
        told = told_of(one, by=request.actor)
    except Unready as refusal:
        context["refused"] = refusal.sentence
    else:
        context |= {
            "told": told, "arms": [(ARMS.get(row.arm, row.arm), row) for row in told.arms],
            "beside": [(_named(row.name), row) for row in told.beside],
        }  # fmt: skip
    return render(request, "linking/linking.html", context)


def _named(name: str) -> str:
    return {"age": _("Age"), "gender": _("Gender")}.get(name, name)


def _states(one: WaveLinking) -> list[dict[str, Any]]:
    return [
        {"state": state.value, "label": label, "count": queries.pairs_of(one, state).count()}
        for state, label in ((PairState(word), label) for word, label in STATES.items())
    ]


@require_GET
def pairs(request: PageRequest, linking_id: UUID) -> HttpResponse:
    """Pairs in one state, side by side. Who looks is noted."""
    return _pairs(request, _one(request, linking_id), _state(request.GET.get("state", "")))


@require_POST
def decide(request: PageRequest, pair_id: UUID) -> HttpResponse:
    """Accept, reject with a reason, or leave undecided."""
    _linking(request)
    pair = queries.pair_for(request.actor, pair_id)
    one = queries.linking_for(request.actor, pair.linking_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _pairs(request, one, PairState(pair.state), status=422)
    try:
        actions.decide_pair(pair=pair, **_decided(form), by=request.actor, at=now())
    except ThroughlineError as error:
        messages.error(request, words_of(error.sentence))
        return _pairs(request, one, form.cleaned_data["seen"], status=error.status)
    return redirect(reverse("linked_pairs", args=[one.id]) + f"?state={form.cleaned_data['seen'].value}")


def _decided(form: DecideForm) -> dict[str, Any]:
    given = form.cleaned_data
    is_no = given["decision"] is PairState.REJECTED
    return {
        "decision": given["decision"],
        "seen": given["seen"],
        "reason": given["reason"] if is_no else None,
    }


def _pairs(request: PageRequest, one: WaveLinking, state: PairState, *, status: int = 200) -> HttpResponse:
    page = Paginator(range(queries.pairs_of(one, state).count()), AT_ONCE).get_page(request.GET.get("page"))
    shown = actions.read_pairs(
        linking=one, state=state, start=max(page.start_index() - 1, 0), most=AT_ONCE, by=request.actor, at=now()
    )  # fmt: skip
    names = _names(one)
    context = {
        "linking": one, "state": state.value, "label": STATES[state], "states": _states(one), "page": page,
        "pairs": [_shown(pair, names) for pair in shown],
    }  # fmt: skip
    return render(request, "linking/pairs.html", context, status=status)


def _names(one: WaveLinking) -> list[str]:
    """What the elements are asked as, by position: of the first wave's form, else their names."""
    plan = queries.plan_of(one.first)
    version = one.first.instrument_version
    asked = {q.path: q.label() for q in queries.questions_of(version)} if version is not None else {}
    return [asked.get(e.path, e.path) for e in queries.elements_of(plan)] if plan is not None else []


def _shown(one: PairShown, names: list[str]) -> dict[str, Any]:
    pair = one.pair
    return {
        "pair": pair, "form": DecideForm(auto_id=f"{pair.id.hex}_%s"), "why": WHY.get(pair.why, ""), "reason": REASONS.get(pair.reason, ""),
        "days": (pair.second.answered_on - pair.first.answered_on).days,
        "positions": [(place, name, place != pair.differs) for place, name in enumerate(names, start=1)],
        "sides": [
            {"response": response, "age": None if age is None else int(age), "gender": gender}
            for response, age, gender in ((pair.first, one.ages[0], one.genders[0]), (pair.second, one.ages[1], one.genders[1]))
        ],
    }  # fmt: skip


def _linking(request: PageRequest) -> Programme:
    programme = require(request, P.LINK_WAVES)
    check_may_link_waves(request.actor, programme.id)
    return programme


def _one(request: PageRequest, linking_id: UUID) -> WaveLinking:
    _linking(request)
    return queries.linking_for(request.actor, linking_id)


def _state(word: str) -> PairState:
    return PairState(word) if word in set(PairState) else PairState.WAITING
