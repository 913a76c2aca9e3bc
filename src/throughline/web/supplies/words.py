"""Words of stock as they are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from throughline.vocabulary.stock import MovementKind, Unit, VarianceReason, WithdrawnWhy, WriteOffReason
from throughline.web.words import Words

_ONE = "what one of an item is"
_MANY = "what an item is counted in"

UNITS: Words = {
    Unit.PIECE: pgettext_lazy(_ONE, "piece"),
    Unit.PAIR: pgettext_lazy(_ONE, "pair"),
    Unit.PACK: pgettext_lazy(_ONE, "pack"),
    Unit.BOX: pgettext_lazy(_ONE, "box"),
}
COUNTED_IN: Words = {
    Unit.PIECE: pgettext_lazy(_MANY, "pieces"),
    Unit.PAIR: pgettext_lazy(_MANY, "pairs"),
    Unit.PACK: pgettext_lazy(_MANY, "packs"),
    Unit.BOX: pgettext_lazy(_MANY, "boxes"),
}
MOVEMENTS: Words = {
    MovementKind.RECEIVED: _("received"),
    MovementKind.TRANSFERRED: _("transferred"),
    MovementKind.WRITTEN_OFF: _("written off"),
}
WRITE_OFF_REASONS: Words = {
    WriteOffReason.EXPIRED: _("expired"),
    WriteOffReason.DAMAGED: _("damaged"),
    WriteOffReason.LOST: _("lost"),
    WriteOffReason.STOLEN: _("stolen"),
    WriteOffReason.RECALLED: _("recalled by the maker"),
    WriteOffReason.OTHER: _("another reason"),
}
VARIANCE_REASONS: Words = {
    VarianceReason.GIVEN_NOT_RECORDED: _("given out and not recorded"),
    VarianceReason.RECORDED_TWICE: _("recorded twice"),
    VarianceReason.DELIVERY_DIFFERED: _("a delivery held more or less than it said"),
    VarianceReason.DAMAGED_OR_LOST: _("damaged, lost or thrown away"),
    VarianceReason.COUNTED_WRONGLY_BEFORE: _("an earlier count was wrong"),
    VarianceReason.NOT_KNOWN: _("nobody knows"),
}
WITHDRAWN_WHYS: Words = {
    WithdrawnWhy.TYPING_MISTAKE: _("a slip while writing it down"),
    WithdrawnWhy.RECORDED_TWICE: _("recorded twice"),
    WithdrawnWhy.WRONG_ITEM: _("it was another item"),
    WithdrawnWhy.WRONG_SITE: _("it was another site"),
    WithdrawnWhy.WRONG_TIME: _("it was another day"),
}
