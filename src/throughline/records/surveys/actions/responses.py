"""Filling in a response: beginning it, keeping it half-filled, completing it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.inserting import insert
from throughline.records.locking import hold_in_order
from throughline.records.racing import again_if_raced
from throughline.records.study.models import ResearchConsent, SurveyAnswer
from throughline.records.surveys.actions.attachments import FileDraft, keep_files
from throughline.records.surveys.actions.code_parts import Withheld
from throughline.records.surveys.actions.draft_files import destroy_draft_files_of, forget_drafts
from throughline.records.surveys.models import (
    NO_DRAFT,
    Approach,
    FillLink,
    InstrumentVersion,
    SurveyResponse,
    Wave,
)
from throughline.records.surveys.queries import NO_LONGER, hashed, is_open, questions_of, receipt_hash_of
from throughline.records.surveys.queries.texts import cipher_of
from throughline.rules.access import check_may_fill_response
from throughline.rules.answers import Measure, measures_of, number_of, said
from throughline.vocabulary.actor import Actor, ActorKind
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import local_day
from throughline.vocabulary.study import ConsentScope
from throughline.vocabulary.surveys import (
    FILE_GIVEN,
    FILE_REFUSED,
    UNANSWERED,
    Question,
    QuestionType,
    asked_path,
)
from throughline.vocabulary.waves import FilledBy, ResponseSource

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that looks like another
MOST_BYTES = 4 * 1024 * 1024  # of a half-filled form


@again_if_raced
def start_response(
    *,
    approach: Approach,
    holder: str = "",
    version: InstrumentVersion | None = None,
    on: date | None = None,
    by: Actor,
    at: datetime,
) -> SurveyResponse:
    """Begin the response of somebody who agreed, or go on with it where it was begun by the same hand.

    `holder`: what only the browser holds in which somebody answers alone. Another browser with the same link begins anew: what
    was half filled is destroyed. An interview ends the links that were made. Unready where they did not agree or withdrew, have answered already, or the wave has no form or is closed.

    `on`: the day on which it was answered where there was no network, with the `version` that asked; a wave that was closed by
    then keeps it all the same, as late.
    """
    check_filling(approach, None, by=by, at=at)
    there = SurveyResponse.objects.filter(approach=approach).first()
    if there is not None:
        check_filling(approach, there, by=by, at=at)
        if there.completed_at is None and there.excluded_at is None:
            return _gone_on_with(there, holder)
        raise Unready(Sentence("This person has answered already."))
    wave = approach.wave
    version_id = wave.instrument_version_id if version is None else version.id
    if version_id is None or (wave.closed_at is not None and on is None):
        raise Unready(Sentence("This wave has no form here that could be answered now."))
    is_alone = by.kind is ActorKind.SELF_SURVEY
    row = SurveyResponse.objects.create(
        programme_id=approach.programme_id, wave=wave, instrument_version_id=version_id,
        site_id=approach.site_id, approach=approach, consent=approach.consent,
        respondent=next_number(wave, approach.site_id), source=ResponseSource.HERE.value,
        mode=(FilledBy.PERSON if is_alone else FilledBy.INTERVIEWER).value,
        answered_on=on or local_day(at, approach.site.time_zone), started_at=at, started_by=by.id,
        is_late=on is not None and not is_open(wave, on), holder_hash=_holder_hash(holder),
    )  # fmt: skip
    if not is_alone:
        FillLink.objects.filter(approach=approach, expires_at__gt=at).update(expires_at=at)
    _audit(Event.RESPONSE_STARTED, row, by, at)
    return row


@transaction.atomic
def complete_response(
    *,
    response: SurveyResponse,
    answers: Mapping[str, Any],
    files: Mapping[str, FileDraft] | None = None,
    submission: UUID | None = None,
    holder: str = "",
    on: date | None = None,
    receipt: str = "",
    base: Base | None = None,
    by: Actor,
    at: datetime,
) -> SurveyResponse:
    """Keep all that was answered; `receipt` of what is given back is the code by which it can be withdrawn.

    Sent again with the same `submission`, nothing changes but that code: the receipt before it was lost on the way.

    `on` and `receipt`: the day on which it was answered where there was no network, and the code that was given there. `base`: the
    draft that the page began from; StaleDraft where a newer one stands.

    `answers`: path -> number, word, list of words, or a kind of nothing (also as {"nothing": kind}); a key in a repeat is
    `repeat[2]/name`. Numbers and choices become rows for freezes; own words are sealed; elements of a self-generated code are
    kept keyed, of who agreed to be linked, and nowhere else. Invalid where a path is none of the form. `files`: key of an answer
    that says a file was given -> that file, sealed under the response's own key.
    """
    check_filling(response.approach, response, by=by, at=at)
    locked = locked_for(response, holder, by)
    is_again = locked.completed_at is not None and submission is not None and locked.submission == submission
    if is_again and locked.excluded_at is None:
        return _with_receipt(locked, receipt)
    if locked.completed_at is not None or locked.excluded_at is not None or locked.instrument_version is None:
        raise Unready(Sentence("This response is complete: it does not change any more."))
    StaleDraft.check(locked, base)
    questions = questions_of(locked.instrument_version)
    code = Withheld.of(locked.wave, locked.instrument_version, questions)
    kept, texts = sorted_out(questions, answers)
    kept, texts = code.rest(kept), code.rest(texts)
    changed = {
        "answers": kept, "texts": sealed_for(locked.wave, json.dumps(texts, ensure_ascii=False)) if texts else None, **NO_DRAFT,
        "submission": submission, "completed_at": at, "completed_by": by.id,
        "answered_on": on or local_day(at, locked.site.time_zone),
    }  # fmt: skip
    try:
        with transaction.atomic():
            SurveyResponse.objects.filter(id=locked.id).update(**changed)
    except IntegrityError as error:
        raise Unready(Sentence("This form was sent already, for another person. Begin a new one.")) from error
    locked.refresh_from_db()
    insert(rows_of(locked, list(measures_of(questions, answers, code.others(questions)))))
    if locked.consent is not None and ConsentScope.LINK.value in locked.consent.scopes:
        insert(list(filter(None, [code.parts(locked, questions, answers, at)])))
    keep_files(locked, kept, files or {})
    FillLink.objects.filter(approach=locked.approach, used_at=None).update(used_at=at)
    _audit(Event.RESPONSE_COMPLETED, locked, by, at)
    destroy_draft_files_of([locked.id])
    return _with_receipt(locked, receipt)


@dataclass(frozen=True)
class Base:
    """From which draft a page began, and which page it is, since it was opened: its own last answer may have been lost."""

    version: int
    page: UUID


class StaleDraft(Unready):
    """A page wants to write over what it has not seen: a newer draft stands, its version in `version`."""

    def __init__(self, version: int) -> None:
        super().__init__(
            Sentence(
                "These answers were filled in further in another window or tab. Nothing is written over: both are kept until you"
                " choose which to go on with."
            )
        )
        self.version = version

    @classmethod
    def check(cls, response: SurveyResponse, base: Base | None) -> None:
        """Raised where a page began from another draft than stands, and did not keep that itself. None: of no page."""
        if base is None or base.page == response.draft_page:
            return
        if base.version != response.draft_version:
            raise cls(response.draft_version)


def check_filling(
    approach: Approach | None, response: SurveyResponse | None, *, by: Actor, at: datetime
) -> None:
    """Who interviews at the site fills in what they began; a link what it was made for, until it is used or too old.

    Unready where the person did not agree, or no longer does. Approach and consent are held until the transaction ends.
    """
    if approach is None:
        raise NotFound(Sentence("There is no such response."))
    Approach.objects.select_for_update(no_key=True).get(id=approach.id)
    if by.kind is ActorKind.SELF_SURVEY:
        standing = FillLink.objects.filter(approach=approach, expires_at__gt=at)
        is_alone = response is None or response.mode == FilledBy.PERSON.value
        if not is_alone or not standing.filter(id=by.id).exists():
            raise NotFound(NO_LONGER)
    else:
        is_own = response is None or response.started_by == by.id
        check_may_fill_response(by, approach.programme_id, approach.site_id, is_own=is_own)
    standing_consent = ResearchConsent.objects.select_for_update(no_key=True).filter(withdrawn_at=None)
    if approach.consent_id is None or standing_consent.filter(id=approach.consent_id).first() is None:
        raise Unready(Sentence("Only who agreed to take part is asked, and only until they withdraw."))


def _with_receipt(response: SurveyResponse, given: str) -> SurveyResponse:
    code = given or "".join(secrets.choice(LETTERS) for _ in range(8))
    receipt_hash = receipt_hash_of(response.id, code)
    SurveyResponse.objects.filter(id=response.id).update(receipt_hash=receipt_hash)
    response.receipt_hash, response.receipt = receipt_hash, code
    return response


def locked_for(response: SurveyResponse, holder: str, by: Actor) -> SurveyResponse:
    """As it is now; of what is answered alone, for the browser that began it last."""
    locked: SurveyResponse = SurveyResponse.objects.select_for_update(no_key=True).get(id=response.id)
    if by.kind is ActorKind.SELF_SURVEY and locked.holder_hash != _holder_hash(holder):
        raise NotFound(NO_LONGER)
    return locked


def _gone_on_with(there: SurveyResponse, holder: str) -> SurveyResponse:
    if there.mode == FilledBy.PERSON.value and there.holder_hash != _holder_hash(holder):
        forget_drafts(SurveyResponse.objects.filter(id=there.id), holder_hash=_holder_hash(holder))
        there.refresh_from_db()
    return there


def _holder_hash(holder: str) -> str:
    return hashed(holder) if holder else ""


def next_number(wave: Wave, site_id: UUID) -> int:
    """A number nobody has at this site in this phase of the study. Held until the transaction ends."""
    hold_in_order([wave.study_id])
    taken = SurveyResponse.objects.filter(wave__study=wave.study_id, wave__phase=wave.phase, site=site_id)
    loose = SurveyAnswer.objects.filter(study=wave.study_id, phase=wave.phase, site=site_id)
    highest = [rows.aggregate(most=Max("respondent"))["most"] or 0 for rows in (taken, loose)]
    return int(max(highest)) + 1


def sorted_out(
    questions: Sequence[Question], answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is kept as it is, and what is sealed: own words, places, codes on things, choices that are not in the form,
    and what a form works out of them. JSON, by path.

    Notes, what a device told of itself, and names of files are not kept. Invalid for a path that the form does not have.
    """
    by_path = {question.path: question for question in questions}
    kept: dict[str, Any] = {}
    texts: dict[str, Any] = {}
    for key, given in answers.items():
        question = by_path.get(asked_path(key))
        if question is None:
            raise Invalid(
                Sentence("The form has no question %(path)s: it is another version.", path=key[:80])
            )
        if question.type in UNANSWERED:
            continue
        value = said(question, given)
        if isinstance(value, Nothing):
            kept[key] = {"nothing": value.value}
        elif question.type is QuestionType.FILE:
            kept[key] = FILE_REFUSED if value == FILE_REFUSED else FILE_GIVEN
        elif question.is_sensitive or _is_made_of_words(question, value):
            texts[key] = _plain(value)
        else:
            kept[key] = _plain(value)
    return kept, texts


