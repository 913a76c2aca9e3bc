"""Words of organisations and sites as they are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.programme import OrganisationKind, PartnershipKind, SiteKind
from throughline.web.words import Words

LISTS = {
    "place": _("Places"),
    "topic": _("Topics that are told"),
    "need_domain": _("Needs"),
    "need_closed": _("Why a need is closed"),
    "barrier_kind": _("Barriers"),
    "item_kind": _("Kinds of items"),
    "gender": _("Genders"),
}

ORGANISATION_KINDS: Words = {
    OrganisationKind.DRUG_SERVICE: _("drug service"),
    OrganisationKind.PEER_NETWORK: _("peer network"),
    OrganisationKind.POLICE: _("police"),
    OrganisationKind.HEALTH: _("health"),
    OrganisationKind.HOUSING: _("housing"),
    OrganisationKind.COMMUNITY: _("community"),
    OrganisationKind.FAITH: _("faith"),
    OrganisationKind.RESEARCH: _("research"),
}
PARTNERSHIP_KINDS: Words = {
    PartnershipKind.REFERRAL: _("referral"),
    PartnershipKind.SUPPLY: _("supply of equipment"),
    PartnershipKind.DATA: _("data"),
    PartnershipKind.RESEARCH: _("research"),
}
SITE_KINDS: Words = {
    SiteKind.FIXED: _("a fixed place"),
    SiteKind.VAN: _("a van"),
    SiteKind.OUTREACH: _("outreach"),
    SiteKind.PHARMACY: _("a pharmacy"),
    SiteKind.PEER_NETWORK: _("a peer network"),
    SiteKind.POLICE_STATION: _("a police station"),
}
