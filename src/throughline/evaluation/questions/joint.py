"""The joint display: a row per step, and per outcome that is none, with its numbers, who spoke to it where that is counted, and what a
person judged.

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
from throughline.vocabulary.study import OutcomeSourceKind, Step, is_a_step

QUESTION = "joint/3"


@dataclass(frozen=True, slots=True)
class GroupStep:
    """A step's numbers in one group (arm and phase), of contacts or, for coming back, of codes."""

    group: tuple[str, ...]
    numbers: FunnelStep


@dataclass(frozen=True, slots=True)
class JointTheme:
    """A theme beside a step or an outcome; judgement None: nobody has judged it yet."""

    theme: Theme
    judgement: str | None


@dataclass(frozen=True, slots=True)
class JointRow:
    """One step, or one outcome (its code) that is none: its numbers, its contrast where it has one, its themes, and the judgement
    of it as a whole. An outcome's numbers are its contrast."""

    step: Step | None
    numbers: tuple[GroupStep, ...]
    contrast: OutcomeContrast | None
    themes: tuple[JointTheme, ...]
    judgement: str | None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class JointAnswer:
    """`by` names what the groups of the numbers are of. Steps in the order of the line, then outcomes in that of the contrasts."""

    by: tuple[str, ...]
    rows: tuple[JointRow, ...]
    question: str = QUESTION


def ask(
    freeze: OpenFreeze,
    *,
    funnel: FunnelAnswer,
    contrast: ContrastAnswer,
    themes: CoverageAnswer | None = None,
) -> JointAnswer:
    """From the answers to the other questions on the same freeze."""
    covered = (coverage.ask(freeze) if themes is None else themes).themes
    of_steps, of_outcomes = (
        _judged(freeze, "joint_rows", "step"),
        _judged(freeze, "joint_outcomes", "outcome"),
    )
    rows = [
        JointRow(
            step=step,
            numbers=tuple(_numbers(funnel, step)),
            contrast=_contrast_of(contrast, step),
            themes=tuple(
                JointTheme(theme, of_steps.get((step, theme.theme_no)))
                for theme in covered
                if step.value in theme.steps or (step, theme.theme_no) in of_steps
            ),
            judgement=of_steps.get((step, None)),
        )
        for step in Step
    ]
    for found in contrast.outcomes:
        code = found.outcome.code
        if not is_a_step(found.outcome.source, found.outcome.measure):
            beside = tuple(
                JointTheme(theme, of_outcomes.get((code, theme.theme_no)))
                for theme in covered
                if code in theme.outcomes or (code, theme.theme_no) in of_outcomes
            )
            rows.append(JointRow(None, (), found, beside, of_outcomes.get((code, None)), code))
    return JointAnswer(funnel.by, tuple(rows))


def _judged(freeze: OpenFreeze, table: str, column: str) -> dict[tuple[str, int | None], str]:
    """By what was judged and the theme's number (None: as a whole); none in a freeze of before there was the table."""
    if not freeze.holds(table):
        return {}
    rows = freeze.ask(f"SELECT {column} AS what, theme_no, judgement FROM {table}")  # noqa: S608  (words of ours only)
    return {(row["what"], row["theme_no"]): row["judgement"] for row in rows}


def _numbers(funnel: FunnelAnswer, step: Step) -> list[GroupStep]:
    groups = funnel.codes if step is Step.CAME_BACK else funnel.contacts
    return [GroupStep(group.group, row) for group in groups for row in group.steps if row.step is step]


def _contrast_of(answer: ContrastAnswer, step: Step) -> OutcomeContrast | None:
    for found in answer.outcomes:
        if found.outcome.source is OutcomeSourceKind.MONITORING and found.outcome.measure == step.value:
            return found
    return None