def _is_made_of_words(question: Question, value: Any) -> bool:
    """A calculation may put together what was written."""
    return question.type is QuestionType.CALCULATE and number_of(value) is None


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return list(value)
    return value if isinstance(value, str | int | float | bool) else str(value)


def rows_of(response: SurveyResponse, measures: Sequence[Measure]) -> list[SurveyAnswer]:
    """The long rows of a response, as plain answers are recorded."""
    return [
        SurveyAnswer(
            id=new_id(), programme_id=response.programme_id, study_id=response.wave.study_id, site_id=response.site_id,
            phase=response.wave.phase, answered_on=response.answered_on, respondent=response.respondent,
            question=one.question, value=None if isinstance(one.value, Nothing) else one.value,
            value_nothing=one.value.value if isinstance(one.value, Nothing) else None, response_id=response.id,
        )
        for one in measures
    ]  # fmt: skip


def sealed_for(wave: Wave, text: str) -> bytes:
    words = text.encode("utf-8", "surrogatepass")
    if len(words) > MOST_BYTES:
        raise Invalid(Sentence("This form is too large to be kept: it holds more words than any form does."))
    return cipher_of(wave).encrypt(words)


def _audit(event: Event, response: SurveyResponse, by: Actor, at: datetime) -> None:
    audit.record(
        event, target=response, programme_id=response.programme_id, site_id=response.site_id, by=by, at=at
    )
