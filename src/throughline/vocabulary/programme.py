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
