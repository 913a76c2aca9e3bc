"""Officers' and workers' attitudes in a report: of what left, with what it takes for granted and cannot show."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.reporting import attitudes_words as words
from throughline.reporting.document import Block, Bullets, Cell, Kind, Paragraph, Section, say
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material
from throughline.reporting.sensitivity import NONE
from throughline.reporting.tables import plain_table
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.sentences import percent

LEAD = say(
    "What officers and workers answered to a questionnaire before and after, beside the line and no step of it. Numbers of people are"
    " told coarsely. The change of the same people is of those whose two questionnaires are known to be theirs; the change of"
    " site means is of all, every site weighing the same. Intervals are of %(level)s, over sites.",
    level=percent(0.95),
)
COLUMNS = (
    say("Group"),
    say("Sites"),
    say("Before"),
    say("After"),
    say("Both"),
    say("Mean before"),
    say("Mean after"),
    say("Same people changed by (interval)"),
    say("In SDs of before"),
    say("Site means changed by (interval)"),
)


def attitudes(material: Material) -> Iterator[Section]:
    """One section where attitudes were recorded; none else."""
    answer = material.attitudes
    if answer is None or not answer["rows"]:
        return
    blocks: list[Block] = [Paragraph(LEAD)]
    for place, key in enumerate(dict.fromkeys(words.key_of(row) for row in answer["rows"])):
        rows = [row for row in answer["rows"] if words.key_of(row) == key]
        blocks.append(Paragraph(words.title(key), is_heading=True))
        cells = [
            (Cell(words.group_name(row)), Cell(words.arm_name(row)), *map(_told, words.few_cells(row)))
            for row in rows
        ]
        blocks.append(plain_table(f"attitudes-{place}", words.direction(rows[0]), COLUMNS, cells))
        blocks += [Paragraph(words.contrast(one)) for one in answer["contrasts"] if words.key_of(one) == key]
        blocks.append(Bullets(say("Who has no score"), tuple(map(words.without_score, rows))))
        reasons = tuple(dict.fromkeys(one for row in rows for one in words.reasons(row)))
        if reasons:
            blocks.append(Bullets(say("Where something is not told, or has no interval"), reasons))
    blocks.append(Bullets(say("These changes take for granted"), words.assumptions(answer)))
    blocks.append(Bullets(say("What they cannot show"), words.cannot_show(answer)))
    is_told = any(row["paired"] or row["sites"] for row in answer["rows"])
    yield Section(
        "attitudes", say("Attitudes before and after"), tuple(blocks), frozenset({Mark.ANCILLARY} if is_told else ())
    )  # fmt: skip


def _told(text: str) -> Cell:
    if text == NONE:
        return Cell(text, Kind.NOTHING)
    return Cell(text, Kind.SUPPRESSED if text == SUPPRESSED else Kind.NUMBER)
