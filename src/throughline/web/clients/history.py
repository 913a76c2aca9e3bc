"""One client's line: contacts, what was told before, needs, the referrals that came of them, and who may be the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from throughline.records.clients.models import Client, ClientMerge
from throughline.records.clients.queries import description_for, ids_of, merges_in_sight, state_for
from throughline.records.clients.queries.likely import LikelyPair, likely_for
from throughline.records.engagement.models import Contact, Need
from throughline.records.engagement.queries import (
    Told,
    contacts_of,
    needs_told,
    told_before,
    with_lines,
)
from throughline.records.referral.models import ReferralNeed
from throughline.records.referral.queries import BoardLine, lines_for
from throughline.rules.access import (
    check_may_close_need,
    check_may_make_referral,
    check_may_merge_clients,
    may,
    why_not,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.web.clients.forms import NeedClosedForm, NeedDoneForm, reasons_of
from throughline.web.record.shown import Shower, ShownContact, ShownNeed
from throughline.web.words import HOUSING, YES_OR_NO, listed

ON_A_PAGE = 20
OPEN_SHOWN = 5  # each with what to do about it
CLOSED_SHOWN = 10


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
class ClosedNeed:
    """A need that is open no longer."""

    shown: ShownNeed
    since: datetime
    closed_at: datetime
    referrals: list[BoardLine]


@dataclass(frozen=True)
class Joined:
    """A client that was merged with this one in the actor's sight."""

    merge: ClientMerge
    other: UUID


@dataclass(frozen=True)
class History:
    """Everything on a client's page; `page` counts contacts."""

    page: Page[Contact]
    happened: list[Happened]
    told: list[TopicTold]
    needs: list[OpenNeed]
    needs_more: int  # open, and not shown
    closed: list[ClosedNeed]
    closed_more: int  # closed longer ago than those shown
    alike: list[LikelyPair]
    joined: list[Joined]
    described: list[tuple[Any, Any]]  # what it is, and what they said
    described_on: date | None  # the day of what they said of their life


def history_of(actor: Actor, client: Client, as_of: datetime, page_number: str | None = None) -> History:
    """What this actor may see of a client, the newest first. As many statements for a long history as for a short one."""
    shower = Shower(client.programme_id)
    page = Paginator(with_lines(contacts_of(actor, client)), ON_A_PAGE).get_page(page_number)
    needs = needs_told(actor, client, most_open=OPEN_SHOWN, most_closed=CLOSED_SHOWN)
    reasons = reasons_of(client.programme_id)
    here = [need for one in page for need in one.needs.all()]
    referrals = _referrals(actor, client, [*here, *needs.open, *needs.closed], as_of)
    described, described_on = _described(actor, client)
    decides = may(check_may_merge_clients, actor, client.programme_id)
    return History(
        page=page,
        happened=[
            Happened(
                one, (shown := shower.contact(one)), _kind(shown),
                [line for need in one.needs.all() for line in referrals.get(need.id, [])],
            )
            for one in page
        ],
        told=[TopicTold(shower.word("topic", told.topic), told) for told in told_before(actor, client)],
        needs=[_open(actor, need, shower, referrals.get(need.id, []), reasons, as_of) for need in needs.open],
        needs_more=needs.number_open - len(needs.open),
        closed=[_closed(need, shower, referrals.get(need.id, [])) for need in needs.closed],
        closed_more=needs.number_closed - len(needs.closed),
        alike=likely_for(actor, client) if decides else [],
        joined=_joined(actor, client) if decides else [],
        described=described,
        described_on=described_on,
    )  # fmt: skip


def _described(actor: Actor, client: Client) -> tuple[list[tuple[Any, Any]], date | None]:
    """What they said of themselves at the actor's sites; a kind of nothing where they said none of it."""
    bands, state = description_for(actor, client), state_for(actor, client)
    genders = listed(client.programme_id, "gender", with_retired=True)
    rows: list[tuple[Any, Any]] = [
        (_("Born"), nothing_or(bands.birth_year_band)),
        (_("Gender"), nothing_or(bands.gender, genders)),
        (_("Area"), nothing_or(bands.area)),
    ]
    if state is None:
        return rows, None
    said = ((_("Smokes crack"), state.smokes_crack), (_("Injects crack"), state.injects_crack),
            (_("Uses heroin"), state.uses_heroin), (_("Injects anything"), state.injects))  # fmt: skip
    rows.append((_("Where they live"), nothing_or(state.housing, HOUSING)))
    return [*rows, *((label, nothing_or(value, YES_OR_NO)) for label, value in said)], state.as_of


def nothing_or(value: str, words: Mapping[Any, Any] | None = None) -> Any:
    """A kind of nothing as itself, so that it is shown as one; else the word for a code, or what was written."""
    if value in {kind.value for kind in Nothing}:
        return Nothing(value)
    return value if words is None else words.get(value, value)


def _joined(actor: Actor, client: Client) -> list[Joined]:
    family = ids_of(actor, client)
    if len(family) == 1:
        return []
    return [
        Joined(row, row.merged_id if row.kept_id == client.id else row.kept_id)
        for row in merges_in_sight(actor, family)
        if {row.kept_id, row.merged_id} <= set(family)
    ]


def _kind(shown: ShownContact) -> str:
    if shown.needs:
        return "need"
    return "disclosure" if shown.told else "contact"


def _open(
    actor: Actor,
    need: Need,
    shower: Shower,
    referrals: list[BoardLine],
    reasons: Mapping[str, Any],
    as_of: datetime,
) -> OpenNeed:
    contact = need.contact
    place = (actor, need.programme_id, contact.site_id)
    return OpenNeed(
        shown=shower.need(need), since=contact.device_time, days=max((as_of - contact.device_time).days, 0),
        referrals=referrals, done_form=NeedDoneForm(auto_id=f"done_{need.id.hex}_%s"),
        closed_form=NeedClosedForm(reasons=reasons, auto_id=f"close_{need.id.hex}_%s"),
        why_not_close=why_not(check_may_close_need, *place),
        why_not_refer=why_not(check_may_make_referral, *place),
    )  # fmt: skip


def _closed(need: Need, shower: Shower, referrals: list[BoardLine]) -> ClosedNeed:
    ended = need.closed_at or need.contact.device_time
    return ClosedNeed(shower.need(need), need.contact.device_time, ended, referrals)


def _referrals(
    actor: Actor, client: Client, needs: Iterable[Need], as_of: datetime
) -> dict[UUID, list[BoardLine]]:
    """Need -> its referrals as this actor may see them."""
    links = ReferralNeed.objects.filter(need_id__in={need.id for need in needs})
    pairs = list(links.order_by("referral__made_at").values_list("need_id", "referral_id"))
    lines = lines_for(actor, client.programme_id, {referral_id for _, referral_id in pairs}, as_of)
    found: dict[UUID, list[BoardLine]] = {}
    for need_id, referral_id in pairs:
        if referral_id in lines:
            found.setdefault(need_id, []).append(lines[referral_id])
    return found
