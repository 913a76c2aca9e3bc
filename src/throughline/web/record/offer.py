"""What the form offers: sites, equipment with whether it may leave today, and the programme's own lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise

from throughline.records.engagement.models import Contact, KitLine
from throughline.records.engagement.queries import sites_to_record_at
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import agreements_in
from throughline.records.supplies.queries import controlled_kinds, items_for, kits_for
from throughline.rules.supply import Agreement, check_may_issue
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed, Sentence, Unready
from throughline.web.words import listed

Listed = dict[str, Promise | str]


@dataclass(frozen=True)
class Thing:
    """Something to give out: an item, or a kit in the version of the day. `refusal`: why it may not leave."""

    name: str
    item_id: UUID | None
    kit_version_id: UUID | None
    refusal: Sentence | None = None

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
    things = [
        Thing(kit.kit.name, None, kit.id, _refusal(programme, site, today, agreements, set(), {kit.id}))
        for kit in kits_for(actor, programme.id, today)
    ]
    things += [
        Thing(item.name, item.id, None, _refusal(programme, site, today, agreements, {item.id}, set()))
        for item in items_for(actor, programme.id)
    ]
    if contact is not None:
        offered = {thing.field for thing in things}
        for line in contact.kit_lines.select_related("item", "kit_version__kit"):
            thing = Thing(name_of(line), line.item_id, line.kit_version_id)
            if thing.field not in offered:
                offered.add(thing.field)
                things.append(thing)
    return things


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
