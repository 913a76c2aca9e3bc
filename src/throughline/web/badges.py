"""The words and the tone of every state that a badge shows."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from throughline.vocabulary.referral import ReferralState

_STATE = "state of a referral"

REFERRAL_BADGES: dict[ReferralState, tuple[Promise | str, str]] = {
    ReferralState.DRAFT: (pgettext_lazy(_STATE, "draft"), "plain"),
    ReferralState.SENT: (pgettext_lazy(_STATE, "sent"), "info"),
    ReferralState.RECEIVED: (pgettext_lazy(_STATE, "received"), "info"),
    ReferralState.ACCEPTED: (pgettext_lazy(_STATE, "accepted"), "info"),
    ReferralState.APPOINTMENT: (pgettext_lazy(_STATE, "appointment"), "info"),
    ReferralState.ENTERED: (pgettext_lazy(_STATE, "entered"), "good"),
    ReferralState.COMPLETED: (pgettext_lazy(_STATE, "completed"), "good"),
    ReferralState.DECLINED: (pgettext_lazy(_STATE, "declined by person"), "plain"),
    ReferralState.REJECTED: (pgettext_lazy(_STATE, "rejected by receiver"), "warn"),
    ReferralState.COULD_NOT_CONTACT: (pgettext_lazy(_STATE, "could not contact"), "warn"),
    ReferralState.WITHDRAWN: (pgettext_lazy(_STATE, "withdrawn"), "plain"),
    ReferralState.EXPIRED: (pgettext_lazy(_STATE, "expired"), "warn"),
    ReferralState.TRANSFERRED: (pgettext_lazy(_STATE, "transferred"), "plain"),
    ReferralState.DECEASED: (pgettext_lazy(_STATE, "deceased"), "plain"),
    ReferralState.IN_CUSTODY: (pgettext_lazy(_STATE, "in custody"), "plain"),
}
STATE_BADGES: dict[str, tuple[Promise | str, str]] = {
    state.value: shown for state, shown in REFERRAL_BADGES.items()
}
