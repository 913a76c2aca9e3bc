"""What pages call the kinds of names, why they were proposed, and why a text has a new version."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.methods.identifiers import Rule
from throughline.vocabulary.study import AliasKind, TextChange
from throughline.web.words import Words

ALIAS_KINDS: Words = {
    AliasKind.PERSON: _("person"),
    AliasKind.PLACE: _("place"),
    AliasKind.ORGANISATION: _("organisation"),
    AliasKind.PHONE: _("phone number"),
    AliasKind.EMAIL: _("e-mail address"),
    AliasKind.POSTCODE: _("post code"),
    AliasKind.HEALTH_NUMBER: _("health number"),
    AliasKind.DATE: _("date"),
    AliasKind.LINK: _("link or handle"),
    AliasKind.OTHER: _("something else"),
}
WHY_PROPOSED: Words = {
    Rule.LIST: _("on this analysis's list"),
    Rule.PATTERN: _("by its shape"),
    Rule.INTRODUCED: _("introduced as a name"),
    Rule.SPEAKER: _("a speaker's label"),
    Rule.CAPITALS: _("a capital within a sentence"),
    Rule.AGAIN: _("stands elsewhere as a name"),
}
TEXT_CHANGES: Words = {
    TextChange.CORRECTED: _("corrected"),
    TextChange.DEIDENTIFIED: _("names taken out"),
    TextChange.WITHDRAWN: _("somebody withdrew"),
}
