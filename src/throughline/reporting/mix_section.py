"""Whether the same sort of people answered: who did, by site and wave, and each headline with the mix of before held still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from throughline.reporting import composition_words as words
from throughline.reporting import figures
from throughline.reporting.document import (
    Block,
    Bullets,
    Cell,
    FigureBlock,
    Kind,
    Paragraph,
    Section,
    TableBlock,
    say,
)
from throughline.reporting.groups_section import called, outcome_names
from throughline.reporting.labels import word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain
from throughline.reporting.sensitivity import NONE
from throughline.reporting.tables import SUPPRESSED_NOTE, number, plain_table
from throughline.reporting.wording import count_or_word, count_text, percent_text
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import OutcomeKind

LEAD = say(
    "People before and after need not be the same. Where their mix changed, the arms may differ for that alone. The headline stays "
    "the answer; beside it stands the same difference had each site's respondents after been mixed as those before."
)
COLUMNS = (
    say("Outcome"), say("Headline"), say("Those whose answer is known"), say("With the mix of before"), say("Interval"),
    say("Answers"), say("Not known"),
)  # fmt: skip
RARE = say("Answers that few gave at every site are not among the columns.")
KINDS = {NONE: Kind.NOTHING, SUPPRESSED: Kind.SUPPRESSED}


def mix(material: Material) -> Iterator[Section]:
    """One section where the freeze was asked who answered; none else."""
    if not material.mix:
        return
    names = outcome_names(material)
    blocks: list[Block] = [Paragraph(LEAD)]
    assumed: dict[Sentence, None] = {}
    for place, found in enumerate(material.mix):
        blocks += _attribute(found, f"mix-{place}", names)
        assumed |= dict.fromkeys(words.assumptions(found))
    if assumed:
        blocks.append(Bullets(say("What this takes for granted, and cannot show"), tuple(assumed)))
    is_told = any(row["found"] for found in material.mix for row in found["estimates"])
    marks = frozenset({Mark.ANCILLARY} if is_told else ())
    yield Section("mix", say("Whether the same sort of people answered"), tuple(blocks), marks)


def _attribute(found: Plain, name: str, names: Mapping[str, str]) -> Iterator[Block]:
    attribute = called(found["attribute"], names)
    yield Paragraph(say("%(attribute)s", attribute=attribute.capitalize()), is_heading=True)
    yield Paragraph(words.standing(found), is_note=True)
    yield _who(found, f"{name}-who", attribute)
    told = [row for row in found["estimates"] if row["found"]]
    drawn = [row for row in told if row["kind"] == OutcomeKind.BINARY]
    if drawn:
        yield _figure(drawn, name, names)
    if told:
        caption = say(
            "The headline, and the same with each site's mix of before, over the answers to “%(attribute)s”", attribute=attribute
        )  # fmt: skip
        yield plain_table(f"{name}-table", caption, COLUMNS, [_cells(row, names) for row in told])
    for sentence in words.beside_adjusted(found):
        yield Paragraph(sentence, is_note=True)
    refused = tuple(
        say("%(outcome)s: %(why)s", outcome=called(row["outcome"], names), why=words.refusal(row))
        for row in found["estimates"]
        if row["refused"]
    )
    if refused:
        yield Bullets(say("Not told"), refused)


def _who(found: Plain, name: str, attribute: str) -> TableBlock:
    """Sites and waves as rows, answers as columns: the share of those who told."""
    values = [words.value_name(found, value) for value in found["values"]]
    columns = (
        say("Site"), say("Arm"), say("Wave"), *(say("%(value)s", value=value) for value in values), say("Of"),
    )  # fmt: skip
    rows = [
        (
            Cell(one["site"]),
            Cell(word(one["arm"])),
            Cell(word(one["wave"])),
            *(_share(count, one["n"]) for count in one["counts"]),
            number(one["n"]),
        )
        for one in found["who"]
    ]
    is_hidden = any(count is None for one in found["who"] for count in (*one["counts"], one["n"]))
    return plain_table(
        name,
        say(
            "Who answered, by site and wave: answers to “%(attribute)s”, of those who told",
            attribute=attribute,
        ),
        columns,
        rows,
        (*([SUPPRESSED_NOTE] if is_hidden else []), *([RARE] if found.get("has_rare") else [])),
    )


def _share(count: int | None, of: int | None) -> Cell:
    """`46% (41)`; suppressed where either count is."""
    if count is None or of is None:
        return Cell(SUPPRESSED, Kind.SUPPRESSED)
    if not of:
        return Cell(NONE, Kind.NOTHING)
    return Cell(f"{percent_text(min(1.0, count / of))} ({count_text(count)})", Kind.NUMBER)


def _cells(row: Plain, names: Mapping[str, str]) -> tuple[Cell, ...]:
    counts = (row["found"]["contrast"]["n"], row["found"]["unknown"])
    return (
        Cell(called(row["outcome"], names)),
        *(Cell(text, KINDS.get(text, Kind.NUMBER)) for text in words.estimate_cells(row)),
        *(Cell(count_or_word(n), Kind.SUPPRESSED if n == SUPPRESSED else Kind.NUMBER) for n in counts),
    )


def _figure(rows: list[Plain], name: str, names: Mapping[str, str]) -> FigureBlock:
    points = [
        {
            "label": called(row["outcome"], names), "value": 100 * told["difference"],
            "low": 100 * told["interval"]["low"], "high": 100 * told["interval"]["high"],
        }
        for row in rows
        for told in [row["found"]["contrast"]]
    ]  # fmt: skip
    title = say("The difference between the arms with the mix of before held still")
    description = say(
        "A point with its interval for each outcome; the numbers, and the headline beside them, stand in the table that follows."
    )
    chart = figures.forest(points, unit=str(say("difference with the mix of before, percentage points")))
    return figures.figure(chart, name=name, title=title, description=description)
