"""What was told and what was done about it: crack use, further needs, actions, what stood in the way."""

from __future__ import annotations

import numpy as np

from throughline.example import rates
from throughline.example.agreement import spread
from throughline.example.arrays import (
    ACTIONS,
    ANSWERS,
    BARRIERS,
    DOMAINS,
    NO_ROW,
    SAID_NO,
    TOLD,
    TOPICS,
    URGENCIES,
    Bools,
    ContactBarriers,
    Contacts,
    Disclosures,
    Floats,
    Ints,
    Needs,
    Told,
)
from throughline.example.chance import cut_normal, pick, pick_rows, pick_word
from throughline.example.coming import spread_of_people
from throughline.example.parameters import Parameters, Unrecorded
from throughline.vocabulary.chain import ActionKind, Answer, BarrierKind, NeedDomain, Topic

# The topic under which a need's telling is written down.
TOPIC_OF_NEED = {
    NeedDomain.HOUSING: Topic.HOUSING, NeedDomain.PHYSICAL_HEALTH: Topic.PHYSICAL_HEALTH,
    NeedDomain.MENTAL_HEALTH: Topic.MENTAL_HEALTH, NeedDomain.DRUG_TREATMENT: Topic.OVERDOSE,
    NeedDomain.WOUND_CARE: Topic.PHYSICAL_HEALTH, NeedDomain.BLOOD_BORNE_VIRUS: Topic.PHYSICAL_HEALTH,
    NeedDomain.BENEFITS: Topic.DEBT, NeedDomain.LEGAL: Topic.COURT, NeedDomain.SAFETY: Topic.VIOLENCE,
    NeedDomain.FAMILY: Topic.CHILDREN, NeedDomain.OTHER: Topic.OTHER,
}  # fmt: skip

# What workers ask about besides crack use, and how often each is the one written down where nothing was told.
ASKED_ABOUT = {
    Topic.HOUSING: 0.34, Topic.PHYSICAL_HEALTH: 0.22, Topic.MENTAL_HEALTH: 0.20, Topic.INJECTING: 0.14,
    Topic.VIOLENCE: 0.06, Topic.DEBT: 0.04,
}  # fmt: skip


def site_drift(
    p: Parameters, rng: np.random.Generator, deviations: tuple[Floats, Floats], columns: int
) -> Floats:
    """(sites, phases, columns): what sites differ by; `deviations` are the standard deviations of its two parts."""
    of_site = cut_normal(rng, (len(p.sites), 1, 1)) * deviations[0].reshape(1, 1, columns)
    of_phase = cut_normal(rng, (len(p.sites), 3, 1)) * deviations[1].reshape(1, 1, columns)
    return of_site + of_phase


def draw_told(p: Parameters, contacts: Contacts, clients: int, rng: np.random.Generator) -> Told:
    """Whether crack use is told at each contact, or not, or not written; and whether a further need is."""
    through = rates.progress(p)[contacts.site, contacts.day]
    arm = rates.is_intervention(p).astype(int)[contacts.site]
    route, n = contacts.route, contacts.count

    def on_the_way(shares: Floats, row: Ints) -> Floats:
        before, after = shares[row, arm, 0], shares[row, arm, 1]
        return np.asarray(before + (after - before) * through)

    bases = [spread(p.drift.told, p.crack_use.told_of_recorded[name]) for name in p.route_order]
    deviations = (np.array([base[0] for base in bases]), np.array([base[1] for base in bases]))
    drift = site_drift(p, rng, deviations, len(bases))
    people = np.append(spread_of_people(p, clients, rng), 0.0)  # the last, for -1: anonymous
    share = on_the_way(rates.told_share(p), route) + drift[contacts.site, contacts.phase, route]
    is_told = rng.random(n) < share + people[contacts.client]
    is_written = rng.random(n) < on_the_way(rates.recorded_share(p, p.crack_use), route)
    crack = _answers(is_told, is_written, contacts, p.crack_use.unrecorded, rng)
    where_told = (crack == TOLD).astype(np.int64)
    one, other = spread(p.drift.need, p.further_need.where_crack_told)
    drift = site_drift(p, rng, (np.array([one]), np.array([other])), 1)
    share = on_the_way(rates.need_share(p), where_told) + drift[contacts.site, contacts.phase, 0]
    is_written = rng.random(n) < on_the_way(rates.recorded_share(p, p.further_need), route)
    need = _answers(rng.random(n) < share, is_written, contacts, p.further_need.unrecorded, rng)
    return Told(crack=crack, need=need)


