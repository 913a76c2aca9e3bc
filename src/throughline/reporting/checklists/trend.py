"""TREND: evaluations without allotment by chance."""

from __future__ import annotations

from throughline.reporting.checklists.kinds import ASKED, Checklist, Item, under
from throughline.reporting.document import say
from throughline.reporting.marks import Mark

TREND = Checklist(
    code="trend",
    name="TREND",
    source="Des Jarlais DC, Lyles C, Crepaz N. Am J Public Health 2004;94(3):361-366. doi 10.2105/AJPH.94.3.361",
    items=(
        Item("1", say("Title and abstract: units, how they came into arms, whom it is about"), told_by=(Mark.PRIMARY,),
             besides=say("the abstract is yours to write")),
        Item("2", say("Background: reasons, and the theory behind the programme")),
        Item("3", say("Participants: who could take part, how they were found, where"), told_by=(Mark.SITES,),
             besides=say("who could take part and how they were found belongs in your text")),
        Item("4", say("Interventions: what each arm was to get, from whom, where, how often"), told_by=(Mark.DOSE,),
             besides=say("what was meant to be given, and by whom, belongs in your text")),
        Item("5", say("Objectives and hypotheses")),
        Item("6", say("Outcomes: primary and secondary, how they were measured"), told_by=(Mark.OUTCOMES, Mark.MEASURES, Mark.INSTRUMENTS),
             besides=say("how well the instruments measure belongs in your text")),
        Item("7", say("Sample size, and rules for stopping")),
        Item("8", say("Assignment: which units came into which arm, and how"), told_by=(Mark.SITES, Mark.LIMITS),
             besides=say("how each site came into its arm belongs in your text")),
        Item("9", say("Blinding: who did not know the arm")),
        Item("10", say("Unit of analysis"), told_by=(Mark.UNIT,), otherwise=under(ASKED)),
        Item("11", say("Statistical methods, what is missing, software"), told_by=(Mark.METHODS, Mark.RESULTS, Mark.ANCILLARY),
             otherwise=under(ASKED), besides=say("why these methods, and what was done about what is missing, belongs in your text")),
        Item("12", say("Flow of participants through each stage"), told_by=(Mark.FLOW,),
             otherwise=under(say("Surveys, the approaches of each wave"))),
        Item("13", say("Recruitment: from when to when"), told_by=(Mark.INSTRUMENTS,),
             otherwise=under(say("Surveys, the days of each wave"))),
        Item("14", say("Baseline data, by arm"), told_by=(Mark.BASELINE,), otherwise=under(ASKED)),
        Item("15", say("Whether the arms were alike at baseline"), told_by=(Mark.ALIKE,), otherwise=under(ASKED)),
        Item("16", say("Numbers analysed in each arm"), told_by=(Mark.RESULTS, Mark.FLOW), otherwise=under(ASKED),
             besides=say("whether all were analysed as they were meant to be belongs in your text")),
        Item("17", say("Outcomes: estimates with their precision"), told_by=(Mark.RESULTS,), otherwise=under(ASKED)),
        Item("18", say("Further analyses, planned or exploratory"), told_by=(Mark.ANCILLARY,), otherwise=under(ASKED)),
        Item("19", say("Adverse events and unintended effects")),
        Item("20", say("Interpretation: sources of bias, limits, mechanisms"), told_by=(Mark.LIMITS,),
             besides=say("what the findings mean belongs in your text")),
        Item("21", say("How far the findings carry elsewhere")),
        Item("22", say("Findings beside what else is known")),
    ),
)  # fmt: skip
