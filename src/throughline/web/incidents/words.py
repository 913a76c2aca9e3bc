"""Words of incidents as they are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.referral import DoseRoute, GivenBy, IncidentFlag
from throughline.web.words import Words

GIVEN_BY: Words = {
    GivenBy.POLICE: _("police"),
    GivenBy.AMBULANCE: _("ambulance"),
    GivenBy.PEER: _("a peer"),
    GivenBy.FAMILY_OR_FRIEND: _("family or a friend"),
    GivenBy.SERVICE: _("a service"),
    GivenBy.NOT_RECORDED: _("not recorded"),
}
DOSE_ROUTES: Words = {
    DoseRoute.NASAL: _("into the nose"),
    DoseRoute.INTRAMUSCULAR: _("into a muscle"),
    DoseRoute.INTRAVENOUS: _("into a vein"),
    DoseRoute.NOT_RECORDED: _("by a route that is not recorded"),
}
FLAGS: Words = {
    IncidentFlag.DATE_OUTLIES_FILE: _("its day lies far from the others of its file"),
}
