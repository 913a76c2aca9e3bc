"""Components that began at sites in different months, in the report: from the months that left, each by its own dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from throughline.reporting import figures
from throughline.reporting import staggered_words as words
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
from throughline.reporting.labels import word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain
from throughline.reporting.tables import plain_table
from throughline.reporting.wording import count_text, missing_words, sentence_of, sentences_of
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import OutcomeSourceKind

LEAD = say(
    "Sites begin a component in different months. Those that began are set against those that had not begun yet, from the month "
    "before on; the months are those that left, and a site of which a month is suppressed is in no number."
)
COLUMNS = (
    say("Measure"), say("Sites that began"), say("Average change"), say("At least as far, of all ways to deal the dates"),
    say("Months with a value"), say("Missing"),
)  # fmt: skip


def components(material: Material) -> Iterator[Section]:
    """One section where components have dates at sites of the study; none else."""
    if not material.components:
        return
    blocks: list[Block] = [
        Paragraph(LEAD),
        Paragraph(sentence_of(material.components[0]["standing"]), is_note=True),
    ]
    assumed: dict[Sentence, None] = {}
    limits: dict[Sentence, None] = {}
    shown = _shown_first(material)
    for place, found in enumerate(material.components):
        blocks += _component(found, f"component-{place}", shown)
        for one in found["measures"]:
            assumed |= dict.fromkeys(words.assumptions(one))
            if one["found"]:
                limits |= dict.fromkeys(
                    sentences_of([one["found"]["no_interval"], one["found"]["cannot_show"]])
                )
    if assumed:
        blocks.append(Bullets(say("These averages take for granted"), tuple(assumed)))
        blocks.append(Bullets(say("What they cannot show"), tuple(limits)))
    marks = frozenset({Mark.ANCILLARY} if assumed else ())
    yield Section("components", say("What changed where a component began"), tuple(blocks), marks)


def _shown_first(material: Material) -> list[str]:
    """Measures in the order in which one is drawn: those that the study names as outcomes, planned ones first."""
    outcomes = [one.found["outcome"] for one in material.estimates]
    named = [one for one in outcomes if one["source"] == OutcomeSourceKind.MONITORING]
    return [one["measure"] for one in sorted(named, key=lambda one: not one["is_planned"])]


def _component(found: Plain, name: str, shown: list[str]) -> Iterator[Block]:
    yield Paragraph(words.component_name(found["component"]), is_heading=True)
    yield _dates(found, name)
    held = [one for one in found["measures"] if one["found"]]
    if held:
        caption = say("Since it began, against sites that had not begun it yet: %(component)s", component=words.component_name(found["component"]))  # fmt: skip
        yield plain_table(f"{name}-table", caption, COLUMNS, [_summary(one) for one in held])
        drawn = min(
            held, key=lambda one: shown.index(one["measure"]) if one["measure"] in shown else len(shown)
        )
        if drawn["found"]["n_begun"] > 1:  # of one site the months are no average
            yield from _since(drawn, f"{name}-since")
    for sentence in _notes(found):
        yield Paragraph(sentence, is_note=True)
    if found["beside"]:
        lead = say(
            "These ran at the same sites at the same time, and what changed may be of either: they are not told apart"
        )
        yield Bullets(lead, tuple(dict.fromkeys(words.beside(one) for one in found["beside"])))


def _notes(found: Plain) -> Iterator[Sentence]:
    """Why a measure is not told, what stayed out of it, and why a count is no rate."""
    held: dict[Sentence, list[str]] = {}
    for one in found["measures"]:
        said = [left["reason"] for left in one["found"]["left_out"]] if one["found"] else [one["refused"]]
        said += [*one["notes"], *([one["why_counts"]] if one["why_counts"] else [])]
        for sentence in sentences_of(said):
            held.setdefault(sentence, []).append(str(words.measure_name(one)))
    for sentence, measures in held.items():
        if len(measures) == len(found["measures"]):
            yield sentence
        else:
            yield say("%(measures)s: %(why)s", measures="; ".join(dict.fromkeys(measures)), why=sentence)


def _dates(found: Plain, name: str) -> TableBlock:
    rows = [
        (
            Cell(one["name"]),
            Cell(word(one["arm"])),
            Cell(str(one["from_on"])),
            Cell(str(one["to_on"])) if one["to_on"] else Cell(say("still running"), Kind.TEXT),
        )
        for one in found["spells"]
    ]
    columns = (say("Site"), say("Arm"), say("From"), say("To"))
    caption = say("Where it ran: %(component)s", component=words.component_name(found["component"]))
    return plain_table(f"{name}-dates", caption, columns, rows)


def _summary(one: Plain) -> tuple[Cell, ...]:
    answer = one["found"]
    dealt = answer["permutation"]
    return (
        Cell(words.measure_name(one)),
        Cell(count_text(answer["n_begun"]), Kind.NUMBER),
        Cell(words.change_text(one, answer["overall"]), Kind.NUMBER),
        Cell(f"{count_text(dealt['as_far'])} of {count_text(dealt['ways'])}", Kind.NUMBER),
        Cell(count_text(answer["n"]), Kind.NUMBER),
        Cell(missing_words(answer["missing"])),
    )


def _since(one: Plain, name: str) -> Iterator[Block]:
    """One measure by months since the start: drawn, and in a table."""
    points: list[Mapping[str, float]] = [
        {"since": point["since"], "value": point["att"] * (100 if one["is_share"] else 1)}
        for point in one["found"]["since_start"]
    ]
    measure = words.measure_name(one)
    title = say("%(measure)s, by months since the start", measure=measure)
    description = say(
        "A point for each month before and after the start: how far the sites that had begun lie from those that had not; the "
        "numbers stand in the table that follows."
    )
    unit = "percentage points" if one["is_share"] else str(measure).lower()
    chart = figures.since_start(points, unit=f"change, {unit}")
    yield FigureBlock(
        name,
        title,
        description,
        figures.draw(chart, name=name, title=str(title), description=str(description)),
    )
    rows = [
        (
            Cell(
                count_text(point["since"]) if point["since"] >= 0 else f"\N{MINUS SIGN}{-point['since']}",
                Kind.NUMBER,
            ),
            Cell(words.change_text(one, point["att"]), Kind.NUMBER),
            Cell(count_text(point["n_sites"]), Kind.NUMBER),
        )
        for point in one["found"]["since_start"]
    ]
    columns = (say("Months since the start"), say("More than at sites not begun yet"), say("Sites"))
    caption = say("%(measure)s: before the start nothing should be found", measure=measure)
    yield plain_table(f"{name}-table", caption, columns, rows)