def _answers(
    is_told: Bools, is_written: Bools, contacts: Contacts, unrecorded: Unrecorded, rng: np.random.Generator
) -> Ints:
    """Told or said no where an answer is written, else a kind of nothing; of a tally nothing is known."""
    answers = np.where(is_told, TOLD, SAID_NO)
    words = [ANSWERS.index(one) for one in (Answer.NOT_ASKED, Answer.DECLINED, Answer.DONT_KNOW)]
    shares = [unrecorded.not_asked, unrecorded.declined, unrecorded.dont_know, unrecorded.no_row]
    nothing = np.array([*words, NO_ROW])[pick(rng, shares, contacts.count)]
    return np.where(contacts.is_single, np.where(is_written, answers, nothing), NO_ROW)


def draw_needs(p: Parameters, contacts: Contacts, told: Told, rng: np.random.Generator) -> Needs:
    """One to three needs (of different kinds) at each contact with any; one action each; perhaps a barrier."""
    has = np.flatnonzero(told.need == TOLD)
    how_many = 1 + pick(rng, p.further_need.how_many, has.size)
    # The smallest exponential clocks give kinds without repeats, in proportion to their shares.
    shares = np.array([p.further_need.domains.get(domain, 0.0) for domain in DOMAINS])
    with np.errstate(divide="ignore"):
        clocks = rng.exponential(size=(has.size, len(DOMAINS))) / shares
    ranked = np.argsort(clocks, axis=1)[:, :3]
    is_kept = np.arange(3) < how_many[:, None]
    contact, domain = np.repeat(has, how_many), ranked[is_kept]
    action = _actions(p, contacts, contact, rng)
    barrier_shares = np.array([p.response.barrier_where[kind] for kind in ACTIONS])[action]
    is_in_the_way = rng.random(contact.size) < barrier_shares
    kinds = pick_word(rng, BARRIERS, _barrier_shares(p), contact.size)
    is_given = action == ACTIONS.index(ActionKind.GIVEN_HERE)
    return Needs(
        contact=contact, domain=domain, action=action, barrier=np.where(is_in_the_way, kinds, -1),
        urgency=pick_word(rng, URGENCIES, p.further_need.urgency, contact.size),
        is_closed=is_given & (rng.random(contact.size) < p.further_need.closed_as_met),
    )  # fmt: skip


def _actions(p: Parameters, contacts: Contacts, contact: Ints, rng: np.random.Generator) -> Ints:
    site, day = contacts.site[contact], contacts.day[contact]
    through = np.where(rates.is_intervention(p)[site], rates.progress(p)[site, day], 0.0)[:, None]
    without, with_it = (
        np.array([part[kind] for kind in ACTIONS]) for part in (p.response.without, p.response.with_programme)
    )
    return pick_rows(rng, without + (with_it - without) * through)


def draw_barriers(p: Parameters, contacts: Contacts, rng: np.random.Generator) -> ContactBarriers:
    rows = np.flatnonzero(contacts.is_single & (rng.random(contacts.count) < p.response.barrier_at_contact))
    return ContactBarriers(rows, pick_word(rng, BARRIERS, _barrier_shares(p), rows.size))


def _barrier_shares(p: Parameters) -> dict[BarrierKind, float]:
    return {kind: share for kind, (share, _) in p.response.barriers.items()}


def draw_disclosures(
    p: Parameters, told: Told, needs: Needs, is_supplied: Bools, rng: np.random.Generator
) -> Disclosures:
    """Crack use as drawn; the topics of needs; and where none was told, the topic that was asked about or not."""
    crack = np.flatnonzero(told.crack != NO_ROW)
    topic_of = np.array([TOPICS.index(TOPIC_OF_NEED[domain]) for domain in DOMAINS])
    is_said = rng.random(needs.contact.size) < p.further_need.also_disclosed
    pairs = np.unique(np.stack([needs.contact[is_said], topic_of[needs.domain[is_said]]]), axis=1)
    # No need was told, and that is written down: as one topic that was asked about, declined or passed over.
    rest = np.flatnonzero((told.need != NO_ROW) & (told.need != TOLD))
    places = np.array([TOPICS.index(topic) for topic in ASKED_ABOUT])
    asked = places[pick(rng, list(ASKED_ABOUT.values()), rest.size)]
    contact = np.concatenate([crack, pairs[0], rest])
    topic = np.concatenate([np.full(crack.size, TOPICS.index(Topic.CRACK_USE)), pairs[1], asked])
    answer = np.concatenate([told.crack[crack], np.full(pairs.shape[1], TOLD), told.need[rest]])
    raised = p.crack_use.raised_by_person
    share = np.where(is_supplied[contact], raised.with_equipment, raised.without_equipment)
    order = np.lexsort((topic, contact))
    by_person = (rng.random(contact.size) < share) & (answer == TOLD)
    return Disclosures(contact[order], topic[order], answer[order], by_person[order])
