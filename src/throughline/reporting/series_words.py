"""Interrupted series in plain words, from their fields and nothing else. No verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from throughline.reporting.document import say
from throughline.reporting.wording import (
    MONTHS,
    count_text,
    decimal_text,
    missing_words,
    percent_text,
    sentence_of,
)
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.periods import Month
from throughline.vocabulary.speech import Number
from throughline.vocabulary.study import ArmKind
from throughline.vocabulary.words import SITES

Plain = Mapping[str, Any]

RATE_UNIT = 100  # open hours
MEASURES: Mapping[str, Sentence] = {
    "contacts": say("Contacts"),
    "pipes_given": say("Pipes given"),
    "crack_use_told": say("Contacts in which crack use was told"),
}
RATES: Mapping[str, Sentence] = {
    "contacts": say("Contacts for %(hours)s open hours", hours=RATE_UNIT),
    "pipes_given": say("Pipes given for %(hours)s open hours", hours=RATE_UNIT),
    "crack_use_told": say("Contacts in which crack use was told, for %(hours)s open hours", hours=RATE_UNIT),
}
FITS: Mapping[str, Sentence] = {
    "series.quasi_poisson/1": say("Quasi-Poisson"),
    "series.newey_west/1": say("Newey-West"),
    "series.ar1_reml/1": say("Each month like the one before, by REML"),
    "series.interaction/1": say("Quasi-Poisson, comparison series as interaction"),
}


def ratio_text(ratio: float) -> str:
    """A factor: 1.32. One that is not 0 never reads as 0, and what runs far is not written out."""
    if ratio < 0.01:
        return "<" + decimal_text(0.01)
    return ">" + count_text(100) if ratio > 100 else decimal_text(ratio)


def span_text(ratio: Plain) -> str:
    """`95% interval from 0.98 to 1.78`."""
    interval = ratio["interval"]
    return str(say(
        "%(level)s interval from %(low)s to %(high)s",
        level=percent_text(interval["level"]), low=ratio_text(interval["low"]), high=ratio_text(interval["high"]),
    ))  # fmt: skip


def together(found: Plain) -> Iterator[Sentence]:
    """The arms, then the sites of each arm: what was found, or why it is not there."""
    if found["why_counts"]:
        yield sentence_of(found["why_counts"])
    apart = found["apart"]
    if apart:
        yield say(
            "At the average intervention site the level changed by %(level)s times as much as at the average comparison site"
            " (%(level_span)s), and the pace from month to month by %(slope)s times as much (%(slope_span)s). Sites: %(sites)s.",
            level=ratio_text(apart["level"]["ratio"]), level_span=span_text(apart["level"]),
            slope=ratio_text(apart["slope"]["ratio"]), slope_span=span_text(apart["slope"]), sites=len(apart["sites"]),
        )  # fmt: skip
    for arm in ArmKind:
        mean = found[arm.value]
        if mean:
            yield say(
                "Over %(sites)s, every one weighing the same, the level changed by %(level)s times (%(span)s) and"
                " the pace by %(slope)s times (%(slope_span)s).",
                sites=SITES[arm].given(count=len(mean["sites"])), level=ratio_text(mean["level"]["ratio"]),
                span=span_text(mean["level"]), slope=ratio_text(mean["slope"]["ratio"]), slope_span=span_text(mean["slope"]),
            )  # fmt: skip
    yield from dict.fromkeys(sentence_of(why) for why in found["not_given"].values())


def site(answer: Plain) -> Iterator[Sentence]:
    """One site: its change or why there is none, what was counted before and after, what is missing."""
    counted, found = answer["counted"], answer["found"]
    if answer["refused"]:
        yield sentence_of(answer["refused"])
    if found and found["main"]:
        main = found["main"]
        yield say(
            "From %(month)s on the months lie at %(level)s times the line of those before (%(level_span)s); from one"
            " month to the next they then change by a further factor of %(slope)s (%(slope_span)s).",
            month=Month.parse(found["starts"]), level=ratio_text(main["level"]["ratio"]), level_span=span_text(main["level"]),
            slope=ratio_text(main["slope"]["ratio"]), slope_span=span_text(main["slope"]),
        )  # fmt: skip
    if found:
        yield say(
            "Before: %(before)s in %(before_months)s. From then on: %(after)s in %(after_months)s. Months"
            " missing: %(missing)s.",
            before=count_text(found["before"]["counted"]), before_months=MONTHS.given(count=found["before"]["months"]),
            after=count_text(found["after"]["counted"]), after_months=MONTHS.given(count=found["after"]["months"]),
            missing=missing_words(found["missing"]),
        )  # fmt: skip
        yield from (sentence_of(note) for note in found["notes"])
    yield from (sentence_of(note) for note in counted["notes"])


def fits_of(found: Plain) -> list[Plain]:
    """The fits of a site, the first one's answer first."""
    return [found["main"], *found["beside"]] if found and found["main"] else []


def beside(fit: Plain) -> Sentence:
    """What else a fit estimated, with its name."""
    if fit["method"] == "series.newey_west/1":
        return say("lags: %(lags)s", lags=round(fit["extra"]))
    if fit["method"] == "series.ar1_reml/1":
        return say("correlation: %(rho)s", rho=Number(fit["extra"], 2))
    return say("dispersion: %(dispersion)s", dispersion=Number(fit["extra"], 2))


def _parts(found: Plain) -> Iterator[Plain]:
    for answer in found["sites"]:
        yield from fits_of(answer["found"])
    yield from (found[name] for name in ("intervention", "comparison", "apart") if found[name])
    yield from found["interaction"]


def assumptions(found: Plain) -> tuple[Sentence, ...]:
    """What the estimates of a measure take for granted, each once."""
    return _once(one for part in _parts(found) for one in part["assumptions"])


def cannot_show(found: Plain) -> tuple[Sentence, ...]:
    given = [answer["found"] for answer in found["sites"] if answer["found"]]
    return _once(one["cannot_show"] for one in given)


def methods_of(found: Plain) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part["method"] for part in _parts(found)))


def _once(plain: Iterable[Plain]) -> tuple[Sentence, ...]:
    return tuple(dict.fromkeys(sentence_of(one) for one in plain))


def points(answer: Plain, is_rate: bool) -> Sequence[Plain]:
    """Months for a figure: counts, or counts for 100 open hours; what is missing keeps its kind."""
    return [
        {"label": month["month"], "value": _value(month, is_rate)} for month in answer["counted"]["months"]
    ]


def _value(month: Plain, is_rate: bool) -> Any:
    if not is_rate or isinstance(month["count"], str):
        return month["count"]
    if not month["exposure"]:
        return "not_recorded" if month["exposure"] is None else "not_applicable"
    return round(month["count"] / month["exposure"] * RATE_UNIT, 1)
