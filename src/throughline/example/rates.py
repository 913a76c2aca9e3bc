"""What is expected on each day at each site: shared by the draws and by `truth`, so that they cannot disagree."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from throughline.example.arrays import AFTER, BEFORE, IMPLEMENTATION, Bools, Floats, Ints
from throughline.example.parameters import CrackUse, FurtherNeed, Parameters


def day_of(p: Parameters, day: object) -> int:
    """A date as days from the beginning of the period."""
    return int((np.datetime64(str(day)) - np.datetime64(p.period.from_on)).astype(int))


def phases(p: Parameters) -> Ints:
    """(sites, days): the phase of each day."""
    days = np.arange(p.period.days)
    starts = np.array([[day_of(p, s.implementation_from), day_of(p, s.after_from)] for s in p.sites])
    begun = days >= starts[:, :1]
    return np.where(days >= starts[:, 1:], AFTER, np.where(begun, IMPLEMENTATION, BEFORE)).astype(np.int64)


def progress(p: Parameters) -> Floats:
    """(sites, days): 0 before, growing evenly through implementation, 1 after; in comparison sites alike."""
    days = np.arange(p.period.days)
    begins = np.array([day_of(p, s.implementation_from) for s in p.sites])[:, None]
    ends = np.array([day_of(p, s.after_from) for s in p.sites])[:, None]
    return np.asarray(np.clip((days - begins) / (ends - begins), 0.0, 1.0))


def is_intervention(p: Parameters) -> Bools:
    return np.array([site.is_intervention for site in p.sites])


def months(p: Parameters) -> list[str]:
    """The months of the period, YYYY-MM."""
    found = dict.fromkeys(
        (p.period.from_on + timedelta(days=day)).strftime("%Y-%m") for day in range(p.period.days)
    )
    return list(found)


def month_of_days(p: Parameters) -> Ints:
    """(days): which of `months` a day lies in."""
    places = {month: place for place, month in enumerate(months(p))}
    days = [(p.period.from_on + timedelta(days=day)).strftime("%Y-%m") for day in range(p.period.days)]
    return np.array([places[month] for month in days])


def reported_share(p: Parameters) -> Floats:
    """(sites, months): what share of contacts reached the record: 1, some, or none."""
    shares = np.ones((len(p.sites), len(months(p))))
    places = {month: place for place, month in enumerate(months(p))}
    for number, site in enumerate(p.sites):
        for month in p.reporting.partial.get(site.name, []):
            shares[number, places[month]] = p.reporting.partial_share
        for month in p.reporting.none.get(site.name, []):
            shares[number, places[month]] = 0.0
    return shares


def expected_contacts(p: Parameters) -> Floats:
    """(sites, routes, days): expected recorded single contacts, before a site's own drift."""
    weekday = (p.period.from_on.weekday() + np.arange(p.period.days)) % 7
    per_day = np.array([site.contacts_per_day for site in p.sites])
    through = progress(p)
    rates = np.empty((len(p.sites), len(p.route_order), p.period.days))
    for place, route in enumerate(p.route_order):
        part = p.routes[route]
        week = np.array(part.weekdays)
        growth = np.where(is_intervention(p), part.growth - 1, 0.0)[:, None] * through
        common = 1 + p.secular_contact_growth * through
        rates[:, place] = (
            per_day[:, None] * part.share * (week / week.mean())[weekday] * common * (1 + growth)
        )
    return rates * reported_share(p)[:, month_of_days(p)][:, None, :]


def told_share(p: Parameters) -> Floats:
    """(routes, arm, 2): share told of recorded answers, before and after; arm 1 is intervention."""
    crack = p.crack_use
    base = np.array([crack.told_of_recorded[route] for route in p.route_order])
    after = base[:, None] + crack.secular + np.array([0.0, crack.equipment_effect])
    return np.stack([np.repeat(base[:, None], 2, axis=1), after], axis=2)


def recorded_share(p: Parameters, part: CrackUse | FurtherNeed) -> Floats:
    """(routes, arm, 2): share of contacts with an answer (told or said no) written down."""
    base = np.array([part.recorded[route] for route in p.route_order])
    after = base[:, None] + np.array([0.0, part.recorded_training_effect])
    return np.stack([np.repeat(base[:, None], 2, axis=1), after], axis=2)


def need_share(p: Parameters) -> Floats:
    """(crack told: no 0, yes 1; arm; 2): share told of recorded answers about a further need."""
    need = p.further_need
    base = np.array([need.where_not, need.where_crack_told])
    effects = np.array([need.training_effect_where_not, need.training_effect_where_told])
    after = base[:, None] + need.secular + np.stack([np.zeros(2), effects], axis=1)
    return np.stack([np.repeat(base[:, None], 2, axis=1), after], axis=2)
