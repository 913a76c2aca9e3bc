"""How the arms moved before the programme, in plain words, from its fields and nothing else. No verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from throughline.reporting.document import say
from throughline.reporting.wording import (
    change_text,
    count_or_word,
    count_text,
    interval_words,
    missing_words,
    sentence_of,
)
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import OutcomeKind

Plain = Mapping[str, Any]
KIND = OutcomeKind.BINARY.value
PLACES = 2  # of points a month: months move by little


def told(found: Plain) -> Iterator[Sentence]:
    """The trend of each arm, and the difference at a date that is none; or why there is none."""
    moved, none = found["trends"], found["placebo"]
    if moved:
        yield say(
            "In the months before the programme the share moved by %(intervention)s a month at the average intervention site and by "
            "%(comparison)s at the average comparison site. The difference is %(difference)s (%(interval)s).",
            intervention=change_text(moved["intervention"], KIND, PLACES),
            comparison=change_text(moved["comparison"], KIND, PLACES),
            difference=change_text(moved["difference"], KIND, PLACES),
            interval=interval_words(moved["interval"], KIND, PLACES),
        )
        yield say(
            "Recorded values: %(n)s, at %(sites)s. Missing: %(missing)s. Sites with too few months, left out: %(left_out)s.",
            n=count_or_word(moved["n"]), sites=say("%(count)s site", "%(count)s sites", count=moved["sites"]), missing=missing_words(moved["missing"]),
            left_out=count_text(moved["left_out"]),
        )  # fmt: skip
    elif found["no_trends"]:
        yield sentence_of(found["no_trends"])
    if none:
        yield say(
            "At a date in the middle of each site's months, when nothing began, the same estimate gives %(difference)s (%(interval)s).",
            difference=change_text(none["found"]["difference"], KIND),
            interval=interval_words(none["found"]["interval"], KIND),
        )
    elif found["no_placebo"] and found["no_placebo"] != found["no_trends"]:
        yield sentence_of(found["no_placebo"])


def assumptions(found: Plain) -> tuple[Sentence, ...]:
    parts = [part for part in (found["trends"], found["placebo"]) if part]
    return tuple(dict.fromkeys(sentence_of(one) for part in parts for one in part["assumptions"]))


def methods_of(found: Plain) -> tuple[str, ...]:
    return tuple(part["method"] for part in (found["trends"], found["placebo"]) if part)
