"""Arm and phase of a source: never stored, always derived from its site and day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from throughline.records.inquiry.models import Analysis, Source
from throughline.records.study.queries import arm_and_phase_spans, study_sites
from throughline.rules.phases import Span
from throughline.vocabulary.study import ArmKind, PhaseKind


@dataclass(frozen=True)
class Derived:
    """None where it cannot be said: no site, no day, or none of the study's."""

    arm: ArmKind | None
    phase: PhaseKind | None


def derived_by(analysis: Analysis) -> Callable[[Source], Derived]:
    """What tells a source's arm and phase, as the analysis's study is set up now. The study is read once."""
    arms = {one.site_id: ArmKind(one.arm) for one in study_sites(analysis.study)}
    spans = arm_and_phase_spans(analysis.study)

    @cache
    def of(site_id: UUID | None, day: date | None) -> Derived:
        arm = arms.get(site_id) if site_id else None
        if arm is None or day is None:
            return Derived(arm, None)
        at_site = (Span(one.kind, one.from_on, one.to_on) for one in spans if one.site_id == site_id)
        return Derived(arm, next((span.kind for span in at_site if span.holds(day)), None))

    return lambda source: of(source.site_id, source.collected_on)
