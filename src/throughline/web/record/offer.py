"""What the form offers: sites, equipment with whether it may leave today, and the programme's own lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from throughline.records.engagement.models import Contact, KitLine
from throughline.records.engagement.queries import sites_to_record_at
from throughline.records.engagement.queries.offered import items_in_kits
from throughline.records.engagement.queries.stock import lots_offered
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import agreements_in
from throughline.records.supplies.models import Lot
from throughline.records.supplies.queries import controlled_kinds, items_for, kits_for
from throughline.rules.supply import Agreement, check_may_issue
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed, Sentence, Unready
from throughline.web.words import listed

Listed = dict[str, Promise | str]


@dataclass(frozen=True)
class Thing:
    """Something to give out: an item, or a kit in the version of the day. `refusal`: why it may not leave.

    `lots`: id and words of those that it may have come from; none where the site keeps no lots of it.
    """

    name: str
    item_id: UUID | None
    kit_version_id: UUID | None
    refusal: Sentence | None = None
    lots: tuple[tuple[str, str], ...] = ()

    @property
    def field(self) -> str:
        """The name of its field: the same for the same thing in every form."""
        return f"item_{self.item_id.hex}" if self.item_id else f"kit_{self.kit_version_id.hex}"  # type: ignore[union-attr]  # one of the two is set


@dataclass(frozen=True)
class Offer:
    """Everything that a contact's form is built from."""

    programme: Programme
    sites: list[Site]
    things: list[Thing]
    places: Listed
    topics: Listed
    domains: Listed
    barriers: Listed


def offer_for(
    actor: Actor,
    programme: Programme,
    today: date,
    *,
    site_id: UUID | None = None,
    contact: Contact | None = None,
) -> Offer:
    """What this actor may record today. NotAllowed where that is nothing. `site_id`: where supply is judged.

    `contact` is one being corrected: what it gave out stays on offer, whatever is given out now.
    """
    sites = [site for site in sites_to_record_at(actor, today) if site.programme_id == programme.id]
    if not sites:
        raise NotAllowed(
            Sentence(
                "There is no open site where you may record. An administrator adds sites under Programme, and puts them into"
                " your membership under People."
            )
        )
    site = next((one for one in sites if one.id == site_id), sites[0])
    with_retired = contact is not None
    return Offer(
        programme, sites, _things(actor, programme, site, today, contact),
        places=listed(programme.id, "place", with_retired=with_retired),
        topics=listed(programme.id, "topic", with_retired=with_retired),
        domains=listed(programme.id, "need_domain", with_retired=with_retired),
        barriers=listed(programme.id, "barrier_kind", with_retired=with_retired),
    )  # fmt: skip


def _things(
    actor: Actor, programme: Programme, site: Site, today: date, contact: Contact | None
) -> list[Thing]:
    agreements = agreements_in(programme.id) if programme.is_agreement_needed else []
    kits, lots = kits_for(actor, programme.id, today), lots_offered(site, today)
    inside = items_in_kits(kits) if lots else {}
    things = [
        Thing(
            kit.kit.name, None, kit.id, _refusal(programme, site, today, agreements, set(), {kit.id}),
            tuple((str(lot.id), f"{item.name}: {lot_words(lot)}") for item in inside.get(kit.id, ()) for lot in lots.get(item.id, ())),
        )
        for kit in kits
    ]  # fmt: skip
    things += [
        Thing(
            item.name, item.id, None, _refusal(programme, site, today, agreements, {item.id}, set()),
            tuple((str(lot.id), lot_words(lot)) for lot in lots.get(item.id, ())),
        )
        for item in items_for(actor, programme.id)
    ]  # fmt: skip
    return things if contact is None else _with_standing(things, contact)


def _with_standing(things: list[Thing], contact: Contact) -> list[Thing]:
    """What a contact gave out stays on offer, and so does the lot that it came from."""
    found = {thing.field: thing for thing in things}
    for line in contact.kit_lines.select_related("item", "kit_version__kit", "lot"):
        thing = Thing(name_of(line), line.item_id, line.kit_version_id)
        thing = found.setdefault(thing.field, thing)
        if line.lot and str(line.lot_id) not in dict(thing.lots):
            found[thing.field] = replace(thing, lots=(*thing.lots, (str(line.lot_id), lot_words(line.lot))))
    return list(found.values())


def lot_words(lot: Lot) -> str:
    """A lot by its number, and the day by which it is told from another."""
    return _("%(batch)s, expires %(day)s") % {
        "batch": lot.batch, "day": date_format(lot.expires_on, "DATE_FORMAT"),
    }  # fmt: skip


def name_of(line: KitLine) -> str:
    """What a line of equipment is called."""
    if line.item is not None:
        return str(line.item.name)
    return str(line.kit_version.kit.name) if line.kit_version else ""


def _refusal(
    programme: Programme,
    site: Site,
    today: date,
    agreements: list[Agreement],
    items: set[UUID],
    kits: set[UUID],
) -> Sentence | None:
    if not programme.is_agreement_needed:
        return None
    try:
        check_may_issue(
            is_rule_on=True, controlled_kinds=controlled_kinds(items, kits), area=site.area, day=today,
            agreements=agreements,
        )  # fmt: skip
    except Unready as refused:
        return refused.sentence
    return None
