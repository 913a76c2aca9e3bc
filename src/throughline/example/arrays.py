"""What a simulation gives: columns of one length per table, and the words that their small numbers stand for.

Days are counted from the first day of the period, minutes from midnight of that day. -1 stands where there is
nothing, and each comment says which kind of nothing that is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierKind,
    DurationBand,
    Gender,
    ItemKind,
    Mode,
    NeedDomain,
    Newness,
    Place,
    Topic,
    Urgency,
    WhoSpoke,
)
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import (
    Door,
    DoseRoute,
    GivenBy,
    OutcomeSource,
    ReferralKind,
    ReferralState,
    YesNo,
)
from throughline.vocabulary.study import PhaseKind

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PHASES = tuple(PhaseKind)
BEFORE, IMPLEMENTATION, AFTER = range(3)
ANSWERS = tuple(Answer)
TOLD, SAID_NO = ANSWERS.index(Answer.TOLD), ANSWERS.index(Answer.SAID_NO)
NO_ROW = -1  # nothing was written about crack use: not recorded
TOPICS = tuple(Topic)
DOMAINS = tuple(NeedDomain)
URGENCIES = tuple(Urgency)
ACTIONS = tuple(ActionKind)
BARRIERS = tuple(BarrierKind)
MODES = tuple(Mode)
PLACES = tuple(Place)
SPEAKERS = tuple(WhoSpoke)
NEWNESS = tuple(Newness)
DURATIONS = tuple(DurationBand)
GENDERS = tuple(Gender)
REFERRAL_KINDS = tuple(ReferralKind)
STATES = tuple(ReferralState)
SOURCES = tuple(OutcomeSource)
DOORS = tuple(Door)
GIVERS = tuple(GivenBy)
DOSE_ROUTES = tuple(DoseRoute)
YES_NO = tuple(YesNo)
NOTHINGS = tuple(Nothing)
ITEMS = (
    ItemKind.PIPE, ItemKind.MOUTHPIECE, ItemKind.SCREEN, ItemKind.PUSH_STICK, ItemKind.FOIL, ItemKind.NEEDLE,
    ItemKind.NALOXONE_NASAL, ItemKind.CONDOM, ItemKind.INFORMATION,
)  # fmt: skip
CONTROLLED = frozenset({ItemKind.PIPE, ItemKind.MOUTHPIECE, ItemKind.SCREEN})
# What stands where an item's place does: a version of the inhalation kit.
KIT_1, KIT_2 = len(ITEMS), len(ITEMS) + 1


@dataclass(frozen=True, slots=True)
class Contacts:
    """One row a contact, by time. `tally` is 0 for a single contact, else how many were counted together."""

    site: Ints
    route: Ints  # a place in the parameters' routes
    day: Ints
    minute: Ints
    phase: Ints  # of the site on that day: never recorded, only for holding results against what was put in
    tally: Ints
    client: Ints  # -1: anonymous
    newness: Ints
    mode: Ints
    place: Ints
    speaker: Ints
    duration: Ints
    worker: Ints  # -1: not one of the site's staff

    @property
    def count(self) -> int:
        return int(self.site.size)

    @property
    def is_single(self) -> Bools:
        return np.asarray(self.tally == 0)


@dataclass(frozen=True, slots=True)
class Clients:
    """Made-up people: parts of their client codes and, for some, what is written down about them."""

    code: tuple[str, ...]
    site: Ints  # where first met
    birth_year: Ints
    gender: Ints
    is_described: Bools
    first_day: Ints


@dataclass(frozen=True, slots=True)
class Disclosures:
    contact: Ints
    topic: Ints
    answer: Ints
    is_raised_by_person: Bools


@dataclass(frozen=True, slots=True)
class Needs:
    contact: Ints
    domain: Ints
    urgency: Ints
    action: Ints
    barrier: Ints  # -1: none in the way
    is_closed: Bools


@dataclass(frozen=True, slots=True)
class ContactBarriers:
    """What stood in the way of a contact itself, whatever was needed."""

    contact: Ints
    kind: Ints


@dataclass(frozen=True, slots=True)
class Told:
    """What is told at each contact, of crack use and of a further need: places in ANSWERS (NO_ROW: nothing written)."""

    crack: Ints
    need: Ints


@dataclass(frozen=True, slots=True)
class KitLines:
    contact: Ints
    item: Ints  # a place in ITEMS, or KIT_1, KIT_2
    quantity: Ints
    returned: Ints  # -1: not recorded


@dataclass(frozen=True, slots=True)
class Referrals:
    """`contact` -1: made at a police station, without one. `of_need` has a row for each need: -1: not referred."""

    contact: Ints
    site: Ints
    target: Ints
    kind: Ints
    door: Ints
    day: Ints
    minute: Ints
    of_need: Ints


@dataclass(frozen=True, slots=True)
class ReferralEvents:
    """By referral and sequence; the first of each is `sent`. `source` -1: the state needs none."""

    referral: Ints
    state: Ints
    source: Ints
    day: Ints
    minute: Ints


@dataclass(frozen=True, slots=True)
class IncidentRows:
    """Incidents and when they were reported. `person_*` and `dose_*` are rows of their own."""

    site: Ints
    day: Ints
    minute: Ints
    is_timed: Bools  # False: when it occurred was not recorded
    source: Ints
    person_incident: Ints
    person_fatal: Ints
    person_naloxone: Ints
    person_age: Ints  # years
    person_gender: Ints
    dose_person: Ints
    dose_quantity: Ints
    dose_route: Ints
    dose_by: Ints


@dataclass(frozen=True, slots=True)
class SurveyAnswers:
    """`value` 1 yes, 0 no, -1: the kind of nothing in `nothing` (a place in NOTHINGS) stands there."""

    site: Ints
    phase: Ints
    respondent: Ints
    day: Ints
    question: Ints
    value: Ints
    nothing: Ints


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who of a site's staff came to a training; practitioners first, then peers."""

    training: Ints
    staff: Ints
    is_attended: Bools
    is_completed: Bools
