"""Incidents month by month in the report: a figure for each measure, and all of them in one table, of what left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.reporting import figures
from throughline.reporting import incidents_words as words
from throughline.reporting.document import Block, Bullets, Cell, FigureBlock, Kind, Paragraph, say
from throughline.reporting.material import Plain
from throughline.reporting.tables import SUPPRESSED_NOTE, nothing, number, plain_table
from throughline.vocabulary.nothing import SUPPRESSED


def incidents(answer: Plain | None) -> Iterator[Block]:
    """Nothing where no incident was frozen."""
    if answer is None:
        return
    yield Paragraph(words.HEADING, is_heading=True)
    for found in answer["measures"]:
        for sentence in words.told(found, answer):
            yield Paragraph(sentence)
        if any(_is_number(one["count"]) for one in found["months"]):
            yield _figure(found, answer)
    yield _table(answer)
    yield from (Paragraph(one, is_note=True) for one in words.notes(answer))
    yield Bullets(say("What they cannot show"), words.cannot_show(answer))


def _figure(found: Plain, answer: Plain) -> FigureBlock:
    measure, panel = words.MEASURES[found["measure"]], str(words.ALL_OF_THEM)
    rows = [
        {"panel": panel, "month": one["month"], "value": one["count"] if _is_number(one["count"]) else None, "starts": answer["starts"]}
        for one in found["months"]
    ]  # fmt: skip
    name, title = f"incidents-{found['measure']}", say("%(measure)s, month by month", measure=measure)
    description = say(
        "A line over the months with a gap where nothing is known or told, and an upright line where the programme began. The numbers"
        " stand in the table that follows."
    )
    chart = figures.interrupted(rows, panels=[panel], unit=str(measure).lower())
    return figures.figure(chart, name=name, title=title, description=description)


def _table(answer: Plain) -> Block:
    months = {one["month"]: None for found in answer["measures"] for one in found["months"]}
    held = [{one["month"]: one["count"] for one in found["months"]} for found in answer["measures"]]
    columns = (say("Month"), *(words.MEASURES[found["measure"]] for found in answer["measures"]))
    rows = [(Cell(month), *(_cell(counts[month]) for counts in held)) for month in sorted(months)]
    is_hidden = any(cell.kind is Kind.SUPPRESSED for row in rows for cell in row)
    caption = say("Incidents of the whole programme, month by month")
    return plain_table("incidents", caption, columns, rows, [SUPPRESSED_NOTE] if is_hidden else ())


def _cell(count: Any) -> Cell:
    if _is_number(count):
        return number(count)
    return Cell(SUPPRESSED, Kind.SUPPRESSED) if count == SUPPRESSED else nothing(count)


def _is_number(count: Any) -> bool:
    return isinstance(count, int)
