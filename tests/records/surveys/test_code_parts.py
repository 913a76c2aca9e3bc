"""Parts of self-generated codes: kept keyed, of who agreed, in one table, until the protocol's day; and nowhere in plain."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from tests.cast import SYSTEM, TODAY, Cast
from tests.records.linking_made import (
    AGREED,
    CODE,
    CODED,
    KEPT_UNTIL,
    PATHS,
    a_code_plan,
    a_coded_wave,
    answered,
)
from tests.records.surveys_made import an_approach, completed
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import SurveyAnswer
from throughline.records.surveys import actions, queries
from throughline.records.surveys.actions import ResponseDraft
from throughline.records.surveys.models import CodeParts, CodePlan, SurveyResponse
from throughline.vocabulary.code_parts import CodeElement
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import ConsentScope
from throughline.vocabulary.waves import Exclusion, ResponseSource

pytestmark = pytest.mark.django_db
PLAIN = ("zoëlania", "zoelania", "quay-lane", "quay lane", "quaylane")


def _everything() -> str:
    """All that the database holds, but for what questions are called and for sealed bytes, which are opened."""
    left_out = {"InstrumentVersion", "CodePlan"}
    rows: list[Any] = []
    for model in apps.get_models():
        if model.__module__.startswith("throughline") and model.__name__ not in left_out:
            rows += [str(row) for row in model._default_manager.values()]
    rows += [json.dumps(queries.texts_of(one), ensure_ascii=False) for one in SurveyResponse.objects.all()]
    return " ".join(rows).casefold()


def test_parts_are_kept_keyed_of_who_agreed_and_elements_nowhere_in_plain(
    cast: Cast, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wave = a_coded_wave(cast)
    one = answered(wave, cast.site)
    same = answered(
        wave, cast.site, {"code/mother": "ZOELANIA", "code/born": 7.0, "code/street": "quay lane"}
    )
    silent = answered(wave, cast.site, {"code/street": "", "code/eyes": {"nothing": "declined"}})
    answered(wave, cast.site, agreed=(ConsentScope.TAKE_PART,))
    parts = {row.response_id: row.parts for row in CodeParts.objects.all()}
    assert set(parts) == {one.id, same.id, silent.id}
    assert parts[one.id] == parts[same.id] and parts[silent.id] == [*parts[one.id][:2], "", ""]
    assert len(set(parts[one.id])) == 4 and all(len(part) == 16 for part in parts[one.id])
    drafts = [
        ResponseDraft(cast.site.id, TODAY, f"row {n}", CODE | {"about/age": 41}, may_link=n == 1)
        for n in (1, 2)
    ]
    told = {"wave": wave, "source": ResponseSource.KOBO, "questions": CODED, "drafts": drafts}
    actions.record_responses(**told, by=SYSTEM, at=now)
    imported = SurveyResponse.objects.get(origin_key="row 1")
    assert CodeParts.objects.get(response=imported).parts == parts[one.id] and CodeParts.objects.count() == 4
    other = an_approach(wave.study.waves.get(code="first-plain"), cast.site, scopes=AGREED)
    begun = actions.start_response(
        approach=other, version=wave.instrument_version, on=TODAY, by=SYSTEM, at=now
    )  # a phone that had this form alone
    strayed = actions.complete_response(response=begun, answers=CODE, by=SYSTEM, at=now)
    assert CodeParts.objects.get(response=strayed).parts == parts[one.id]
    everything = _everything() + caplog.text.casefold()
    assert not [word for word in PLAIN if word in everything]
    asked = {row.question for row in SurveyAnswer.objects.all()}
    assert asked == {
        "age",
        "shared",
        "gender-woman",
        "gender-man",
        "ways-service",
        "ways-friend",
        "ways-made_it",
    }
    assert not {"whole", "twice", *PATHS} & {
        key for row in SurveyResponse.objects.all() for key in row.answers
    }
    assert actions.read_response(response=one, by=cast.chen.actor, at=now).keys() == {"about/age", "gender", "about/shared"}  # fmt: skip
    seen = {name for name, actor in cast.everybody().items() if CodeParts.objects.visible_to(actor).exists()}
    assert seen == {"chen"}


def test_parts_are_destroyed_on_the_day_and_at_once_where_somebody_withdraws(
    cast: Cast, now: datetime
) -> None:
    wave = a_coded_wave(cast)
    rows = [answered(wave, cast.site) for _ in range(3)]
    half = actions.start_response(approach=an_approach(wave, cast.site), by=SYSTEM, at=now)
    actions.save_response(response=half, draft="<mother>Zoëlania</mother>", by=SYSTEM, at=now)
    actions.exclude_response(response=rows[0], reason=Exclusion.WITHDREW, by=cast.chen.actor, at=now)
    assert not CodeParts.objects.filter(response=rows[0]).exists()
    withdraw_research_consent(consent=rows[1].consent, by=SYSTEM, at=now)
    given_up = actions.start_response(approach=an_approach(wave, cast.site), by=SYSTEM, at=now)
    actions.save_response(response=given_up, draft="<mother>Zoëlania</mother>", by=SYSTEM, at=now)
    withdraw_research_consent(consent=given_up.consent, by=SYSTEM, at=now)
    work = {"programme": cast.programme, "by": SYSTEM}
    assert actions.destroy_ended_code_parts(**work, at=now) == 1
    assert CodeParts.objects.count() == 1
    drafts = {row.id: row.draft is None for row in SurveyResponse.objects.filter(completed_at=None)}
    assert drafts == {half.id: False, given_up.id: True}
    day_before = now + (KEPT_UNTIL - TODAY) - timedelta(days=1)
    assert actions.destroy_ended_code_parts(**work, at=day_before) == 0
    assert actions.destroy_ended_code_parts(**work, at=day_before + timedelta(days=1)) == 1
    half.refresh_from_db()
    assert not CodeParts.objects.exists() and half.draft is None
    late = answered(wave, cast.site)
    assert not CodeParts.objects.exists() and "code/eyes" not in late.answers
    plan = CodePlan.objects.get()  # one that was being completed while they were destroyed
    CodeParts.objects.create(programme=cast.programme, plan=plan, response=late, parts=[])
    assert actions.destroy_ended_code_parts(**work, at=day_before + timedelta(days=2)) == 1
    assert not CodeParts.objects.exists()
    with pytest.raises(Unready):
        a_code_plan(wave)


def test_elements_are_named_before_they_are_answered_and_by_evaluators_alone(
    cast: Cast, now: datetime
) -> None:
    wave = a_coded_wave(cast)
    plan = CodePlan.objects.get()
    told: dict[str, Any] = {"study": wave.study, "instrument": plan.instrument, "destroy_on": KEPT_UNTIL}
    elements = [CodeElement(path) for path in PATHS]
    for name, actor in cast.everybody().items():
        if name != "chen":
            with pytest.raises(NotAllowed):
                actions.name_code_elements(**told, elements=elements, by=actor, at=now)
    chen = {"by": cast.chen.actor, "at": now}
    wrong = (
        elements[:2],
        [*elements[:3], elements[0]],
        [*elements, CodeElement("ways")],
        [*elements, CodeElement("visit/days")],
    )
    for these in wrong:
        with pytest.raises(Invalid):
            actions.name_code_elements(**told, elements=these, **chen)
    for day in (TODAY, TODAY + timedelta(days=4000)):
        with pytest.raises(Invalid):
            actions.name_code_elements(**told | {"destroy_on": day}, elements=elements, **chen)
    answered(wave, cast.site)
    with pytest.raises(Unready):  # keyed by their positions
        actions.name_code_elements(**told, elements=elements[::-1], **chen)
    same: dict[str, Any] = {"elements": elements, "age": "about/age", "gender": "gender"} | chen
    with pytest.raises(Unready):  # never later
        actions.name_code_elements(**told | {"destroy_on": KEPT_UNTIL + timedelta(days=1)}, **same)
    sooner = actions.name_code_elements(**told | {"destroy_on": KEPT_UNTIL - timedelta(days=9)}, **same)
    assert sooner.destroy_on == KEPT_UNTIL - timedelta(days=9)
    plain = wave.study.waves.get(code="first-plain")
    completed(cast, plain)
    with pytest.raises(Unready):  # what was kept as it is stays so
        actions.name_code_elements(
            study=wave.study, instrument=plain.instrument_version.instrument, destroy_on=KEPT_UNTIL, **chen,
            elements=[CodeElement("about/age"), CodeElement("about/shared"), CodeElement("why")],
        )  # fmt: skip
