"""Referrals as counts, by arm and phase: made, accepted, entered, and what is open or unknown."""

from __future__ import annotations

from typing import Any

from throughline.evaluation.units import KNOWN_DAYS
from throughline.methods.suppression import ProtectedTable
from throughline.methods.table import ALL, Key
from throughline.reporting.document import Block, Cell, Paragraph, say
from throughline.reporting.labels import group_words
from throughline.reporting.material import Material, Referrals
from throughline.reporting.tables import notes, number, ordered, plain_table, share
from throughline.reporting.wording import percent_text
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED, SUPPRESSED_LABEL
from throughline.vocabulary.study import Step

LAST_DAY = max(KNOWN_DAYS)
MERGED = say(
    "What is still open and what nobody told the end of stand in one column: of each alone there are too few to be shown."
)


def told(material: Material) -> list[Block]:
    """The table, with what is merged in it; or that no count of referrals by arm and phase left."""
    tables = [one for one in (material.referrals.accepted, material.referrals.entered) if one is not None]
    if not tables:
        return [Paragraph(say("Counts of referrals by arm and phase did not leave."), is_note=True)]
    groups = ordered({key[:-1] for table in tables for key in table.cells if ALL not in key[:-1]})
    columns = (
        say("Group"), say("Made"), say("Accepted"), say("Share accepted"), say("Not accepted"), say("Still open or unknown"),
        say("Entered by day %(day)s", day=LAST_DAY), say("Share entered"),
    )  # fmt: skip
    caption = say(
        "Referrals made in the study, by arm and phase: accepted, and entered of all that were made"
    )
    rows = [_row(material, group) for group in groups]
    return [
        plain_table("referrals-table", caption, columns, rows, notes(tables)),
        Paragraph(MERGED, is_note=True),
    ]


def _row(material: Material, group: Key) -> tuple[Cell, ...]:
    accepted, entered = material.referrals.accepted, material.referrals.entered
    made = _count(accepted if accepted is not None else entered, group, ALL)
    taken, came = _count(accepted, group, "yes"), _count(entered, group, "yes")
    return (
        Cell(group_words(group)), number(made), number(taken), share(taken, made), number(_count(accepted, group, "no")),
        number(_count(accepted, group, "open_or_unknown")), number(came), share(came, made),
    )  # fmt: skip


def _count(table: ProtectedTable | None, group: Key, value: str) -> int | None:
    """A count as it left; a value that the table does not hold was counted for nobody."""
    if table is None:
        return None
    cell = table.cells.get((*group, value))
    return 0 if cell is None else cell.count


def rows(counts: Referrals) -> list[dict[str, Any]]:
    """Counts of referrals by arm and phase as they left, in plain values; none where no table did."""
    tables = [one for one in (counts.accepted, counts.entered) if one is not None]
    found = []
    for group in ordered({key[:-1] for table in tables for key in table.cells if ALL not in key[:-1]}):
        made = _count(counts.accepted if counts.accepted is not None else counts.entered, group, ALL)
        told = {
            "made": made, "accepted": _count(counts.accepted, group, "yes"), "not_accepted": _count(counts.accepted, group, "no"),
            "open_or_unknown": _count(counts.accepted, group, "open_or_unknown"),
            f"entered_by_{LAST_DAY}": _count(counts.entered, group, "yes"),
        }  # fmt: skip
        found.append(
            {
                "group": list(group),
                **{name: SUPPRESSED if count is None else count for name, count in told.items()},
            }
        )
    return found


def step_sentences(material: Material, step: str) -> tuple[Sentence, ...]:
    """The shares of referrals that were accepted, or entered, by arm and phase; of other steps nothing."""
    tables = {Step.ACCEPTED: material.referrals.accepted, Step.ENTERED: material.referrals.entered}
    table = tables.get(Step(step))
    if table is None:
        return ()
    sentences = []
    for group in ordered({key[:-1] for key in table.cells if ALL not in key[:-1] and "none" not in key[:-1]}):
        made, yes = _count(table, group, ALL), _count(table, group, "yes")
        if made == 0:
            continue
        shown = SUPPRESSED_LABEL if made is None or yes is None else percent_text(min(1.0, yes / made))
        if step == Step.ENTERED:
            sentences.append(
                say("%(group)s: %(share)s of referrals made, by day %(day)s", group=group_words(group), share=shown, day=LAST_DAY)
            )  # fmt: skip
        else:
            sentences.append(
                say("%(group)s: %(share)s of referrals made", group=group_words(group), share=shown)
            )
    return tuple(sentences)
