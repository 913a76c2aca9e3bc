"""The codes of linking in words that are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.methods.linkage import Why
from throughline.reporting.field_words import Words
from throughline.vocabulary.code_parts import Ignored, PairState, RejectedPair

IGNORED: Words = {
    Ignored.CASE: _("capital letters"),
    Ignored.ACCENTS: _("accents"),
    Ignored.SPACES: _("spaces and punctuation"),
}
STATES: Words = {
    PairState.WAITING: _("Waiting"),
    PairState.UNDECIDED: _("Undecided"),
    PairState.LINKED: _("Linked by the rule"),
    PairState.ACCEPTED: _("Accepted"),
    PairState.REJECTED: _("Rejected"),
}
REASONS: Words = {
    RejectedPair.SECOND_FACTS: _("age or gender say otherwise"),
    RejectedPair.TOO_LITTLE: _("too little agrees"),
    RejectedPair.SOMEBODY_ELSE: _("one of them is somebody else's pair"),
    RejectedPair.OTHER: _("another reason"),
}
WHY: Words = {
    Why.SEVERAL: _("One of them agrees as well with somebody else."),
    Why.NOT_BEST: _("One of them agrees better with somebody else, or was accepted with somebody else."),
    Why.SECOND_FACT: _("Age or gender says otherwise."),
    Why.NO_SECOND_FACT: _("Neither age nor gender is known of both."),
}
