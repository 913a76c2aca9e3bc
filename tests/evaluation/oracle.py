"""The funnel counted from a world in plain Python, by other code than the evaluation's and from its words alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.evaluation.world import WContact, World, WReferral

NOTHINGS = ("declined", "dont_know", "not_asked", "not_recorded", "not_applicable")
NEAREST = ("yes", "open", "no", *NOTHINGS)
NEAREST_END = (
    "yes",
    "open",
    "dont_know",
    "no",
)  # of referrals: an end that nobody told of may have been a yes
ACCEPTING = {"accepted", "appointment", "entered", "completed"}
STILL_OPEN = {"sent", "received", "accepted", "appointment"}
Counted = dict[tuple[str, ...], dict[str, dict[str, int]]]


def arrived(world: World) -> list[WContact]:
    return [c for c in world.contacts if not c.is_withdrawn and c.run in (None, "complete")]


def day_of(world: World, site: int, at: datetime) -> date:
    return at.astimezone(ZoneInfo(world.sites[site].time_zone)).date()


def place_of(world: World, contact: WContact) -> dict[str, str]:
    site = world.sites[contact.site]
    day = day_of(world, contact.site, contact.at)
    phase = next((k for k, a, b in site.phases if a <= day and (b is None or day <= b)), "none")
    return {
        "site": site.name.lower(), "route": contact.route, "arm": site.arm or "none",
        "phase": phase if site.arm else "none",
    }  # fmt: skip


def until(world: World) -> date:
    days = []
    for c in arrived(world):
        days.append(min(day_of(world, c.site, c.at), day_of(world, c.site, c.served_at or c.at)))
    # A referral has an import of its own: it stands even where the contact that it was made at has not arrived.
    for c in world.contacts:
        days += [day_of(world, c.site, e[2]) for n in c.needs for r in _sent(n.referrals) for e in r.events]
    return max(days)


def root(world: World, client: int) -> int:
    while client in world.merged:
        client = world.merged[client]
    return client


def _sent(referrals: tuple[WReferral, ...]) -> list[WReferral]:
    return [r for r in referrals if r.events and r.events[-1][0] != "draft" and r.is_arrived]


def _best(values: list[str], order: tuple[str, ...] = NEAREST) -> str:
    return min(values, key=order.index)


def topic_value(world: World, contact: WContact, *, is_crack: bool) -> str:
    found = ["not_recorded"]
    for topic, answer in contact.told:
        counts_as = world.codes.get(("topic", topic), topic)
        if (counts_as == "crack_use") == is_crack:
            found.append({"told": "yes", "said_no": "no"}.get(answer, answer))
    # A row that says "not applicable" is more than no row.
    told = found[1:]
    return _best(told) if told else "not_recorded"


def referral_values(referral: WReferral) -> tuple[str, str]:
    states = {state for state, _, _ in referral.events}
    last, source, _ = referral.events[-1]
    rest = "open" if last in STILL_OPEN else "dont_know" if source == "unknown" else "no"
    accepted = "yes" if states & ACCEPTING else rest
    return accepted, "yes" if states & {"entered", "completed"} else rest


def contact_values(world: World, contact: WContact) -> dict[str, str | None]:
    further = "yes" if contact.needs else topic_value(world, contact, is_crack=False)
    response: str | None = None
    if further == "yes":
        kinds = {kind for need in contact.needs for kind in need.actions}
        if kinds & {"given_here", "referred"} or any(_sent(need.referrals) for need in contact.needs):
            response = "yes"
        else:
            response = "no" if kinds else "not_recorded"
    ways = [referral_values(r) for need in contact.needs for r in _sent(need.referrals)]
    return {
        "crack_use_told": topic_value(world, contact, is_crack=True),
        "further_need_told": further,
        "response": response,
        "accepted": _best([way[0] for way in ways], NEAREST_END) if ways else None,
        "entered": _best([way[1] for way in ways], NEAREST_END) if ways else None,
    }


def contacts_funnel(world: World, by: tuple[str, ...]) -> Counted:
    found: Counted = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for contact in arrived(world):
        place = place_of(world, contact)
        group = found[tuple(place[name] for name in by)]
        group["contact"]["yes"] += contact.tally
        values = contact_values(world, contact)
        for step in ("crack_use_told", "further_need_told", "response"):
            value = values[step]
            if value is not None:
                group[step][value] += contact.tally
        for need in contact.needs:
            for referral in _sent(need.referrals):
                accepted, entered = referral_values(referral)
                group["accepted"][accepted] += 1
                group["entered"][entered] += 1
    return found


def is_silent(world: World, site: int, day: date) -> bool:
    """Whether the site did not report the day's month, or not wholly."""
    return any(
        (at, month) == (site, day.replace(day=1)) and said in ("none", "partial")
        for at, month, said in world.months
    )


def came_back(world: World, client: int, site: int, first: date, window: int) -> str:
    if first + timedelta(days=window) > until(world):
        return "open"
    days = {
        day_of(world, c.site, c.at)
        for c in arrived(world)
        if c.client is not None and root(world, c.client) == client
    }
    if any(first < day <= first + timedelta(days=window) for day in days):
        return "yes"
    seen = (first + timedelta(days=n) for n in range(1, window + 1))
    return "not_recorded" if any(is_silent(world, site, day) for day in seen) else "no"


def codes_funnel(world: World, by: tuple[str, ...], window: int = 28) -> Counted:
    found: Counted = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    met: dict[tuple[int, str], list[tuple[date, int, WContact]]] = defaultdict(list)
    for number, contact in enumerate(world.contacts):
        if contact in arrived(world) and contact.client is not None:
            phase = place_of(world, contact)["phase"] if "phase" in by else "all"
            day = day_of(world, contact.site, contact.at)
            met[root(world, contact.client), phase].append((day, number, contact))
    for (client, _), contacts in met.items():
        day, _, first = min(contacts, key=lambda row: row[:2])
        place = place_of(world, first)
        group = found[tuple(place[name] for name in by)]
        group["contact"]["yes"] += 1
        group["came_back"][came_back(world, client, first.site, day, window)] += 1
        for step in ("crack_use_told", "further_need_told", "response", "accepted", "entered"):
            values = [v for v in (contact_values(world, row[2])[step] for row in contacts) if v is not None]
            if values:
                order = NEAREST_END if step in ("accepted", "entered") else NEAREST
                group[step][_best(values, order)] += 1
    return found
