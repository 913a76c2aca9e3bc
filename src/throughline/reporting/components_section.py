"""Components that began at sites in different months, in the report: from the months that left, each by its own dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from throughline.reporting.sensitivity import NONE
from throughline.reporting.tables import plain_table
from throughline.reporting.wording import count_text, day_text, missing_words, sentence_of, sentences_of
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.speech import MINUS
from throughline.vocabulary.study import OutcomeSourceKind

LEAD = say(
    "Sites begin a component in different months. Those that began are set against those that had not begun yet, from the month "
    "before on; the months are those that left, and a site of which a month is suppressed is in no number."
)
COLUMNS = (
    say("Component"), say("Measure"), say("Sites"), say("Change"), say("As far"), say("Months"), say("Missing"),
)  # fmt: skip
NOT_APART = say(
    "These ran at the same site at the same time, and what changed there may be of any of them: they are not told apart"
)


def components(material: Material) -> Iterator[Section]:
    """One section where components have dates at sites of the study; none else."""
    if not material.components:
        return
    held = [(found, one) for found in material.components for one in found["measures"] if one["found"]]
    blocks: list[Block] = [
        Paragraph(LEAD),
        Paragraph(sentence_of(material.components[0]["standing"]), is_note=True),
        _dates(material.components),
    ]
    beside = tuple(_beside(material.components))
    if beside:
        blocks.append(Bullets(NOT_APART, beside))
    if held:
        caption = say(
            "The average change at the sites that began, against those that had not begun yet; in how many of all ways to deal the dates "
            "it lies at least as far from none; and months of sites with a value"
        )
        blocks.append(plain_table("components-table", caption, COLUMNS, [_summary(*one) for one in held]))
        blocks += _since(held, _shown_first(material))
    blocks += [Paragraph(sentence, is_note=True) for sentence in _notes(material.components)]
    if held:
        assumed = dict.fromkeys(told for _, one in held for told in words.assumptions(one))
        limits = dict.fromkeys(
            told for _, one in held for told in sentences_of([one["found"]["no_interval"], one["found"]["cannot_show"]])
        )  # fmt: skip
        blocks.append(Bullets(say("These averages take for granted"), tuple(assumed)))
        blocks.append(Bullets(say("What they cannot show"), tuple(limits)))
    marks = frozenset({Mark.ANCILLARY} if held else ())
    yield Section("components", say("What changed where a component began"), tuple(blocks), marks)


def _shown_first(material: Material) -> list[str]:
    """Measures in the order in which one is drawn: those that the study names as outcomes, planned ones first."""
    outcomes = [one.found["outcome"] for one in material.estimates]
    named = [one for one in outcomes if one["source"] == OutcomeSourceKind.MONITORING]
    return [one["measure"] for one in sorted(named, key=lambda one: not one["is_planned"])]


def _dates(found: Sequence[Plain]) -> TableBlock:
    rows = [
        (
            Cell(words.component_name(part["component"])),
            Cell(one["name"]),
            Cell(word(one["arm"])),
            Cell(day_text(str(one["from_on"]))),
            Cell(day_text(str(one["to_on"]))) if one["to_on"] else Cell(say("still running")),
        )
        for part in found
        for one in part["spells"]
    ]
    columns = (say("Component"), say("Site"), say("Arm"), say("From"), say("To"))
    return plain_table("components-dates", say("Where each component ran"), columns, rows)


def _beside(found: Sequence[Plain]) -> Iterator[Sentence]:
    """Site by site, the components that ran there beside others."""
    sites: dict[str, dict[str, None]] = {}
    for part in found:
        for one in part["beside"]:
            held = sites.setdefault(one["spell"]["name"], {})
            held |= {part["component"]: None, one["spell"]["component"]: None}
    for site, named in sites.items():
        told = ", ".join(str(words.component_name(one)).lower() for one in named)
        yield say("%(site)s: %(components)s.", site=site, components=told)


def _summary(found: Plain, one: Plain) -> tuple[Cell, ...]:
    answer = one["found"]
    dealt = answer["permutation"]
    return (
        Cell(words.component_name(found["component"])),
        Cell(words.measure_name(one)),
        Cell(count_text(answer["n_begun"]), Kind.NUMBER),
        Cell(words.change_text(one, answer["overall"]), Kind.NUMBER),
        Cell(
            say("%(n)s of %(of)s", n=count_text(dealt["as_far"]), of=count_text(dealt["ways"])), Kind.NUMBER
        ),
        Cell(count_text(answer["n"]), Kind.NUMBER),
        Cell(missing_words(answer["missing"])),
    )


def _since(held: Sequence[tuple[Plain, Plain]], shown: Sequence[str]) -> Iterator[Block]:
    """One measure by months since the start: drawn for each component that two sites began or more, and in one table.

    Of one site the months are no average, and stand in no drawing.
    """
    several = [(found, one) for found, one in held if one["found"]["n_begun"] > 1]
    there = {one["measure"] for _, one in several}
    if not there:
        return
    chosen = min(there, key=lambda one: (shown.index(one) if one in shown else len(shown), one))
    drawn = [(found["component"], one) for found, one in several if one["measure"] == chosen]
    for component, one in drawn:
        yield _figure(component, one)
    points = [{point["since"]: point["att"] for point in one["found"]["since_start"]} for _, one in drawn]
    rows = [
        (
            Cell(count_text(since) if since >= 0 else f"{MINUS}{count_text(-since)}", Kind.NUMBER),
            *(
                Cell(words.change_text(one, held_at[since]), Kind.NUMBER)
                if since in held_at
                else Cell(NONE, Kind.NOTHING)
                for (_, one), held_at in zip(drawn, points, strict=True)
            ),
        )
        for since in sorted({since for held_at in points for since in held_at})
    ]
    columns = (say("Months since the start"), *(words.component_name(component) for component, _ in drawn))
    caption = say(
        "%(measure)s, more than at sites that had not begun yet, by months since the start; before it nothing should be found",
        measure=words.measure_name(drawn[0][1]),
    )
    yield plain_table("components-since", caption, columns, rows)


def _figure(component: str, one: Plain) -> FigureBlock:
    points = [
        {"since": point["since"], "value": point["att"] * (100 if one["is_share"] else 1)}
        for point in one["found"]["since_start"]
    ]
    name, measure = f"since-{component}", words.measure_name(one)
    title = say(
        "%(component)s: %(measure)s, by months since the start",
        component=words.component_name(component), measure=str(measure).lower(),
    )  # fmt: skip
    description = say(
        "A point for each month before and after the start: how far the sites that had begun lie from those that had not; the "
        "numbers stand in the table that follows."
    )
    chart = figures.since_start(
        points, unit=str(say("percentage points") if one["is_share"] else say("change"))
    )
    return figures.figure(chart, name=name, title=title, description=description)


def _notes(found: Sequence[Plain]) -> Iterator[Sentence]:
    """Why a measure is not told, what stayed out of it, and why a count is no rate: each once, with where it holds."""
    held: dict[Sentence, list[str]] = {}
    whole = sum(len(part["measures"]) for part in found)
    for part in found:
        for one in part["measures"]:
            said = [left["reason"] for left in one["found"]["left_out"]] if one["found"] else [one["refused"]]
            said += [*one["notes"], *([one["why_counts"]] if one["why_counts"] else [])]
            where = f"{words.component_name(part['component'])}, {str(words.measure_name(one)).lower()}"
            for sentence in sentences_of(said):
                held.setdefault(sentence, []).append(where)
    for sentence, named in held.items():
        places = list(dict.fromkeys(named))
        if len(places) == whole:
            yield sentence
        else:
            yield say("%(why)s (%(where)s)", where="; ".join(places), why=sentence)
