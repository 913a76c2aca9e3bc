"""What of the records a report tells as it was registered: the study, its analyses, themes and waves, as they are now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.records.inquiry.models import Analysis, Theme
from throughline.records.inquiry.queries import analyses_for, themes_for
from throughline.records.study.models import Freeze
from throughline.records.surveys.models import Wave
from throughline.records.surveys.queries import waves_for
from throughline.reporting.material import Design, WaveHeld
from throughline.vocabulary.actor import Actor


def analyses_of(by: Actor, freeze: Freeze) -> list[Analysis]:
    """The study's analyses of what people said, in the order of their names."""
    return list(analyses_for(by, freeze.programme_id).filter(study=freeze.study).order_by("name"))


def waves_of(by: Actor, freeze: Freeze) -> list[WaveHeld]:
    """The study's survey waves that had been opened when the data were frozen, the first one first.

    They are told as they are recorded now: no table of a freeze holds them.
    """
    rows = waves_for(by, freeze.programme_id).filter(study=freeze.study, opened_at__lte=freeze.frozen_at)
    return [_held(row) for row in rows.order_by("opens_on", "code")]


def _held(row: Wave) -> WaveHeld:
    asked_with = row.instrument_version
    title = asked_with.instrument.title if asked_with else ""
    version = (asked_with.label or str(asked_with.number)) if asked_with else ""
    return WaveHeld(row.code, row.phase, title, version, row.opens_on, row.closes_on)


def themes_of(by: Actor, freeze: Freeze) -> list[Theme]:
    """The themes of the study's analyses that were not let go, as the database has them now."""
    return [
        theme
        for analysis in analyses_of(by, freeze)
        for theme in themes_for(by, analysis)
        if theme.status != "let_go"
    ]  # fmt: skip


def design_of(freeze: Freeze, run: Mapping[str, Any]) -> Design:
    study = freeze.study
    return Design(
        programme=study.programme.name,
        is_fiction=study.programme.is_fiction,
        study=study.title,
        registration=study.registration_id,
        design=study.design,
        freeze=freeze.name,
        content_hash=freeze.content_hash,
        frozen_at=freeze.frozen_at,
        run=run,
    )
