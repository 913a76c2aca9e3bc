"""A source's text put right: words, turns, speakers; and what it was before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.actions import RenameSpeaker, assign_speaker, correct_text, correct_turns
from throughline.records.inquiry.models import Participant, Source, Turn
from throughline.records.inquiry.queries import source_for, text_of, turns_of
from throughline.records.inquiry.queries.participants import participant_for, speakers_in
from throughline.records.inquiry.queries.texts import lost_in_source, versions_of
from throughline.rules.access import check_may_add_source
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.inquiry.around import around
from throughline.web.inquiry.texts.forms import SpeakerForm, TurnForm, WordsForm
from throughline.web.inquiry.texts.words import TEXT_CHANGES
from throughline.web.request import PageRequest, has_any, now, require, show_refusal, uuid_or_none

BESIDE = 2  # turns shown before and after the one at hand


@require_http_methods(["GET", "POST"])
def correct(request: PageRequest, source_id: UUID, number: int) -> HttpResponse:
    """One turn at hand: its words, its speaker, where it ends. Unready (409) where the text changed meanwhile."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    row = source_for(request.actor, source_id)
    text, turns = text_of(request.actor, row, now()), list(turns_of(request.actor, row))
    if not 1 <= number <= len(turns):
        raise NotFound(Sentence("This source has no turn %(number)s.", number=number))
    turn = turns[number - 1]
    said = text[turn.start : turn.end]
    step = request.POST.get("step", "") if request.method == "POST" else ""
    words = WordsForm(
        request.POST if step == "words" else None,
        auto_id="words_%s",
        initial={"version": row.version, "text": said},
    )
    margin = TurnForm(
        request.POST if step in ("turn", "join") else None, auto_id="turn_%s", words=said, start=turn.start,
        initial={"version": row.version, "speaker": turn.speaker},
    )  # fmt: skip
    status = 200
    if step:
        status = 422
        form = words if step == "words" else margin
        if form.is_valid():
            try:
                _correct(request, row, number, step, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The text is corrected. What lay on it lies on the same words."))
                return redirect("correct_source", source_id=row.id, number=number)
    context = around(request, programme, "sources", analysis=row.analysis) | {
        "source": row, "number": number, "last": len(turns), "words": words, "margin": margin, "turn": turn,
        "before": _shown(turns[max(0, number - 1 - BESIDE) : number - 1], text),
        "after": _shown(turns[number : number + BESIDE], text),
        "speakers": list(dict.fromkeys(one.speaker for one in turns if one.speaker)),
    }  # fmt: skip
    return render(request, "inquiry/texts/correct.html", context, status=status)


def _shown(turns: list[Turn], text: str) -> list[dict[str, Any]]:
    return [
        {"number": one.number, "speaker": one.speaker, "text": text[one.start : one.end], "start": one.start}
        for one in turns
    ]


def _correct(request: PageRequest, row: Source, number: int, step: str, form: Any) -> None:
    base, by, at = form.cleaned_data["version"], request.actor, now()
    if isinstance(form, TurnForm):
        correct_turns(source=row, change=form.change(number, step), base_version=base, by=by, at=at)
        return
    correct_text(source=row, text=form.cleaned_data["text"], turn=number, base_version=base, by=by, at=at)


@require_http_methods(["GET", "POST"])
def speakers(request: PageRequest, source_id: UUID) -> HttpResponse:
    """Who stands behind each label of a source, and how it is written."""
    programme = require(request, P.ADD_SOURCES)
    check_may_add_source(request.actor, programme.id)
    row = source_for(request.actor, source_id)
    standing = Participant.objects.visible_to(request.actor).filter(analysis=row.analysis, withdrawn_at=None)
    people = [(str(one.id), one.label) for one in standing.order_by("label")]
    status, refused = 200, None
    if request.method == "POST":
        status = 422
        refused = SpeakerForm(request.POST, people=people)
        if refused.is_valid():
            try:
                _said(request, row, refused.cleaned_data)
            except ThroughlineError as error:
                status = error.status
                show_refusal(refused, error)
            else:
                messages.success(request, _("It is said who speaks."))
                return redirect("speakers", source_id=row.id)
    forms = []
    for number, one in enumerate(speakers_in(request.actor, row), start=1):
        who = "team" if one.is_team else str(one.participant_id or "")
        initial = {"speaker": one.speaker, "version": row.version, "who": who, "name": one.speaker}
        is_it = refused is not None and refused.data.get("speaker") == one.speaker
        form = refused if is_it else SpeakerForm(initial=initial, auto_id=f"s{number}_%s", people=people)
        forms.append((one, form))
    context = around(request, programme, "sources", analysis=row.analysis) | {
        "source": row, "forms": forms, "refused": refused, "has_people": bool(people),
    }  # fmt: skip
    return render(request, "inquiry/texts/speakers.html", context, status=status)


@transaction.atomic
def _said(request: PageRequest, row: Source, given: dict[str, Any]) -> None:
    speaker, at = given["speaker"], now()
    if given["who"]:
        chosen = uuid_or_none(given["who"])
        who = participant_for(request.actor, chosen) if chosen else None
        assign_speaker(source=row, speaker=speaker, participant=who, by=request.actor, at=at)
    if given["name"].strip() != speaker:
        change = RenameSpeaker(speaker, given["name"])
        correct_turns(source=row, change=change, base_version=given["version"], by=request.actor, at=at)


@require_GET
def history(request: PageRequest, source_id: UUID) -> HttpResponse:
    """What a text was, by version, for who holds the sources; and the codings that lost their words on the way."""
    programme = require(request, P.SEE_SOURCES)
    row = source_for(request.actor, source_id)
    versions = list(versions_of(request.actor, row))
    lost = lost_in_source(request.actor, row, now())
    people = {pk for one in [*versions] if (pk := uuid_or_none(one.replaced_by))}
    people |= {pk for one in lost if (pk := uuid_or_none(one.coding.analyst))}
    names = display_names(people)
    context = around(request, programme, "sources", analysis=row.analysis) | {
        "source": row,
        "versions": [
            (one, TEXT_CHANGES[one.change], names.get(one.replaced_by, one.replaced_by)) for one in versions
        ],
        "lost": [(one, names.get(one.coding.analyst, one.coding.analyst)) for one in lost],
        "may_add": has_any(request, [P.ADD_SOURCES]),
        "back": reverse("source", args=[row.id]),
    }
    return render(request, "inquiry/texts/history.html", context)
