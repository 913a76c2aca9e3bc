"""Words of the study and of inquiry."""

from __future__ import annotations

from enum import StrEnum

# The one interval that a plan names as the answer (ids of methods), without and with covariates.
HEADLINE = "contrast.site_change/1"
HEADLINE_ADJUSTED = "contrast.site_change_of_residuals/1"


class ArmKind(StrEnum):
    INTERVENTION = "intervention"
    COMPARISON = "comparison"


class PhaseKind(StrEnum):
    BEFORE = "before"
    IMPLEMENTATION = "implementation"
    AFTER = "after"


class OutcomeKind(StrEnum):
    BINARY = "binary"
    COUNT = "count"
    CONTINUOUS = "continuous"


class OutcomeSourceKind(StrEnum):
    SURVEY = "survey"
    MONITORING = "monitoring"


class OutcomeRank(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    EXPLORATORY = "exploratory"


class Direction(StrEnum):
    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"


class ConsentScope(StrEnum):
    TAKE_PART = "take_part"
    RECORD = "record"
    QUOTE = "quote"
    ARCHIVE = "archive"
    LINK = "link"


class ReleaseDoor(StrEnum):
    TABLES = "tables"
    ROWS = "rows"
    WORDS = "words"
    SUPPLIES = "supplies"  # counts of things, none of people


class RowsState(StrEnum):
    """Where a request for rows stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    LEFT = "left"


class Step(StrEnum):
    """Steps of the line, in order."""

    CONTACT = "contact"
    CRACK_USE_TOLD = "crack_use_told"
    FURTHER_NEED_TOLD = "further_need_told"
    RESPONSE = "response"
    ACCEPTED = "accepted"
    ENTERED = "entered"
    CAME_BACK = "came_back"


def is_a_step(source: str, measure: str) -> bool:
    """Whether an outcome is a step of the line itself; any other stands beside the line."""
    return source == OutcomeSourceKind.MONITORING and measure in set(Step)


class Approach(StrEnum):
    REFLEXIVE = "reflexive"
    CODEBOOK_TEMPLATE = "codebook_template"
    CODEBOOK_FRAMEWORK = "codebook_framework"
    CODING_RELIABILITY = "coding_reliability"


class ApproachUse(StrEnum):
    """What an approach may make use of. What it does not use is on no page and in no report."""

    COUNTS = "counts"
    SATURATION = "saturation"
    BLIND_ROUNDS = "blind_rounds"
    AGREEMENT = "agreement"
    OTHER_READINGS = "other_readings"


class SourceKind(StrEnum):
    INTERVIEW = "interview"
    FOCUS_GROUP = "focus_group"
    OBSERVATION = "observation"
    DOCUMENT = "document"


class CodeOrigin(StrEnum):
    DEDUCTIVE = "deductive"
    INDUCTIVE = "inductive"


class ThemeStatus(StrEnum):
    CANDIDATE = "candidate"
    REVIEWED = "reviewed"
    KEPT = "kept"
    LET_GO = "let_go"


class ThemeRelationKind(StrEnum):
    """How one theme bears on another."""

    LEADS_TO = "leads_to"
    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    CONTRASTS_WITH = "contrasts_with"
    BELONGS_WITH = "belongs_with"


class MemoKind(StrEnum):
    MEMO = "memo"
    NOTE = "note"  # while becoming familiar with a source
    ANOTHER_READING = "another_reading"  # a colleague's, beside a coding


class TextChange(StrEnum):
    """Why a source's text has a new version."""

    CORRECTED = "corrected"
    DEIDENTIFIED = "deidentified"
    WITHDRAWN = "withdrawn"


class AliasKind(StrEnum):
    """What is replaced in a text before it is analysed."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    HEALTH_NUMBER = "health_number"
    DATE = "date"
    LINK = "link"
    OTHER = "other"


class Judgement(StrEnum):
    """What a person concludes when numbers and words stand side by side."""

    CONFIRMATION = "confirmation"
    EXPANSION = "expansion"
    DISCORDANCE = "discordance"
    SILENCE = "silence"
