"""A second, small programme: so that the wall between programmes shows. Its people have codes that Lantern knows, too."""

from __future__ import annotations

import numpy as np

from throughline.example.loading.ground import Person, add_person
from throughline.example.loading.world import World
from throughline.example.simulate import Simulated
from throughline.records.engagement import actions as engagement
from throughline.records.programme import actions as programme
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.programme import OrganisationKind, SiteKind
from throughline.vocabulary.roles import Role


def light_beacon(lantern: World, drawn: Simulated) -> World:
    """One service, one site, one manager, and contacts without much on them."""
    p, by, at = lantern.parameters, lantern.by, lantern.at
    row = programme.create_programme(name="Beacon", slug="beacon", is_fiction=True, by=by, at=at)
    world = World(parameters=p, programme=row, by=by, at=at, progress=lantern.progress)
    service = programme.add_organisation(
        programme=row, name="Hilltop Service", kind=OrganisationKind.DRUG_SERVICE, by=by, at=at
    )
    site = programme.add_site(
        organisation=service, name=p.beacon.town, kind=SiteKind.FIXED, area=p.beacon.town, time_zone=p.time_zone,
        opened_on=p.period.from_on, by=by, at=at,
    )  # fmt: skip
    world.sites.append(site)
    add_person(world, Person("manager", "Dana Mortlake", Role.SERVICE_MANAGER, "service"), service, [site])
    coded = np.flatnonzero(drawn.contacts.client >= 0)[: p.beacon.contacts]
    drafts = [
        ContactDraft(
            site_id=site.id, route=p.route_order[drawn.contacts.route[number]],
            device_time=world.moment(drawn.contacts.day[number], drawn.contacts.minute[number]),
            client_code=drawn.clients.code[drawn.contacts.client[number] % p.beacon.clients], is_after_the_fact=True,
        )
        for number in coded
    ]  # fmt: skip
    engagement.record_contacts(programme=row, drafts=drafts, import_run=None, by=by, at=at)
    return world
