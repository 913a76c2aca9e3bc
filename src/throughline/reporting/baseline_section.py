"""The arms before the programme, as they left: each variable by arm, with the standardised difference and no test of it."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.reporting import baseline_words as words
from throughline.reporting.document import Block, Bullets, Cell, Kind, Paragraph, Section, say
from throughline.reporting.labels import word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain
from throughline.reporting.tables import nothing, plain_table
from throughline.reporting.wording import count_or_word
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.study import ArmKind

LEAD = say("The table describes the arms before the programme; it tests nothing and has no interval.")
COLUMNS = (
    say("Variable"), say("Intervention"), say("Recorded"), say("Without a value"), say("Comparison"), say("Recorded"),
    say("Without a value"), say("Standardised difference"),
)  # fmt: skip


def baseline(material: Material) -> Iterator[Section]:
    """One section where something was recorded before and the freeze was asked for it; none else."""
    rows = [one["row"] for one in material.baseline]
    if not rows:
        return
    told = [row for row in rows if is_told(row)]
    blocks: list[Block] = [Paragraph(LEAD)]
    if told:
        caption = say("Before the programme, by arm, of those with a value")
        blocks.append(
            plain_table("baseline", caption, COLUMNS, [line for row in told for line in _lines(row)])
        )
        blocks += [
            Paragraph(words.FORMULA, is_note=True),
            *(Paragraph(one, is_note=True) for one in words.notes(told)),
        ]
    refused = tuple(dict.fromkeys(one for row in rows if (one := words.refusal(row)) is not None))
    if refused:
        blocks.append(Bullets(say("What is not told, or has no difference"), refused))
    marks = {Mark.BASELINE} if told else set()
    if any(row["difference"] is not None for row in told):
        marks.add(Mark.ALIKE)
    yield Section("baseline", say("How the arms were before"), tuple(blocks), frozenset(marks))


def is_told(row: Plain) -> bool:
    """Whether anything of it left but its name."""
    return ArmKind.INTERVENTION.value in row


def _lines(row: Plain) -> Iterator[tuple[Cell, ...]]:
    """A line for each value; what is told of the whole variable stands on each."""
    apart = words.difference_text(row)
    difference = nothing(apart.value) if isinstance(apart, Nothing) else Cell(apart, Kind.NUMBER)
    for what, mine, theirs in words.lines(row):
        yield (
            Cell(_named(row["name"], what)),
            _told(mine),
            *_held(row, ArmKind.INTERVENTION),
            _told(theirs),
            *_held(row, ArmKind.COMPARISON),
            difference,
        )


def _named(name: str, what: str) -> Sentence:
    of_it = {"mean": say("mean (SD)"), "yes": say("yes")}.get(what) or say("%(value)s", value=word(what))
    return say("%(name)s: %(what)s", name=name, what=of_it)


def _told(text: str) -> Cell:
    return Cell(text, Kind.SUPPRESSED if text == SUPPRESSED else Kind.NUMBER)


def _held(row: Plain, arm: ArmKind) -> tuple[Cell, Cell]:
    return _told(count_or_word(row[arm.value]["n"])), Cell(words.missing_of(row, arm))
