"""Files of a response: sealed under its own key, opened by who reads it and noted, gone for good with it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.made import a_study
from tests.records.surveys_made import QUESTIONS, a_draft, a_response, a_wave, completed
from throughline.exchange.key_export import load
from throughline.exchange.key_export.document import Keys
from throughline.records.audit.models import AuditEvent
from throughline.records.foundation import new_id
from throughline.records.keyring import ring, source_keys
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import ResearchConsent, SurveyAnswer
from throughline.records.surveys import actions, queries
from throughline.records.surveys.models import Attachment, SurveyResponse
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.surveys import FILE_GIVEN, Question, QuestionType

pytestmark = pytest.mark.django_db

SHOWN = b"a pipe on a kitchen table"
ASKED = (
    *QUESTIONS,
    Question("photo", QuestionType.FILE),
    Question("visit/paper", QuestionType.FILE, repeat="visit"),
)
ANSWERS = {"about/age": 41, "photo": FILE_GIVEN, "visit[1]/paper": FILE_GIVEN}
FILES = {
    "photo": actions.FileDraft("image/jpeg", SHOWN),
    "visit[1]/paper": actions.FileDraft("application/pdf", b"a letter"),
}


@pytest.fixture
def response(cast: Cast, now: datetime) -> SurveyResponse:
    """Begun by Bob, with a form that asks for a picture and a paper."""
    draft = a_draft(b"with files", ASKED)
    version = actions.add_instrument_version(
        study=a_study(cast), code="pictures", draft=draft, by=cast.rosa.actor, at=now
    )
    return a_response(cast, a_wave(cast, instrument_version=version))


def _complete(response: SurveyResponse, cast: Cast, at: datetime, **more: Any) -> SurveyResponse:
    told: dict[str, Any] = {"answers": ANSWERS, "files": FILES, "submission": new_id()} | more
    return actions.complete_response(response=response, by=cast.bob.actor, at=at, **told)


def test_files_lie_sealed_and_are_opened_by_who_reads_responses(
    response: SurveyResponse, cast: Cast, now: datetime
) -> None:
    submission = new_id()
    for _ in range(2):  # sent again: its receipt was lost on the way
        done = _complete(response, cast, now, submission=submission)
    assert done.answers == {"about/age": 41, "photo": "given", "visit[1]/paper": "given"}
    assert set(
        SurveyAnswer.objects.filter(response_id=done.id).values_list("question", flat=True)
    ).isdisjoint({"photo", "paper"})
    photo, paper = queries.attachments_of(cast.chen.actor, done)
    assert (photo.key, photo.number, photo.media_type, photo.length_bytes) == (
        "photo",
        1,
        "image/jpeg",
        len(SHOWN),
    )
    assert paper.number == 2 and not {"sealed"} - photo.get_deferred_fields()
    assert SHOWN not in bytes(Attachment.objects.get(id=photo.id).sealed)
    held = queries.attachment_for(cast.chen.actor, done.id, 1)
    assert actions.read_attachment(attachment=held, by=cast.chen.actor, at=now) == SHOWN
    read = AuditEvent.objects.get(action="response_file_read")
    assert (read.target_id, read.actor_id) == (str(photo.id), cast.chen.actor.id)
    # who asked, who holds another response's number, and who is elsewhere
    for name in ("bob", "alice", "dana", "grace"):
        who = getattr(cast, name).actor
        assert queries.attachments_of(who, done) == []
        with pytest.raises(NotFound):
            queries.attachment_for(who, done.id, 1)
        with pytest.raises(NotAllowed):
            actions.read_attachment(attachment=held, by=who, at=now)
    other = completed(cast, a_wave(cast, "other"))
    for response_id, number in ((other.id, 1), (done.id, 3), (new_id(), 1)):
        with pytest.raises(NotFound):
            queries.attachment_for(cast.chen.actor, response_id, number)


def test_files_are_destroyed_with_their_key_when_somebody_withdraws(
    response: SurveyResponse, cast: Cast, now: datetime
) -> None:
    done = _complete(response, cast, now)
    held = queries.attachment_for(cast.chen.actor, done.id, 1)
    copy = bytes(held.sealed)  # as a backup has it
    assert source_keys().open(done.id).decrypt(copy) == SHOWN
    actions.withdraw_response(response=done, code=done.receipt, by=cast.bob.actor, at=now)
    assert not Attachment.objects.exists()
    with pytest.raises(NotFound):
        source_keys().open(done.id)
    held.response.refresh_from_db()
    with pytest.raises(Unready):
        actions.read_attachment(attachment=held, by=cast.chen.actor, at=now)


@pytest.mark.parametrize("is_by_receipt", [True, False])
def test_an_older_export_of_keys_brings_no_key_of_who_withdrew_back(
    response: SurveyResponse,
    cast: Cast,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    is_by_receipt: bool,
) -> None:
    done = _complete(response, cast, now)
    path, stays = source_keys().folder / f"{done.id}.key", new_id()
    wrapped = path.read_bytes().decode()
    exported = Keys(ring=ring().to_text(), sources={done.id: wrapped, stays: wrapped})
    export = tmp_path / "keys"
    export.touch()
    monkeypatch.setattr(load, "unseal", lambda content, passphrase: exported)
    if is_by_receipt:
        actions.withdraw_response(response=done, code=done.receipt, by=cast.bob.actor, at=now)
    else:
        consent = ResearchConsent.objects.get(id=done.consent_id)
        withdraw_research_consent(consent=consent, by=cast.rosa.actor, at=now)
        actions.destroy_ended_code_parts(programme=cast.programme, by=Actor.system("destruction"), at=now)
    back = load.import_keys(path=export, passphrase="", by=SYSTEM)
    assert (back.sources, back.erased) == (1, 1) and not path.exists()


def test_consent_that_ended_elsewhere_closes_files(
    response: SurveyResponse, cast: Cast, now: datetime
) -> None:
    done = _complete(response, cast, now)
    withdraw_research_consent(
        consent=ResearchConsent.objects.get(id=done.consent_id), by=cast.rosa.actor, at=now
    )
    assert queries.attachments_of(cast.chen.actor, done) == []
    with pytest.raises(Unready):
        actions.read_attachment(
            attachment=Attachment.objects.filter(response=done).first(), by=cast.chen.actor, at=now
        )


def test_files_of_a_consent_that_ended_elsewhere_are_destroyed_by_the_days_work(
    response: SurveyResponse, cast: Cast, now: datetime
) -> None:
    done, work = (
        _complete(response, cast, now),
        {"programme": cast.programme, "by": Actor.system("destruction")},
    )
    actions.destroy_ended_code_parts(**work, at=now)
    assert Attachment.objects.count() == 2
    consent = ResearchConsent.objects.get(id=done.consent_id)
    withdraw_research_consent(consent=consent, by=cast.rosa.actor, at=now)
    for _ in range(2):
        actions.destroy_ended_code_parts(**work, at=now)
    assert not Attachment.objects.exists()
    assert AuditEvent.objects.get(action="response_files_destroyed").target_id == str(done.id)
    with pytest.raises(NotFound):
        source_keys().open(done.id)


def test_files_that_answer_nothing_or_are_too_many_are_refused_whole(
    response: SurveyResponse, cast: Cast, now: datetime
) -> None:
    drawn = FILES["photo"]
    for answers, files in (
        (ANSWERS, {"about/age": drawn}),
        (ANSWERS, {"visit[2]/paper": drawn}),
        ({"photo": {"nothing": "not_recorded"}}, {"photo": drawn}),
        ({f"visit[{n}]/paper": "x" for n in range(21)}, {f"visit[{n}]/paper": drawn for n in range(21)}),
        (ANSWERS, {"photo": actions.FileDraft("image/png", bytes(actions.MOST_EACH + 1))}),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            _complete(response, cast, now, answers=answers, files=files)
    response.refresh_from_db()
    assert response.completed_at is None and not Attachment.objects.exists()
    # a name that came in a file from elsewhere is not kept; and an attempt that failed stands in no other's way
    source_keys().create(response.id)
    done = _complete(response, cast, now, answers={"photo": "IMG_Quillfeather.jpg"}, files={"photo": drawn})
    assert (done.answers, done.texts) == ({"photo": "given"}, None)
