"""The study: arms, phases, outcomes, the plan that was locked before, and the survey's answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from throughline.example.arrays import NOTHINGS, PHASES
from throughline.example.loading.world import World
from throughline.example.respondents import ELEMENTS
from throughline.example.simulate import Simulated
from throughline.methods.contrast import METHOD
from throughline.records.study import actions as study
from throughline.records.study.models import Study
from throughline.records.surveys import actions as surveys
from throughline.records.surveys.actions import ResponseDraft
from throughline.records.surveys.models import Wave
from throughline.vocabulary.chain import Gender
from throughline.vocabulary.code_parts import CodeElement
from throughline.vocabulary.study import (
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
    Step,
)
from throughline.vocabulary.surveys import Choice, Question, QuestionType
from throughline.vocabulary.waves import ResponseSource

TITLE = "Lantern: pipes and training in three of six towns"
_MONITORING = (
    (Step.CRACK_USE_TOLD, "Crack use told", OutcomeRank.PRIMARY, "Lantern Research Group"),
    (Step.FURTHER_NEED_TOLD, "Further need told", OutcomeRank.SECONDARY, "Practitioners of the six services"),
    (
        Step.RESPONSE,
        "Need answered here or referred",
        OutcomeRank.SECONDARY,
        "People who use crack, asked in 2024",
    ),
    (Step.ENTERED, "Entered the service referred to", OutcomeRank.EXPLORATORY, "Wychmoor Constabulary"),
)
YES_NO = (Choice("yes", {"en": "Yes"}), Choice("no", {"en": "No"}))
GENDER_CHOICES = tuple(
    Choice(one.value, {"en": one.value.replace("_", " ")})
    for one in (Gender.WOMAN, Gender.MAN, Gender.NON_BINARY)
)
AGE_BANDS = (
    Choice("1", {"en": "Under 35"}),
    Choice("2", {"en": "35 to 44"}),
    Choice("3", {"en": "45 and over"}),
)
ELEMENTS_ASKED = dict(zip(ELEMENTS, (
    "First letter of your mother's first name", "First letter of the town where you were born", "Month of your birth",
    "Last letter of your own first name",
), strict=True))  # fmt: skip
_BETTER_HIGH = frozenset({"service_contact", "stably_housed"})


def open_study(world: World) -> Study:
    """The study with its sites and phases, outcomes and the locked plan."""
    p, by, at = world.parameters, world.by, world.at
    row = study.create_study(
        programme=world.programme, title=TITLE, registration_id="FICTION-0001", by=by, at=at,
        design="Before and after, three intervention and three comparison sites, not allotted by chance",
    )  # fmt: skip
    for part, site in zip(p.sites, world.sites, strict=True):
        place = study.add_study_site(study=row, site=site, arm=part.arm, by=by, at=at)
        for kind, from_on, to_on in (
            (PhaseKind.BEFORE, p.period.from_on, part.implementation_from - timedelta(days=1)),
            (PhaseKind.IMPLEMENTATION, part.implementation_from, part.after_from - timedelta(days=1)),
            (PhaseKind.AFTER, part.after_from, p.period.to_on),
        ):
            study.set_phase(study_site=place, kind=kind, from_on=from_on, to_on=to_on, by=by, at=at)
    for step, name, rank, success_by in _MONITORING:
        study.add_outcome(
            study=row, code=step.value, name=name, kind=OutcomeKind.BINARY, source=OutcomeSourceKind.MONITORING,
            measure=step.value, rank=rank, direction=Direction.HIGHER_IS_BETTER, success_by=success_by, by=by, at=at,
        )  # fmt: skip
    for code, question in p.survey.questions.items():
        is_primary = code == "pipe_sharing"
        study.add_outcome(
            study=row, code=code, name=question.text, kind=OutcomeKind.BINARY, source=OutcomeSourceKind.SURVEY,
            measure=code, rank=OutcomeRank.PRIMARY if is_primary else OutcomeRank.SECONDARY,
            direction=Direction.HIGHER_IS_BETTER if code in _BETTER_HIGH else Direction.LOWER_IS_BETTER,
            success_by="Lantern Research Group", by=by, at=at,
        )  # fmt: skip
    locked_at = datetime.combine(p.period.from_on - timedelta(days=12), time(14, 0), UTC)
    study.lock_plan(study=row, content=plan(world), by=world.people["evaluator"], at=locked_at)
    first = p.period.from_on + timedelta(days=200)
    study.change_protocol(
        study=row, on=first, what="Peers may hand the survey to people whom no service knows",
        why="The first wave reached few people outside services", by=by, at=at,
    )  # fmt: skip
    return row


def plan(world: World) -> dict[str, Any]:
    """What was decided before anybody looked: the one interval that is the answer, and for which outcomes."""
    questions = list(world.parameters.survey.questions)
    return {
        "headline": METHOD,
        "level": 0.95,
        "primary": [Step.CRACK_USE_TOLD.value, "pipe_sharing"],
        "secondary": [
            Step.FURTHER_NEED_TOLD.value,
            Step.RESPONSE.value,
            *(code for code in questions if code != "pipe_sharing"),
        ],
        "subgroups": ["stably_housed", "gender-woman", "age_band"],
        "sensitivity": ["contrast.permutation_of_arms/1", "contrast.leave_one_site_out/1"],
        "missing": "kinds of nothing are counted and in no share",
    }


def record_survey(world: World, drawn: Simulated, row: Study) -> None:
    """Both waves, as answers that came as files: who was approached was not written down in those years."""
    rows, first = drawn.survey, world.parameters.period.from_on
    asked = {
        code: Question(code, QuestionType.SELECT_ONE, {"en": one.text}, YES_NO)
        for code, one in world.parameters.survey.questions.items()
    }
    codes = list(asked)
    said: dict[PhaseKind, dict[tuple[int, int], dict[str, Any]]] = {kind: {} for kind in PhaseKind}
    days: dict[tuple[PhaseKind, int, int], date] = {}
    for number in range(rows.value.size):
        kind, site, who = PHASES[rows.phase[number]], int(rows.site[number]), int(rows.respondent[number])
        nothing = int(rows.nothing[number])
        answer = NOTHINGS[nothing] if nothing >= 0 else "yes" if rows.value[number] else "no"
        said[kind].setdefault((site, who), {})[codes[rows.question[number]]] = answer
        days[kind, site, who] = first + timedelta(days=int(rows.day[number]))
    _name_elements(world, row)
    windows, waves = world.parameters.survey.windows, list[Wave]()
    for place, (kind, window) in enumerate(
        ((PhaseKind.BEFORE, windows.before), (PhaseKind.AFTER, windows.after))
    ):
        world.progress("survey waves", place, 2)
        drafts = [
            _draft(world, drawn, kind, (site, who), days[kind, site, who], answers)
            for (site, who), answers in sorted(said[kind].items(), key=lambda one: one[0])
        ]
        waves.append(_wave(world, row, kind, window, [*asked.values(), *_about_them(kind)], drafts))
    least, most = (windows.after[0] - windows.before[1]).days, (windows.after[1] - windows.before[0]).days
    surveys.link_two_waves(
        first=waves[0], second=waves[1], least_days=least, most_days=most, by=world.by, at=world.at
    )
    world.progress("survey waves", 2, 2)


def _draft(
    world: World, drawn: Simulated, kind: PhaseKind, who: tuple[int, int], on: date, answers: dict[str, Any]
) -> ResponseDraft:
    """One person's answers to the outcomes, and what they told of themselves."""
    site, number = who
    one = drawn.respondents[PHASES.index(kind), site, number]
    return ResponseDraft(
        world.sites[site].id, on, _key(kind, site, number), {**answers, **one.answers}, may_link=one.may_link
    )


