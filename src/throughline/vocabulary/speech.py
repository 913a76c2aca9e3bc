"""How a language says texts, numbers and days; English, which needs no framework, is here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, Protocol

from throughline.vocabulary.periods import Month

MINUS = "\N{MINUS SIGN}"
Moment = date | datetime | time | Month


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is told with so many decimals. It holds no more of them than it shows."""

    value: float
    places: int = 0
    is_signed: bool = False  # with + or a minus sign, except where it rounds to 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", round(float(self.value), self.places))


def with_digits(value: float, digits: int) -> Number:
    """A number with so many digits that say something, without noughts at the end: 0.25, 1.5, 120."""
    rounded = Decimal(f"{value:.{digits}g}")
    return Number(float(rounded), max(0, -int(rounded.as_tuple().exponent)))


class Speech(Protocol):
    """A language, as the reader of this moment has it."""

    def text(self, text: str) -> str:
        """A text of the source."""

    def counted(self, one: str, many: str, count: int) -> str:
        """The form that a count takes, of a text of the source that has two."""

    def number(self, value: Decimal, places: int | None) -> str:
        """Grouped, with so many decimals; as many as it has where `places` is None."""

    def moment(self, value: Moment) -> str:
        """A day, a moment, a time of day or a month."""


class English:
    """As the source has it. Days as Django writes them for Great Britain: 2 Mar 2026, 2:30 p.m."""

    def text(self, text: str) -> str:
        return text

    def counted(self, one: str, many: str, count: int) -> str:
        return one if count == 1 else many

    def number(self, value: Decimal, places: int | None) -> str:
        return f"{value:,}" if places is None else f"{value:,.{places}f}"

    def moment(self, value: Moment) -> str:
        if isinstance(value, Month):
            return f"{value.first():%B} {value.year}"
        if isinstance(value, time):
            half = "p.m." if value.hour >= 12 else "a.m."
            minutes = f":{value.minute:02d}" if value.minute else ""
            return f"{value.hour % 12 or 12}{minutes} {half}"
        day = f"{value.day} {value:%b} {value.year}"
        return f"{day}, {self.moment(value.time())}" if isinstance(value, datetime) else day


ENGLISH: Speech = English()


def said_value(given: object, speech: Speech) -> object:
    """A number, day or month as the language writes it; anything else as it is."""
    if isinstance(given, Number):
        told = speech.number(Decimal(f"{abs(given.value):.{given.places}f}"), given.places)
        if given.value >= 0:
            return f"+{told}" if given.is_signed and given.value else told
        return f"{MINUS if given.is_signed else '-'}{told}"
    if isinstance(given, date | time | Month):
        return speech.moment(given)
    if isinstance(given, Real | Decimal) and not isinstance(given, bool) and math.isfinite(given):
        return speech.number(Decimal(str(given)), None)
    return given


def kept_value(given: object) -> Any:
    """A value as JSON can keep it: numbers as they are, days and months as what they are, anything else as text.

    Raises ValueError for a number that is none.
    """
    match given:
        case Number():
            return {"number": given.value, "places": given.places, "is_signed": given.is_signed}
        case datetime():
            return {"at": given.isoformat()}
        case date():
            return {"day": given.isoformat()}
        case time():
            return {"time": given.isoformat()}
        case Month():
            return {"month": str(given)}
        case bool() | None:
            return given
        case Integral():
            return int(given)
        case Real():
            if not math.isfinite(given):
                raise ValueError("a sentence holds a number that is none")
            return float(given)
    return str(given)


def opened_value(kept: Mapping[str, Any]) -> object:
    """A value as it was before `kept_value`. Raises KeyError for what it did not keep."""
    if "number" in kept:
        return Number(kept["number"], kept["places"], kept["is_signed"])
    if "at" in kept:
        return datetime.fromisoformat(kept["at"])
    if "day" in kept:
        return date.fromisoformat(kept["day"])
    return Month.parse(kept["month"]) if "month" in kept else time.fromisoformat(kept["time"])
