"""Words of what passes between organisations: on what basis, and what of a person."""

from __future__ import annotations

from enum import StrEnum


class SharingBasis(StrEnum):
    """Why something may pass. Not recorded: what a file tells of the past without saying why."""

    WRITTEN_CONSENT = "written_consent"
    EMERGENCY = "emergency"
    SAFEGUARDING_DUTY = "safeguarding_duty"
    COURT_ORDER = "court_order"
    AGREEMENT = "agreement"
    NOT_RECORDED = "not_recorded"


class Shared(StrEnum):
    """What of a person may pass. Each is consented to by its name."""

    REFERRAL = "referral"  # that the person is referred, and what for
    OUTCOME = "outcome"  # what became of a referral
    NEEDS = "needs"
    HISTORY = "history"  # what was given and told at contacts
    NAME = "name"  # name and telephone number


class EmergencyKind(StrEnum):
    """Why a record is opened that one's role does not open: each is a basis of sharing, too."""

    EMERGENCY = "emergency"
    SAFEGUARDING_DUTY = "safeguarding_duty"
    COURT_ORDER = "court_order"


class SharingPurpose(StrEnum):
    """What a consent to share is for."""

    TREATMENT = "treatment"
    HEALTH_CARE = "health_care"
    HOUSING = "housing"
    PRACTICAL_HELP = "practical_help"
    KEEPING_IN_TOUCH = "keeping_in_touch"


class SignedAs(StrEnum):
    """Where the person's signature is; the paper itself is not kept here."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
