"""Estimates in plain words, from their fields and nothing else.

No verdicts: what was found and between which bounds, on how many sites, under which assumptions. Estimates come as
`evaluation.results` keeps them (plain values; a sentence is its text and its parameters).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from throughline.reporting.document import say
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import NOTHING_LABELS, SUPPRESSED, Nothing
from throughline.vocabulary.sentences import all_of, percent, shown
from throughline.vocabulary.sentences import sentence_of as sentence_of
from throughline.vocabulary.speech import Number, with_digits
from throughline.vocabulary.study import OutcomeKind, OutcomeRank, OutcomeSourceKind, Step
from throughline.vocabulary.words import COMPARISON_SITES, INTERVENTION_SITES, RANKS, STEPS

Plain = Mapping[str, Any]
MONTHS = say("%(count)s month", "%(count)s months")


def count_text(number: float) -> str:
    """A whole number, grouped: 40,112."""
    return shown(Number(number))


def decimal_text(number: float, places: int = 2) -> str:
    """With so many decimals: 1.32."""
    return shown(Number(number, places))


def digits_text(number: float, digits: int) -> str:
    """With so many digits that say something, without noughts at the end: 0.25, 1.5, 120."""
    return shown(with_digits(number, digits))


def percent_text(share: float) -> str:
    """A share from 0 to 1: 46%. One that is not 0 never reads as none, one that is not 1 never as all."""
    return str(percent(share))


def signed_text(number: float, places: int = 1) -> str:
    """With its sign, except where it rounds to 0."""
    return shown(Number(number, places, is_signed=True))


def p_text(p: float) -> str:
    """`= .10`, `= .004`, `< .001`: with its sign of comparison, without the nought that it cannot pass."""
    if p < 0.001:
        return "< " + decimal_text(0.001, 3).removeprefix("0")
    if p > 0.99:
        return "> " + decimal_text(0.99).removeprefix("0")
    return "= " + decimal_text(p, 2 if p >= 0.01 else 3).removeprefix("0")


def places_of(found: Plain) -> int:
    """How many decimals a change is told with: whole points where it is computed from rounded counts."""
    fine = 1 if found["outcome"]["kind"] == OutcomeKind.BINARY else 2
    return fine - 1 if found.get("is_coarse") else fine


def change_text(number: float, kind: str, places: int | None = None) -> str:
    """A change or difference in the outcome's unit: points for shares, else the unit itself."""
    if kind == OutcomeKind.BINARY:
        return str(
            say("%(number)s points", number=signed_text(number * 100, 1 if places is None else places))
        )
    return signed_text(number, 2 if places is None else places)


def spread_text(number: float, kind: str, places: int | None = None) -> str:
    """A standard deviation of changes: without a sign."""
    if kind == OutcomeKind.BINARY:
        return str(
            say("%(number)s points", number=Number(abs(number) * 100, 1 if places is None else places))
        )
    return decimal_text(abs(number), 2 if places is None else places)


def value_text(number: float, kind: str) -> str:
    """A value of the outcome itself."""
    return percent_text(number) if kind == OutcomeKind.BINARY else decimal_text(number)


def sentences_of(plain: Sequence[Plain]) -> tuple[Sentence, ...]:
    return tuple(sentence_of(one) for one in plain)


def day_text(day: date | str) -> str:
    """A day, given as one or as 2026-03-02, as the reader's language writes it."""
    return shown(day if isinstance(day, date) else date.fromisoformat(day))


def moment_text(moment: datetime | str) -> str:
    """A moment, given as one or in ISO 8601, in UTC and saying so."""
    at = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    return str(say("%(moment)s UTC", moment=at.astimezone(UTC).replace(tzinfo=None)))


def from_to(low: str, high: str) -> str:
    """`-4.4 points to +6.5 points`."""
    return str(say("%(low)s to %(high)s", low=low, high=high))


def name_of(outcome: Plain) -> str:
    """An outcome's name as it was registered; a step of the line that nobody named has the line's own word."""
    is_own = outcome.get("source", OutcomeSourceKind.MONITORING) == OutcomeSourceKind.MONITORING and outcome[
        "name"
    ].replace(" ", "_") in set(Step)
    return str(STEPS[Step(outcome["name"].replace(" ", "_"))]) if is_own else str(outcome["name"])


