"""Effects by group in the report: whether the arms differ more among some respondents than among the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from throughline.reporting import figures, subgroups
from throughline.reporting.document import Block, Bullets, Cell, FigureBlock, Kind, Paragraph, Section, say
from throughline.reporting.labels import word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain
from throughline.reporting.tables import plain_table
from throughline.reporting.wording import missing_words, name_of
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import OutcomeKind

LEAD = say(
    "Of each survey outcome, the difference of the arms among those who gave an answer is set against that among all others whose "
    "answer is known. Groups are compared with each other, never one interval with another. None is adjusted for anything. "
    "An estimate is told where enough people of both groups answered at every site."
)
COLUMNS = (
    say("Outcome"), say("Group"), say("In the group"), say("Among the others"), say("Difference"), say("Interval"),
    say("Degrees of freedom"),
)  # fmt: skip
CANNOT_SHOW = (
    say(
        "Whoever looks at many groups finds some that differ. Only planned groups were chosen before the data."
    ),
    say("That no difference is found does not show that there is none."),
    say("It does not show why groups differ: who is in one may differ in what was not asked, too."),
)


def groups(material: Material) -> Iterator[Section]:
    """One section where respondents can be told apart; none else."""
    if not material.groups:
        return
    names = outcome_names(material)
    blocks: list[Block] = [Paragraph(LEAD)]
    assumed: dict[Sentence, None] = {}
    for place, found in enumerate(material.groups):
        blocks += _attribute(found, f"groups-{place}", names)
        assumed |= dict.fromkeys(subgroups.assumptions(found))
    if assumed:
        blocks.append(Bullets(say("These comparisons take for granted"), tuple(assumed)))
    blocks.append(Bullets(say("What they cannot show"), CANNOT_SHOW))
    is_told = any(row["found"] for found in material.groups for row in found["rows"])
    marks = frozenset({Mark.ANCILLARY} if is_told else ())
    yield Section("groups", say("Whether it differed between groups of people"), tuple(blocks), marks)


def outcome_names(material: Material) -> dict[str, str]:
    """By code, as the estimates call them; an attribute that is an outcome is called so too."""
    outcomes = [one.found["outcome"] for one in material.estimates]
    return {one["measure"]: one["name"] for one in outcomes} | {one["code"]: one["name"] for one in outcomes}


def called(code: str, names: Mapping[str, str]) -> str:
    """An attribute's name."""
    return names.get(code) or code.replace("_", " ").replace("-", ": ")


def _attribute(found: Plain, name: str, names: Mapping[str, str]) -> Iterator[Block]:
    yield Paragraph(say("%(attribute)s", attribute=called(found["by"], names).capitalize()), is_heading=True)
    outcomes = [
        {**row, "outcome": {**row["outcome"], "name": called(row["outcome"]["code"], names)}}
        for row in found["rows"]
    ]
    yield Paragraph(
        say(
            "%(standing)s Respondents whose group is not known, and who are in none: %(unknown)s.",
            standing=_sentence(str(subgroups.standing({**found, "rows": outcomes}))),
            unknown=missing_words(found["unknown"]),
        ),
        is_note=True,
    )
    told = [row for row in outcomes if row["found"]]
    drawn = [row for row in told if row["outcome"]["kind"] == OutcomeKind.BINARY]
    if drawn:
        yield _figure(drawn, found, name)
    if told:
        rows = [_cells(row, found) for row in told]
        caption = say(
            "The arms' difference in the group, among the others, and between them, by answer to “%(attribute)s”",
            attribute=called(found["by"], names),
        )
        yield plain_table(f"{name}-table", caption, COLUMNS, rows)
    refused: dict[Sentence | None, list[str]] = {}
    for row in outcomes:
        if not row["found"]:
            refused.setdefault(subgroups.refusal(row), []).append(
                f"{row['outcome']['name']}: {_group(row, found)}"
            )
    if refused:
        told_not = [say("%(why)s (%(rows)s)", why=why, rows="; ".join(some)) for why, some in refused.items()]
        yield Bullets(say("Not told"), tuple(told_not))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _group(row: Plain, found: Plain) -> str:
    if found["is_yes_no"]:
        return word("yes" if row["value"] else "no")
    return subgroups.group(row)


def _cells(row: Plain, found: Plain) -> tuple[Cell, ...]:
    outcome, _, *numbers = subgroups.cells(row)
    return (Cell(outcome), Cell(_group(row, found)), *(Cell(one, Kind.NUMBER) for one in numbers))


def _figure(rows: list[Any], found: Plain, name: str) -> FigureBlock:
    points = [
        {
            "label": name_of(row["outcome"]) + ("" if found["is_yes_no"] else f": {_group(row, found)}"),
            "value": 100 * difference["difference"], "low": 100 * difference["interval"]["low"],
            "high": 100 * difference["interval"]["high"],
        }
        for row in rows
        for difference in [row["found"]["difference"]]
    ]  # fmt: skip
    title = say("How far the group's difference of the arms lies from that of the others")
    description = say(
        "A point with its interval for each outcome; the numbers stand in the table that follows."
    )
    chart = figures.forest(points, unit=str(say("difference between groups, percentage points")))
    return figures.figure(chart, name=name, title=title, description=description)
