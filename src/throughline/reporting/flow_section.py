"""Who took part: the flow diagram of each survey wave, and its numbers in a table."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.evaluation.questions.respondents import EACH_RESPONSE
from throughline.reporting.document import Block, Cell, FigureBlock, Paragraph, Section, say
from throughline.reporting.flow_figure import Column, flow_diagram
from throughline.reporting.flow_left import Steps, steps_of
from throughline.reporting.labels import HEADS, word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, WaveFlow
from throughline.reporting.tables import notes, nothing, number, plain_table
from throughline.reporting.wording import count_text
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED_LABEL, Nothing

LEAD = say(
    "Each wave from who was approached to who is analysed, as it stood when the data were frozen. Nobody is counted in two "
    "waves as the same person, and nobody's identity was kept with an approach."
)
FILES = say(
    "Answers that came as files are complete from the start: how many were approached for them is not recorded here."
)
# Steps in their order, and whether one is of people who were approached here.
ROWS: tuple[tuple[Sentence, str, bool], ...] = (
    (say("Approached"), "approached", True), (say("Not eligible"), "not_eligible", True), (say("Eligible"), "eligible", True),
    (say("Refused"), "refused", True), (say("Agreed to take part"), "agreed", True), (say("Not complete"), "not_complete", True),
    (say("From files"), "elsewhere", False), (say("Complete"), "complete", False), (say("Left out"), "left_out", False),
    (say("Analysed"), "analysed", False),
)  # fmt: skip


def who_took_part(material: Material) -> Iterator[Section]:
    """One section where a freeze holds waves; the mark only where a wave's numbers left."""
    if not material.flow:
        return
    blocks: list[Block] = [Paragraph(LEAD), Paragraph(EACH_RESPONSE, is_note=True)]
    is_told = False
    for place, flow in enumerate(material.flow):
        arms = list(steps_of(flow))
        blocks.append(Paragraph(_heading(flow), is_heading=True))
        if flow.table is None or not arms:
            blocks.append(
                Paragraph(
                    say("The numbers of this wave did not leave; the reason stands with what was refused.")
                )
            )
            continue
        is_told = True
        columns = [_column(str(HEADS[arm]), steps) for arm, steps in arms]
        blocks.append(_figure(flow, f"flow-{place}", columns))
        heads = (say("Step"), *(HEADS[arm] for arm, _ in arms))
        rows = [
            (Cell(name), *(_cell(steps, step, is_here) for _, steps in arms)) for name, step, is_here in ROWS
        ]
        blocks.append(
            plain_table(f"flow-{place}-table", say("The same numbers"), heads, rows, notes([flow.table]))
        )
        if any(steps.elsewhere != 0 for _, steps in arms):
            blocks.append(Paragraph(FILES, is_note=True))
    yield Section("flow", say("Who took part"), tuple(blocks), frozenset({Mark.FLOW} if is_told else ()))


def _heading(flow: WaveFlow) -> Sentence:
    return say("Wave %(wave)s, in the phase %(phase)s", wave=flow.wave, phase=word(flow.phase))


def _cell(steps: Steps, step: str, is_here: bool) -> Cell:
    if is_here and not steps.has_approaches:
        return nothing(Nothing.NOT_RECORDED.value)
    return number(getattr(steps, step))


def _told(count: int | None) -> str:
    return str(SUPPRESSED_LABEL) if count is None else count_text(count)


def _column(name: str, steps: Steps) -> Column:
    """Of answers that came as files alone the diagram begins with those that are complete."""
    late = ((str(say("Complete")), _told(steps.complete)), (str(say("Analysed")), _told(steps.analysed)))
    out = _line(say("Left out: %(n)s", n=_told(steps.left_out)), steps.left_out)
    if not steps.has_approaches:
        return Column(name, late, (out,))
    files = _line(say("From files: %(n)s", n=_told(steps.elsewhere)), steps.elsewhere)
    return Column(
        name,
        (
            (str(say("Approached")), _told(steps.approached)), (str(say("Eligible")), _told(steps.eligible)),
            (str(say("Agreed to take part")), _told(steps.agreed)), *late,
        ),
        (
            _line(say("Not eligible: %(n)s", n=_told(steps.not_eligible)), steps.not_eligible),
            _line(say("Refused: %(n)s", n=_told(steps.refused)), steps.refused),
            _line(say("Not complete: %(n)s", n=_told(steps.not_complete)), steps.not_complete) + files,
            out,
        ),
    )  # fmt: skip


def _line(words: Sentence, count: int | None) -> tuple[str, ...]:
    return () if count == 0 else (str(words),)


def _figure(flow: WaveFlow, name: str, columns: list[Column]) -> FigureBlock:
    title = say("%(wave)s: from who was approached to who is analysed", wave=_heading(flow))
    description = say("A box for each step, arms side by side; the numbers stand in the table that follows.")
    svg = flow_diagram(columns, name=name, title=str(title), description=str(description))
    return FigureBlock(name, title, description, svg)
