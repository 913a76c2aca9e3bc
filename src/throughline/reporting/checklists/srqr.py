"""SRQR: qualitative research of any kind."""

from __future__ import annotations

from throughline.reporting.checklists.kinds import (
    ANALYSIS,
    POSITIONS,
    SOURCES,
    THEMES,
    TRAIL,
    Checklist,
    Item,
    kept_under,
    under,
)
from throughline.reporting.document import say
from throughline.reporting.marks import Mark

SRQR = Checklist(
    code="srqr",
    name="SRQR",
    source="O'Brien BC, Harris IB, Beckman TJ, Reed DA, Cook DA. Acad Med 2014;89(9):1245-1251. doi 10.1097/ACM.0000000000000388",
    items=(
        Item("S1", say("Title")),
        Item("S2", say("Abstract")),
        Item("S3", say("The problem, and what is known of it")),
        Item("S4", say("Purpose or question"), told_by=(Mark.QUESTION,), otherwise=under(ANALYSIS)),
        Item("S5", say("Approach and paradigm"), told_by=(Mark.APPROACH, Mark.THEORY), otherwise=under(ANALYSIS),
             besides=say("the reasons for them belong in your text")),
        Item("S6", say("Who the researchers are, and reflexivity"), otherwise=kept_under(POSITIONS)),
        Item("S7", say("Context"), told_by=(Mark.SITES,), besides=say("more than the sites belongs in your text")),
        Item("S8", say("Sampling")),
        Item("S9", say("Ethics and consent")),
        Item("S10", say("How material was gathered"), otherwise=kept_under(SOURCES)),
        Item("S11", say("Guides, devices and how they changed"), otherwise=kept_under(SOURCES)),
        Item("S12", say("Who and what was studied"), told_by=(Mark.COVERAGE,), otherwise=kept_under(SOURCES),
             besides=say("there it is those who could speak of a theme; the rest belongs in your text")),
        Item("S13", say("How material was processed and de-identified")),
        Item("S14", say("How it was analysed, and by whom"), told_by=(Mark.APPROACH,), otherwise=under(ANALYSIS),
             besides=kept_under(TRAIL)),
        Item("S15", say("Trustworthiness")),
        Item("S16", say("Main findings"), told_by=(Mark.THEMES,), otherwise=under(THEMES),
             besides=say("what they come to belongs in your text")),
        Item("S17", say("Evidence for them in the material"), told_by=(Mark.QUOTES,), otherwise=under(THEMES)),
        Item("S18", say("Findings beside earlier work, and how far they carry")),
        Item("S19", say("Limits"), told_by=(Mark.LIMITS,), besides=say("limits of what was gathered belong in your text")),
        Item("S20", say("Conflicts of interest")),
        Item("S21", say("Funding")),
    ),
)  # fmt: skip
