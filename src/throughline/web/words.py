"""The vocabulary's codes in words that are shown, and in the reader's language; those of a contact: reporting/field_words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.records.study.models import Outcome
from throughline.reporting.field_words import ACTIONS as ACTIONS
from throughline.reporting.field_words import ANSWERS as ANSWERS
from throughline.reporting.field_words import BARRIER_LEVELS as BARRIER_LEVELS
from throughline.reporting.field_words import DURATIONS as DURATIONS
from throughline.reporting.field_words import KINDS as KINDS
from throughline.reporting.field_words import LISTED as LISTED
from throughline.reporting.field_words import MODES as MODES
from throughline.reporting.field_words import NEWNESS as NEWNESS
from throughline.reporting.field_words import RAISED_BY as RAISED_BY
from throughline.reporting.field_words import REASONS as REASONS
from throughline.reporting.field_words import ROUTES as ROUTES
from throughline.reporting.field_words import URGENCIES as URGENCIES
from throughline.reporting.field_words import WHO_SPOKE as WHO_SPOKE
from throughline.reporting.field_words import Words as Words
from throughline.reporting.field_words import listed as listed
from throughline.reporting.theme_map import RELATION_KINDS as RELATION_KINDS
from throughline.reporting.theme_map import THEME_STATUSES as THEME_STATUSES
from throughline.vocabulary.chain import Housing
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.referral import Door, OutcomeSource, ReferralKind, YesNo
from throughline.vocabulary.roles import Role
from throughline.vocabulary.sharing import EmergencyKind, Shared, SharingBasis, SharingPurpose, SignedAs
from throughline.vocabulary.study import (
    Approach,
    CodeOrigin,
    SourceKind,
    Step,
)

DOORS: Words = {
    Door.SERVICE: _("a service"),
    Door.POST_OVERDOSE: _("a visit after an overdose"),
    Door.WALK_IN: _("walked in at a station"),
    Door.FAMILY: _("family"),
    Door.OFFICER_CONTACT: _("an officer on duty"),
    Door.HOT_SPOT: _("outreach where people meet"),
}
REFERRAL_KINDS: Words = {
    ReferralKind.SIGNPOST: _("told where to go"),
    ReferralKind.LETTER: _("letter or form"),
    ReferralKind.WARM_HANDOVER: _("warm handover"),
}
OUTCOME_SOURCES: Words = {
    OutcomeSource.RECEIVER_CONFIRMED: _("the receiver confirmed it"),
    OutcomeSource.PERSON_SAID: _("the person said so"),
    OutcomeSource.WORKER_OBSERVED: _("a worker saw it"),
    OutcomeSource.RECORD_LINKAGE: _("records were linked"),
    OutcomeSource.UNKNOWN: _("not known who says so"),
}
SHARING_BASES: Words = {
    SharingBasis.WRITTEN_CONSENT: _("the person's written consent"),
    SharingBasis.EMERGENCY: _("an emergency"),
    SharingBasis.SAFEGUARDING_DUTY: _("a duty to safeguard"),
    SharingBasis.COURT_ORDER: _("a court's order"),
    SharingBasis.AGREEMENT: _("an agreement of the organisations"),
}
# a basis that a file did not tell is shown as nothing, and never offered
EMERGENCY_KINDS: Words = {
    EmergencyKind.EMERGENCY: _("danger to somebody's life or health"),
    EmergencyKind.SAFEGUARDING_DUTY: _("a duty to safeguard"),
    EmergencyKind.COURT_ORDER: _("a court's order"),
}
SHARED: Words = {
    Shared.REFERRAL: _("that they are referred, and what for"),
    Shared.OUTCOME: _("what became of a referral"),
    Shared.NEEDS: _("needs"),
    Shared.HISTORY: _("what was given and told at contacts"),
    Shared.NAME: _("name and telephone number"),
}
SHARING_PURPOSES: Words = {
    SharingPurpose.TREATMENT: _("drug treatment"),
    SharingPurpose.HEALTH_CARE: _("health care"),
    SharingPurpose.HOUSING: _("housing"),
    SharingPurpose.PRACTICAL_HELP: _("money, papers and other practical help"),
    SharingPurpose.KEEPING_IN_TOUCH: _("keeping in touch"),
}
SIGNED_AS: Words = {
    SignedAs.PAPER: _("on paper"),
    SignedAs.ELECTRONIC: _("electronically"),
}
HOUSING: Words = {
    Housing.OWN_TENANCY: _("a home of their own"),
    Housing.WITH_FAMILY_OR_FRIENDS: _("with family or friends"),
    Housing.HOSTEL: _("a hostel"),
    Housing.TEMPORARY: _("somewhere for a time"),
    Housing.NO_FIXED_PLACE: _("no fixed place"),
    Housing.ROUGH_SLEEPING: _("sleeping rough"),
    Housing.INSTITUTION: _("an institution"),
    Housing.NOT_ASKED: _("not asked"),
    Housing.DECLINED: _("declined"),
    Housing.DONT_KNOW: _("don't know"),
    Housing.NOT_APPLICABLE: _("not applicable"),
    Housing.NOT_RECORDED: _("not recorded"),
}
YES_OR_NO: Words = {
    YesNo.YES: _("yes"),
    YesNo.NO: _("no"),
    YesNo.NOT_ASKED: _("not asked"),
    YesNo.DECLINED: _("declined"),
    YesNo.DONT_KNOW: _("don't know"),
    YesNo.NOT_APPLICABLE: _("not applicable"),
    YesNo.NOT_RECORDED: _("not recorded"),
}
REPORTING: Words = {
    Reporting.COMPLETE: _("all of it is recorded"),
    Reporting.PARTIAL: _("part of it is recorded"),
    Reporting.NONE: _("nothing was recorded"),
}
SOURCE_KINDS: Words = {
    SourceKind.INTERVIEW: _("interview"),
    SourceKind.FOCUS_GROUP: _("focus group"),
    SourceKind.OBSERVATION: _("observation"),
    SourceKind.DOCUMENT: _("document"),
}
APPROACHES: Words = {
    Approach.REFLEXIVE: _("reflexive thematic analysis"),
    Approach.CODEBOOK_TEMPLATE: _("template analysis"),
    Approach.CODEBOOK_FRAMEWORK: _("framework analysis"),
    Approach.CODING_RELIABILITY: _("coding reliability"),
}
CODE_ORIGINS: Words = {
    CodeOrigin.DEDUCTIVE: _("brought along (deductive)"),
    CodeOrigin.INDUCTIVE: _("found in the texts (inductive)"),
}
# What was done to a code (records.inquiry.actions.codes).
CODE_CHANGES: Words = {
    "changed": _("written anew"),
    "moved": _("moved"),
    "merged": _("merged into another code"),
    "split": _("split"),
    "retired": _("retired"),
    "reinstated": _("brought back into use"),
}
CODE_PARTS: Words = {
    "name": _("name"),
    "definition": _("what it means"),
    "include": _("use it for"),
    "exclude": _("do not use it for"),
    "example": _("example"),
    "origin": _("where it comes from"),
    "colour": _("colour"),
    "parent": _("stands under"),
}
STEPS: Words = {
    Step.CONTACT: _("Contact"),
    Step.CRACK_USE_TOLD: _("Crack use told"),
    Step.FURTHER_NEED_TOLD: _("Further need told"),
    Step.RESPONSE: _("Response"),
    Step.ACCEPTED: _("Accepted"),
    Step.ENTERED: _("Entered"),
    Step.CAME_BACK: _("Came back"),
}
ROLES_SHOWN: Words = {
    Role.PRACTITIONER: _("practitioner"),
    Role.PEER_WORKER: _("peer worker"),
    Role.PEER_COORDINATOR: _("peer coordinator"),
    Role.OUTREACH_WORKER: _("outreach worker"),
    Role.OUTREACH_OFFICER: _("outreach officer"),
    Role.SERVICE_MANAGER: _("service manager"),
    Role.PARTNERSHIP_MANAGER: _("partnership manager"),
    Role.REFERRER: _("referrer"),
    Role.LEAD_RESEARCHER: _("lead researcher"),
    Role.ANALYST: _("analyst"),
    Role.EVALUATOR: _("evaluator"),
    Role.DATA_GUARDIAN: _("data guardian"),
    Role.ADMINISTRATOR: _("administrator"),
}


def borne_on(steps: Iterable[str], outcomes: Iterable[str], known: Mapping[str, Outcome]) -> list[str]:
    """What a theme bears on, in words: steps of the line, then other outcomes by their codes."""
    return [*(str(STEPS[step]) for step in steps), *(known[code].name for code in outcomes)]


def choices(words: Words, *, without: Iterable[StrEnum] = ()) -> list[tuple[str, Promise | str]]:
    """A form field's choices, in the vocabulary's order."""
    left_out = set(without)
    return [(str(word), label) for word, label in words.items() if word not in left_out]


def to_choose(words: Words) -> list[tuple[str, Promise | str]]:
    """The same, none of them chosen at first: a browser would tell the first for whoever says nothing."""
    return [("", _("choose one")), *choices(words)]
