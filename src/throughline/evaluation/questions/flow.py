"""How far those went who were asked to take part in a survey wave: not eligible, refused, not complete, left out, analysed.

Each person stands in one step alone, so that the steps add up to all who were approached; answers that came as files are counted
apart, since nobody knows here who was approached for them. Arms are those of the sites; sites outside the study are no part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.units import unit_of
from throughline.vocabulary.study import ArmKind, PhaseKind

QUESTION = "flow/1"
UNIT = "approach"


@dataclass(frozen=True, slots=True)
class WaveFlow:
    """One wave in one arm: how many went how far (`step` of units.py)."""

    wave: str
    phase: str
    arm: ArmKind
    steps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FlowAnswer:
    """Wave by wave, in the order of phases; empty where nobody was asked, or the freeze is older than this question."""

    waves: tuple[WaveFlow, ...]
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> FlowAnswer:
    unit = unit_of(UNIT)
    if not freeze.holds(unit.table):
        return FlowAnswer(())
    rows = freeze.ask(
        f"SELECT t.wave, t.phase, t.arm, {unit.column('step')} AS step, COUNT(*) AS n FROM {unit.source}"  # noqa: S608  (words of ours only)
        " WHERE t.arm <> 'none' GROUP BY ALL ORDER BY t.wave, step"
    )
    phases, arms = [phase.value for phase in PhaseKind], [arm.value for arm in ArmKind]
    rows.sort(key=lambda row: (phases.index(row["phase"]), row["wave"], arms.index(row["arm"])))
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in rows:
        found.setdefault((row["phase"], row["wave"], row["arm"]), {})[row["step"]] = row["n"]
    return FlowAnswer(
        tuple(WaveFlow(wave, phase, ArmKind(arm), steps) for (phase, wave, arm), steps in found.items())
    )
