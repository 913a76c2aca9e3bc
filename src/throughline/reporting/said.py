"""What people said: theme coverage as n of N, and the joint display with the quotes that left."""

from __future__ import annotations

from throughline.methods.coverage import NO_SHARE, OWN_TURNS
from throughline.reporting import wording
from throughline.reporting.document import (
    Block,
    Cell,
    JointBlock,
    Kind,
    Paragraph,
    Quote,
    Section,
    TableBlock,
    say,
)
from throughline.reporting.labels import DIMENSIONS, JUDGEMENTS, STEPS, word
from throughline.reporting.line import step_sentences
from throughline.reporting.material import Material, Plain
from throughline.reporting.tables import number, plain_table
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED


def themes(material: Material) -> Section:
    """Coverage overall and by one attribute at a time; counts, no percentages."""
    blocks: list[Block] = [Paragraph(OWN_TURNS), Paragraph(NO_SHARE)]
    if not material.themes:
        blocks.append(Paragraph(say("No theme was written.")))
        return Section("themes", say("Themes"), tuple(blocks))
    rows = [
        (
            Cell(theme["name"]),
            Cell(word(theme["status"])),
            _covered(theme["overall"]),
            number(None if theme["overall"]["of"] == SUPPRESSED else theme["overall"]["unasked"]),
        )
        for theme in material.themes
    ]
    columns = (say("Theme"), say("Status"), say("Spoke of it"), say("Raised it unasked"))
    blocks.append(plain_table("coverage", say("Participants who spoke of each theme, n of N"), columns, rows))
    for name in material.themes[0]["by"]:
        blocks.append(_by(material, name))
    return Section("themes", say("Themes"), tuple(blocks))


def _by(material: Material, name: str) -> TableBlock:
    values = sorted({row["value"] for theme in material.themes for row in theme["by"][name]})
    rows = []
    for theme in material.themes:
        told = {row["value"]: row for row in theme["by"][name]}
        rows.append((Cell(theme["name"]), *(_covered(told.get(value)) for value in values)))
    columns = (say("Theme"), *(say("%(value)s", value=word(value)) for value in values))
    caption = say(
        "Participants who spoke of each theme, by %(attribute)s", attribute=DIMENSIONS[name].lower()
    )
    return plain_table(f"coverage-{name}", caption, columns, rows)  # fmt: skip


def _covered(row: Plain | None) -> Cell:
    if row is None:
        return Cell("not applicable", Kind.NOTHING)
    if row["of"] == SUPPRESSED:
        return Cell(SUPPRESSED, Kind.SUPPRESSED)
    return Cell(wording.coverage_text(row), Kind.NUMBER)


def joint(material: Material) -> Section:
    """A row for each step: numbers that left, themes, a person's judgement, quotes."""
    blocks: list[Block] = [
        Paragraph(
            say(
                "Numbers and words stand side by side; whether they fit was judged by a person. A quote carries only what "
                "enough participants share."
            )
        )
    ]
    blocks += [_joint_row(material, row) for row in material.joint]
    return Section("joint", say("Numbers beside words"), tuple(blocks))


def _joint_row(material: Material, row: Plain) -> JointBlock:
    said: list[Sentence] = []
    quotes: list[Quote] = []
    for beside in row["themes"]:
        theme = beside["theme"]
        said.append(_theme_words(theme, beside["judgement"]))
        quotes += material.quotes.get(theme["name"], ())
    judged = row["judgement"]
    judgement = say("Judged: %(judgement)s.", judgement=JUDGEMENTS[judged]) if judged else None
    return JointBlock(
        say("%(step)s", step=STEPS[row["step"]]),
        step_sentences(material, row["step"]),
        tuple(said),
        judgement,
        tuple(_once(quotes)),
    )


def _theme_words(theme: Plain, judgement: str | None) -> Sentence:
    if theme["overall"]["of"] == SUPPRESSED:
        spoke = say("%(theme)s: too few could have spoken of it to tell how many did.", theme=theme["name"])
    else:
        covered = wording.coverage_text(theme["overall"])
        spoke = say("%(theme)s: %(covered)s participants spoke of it.", theme=theme["name"], covered=covered)
    if judgement is None:
        return spoke
    return say("%(spoke)s Judged: %(judgement)s.", spoke=spoke, judgement=JUDGEMENTS[judgement])


def _once(quotes: list[Quote]) -> list[Quote]:
    return list(dict.fromkeys(quotes))
