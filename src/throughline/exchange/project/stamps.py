"""Dates as project files write them -> aware datetimes; one without a zone is taken as UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_LEADING = re.compile(
    r"\s*(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?\s*\Z"
)
_DAY = re.compile(r"\s*(\d{4}-\d{2}-\d{2})\s*\Z")


def instant_of(written: str) -> datetime | None:
    """The moment that is written; None for what is none."""
    found = _LEADING.match(written)
    day = _DAY.match(written)
    if found is None and day is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1] + (found[2] or "") if found else day[1] if day else "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
