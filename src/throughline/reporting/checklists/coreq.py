"""COREQ: interviews and focus groups."""

from __future__ import annotations

from throughline.reporting.checklists.kinds import (
    ANALYSIS,
    CODEBOOK,
    MEMOS,
    POSITIONS,
    RECORDINGS,
    SOURCES,
    THEMES,
    Checklist,
    Item,
    kept_under,
    under,
)
from throughline.reporting.document import say
from throughline.reporting.marks import Mark

COREQ = Checklist(
    code="coreq",
    name="COREQ",
    source="Tong A, Sainsbury P, Craig J. Int J Qual Health Care 2007;19(6):349-357. doi 10.1093/intqhc/mzm042",
    items=(
        Item("1", say("Who interviewed or led the groups"), otherwise=kept_under(POSITIONS)),
        Item("2", say("Their credentials"), otherwise=kept_under(POSITIONS)),
        Item("3", say("Their occupation"), otherwise=kept_under(POSITIONS)),
        Item("4", say("Their gender"), otherwise=kept_under(POSITIONS)),
        Item("5", say("Their experience and training"), otherwise=kept_under(POSITIONS)),
        Item("6", say("Whether they knew the participants before")),
        Item("7", say("What participants knew of them")),
        Item("8", say("Their assumptions and interests in the topic"), otherwise=kept_under(POSITIONS)),
        Item("9", say("Orientation and theory"), told_by=(Mark.APPROACH, Mark.THEORY), otherwise=under(ANALYSIS)),
        Item("10", say("How participants were chosen")),
        Item("11", say("How they were approached")),
        Item("12", say("How many took part"), told_by=(Mark.COVERAGE,), otherwise=under(THEMES),
             besides=say("there it is those who could speak of a theme; how many took part at all belongs in your text")),
        Item("13", say("Who refused or left, and why")),
        Item("14", say("Where it was gathered"), otherwise=kept_under(SOURCES)),
        Item("15", say("Who else was there")),
        Item("16", say("What the participants were like"), told_by=(Mark.COVERAGE,), otherwise=kept_under(SOURCES),
             besides=say("more than the groups of the themes' tables belongs in your text")),
        Item("17", say("The guide of questions, and whether it was tried"), otherwise=kept_under(SOURCES)),
        Item("18", say("Interviews held again")),
        Item("19", say("Recording by sound or picture"), otherwise=kept_under(RECORDINGS)),
        Item("20", say("Field notes"), otherwise=kept_under(MEMOS)),
        Item("21", say("How long they lasted"), otherwise=kept_under(RECORDINGS)),
        Item("22", say("Saturation, where the approach wants it"), told_by=(Mark.SATURATION,)),
        Item("23", say("Whether transcripts went back to participants")),
        Item("24", say("How many coded"), told_by=(Mark.AGREEMENT,),
             besides=say("there it is those whose agreement was measured")),
        Item("25", say("The tree of codes"), otherwise=kept_under(CODEBOOK)),
        Item("26", say("Whether themes came from the material or before it"), otherwise=kept_under(CODEBOOK)),
        Item("27", say("Software"), told_by=(Mark.SOFTWARE,)),
        Item("28", say("Whether participants commented on the findings")),
        Item("29", say("Quotations, and who is quoted"), told_by=(Mark.QUOTES,), otherwise=under(THEMES),
             besides=say("a quote says only what enough participants share, so it carries no participant's number")),
        Item("30", say("Whether findings follow from what is shown")),
        Item("31", say("Major themes"), told_by=(Mark.THEMES,), otherwise=under(THEMES)),
        Item("32", say("Minor themes and contrary cases"), told_by=(Mark.CONTRARY,), otherwise=under(THEMES)),
    ),
)  # fmt: skip
