"""RTARG: reflexive thematic analysis. Guidance to write by, not a list to tick off: its topics here have no number."""

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

NO_NUMBER = "–"
RTARG = Checklist(
    code="rtarg",
    name="RTARG",
    source="Braun V, Clarke V. Palliat Med 2024;38(6):608-616. doi 10.1177/02692163241234800",
    note=say(
        "The guidelines are prose in the supplement of this paper. The topics here are ours and stand for none of its"
        " sentences or numbers: read the guidelines themselves when you write."
    ),
    items=(
        Item(NO_NUMBER, say("The question that was asked of the material"), told_by=(Mark.QUESTION,), otherwise=under(ANALYSIS)),
        Item(NO_NUMBER, say("Which kind of thematic analysis, and why this one"), told_by=(Mark.APPROACH,), otherwise=under(ANALYSIS),
             besides=say("why this one belongs in your text")),
        Item(NO_NUMBER, say("The theory that the analysis rests on"), told_by=(Mark.THEORY,), otherwise=under(ANALYSIS)),
        Item(NO_NUMBER, say("Where the analysts stand, and what that did"), otherwise=kept_under(POSITIONS)),
        Item(NO_NUMBER, say("The material: who, how gathered, and why it is enough without counting on saturation"),
             otherwise=kept_under(SOURCES)),
        Item(NO_NUMBER, say("How the analysis really went, in the analysts' own account"), otherwise=kept_under(TRAIL)),
        Item(NO_NUMBER, say("Themes as shared meaning around one idea, not as topics"), told_by=(Mark.THEMES,), otherwise=under(THEMES),
             besides=say("the idea of each theme belongs in your text")),
        Item(NO_NUMBER, say("Extracts that carry the interpretation"), told_by=(Mark.QUOTES,), otherwise=under(THEMES),
             besides=say("the interpretation belongs in your text")),
        Item(NO_NUMBER, say("What goes against a theme"), told_by=(Mark.CONTRARY,), otherwise=under(THEMES)),
        Item(NO_NUMBER, say("Quality by means that fit the approach, and no measure of agreement")),
        Item(NO_NUMBER, say("What the analysts would now do otherwise, and what it means elsewhere")),
    ),
)  # fmt: skip
