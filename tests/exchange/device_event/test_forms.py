"""Forms that were filled in without a network: sent twice, in any order, of a wave that was closed, of a person who withdrew."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.cast import START, SYSTEM, TODAY, Cast
from tests.exchange.attachment.made import PDF, SECRET, jpeg
from tests.exchange.device_event.phones import Phone, phone_of
from tests.records.surveys_made import QUESTIONS, a_draft, a_wave, asked_offline
from throughline.exchange.device_event.load import said_again
from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.actions import apply_event
from throughline.records.engagement.models import DeviceEvent
from throughline.records.foundation import new_id
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import SurveyAnswer
from throughline.records.surveys import actions
from throughline.records.surveys.models import Approach, Attachment, SurveyResponse, Wave
from throughline.records.surveys.queries import response_by_code, texts_of, waves_to_fill
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed, NotFound
from throughline.vocabulary.surveys import Question, QuestionType

MODEL = '<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance><data id="pipes" version="{}"/></instance></model></h:head></h:html>'


@dataclass
class Interviewer:
    """Bob's phone, with one wave's form on it."""

    phone: Phone
    wave: Wave
    at: datetime
    code: str = "ABCD2345"

    def xml(self, why: str = "It is near Zoë.", version: str = "2026", submission: Any = None) -> str:
        return (
            f'<data id="pipes" version="{version}"><about><age>41</age><shared>no</shared></about><ways>service friend</ways>'
            f"<why>{why}</why><meta><instanceID>uuid:{submission or new_id()}</instanceID></meta></data>"
        )

    def form(self, xml: str | None = None, **told: Any) -> dict[str, Any]:
        version = self.wave.instrument_version
        assert version is not None
        answers = {"version_id": str(version.id), "xml": xml, "receipt": self.code} if xml else None
        return {
            "wave_id": str(self.wave.id), "site_id": str(self.phone.site.id), "through": "peer", "result": "consented",
            "asked_at": self.at.isoformat(), "answers": answers,
        } | told  # fmt: skip

    def event(self, approach: Any, form: dict[str, Any], **said: Any) -> dict[str, Any]:
        return self.phone.event("form", self.at, contact_id=str(approach), form=form, **said)


@pytest.fixture
def bob(cast: Cast, now: datetime) -> Interviewer:
    wave = a_wave(cast, instrument_version=_version(cast, "2026"))
    return Interviewer(phone_of(cast, cast.bob, now), wave, now)


def _version(cast: Cast, label: str, asked: Any = QUESTIONS) -> Any:
    study = a_wave(cast, f"any-{label}").study
    draft = a_draft(f"form {label}".encode(), asked)
    draft = type(draft)(**{f: getattr(draft, f) for f in draft.__slots__} | {"xform": MODEL.format(label)})
    return actions.add_instrument_version(study=study, code="pipes", draft=draft, by=SYSTEM, at=START)


def test_asked_and_answered_arrive_in_any_order_and_twice_and_are_one(bob: Interviewer, cast: Cast) -> None:
    for number, order in enumerate(permutations(range(3)), 2):
        bob.code = f"ABCD234{number}"
        approach = new_id()
        xml = bob.xml()
        sent = [
            bob.phone.sealed(bob.event(approach, bob.form())),
            bob.phone.sealed(bob.event(approach, bob.form(xml))),
            bob.phone.sealed(bob.event(approach, bob.form(xml))),  # the same form, sealed anew
        ]
        mixed = [sent[n] for n in order]
        first = [bob.phone.send(one, at=bob.at).answers[0].state for one in mixed]
        again = [one.state for one in bob.phone.send(*sent, *mixed, at=bob.at).answers]
        assert first == ["accepted"] * 3 and set(again) == {"already"}
        response = SurveyResponse.objects.get(approach_id=approach)
        assert (response.answers["about/age"], texts_of(response)["why"]) == (41, "It is near Zoë.")
        assert (response.started_by, response.is_late, response.answered_on) == (
            cast.bob.actor.id,
            False,
            TODAY,
        )
        assert SurveyAnswer.objects.filter(response_id=response.id).count() == 5
        found = response_by_code(cast.bob.actor, bob.wave, cast.site.id, f"abcd-234{number}")
        assert found == response
        actions.withdraw_response(response=found, code=bob.code, by=cast.bob.actor, at=bob.at)
        for who, code, refusal in ((cast.alice, bob.code, NotAllowed), (cast.bob, "ABCD2999", NotFound)):
            with pytest.raises(refusal):
                response_by_code(who.actor, bob.wave, cast.site.id, code)
    assert Approach.objects.count() == SurveyResponse.objects.count() == 6
    assert not DeviceEvent.objects.filter(sealed__isnull=False).exists()
    refused = bob.form(result="not_eligible", reason="under_age")
    assert bob.phone.tell(bob.event(new_id(), refused), bob.at).state == "accepted"
    asked = Approach.objects.get(result="not_eligible")
    assert (asked.reason, asked.consent, asked.on) == ("under_age", None, TODAY)
    odd = bob.form(result="not_eligible", reason="not_applicable")
    answer = bob.phone.tell(bob.event(new_id(), odd), bob.at)  # answered: else it would be sent for ever
    assert answer.state == "rejected" and "not eligible" in str(answer.why)


def test_pictures_arrive_with_the_answers_and_no_interview_is_lost_for_one(
    bob: Interviewer, cast: Cast
) -> None:
    asked = (*QUESTIONS, Question("photo", QuestionType.FILE), Question("paper", QuestionType.FILE))
    bob.wave = a_wave(cast, "seen", instrument_version=_version(cast, "2028", asked))
    approach = new_id()
    named = bob.xml(version="2028").replace("<meta>", "<photo>1.jpg</photo><paper>2.pdf</paper><meta>")

    def tell(*files: tuple[str, bytes]) -> Any:
        told = bob.form(named)
        told["answers"]["files"] = [
            {"name": name, "data": base64.urlsafe_b64encode(data).decode().rstrip("=")}
            for name, data in files
        ]
        return bob.phone.tell(bob.event(approach, told), bob.at)

    photo, script = ("1.jpg", jpeg()), ("2.pdf", b"<script>alert(1)</script>")
    for files in (
        (photo,),
        (photo, ("../2.pdf", PDF)),
        (photo, script, ("3.jpg", jpeg())),
        (photo, ("2.pdf", bytes(13 << 20))),
    ):
        assert tell(*files).state == "rejected", files
    assert not Attachment.objects.exists() and not SurveyResponse.objects.exists()
    for state in ("accepted", "accepted"):  # sent again, sealed anew: once
        assert tell(photo, script).state == state
    kept = SurveyResponse.objects.get(approach_id=approach)
    assert (kept.answers["photo"], kept.answers["paper"]) == ("given", "refused")
    held = Attachment.objects.get()
    data = actions.read_attachment(attachment=held, by=cast.chen.actor, at=bob.at)
    assert (held.response, data[:3]) == (kept, b"\xff\xd8\xff") and SECRET not in data


def _opened_again(person: Any, event_id: Any) -> Any:
    client = Client()
    client.force_login(person.account)
    return client.get(f"/api/recorder/inbox/{event_id}/form")


def test_answers_that_came_back_are_opened_by_who_sent_them_and_sent_again_under_the_same_code(
    bob: Interviewer, cast: Cast
) -> None:
    approach, gone = new_id(), new_id()
    assert bob.phone.tell(bob.event(approach, bob.form()), bob.at).state == "accepted"
    odd = bob.event(approach, bob.form(bob.xml().replace("<age>41", "<age>4l")))
    assert bob.phone.tell(odd, bob.at).state == "rejected"
    held = _opened_again(cast.bob, odd["id"])
    told = held.json()
    assert held.status_code == 200 and told["approach_id"] == str(approach) and "<age>4l" in told["xml"]
    assert (
        told["form"]["version_id"] == str(bob.wave.instrument_version_id)
        and bob.code not in held.content.decode()
    )
    assert AuditEvent.objects.get(action="device_event_read").actor_id == cast.bob.actor.id
    for colleague in (cast.alice, cast.priya):
        assert _opened_again(colleague, odd["id"]).status_code == 404
    # put right, under another code that nobody was given
    fixed = told["asked"] | {"answers": bob.form(bob.xml())["answers"] | {"receipt": "ZZZZ2345"}}
    again = bob.event(approach, fixed, replaces=odd["id"], keeps_code=True)
    assert bob.phone.tell(bob.event(approach, fixed, replaces=odd["id"]), bob.at).state == "rejected"
    assert bob.phone.tell(again, bob.at).state == "accepted"
    row = DeviceEvent.objects.get(event_id=odd["id"])
    assert (row.resolved_as, row.sealed) == ("replaced", None)
    assert _opened_again(cast.bob, odd["id"]).status_code == 404
    kept = response_by_code(cast.bob.actor, bob.wave, cast.site.id, bob.code)
    assert kept.answers["about/age"] == 41
    with pytest.raises(NotFound):
        response_by_code(cast.bob.actor, bob.wave, cast.site.id, "ZZZZ2345")
    # of who withdrew meanwhile nothing is opened, and nothing of either is kept
    bob.phone.tell(bob.event(gone, bob.form()), bob.at)
    odd = bob.event(gone, bob.form("<data"))
    bob.phone.tell(odd, bob.at)
    consent = Approach.objects.get(id=gone).consent
    assert consent is not None
    withdraw_research_consent(consent=consent, by=cast.rosa.actor, at=bob.at)
    assert _opened_again(cast.bob, odd["id"]).status_code == 409
    answer = bob.phone.tell(bob.event(gone, fixed, replaces=odd["id"], keeps_code=True), bob.at)
    assert (
        answer.state == "conflict"
        and not DeviceEvent.objects.filter(contact_ref=gone, sealed__isnull=False).exists()
    )


def test_what_is_held_of_who_withdrew_is_destroyed_by_the_days_work(bob: Interviewer, cast: Cast) -> None:
    stays, gone = new_id(), new_id()
    for approach in (stays, gone):
        bob.phone.tell(bob.event(approach, bob.form()), bob.at)
        odd = bob.event(approach, bob.form(bob.xml().replace("<age>41", "<age>4l")))
        assert bob.phone.tell(odd, bob.at).state == "rejected"
    consent = Approach.objects.get(id=gone).consent
    assert consent is not None
    withdraw_research_consent(consent=consent, by=cast.rosa.actor, at=bob.at)
    work = {"programme": cast.programme, "by": Actor.system("destruction"), "at": bob.at}
    for _ in range(2):
        actions.destroy_ended_code_parts(**work)
    assert [row.contact_ref for row in DeviceEvent.objects.held()] == [stays]
    dropped = DeviceEvent.objects.get(event_id=odd["id"])
    assert (dropped.resolved_as, dropped.sealed) == ("dropped", None)
    event = AuditEvent.objects.get(action="device_event_resolved")
    assert (event.target_id, event.actor_id) == (str(dropped.id), "system:destruction")


def test_wave_closed_meanwhile_keeps_what_happened_as_late_with_the_version_that_asked(
    bob: Interviewer, cast: Cast
) -> None:
    asking = bob.wave.instrument_version
    assert [
        wave for wave, _sites in waves_to_fill(cast.bob.actor, cast.programme.id, bob.at) if wave == bob.wave
    ]
    form = bob.form(bob.xml())
    newer = _version(cast, "2027")
    Wave.objects.filter(id=bob.wave.id).update(instrument_version=newer)
    actions.close_wave(wave=bob.wave, by=cast.chen.actor, at=bob.at)
    assert bob.wave not in [one for one, _ in waves_to_fill(cast.bob.actor, cast.programme.id, bob.at)]
    later = bob.at + timedelta(days=3)
    approach = new_id()
    answer = bob.phone.tell(bob.event(approach, form), later)
    assert answer.state == "accepted", answer.why
    kept = SurveyResponse.objects.get(approach_id=approach)
    assert (kept.is_late, kept.instrument_version, kept.answered_on) == (True, asking, TODAY)
    assert kept.approach is not None and kept.approach.is_late
    early = bob.form(asked_at=(bob.at - timedelta(days=30)).isoformat())
    answer = bob.phone.tell(bob.event(new_id(), early), later)
    assert answer.state == "rejected" and "not open" in str(answer.why)
    # of another version, of no form, of another study's site, by a clock of next week, of somebody else's approach
    colleague = actions.record_asked_offline(
        wave=bob.wave, asked=asked_offline(cast, bob.at), by=cast.priya.actor, at=later
    )
    for wrong, about, words in (
        (bob.form(bob.xml(version="2026")), new_id(), "another version"),
        (bob.form("<data"), new_id(), "no filled form"),
        (bob.form(bob.xml() + " " * 5_000_000), new_id(), "larger than"),
        (form | {"site_id": str(cast.other_site.id)}, new_id(), "not one of your sites"),
        (bob.form(asked_at=(later + timedelta(days=7)).isoformat()), new_id(), "in the future"),
        (form, colleague.id, "Somebody else was recorded"),
        (form | {"result": "refused"}, new_id(), "not as a record has to be"),
    ):
        answer = bob.phone.tell(bob.event(about, wrong), later)
        assert answer.state == "rejected" and words in str(answer.why), (words, answer)
    assert SurveyResponse.objects.count() == 1


def test_who_withdrew_or_answered_otherwise_is_a_conflict_and_nobody_reads_what_is_held(
    bob: Interviewer, cast: Cast
) -> None:
    withdrew, other, held = new_id(), new_id(), new_id()
    for one in (withdrew, other):
        assert bob.phone.tell(bob.event(one, bob.form()), bob.at).state == "accepted"
    consent = Approach.objects.get(id=withdrew).consent
    assert consent is not None
    withdraw_research_consent(consent=consent, by=cast.rosa.actor, at=bob.at)
    answer = bob.phone.tell(bob.event(withdrew, bob.form(bob.xml("I think of Zoë."))), bob.at)
    assert answer.state == "conflict" and "withdrew" in str(answer.why)
    gone = DeviceEvent.objects.get(contact_ref=withdrew, state="conflict")
    assert (gone.sealed, gone.resolved_as) == (None, "dropped")  # of who took it back nothing is kept
    bob.phone.tell(bob.event(other, bob.form(bob.xml())), bob.at)
    answer = bob.phone.tell(bob.event(other, bob.form(bob.xml("Otherwise, Zoë."))), bob.at)
    assert answer.state == "conflict" and "Other answers" in str(answer.why)
    assert SurveyResponse.objects.count() == 1
    # who left the site meanwhile: held, and recorded as theirs once somebody who may tries again
    programme = bob.phone.actor
    bob.phone.actor = type(programme)(**{**programme.__dict__, "grants": cast.alice.actor.grants})
    answer = bob.phone.tell(bob.event(held, bob.form(bob.xml())), bob.at)
    assert answer.state == "rejected"
    row = DeviceEvent.objects.get(contact_ref=held)
    assert (row.site, row.kind) == (cast.site, "form")
    said, account = said_again(row)
    apply_event(event=row, said=said, account=account, is_on_top=False, by=cast.alice.actor, at=bob.at)
    assert SurveyResponse.objects.get(approach_id=held).completed_by == cast.bob.actor.id
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM engagement_deviceevent")
        assert "Zoë".encode() not in repr(cursor.fetchall()).encode()
