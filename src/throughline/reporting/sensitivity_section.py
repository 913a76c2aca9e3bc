"""How much hangs on the way of estimating: for each survey outcome its headline, and the same difference in other ways."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.reporting import sensitivity, wording
from throughline.reporting.document import Block, Bullets, Cell, Kind, Paragraph, Section, say
from throughline.reporting.marks import Mark
from throughline.reporting.material import Estimate, Material, Plain
from throughline.reporting.tables import plain_table
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED

LEAD = say(
    "The first line of each table is the answer: every site weighs the same. The others take each person's answer at the same "
    "sites, so that sites where more people answered weigh more. They stand beside the answer, not in its place."
)
COLUMNS = (say("Way"), say("Difference or ratio"), say("Interval"), say("Degrees of freedom"))


def beside_the_headline(material: Material) -> Iterator[Section]:
    """One section where a survey's outcome was asked for it; none else."""
    held = [one for one in material.estimates if one.beside is not None]
    if not held:
        return
    blocks: list[Block] = [Paragraph(LEAD)]
    assumed: dict[Sentence, None] = {}
    for place, estimate in enumerate(held):
        is_coarse = material.profile.rounding > 1
        blocks += _outcome(estimate, f"sensitivity-{place}", is_coarse)
        if estimate.beside is not None:
            assumed |= dict.fromkeys(sensitivity.assumptions(estimate.beside))
    if assumed:
        blocks.append(Bullets(say("These lines take for granted"), tuple(assumed)))
    is_told = any(line["estimate"] for one in held if one.beside for line in one.beside["lines"])
    marks = frozenset({Mark.ANCILLARY} if is_told else ())
    yield Section("sensitivity", say("How much hangs on the way of estimating"), tuple(blocks), marks)


def _outcome(estimate: Estimate, name: str, is_coarse: bool) -> Iterator[Block]:
    found, table = {**estimate.found, "is_coarse": is_coarse}, estimate.beside
    if table is None:
        return
    yield Paragraph(
        say("%(outcome)s", outcome=wording.name_of(found["outcome"]).capitalize()), is_heading=True
    )
    if table["refused"]:
        yield Paragraph(wording.sentence_of(table["refused"]))
        return
    kind, places = found["outcome"]["kind"], wording.places_of(found)
    rows = [
        sensitivity.headline_row(found, places),
        *(sensitivity.row(line, kind, places) for line in table["lines"]),
    ]
    has_p = any(row.p != sensitivity.NONE for row in rows)
    columns = (*COLUMNS, *([say("p")] if has_p else []), say("Answers"))
    cells = [
        (
            Cell(row.way),
            *(_told(text) for text in (row.estimate, row.interval, row.df)),
            *([_told(row.p)] if has_p else []),
            _told(row.n),
        )
        for row in rows
    ]
    yield plain_table(name, say("The same difference, estimated in several ways"), columns, cells)
    refused = tuple(say("%(way)s: %(why)s", way=row.way, why=row.refused) for row in rows if row.refused)
    if refused:
        yield Bullets(say("What was not estimated"), refused)
    yield from _differing(table, kind, places, name)
    without = sensitivity.range_without_site(table, kind, places)
    if without is not None:
        yield Paragraph(without)


def _differing(table: Plain, kind: str, places: int, name: str) -> Iterator[Block]:
    """What if those who did not answer would have answered worse."""
    found = table.get("differing")
    if table.get("differing_refused"):
        yield Paragraph(wording.sentence_of(table["differing_refused"]), is_note=True)
    if not found:
        return
    yield Paragraph(
        say(
            "Drawn answers resemble those that were given. If those of the intervention sites after were worse on average by as much "
            "as stands in the first column, the difference would be as follows."
        )
    )
    rows = [
        (
            Cell(sensitivity.worse_text(one["worse"], found)),
            Cell(wording.change_text(one["estimate"], kind, places), Kind.NUMBER),
            Cell(
                wording.from_to(
                    wording.change_text(one["interval"]["low"], kind, places),
                    wording.change_text(one["interval"]["high"], kind, places),
                ),
                Kind.NUMBER,
            ),
        )
        for one in found["steps"]
    ]
    columns = (say("Worse by"), say("Difference"), say("Interval"))
    yield plain_table(f"{name}-differing", say("If those who did not answer differ"), columns, rows)
    for sentence in sensitivity.turning(found):
        yield Paragraph(sentence)


def _told(text: str) -> Cell:
    if text == sensitivity.NONE:
        return Cell(text, Kind.NOTHING)
    return Cell(text, Kind.SUPPRESSED if text == SUPPRESSED else Kind.NUMBER)
