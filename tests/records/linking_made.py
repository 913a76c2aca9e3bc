"""A form that asks for a self-generated code, and two waves that can be linked by it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import SYSTEM, TODAY, Cast
from tests.records.made import NOW
from tests.records.surveys_made import QUESTIONS, a_draft, a_wave, an_approach
from throughline.records.programme.models import Programme, Site
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.surveys import actions
from throughline.records.surveys.models import CodePlan, LinkedPair, SurveyResponse, Wave, WaveLinking
from throughline.vocabulary.code_parts import CodeElement
from throughline.vocabulary.study import ConsentScope, PhaseKind
from throughline.vocabulary.surveys import Choice, Question, QuestionType

PATHS = ("code/mother", "code/born", "code/street", "code/eyes")
CODED = (
    *QUESTIONS,
    Question("code/mother", QuestionType.TEXT, {"en": "First letters of your mother's name"}),
    Question("code/born", QuestionType.INTEGER, {"en": "Day of the month on which you were born"}),
    Question("code/street", QuestionType.TEXT, {"en": "Street where you grew up"}),
    Question("code/eyes", QuestionType.SELECT_ONE, {"en": "Colour of your eyes"}, (Choice("brown"), Choice("blue"))),
    Question("gender", QuestionType.SELECT_ONE, {"en": "Gender"}, (Choice("woman"), Choice("man"))),
    Question("whole", QuestionType.CALCULATE, is_of_words=True, made_of=frozenset({"mother", "born"})),
    Question("twice", QuestionType.CALCULATE, made_of=frozenset({"born"})),
)  # fmt: skip
CODE = {"code/mother": " Zoëlania", "code/born": 7, "code/street": "Quay-Lane", "code/eyes": "brown"}
AGREED = (ConsentScope.TAKE_PART, ConsentScope.LINK)
KEPT_UNTIL = TODAY + timedelta(days=400)


def a_coded_wave(cast: Cast, code: str = "first", phase: PhaseKind = PhaseKind.BEFORE, **more: Any) -> Wave:
    """Whose form asks for a code, the elements of which are named."""
    study = a_wave(cast, f"{code}-plain", phase=phase).study
    version = actions.add_instrument_version(
        study=study, code="coded", draft=a_draft(b"coded", CODED), by=SYSTEM, at=NOW
    )
    wave = a_wave(cast, code, instrument_version=version, phase=phase, **more)
    if not CodePlan.objects.filter(instrument=version.instrument).exists():
        a_code_plan(wave)
    return wave


def a_code_plan(wave: Wave, destroy_on: date = KEPT_UNTIL) -> CodePlan:
    assert wave.instrument_version is not None
    return actions.name_code_elements(
        study=wave.study, instrument=wave.instrument_version.instrument, elements=[CodeElement(path) for path in PATHS],
        age="about/age", gender="gender", destroy_on=destroy_on, by=SYSTEM, at=NOW,
    )  # fmt: skip


def answered(
    wave: Wave, site: Site, code: dict[str, Any] | None = None, *, agreed: tuple[ConsentScope, ...] = AGREED,
    at: datetime = NOW, **others: Any,
) -> SurveyResponse:  # fmt: skip
    """Somebody's whole response; `others` are age and gender."""
    approach = an_approach(wave, site, scopes=agreed)
    begun = actions.start_response(approach=approach, by=SYSTEM, at=at)
    told = CODE | {"about/age": others.get("age", 41), "gender": others.get("gender", "woman")} | (code or {})
    return actions.complete_response(
        response=begun, answers=told | {"about/shared": others.get("shared", "no"), "whole": "Zoëlania7", "twice": 14},
        by=SYSTEM, at=at,
    )  # fmt: skip


def ended_code_of(cast: Cast) -> Programme:
    """With somebody's parts whose consent ended elsewhere."""
    gone = answered(a_coded_wave(cast), cast.site)
    assert gone.consent is not None
    withdraw_research_consent(consent=gone.consent, by=SYSTEM, at=NOW)
    return cast.programme


def two_coded_waves(cast: Cast, first: str = "first", second: str = "second") -> dict[str, Wave]:
    return {"first": a_coded_wave(cast, first), "second": a_coded_wave(cast, second, PhaseKind.AFTER)}


def a_linking(cast: Cast) -> WaveLinking:
    """Of two waves in which one person answered alike."""
    waves = two_coded_waves(cast, "spring", "autumn")
    for wave in waves.values():
        answered(wave, cast.site)
    return actions.link_two_waves(**waves, least_days=-1, most_days=400, by=SYSTEM, at=NOW)


def a_pair(cast: Cast) -> LinkedPair:
    found: LinkedPair = LinkedPair.objects.get(linking=a_linking(cast))
    return found