def interval_words(interval: Plain | None, kind: str, places: int | None = None) -> str:
    """`95% interval from ... to ...`, in the outcome's unit; without an interval it says so."""
    if interval is None:
        return str(say("no interval"))
    return str(
        say(
            "%(level)s interval from %(low)s to %(high)s",
            level=percent_text(interval["level"]),
            low=change_text(interval["low"], kind, places),
            high=change_text(interval["high"], kind, places),
        )
    )


def missing_words(missing: Mapping[str, int | str]) -> str:
    """Each kind of nothing with its count (or suppressed), those that occur; or that there were none."""
    told, hidden = [], []
    for kind in Nothing:
        count = missing.get(kind.value, 0)
        if isinstance(count, str):
            hidden.append(NOTHING_LABELS[kind])
        elif count:
            told.append(say("%(count)s %(kind)s", count=count_text(count), kind=NOTHING_LABELS[kind]))
    if hidden and len(hidden) == len(Nothing):
        told.append(say("every kind suppressed"))
    elif hidden:
        told.append(say("%(kinds)s suppressed", kinds=all_of(hidden)))
    return str(say("%(told)s", told=tuple(told)) if told else say("none"))


def headline(found: Plain) -> Iterator[Sentence]:
    """What the contrast of one outcome says; nothing where it was refused (then `refusal` says why)."""
    estimate = found["headline"]
    if estimate is None:
        return
    kind, places = found["changes"]["kind"], places_of(found)
    yield say(
        "From before to after, “%(outcome)s” changed by %(intervention)s at the average intervention site and by "
        "%(comparison)s at the average comparison site. The difference is %(difference)s (%(interval)s).",
        outcome=name_of(found["outcome"]),
        intervention=change_text(estimate["mean_change_intervention"], kind, places),
        comparison=change_text(estimate["mean_change_comparison"], kind, places),
        difference=change_text(estimate["difference"], kind, places),
        interval=interval_words(estimate["interval"], kind, places),
    )
    if found.get("adjusted"):
        plain = found["adjusted"]["unadjusted"]
        yield say(
            "As planned, answers were first adjusted for %(covariates)s; who did not say is in no adjusted value. Without adjusting, "
            "the difference is %(difference)s (%(interval)s).",
            covariates=tuple(found["adjusted"]["adjustment"]["covariates"]),
            difference=change_text(plain["difference"], kind, places) if plain else say("not told"),
            interval=interval_words(plain["interval"] if plain else None, kind, places),
        )
    yield _scatter(estimate, kind, places)
    yield say(
        "It rests on %(intervention)s and %(comparison)s, each weighing the same, with "
        "%(n)s recorded values. Without a recorded value: %(missing)s.",
        intervention=INTERVENTION_SITES.given(count=estimate["n_sites_intervention"]),
        comparison=COMPARISON_SITES.given(count=estimate["n_sites_comparison"]),
        n=count_or_word(estimate["n"]),
        missing=missing_words(estimate["missing"]),
    )
    if estimate.get("still_open"):
        yield say(
            "Not decided yet when the data ended, and neither a no nor missing: %(still_open)s still open.",
            still_open=count_or_word(estimate["still_open"]),
        )
    if estimate["p_value"] is not None:
        yield from _p_words(found)


def _scatter(estimate: Plain, kind: str, places: int) -> Sentence:
    """How the changes of the sites scatter; it is suppressed where sites are not told and an arm has two."""
    if estimate["sd_change_intervention"] == SUPPRESSED:
        return say(
            "How the changes scatter from site to site is suppressed: beside the mean it would tell both sites of an arm of two."
        )
    return say(
        "From site to site the changes scatter by a standard deviation of %(intervention)s in the intervention arm and of "
        "%(comparison)s in the comparison arm.",
        intervention=spread_text(estimate["sd_change_intervention"], kind, places),
        comparison=spread_text(estimate["sd_change_comparison"], kind, places),
    )


