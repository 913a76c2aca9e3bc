"""Reading contacts: one, a client's history, today's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from throughline.records.clients.models import Client
from throughline.records.clients.queries import description_for, ids_of
from throughline.records.engagement.models import Contact, Need
from throughline.records.foundation import within_reach
from throughline.records.programme.models import Site
from throughline.records.programme.queries import sites_where
from throughline.rules.access import RECENT
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Answer
from throughline.vocabulary.errors import NotFound, Sentence


class Ownership(TypedDict):
    is_own: bool
    is_recent: bool


@dataclass(frozen=True)
class Told:
    """A topic that a client has told about before: the first and the last time."""

    topic: str
    first_at: datetime
    last_at: datetime
    times: int


def contact_for(actor: Actor, contact_id: UUID) -> Contact:
    """NotFound where the actor may not see it."""
    rows = Contact.objects.visible_to(actor).select_related("site", "programme", "client")
    found: Contact | None = rows.filter(id=contact_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such contact."))
    return found


def is_in_sight(actor: Actor, contact: Contact) -> bool:
    """Whether the actor may be shown a contact, as one that was sent again: it may be long ago, or withdrawn."""
    return bool(Contact.objects.in_sight_of(actor).filter(id=contact.id).exists())


def ownership(contact: Contact, actor: Actor, at: datetime) -> Ownership:
    """What `check_may_correct_contact` asks of a contact: whether it is the actor's own, and recent at a moment."""
    return {
        "is_own": contact.recorded_by == actor.id,
        "is_recent": at - contact.server_time <= RECENT,
    }


def sites_to_record_at(actor: Actor, on: date) -> QuerySet[Site]:
    """Sites where the actor may record a contact on a day, by name."""
    rows: QuerySet[Site] = Site.objects.filter(within_reach(actor, Permission.RECORD_CONTACT, site="id"))
    return (
        rows.filter(opened_on__lte=on).exclude(closed_on__lt=on).select_related("programme").order_by("name")
    )


def recorded_by(actor: Actor, since: datetime) -> QuerySet[Contact]:
    """What the actor recorded since a moment, newest first."""
    rows: QuerySet[Contact] = Contact.objects.visible_to(actor).filter(
        recorded_by=actor.id, server_time__gte=since
    )
    return (
        rows.select_related("site")
        .prefetch_related("kit_lines__item", "kit_lines__kit_version__kit", "needs")
        .order_by("-id")
    )


def contacts_of(actor: Actor, client: Client) -> QuerySet[Contact]:
    """A client's contacts that the actor may see, those of clients merged with it in their sight too; newest first."""
    rows: QuerySet[Contact] = Contact.objects.visible_to(actor).filter(client_id__in=ids_of(actor, client))
    return rows.order_by("-device_time", "-id")


def sites_that_met(actor: Actor, client: Client) -> QuerySet[Site]:
    """Where the actor may see histories, and the client was met: what a client says of themselves is said there."""
    met = contacts_of(actor, client).order_by().values("site_id")
    sites = sites_where(actor, within_reach(actor, Permission.SEE_CLIENT_HISTORY, site="id"))
    return sites.filter(programme_id=client.programme_id, id__in=met)


def flagged_supplies(actor: Actor, programme_id: UUID, since: datetime) -> QuerySet[Contact]:
    """Contacts that came in since a moment at which a controlled item left without a valid agreement, the latest first.

    Of the sites whose contacts the actor sees and may put right.
    """
    rows: QuerySet[Contact] = Contact.objects.visible_to(actor).filter(
        within_reach(actor, Permission.CORRECT_CONTACT), programme_id=programme_id, is_flagged_supply=True,
        server_time__gte=since,
    )  # fmt: skip
    return rows.order_by("-server_time", "-id")


