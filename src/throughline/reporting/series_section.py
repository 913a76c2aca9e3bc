"""Series over months in the report: of the months that left, with every fit, what it takes for granted and cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.reporting import figures, incidents_section
from throughline.reporting import series_words as words
from throughline.reporting.document import Block, Bullets, Cell, Kind, Paragraph, Section, say
from throughline.reporting.labels import word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain
from throughline.reporting.tables import nothing, plain_table
from throughline.reporting.wording import count_text, decimal_text, sentence_of
from throughline.vocabulary.nothing import Nothing

LEAD = say(
    "Each site's months against the line of its own months before; comparison sites stand for what would have come anyway."
    " The fits are of the months that left: a site of which a month is suppressed is in none of them."
)

OUTSIDE = Nothing.NOT_APPLICABLE.value  # a month that lies in no phase of the site, and in one of another


def series(material: Material) -> Iterator[Section]:
    """One section where the freeze was asked for its series; none else."""
    if material.series or material.incidents:
        blocks: list[Block] = [Paragraph(LEAD)] if material.series else []
        for place, found in enumerate(material.series):
            blocks += _measure(found, f"series-{place}")
        blocks += incidents_section.incidents(material.incidents)
        is_told = any(found["interaction"] or found["apart"] for found in material.series)
        marks = frozenset({Mark.ANCILLARY} if is_told else ())
        yield Section("series", say("What changed from month to month"), tuple(blocks), marks)


def _measure(found: Plain, name: str) -> Iterator[Block]:
    yield Paragraph(words.MEASURES[found["measure"]], is_heading=True)
    for sentence in words.together(found):
        yield Paragraph(sentence)
    yield from _drawn(found, name)
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


def _drawn(found: Plain, name: str) -> Iterator[Block]:
    """Every site's months with where its programme began, and the same numbers as a table: months as rows, sites as columns."""
    sites = [one for one in found["sites"] if one["counted"]["months"]]
    if not any(one["found"] for one in sites):
        return
    called = [one["counted"]["name"] for one in sites]
    points = [{one["label"]: one["value"] for one in words.points(site, found["is_rate"])} for site in sites]
    months = sorted({month for held in points for month in held})
    measure = (words.RATES if found["is_rate"] else words.MEASURES)[found["measure"]]
    title = say("%(measure)s, month by month", measure=measure)
    description = say(
        "A panel for each site: a line over its months with a gap where nothing was counted, and an upright line where its"
        " programme began. The numbers stand in the table that follows."
    )
    rows = [
        {"panel": one["counted"]["name"], "month": month, "value": value if isinstance(value, int | float) else None, "starts": one["counted"]["starts"]}
        for one, held in zip(sites, points, strict=True)
        if any(isinstance(value, int | float) for value in held.values())
        for month, value in held.items()
    ]  # fmt: skip
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    chart = figures.interrupted(rows, panels=panels, unit=str(measure).lower())
    yield figures.figure(chart, name=f"{name}-months", title=title, description=description)
    columns = (say("Month"), *(say("%(site)s", site=one) for one in called))
    yield plain_table(
        f"{name}-months-table", title, columns,
        [(Cell(month), *(_value(held.get(month, OUTSIDE), found["is_rate"]) for held in points)) for month in months],
    )  # fmt: skip


def _value(value: Any, is_rate: bool) -> Cell:
    if isinstance(value, str):
        return nothing(value)
    return Cell(decimal_text(value, 1) if is_rate else count_text(value), Kind.NUMBER)


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
