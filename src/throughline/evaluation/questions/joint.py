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

QUESTION = "joint/5"


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
class JointWhole:
    """What somebody judged of a row as a whole, in one analysis (its name)."""

    analysis: str
    judgement: str


@dataclass(frozen=True, slots=True)
class JointRow:
    """One step, or one outcome (its code) that is none: its numbers, the contrast of each outcome that it is, its themes, and what was
    judged of it as a whole, in each analysis that did. An outcome's numbers are its contrast."""

    step: Step | None
    numbers: tuple[GroupStep, ...]
    contrasts: tuple[OutcomeContrast, ...]
    themes: tuple[JointTheme, ...]
    whole: tuple[JointWhole, ...]
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
    of_steps, whole_steps = _judged(freeze, "joint_rows", "step")
    of_outcomes, whole_outcomes = _judged(freeze, "joint_outcomes", "outcome")
    rows = [
        JointRow(
            step=step,
            numbers=tuple(_numbers(funnel, step)),
            contrasts=tuple(_contrasts_of(contrast, step)),
            themes=tuple(
                JointTheme(theme, of_steps.get((step, theme.theme_no)))
                for theme in covered
                if step.value in theme.steps or (step, theme.theme_no) in of_steps
            ),
            whole=tuple(whole_steps.get(step, ())),
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
            rows.append(JointRow(None, (), (found,), beside, tuple(whole_outcomes.get(code, ())), code))
    return JointAnswer(funnel.by, tuple(rows))


def _judged(
    freeze: OpenFreeze, table: str, column: str
) -> tuple[dict[tuple[str, int], str], dict[str, list[JointWhole]]]:
    """By what was judged and the theme's number, and by what was judged as a whole; none in a freeze of before there was the table."""
    of_themes: dict[tuple[str, int], str] = {}
    whole: dict[str, list[JointWhole]] = {}
    if freeze.holds(table):
        rows = freeze.ask(
            f"SELECT j.{column} AS what, j.theme_no, j.judgement, a.name FROM {table} AS j"  # noqa: S608  (words of ours only)
            " JOIN analyses AS a ON a.analysis_no = j.analysis_no ORDER BY j.analysis_no"
        )
        for row in rows:
            if row["theme_no"] is None:
                whole.setdefault(row["what"], []).append(JointWhole(row["name"], row["judgement"]))
            else:
                of_themes[row["what"], row["theme_no"]] = row["judgement"]
    return of_themes, whole


def _numbers(funnel: FunnelAnswer, step: Step) -> list[GroupStep]:
    groups = funnel.codes if step is Step.CAME_BACK else funnel.contacts
    return [GroupStep(group.group, row) for group in groups for row in group.steps if row.step is step]


def _contrasts_of(answer: ContrastAnswer, step: Step) -> list[OutcomeContrast]:
    return [
        found
        for found in answer.outcomes
        if found.outcome.source is OutcomeSourceKind.MONITORING and found.outcome.measure == step.value
    ]
