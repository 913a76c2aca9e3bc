"""Who came when, by which route: contacts, and the made-up people behind their client codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from throughline.example import rates
from throughline.example.arrays import (
    DURATIONS,
    GENDERS,
    MODES,
    NEWNESS,
    PLACES,
    SPEAKERS,
    Bools,
    Clients,
    Contacts,
    Ints,
)
from throughline.example.chance import pick, pick_word
from throughline.example.parameters import Parameters
from throughline.vocabulary.chain import DurationBand, Gender, Mode, Newness, Place, Route, WhoSpoke

_SPEAKERS = {WhoSpoke.SELF: 0.93, WhoSpoke.FRIEND: 0.03, WhoSpoke.FAMILY: 0.01, WhoSpoke.NOT_RECORDED: 0.03}
_DURATIONS = {
    DurationBand.UNDER_5: 0.38, DurationBand.FROM_5_TO_14: 0.30, DurationBand.FROM_15_TO_29: 0.15,
    DurationBand.FROM_30: 0.07, DurationBand.NOT_RECORDED: 0.10,
}  # fmt: skip
_PLACES = {
    Route.SERVICE: {Place.COUNTER: 0.76, Place.CONSULTING_ROOM: 0.20, Place.NOT_RECORDED: 0.04},
    Route.PEER: {Place.STREET: 0.62, Place.HOSTEL: 0.18, Place.HOME: 0.12, Place.VAN: 0.05, Place.NOT_RECORDED: 0.03},
    Route.POLICE: {Place.STREET: 0.55, Place.STATION: 0.36, Place.NOT_RECORDED: 0.09},
}  # fmt: skip
_ELSEWHERE = {Place.NOT_RECORDED: 1.0}
_MODES = {Mode.FACE_TO_FACE: 0.93, Mode.PHONE: 0.04, Mode.MESSAGE: 0.01, Mode.NOT_RECORDED: 0.02}
# First letters of names, roughly as often as names begin with them.
_INITIALS = "JMSDCALRKTPBNEGHWFOVIYZ"
_INITIAL_SHARES = np.arange(len(_INITIALS), 0, -1) / np.arange(len(_INITIALS), 0, -1).sum()


def draw_contacts(p: Parameters, rng: np.random.Generator) -> Contacts:
    """Single contacts by site, route and day (Poisson), and rounds that were only counted; clients are added later."""
    expected = rates.expected_contacts(p)
    cv = p.drift.contact_rate
    own = rng.gamma(1 / cv**2, cv**2, len(p.sites)) if cv else np.ones(len(p.sites))
    counts = rng.poisson(expected * own[:, None, None])
    site, route, day = (np.repeat(axis, counts.ravel()) for axis in np.indices(counts.shape).reshape(3, -1))
    rounds = _rounds(p, rng)
    site, route, day = (
        np.concatenate([single, row]) for single, row in zip((site, route, day), rounds, strict=True)
    )
    tally = np.zeros(site.size, np.int64)
    tally[site.size - rounds[0].size :] = rng.integers(2, 16, rounds[0].size)
    hours = np.array([p.routes[name].hours for name in p.route_order])
    span = (hours[route, 1] - hours[route, 0]) * 60
    minute = hours[route, 0] * 60 + np.floor(rng.beta(1.6, 1.8, site.size) * span).astype(np.int64)
    order = np.lexsort((site, minute, day))
    site, route, day, minute, tally = (column[order] for column in (site, route, day, minute, tally))
    return _describe(p, rng, site, route, day, minute, tally)


def _rounds(p: Parameters, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    reported = rates.reported_share(p)[:, rates.month_of_days(p)] > 0
    chance = p.tallies_per_month / 30.4
    site, day = np.nonzero((rng.random(reported.shape) < chance) & reported)
    peer = p.route_order.index(Route.PEER)
    return site, np.full(site.size, peer), day


def _describe(
    p: Parameters, rng: np.random.Generator, site: Ints, route: Ints, day: Ints, minute: Ints, tally: Ints
) -> Contacts:
    n = site.size
    place = np.empty(n, np.int64)
    worker = np.full(n, -1)
    staff = np.array([[s.staff.practitioners, s.staff.peers] for s in p.sites])
    for number, name in enumerate(p.route_order):
        here = route == number
        place[here] = pick_word(rng, PLACES, _PLACES.get(name, _ELSEWHERE), int(here.sum()))
        drawn = rng.random(int(here.sum()))
        if name is Route.SERVICE:
            worker[here] = np.floor(drawn * staff[site[here], 0])
        elif name is Route.PEER:
            worker[here] = staff[site[here], 0] + np.floor(drawn * staff[site[here], 1])
    is_tally = tally > 0
    nobody, unknown = SPEAKERS.index(WhoSpoke.NOT_RECORDED), DURATIONS.index(DurationBand.NOT_RECORDED)
    return Contacts(
        site=site, route=route, day=day, minute=minute, tally=tally, phase=rates.phases(p)[site, day],
        client=np.full(n, -1), newness=np.full(n, NEWNESS.index(Newness.UNKNOWN)),
        mode=np.where(is_tally, MODES.index(Mode.FACE_TO_FACE), pick_word(rng, MODES, _MODES, n)),
        place=place, worker=worker,
        speaker=np.where(is_tally, nobody, pick_word(rng, SPEAKERS, _SPEAKERS, n)),
        duration=np.where(is_tally, unknown, pick_word(rng, DURATIONS, _DURATIONS, n)),
    )  # fmt: skip


def meet(p: Parameters, contacts: Contacts, rng: np.random.Generator) -> tuple[Contacts, Ints]:
    """Give contacts their clients: a new person, or who came at an earlier contact (mostly a recent one).

    Copying an earlier contact's person gives what services see: most come once or twice, a few very often. The
    second array is the contact at which each client was first met.
    """
    n = contacts.count
    anonymous = np.array([p.routes[name].anonymous for name in p.route_order])
    is_new_share = np.array([p.routes[name].new for name in p.route_order])
    is_coded = contacts.is_single & (rng.random(n) >= anonymous[contacts.route])
    parent = np.arange(n)
    for site in range(len(p.sites)):
        rows = np.flatnonzero(is_coded & (contacts.site == site))
        per_day = max(rows.size / p.period.days, 0.1)
        place = np.arange(rows.size)
        recent = 1 + per_day + rng.exponential(p.returning.recent_days * per_day, rows.size)
        long_ago = 1 + per_day + rng.random(rows.size) * place
        back = np.floor(np.where(rng.random(rows.size) < p.returning.long_ago_share, long_ago, recent))
        is_new = (rng.random(rows.size) < is_new_share[contacts.route[rows]]) | (back > place)
        parent[rows] = rows[np.where(is_new, place, place - np.minimum(back, place)).astype(np.int64)]
    _visit_elsewhere(p, contacts, is_coded, parent, rng)
    # Follow each contact to the first of its person: every pass doubles the steps taken.
    while not np.array_equal(parent, parent[parent]):
        parent = parent[parent]
    first = np.unique(parent[is_coded])
    client = np.full(n, -1)
    client[is_coded] = np.searchsorted(first, parent[is_coded])
    return replace(contacts, client=client, newness=_newness(contacts, client, first, rng)), first


def _visit_elsewhere(
    p: Parameters, contacts: Contacts, is_coded: Bools, parent: Ints, rng: np.random.Generator
) -> None:
    rows = np.flatnonzero(is_coded & (parent != np.arange(parent.size)))
    rows = rows[rng.random(rows.size) < p.returning.elsewhere_share]
    coded = np.flatnonzero(is_coded)
    other = coded[np.floor(rng.random(rows.size) * np.searchsorted(coded, rows)).astype(np.int64)]
    moved = (contacts.site[other] != contacts.site[rows]) & (contacts.day[other] < contacts.day[rows])
    parent[rows[moved]] = other[moved]


def _newness(contacts: Contacts, client: Ints, first: Ints, rng: np.random.Generator) -> Ints:
    """What the worker ticks: usually right about who gave a code, mostly unknown of who gave none."""
    is_first = np.zeros(client.size, bool)
    is_first[first] = True
    told = np.where(is_first, NEWNESS.index(Newness.NEW), NEWNESS.index(Newness.RETURNING))
    is_known = rng.random(client.size) < np.where(client >= 0, 0.88, 0.15)
    return np.where(is_known & contacts.is_single, told, NEWNESS.index(Newness.UNKNOWN))


def draw_clients(p: Parameters, contacts: Contacts, first: Ints, rng: np.random.Generator) -> Clients:
    """People for the clients: client codes of two initials, date of birth (DDMMYYYY) and sex, all made up."""
    n = first.size
    age, today = p.people.age, p.period.to_on
    years = np.clip(rng.normal(age.mean, age.sd, n), age.least, age.most)
    born_day = np.floor(years * 365.25).astype(int) + rng.integers(0, 365, n)
    gender = pick_word(rng, GENDERS, p.people.gender, n)
    letters = rng.choice(list(_INITIALS), size=(n, 2), p=_INITIAL_SHARES)
    codes: dict[str, None] = {}
    birth_year = np.empty(n, np.int64)
    for row in range(n):
        born = today - timedelta(days=int(born_day[row]))
        code = _code(letters[row], born, GENDERS[gender[row]])
        while code in codes:  # two people with one code would be one client
            born -= timedelta(days=1)
            code = _code(letters[row], born, GENDERS[gender[row]])
        codes[code] = None
        birth_year[row] = born.year
    hidden = rng.random(n) < p.people.gender_not_recorded
    return Clients(
        code=tuple(codes), site=contacts.site[first], birth_year=birth_year,
        gender=np.where(hidden, GENDERS.index(Gender.NOT_RECORDED), gender),
        is_described=rng.random(n) < p.people.described, first_day=contacts.day[first],
    )  # fmt: skip


def _code(letters: np.ndarray, born: date, gender: Gender) -> str:
    sex = {Gender.WOMAN: "F", Gender.MAN: "M"}.get(gender, "X")
    return f"{letters[0]}{letters[1]}{born:%d%m%Y}{sex}"


def spread_of_people(p: Parameters, count: int, rng: np.random.Generator) -> np.ndarray:
    """How much more (or less) readily each client tells: plus or minus the spread, as likely as each other."""
    return np.where(pick(rng, [0.5, 0.5], count) == 0, -p.drift.client_spread, p.drift.client_spread)
