"""Local days at freeze: a moment becomes the day at its site, once, here. Engines drop time zones in casts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# Offsets change, and days begin, on a quarter of an hour: every zone in use since 1972.
QUARTER = 900


class LocalDays:
    """Days of moments at sites; memory holds one entry for each zone and quarter of an hour met."""

    def __init__(self, zones: Mapping[str, str], elsewhere: str = "UTC") -> None:
        """`zones`: site id -> IANA name; `elsewhere`: the zone of what happened at no site."""
        self._zones = {site: ZoneInfo(name) for site, name in zones.items()}
        self._elsewhere = ZoneInfo(elsewhere)
        self._known: dict[tuple[ZoneInfo, int], date] = {}

    def days(self, sites: Sequence[str | None], seconds: Sequence[int | None]) -> list[date | None]:
        """The day at each site of a moment in seconds since 1970; None where there is no moment."""
        return [None if at is None else self._day(site, at) for site, at in zip(sites, seconds, strict=True)]

    def _day(self, site: str | None, at: int) -> date:
        zone = self._elsewhere if site is None else self._zones[site]
        key = (zone, at // QUARTER)
        found = self._known.get(key)
        if found is None:
            # SQLite and PostgreSQL both keep seconds; the quarter's first one lies on the same day.
            found = self._known[key] = datetime.fromtimestamp(key[1] * QUARTER, UTC).astimezone(zone).date()
        return found
