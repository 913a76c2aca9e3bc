"""GRAMMS: studies of mixed methods."""

from __future__ import annotations

from throughline.reporting.checklists.kinds import ANALYSIS, JOINT, Checklist, Item, under
from throughline.reporting.document import say
from throughline.reporting.marks import Mark

GRAMMS = Checklist(
    code="gramms",
    name="GRAMMS",
    source="O'Cathain A, Murphy E, Nicholl J. J Health Serv Res Policy 2008;13(2):92-98. doi 10.1258/jhsrp.2007.007074",
    items=(
        Item("1", say("Why methods are mixed")),
        Item("2", say("The design: purpose, priority and order of the methods")),
        Item("3", say("Each method: sampling, gathering, analysis"), told_by=(Mark.METHODS, Mark.APPROACH), otherwise=under(ANALYSIS),
             besides=say("sampling, and how what people said was gathered, belongs in your text")),
        Item("4", say("Where and how numbers and words were brought together, and by whom"), told_by=(Mark.INTEGRATION,),
             otherwise=under(JOINT), besides=say("who took part in it belongs in your text")),
        Item("5", say("Where one method was limited by the other")),
        Item("6", say("What was learned by mixing"), told_by=(Mark.JUDGEMENTS,), otherwise=under(JOINT),
             besides=say("more than the judgements belongs in your text")),
    ),
)  # fmt: skip
