"""A small wave that tests of surveys begin with, made with the same actions as everything else."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import SYSTEM, TODAY, Cast
from tests.records.made import NOW, a_study, a_study_site
from throughline.records.foundation import new_id
from throughline.records.keyring import source_keys
from throughline.records.programme.models import Site
from throughline.records.study import actions as study
from throughline.records.study.models import Study
from throughline.records.surveys import actions
from throughline.records.surveys.models import Approach, Attachment, InstrumentVersion, SurveyResponse, Wave
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind
from throughline.vocabulary.surveys import Choice, InstrumentDraft, Question, QuestionType
from throughline.vocabulary.waves import ApproachResult, ApproachThrough

QUESTIONS = (
    Question("about/age", QuestionType.INTEGER, {"en": "How old are you?"}),
    Question(
        "about/shared", QuestionType.SELECT_ONE, {"en": "Did you share a pipe?"},
        (Choice("yes"), Choice("no"), Choice("refused", nothing=Nothing.DECLINED)),
    ),
    Question(
        "ways", QuestionType.SELECT_MULTIPLE, {"en": "How did you get it?"},
        (Choice("service"), Choice("friend"), Choice("made_it")),
    ),
    Question("why", QuestionType.TEXT, {"en": "Why there?"}),
    Question("visit/days", QuestionType.INTEGER, {"en": "How many days?"}, repeat="visit"),
    Question("thanks", QuestionType.NOTE, {"en": "Thank you."}),
)  # fmt: skip
ANSWERS: dict[str, Any] = {
    "about/age": 41, "about/shared": "no", "ways": ["service", "friend"], "why": "It is near Zoë.", "visit[1]/days": 2,
}  # fmt: skip


def a_draft(content: bytes = b"a form", questions: tuple[Question, ...] = QUESTIONS) -> InstrumentDraft:
    return InstrumentDraft(
        file_name="pipes.xlsx", content=content, xform="<h:html/>", form_id="pipes", version="2026", title="Pipes",
        questions=questions, languages=("en",), content_hash=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def a_version(of: Study) -> InstrumentVersion:
    return actions.add_instrument_version(study=of, code="pipes", draft=a_draft(), by=SYSTEM, at=NOW)


def a_wave(cast: Cast, code: str = "first", **more: Any) -> Wave:
    """Of a study with the cast's site as intervention and the other as comparison, open today."""
    of = Study.objects.filter(programme=cast.programme).first() or a_study(cast)
    if not of.study_sites.exists():
        a_study_site(cast, of)
        study.add_study_site(study=of, site=cast.other_site, arm=ArmKind.COMPARISON, by=SYSTEM, at=NOW)
    told: dict[str, Any] = {
        "phase": PhaseKind.BEFORE, "opens_on": TODAY - timedelta(days=7), "instrument_version": a_version(of),
    } | more  # fmt: skip
    return actions.open_wave(study=of, code=code, **told, by=SYSTEM, at=NOW)


def an_approach(
    wave: Wave, site: Site, result: ApproachResult = ApproachResult.CONSENTED, on: date | None = None, **more: Any
) -> Approach:  # fmt: skip
    return actions.record_approach(
        wave=wave, site=site, through=ApproachThrough.SERVICE, result=result, on=on, **more, by=SYSTEM, at=NOW
    )


def asked_offline(cast: Cast, at: datetime, **more: Any) -> actions.AskedOffline:
    """Somebody agreed at the cast's site, as a device tells it."""
    told: dict[str, Any] = {
        "through": ApproachThrough.PEER,
        "result": ApproachResult.CONSENTED,
        "asked_at": at,
    }
    return actions.AskedOffline(key=new_id(), site=cast.site, **told | more)


def a_response(cast: Cast, wave: Wave | None = None, at: datetime = NOW) -> SurveyResponse:
    """Begun by Bob."""
    approach = an_approach(wave or a_wave(cast), cast.site)
    return actions.start_response(approach=approach, by=cast.bob.actor, at=at)


def an_attachment(cast: Cast) -> Attachment:
    """A picture of a response that Bob began."""
    response = a_response(cast)
    sealed = source_keys().create(response.id).encrypt(b"a picture")
    return Attachment.objects.create(
        programme=response.programme, response=response, key="photo", number=1, media_type="image/jpeg", length_bytes=9,
        sealed=sealed,
    )  # fmt: skip


def completed(cast: Cast, wave: Wave, answers: dict[str, Any] | None = None) -> SurveyResponse:
    return actions.complete_response(
        response=a_response(cast, wave), answers=ANSWERS if answers is None else answers, by=cast.bob.actor, at=NOW
    )  # fmt: skip
