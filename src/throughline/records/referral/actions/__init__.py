"""Making and moving referrals; recording incidents as others report them."""

from throughline.records.referral.actions.incidents import (
    DoseDraft,
    IncidentDraft,
    IncidentsRecorded,
    PersonDraft,
    ReportDraft,
    keep_incidents_apart,
    merge_incidents,
    record_incidents,
    unmerge_incidents,
)
from throughline.records.referral.actions.referrals import (
    EventDraft,
    ReferralDraft,
    ReferralsMade,
    make_referral,
    make_referrals,
    move_referral,
)
from throughline.records.referral.actions.sending import Passing

__all__ = [
    "DoseDraft",
    "EventDraft",
    "IncidentDraft",
    "IncidentsRecorded",
    "Passing",
    "PersonDraft",
    "ReferralDraft",
    "ReferralsMade",
    "ReportDraft",
    "keep_incidents_apart",
    "make_referral",
    "make_referrals",
    "merge_incidents",
    "move_referral",
    "record_incidents",
    "unmerge_incidents",
]
