"""A form that was filled in on a device: who was asked and what they answered, read and made into the action that records it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from throughline.exchange.attachment.read import files_as_far_as_taken
from throughline.exchange.device_event.contact import In, Moment
from throughline.exchange.xlsform.submission import answers_of, check_same_form, files_named, submission_of
from throughline.exchange.xlsform.tree import tree_of
from throughline.records.programme.models import Site
from throughline.records.surveys.actions import MOST_FILES, AskedOffline, FilledForm, record_asked_offline
from throughline.records.surveys.models import Approach, InstrumentVersion, SurveyResponse, Wave
from throughline.records.surveys.queries import questions_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import Why, WhyHeld
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ConsentScope
from throughline.vocabulary.surveys import FILE_REFUSED
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, NotEligible

Recording = Callable[[Actor, datetime], UUID | Why]


class FileIn(In):
    """A picture or file by the name that the form gives it; `data`: base64url without padding."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    data: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$")]

    def content(self) -> bytes:
        """What lies in it. Invalid where it was cut short."""
        try:
            return base64.urlsafe_b64decode(self.data + "=" * (-len(self.data) % 4))
        except binascii.Error:
            raise Invalid(Sentence("A file cannot be read: it is cut short, or not of its kind.")) from None


class AnswersIn(In):
    """The filled form as its renderer writes it, and the version that asked; `receipt`: the code that the person was given.

    `files`: all that the form names, and no others.
    """

    version_id: UUID
    xml: Annotated[str, StringConstraints(min_length=1)]
    receipt: Annotated[str, StringConstraints(pattern=r"^[A-HJKMNP-Z2-9]{8}$")]
    files: Annotated[list[FileIn], Field(max_length=MOST_FILES)] = []


class FormIn(In):
    """Somebody was asked, in the device's time; `answers` where they agreed and have answered."""

    wave_id: UUID
    site_id: UUID
    through: ApproachThrough
    result: ApproachResult
    asked_at: Moment
    reason: NotEligible | Nothing = Nothing.NOT_RECORDED
    scopes: Annotated[list[ConsentScope], Field(max_length=len(ConsentScope))] = [ConsentScope.TAKE_PART]
    answers: AnswersIn | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> FormIn:
        if self.answers is not None and self.result is not ApproachResult.CONSENTED:
            raise ValueError("answers of somebody who did not agree")
        return self


def recording(form: FormIn, *, approach_id: UUID, programme_id: UUID, made_at: datetime) -> Recording:
    """What records it, once the time has come: gives the site, or why it is in conflict with what stands."""

    def record(by: Actor, at: datetime) -> UUID | Why:
        wave = Wave.objects.filter(id=form.wave_id, programme_id=programme_id).select_related("study").first()
        site = Site.objects.filter(id=form.site_id, programme_id=programme_id).first()
        if wave is None or site is None:
            raise NotFound(Sentence("There is no such wave, or no such site."))
        why = why_not(form, approach_id)
        if why is not None:
            return why
        asked = AskedOffline(
            key=approach_id, site=site, through=form.through, result=form.result, asked_at=form.asked_at, reason=form.reason,
            scopes=tuple(form.scopes), form=_filled(form.answers, wave, approach_id, made_at),
        )  # fmt: skip
        record_asked_offline(wave=wave, asked=asked, by=by, at=at)
        return site.id

    return record


def why_not(form: FormIn, approach_id: UUID) -> Why | None:
    """What stands by now that these answers cannot be put beside."""
    if form.answers is None:
        return None
    approach = Approach.objects.filter(id=approach_id).select_related("consent").first()
    if approach is None:
        return None
    if approach.consent is not None and approach.consent.withdrawn_at is not None:
        return Why.of(WhyHeld.CONSENT_ENDED)
    there = SurveyResponse.objects.filter(approach=approach).exclude(completed_at=None).first()
    if there is not None and there.submission != _submission(form.answers, approach_id):
        return Why.of(WhyHeld.ANSWERED_MEANWHILE)
    return None


def _submission(answers: AnswersIn, approach_id: UUID) -> UUID:
    return submission_of(answers.xml) or approach_id


def _filled(given: AnswersIn | None, wave: Wave, approach_id: UUID, made_at: datetime) -> FilledForm | None:
    """The answers, by the version that asked: it need not be the one that the wave asks with by now."""
    if given is None:
        return None
    versions = InstrumentVersion.objects.select_related("instrument")
    version = versions.filter(id=given.version_id, instrument__study_id=wave.study_id).first()
    if version is None:
        raise NotFound(Sentence("There is no such version of an instrument."))
    filled = tree_of(given.xml)
    check_same_form(version.xform, filled)
    questions = questions_of(version)
    sent = {one.name: one.content() for one in given.files}
    # an interview is not lost for a picture that nobody can take again
    files, refused = files_as_far_as_taken(files_named(questions, filled), sent)
    answers = answers_of(questions, filled) | dict.fromkeys(refused, FILE_REFUSED)
    return FilledForm(
        version=version, answers=answers, answered_at=made_at, receipt=given.receipt,
        submission=submission_of(filled) or approach_id,
        files=files,
    )  # fmt: skip
