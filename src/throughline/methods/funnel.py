"""The line from contact to coming back: for each step how many, of which denominator, and how much is not known.

Estimates: for each step and group the share that took it, of all in the denominator that the step names.
Formula: n = yes + no + still open + not known (five kinds of nothing); share = yes/n. What is not known stays in the
    denominator and is never a no, so the share is what is known to have happened. Beside it stand
      share recorded = (yes + no)/n,
      possible, from yes/n (had none of the unknown taken the step) to (yes + open + unknown that could be yes)/n (had
      all); not applicable cannot be yes, and stays in the denominator all the same, since the denominator is named
      ("contacts") and may not shrink where a site writes "not applicable" often.
Denominators: no step requires an earlier optional one.
      contacts   contact: contacts - crack use told: contacts - further need told: contacts
                 response (given here or referred): contacts with a further need told
                 accepted, entered: referrals made at those contacts
      codes      contact: codes - crack use told: codes - further need told: codes
                 response: codes with a further need told - accepted, entered: codes with a referral
                 came back: codes
    There is no "came back" of contacts: one without a code cannot be known to come back, so this is asked of codes only.
    A code whose window to come back had not passed at the freeze, and a referral without an end, are "still open".
Source: methods are plain shares; Manski (1989) J Hum Resources 24:343-360 for the bounds; intervals from `intervals`, by
    drawing whole sites: none with fewer than 5.
Assumptions: each contact, referral or code is counted once for each step.
When not to use it: as a chain of probabilities to multiply; to contrast arms (`contrast`); for entered by a day
    (`competing_risks`); for codes by route where many contacts carry no code (`may_contrast_codes` says when).
Checked against: hand examples and properties (tests/methods/test_funnel.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import numpy as np

from throughline.methods.estimate import Interval, Missing
from throughline.methods.intervals import SITES_DRAWN, by_drawing_sites
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import Step
from throughline.vocabulary.words import ROUTES

METHOD = "funnel.steps/2"
CODES_METHOD = "funnel.contacts_without_code/1"

MOST_WITHOUT_CODE = Fraction(20, 100)
LEAST_DIFFERENCE_REFUSED = Fraction(10, 100)

UNKNOWN_STAYS = Sentence(
    "What is not known stays in the denominator and is never counted as no; the share says what is known to have happened."
)
NO_SITES = Sentence("Which sites the records come from is not given, so there is no interval.")
EVERY_ONE = Sentence("Every one that is counted is a contact; there is nothing to take an interval of.")
OWN_DENOMINATOR = Sentence("Each step names its own denominator; no step requires an earlier one.")

SiteCounts = Mapping[str, tuple[int, int]]  # site -> yes and n
BySite = Mapping[tuple[str, ...], Mapping[Step, SiteCounts]]


class Funnel(StrEnum):
    """What is counted."""

    CONTACTS = "contacts"
    CODES = "codes"


class Denominator(StrEnum):
    """What a step is a share of."""

    CONTACTS = "contacts"
    CONTACTS_WITH_NEED_TOLD = "contacts_with_need_told"
    REFERRALS = "referrals"
    CODES = "codes"
    CODES_WITH_NEED_TOLD = "codes_with_need_told"
    CODES_REFERRED = "codes_referred"


DENOMINATORS: Mapping[Funnel, Mapping[Step, Denominator]] = {
    Funnel.CONTACTS: {
        Step.CONTACT: Denominator.CONTACTS,
        Step.CRACK_USE_TOLD: Denominator.CONTACTS,
        Step.FURTHER_NEED_TOLD: Denominator.CONTACTS,
        Step.RESPONSE: Denominator.CONTACTS_WITH_NEED_TOLD,
        Step.ACCEPTED: Denominator.REFERRALS,
        Step.ENTERED: Denominator.REFERRALS,
    },
    Funnel.CODES: {
        Step.CONTACT: Denominator.CODES,
        Step.CRACK_USE_TOLD: Denominator.CODES,
        Step.FURTHER_NEED_TOLD: Denominator.CODES,
        Step.RESPONSE: Denominator.CODES_WITH_NEED_TOLD,
        Step.ACCEPTED: Denominator.CODES_REFERRED,
        Step.ENTERED: Denominator.CODES_REFERRED,
        Step.CAME_BACK: Denominator.CODES,
    },
}

DENOMINATOR_LABELS: Mapping[Denominator, Sentence] = {
    Denominator.CONTACTS: Sentence("of all contacts"),
    Denominator.CONTACTS_WITH_NEED_TOLD: Sentence("of contacts at which a further need was told"),
    Denominator.REFERRALS: Sentence("of referrals made"),
    Denominator.CODES: Sentence("of distinct codes"),
    Denominator.CODES_WITH_NEED_TOLD: Sentence("of distinct codes that told a further need"),
    Denominator.CODES_REFERRED: Sentence("of distinct codes that were referred"),
}


@dataclass(frozen=True, slots=True)
class StepCounts:
    """Counts of one step: `still_open` had not been decided at the freeze; `missing` is not known, by kind."""

    yes: int
    no: int = 0
    still_open: int = 0
    missing: Missing = field(default_factory=Missing)

    def __post_init__(self) -> None:
        if min(self.yes, self.no, self.still_open) < 0:
            raise Invalid(Sentence("A step counts 0 or more; correct the counts below 0."))

    @property
    def n(self) -> int:
        """All in the denominator."""
        return self.yes + self.no + self.still_open + self.missing.total


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step of one group. The shares are None where the denominator is empty: never 0; `no_interval` says why there is
    no interval."""

    step: Step
    denominator: Denominator
    n: int
    yes: int
    no: int
    still_open: int
    missing: Missing
    share: float | None
    interval: Interval | None
    share_recorded: float | None
    possible: tuple[float, float] | None
    no_interval: Sentence | None = None
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (UNKNOWN_STAYS, OWN_DENOMINATOR, SITES_DRAWN)


