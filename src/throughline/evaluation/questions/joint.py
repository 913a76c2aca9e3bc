"""The joint display: a row per step and theme with the numbers, who spoke to it where that is counted, and what a person judged.

Quotes and the reasons of judgements are words: they are not in the freeze. They are looked up where they are shown, and
leave through the door for words.
"""

from __future__ import annotations

from dataclasses import dataclass

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import coverage
from throughline.evaluation.questions.contrast import ContrastAnswer, OutcomeContrast
from throughline.evaluation.questions.coverage import CoverageAnswer, Theme
from throughline.evaluation.questions.funnel import FunnelAnswer
from throughline.methods.funnel import FunnelStep
from throughline.vocabulary.study import OutcomeSourceKind, Step

QUESTION = "joint/2"


@dataclass(frozen=True, slots=True)
class GroupStep:
    """A step's numbers in one group (arm and phase), of contacts or, for coming back, of codes."""

    group: tuple[str, ...]
    numbers: FunnelStep


@dataclass(frozen=True, slots=True)
class JointTheme:
    """A theme beside a step; judgement None: nobody has judged it yet."""

    theme: Theme
    judgement: str | None


@dataclass(frozen=True, slots=True)
class JointStep:
    """One step: its numbers, its contrast where it has one, its themes, and the judgement of the step as a whole."""

    step: Step
    numbers: tuple[GroupStep, ...]
    contrast: OutcomeContrast | None
    themes: tuple[JointTheme, ...]
    judgement: str | None


@dataclass(frozen=True, slots=True)
class JointAnswer:
    """`by` names what the groups of the numbers are of."""

    by: tuple[str, ...]
    rows: tuple[JointStep, ...]
    question: str = QUESTION


def ask(
    freeze: OpenFreeze,
    *,
    funnel: FunnelAnswer,
    contrast: ContrastAnswer,
    themes: CoverageAnswer | None = None,
) -> JointAnswer:
    """From the answers to the other questions on the same freeze."""
    covered = coverage.ask(freeze) if themes is None else themes
    judged: dict[tuple[str, int | None], str] = {
        (row["step"], row["theme_no"]): row["judgement"] for row in freeze.ask("SELECT * FROM joint_rows")
    }
    rows = []
    for step in Step:
        beside = [
            theme
            for theme in covered.themes
            if step.value in theme.steps or (step.value, theme.theme_no) in judged
        ]
        rows.append(
            JointStep(
                step=step,
                numbers=tuple(_numbers(funnel, step)),
                contrast=_contrast_of(contrast, step),
                themes=tuple(JointTheme(theme, judged.get((step.value, theme.theme_no))) for theme in beside),
                judgement=judged.get((step.value, None)),
            )
        )
    return JointAnswer(funnel.by, tuple(rows))


def _numbers(funnel: FunnelAnswer, step: Step) -> list[GroupStep]:
    groups = funnel.codes if step is Step.CAME_BACK else funnel.contacts
    return [GroupStep(group.group, row) for group in groups for row in group.steps if row.step is step]


def _contrast_of(answer: ContrastAnswer, step: Step) -> OutcomeContrast | None:
    for found in answer.outcomes:
        if found.outcome.source is OutcomeSourceKind.MONITORING and found.outcome.measure == step.value:
            return found
    return None
