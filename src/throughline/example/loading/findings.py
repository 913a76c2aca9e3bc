"""The study: arms, phases, outcomes, the plan that was locked before, and the survey's answers."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from throughline.example.arrays import NOTHINGS, PHASES
from throughline.example.loading.line import pieces
from throughline.example.loading.world import BATCH, World
from throughline.example.simulate import Simulated
from throughline.methods.contrast import METHOD
from throughline.records.study import actions as study
from throughline.records.study.actions import AnswerDraft
from throughline.records.study.models import Study
from throughline.vocabulary.study import (
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
    Step,
)

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
        "sensitivity": ["contrast.permutation_of_arms/1", "contrast.leave_one_site_out/1"],
        "missing": "kinds of nothing are counted and in no share",
    }


def record_survey(world: World, drawn: Simulated, row: Study) -> None:
    rows, questions = drawn.survey, list(world.parameters.survey.questions)
    first = world.parameters.period.from_on
    answers = []
    for number in range(rows.value.size):
        nothing, value = int(rows.nothing[number]), int(rows.value[number])
        answers.append(
            AnswerDraft(
                site_id=world.sites[rows.site[number]].id, phase=PHASES[rows.phase[number]],
                answered_on=first + timedelta(days=int(rows.day[number])), respondent=int(rows.respondent[number]),
                question=questions[rows.question[number]],
                value=NOTHINGS[nothing] if nothing >= 0 else Decimal(value),
            )
        )  # fmt: skip
    for number, batch in enumerate(pieces(answers)):
        world.progress("survey answers", number * BATCH, len(answers))
        study.record_survey_answers(study=row, answers=batch, by=world.by, at=world.at)
    world.progress("survey answers", len(answers), len(answers))
