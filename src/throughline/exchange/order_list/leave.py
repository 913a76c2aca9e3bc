"""An order list leaves: a line of the ledger by the door for supplies, through which nothing of people passes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.exchange.order_list.write import WRITERS, Order, OrderLine
from throughline.records.engagement.queries.stock import COVER_DAYS, on_hand_for
from throughline.records.study.actions import ReleaseDraft, record_release
from throughline.records.study.models import Release
from throughline.rules.access import check_may_manage_supplies, check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ReleaseDoor

PROFILE = "things"  # no suppression: these are counts of things to be delivered
LONGEST_RECIPIENT = 160


@dataclass(frozen=True)
class LeftOrder:
    data: bytes
    release: Release


def leave_order(
    *, site_id: UUID, form: str, recipient: str, by: Actor, at: datetime, cover_days: int = COVER_DAYS
) -> LeftOrder:
    """What a site has to order, written as `form` (csv or xlsx) for a named recipient.

    Raises NotAllowed, NotFound for a site out of sight, Invalid for another form or no recipient, Unready where there is
    nothing to order.
    """
    shelf = on_hand_for(by, site_id, at, cover_days=cover_days)
    programme = shelf.site.programme
    check_may_manage_supplies(by, programme.id)
    check_may_release(by, programme.id, Permission.MANAGE_SUPPLIES)
    if form not in WRITERS:
        raise Invalid(Sentence("An order list is written as: %(known)s.", known=tuple(WRITERS)))
    if not recipient.strip() or len(recipient) > LONGEST_RECIPIENT:
        raise Invalid(
            Sentence("Say who gets the list: it stands in the ledger."),
            fields={"recipient": Sentence("Name them, in at most 160 characters.")},
        )
    lines = tuple(
        OrderLine(line.item.name, line.item.kind.replace("_", " "), line.item.unit, line.to_order)
        for line in shelf.order
        if not isinstance(line.to_order, Nothing)
    )
    if not lines:
        raise Unready(Sentence("There is nothing to order here: what is used lasts, or nothing was used."))
    data = WRITERS[form](Order(shelf.site.name, lines))
    draft = ReleaseDraft(
        ReleaseDoor.SUPPLIES, f"order list: {shelf.site.name}"[:120], recipient.strip(), PROFILE,
        hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    return LeftOrder(data, record_release(programme=programme, draft=draft, by=by, at=at))
