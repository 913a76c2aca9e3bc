"""Words of organisations, sites and what a programme does."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    DRUG_SERVICE = "drug_service"
    PEER_NETWORK = "peer_network"
    POLICE = "police"
    HEALTH = "health"
    HOUSING = "housing"
    COMMUNITY = "community"
    FAITH = "faith"
    RESEARCH = "research"


class SiteKind(StrEnum):
    FIXED = "fixed"
    VAN = "van"
    OUTREACH = "outreach"
    PHARMACY = "pharmacy"
    PEER_NETWORK = "peer_network"
    POLICE_STATION = "police_station"


class PartnershipKind(StrEnum):
    REFERRAL = "referral"
    SUPPLY = "supply"
    DATA = "data"
    RESEARCH = "research"


class ComponentKind(StrEnum):
    SUPPLY_ROUTE = "supply_route"
    TRAINING = "training"
    POST_OVERDOSE_VISIT = "post_overdose_visit"
    WALK_IN = "walk_in"
    PEER_OUTREACH = "peer_outreach"
    HOSPITAL_LIAISON = "hospital_liaison"


class ProvisionKind(StrEnum):
    """What a site gives people who use crack anyway, whether or not the programme came there."""

    ADVICE = "advice"
    GROUP = "group"
    ONE_TO_ONE = "one_to_one"
    EQUIPMENT = "equipment"
    HEALTH_CARE = "health_care"
    OUTREACH = "outreach"
    OTHER = "other"


class Reporting(StrEnum):
    """How much of a month a site reported: nothing reported is not a zero."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"


class ImportState(StrEnum):
    RUNNING = "running"
    COMPLETE = "complete"
    BROKEN = "broken"
    NOTHING_NEW = "nothing_new"