def with_lines(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Contacts with everything that hangs on each, whatever their number in as many statements."""
    return contacts.select_related("site").prefetch_related(
        "disclosures", "needs__actions", "needs__barriers", "barriers", "kit_lines__item",
        "kit_lines__kit_version__kit", "kit_lines__lot",
    )  # fmt: skip


def told_before(actor: Actor, client: Client) -> list[Told]:
    """What a client told at contacts that the actor may see, so that nobody asks twice. First time first."""
    # from the contacts, each once: asked of disclosures, the database looks each contact up twice
    rows = (
        contacts_of(actor, client)
        .filter(disclosures__answer=Answer.TOLD.value)
        .values_list("disclosures__topic")
        .annotate(first_at=Min("device_time"), last_at=Max("device_time"), times=Count("disclosures__id"))
        .order_by("first_at", "disclosures__topic")
    )
    return [Told(*row) for row in rows]


def needs_of(actor: Actor, client: Client) -> QuerySet[Need]:
    """Needs said at contacts that the actor may see."""
    contacts = contacts_of(actor, client).order_by()
    return Need.objects.filter(contact__in=contacts).select_related("contact")


@dataclass(frozen=True)
class NeedsTold:
    """Of a client's needs: some that are open, the oldest first, some that are closed, the last first, and how many there are."""

    open: list[Need]
    number_open: int
    closed: list[Need]
    number_closed: int


def needs_told(actor: Actor, client: Client, *, most_open: int, most_closed: int) -> NeedsTold:
    """So many of either, with all that hangs on each. One look through all of them, however many."""
    contacts = contacts_of(actor, client).order_by().filter(needs__isnull=False)
    every = list(contacts.values_list("needs__id", "needs__closed_at"))
    waiting = sorted(need_id for need_id, closed_at in every if closed_at is None)
    ended = sorted(
        ((closed_at, need_id) for need_id, closed_at in every if closed_at is not None), reverse=True
    )
    oldest, latest = waiting[:most_open], [need_id for _, need_id in ended[:most_closed]]
    rows = (
        Need.objects.filter(id__in=[*oldest, *latest])
        .select_related("contact")
        .prefetch_related("actions", "barriers")
    )
    found = rows.in_bulk()
    return NeedsTold(
        [found[need_id] for need_id in oldest],
        len(waiting),
        [found[need_id] for need_id in latest],
        len(ended),
    )


@dataclass(frozen=True)
class ClientFacts:
    """What tells two clients apart without a code: counts, days and bands, of the contacts that the actor may see."""

    client: Client
    contacts: int
    first_at: datetime | None
    last_at: datetime | None
    sites: tuple[str, ...]
    routes: tuple[str, ...]
    told: tuple[Told, ...]
    needs_open: int
    needs_closed: int
    birth_year_band: str
    gender: str
    area: str


def facts_of(actor: Actor, client: Client) -> ClientFacts:
    """A client in numbers. Never a code: nobody holds one."""
    rows = contacts_of(actor, client).order_by()
    span = rows.aggregate(n=Count("id"), first=Min("device_time"), last=Max("device_time"))
    bands = description_for(actor, client)
    needs = needs_of(actor, client).aggregate(n=Count("id"), closed=Count("closed_at"))
    return ClientFacts(
        client=client, contacts=span["n"], first_at=span["first"], last_at=span["last"],
        sites=tuple(rows.values_list("site__name", flat=True).distinct().order_by("site__name")),
        routes=tuple(rows.values_list("route", flat=True).distinct().order_by("route")),
        told=tuple(told_before(actor, client)), needs_open=needs["n"] - needs["closed"], needs_closed=needs["closed"],
        birth_year_band=bands.birth_year_band, gender=bands.gender, area=bands.area,
    )  # fmt: skip


def need_for(actor: Actor, need_id: UUID) -> Need:
    """NotFound where the actor may not see its contact."""
    found = Need.objects.filter(id=need_id, contact__in=Contact.objects.visible_to(actor)).first()
    if found is None:
        raise NotFound(Sentence("There is no such need."))
    return found


def snapshot(contact: Contact) -> dict[str, Any]:
    """A contact and its lines as plain data, for its revision. Names the client by id, never by code."""
    plain = ("kind", "tally", "route", "place", "mode", "who_spoke", "newness", "duration")
    was: dict[str, Any] = {name: getattr(contact, name) for name in plain}
    was |= {
        "site": str(contact.site_id),
        "client": str(contact.client_id) if contact.client_id else None,
        "on_behalf_of": contact.on_behalf_of
        if contact.on_behalf_of is not None
        else contact.on_behalf_of_nothing,
        "device_time": contact.device_time.isoformat(),
        "worker": str(contact.worker_id) if contact.worker_id else None,
    }
    was["is_flagged_supply"] = contact.is_flagged_supply
    was["kit_lines"] = _plain(
        contact.kit_lines.all(),
        ("item_id", "kit_version_id", "lot_id", "quantity", "returned", "returned_nothing"),
    )
    was["disclosures"] = _plain(contact.disclosures.all(), ("topic", "answer", "raised_by"))
    was["needs"] = [
        {
            **_plain([need], ("id", "domain", "urgency", "closed_as"))[0],
            "actions": [[row.kind, row.taken_at.isoformat()] for row in need.actions.all()],
            "barriers": _plain(need.barriers.all(), ("kind", "level")),
        }
        for need in contact.needs.prefetch_related("actions", "barriers")
    ]
    was["barriers"] = _plain(contact.barriers.all(), ("kind", "level"))
    return was


def _plain(rows: Sequence[Any] | QuerySet[Any], names: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {name: str(value) if isinstance(value := getattr(row, name), UUID) else value for name in names}
        for row in rows
    ]
