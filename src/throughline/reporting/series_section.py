"""Series over months in the report: of the months that left, with every fit, what it takes for granted and cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.reporting import series_words as words
from throughline.reporting.document import Block, Bullets, Cell, Kind, Paragraph, Section, say
from throughline.reporting.labels import word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain
from throughline.reporting.tables import plain_table
from throughline.reporting.wording import count_text, sentence_of

LEAD = say(
    "Each site's months against the line of its own months before; comparison sites stand for what would have come anyway."
    " The fits are of the months that left: a site of which a month is suppressed is in none of them."
)


def series(material: Material) -> Iterator[Section]:
    """One section where the freeze was asked for its series; none else."""
    if material.series:
        blocks: list[Block] = [Paragraph(LEAD)]
        for place, found in enumerate(material.series):
            blocks += _measure(found, f"series-{place}")
        is_told = any(found["interaction"] or found["apart"] for found in material.series)
        marks = frozenset({Mark.ANCILLARY} if is_told else ())
        yield Section("series", say("What changed from month to month"), tuple(blocks), marks)


def _measure(found: Plain, name: str) -> Iterator[Block]:
    yield Paragraph(words.MEASURES[found["measure"]], is_heading=True)
    for sentence in words.together(found):
        yield Paragraph(sentence)
    rows = [*_together(found), *_sites(found)]
    if rows:
        columns = (
            say("Site"), say("Arm"), say("Fit"), say("Months"), say("Level"), say("Interval"), say("Pace"), say("Interval"),
        )  # fmt: skip
        caption = say(
            "Change of level in the intervention month, and of pace from month to month, as factors: %(measure)s",
            measure=words.MEASURES[found["measure"]],
        )
        yield plain_table(name, caption, columns, rows)
        yield Bullets(say("Each of these fits takes for granted"), words.assumptions(found))
        yield Bullets(say("What they cannot show"), words.cannot_show(found))
    refused = tuple(sentence_of(one["refused"]) for one in found["sites"] if one["refused"])
    if refused:
        yield Bullets(say("Sites without a fit"), refused)


def _together(found: Plain) -> Iterator[tuple[Cell, ...]]:
    for fit in found["interaction"]:
        yield (Cell(say("all sites, in one fit")), Cell(""), *_fit(fit, fit["n"]))


def _sites(found: Plain) -> Iterator[tuple[Cell, ...]]:
    for one in found["sites"]:
        for fit in words.fits_of(one["found"]):
            yield (
                Cell(one["counted"]["name"]),
                Cell(word(one["counted"]["arm"])),
                *_fit(fit, one["found"]["n"]),
            )


def _fit(fit: Any, n: int) -> tuple[Cell, ...]:
    return (
        Cell(words.FITS[fit["method"]]),
        Cell(count_text(n), Kind.NUMBER),
        Cell(words.ratio_text(fit["level"]["ratio"]), Kind.NUMBER),
        Cell(words.span_text(fit["level"])),
        Cell(words.ratio_text(fit["slope"]["ratio"]), Kind.NUMBER),
        Cell(words.span_text(fit["slope"])),
    )
