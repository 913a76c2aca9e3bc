"""Words of referrals and incidents."""

from __future__ import annotations

from enum import StrEnum


class Door(StrEnum):
    """How the person came to be referred."""

    SERVICE = "service"
    POST_OVERDOSE = "post_overdose"
    WALK_IN = "walk_in_at_a_station"
    FAMILY = "family"
    OFFICER_CONTACT = "officer_contact"
    HOT_SPOT = "hot_spot"


class ReferralKind(StrEnum):
    SIGNPOST = "signpost"
    LETTER = "letter"
    WARM_HANDOVER = "warm_handover"


class ReferralState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    APPOINTMENT = "appointment"
    ENTERED = "entered"
    COMPLETED = "completed"
    DECLINED = "declined_by_person"
    REJECTED = "rejected_by_receiver"
    COULD_NOT_CONTACT = "could_not_contact"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TRANSFERRED = "transferred"
    DECEASED = "deceased"
    IN_CUSTODY = "in_custody"


class OutcomeSource(StrEnum):
    """Who says how a referral ended."""

    RECEIVER_CONFIRMED = "receiver_confirmed"
    PERSON_SAID = "person_said"
    WORKER_OBSERVED = "worker_observed"
    RECORD_LINKAGE = "record_linkage"
    UNKNOWN = "unknown"


class YesNo(StrEnum):
    """A yes or no, or the kind of nothing that stands there instead."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"
    NOT_RECORDED = "not_recorded"


class DoseRoute(StrEnum):
    NASAL = "nasal"
    INTRAMUSCULAR = "intramuscular"
    INTRAVENOUS = "intravenous"
    NOT_RECORDED = "not_recorded"


class GivenBy(StrEnum):
    POLICE = "police"
    AMBULANCE = "ambulance"
    PEER = "peer"
    FAMILY_OR_FRIEND = "family_or_friend"
    SERVICE = "service"
    NOT_RECORDED = "not_recorded"


class IncidentFlag(StrEnum):
    """What looks wrong about an incident and is kept all the same."""

    DATE_OUTLIES_FILE = "date_outlies_file"
