"""Why somebody judged as they did where numbers and words stand side by side: in their own words, free of listed names and numbers.

Reasons are written beside exact numbers and lie in no freeze. A report prints the numbers that left; one in a reason would leave
past the door for tables, so a reason with any stays behind, in signs or in English words from three on: "one" and "the two" mostly
count nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from throughline.records.inquiry.models import Theme
from throughline.records.inquiry.queries import joint_rows_for
from throughline.records.study.models import Freeze
from throughline.reporting.document import say
from throughline.reporting.material import Place, Plain, Refused, row_name, wholes
from throughline.reporting.passing import Passing
from throughline.reporting.registered import analyses_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import ReleaseDoor

LINE = "why numbers and words were judged so"
_IN_WORDS = re.compile(
    r"\b(three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen"
    r"|(twen|thir|for|fif|six|seven|eigh|nine)ty|dozens?|hundreds?|thousands?|per ?cent)\b",
    re.IGNORECASE,
)


def reasons_of(
    by: Actor, freeze: Freeze, rows: Iterable[Plain], held: Mapping[int, Theme]
) -> dict[Place, str]:
    """By row and theme's number, or for the row as a whole the analysis, of the judgements that the freeze holds.

    Of what was judged anew since there is none: that reason is of another judgement.
    """
    frozen: dict[Place, str | None] = {}
    whole: dict[str, list[str | None]] = {}
    for row in rows:
        whole[row_name(row)] = [analysis for analysis, _ in wholes(row)]
        frozen |= {(row_name(row), analysis): judgement for analysis, judgement in wholes(row)}
        frozen |= {(row_name(row), one["theme"]["theme_no"]): one["judgement"] for one in row["themes"]}
    numbers = {theme.id: number for number, theme in held.items()}
    found: dict[Place, str] = {}
    for analysis in analyses_of(by, freeze):
        for judged in joint_rows_for(by, analysis).filter(written_at__lte=freeze.frozen_at):
            if judged.theme_id is not None and judged.theme_id not in numbers:
                continue
            name = row_name({"step": judged.step, "outcome": judged.outcome})
            place = (
                name,
                _whole(analysis.name, whole.get(name, []))
                if judged.theme_id is None
                else numbers[judged.theme_id],
            )
            if frozen.get(place) == judged.judgement and judged.reason:
                found[place] = judged.reason
    return found


def _whole(analysis: str, frozen: Sequence[str | None]) -> str | None:
    """What the freeze calls it: an analysis may have been named anew, of which it can be told where there is no other."""
    return frozen[0] if analysis not in frozen and len(frozen) == 1 else analysis


def let_out(passing: Passing, reasons: Mapping[Place, str]) -> dict[Place, str]:
    """The same as they may be told; one line of the ledger, none where there is nothing to tell."""
    told: dict[Place, str] = {
        place: passing.named.told(reason) for place, reason in reasons.items() if not _holds_a_number(reason)
    }
    if len(told) < len(reasons):
        why = say(
            "%(count)s of them hold numbers. They stay behind: numbers leave through the door for tables alone, and stand beside.",
            count=len(reasons) - len(told),
        )
        passing.refused.append(Refused("reasons of judgements", why))
    if told:
        passing.summary(
            LINE,
            {f"{row} {number or ''}".strip(): reason for (row, number), reason in told.items()},
            ReleaseDoor.WORDS,
        )
    return told


def _holds_a_number(reason: str) -> bool:
    return any(sign.isnumeric() for sign in reason) or _IN_WORDS.search(reason) is not None
