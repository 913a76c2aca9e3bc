"""What was asked and answered where there was no network: told afterwards, in one piece, by the device that held it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from throughline.records.programme.models import Site
from throughline.records.surveys.actions.approaches import record_approach
from throughline.records.surveys.actions.attachments import FileDraft
from throughline.records.surveys.actions.responses import complete_response, start_response
from throughline.records.surveys.models import Approach, InstrumentVersion, SurveyResponse, Wave
from throughline.rules.access import check_may_approach
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import local_day
from throughline.vocabulary.study import ConsentScope
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, NotEligible

FAST_BY = timedelta(days=1)  # a clock that is further ahead is wrong, and so is the day it tells


@dataclass(frozen=True)
class FilledForm:
    """The answers, with the version that asked them; `receipt` is the code that the device gave for taking them back."""

    version: InstrumentVersion
    answers: Mapping[str, Any]
    submission: UUID
    answered_at: datetime
    receipt: str = ""
    files: Mapping[str, FileDraft] = field(default_factory=dict)


@dataclass(frozen=True)
class AskedOffline:
    """Somebody was asked, by a device's clock; `form` is None where they said no, or have not answered yet."""

    key: UUID
    site: Site
    through: ApproachThrough
    result: ApproachResult
    asked_at: datetime
    reason: NotEligible | Nothing = Nothing.NOT_RECORDED
    scopes: tuple[ConsentScope, ...] = (ConsentScope.TAKE_PART,)
    form: FilledForm | None = None


@transaction.atomic
def record_asked_offline(*, wave: Wave, asked: AskedOffline, by: Actor, at: datetime) -> Approach:
    """Record who was asked and what they answered, all of it or nothing, checked as if it were told online.

    Told twice, by itself first and then with its answers or in whatever order, it is one approach and one response. A wave
    that was closed meanwhile keeps both, as late. Unready where the person withdrew or has answered otherwise.
    """
    check_may_approach(by, wave.programme_id, asked.site.id)
    approach = record_approach(
        wave=wave, site=asked.site, through=asked.through, result=asked.result, reason=asked.reason, scopes=asked.scopes,
        on=_day(asked.asked_at, asked.site, at), key=asked.key, is_after_the_fact=True, by=by, at=at,
    )  # fmt: skip
    if asked.form is not None:
        _answer(approach, asked.form, by, at)
    return approach


def _answer(approach: Approach, form: FilledForm, by: Actor, at: datetime) -> None:
    if form.version.instrument.study_id != approach.wave.study_id:
        raise Invalid(Sentence("This form is of another study."))
    there = SurveyResponse.objects.filter(approach=approach, submission=form.submission).first()
    if there is not None and there.completed_at is not None and there.excluded_at is None:
        return
    on = max(_day(form.answered_at, approach.site, at), approach.on)
    begun = start_response(approach=approach, version=form.version, on=on, by=by, at=at)
    if begun.instrument_version_id != form.version.id:
        raise Invalid(Sentence("This interview was begun with another version of the form."))
    complete_response(
        response=begun,
        answers=form.answers,
        files=form.files,
        submission=form.submission,
        on=on,
        receipt=form.receipt,
        by=by,
        at=at,
    )


def _day(told: datetime, site: Site, at: datetime) -> date:
    """By the device's clock; one that is a little fast tells no day that has not come yet."""
    return local_day(min(told, at) if told - at <= FAST_BY else told, site.time_zone)
