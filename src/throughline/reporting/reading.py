"""How to read a report: what its words mean, told before the first number."""

from __future__ import annotations

from datetime import date

from throughline.reporting.document import Bullets, Section, say
from throughline.reporting.labels import word
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain
from throughline.reporting.wording import count_text
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import PhaseKind

CAME_BACK_WITHIN = 28


def how_to_read(material: Material) -> Section:
    """The words of the line, what a distinct code is, and for how long codes were looked at in each phase."""
    lead = say("Words of the line, as they are counted here")
    blocks = (Bullets(lead, (*_words(), *_codes(material))),)
    return Section("reading", say("How to read this"), blocks, frozenset({Mark.MEASURES}))


def _words() -> tuple[Sentence, ...]:
    return (
        say(
            "Further need told: a need was written down, or another topic than crack use was told. Who was not asked, or did "
            "not answer, does not count as no."
        ),
        say(
            "Response given: something was given there and then, or a referral was made. Advice alone counts as no, and so "
            "does that nothing was possible."
        ),
        say(
            "Accepted and entered: what became of referrals. Still open is not decided yet; an end that nobody told of is "
            "unknown. Both stay in the denominator, and of several referrals of a code both come before a no."
        ),
        say(
            "Came back: met again within %(days)s days of the first contact, at any site. Where no return was seen and the "
            "site did not report one of the months in between, or not wholly, it is not recorded.",
            days=CAME_BACK_WITHIN,
        ),
        say("Recorded: a yes or a no was written down. Every kind of nothing has a column of its own and is never a no."),
    )  # fmt: skip


def _codes(material: Material) -> tuple[Sentence, ...]:
    told = [
        say(
            "A distinct code is what contacts with the same client code have in common: one person may have given several. In "
            "a phase it counts once, in the arm and at the site of its first contact in that phase."
        )
    ]
    lengths = "; ".join(_length(phase, days) for phase, days in phase_days(material.design.run).items())
    told.append(
        say(
            "Of a code it is asked whether it took a step ever in the phase, so a longer phase leaves more time to take it."
        )
    )
    if lengths:
        told.append(say("Days of each phase: %(lengths)s.", lengths=lengths))
    return tuple(told)


def _length(phase: PhaseKind, days: tuple[int, int]) -> str:
    fewest, most = (count_text(one) for one in days)
    if fewest == most:
        return str(say("%(phase)s %(days)s", phase=word(phase), days=fewest))
    return str(say("%(phase)s %(fewest)s to %(most)s, by site", phase=word(phase), fewest=fewest, most=most))


def phase_days(run: Plain) -> dict[PhaseKind, tuple[int, int]]:
    """The fewest and most days that a phase lasts at a site of the study; an open one until the last day recorded."""
    found: dict[PhaseKind, list[int]] = {}
    until = run["span"]["until_on"]
    for row in run["phases"]:
        last = row["to_on"] or until
        if last is not None:
            days = (date.fromisoformat(last) - date.fromisoformat(row["from_on"])).days + 1
            found.setdefault(PhaseKind(row["phase"]), []).append(max(days, 0))
    return {phase: (min(found[phase]), max(found[phase])) for phase in PhaseKind if phase in found}
