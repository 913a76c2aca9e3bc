"""What was done, what did not leave, what this cannot show, and the ledger's lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from throughline.evaluation.questions.contamination import METHOD as CONTAMINATION
from throughline.evaluation.questions.respondents import EACH_RESPONSE
from throughline.methods.competing_risks import METHOD as ENTERED_BY_DAY
from throughline.methods.contrast import EXCHANGEABLE, PARALLEL, RECORDED_SPEAK, SITES_ALIKE
from throughline.methods.coverage import METHOD as COVERAGE
from throughline.methods.differencing import METHOD as DIFFERENCING
from throughline.methods.differencing import PAIRWISE
from throughline.methods.exposures import METHOD as STAFF_TRAINED
from throughline.methods.funnel import CODES_METHOD
from throughline.methods.funnel import METHOD as STEPS
from throughline.methods.intervals import LEAST_SITES
from throughline.methods.suppression import METHOD as SUPPRESSION
from throughline.reporting import (
    attitudes_words,
    beforehand_words,
    coding_section,
    composition_words,
    sensitivity,
    series_words,
    staggered_words,
    subgroups,
)
from throughline.reporting.document import (
    Block,
    Bullets,
    Cell,
    Facts,
    Kind,
    Paragraph,
    Section,
    TableBlock,
    say,
)
from throughline.reporting.labels import DOORS, HEADS, word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Analysed, Material, Plain, WaveHeld
from throughline.reporting.tables import nothing, plain_table
from throughline.reporting.theme_counts import counted
from throughline.reporting.wording import (
    assumptions,
    count_text,
    day_text,
    from_to,
    methods_of,
    moment_text,
    name_of,
    sentence_of,
)
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import NOTHING_LABELS, Nothing
from throughline.vocabulary.study import PhaseKind

# Behind the funnels, shares by a day, exposures and the doors of every report; estimates name their own.
ALWAYS_USED = (STEPS, CODES_METHOD, ENTERED_BY_DAY, STAFF_TRAINED, SUPPRESSION, DIFFERENCING)
LIMITS = (
    say("It does not show what would have happened without the programme: sites were not allotted to arms by chance."),
    say("It counts contacts and distinct codes, not people: one person may have several codes, and some contacts none."),
    say("What is not recorded is not known. Trained staff ask more and write more down, so more is told and recorded."),
    say("Referred is not entered: an end of a referral that nobody told of is unknown, and stays in the denominator."),
    say(
        "Shares of contacts and of codes stand here without an interval. Contacts of one person or one site resemble each "
        "other, so one that takes each for itself would be too narrow; one that draws whole sites needs at least %(least)s "
        "in each group.",
        least=LEAST_SITES,
    ),
    say("Incidents and referrals by the police are not joined to contacts: by design nobody can tell whose they are."),
)  # fmt: skip
MET = say("Themes are counted among people who were met. They are not shares of a wider group.")


def what_was_done(material: Material) -> Section:
    """Design, sites and arms, phases by site, the freeze and the versions of what computed it."""
    design = material.design
    run = design.run
    names = {site["site"]: site["name"] for site in run["sites"]}
    rows = _phase_rows(run["phases"], names)
    registration = (
        NOTHING_LABELS[Nothing.NOT_RECORDED]
        if design.registration in ("", Nothing.NOT_RECORDED.value)
        else design.registration
    )
    blocks: list[Block] = [
        Facts(
            (
                (say("Study"), design.study),
                (say("Design"), design.design),
                (say("Registration"), registration),
                (say("Freeze"), design.freeze),
                (say("Frozen at"), moment_text(design.frozen_at)),
                (say("First day recorded"), _day_of(run["span"]["from_on"])),
                (say("Last day recorded"), _day_of(run["span"]["until_on"])),
                (say("Evaluated at"), moment_text(str(run["evaluated_at"]))),
                (say("Seed of what was drawn"), str(run["seed"])),
            )
        ),
        Paragraph(
            say(
                "Services recorded contacts; the records were frozen once, and every number here was computed from that "
                "freeze. Its hash stands at the top: the same records give the same hash."
            )
        ),
        plain_table(
            "phases",
            say("Sites, arms and the days of each phase"),
            (say("Site"), say("Arm"), *(HEADS[phase] for phase in PhaseKind)),
            rows,
        ),
    ]
    blocks.append(Bullets(say("Methods and questions, with their versions"), tuple(_versions(material))))
    marks = {Mark.DESIGN, Mark.METHODS, Mark.SOFTWARE}
    if rows:
        marks |= {Mark.SITES, Mark.DATES}
    if material.waves:
        blocks.append(_waves(material.waves))
        marks.add(Mark.INSTRUMENTS)
    for analysis in material.analyses:
        blocks.append(Facts(tuple(_facts_of(analysis))))
        marks |= {Mark.APPROACH, Mark.QUESTION}
        if analysis.theory != Nothing.NOT_RECORDED:
            marks.add(Mark.THEORY)
    return Section("done", say("What was done"), tuple(blocks), frozenset(marks))


def _waves(waves: Sequence[WaveHeld]) -> TableBlock:
    """What was asked with, and when."""
    rows = [
        (
            Cell(wave.code),
            Cell(word(wave.phase)),
            Cell(wave.instrument) if wave.instrument else nothing(Nothing.NOT_APPLICABLE.value),
            Cell(wave.version) if wave.version else nothing(Nothing.NOT_APPLICABLE.value),
            Cell(day_text(wave.opens_on)),
            Cell(day_text(wave.closes_on)) if wave.closes_on else nothing(Nothing.NOT_RECORDED.value),
        )
        for wave in waves
    ]
    columns = (
        say("Wave"), say("Phase"), say("Instrument"), say("Version"), say("First day"), say("Last day"),
    )  # fmt: skip
    return plain_table(
        "waves",
        say("Survey waves, with what they asked with, as recorded on the day of this report"),
        columns,
        rows,
    )


def _day_of(day: str | None) -> str | Sentence:
    return day_text(day) if day else NOTHING_LABELS[Nothing.NOT_RECORDED]


def _facts_of(analysis: Analysed) -> Iterator[tuple[Sentence, str | Sentence]]:
    """How what people said was analysed, as the team wrote it down."""
    not_recorded = NOTHING_LABELS[Nothing.NOT_RECORDED]
    yield say("Question asked of what people said"), analysis.question
    yield say("Approach"), word(analysis.approach)
    for name, told in ((say("Orientation"), analysis.orientation), (say("Theory"), analysis.theory)):
        yield name, not_recorded if told in ("", Nothing.NOT_RECORDED) else told


def _phase_rows(phases: Sequence[Plain], names: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    """A row for each site; a phase that a site does not have is not applicable to it."""
    days: dict[tuple[str, str], dict[str, str]] = {}
    for phase in sorted(phases, key=lambda p: (p["arm"] != "intervention", p["site"])):
        until = day_text(phase["to_on"]) if phase["to_on"] else str(say("still open"))
        told = from_to(day_text(phase["from_on"]), until)
        days.setdefault((phase["site"], phase["arm"]), {})[phase["phase"]] = told
    return [
        (
            Cell(names.get(site, site)),
            Cell(word(arm)),
            *(
                Cell(own[phase.value]) if phase.value in own else nothing(Nothing.NOT_APPLICABLE.value)
                for phase in PhaseKind
            ),
        )
        for (site, arm), own in days.items()
    ]


def _versions(material: Material) -> list[Sentence]:
    used = {method for estimate in material.estimates for method in methods_of(estimate.found)}
    used |= {
        method for one in material.estimates if one.beside for method in sensitivity.methods_of(one.beside)
    }
    used |= {method for found in material.series for method in series_words.methods_of(found)}
    used |= {material.incidents["method"]} if material.incidents else set()
    used |= {method for found in material.groups for method in subgroups.methods_of(found)}
    used |= {method for found in material.mix for method in composition_words.methods_of(found)}
    used |= {method for found in material.beforehand for method in beforehand_words.methods_of(found)}
    used |= {CONTAMINATION} if material.reached and not material.reached["refused"] else set()
    used |= {
        method
        for found in material.components
        for one in found["measures"]
        for method in staggered_words.methods_of(one)
    }
    used |= {one["row"]["method"] for one in material.baseline if "method" in one["row"]}
    used |= {method for one in material.coded for method in coding_section.methods_of(one)}
    used |= set(attitudes_words.methods_of(material.attitudes)) if material.attitudes else set()
    used |= {COVERAGE} if counted(material.themes) else set()
    asked = dict.fromkeys(found["question"] for found in material.groups)
    names = [*material.design.run["questions"], *asked, *sorted(used | set(ALWAYS_USED))]
    return [say("%(name)s", name=name) for name in names]


def refused(material: Material) -> Section:
    """What did not leave, with the sentences of the doors; silence would be read as nothing to tell."""
    lines = [say("%(what)s: %(why)s", what=one.what, why=one.why) for one in material.refused]
    lines += [
        say("Estimate of %(outcome)s: %(why)s", outcome=name_of(one.found["outcome"]), why=sentence_of(one.found["refused"]))
        for one in material.estimates
        if one.found["refused"]
    ]  # fmt: skip
    if material.withheld:
        lines.append(
            say(
                "Chosen quotes that stayed: %(count)s. Their speakers did not consent to be quoted, the source is not "
                "de-identified, or their words are no longer there.",
                count=count_text(material.withheld),
            )
        )
    if not lines:
        return Section("refused", say("What was refused and why"), (Paragraph(say("Nothing was refused.")),))
    lead = say("These parts were asked for and did not leave")
    return Section("refused", say("What was refused and why"), (Bullets(lead, tuple(lines)),))


def limits(material: Material) -> Section:
    """What this cannot show."""
    taken = {told for estimate in material.estimates for told in assumptions(estimate.found)}
    general = tuple(one for one in (PARALLEL, SITES_ALIKE, EXCHANGEABLE, RECORDED_SPEAK) if one in taken)
    held = (
        [Bullets(say("What sets the arms against each other takes for granted"), general)] if general else []
    )
    is_counted = bool(counted(material.themes))
    further = (*((EACH_RESPONSE,) if EACH_RESPONSE in taken else ()), *((MET,) if is_counted else ()))
    told = Bullets(say("And whatever the numbers are"), (*LIMITS, *further))
    protection = say(
        "Counts below %(threshold)s are suppressed, and further ones where they could be worked out. %(pairs)s",
        threshold=material.profile.threshold,
        pairs=PAIRWISE,
    )
    summaries = say(
        "Estimates, shares by a day and counts by month are told only where the counts behind them passed the same door, "
        "compared with all that left before."
    )
    if is_counted:
        summaries = say(
            "%(summaries)s Themes are counts of people who were met, by one attribute at a time.",
            summaries=summaries,
        )
    if material.profile.rounding > 1:
        summaries = say(
            "%(summaries)s Counts are rounded to the nearest %(rounding)s, and every share, of sites too, is taken from "
            "rounded counts, as is all that is computed from it.",
            summaries=summaries,
            rounding=material.profile.rounding,
        )
    return Section(
        "limits",
        say("What this cannot show"),
        (*held, told, Paragraph(protection), Paragraph(summaries)),
        frozenset({Mark.LIMITS}),
    )


def ledger(material: Material) -> Section:
    """The lines of the ledger that this release made."""
    rows = [
        (
            Cell(line.what),
            Cell(DOORS[line.door]),
            Cell(line.content_hash[:16]) if line.content_hash else nothing(Nothing.NOT_APPLICABLE.value),
            Cell(say("refused") if line.refusal else say("left"), Kind.TEXT),
        )
        for line in material.ledger
    ]
    table = plain_table(
        "ledger-lines",
        say("Lines that this release made in the ledger, under the profile %(profile)s", profile=material.profile.name),
        (say("What"), say("Door"), say("Hash (its beginning)"), say("Outcome")),
        rows,
    )  # fmt: skip
    return Section("ledger", say("What left, as the ledger has it"), (table,))
