"""Staggered components in plain words, from their fields and nothing else. No verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from throughline.evaluation.questions.staggered import HOURS
from throughline.reporting.document import say
from throughline.reporting.wording import count_text, missing_words, sentence_of, signed_text
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.programme import ComponentKind

Plain = Mapping[str, Any]

COMPONENTS: Mapping[str, Sentence] = {
    ComponentKind.SUPPLY_ROUTE: say("Supply route"),
    ComponentKind.TRAINING: say("Training"),
    ComponentKind.POST_OVERDOSE_VISIT: say("Post-overdose visits"),
    ComponentKind.WALK_IN: say("Walk-in at a station"),
    ComponentKind.PEER_OUTREACH: say("Peer outreach"),
    ComponentKind.HOSPITAL_LIAISON: say("Hospital liaison"),
}
MEASURES: Mapping[str, Sentence] = {
    "contacts": say("Contacts"),
    "pipes_given": say("Pipes given"),
    "crack_use_told": say("Share of contacts in which crack use was told"),
    "further_need_told": say("Share of contacts in which a further need was told"),
    "response": say("Share of contacts with a need that got a response"),
}
RATES: Mapping[str, Sentence] = {
    "contacts": say("Contacts for %(hours)s open hours", hours=HOURS),
    "pipes_given": say("Pipes given for %(hours)s open hours", hours=HOURS),
}


def component_name(component: str) -> Sentence:
    return COMPONENTS.get(component) or say("%(component)s", component=component.replace("_", " "))


def measure_name(found: Plain) -> Sentence:
    return (RATES if found["is_rate"] else MEASURES)[found["measure"]]


def change_text(found: Plain, change: float) -> str:
    """In points for a share, else in the measure's own unit."""
    if found["is_share"]:
        return str(say("%(number)s points", number=signed_text(change * 100)))
    return signed_text(change)


def told(found: Plain) -> Iterator[Sentence]:
    """What was found over all sites that began, how often other dates give as much, and on what it rests."""
    if found["why_counts"]:
        yield sentence_of(found["why_counts"])
    answer = found["found"]
    if not answer:
        yield sentence_of(found["refused"])
        yield from (sentence_of(one) for one in found["notes"])
        return
    yield say(
        "At the one site that began it, the change from the month before the start lies on average %(change)s from that of sites"
        " that had not begun it yet.",
        "Over %(count)s sites that began it, the change from the month before the start lies on average %(change)s from that of"
        " sites that had not begun it yet.",
        count=answer["n_begun"],
        change=change_text(found, answer["overall"]),
    )
    yield sentence_of(answer["permutation"]["in_words"])
    if answer["permutation"]["not_estimable"]:
        yield say(
            "In %(count)s of these ways nothing can be estimated; it is counted as lying at least as far.",
            "In %(count)s of these ways nothing can be estimated; they are counted as lying at least as far.",
            count=answer["permutation"]["not_estimable"],
        )
    yield sentence_of(answer["no_interval"])
    yield say(
        "Months of sites with a value: %(n)s. Missing: %(missing)s.",
        n=count_text(answer["n"]),
        missing=missing_words(answer["missing"]),
    )
    yield from (sentence_of(one["reason"]) for one in answer["left_out"])
    yield from (sentence_of(one) for one in found["notes"])


def assumptions(found: Plain) -> tuple[Sentence, ...]:
    answer = found["found"]
    parts: Sequence[Plain] = (*answer["assumptions"], *answer["permutation"]["assumptions"]) if answer else ()
    return tuple(sentence_of(one) for one in parts)


def methods_of(found: Plain) -> tuple[str, ...]:
    answer = found["found"]
    return (answer["method"], answer["permutation"]["method"]) if answer else ()


def beside(one: Plain) -> Sentence:
    """A component that ran at the same site at the same time; they are not told apart."""
    spell = one["spell"]
    return say(
        "%(site)s: %(component)s, from %(from_on)s to %(to_on)s, began in the same month."
        if one["is_same_month"]
        else "%(site)s: %(component)s, from %(from_on)s to %(to_on)s.",
        site=spell["name"],
        component=str(component_name(spell["component"])).lower(),
        from_on=date.fromisoformat(str(spell["from_on"])),
        to_on=date.fromisoformat(str(spell["to_on"])) if spell["to_on"] else say("the end of the data"),
    )
