"""Words of waves: who was asked to take part, what became of it, where answers came from."""

from __future__ import annotations

from enum import StrEnum


class ApproachThrough(StrEnum):
    """Through whom a person was asked to take part."""

    SERVICE = "service"
    PEER = "peer"
    OUTREACH = "outreach"
    OTHER = "other"


class ApproachResult(StrEnum):
    CONSENTED = "consented"
    REFUSED = "refused"
    NOT_ELIGIBLE = "not_eligible"


class NotEligible(StrEnum):
    """Why somebody who was approached could not take part."""

    UNDER_AGE = "under_age"
    NO_CRACK_USE = "no_crack_use"
    NOT_FROM_HERE = "not_from_here"
    TOOK_PART_ALREADY = "took_part_already"
    CANNOT_CONSENT = "cannot_consent"
    OTHER = "other"


class ResponseSource(StrEnum):
    """Where a response was filled in."""

    HERE = "here"
    REDCAP = "redcap"
    KOBO = "kobo"
    ODK = "odk"
    CSV = "csv"


class FilledBy(StrEnum):
    INTERVIEWER = "interviewer"
    PERSON = "person"  # alone, by a one-time link
    NOT_RECORDED = "not_recorded"


class Exclusion(StrEnum):
    """Why a response is left out of the analysis."""

    NOT_ELIGIBLE = "not_eligible"
    TOOK_PART_TWICE = "took_part_twice"
    TRIAL = "trial"  # filled to try the form
    UNUSABLE = "unusable"
    OUTSIDE_WAVE = "outside_wave"
    WITHDREW = "withdrew"
