"""What officers and workers answered to a fictional questionnaire around the trainings, and at comparison sites in the same weeks.

Small, and beside the line. The questionnaire is made up: two subscales of four items each, whose texts nobody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from throughline.example.arrays import Ints
from throughline.example.chance import Stream, stream
from throughline.example.loading.world import World
from throughline.records.workforce import actions as workforce
from throughline.records.workforce.actions import AssessmentDraft
from throughline.records.workforce.models import Training
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey, Subscale
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind

SCALE = "Working alongside"
KEY = ScoringKey(
    1, 7,
    (Subscale("role support", (1, 2, 3, 4), (3,), may_miss=1), Subscale("burden", (5, 6, 7, 8), (8,), is_higher_better=False, may_miss=1)),
)  # fmt: skip
PEOPLE = {AttitudeGroup.OFFICER: 8, AttitudeGroup.WORKER: 9}  # of each site
GONE = {AttitudeGroup.OFFICER: 0, AttitudeGroup.WORKER: 2}  # of these, who did not answer again
LEVEL = {AttitudeGroup.OFFICER: (3.4, 4.6), AttitudeGroup.WORKER: (4.4, 3.4)}  # of each subscale, before
GAIN = {ArmKind.INTERVENTION: (0.7, -0.5), ArmKind.COMPARISON: (0.15, -0.1)}
BETWEEN = timedelta(weeks=12)
DECLINED = 0.03  # share of people who leave one item out


def ask_attitudes(world: World) -> None:
    """Both questionnaires of everybody, around the first training of the programme at each site."""
    scale = workforce.define_attitude_scale(
        programme=world.programme, name=SCALE, key=KEY, by=world.by, at=world.at
    )
    workforce.record_assessments(scale=scale, drafts=list(_drafts(world)), by=world.by, at=world.at)


def _drafts(world: World) -> Iterator[AssessmentDraft]:
    rng = stream(world.parameters.seed, Stream.ATTITUDES)
    number = 0
    for part, site in zip(world.parameters.sites, world.sites, strict=True):
        held = (
            Training.objects.filter(site=site, course__is_programme_training=True).order_by("held_on").first()
        )
        first: date = held.held_on if held else part.implementation_from
        drift = rng.normal(0, 0.12, 2)
        for group, people in PEOPLE.items():
            for place in range(people):
                person = rng.normal(0, 0.9, 2)
                for moment, day in ((Moment.BEFORE, first), (Moment.AFTER, first + BETWEEN)):
                    is_after = moment is Moment.AFTER
                    mean = np.array(LEVEL[group]) + person + is_after * (np.array(GAIN[part.arm]) + drift)
                    given = _items(rng, mean)
                    if is_after and place >= people - GONE[group]:
                        continue
                    number += 1
                    yield AssessmentDraft(
                        site_id=site.id, group=group, moment=moment, taken_on=day, origin_key=f"{number:064x}", answers=given,
                        label=f"{group.value} {place}", training_id=held.id if held else None,
                    )  # fmt: skip


def _items(
    rng: np.random.Generator, mean: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> dict[int, int | Nothing]:
    """Answers to the eight items, turned round where the key turns them back; at most one of them declined."""
    drawn: Ints = np.clip(np.rint(rng.normal(np.repeat(mean, 4), 0.8)), KEY.lowest, KEY.highest).astype(
        np.int64
    )
    turned = {item for one in KEY.subscales for item in one.reversed_items}
    given: dict[int, int | Nothing] = {
        item: KEY.lowest + KEY.highest - value if item in turned else value
        for item, value in enumerate(drawn.tolist(), start=1)
    }
    if rng.random() < DECLINED:
        given[int(rng.integers(1, 9))] = Nothing.DECLINED
    return given