def _p_words(found: Plain) -> Iterator[Sentence]:
    """p from t, and why the count over all arrangements cannot say as much."""
    estimate, drawn = found["headline"], found["permutation"]
    yield say(
        "The locked analysis plan names this outcome as primary, so its p is given: p %(p)s, from t with"
        " %(count)s degree of freedom.",
        "The locked analysis plan names this outcome as primary, so its p is given: p %(p)s, from t with"
        " %(count)s degrees of freedom.",
        p=p_text(estimate["p_value"]),
        count=estimate["df"],
    )
    if drawn is None:
        return
    yield say(
        "That p leans on the change of this %(count)s site being near normal; the count over all ways to draw the arms "
        "does not, but with so few sites it cannot go below %(smallest)s of %(arrangements)s, p %(p)s.",
        "That p leans on the changes of these %(count)s sites being near normal; the count over all ways to draw the arms "
        "does not, but with so few sites it cannot go below %(smallest)s of %(arrangements)s, p %(p)s.",
        count=estimate["n_sites_intervention"] + estimate["n_sites_comparison"],
        smallest=drawn["smallest"],
        arrangements=drawn["arrangements"],
        p=p_text(drawn["smallest"] / drawn["arrangements"]),
    )


def count_or_word(count: int | str) -> str:
    """A count, or the word in its place."""
    return count if isinstance(count, str) else count_text(count)


def permutation(found: Plain) -> Sentence | None:
    """The count over all ways to draw the arms, in the method's own words; or why it was not made."""
    if found["permutation"]:
        return sentence_of(found["permutation"]["in_words"])
    return sentence_of(found["not_permuted"]) if found["headline"] and found.get("not_permuted") else None


def leave_one_out(found: Plain) -> Sentence | None:
    """Between which values the difference lies when one site after another is left out."""
    without = found["leave_one_out"]
    if without is None:
        return None
    kind, places = found["changes"]["kind"], places_of(found)
    return say(
        "With one site after another left out, the difference lies between %(lowest)s and %(highest)s.",
        lowest=change_text(without["lowest"], kind, places),
        highest=change_text(without["highest"], kind, places),
    )


def refusal(found: Plain) -> Sentence | None:
    """Why the arms were not compared on an outcome."""
    return sentence_of(found["refused"]) if found["refused"] else None


def left_out(found: Plain) -> tuple[Sentence, ...]:
    """Sites without a change, and why."""
    changes = found["changes"]
    return sentences_of([site["reason"] for site in changes["left_out"]]) if changes else ()


def assumptions(found: Plain) -> tuple[Sentence, ...]:
    """What the headline and the permutation take for granted, each once."""
    parts = [found["headline"], found["permutation"]]
    told = [sentence_of(one) for part in parts if part for one in part["assumptions"]]
    return tuple(dict.fromkeys(told))


def assumptions_of_all(found: Sequence[Plain]) -> tuple[Sentence, ...]:
    """What every one of some outcomes that are told takes for granted; what only some do is true of these alone."""
    told = [assumptions(one) for one in found if one["headline"] or one["permutation"]]
    return tuple(one for one in told[0] if all(one in others for others in told)) if told else ()


def methods_of(found: Plain) -> tuple[str, ...]:
    """Ids and versions of the methods behind an outcome."""
    parts = (found["headline"], found["permutation"], found["leave_one_out"])
    return tuple(part["method"] for part in parts if part)


def standing(found: Plain) -> Sentence:
    """What the study says of an outcome: planned or not, and by whose definition of success."""
    outcome = found["outcome"]
    if not outcome.get("is_plan_locked", outcome["is_planned"]):
        return say(
            "No analysis plan was locked before the data could be looked at: this outcome is exploratory."
        )
    if not outcome["is_planned"]:
        return say("The locked analysis plan does not name this outcome: it is exploratory.")
    return say(
        "The locked analysis plan names this outcome as %(rank)s; success as defined by %(who)s.",
        rank=RANKS[OutcomeRank(outcome["rank"])],
        who=outcome["success_by"],
    )


def entered_by_day(by_day: Plain) -> str:
    """The share entered by a day, with its interval or the reason that there is none."""
    if by_day["share"] is None:
        return str(sentence_of(by_day["reason"]))
    interval = by_day["interval"]
    if interval is None:
        return percent_text(by_day["share"])
    return str(say(
        "%(share)s (%(low)s to %(high)s)",
        share=percent_text(by_day["share"]), low=percent_text(interval["low"]), high=percent_text(interval["high"]),
    ))  # fmt: skip


def coverage_text(coverage: Plain) -> str:
    """n of N: a count of people met, never a percentage."""
    return str(say("%(n)s of %(of)s", n=coverage["n"], of=coverage["of"]))
