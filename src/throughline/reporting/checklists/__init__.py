"""Checklists that a researcher chooses for a report: a file for each, and where the report tells each of their items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from throughline.reporting.checklists.coreq import COREQ
from throughline.reporting.checklists.gramms import GRAMMS
from throughline.reporting.checklists.kinds import Checklist, Item
from throughline.reporting.checklists.rtarg import RTARG
from throughline.reporting.checklists.srqr import SRQR
from throughline.reporting.checklists.tidier import TIDIER
from throughline.reporting.checklists.trend import TREND
from throughline.reporting.document import Block, ChecklistBlock, ChecklistRow, Paragraph, Section, say
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import Approach

CHECKLISTS: Mapping[str, Checklist] = {one.code: one for one in (TREND, TIDIER, GRAMMS, RTARG, COREQ, SRQR)}
NONE = "none"  # asked for in words, so that none is not taken for the default


def default_for(approaches: Iterable[str]) -> tuple[str, ...]:
    """By the approach of the study's analyses: RTARG where one is reflexive, COREQ where one is not."""
    found = set(approaches)
    chosen = [RTARG.code] if Approach.REFLEXIVE in found else []
    return (*chosen, COREQ.code) if found - {Approach.REFLEXIVE} else tuple(chosen)


def chosen_of(asked: Sequence[str]) -> tuple[str, ...]:
    """Codes of checklists, each once; none for `none`. Raises Invalid for one that there is not."""
    for code in asked:
        if code not in CHECKLISTS and code != NONE:
            known = ", ".join((*CHECKLISTS, NONE))
            raise Invalid(
                Sentence("There is no checklist %(name)s. There are: %(known)s.", name=code, known=known)
            )
    return tuple(dict.fromkeys(code for code in asked if code != NONE))


def section(chosen: Sequence[str], sections: Sequence[Section]) -> Iterator[Section]:
    """One section with a table for each checklist; none where none was chosen."""
    if not chosen:
        return
    lead = say(
        "Each item in a few words of ours, with its official number; the words that count are in the source. “Told” says where"
        " this report tells of it, not how well."
    )
    blocks: list[Block] = [Paragraph(lead)]
    for code in chosen:
        blocks += _told(CHECKLISTS[code], sections)
    yield Section("checklists", say("Checklists"), tuple(blocks))


def _told(checklist: Checklist, sections: Sequence[Section]) -> Iterator[Block]:
    yield Paragraph(say("%(name)s", name=checklist.name), is_heading=True)
    yield Paragraph(say("Source: %(source)s", source=checklist.source), is_note=True)
    if checklist.note is not None:
        yield Paragraph(checklist.note, is_note=True)
    rows = tuple(_row(item, sections) for item in checklist.items)
    yield ChecklistBlock(
        f"checklist-{checklist.code}", say("%(name)s: where each item is told", name=checklist.name), rows
    )


def _row(item: Item, sections: Sequence[Section]) -> ChecklistRow:
    found = tuple((one.anchor, one.heading) for one in sections if one.marks.intersection(item.told_by))
    return ChecklistRow(item.number, item.topic, found, item.besides if found else item.otherwise)
