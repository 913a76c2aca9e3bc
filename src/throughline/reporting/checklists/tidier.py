"""TIDieR: what was done, so that others could do it."""

from __future__ import annotations

from throughline.reporting.checklists.kinds import ASKED, Checklist, Item, under
from throughline.reporting.document import say
from throughline.reporting.marks import Mark

TIDIER = Checklist(
    code="tidier",
    name="TIDieR",
    source="Hoffmann TC, Glasziou PP, Boutron I, et al. BMJ 2014;348:g1687. doi 10.1136/bmj.g1687",
    items=(
        Item("1", say("Name of the programme"), told_by=(Mark.DESIGN,)),
        Item("2", say("Why: the reasons and theory of its essential parts")),
        Item("3", say("What, materials: equipment and what was used in training"), told_by=(Mark.DOSE,),
             besides=say("what a kit holds, and where others get it, belongs in your text")),
        Item("4", say("What, procedures: everything that was done")),
        Item("5", say("Who provided it, with what training"), told_by=(Mark.TRAINED,),
             besides=say("who these staff and peers are belongs in your text")),
        Item("6", say("How it was delivered"), told_by=(Mark.ROUTES,),
             besides=say("more than the routes belongs in your text")),
        Item("7", say("Where it was delivered"), told_by=(Mark.SITES,),
             besides=say("what kinds of places these are belongs in your text")),
        Item("8", say("When and how much"), told_by=(Mark.DATES, Mark.DOSE), otherwise=under(ASKED)),
        Item("9", say("Tailoring: what was fitted to the person, and how")),
        Item("10", say("Modifications on the way")),
        Item("11", say("How well, planned: how fidelity was to be watched and kept")),
        Item("12", say("How well, actual: what was delivered of what was planned"), told_by=(Mark.DOSE, Mark.TRAINED),
             otherwise=under(ASKED), besides=say("what was planned belongs in your text")),
    ),
)  # fmt: skip
