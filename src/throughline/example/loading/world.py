"""What the parts of loading hand on to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from throughline.example.parameters import Parameters
from throughline.records.programme.models import Membership, Organisation, Programme, Site
from throughline.vocabulary.actor import Actor

Progress = Callable[[str, int, int], None]
BATCH = 2000


@dataclass(frozen=True, slots=True)
class SignIn:
    """A fictional person who can sign in. The password is told once and kept nowhere in the clear."""

    username: str
    display_name: str
    role: str
    programme: str
    password: str = field(repr=False)


@dataclass(slots=True)
class World:
    """What is there so far. `by` is the loading itself; `people` are the fictional ones, by what they are to it."""

    parameters: Parameters
    programme: Programme
    by: Actor
    at: datetime
    progress: Progress
    organisations: dict[str, Organisation] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)
    stations: list[Site] = field(default_factory=list)
    staff: list[list[Membership]] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)
    source_ids: list[UUID] = field(default_factory=list)
    sign_ins: list[SignIn] = field(default_factory=list)

    def site(self, name: str) -> Site:
        return next(site for site in self.sites if site.name == name)

    def moment(self, day: int, minute: int = 9 * 60) -> datetime:
        """A day of the period and a minute of it, at the sites, as UTC."""
        on = self.parameters.period.from_on + timedelta(days=int(day))
        local = datetime.combine(
            on, time(int(minute) // 60, int(minute) % 60), ZoneInfo(self.parameters.time_zone)
        )
        return local.astimezone(UTC)
