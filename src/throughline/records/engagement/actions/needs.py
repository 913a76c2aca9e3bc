"""What is done about a need after its contact."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.engagement.models import Action, Need
from throughline.records.programme.queries import check_codes
from throughline.rules.access import check_may_close_need
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import ActionKind
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.events import Event


@transaction.atomic
def close_need(*, need: Need, closed_as: str, by: Actor, at: datetime) -> Need:
    """Met, or no longer open for one of the reasons on the programme's list."""
    check_may_close_need(by, need.programme_id, need.contact.site_id)
    check_codes(need.programme_id, "need_closed", {closed_as})
    changed = Need.objects.filter(id=need.id, closed_at=None).update(
        closed_at=at, closed_by=by.id, closed_as=closed_as
    )
    if not changed:
        raise Unready(Sentence("This need is closed already."))
    need.refresh_from_db()
    audit.record(Event.NEED_CLOSED, target=need, programme_id=need.programme_id, by=by, at=at)
    return need


@transaction.atomic
def record_action(*, need: Need, kind: ActionKind, by: Actor, at: datetime) -> Action:
    """What was done about a need, later than at its contact."""
    check_may_close_need(by, need.programme_id, need.contact.site_id)
    row = Action.objects.create(programme_id=need.programme_id, need=need, kind=kind.value, taken_at=at)
    audit.record(Event.ACTION_RECORDED, target=row, programme_id=need.programme_id, by=by, at=at)
    return row
