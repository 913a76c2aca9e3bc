"""What pages call the kinds of names, why they were proposed, and why a text has a new version."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.methods.identifiers import Rule
from throughline.vocabulary.sentences import Sentence
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
    Rule.CHOSEN: _("found by a reader"),
}
TEXT_CHANGES: Words = {
    TextChange.CORRECTED: _("corrected"),
    TextChange.DEIDENTIFIED: _("names taken out"),
    TextChange.WITHDRAWN: _("somebody withdrew"),
}
# What the review in the text says; the script fills in the names.
MARKING: Mapping[str, Promise | Sentence | str] = {
    "text": _("Text of the source, with what may give somebody away"),
    "replaced": _(
        "%(term)s, %(kind)s: replaced by %(label)s here. Place %(place)s of %(places)s, name %(name)s of %(names)s."
    ),
    "left": _(
        "%(term)s, %(kind)s: stays as it is here. Place %(place)s of %(places)s, name %(name)s of %(names)s."
    ),
    "all_replaced": _("%(term)s is replaced by %(label)s in every place: %(places)s."),
    "all_left": _("%(term)s stays as it is in every place: %(places)s."),
    "labelled": _("%(label)s now stands for: %(terms)s."),
    "added": _("%(term)s is taken out as %(label)s. Places: %(places)s."),
    "by_reader": WHY_PROPOSED[Rule.CHOSEN],
    "is_there": _("These words are marked already."),
    "select_first": _("Select the words of a name first."),
    "none_further": _("No further name in this direction."),
    "nothing": _("No name is chosen here."),
    "unmarked": _("Selected, and not marked: %(words)s"),
    "leave_here": _("Leave it here"),
    "replace_here": _("Replace it here"),
    "leave_all": _("Leave it everywhere"),
    "replace_all": _("Replace it everywhere"),
    "also": _("and of %(terms)s, which have the same label"),
    "count": Sentence(
        "%(replaced)s of %(count)s marked place will be replaced.",
        "%(replaced)s of %(count)s marked places will be replaced.",
    ),
    "text_changed": _("Somebody changed this text meanwhile. Load the page again."),
    "not_loaded": _("The text could not be loaded. The list below does the same."),
    "needs_connection": _("This needs the connection, which is lost just now. Try again in a moment."),
}
