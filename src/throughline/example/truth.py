"""What an evaluation of the fictional programme should find, on average over seeds.

Shares are moved by adding (a risk difference), drifts of sites and people have mean 0 and never reach 0 or 1, and a
contact's route does not depend on them. So the expected share of a site and phase is the average over its expected
contacts, and the expected contrast is the mean of the intervention sites' changes less that of the comparison
sites'. No approximation is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from throughline.example import rates
from throughline.example.arrays import AFTER, BEFORE, Floats
from throughline.example.parameters import Parameters
from throughline.vocabulary.study import OutcomeKind

CRACK_USE_TOLD = "crack_use_told"  # told, of contacts with an answer written down
CRACK_USE_TOLD_OF_CONTACTS = "crack_use_told_of_contacts"  # told, of all single contacts
FURTHER_NEED_TOLD = "further_need_told"  # a need told, of contacts with an answer written down
FURTHER_NEED_TOLD_OF_CONTACTS = "further_need_told_of_contacts"  # a need told, of all single contacts
FURTHER_NEED_WHERE_TOLD = "further_need_where_crack_told"  # a need told, of answers where crack use was told
CONTACTS_PER_MONTH = "contacts_per_month"  # single contacts in completely reported months within one phase


@dataclass(frozen=True, slots=True)
class Estimand:
    """`difference`: the intervention sites' mean change less the comparison sites'. Per site: before and after."""

    code: str
    kind: OutcomeKind
    difference: float
    before: tuple[float, ...]
    after: tuple[float, ...]


def truth(p: Parameters) -> dict[str, Estimand]:
    """What was put in, by code: five shares and a count of monitoring, `survey.<question>` for each question."""
    shares = (
        CRACK_USE_TOLD, CRACK_USE_TOLD_OF_CONTACTS, FURTHER_NEED_TOLD, FURTHER_NEED_TOLD_OF_CONTACTS,
        FURTHER_NEED_WHERE_TOLD,
    )  # fmt: skip
    cells = {code: np.empty((len(p.sites), 2)) for code in shares}
    expected, phase = rates.expected_contacts(p), rates.phases(p)
    told, need = rates.told_share(p), rates.need_share(p)
    written, need_written = rates.recorded_share(p, p.crack_use), rates.recorded_share(p, p.further_need)
    for site, arm in enumerate(rates.is_intervention(p).astype(int)):
        for time, kind in enumerate((BEFORE, AFTER)):
            by_route = expected[site][:, phase[site] == kind].sum(axis=1)
            weights = by_route / by_route.sum()
            crack = written[:, arm, time] * told[:, arm, time]
            not_told, where_told = need[:, arm, time]
            needed = crack * where_told + (1 - crack) * not_told
            asked = need_written[:, arm, time]
            cells[CRACK_USE_TOLD][site, time] = (weights @ crack) / (weights @ written[:, arm, time])
            cells[CRACK_USE_TOLD_OF_CONTACTS][site, time] = weights @ crack
            cells[FURTHER_NEED_TOLD][site, time] = (weights @ (asked * needed)) / (weights @ asked)
            cells[FURTHER_NEED_TOLD_OF_CONTACTS][site, time] = weights @ (asked * needed)
            cells[FURTHER_NEED_WHERE_TOLD][site, time] = where_told
    found = {code: _estimand(p, code, OutcomeKind.BINARY, values) for code, values in cells.items()}
    found[CONTACTS_PER_MONTH] = _estimand(p, CONTACTS_PER_MONTH, OutcomeKind.COUNT, _per_month(p, expected))
    for name, question in p.survey.questions.items():
        effect = np.where(rates.is_intervention(p), question.effect, 0.0)
        before = np.full(len(p.sites), question.before)
        values = np.stack([before, before + question.secular + effect], axis=1)
        found[f"survey.{name}"] = _estimand(p, f"survey.{name}", OutcomeKind.BINARY, values)
    return found


def whole_months(p: Parameters) -> Floats:
    """(sites, months): the phase of each month that was completely reported and lies in one phase, else nan."""
    month, phase, reported = rates.month_of_days(p), rates.phases(p), rates.reported_share(p)
    found = np.full(reported.shape, np.nan)
    for place in range(reported.shape[1]):
        within = phase[:, month == place]
        is_whole = (within == within[:, :1]).all(axis=1) & (reported[:, place] == 1)
        found[is_whole, place] = within[is_whole, 0]
    return found


def _per_month(p: Parameters, expected: Floats) -> Floats:
    month, whole = rates.month_of_days(p), whole_months(p)
    daily = expected.sum(axis=1)
    by_month = np.stack([daily[:, month == place].sum(axis=1) for place in range(whole.shape[1])], axis=1)
    values = np.empty((len(p.sites), 2))
    for time, kind in enumerate((BEFORE, AFTER)):
        for site in range(len(p.sites)):
            values[site, time] = by_month[site, whole[site] == kind].mean()
    return values


def _estimand(p: Parameters, code: str, kind: OutcomeKind, values: Floats) -> Estimand:
    change = values[:, 1] - values[:, 0]
    treated = rates.is_intervention(p)
    difference = float(change[treated].mean() - change[~treated].mean())
    before, after = (tuple(float(value) for value in column) for column in values.T)
    return Estimand(code, kind, difference, before, after)
