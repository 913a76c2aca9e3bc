"""Referrals and what became of them; many are never answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from throughline.example import rates
from throughline.example.arrays import (
    ACTIONS,
    DOMAINS,
    DOORS,
    REFERRAL_KINDS,
    SOURCES,
    STATES,
    Contacts,
    Floats,
    Ints,
    Needs,
    ReferralEvents,
    Referrals,
)
from throughline.example.chance import pick, pick_word
from throughline.example.parameters import Parameters, Target
from throughline.vocabulary.chain import ActionKind, NeedDomain, Route
from throughline.vocabulary.referral import Door, OutcomeSource, ReferralKind
from throughline.vocabulary.referral import ReferralState as S

_POLICE_DOORS = {Door.WALK_IN: 0.35, Door.OFFICER_CONTACT: 0.40, Door.POST_OVERDOSE: 0.25}
EXPIRES_AFTER = 90.0


def draw_referrals(
    p: Parameters, contacts: Contacts, needs: Needs, rng: np.random.Generator
) -> tuple[Referrals, ReferralEvents]:
    """One referral for all needs of a contact that go to one receiver, and those that police make by themselves."""
    targets = list(p.referral.targets.values())
    goes_to = np.array([next(n for n, t in enumerate(targets) if domain in t.needs) for domain in DOMAINS])
    referred = np.flatnonzero(needs.action == ACTIONS.index(ActionKind.REFERRED))
    keys = needs.contact[referred] * len(targets) + goes_to[needs.domain[referred]]
    unique, place = np.unique(keys, return_inverse=True)
    of_need = np.full(needs.contact.size, -1)
    of_need[referred] = place
    contact, target = unique // len(targets), unique % len(targets)
    by_police = contacts.route[contact] == p.route_order.index(Route.POLICE)
    door = np.where(by_police, DOORS.index(Door.OFFICER_CONTACT), DOORS.index(Door.SERVICE))
    site, day = contacts.site[contact], contacts.day[contact]
    minute = np.minimum(contacts.minute[contact] + 15, 1439)
    treatment = next(n for n, t in enumerate(targets) if NeedDomain.DRUG_TREATMENT in t.needs)
    alone = _from_police(p, rng)
    count = alone[0].size
    referrals = Referrals(
        contact=np.append(contact, np.full(count, -1)), site=np.append(site, alone[0]), of_need=of_need,
        target=np.append(target, np.full(count, treatment)), door=np.append(door, alone[2]),
        kind=pick_word(rng, REFERRAL_KINDS, p.referral.kinds, unique.size + count),
        day=np.append(day, alone[1]), minute=np.append(minute, rng.integers(480, 1380, count)),
    )  # fmt: skip
    return referrals, _events(p, targets, referrals, rng)


def _from_police(p: Parameters, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    count = int(rng.poisson(p.referral.from_police_per_month * p.period.days / 30.4))
    weights = np.array([site.contacts_per_day for site in p.sites])
    site = pick(rng, list(weights / weights.sum()), count)
    return site, rng.integers(0, p.period.days, count), pick_word(rng, DOORS, _POLICE_DOORS, count)


@dataclass(frozen=True, slots=True)
class _Chances:
    """What is drawn for one referral: numbers in 0..1 and delays in days."""

    answered: float
    accepted: float
    entered: float
    other: float
    completed: float
    received: float
    answer_days: float
    entry_days: float


def _events(
    p: Parameters, targets: list[Target], referrals: Referrals, rng: np.random.Generator
) -> ReferralEvents:
    count = referrals.target.size
    medians = np.array([target.days for target in targets])[referrals.target]
    chances = rng.random((count, 6))
    delays = medians * np.exp(0.7 * rng.standard_normal((count, 2)))
    rows: list[tuple[int, S, float]] = []
    for number in range(count):
        drawn = _Chances(*chances[number], *delays[number])
        is_warm = REFERRAL_KINDS[referrals.kind[number]] is ReferralKind.WARM_HANDOVER
        path = _path(p, targets[referrals.target[number]], is_warm, drawn)
        start = referrals.day[number] + referrals.minute[number] / 1440
        rows += [(number, state, start + after) for state, after in path if start + after < p.period.days]
    is_sent = np.array([row[1] is S.SENT for row in rows])
    referral = np.array([row[0] for row in rows])
    state = np.array([STATES.index(row[1]) for row in rows])
    when = np.array([row[2] for row in rows])
    return ReferralEvents(
        referral=referral, state=state, source=_sources(p, state, rng),
        day=np.where(is_sent, referrals.day[referral], np.floor(when)).astype(np.int64),
        # Receivers work office hours.
        minute=np.where(is_sent, referrals.minute[referral], 540 + np.floor((when % 1) * 480)).astype(np.int64),
    )  # fmt: skip


def _path(p: Parameters, target: Target, is_warm: bool, drawn: _Chances) -> list[tuple[S, float]]:
    """(state, days after sending) in order; what lies beyond the period has not happened yet."""
    path = [(S.SENT, 0.0)]
    if drawn.answered >= target.answered:
        # Nobody says anything; some are closed in the end without anybody knowing.
        return [*path, (S.EXPIRED, EXPIRES_AFTER)] if drawn.other < p.referral.expired_share else path
    at = drawn.answer_days
    if drawn.received < 0.4:
        path.append((S.RECEIVED, at * 0.4))
    if drawn.accepted >= target.accepted:
        return [*path, (_one_of(p.referral.not_accepted, drawn.other), at)]
    path.append((S.ACCEPTED, at))
    entry = at + drawn.entry_days
    if drawn.received < 0.7:
        path.append((S.APPOINTMENT, at + 0.3 * drawn.entry_days))
    if drawn.entered >= min(target.entered + (p.referral.warm_handover_effect if is_warm else 0.0), 1.0):
        return [*path, (_one_of(p.referral.not_entered, drawn.other), entry)]
    path.append((S.ENTERED, entry))
    if drawn.completed < p.referral.completed:
        path.append((S.COMPLETED, entry + 84 + 60 * drawn.other))
    return path


def _one_of(shares: dict[S, float], drawn: float) -> S:
    reached = 0.0
    for state, share in shares.items():
        reached += share
        if drawn < reached:
            return state
    return next(reversed(shares))


def _sources(p: Parameters, state: Ints, rng: np.random.Generator) -> Ints:
    """Who says so: nobody knows of what expired, a rejection comes from the receiver, the rest as drawn."""
    said = pick_word(rng, SOURCES, p.referral.outcome_source, state.size)
    none = [STATES.index(one) for one in (S.SENT, S.RECEIVED, S.ACCEPTED, S.APPOINTMENT)]
    said = np.where(state == STATES.index(S.EXPIRED), SOURCES.index(OutcomeSource.UNKNOWN), said)
    said = np.where(state == STATES.index(S.REJECTED), SOURCES.index(OutcomeSource.RECEIVER_CONFIRMED), said)
    return np.where(np.isin(state, none), -1, said)


def open_hours(p: Parameters, rng: np.random.Generator) -> Floats:
    """(sites, months): hours open, a multiple of a half; nan: not recorded."""
    count = len(rates.months(p))
    weeks = np.bincount(rates.month_of_days(p), minlength=count) / 7
    hours = p.reporting.open_hours_per_week * weeks * rng.normal(1, 0.05, (len(p.sites), count))
    hours = np.round(hours * 2) / 2
    is_unknown = rng.random(hours.shape) < p.reporting.open_hours_not_recorded
    return np.where(is_unknown | (rates.reported_share(p) == 0), np.nan, hours)