@dataclass(frozen=True, slots=True)
class GroupFunnel:
    """The steps of one group, in order; `group` names it (route, arm, phase, site: whatever the caller split by)."""

    funnel: Funnel
    group: tuple[str, ...]
    steps: tuple[FunnelStep, ...]


@dataclass(frozen=True, slots=True)
class CodeContrast:
    """Whether codes may be contrasted between routes; `reason` says why not.

    `without_code` is the share of a route's contacts without a code; None where the route had no contact.
    """

    may_contrast: bool
    reason: Sentence | None
    without_code: Mapping[str, float | None]
    n: int
    method: str = CODES_METHOD


def funnel(
    kind: Funnel,
    groups: Mapping[tuple[str, ...], Mapping[Step, StepCounts]],
    *,
    by_site: BySite | None = None,
    rng: np.random.Generator | None = None,
    level: float = 0.95,
) -> tuple[GroupFunnel, ...]:
    """The funnel of each group, in the order given.

    `by_site` holds, for each group and step, yes and n of every site, of which `rng` draws the sites; without them there is
    no interval.
    A step that is absent was not asked for and is absent from the result: it is not a row of zeros. Raises Invalid for a
    step that this funnel does not have, or for counts that do not fit their denominator (as many crack-use answers as
    contacts, as many responses as needs told, accepted and entered of the same referrals).
    """
    found = []
    for group, steps in groups.items():
        _check_steps(kind, group, steps)
        order = [step for step in DENOMINATORS[kind] if step in steps]
        sites = (by_site or {}).get(group, {})
        rows = tuple(
            _step(DENOMINATORS[kind][step], step, steps[step], _interval(step, sites, rng, level))
            for step in order
        )
        found.append(GroupFunnel(kind, group, rows))
    return tuple(found)


def may_contrast_codes(contacts_by_route: Mapping[str, tuple[int, int]]) -> CodeContrast:
    """From contacts (with a code, without) by route: whether codes of the routes may be set against each other.

    Not where a route has more than 20% of contacts without a code, nor where two routes differ in that share by 10
    points or more: then a route has fewer codes because fewer were asked for, not because fewer came.
    """
    shares: dict[str, Fraction | None] = {}
    for route, (with_code, without) in contacts_by_route.items():
        if min(with_code, without) < 0:
            raise Invalid(Sentence("Contacts by %(route)s are counted below 0.", route=route))
        shares[route] = Fraction(without, with_code + without) if with_code + without else None
    known = {route: share for route, share in shares.items() if share is not None}
    reason = _reason_against(known)
    return CodeContrast(
        may_contrast=reason is None,
        reason=reason,
        without_code={route: None if share is None else float(share) for route, share in shares.items()},
        n=sum(sum(counts) for counts in contacts_by_route.values()),
    )


