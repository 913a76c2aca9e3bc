"""The survey's codes in words that are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.reporting.field_words import Words
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, ConsentScope, PhaseKind
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, Exclusion, NotEligible

PHASES: Words = {
    PhaseKind.BEFORE: _("before"),
    PhaseKind.IMPLEMENTATION: _("implementation"),
    PhaseKind.AFTER: _("after"),
}
ARMS: Words = {ArmKind.INTERVENTION: _("intervention"), ArmKind.COMPARISON: _("comparison")}
THROUGH: Words = {
    ApproachThrough.SERVICE: _("the service"),
    ApproachThrough.PEER: _("a peer"),
    ApproachThrough.OUTREACH: _("outreach"),
    ApproachThrough.OTHER: _("another way"),
}
RESULTS: Words = {
    ApproachResult.CONSENTED: _("agreed"),
    ApproachResult.REFUSED: _("said no"),
    ApproachResult.NOT_ELIGIBLE: _("could not take part"),
}
REASONS_NOT_ELIGIBLE: Words = {
    NotEligible.UNDER_AGE: _("too young"),
    NotEligible.NO_CRACK_USE: _("does not use crack"),
    NotEligible.NOT_FROM_HERE: _("not from here"),
    NotEligible.TOOK_PART_ALREADY: _("took part already"),
    NotEligible.CANNOT_CONSENT: _("could not consent today"),
    NotEligible.OTHER: _("another reason"),
    Nothing.DECLINED: _("did not want to say"),
    Nothing.NOT_RECORDED: _("not recorded"),
}
SCOPES: Words = {
    ConsentScope.TAKE_PART: _("to take part"),
    ConsentScope.LINK: _("to have waves linked"),
    ConsentScope.QUOTE: _("to be quoted"),
    ConsentScope.ARCHIVE: _("to have the answers archived"),
}
EXCLUSIONS: Words = {
    Exclusion.NOT_ELIGIBLE: _("could not take part after all"),
    Exclusion.TOOK_PART_TWICE: _("took part twice"),
    Exclusion.TRIAL: _("a trial of the form"),
    Exclusion.UNUSABLE: _("cannot be used"),
    Exclusion.OUTSIDE_WAVE: _("answered outside the wave"),
    Exclusion.WITHDREW: _("withdrew"),
}
