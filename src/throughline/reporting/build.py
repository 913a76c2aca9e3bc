"""From what left through the doors to a report: sections in a fixed order, nothing added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime

from throughline.methods.suppression import LT5, Profile
from throughline.records.study.models import Freeze
from throughline.reporting import (
    attitudes_section,
    baseline_section,
    beforehand_section,
    beside,
    coding_section,
    components_section,
    design,
    flow_section,
    groups_section,
    line,
    mix_section,
    reached_section,
    reading,
    said,
    sensitivity_section,
    series_section,
    short,
)
from throughline.reporting.checklists import chosen_of, default_for, section
from throughline.reporting.document import Report, Section
from throughline.reporting.drawing import drawn_apart
from throughline.reporting.gather import Progress, gather, silent
from throughline.reporting.material import Material
from throughline.vocabulary.actor import Actor

LARGE = 50_000  # rows of a freeze: its doors take longer than to start what draws


def build_report(
    *,
    freeze: Freeze,
    recipient: str,
    profile: Profile = LT5,
    language: str = "en",
    checklists: Sequence[str] | None = None,
    contamination: str = "",
    by: Actor,
    at: datetime,
    progress: Progress = silent,
) -> Report:
    """Release what a report tells and write it down. Raises as `gather` does; Invalid for an unknown checklist.

    `checklists`: codes of `checklists.CHECKLISTS`; None takes those that the analyses' approach asks for. `contamination`: as in `gather`.
    """
    asked = None if checklists is None else chosen_of(checklists)
    with drawn_apart() if sum(freeze.rows.values()) >= LARGE else nullcontext():
        material = gather(
            freeze=freeze, profile=profile, recipient=recipient, contamination=contamination, by=by, at=at, progress=progress
        )  # fmt: skip
        return compose(material, at=at, language=language, checklists=asked)


def compose(
    material: Material, *, at: datetime, language: str = "en", checklists: Sequence[str] | None = None
) -> Report:
    """The report of what was gathered: the same material gives the same report."""
    chosen = default_for(one.approach for one in material.analyses) if checklists is None else checklists
    sections = tuple(_sections(material))
    return Report(
        title=material.design.study,
        programme=material.design.programme,
        is_fiction=material.design.is_fiction,
        freeze=material.design.freeze,
        content_hash=material.design.content_hash,
        profile=material.profile,
        made_at=at,
        language=language,
        sections=(*sections, *section(chosen, sections)),
        ledger=material.ledger,
    )


def _sections(material: Material) -> Iterator[Section]:
    """In order. A section that has nothing to tell of comes as none, or says so."""
    yield short.in_short(material)
    yield design.what_was_done(material)
    yield reading.how_to_read(material)
    yield from flow_section.who_took_part(material)
    yield from baseline_section.baseline(material)
    yield line.contacts(material)
    yield line.codes(material)
    yield beside.exposures(material)
    yield beside.estimates(material)
    yield from beforehand_section.beforehand(material)
    yield from sensitivity_section.beside_the_headline(material)
    yield from groups_section.groups(material)
    yield from mix_section.mix(material)
    yield from reached_section.reached(material)
    yield from series_section.series(material)
    yield from components_section.components(material)
    yield from attitudes_section.attitudes(material)
    yield line.entered(material)
    yield from coding_section.coding(material)
    yield said.themes(material)
    yield said.joint(material)
    yield design.refused(material)
    yield design.limits(material)
    yield design.ledger(material)
