"""Times of the recording as transcripts write them: [00:01:02], (1:02), #00:01:02-3#, 00:01:02.500 --> 00:01:04.000."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CLOCK = r"(?:\d{1,2}:)?\d{1,3}:[0-5]\d(?:[.,;:]\d{1,3})?(?![\d:])"
_SPAN = rf"{_CLOCK}(?:-\d)?(?:\s*(?:-->|–|—|-|to)\s*{_CLOCK})?"
STAMP = re.compile(rf"[\[(（【{{<#]\s*{_SPAN}\s*[\])）】}}>#]|(?<![\w:.,]){_SPAN}(?![\w:/%])")
_ONE = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:[.,;:](\d{1,3})|-(?=\d#)(\d))?")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time or a span of time in milliseconds; `end` is where it ends in the text that it was read from."""

    start_ms: int
    end_ms: int | None
    end: int
    bracketed: bool
    has_hours: bool


def stamp_at(text: str, at: int) -> Stamp | None:
    """The time that stands at `at`, if any."""
    match = STAMP.match(text, at)
    if match is None:
        return None
    clocks = _ONE.findall(match.group())
    times = [
        milliseconds(hours, minutes, seconds, point or tenth)
        for hours, minutes, seconds, point, tenth in clocks[:2]
    ]
    return Stamp(
        start_ms=times[0],
        end_ms=times[1] if len(times) > 1 and times[1] >= times[0] else None,
        end=match.end(),
        bracketed=not match.group()[0].isdigit(),
        has_hours=bool(clocks[0][0]),
    )


def milliseconds(hours: str, minutes: str, seconds: str, fraction: str) -> int:
    """Milliseconds of a time with a decimal fraction ('5' is half a second; '1000' is what some writers round to)."""
    whole = (int(hours or 0) * 60 + int(minutes)) * 60_000 + int(seconds) * 1000
    return whole + int((fraction or "0").ljust(3, "0"))