def _about_them(kind: PhaseKind) -> list[Question]:
    """Attributes, and elements of a code; what reached them is asked when there were pipes."""
    asked = [
        Question("gender", QuestionType.SELECT_ONE, {"en": "Gender"}, GENDER_CHOICES),
        Question("age_band", QuestionType.SELECT_ONE, {"en": "Age"}, AGE_BANDS),
        *(Question(path, QuestionType.TEXT, {"en": text}) for path, text in ELEMENTS_ASKED.items()),
    ]
    if kind is PhaseKind.AFTER:
        text = {"en": "Got or used a pipe of the programme in the past 28 days"}
        asked.append(Question("programme_pipe", QuestionType.SELECT_ONE, text, YES_NO))
    return asked


def _name_elements(world: World, row: Study) -> None:
    """What their codes are made of, named before the first answer; kept keyed until the protocol's day, and nowhere else."""
    surveys.name_code_elements(
        study=row, instrument=None, elements=[CodeElement(path) for path in ELEMENTS], gender="gender",
        destroy_on=world.at.date() + timedelta(days=365), by=world.by, at=world.at,
    )  # fmt: skip


def _key(kind: PhaseKind, site: int, who: int) -> str:
    """Recognises a row of files that are fiction; it stands for nobody."""
    return hashlib.sha256(f"{TITLE} {kind.value} {site} {who}".encode()).hexdigest()


def _wave(
    world: World,
    row: Study,
    kind: PhaseKind,
    window: Sequence[date],
    asked: Sequence[Question],
    drafts: Sequence[ResponseDraft],
) -> Wave:
    by, at = world.by, world.at
    wave: Wave = surveys.open_wave(
        study=row, code=kind.value, phase=kind, opens_on=window[0], closes_on=window[-1], by=by, at=at
    )
    for part, site in zip(world.parameters.sites, world.sites, strict=True):
        surveys.set_target(wave=wave, site=site, target=part.survey, by=by, at=at)
    surveys.record_responses(
        wave=wave, source=ResponseSource.CSV, questions=asked, drafts=drafts, by=by, at=at
    )
    surveys.close_wave(wave=wave, by=by, at=at)
    return wave
