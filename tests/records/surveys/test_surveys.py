"""Waves, approaches, responses and links: what must hold, and what must never happen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.cast import SYSTEM, TODAY, Cast, Person
from tests.records.made import events
from tests.records.surveys_made import (
    ANSWERS,
    a_draft,
    a_response,
    a_wave,
    an_approach,
    completed,
)
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import ResearchConsent, SurveyAnswer
from throughline.records.surveys import actions, queries
from throughline.records.surveys.actions import ResponseDraft
from throughline.records.surveys.actions.responses import sorted_out
from throughline.records.surveys.models import Approach, FillLink, InstrumentVersion, SurveyResponse
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.study import ArmKind, ConsentScope, PhaseKind
from throughline.vocabulary.surveys import Question, QuestionType
from throughline.vocabulary.waves import (
    ApproachResult,
    Exclusion,
    NotEligible,
    ResponseSource,
)

pytestmark = pytest.mark.django_db


def test_version_of_a_form_is_kept_once_and_counted_on(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast)
    assert wave.instrument_version is not None
    again = actions.add_instrument_version(study=wave.study, code="pipes", draft=a_draft(), by=SYSTEM, at=now)
    assert again == wave.instrument_version and again.number == 1
    mended = a_draft(b"mended", ())
    newer = actions.add_instrument_version(study=wave.study, code="pipes", draft=mended, by=SYSTEM, at=now)
    assert (newer.number, bytes(newer.xlsform)) == (2, b"mended")
    assert [q.path for q in queries.questions_of(InstrumentVersion.objects.get(number=1))][:2] == ["about/age", "about/shared"]  # fmt: skip


def test_wave_refuses_what_cannot_be(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast)
    told: dict[str, Any] = {
        "study": wave.study,
        "phase": PhaseKind.AFTER,
        "opens_on": TODAY,
        "by": SYSTEM,
        "at": now,
    }
    for wrong in ({"code": "first"}, {"code": ""}, {"code": "x", "closes_on": TODAY - timedelta(days=1)}):
        with pytest.raises(Invalid):
            actions.open_wave(**told, **wrong)
    for target in (0, 100_001):
        with pytest.raises(Invalid):
            actions.set_target(wave=wave, site=cast.site, target=target, by=SYSTEM, at=now)
    with pytest.raises(Invalid):
        actions.set_target(wave=wave, site=cast.elsewhere_site, target=3, by=SYSTEM, at=now)
    actions.close_wave(wave=wave, by=cast.chen.actor, at=now)
    with pytest.raises(Unready):
        actions.close_wave(wave=wave, by=cast.chen.actor, at=now)
    with pytest.raises(Unready):
        an_approach(wave, cast.site)


def test_approach_keeps_no_identity_and_consents_only_where_agreed(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast, closes_on=TODAY + timedelta(days=3), sheet_version="v4")
    agreed = an_approach(wave, cast.site, scopes=[ConsentScope.LINK, ConsentScope.TAKE_PART])
    assert agreed.consent is not None and agreed.consent.sheet_version == "v4"
    assert agreed.consent.scopes == ["link", "take_part"] and agreed.reason == "not_applicable"
    out = an_approach(wave, cast.site, ApproachResult.NOT_ELIGIBLE, reason=NotEligible.UNDER_AGE)
    assert (out.reason, out.consent) == ("under_age", None)
    with pytest.raises(Invalid):  # agrees to be linked, but not to take part
        an_approach(wave, cast.site, scopes=[ConsentScope.LINK])
    for day in (TODAY - timedelta(days=8), TODAY + timedelta(days=1)):
        with pytest.raises((Unready, Invalid)):
            an_approach(wave, cast.site, on=day)
    assert ResearchConsent.objects.count() == 1
    refused = an_approach(wave, cast.site, ApproachResult.REFUSED)
    for lie in ({"consent": ResearchConsent.objects.get()}, {"reason": "under_age"}, {"result": "maybe"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Approach.objects.filter(id=refused.id).update(**lie)
    assert [event.reason for event in events("approach_recorded")] == ["consented", "not_eligible", "refused"]


def test_complete_response_becomes_rows_and_seals_what_was_written(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast)
    begun = a_response(cast, wave)
    bob = cast.bob.actor
    actions.save_response(response=begun, draft="<data>half, with Zoë</data>", by=bob, at=now)
    begun.refresh_from_db()
    assert (
        b"half, with" not in bytes(begun.draft or b"")
        and queries.draft_of(begun) == "<data>half, with Zoë</data>"
    )
    with pytest.raises(Invalid):
        actions.complete_response(response=begun, answers={"nowhere": 1}, by=bob, at=now)
    form = uuid4()
    done = actions.complete_response(response=begun, answers=ANSWERS, submission=form, by=bob, at=now)
    assert done == actions.complete_response(response=begun, answers=ANSWERS, submission=form, by=bob, at=now)
    assert done.draft is None and queries.texts_of(done) == {"why": "It is near Zoë."}
    assert "why" not in done.answers and done.answers["visit[1]/days"] == 2
    rows = {row.question: row.value for row in SurveyAnswer.objects.filter(response_id=done.id)}
    assert rows == {
        "age": Decimal(41), "shared": Decimal(0), "ways-service": Decimal(1), "ways-friend": Decimal(1), "ways-made_it": Decimal(0),
    }  # fmt: skip
    with pytest.raises(Unready):
        actions.complete_response(response=done, answers={}, by=bob, at=now)
    with pytest.raises(Unready):  # the same form for another person
        actions.complete_response(
            response=a_response(cast, wave), answers={}, submission=form, by=bob, at=now
        )


def test_what_a_form_puts_together_of_words_is_sealed_too() -> None:
    asked = [Question(name, QuestionType.CALCULATE) for name in ("sum", "name")] + [
        Question("shown", QuestionType.NOTE)
    ]
    kept, texts = sorted_out(asked, {"sum": "4.5", "name": "Zoë, 1984", "shown": "x"})
    assert (kept, texts) == ({"sum": "4.5"}, {"name": "Zoë, 1984"})


def test_complete_response_keeps_nothings_apart(cast: Cast) -> None:
    done = completed(
        cast, a_wave(cast), {"about/shared": "refused", "ways": {"nothing": "dont_know"}, "about/age": 0}
    )
    rows = {
        row.question: (row.value, row.value_nothing)
        for row in SurveyAnswer.objects.filter(response_id=done.id)
    }
    assert rows["shared"] == (None, "declined") and rows["age"] == (Decimal(0), None)
    assert {rows[code] for code in ("ways-service", "ways-friend", "ways-made_it")} == {(None, "dont_know")}
    silent = completed(cast, done.wave, {})
    kinds = SurveyAnswer.objects.filter(response_id=silent.id).values_list("value_nothing", flat=True)
    assert set(kinds) == {"not_recorded"} and len(kinds) == 5


def test_respondents_never_share_a_number_in_a_phase(cast: Cast) -> None:
    wave = a_wave(cast)
    SurveyAnswer.objects.create(
        programme=cast.programme, study=wave.study, site=cast.site, phase=PhaseKind.BEFORE.value,
        answered_on=TODAY, respondent=7, question="age", value=Decimal(30),
    )  # fmt: skip
    again = a_wave(cast, "second")
    assert [completed(cast, one).respondent for one in (wave, again, wave)] == [8, 9, 10]


def test_nobody_but_who_began_goes_on_and_nobody_but_evaluators_reads(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast)
    begun = a_response(cast, wave)
    assert begun.approach is not None
    with pytest.raises(NotAllowed):
        actions.save_response(response=begun, draft="x", by=cast.priya.actor, at=now)
    with pytest.raises(NotAllowed):
        actions.start_response(approach=begun.approach, by=cast.priya.actor, at=now)
    assert actions.start_response(approach=begun.approach, by=cast.bob.actor, at=now) == begun
    assert queries.response_for(cast.bob.actor, begun.id) == begun
    actions.complete_response(response=begun, answers=ANSWERS, by=cast.bob.actor, at=now)
    readers = {
        name for name, actor in cast.everybody().items() if SurveyResponse.objects.visible_to(actor).exists()
    }
    assert readers == {"chen"}
    with pytest.raises(NotFound):
        queries.response_for(cast.bob.actor, begun.id)
    see_waves = {
        name for name, actor in cast.everybody().items() if queries.waves_for(actor, cast.programme.id)
    }
    assert see_waves == {"alice", "bob", "priya", "chen", "rosa"}
    assert [one.site for one in queries.progress_of(cast.alice.actor, wave)] == [cast.site.name]
    assert len(queries.progress_of(cast.rosa.actor, wave)) == 2


def test_link_opens_one_response_once(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast)
    approach = an_approach(wave, cast.site)
    first = actions.make_fill_link(approach=approach, by=cast.priya.actor, at=now)
    token = actions.make_fill_link(approach=approach, by=cast.priya.actor, at=now)
    for dead in (first, "", "x" * 43):
        with pytest.raises(NotFound):
            queries.link_of(dead, now)
    assert not FillLink.objects.filter(token_hash=token).exists()
    link = queries.link_of(token, now)
    alone = queries.actor_of(link)
    response = actions.start_response(approach=link.approach, by=alone, at=now)
    actions.save_response(response=response, draft="<half/>", by=alone, at=now)
    with pytest.raises(NotAllowed):  # nobody looks over their shoulder
        actions.start_response(approach=approach, by=cast.priya.actor, at=now)
    renewed = actions.make_fill_link(approach=approach, by=cast.priya.actor, at=now)
    again = queries.actor_of(queries.link_of(renewed, now))
    anew = actions.start_response(approach=approach, holder="another browser", by=again, at=now)
    assert (anew, anew.draft) == (response, None)  # not even with a new link
    held = {"response": response, "by": again, "at": now}
    for wrong in ("", "x"):
        with pytest.raises(NotFound):
            actions.save_response(draft="<half/>", holder=wrong, **held)
    for _ in range(2):
        actions.save_response(draft="<half/>", holder="another browser", **held)
    assert len(events("response_saved")) == 2  # of each browser the first
    with pytest.raises(NotFound):
        actions.save_response(response=response, draft="x", by=alone, at=now)
    done = actions.complete_response(answers=ANSWERS, holder="another browser", **held)
    assert (done.mode, done.completed_by) == ("person", again.id)
    for moment in (now, now + timedelta(days=30)):
        with pytest.raises(NotFound):
            queries.link_of(renewed, moment)
    with pytest.raises(Unready):
        actions.make_fill_link(approach=approach, by=cast.priya.actor, at=now)
    other = a_response(cast, wave)
    # an interview ends the links that were made, and none ever opens it
    asked = an_approach(wave, cast.site)
    older = queries.link_of(actions.make_fill_link(approach=asked, by=cast.priya.actor, at=now), now)
    interview = actions.start_response(approach=asked, by=cast.bob.actor, at=now)
    older.refresh_from_db()
    assert older.expires_at == now
    FillLink.objects.filter(id=older.id).update(expires_at=now + timedelta(days=1))
    for attempt in (
        lambda by: actions.start_response(approach=asked, by=by, at=now),
        lambda by: actions.complete_response(response=interview, answers={}, by=by, at=now),
    ):
        with pytest.raises(NotFound):
            attempt(queries.actor_of(older))
    with pytest.raises(NotFound):  # a link opens its own response only
        actions.complete_response(response=other, answers={}, by=again, at=now)


def test_flow_is_counted_from_what_happened(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast)
    for result in (ApproachResult.NOT_ELIGIBLE, ApproachResult.NOT_ELIGIBLE, ApproachResult.REFUSED):
        an_approach(wave, cast.site, result)
    done = [completed(cast, wave) for _ in range(4)]
    a_response(cast, wave)
    an_approach(wave, cast.site)
    actions.exclude_response(response=done[0], reason=Exclusion.TOOK_PART_TWICE, by=cast.rosa.actor, at=now)
    consent = done[1].consent
    assert consent is not None
    withdraw_research_consent(consent=consent, by=cast.rosa.actor, at=now)
    actions.withdraw_response(response=done[2], code=done[2].receipt, by=cast.bob.actor, at=now)
    drafts = [ResponseDraft(cast.site.id, TODAY, key, ANSWERS) for key in ("a" * 64, "b" * 64)]
    assert wave.instrument_version is not None
    questions = queries.questions_of(wave.instrument_version)
    told: dict[str, Any] = {
        "wave": wave,
        "source": ResponseSource.ODK,
        "questions": questions,
        "by": cast.chen.actor,
        "at": now,
    }
    assert actions.record_responses(**told, drafts=drafts) == (2, 0)
    assert actions.record_responses(**told, drafts=drafts) == (0, 2)
    flow = queries.progress_of(cast.chen.actor, wave)[0].flow
    assert queries.progress_of(cast.chen.actor, wave)[0].site == cast.site.name
    assert (flow.approached, flow.eligible, flow.refused, flow.consented, flow.begun) == (9, 7, 1, 6, 1)
    assert (flow.here, flow.elsewhere, flow.complete, flow.analysed) == (4, 2, 6, 3)
    assert dict(flow.not_eligible) == {"not_recorded": 2}
    assert dict(flow.excluded) == {"took_part_twice": 1, "withdrew": 2}
    arms = {one.arm: one.flow for one in queries.progress_of(SYSTEM, wave)}
    assert arms[ArmKind.INTERVENTION].analysed == 3 and arms[ArmKind.COMPARISON].approached == 0


def test_withdraw_response_deletes_what_was_said(cast: Cast, now: datetime) -> None:
    done = completed(cast, a_wave(cast))
    found = queries.response_by_number(cast.priya.actor, done.wave, cast.site.id, done.respondent)
    for name in ("alice", "dana", "grace"):
        with pytest.raises(NotAllowed):
            queries.response_by_number(getattr(cast, name).actor, done.wave, cast.site.id, done.respondent)
    for wrong in ("", "ABCD2345", completed(cast, done.wave).receipt):
        with pytest.raises(NotFound):
            actions.withdraw_response(response=found, code=wrong, by=cast.priya.actor, at=now)
    gone = actions.withdraw_response(response=found, code=done.receipt, by=cast.priya.actor, at=now)
    assert (gone.answers, gone.texts, gone.exclusion) == ({}, None, "withdrew")
    assert not SurveyAnswer.objects.filter(response_id=gone.id).exists()
    assert gone.consent is not None and gone.consent.withdrawn_at == now
    with pytest.raises(Unready):
        actions.withdraw_response(response=gone, code=done.receipt, by=SYSTEM, at=now)
    with pytest.raises(Unready):
        actions.include_response(response=gone, by=SYSTEM, at=now)
    other = completed(cast, done.wave)
    actions.exclude_response(response=other, reason=Exclusion.TRIAL, by=cast.rosa.actor, at=now)
    assert actions.include_response(response=other, by=cast.rosa.actor, at=now).exclusion == ""


def test_consent_that_ended_ends_reading_and_filling(cast: Cast, now: datetime) -> None:
    wave, bob = a_wave(cast), cast.bob.actor
    done, begun = completed(cast, wave), a_response(cast, wave)
    assert actions.read_response(response=done, by=cast.chen.actor, at=now)["why"] == "It is near Zoë."
    actions.save_response(response=begun, draft="<half/>", by=bob, at=now)
    for one in (done, begun):
        consent = ResearchConsent.objects.get(id=one.consent_id)  # beside what the rows in hand still say
        withdraw_research_consent(consent=consent, by=cast.rosa.actor, at=now)
    for refused in (
        lambda: actions.read_response(
            response=queries.response_for(cast.chen.actor, done.id), by=cast.chen.actor, at=now
        ),
        lambda: actions.save_response(response=begun, draft="<more/>", by=bob, at=now),
        lambda: actions.complete_response(response=begun, answers={}, by=bob, at=now),
        lambda: actions.start_response(approach=begun.approach, by=bob, at=now),
    ):
        with pytest.raises(Unready):
            refused()
    with pytest.raises(NotFound):
        queries.response_for(bob, begun.id)
    assert not queries.begun_by(bob, cast.programme.id) and len(events("response_read")) == 1


def test_waves_behind_target_say_how_many_are_missing(cast: Cast, now: datetime) -> None:
    wave = a_wave(cast, opens_on=TODAY - timedelta(days=5), closes_on=TODAY + timedelta(days=4))

    def behind(who: Person, day: date = TODAY) -> list[tuple[str, int]]:
        return [(one.code, n) for one, n in queries.behind_target(who.actor, cast.programme.id, day)]

    assert behind(cast.chen) == []
    actions.set_target(wave=wave, site=cast.site, target=3, by=cast.chen.actor, at=now)
    actions.set_target(wave=wave, site=cast.other_site, target=1, by=cast.chen.actor, at=now)
    assert behind(cast.chen) == [("first", 4)] and behind(cast.alice) == [("first", 3)]
    assert behind(cast.alice, wave.opens_on) == [] and behind(cast.dana) == [] and behind(cast.grace) == []
    completed(cast, wave)
    completed(cast, wave)
    assert behind(cast.alice) == [] and behind(cast.alice, TODAY + timedelta(days=4)) == [("first", 1)]
    actions.close_wave(wave=wave, by=cast.chen.actor, at=now)
    assert behind(cast.chen) == []


def test_ids_are_unheard_of_elsewhere(cast: Cast) -> None:
    """Somebody of another programme finds nothing by any id."""
    done = completed(cast, a_wave(cast))
    assert done.approach is not None and done.wave.instrument_version is not None
    ids: list[tuple[Any, UUID]] = [
        (queries.wave_for, done.wave_id), (queries.response_for, done.id), (queries.approach_for, done.approach.id),
        (queries.version_for, done.wave.instrument_version.id), (queries.instrument_for, done.wave.instrument_version.instrument_id),
    ]  # fmt: skip
    for find, one in ids:
        for actor in (cast.dana.actor, cast.stranger, cast.grace.actor):
            with pytest.raises(NotFound):
                find(actor, one)
