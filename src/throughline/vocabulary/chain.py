"""Words of the chain: who comes by which route, what is told, needed, done and found in the way.

Two sorts of words. *Closed* words carry the structure (routes, kinds, states): an enum, checked by the
database. *Listed* words grow with the field (topics, domains, barriers ...): each programme keeps its own
versioned code list, which starts from the enum here and may add codes; a code never changes its meaning.
"""

from __future__ import annotations

from enum import StrEnum


class Route(StrEnum):
    SERVICE = "service"
    PEER = "peer"
    POLICE = "police"
    PHARMACY = "pharmacy"
    POST = "post"
    VENDING = "vending"


class ContactKind(StrEnum):
    SINGLE = "single"
    TALLY = "tally"  # n contacts counted together, nothing known of each


class Mode(StrEnum):
    FACE_TO_FACE = "face_to_face"
    PHONE = "phone"
    MESSAGE = "message"
    DELIVERY = "delivery"
    NOT_RECORDED = "not_recorded"


class WhoSpoke(StrEnum):
    SELF = "self"
    FAMILY = "family"
    FRIEND = "friend"
    STAFF = "staff"
    NOBODY = "nobody"
    NOT_RECORDED = "not_recorded"


class Newness(StrEnum):
    NEW = "new"
    RETURNING = "returning"
    UNKNOWN = "unknown"


class DurationBand(StrEnum):
    UNDER_5 = "under_5_minutes"
    FROM_5_TO_14 = "5_to_14_minutes"
    FROM_15_TO_29 = "15_to_29_minutes"
    FROM_30 = "30_minutes_or_more"
    NOT_RECORDED = "not_recorded"


class Place(StrEnum):
    """Listed."""

    COUNTER = "counter"
    CONSULTING_ROOM = "consulting_room"
    STREET = "street"
    HOSTEL = "hostel"
    HOME = "home"
    VAN = "van"
    STATION = "station"
    HOSPITAL = "hospital"
    PHARMACY = "pharmacy"
    NOT_RECORDED = "not_recorded"


class Topic(StrEnum):
    """Listed: what a person may tell."""

    CRACK_USE = "crack_use"
    INJECTING = "injecting"
    OVERDOSE = "overdose"
    HOUSING = "housing"
    MENTAL_HEALTH = "mental_health"
    PHYSICAL_HEALTH = "physical_health"
    VIOLENCE = "violence"
    SEX_WORK = "sex_work"
    DEBT = "debt"
    COURT = "court"
    CHILDREN = "children"
    OTHER = "other"


class Answer(StrEnum):
    """What became of a topic: told by the person, denied, or one of the five kinds of nothing."""

    TOLD = "told"
    SAID_NO = "said_no"
    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"
    NOT_RECORDED = "not_recorded"


class RaisedBy(StrEnum):
    PERSON = "person"
    WORKER = "worker"
    NOT_RECORDED = "not_recorded"


class NeedDomain(StrEnum):
    """Listed."""

    HOUSING = "housing"
    PHYSICAL_HEALTH = "physical_health"
    MENTAL_HEALTH = "mental_health"
    DRUG_TREATMENT = "drug_treatment"
    WOUND_CARE = "wound_care"
    BLOOD_BORNE_VIRUS = "blood_borne_virus"
    BENEFITS = "benefits"
    LEGAL = "legal"
    SAFETY = "safety"
    FAMILY = "family"
    OTHER = "other"


class Urgency(StrEnum):
    TODAY = "today"
    SOON = "soon"
    ROUTINE = "routine"
    NOT_RECORDED = "not_recorded"


class NeedClosed(StrEnum):
    """Listed: why a need is no longer open."""

    MET = "met"
    NO_LONGER_NEEDED = "no_longer_needed"
    PERSON_DECLINED = "person_declined"
    NO_PROVISION = "no_provision"
    LOST_CONTACT = "lost_contact"
    RECORDED_IN_ERROR = "recorded_in_error"


class ActionKind(StrEnum):
    GIVEN_HERE = "given_here"
    REFERRED = "referred"
    ADVISED = "advised"
    NOTHING_POSSIBLE = "nothing_possible"


class BarrierKind(StrEnum):
    """Listed."""

    OPENING_HOURS = "opening_hours"
    DISTANCE = "distance"
    WAITING = "waiting"
    STIGMA = "stigma"
    ELIGIBILITY = "eligibility"
    TRUST = "trust"
    NO_PROVISION = "no_provision"
    LEGAL_FEAR = "legal_fear"
    CHILDCARE = "childcare"
    LANGUAGE = "language"
    OTHER = "other"


class BarrierLevel(StrEnum):
    PERSONAL = "personal"
    ORGANISATIONAL = "organisational"
    STRUCTURAL = "structural"
    NOT_RECORDED = "not_recorded"


class ItemKind(StrEnum):
    """Listed."""

    PIPE = "safe_inhalation_pipe"
    MOUTHPIECE = "mouthpiece"
    SCREEN = "screen"
    PUSH_STICK = "push_stick"
    FOIL = "foil"
    NEEDLE = "needle"
    SYRINGE = "syringe"
    BARREL = "barrel"
    WATER = "water"
    CITRIC = "citric"
    SWAB = "swab"
    SHARPS_BIN = "sharps_bin"
    CONDOM = "condom"
    NALOXONE_NASAL = "naloxone_nasal"
    NALOXONE_INJECTABLE = "naloxone_injectable"
    INFORMATION = "information"
    OTHER = "other"


class Gender(StrEnum):
    """Listed."""

    WOMAN = "woman"
    MAN = "man"
    NON_BINARY = "non_binary"
    SELF_DESCRIBED = "self_described"
    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"
    NOT_RECORDED = "not_recorded"


class Housing(StrEnum):
    """Where somebody lives, as they say it."""

    OWN_TENANCY = "own_tenancy"
    WITH_FAMILY_OR_FRIENDS = "with_family_or_friends"
    HOSTEL = "hostel"
    TEMPORARY = "temporary"
    NO_FIXED_PLACE = "no_fixed_place"
    ROUGH_SLEEPING = "rough_sleeping"
    INSTITUTION = "institution"
    NOT_ASKED = "not_asked"
    DECLINED = "declined"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"
    NOT_RECORDED = "not_recorded"
