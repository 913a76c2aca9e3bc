"""One client's line: contacts, what was told before, open needs, and the referrals that came of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from throughline.records.clients.models import Client
from throughline.records.engagement.models import Contact, Need
from throughline.records.engagement.queries import Told, open_needs, timeline_for, told_before
from throughline.records.referral.models import Referral, ReferralNeed
from throughline.records.referral.queries import BoardLine, line_for
from throughline.rules.access import check_may_close_need, check_may_make_referral, why_not
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence
from throughline.web.clients.forms import NeedClosedForm, NeedDoneForm
from throughline.web.record.shown import Shower, ShownContact, ShownNeed


@dataclass(frozen=True)
class Happened:
    """A contact on the line. `kind` is the sort of knot it makes (timeline in ui.md)."""

    contact: Contact
    shown: ShownContact
    kind: str
    referrals: list[BoardLine]


@dataclass(frozen=True)
class OpenNeed:
    """A need to do something about; each reason says why the actor may not."""

    shown: ShownNeed
    since: datetime
    days: int
    referrals: list[BoardLine]
    done_form: NeedDoneForm
    closed_form: NeedClosedForm
    why_not_close: Sentence | None
    why_not_refer: Sentence | None


@dataclass(frozen=True)
class TopicTold:
    """A topic this client told of before."""

    topic: Any
    told: Told


@dataclass(frozen=True)
class History:
    """Everything on a client's page."""

    happened: list[Happened]
    told: list[TopicTold]
    needs: list[OpenNeed]


def history_of(actor: Actor, client: Client, as_of: datetime) -> History:
    """What this actor may see of a client, the newest first."""
    shower = Shower(client.programme_id)
    contacts = timeline_for(actor, client)
    needs = list(open_needs(actor, client).prefetch_related("actions"))
    referrals = _referrals(actor, [*(need for one in contacts for need in one.needs.all()), *needs], as_of)
    return History(
        happened=[
            Happened(
                one, (shown := shower.contact(one)), _kind(shown),
                [line for need in one.needs.all() for line in referrals.get(need.id, [])],
            )
            for one in contacts
        ],
        told=[TopicTold(shower.word("topic", told.topic), told) for told in told_before(actor, client)],
        needs=[_open(actor, need, shower, referrals.get(need.id, []), as_of) for need in needs],
    )  # fmt: skip


def _kind(shown: ShownContact) -> str:
    if shown.needs:
        return "need"
    return "disclosure" if shown.told else "contact"


def _open(actor: Actor, need: Need, shower: Shower, referrals: list[BoardLine], as_of: datetime) -> OpenNeed:
    contact = need.contact
    place = (actor, need.programme_id, contact.site_id)
    return OpenNeed(
        shown=shower.need(need), since=contact.device_time, days=max((as_of - contact.device_time).days, 0),
        referrals=referrals, done_form=NeedDoneForm(auto_id=f"done_{need.id.hex}_%s"),
        closed_form=NeedClosedForm(programme_id=need.programme_id, auto_id=f"close_{need.id.hex}_%s"),
        why_not_close=why_not(check_may_close_need, *place),
        why_not_refer=why_not(check_may_make_referral, *place),
    )  # fmt: skip


def _referrals(actor: Actor, needs: Iterable[Need], as_of: datetime) -> dict[UUID, list[BoardLine]]:
    """Need -> its referrals as this actor may see them."""
    ids = {need.id for need in needs}
    links = ReferralNeed.objects.filter(need_id__in=ids, referral__in=Referral.objects.visible_to(actor))
    lines: dict[UUID, BoardLine] = {}
    found: dict[UUID, list[BoardLine]] = {}
    for need_id, referral_id in links.order_by("referral__made_at").values_list("need_id", "referral_id"):
        if referral_id not in lines:
            lines[referral_id] = line_for(actor, referral_id, as_of)
        found.setdefault(need_id, []).append(lines[referral_id])
    return found
