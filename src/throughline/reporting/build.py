"""From what left through the doors to a report: sections in a fixed order, nothing added."""

from __future__ import annotations

from datetime import datetime

from throughline.methods.suppression import LT5, Profile
from throughline.records.study.models import Freeze
from throughline.reporting import beside, design, line, reading, said, series_section, short
from throughline.reporting.document import Report
from throughline.reporting.gather import Progress, gather, silent
from throughline.reporting.material import Material
from throughline.vocabulary.actor import Actor


def build_report(
    *,
    freeze: Freeze,
    recipient: str,
    profile: Profile = LT5,
    language: str = "en",
    by: Actor,
    at: datetime,
    progress: Progress = silent,
) -> Report:
    """Release what a report tells and write it down. Raises as `gather` does."""
    material = gather(freeze=freeze, profile=profile, recipient=recipient, by=by, at=at, progress=progress)
    return compose(material, at=at, language=language)


def compose(material: Material, *, at: datetime, language: str = "en") -> Report:
    """The report of what was gathered: the same material gives the same report."""
    return Report(
        title=material.design.study,
        programme=material.design.programme,
        is_fiction=material.design.is_fiction,
        freeze=material.design.freeze,
        content_hash=material.design.content_hash,
        profile=material.profile,
        made_at=at,
        language=language,
        sections=(
            short.in_short(material),
            design.what_was_done(material),
            reading.how_to_read(material),
            line.contacts(material),
            line.codes(material),
            beside.exposures(material),
            beside.estimates(material),
            *series_section.series(material),
            line.entered(material),
            said.themes(material),
            said.joint(material),
            design.refused(material),
            design.limits(material),
            design.ledger(material),
        ),
        ledger=material.ledger,
    )
