"""Attitudes before and after in plain words, from their fields and nothing else. No verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from throughline.reporting.document import say
from throughline.reporting.sensitivity import NONE
from throughline.reporting.wording import (
    count_text,
    decimal_text,
    from_to,
    missing_words,
    sentence_of,
    signed_text,
)
from throughline.vocabulary.attitudes import AttitudeGroup, Moment
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.sentences import percent
from throughline.vocabulary.study import ArmKind

Plain = Mapping[str, Any]

GROUPS: Mapping[str, Sentence] = {
    AttitudeGroup.OFFICER: say("Officers"),
    AttitudeGroup.WORKER: say("Workers"),
    AttitudeGroup.OTHER: say("Others"),
}
MOMENTS: Mapping[str, Sentence] = {
    Moment.BEFORE: say("before"), Moment.AFTER: say("after"), Moment.FOLLOW_UP: say("follow-up"),
}  # fmt: skip
ARMS: Mapping[str | None, Sentence] = {
    None: say("all sites"), ArmKind.INTERVENTION: say("intervention"), ArmKind.COMPARISON: say("comparison"),
}  # fmt: skip
HEADS = (
    "group", "sites", "people before", "people after", "both", "mean before", "mean after", "change of the same people", "95% interval",
    "in SDs of before", "change of site means", "95% interval",
)  # fmt: skip
FEW = Sentence(
    "Too few people stand behind it, or behind what could be worked out from it, so it is not told."
)
FEW_AT_SITE = Sentence("At some site too few people answered for an interval over sites to be told.")
FEW_WEIGH = Sentence(
    "At some site too few people answered for the change of site means, or what rests on it, to be told."
)
ONE_SITE = Sentence(
    "Answers are of one site alone, or could be worked out to be: figures of a single site do not leave."
)
TWO_SITES = Sentence(
    "It is of two sites, and with an interval it would tell what each of them is: the interval is not told."
)
SUPPRESSES = frozenset(one.text for one in (FEW, FEW_AT_SITE, FEW_WEIGH, ONE_SITE, TWO_SITES))
Key = tuple[str, str, str]


def key_of(row: Plain) -> Key:
    """What stands in one table: a subscale, and what before is set against."""
    return row["scale"], row["subscale"], row["to"]


def title(key: Key) -> Sentence:
    scale, subscale, to = key
    return say(
        "%(scale)s, %(subscale)s: before and %(to)s", scale=scale, subscale=subscale, to=str(MOMENTS[to])
    )


def direction(row: Plain) -> Sentence:
    """The unit, and which way is better."""
    params = {"low": row["lowest"], "high": row["highest"]}
    if row["is_higher_better"]:
        return say("Mean of the items, from %(low)s to %(high)s; higher is better.", **params)
    return say("Mean of the items, from %(low)s to %(high)s; lower is better.", **params)


def group_name(row: Plain) -> Sentence:
    return GROUPS[row["group"]]


def arm_name(row: Plain) -> Sentence:
    return ARMS[row["arm"]]


def cells(row: Plain) -> tuple[str, ...]:
    """What stands under HEADS from the counts on; a dash where there is nothing to tell."""
    return (
        *(_count(row[name]) for name in ("n_before", "n_after", "n_both")),
        *(_mean(row[name]) for name in ("mean_before", "mean_after")),
        *change_cells(row["paired"], row["paired_refused"]),
        standardised(row["paired"], row["paired_refused"]),
        *change_cells(row["sites"], row["sites_refused"]),
    )


def few_cells(row: Plain) -> tuple[str, ...]:
    """The same with each interval beside its change, in one cell."""
    *plain, change, span, in_sds, of_sites, span_of_sites = cells(row)
    return (*plain, _with(change, span), in_sds, _with(of_sites, span_of_sites))


def _with(change: str, span: str) -> str:
    if SUPPRESSED in (change, span):
        return change if change == SUPPRESSED else str(say("%(change)s (interval suppressed)", change=change))
    return change if span == NONE else f"{change} ({span})"


def change_cells(found: Plain | None, refused: Plain | None = None) -> tuple[str, str]:
    """A change and its interval; each may be suppressed, or there is none."""
    if not found:
        return (_untold(refused),) * 2
    interval = found["interval"]
    return signed_text(found["change"], 2), interval_text(interval) if interval else _untold(
        found["no_interval"]
    )


def _untold(refused: Plain | None) -> str:
    return SUPPRESSED if refused and refused["text"] in SUPPRESSES else NONE


def interval_text(interval: Plain) -> str:
    return from_to(signed_text(interval["low"], 2), signed_text(interval["high"], 2))


def standardised(found: Plain | None, refused: Plain | None = None) -> str:
    if not found:
        return _untold(refused)
    return NONE if found["standardised"] is None else signed_text(found["standardised"], 2)


def reasons(row: Plain) -> tuple[Sentence, ...]:
    """Why something of a row is not told, or has no interval."""
    told = [row["paired_refused"], row["sites_refused"]]
    told += [part["no_interval"] for part in (row["paired"], row["sites"]) if part]
    return tuple(dict.fromkeys(sentence_of(one) for one in told if one))


def without_score(row: Plain) -> Sentence:
    """Who handed in a questionnaire and has no score on the subscale, by kind of nothing."""
    return say(
        "%(group)s, %(sites)s: before: %(before)s; then: %(after)s",
        group=str(group_name(row)), sites=str(arm_name(row)), before=missing_words(row["missing_before"]),
        after=missing_words(row["missing_after"]),
    )  # fmt: skip


def contrast(found: Plain) -> Sentence:
    """The difference of the arms, or why there is none."""
    if not found["found"]:
        return say(
            "%(group)s, arms against each other: %(why)s", group=str(GROUPS[found["group"]]), why=str(sentence_of(found["refused"]))
        )  # fmt: skip
    told = found["found"]
    return say(
        "%(group)s: the change at intervention sites less the change at comparison sites is %(difference)s"
        " (%(level)s interval %(interval)s; %(count)s site, every site weighing the same).",
        "%(group)s: the change at intervention sites less the change at comparison sites is %(difference)s"
        " (%(level)s interval %(interval)s; %(count)s sites, every site weighing the same).",
        group=str(GROUPS[found["group"]]), difference=signed_text(told["difference"], 2), level=percent(0.95),
        interval=interval_text(told["interval"]), count=told["n_sites_intervention"] + told["n_sites_comparison"],
    )  # fmt: skip


def assumptions(answer: Plain) -> tuple[Sentence, ...]:
    """What the changes and contrasts take for granted, each once."""
    parts = [part for row in answer["rows"] for part in (row["paired"], row["sites"]) if part]
    parts += [one["found"] for one in answer["contrasts"] if one["found"]]
    return tuple(dict.fromkeys(sentence_of(one) for part in parts for one in part["assumptions"]))


def methods_of(answer: Plain) -> tuple[str, ...]:
    parts = [part for row in answer["rows"] for part in (row["paired"], row["sites"]) if part]
    parts += [one["found"] for one in answer["contrasts"] if one["found"]]
    return tuple(dict.fromkeys(part["method"] for part in parts))


def cannot_show(answer: Plain) -> tuple[Sentence, ...]:
    return tuple(sentence_of(one) for one in answer["cannot_show"])


def _count(count: int | str) -> str:
    return SUPPRESSED if isinstance(count, str) else count_text(count)


def _mean(value: float | str | None) -> str:
    if isinstance(value, str):
        return SUPPRESSED
    return NONE if value is None else decimal_text(value)
