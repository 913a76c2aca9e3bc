"""Who answered, the mix of before held still, and what reached the comparison sites: in plain words, from their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from throughline.methods.covariates import METHOD as ADJUSTED
from throughline.reporting.document import say
from throughline.reporting.labels import word
from throughline.reporting.sensitivity import NONE
from throughline.reporting.wording import (
    change_text,
    count_or_word,
    count_text,
    from_to,
    missing_words,
    percent_text,
    sentence_of,
)
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED

Plain = Mapping[str, Any]

HEADS = ("outcome", "headline", "same people", "mix of before", "95% interval")
YES_NO = ("0", "1")
BESIDE_ADJUSTED = say(
    "The headline is adjusted, as the plan says, for its covariates; the columns beside it are not. Set them against what the "
    "headline would be without adjusting, which stands with the estimates."
)


def standing(attribute: Plain) -> Sentence:
    """Whether it was decided before the data to look at this attribute."""
    if attribute["is_planned"]:
        return say("The locked plan names it. The headline stays the answer; what follows stands beside it.")
    return say("No plan names it: what follows is exploratory, and stands beside the headline.")


def value_name(attribute: Plain, value: str) -> str:
    """An answer as it is read: no and yes of a question that has only these."""
    if attribute.get("is_yes_no", set(attribute["values"]) <= set(YES_NO)):
        return word(("no", "yes")[YES_NO.index(value)])
    return value


def share_text(one: Plain, value: str) -> str:
    """`46% (41)`: of those whose answer is known."""
    whole = sum(one["counts"].values())
    held = one["counts"].get(value, 0)
    return f"{percent_text(held / whole)} ({count_text(held)})" if whole else NONE


def estimate_cells(row: Plain) -> tuple[str, ...]:
    """Headline, the same of those whose attribute is known, and with the mix of before, with its interval; dashes where refused."""
    kind, found = row["kind"], row["found"]

    def of(contrast: Plain | str | None) -> str:
        if isinstance(contrast, str):
            return SUPPRESSED
        return change_text(contrast["difference"], kind) if contrast else NONE

    headline = of(row["headline"])
    if not found:
        return (headline, NONE, NONE, NONE)
    told = found["contrast"]
    return (
        headline,
        of(found["same_people"]),
        change_text(told["difference"], kind),
        from_to(change_text(told["interval"]["low"], kind), change_text(told["interval"]["high"], kind)),
    )


def beside_adjusted(attribute: Plain) -> tuple[Sentence, ...]:
    """Where headlines are adjusted: that the columns beside them are not, and a difference may come of that."""
    is_adjusted = any(
        isinstance(row["headline"], Mapping) and row["headline"]["method"] == ADJUSTED
        for row in attribute["estimates"]
    )
    return (BESIDE_ADJUSTED,) if is_adjusted else ()


def refusal(row: Plain) -> Sentence | None:
    return sentence_of(row["refused"]) if row["refused"] else None


def assumptions(attribute: Plain) -> tuple[Sentence, ...]:
    found = [row["found"] for row in attribute["estimates"] if row["found"]]
    told = [sentence_of(one) for part in found for one in part["contrast"]["assumptions"]]
    return tuple(dict.fromkeys([*told, *(sentence_of(part["cannot_show"]) for part in found)]))


def methods_of(attribute: Plain) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(row["found"]["contrast"]["method"] for row in attribute["estimates"] if row["found"])
    )


def reached(answer: Plain) -> Iterator[Sentence]:
    """The share at comparison sites in each wave, and what it cannot show."""
    yield from shares_reached(answer)
    yield sentence_of(answer["cannot_show"])


def shares_reached(answer: Plain) -> Iterator[Sentence]:
    """Wave by wave; a share is no number where a count behind it did not leave."""
    for one in answer["waves"]:
        if one["share"] is None:
            yield say(
                "Wave %(wave)s: nobody at a comparison site answered it. Missing: %(missing)s.",
                wave=one["wave"], missing=_missing(one["missing"]),
            )  # fmt: skip
            continue
        if not isinstance(one["share"], float):
            yield say(
                "Wave %(wave)s: the share at comparison sites is not told; a count behind it is too small.",
                wave=one["wave"],
            )
            continue
        yield say(
            "Wave %(wave)s: %(share)s of respondents at comparison sites said yes (%(yes)s of %(n)s who answered). Missing: %(missing)s.",
            wave=one["wave"], share=percent_text(one["share"]), yes=count_text(one["yes"]), n=count_text(one["n"]),
            missing=_missing(one["missing"]),
        )  # fmt: skip
        if one["interval"]:
            yield say(
                "95% interval from drawing sites: %(low)s to %(high)s.",
                low=percent_text(one["interval"]["low"]), high=percent_text(one["interval"]["high"]),
            )  # fmt: skip
        elif one["no_interval"]:
            yield sentence_of(one["no_interval"])


def _missing(missing: Plain | int | str) -> str:
    """By kind; of what leaves one count, or the word in its place."""
    return missing_words(missing) if isinstance(missing, Mapping) else count_or_word(missing)