def _reason_against(shares: Mapping[str, Fraction]) -> Sentence | None:
    if not shares:
        return Sentence("There are no contacts, so there are no codes to contrast.")
    # Ties go to the first name, so that the sentence does not depend on the order of routes.
    most = max(sorted(shares), key=lambda route: shares[route])
    least = min(sorted(shares), key=lambda route: shares[route])
    if shares[most] > MOST_WITHOUT_CODE:
        return Sentence(
            "Distinct codes are not contrasted by route: %(share)s%% of contacts of the route “%(route)s” carry no code (more than 20%%).",
            share=_percent(shares[most]),
            route=ROUTES.get(most, most),
        )
    if shares[most] - shares[least] >= LEAST_DIFFERENCE_REFUSED:
        return Sentence(
            "Distinct codes are not contrasted by route: %(share)s%% of contacts of the route “%(route)s” carry no code and "
            "%(other_share)s%% of the route “%(other)s” (10 points or more apart).",
            share=_percent(shares[most]),
            route=ROUTES.get(most, most),
            other_share=_percent(shares[least]),
            other=ROUTES.get(least, least),
        )
    return None


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):.1f}"


def _interval(
    step: Step, sites: Mapping[Step, SiteCounts], rng: np.random.Generator | None, level: float
) -> tuple[Interval | None, Sentence]:
    """The interval of a step's share, and what to say where there is none."""
    if step is Step.CONTACT:
        return None, EVERY_ONE
    if rng is None or step not in sites:
        return None, NO_SITES
    interval, reason = by_drawing_sites(sites[step], rng=rng, level=level)
    return interval, reason or NO_SITES


def _step(
    denominator: Denominator, step: Step, counts: StepCounts, drawn: tuple[Interval | None, Sentence]
) -> FunnelStep:
    n = counts.n
    interval, no_interval = drawn
    could_be_yes = counts.yes + counts.still_open + counts.missing.total - counts.missing.not_applicable
    return FunnelStep(
        step=step,
        denominator=denominator,
        n=n,
        yes=counts.yes,
        no=counts.no,
        still_open=counts.still_open,
        missing=counts.missing,
        share=counts.yes / n if n else None,
        interval=interval if n else None,
        share_recorded=(counts.yes + counts.no) / n if n else None,
        possible=(counts.yes / n, could_be_yes / n) if n else None,
        no_interval=None if interval is not None and n else no_interval,
    )


def _check_steps(kind: Funnel, group: tuple[str, ...], steps: Mapping[Step, StepCounts]) -> None:
    denominators = DENOMINATORS[kind]
    for step in steps:
        if step not in denominators:
            raise Invalid(
                Sentence("The funnel of %(kind)s has no step %(step)s.", kind=kind.value, step=step.value)
            )
    sizes: dict[Denominator, int] = {}
    if Step.CONTACT in steps:
        contact = steps[Step.CONTACT]
        if contact.yes != contact.n:
            raise Invalid(
                Sentence("Every one counted is a contact; %(group)s has others.", group=" / ".join(group))
            )
        sizes[denominators[Step.CONTACT]] = contact.yes
    if Step.FURTHER_NEED_TOLD in steps:
        sizes[denominators[Step.RESPONSE]] = steps[Step.FURTHER_NEED_TOLD].yes
    for step, counts in steps.items():
        size = sizes.setdefault(denominators[step], counts.n)
        if counts.n != size:
            raise Invalid(
                Sentence(
                    "%(group)s counts %(n)s at the step %(step)s, but its denominator (%(denominator)s) holds %(size)s: "
                    "count what is not known by its kind of nothing.",
                    group=" / ".join(group),
                    n=counts.n,
                    step=step.value,
                    denominator=denominators[step].value,
                    size=size,
                )
            )
