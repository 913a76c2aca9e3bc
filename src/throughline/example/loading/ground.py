"""The ground: organisations, sites, people and their memberships, agreements, components, items, courses."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from throughline.example.arrays import CONTROLLED, ITEMS
from throughline.example.loading.world import SignIn, World
from throughline.records.accounts import actions as accounts
from throughline.records.programme import actions as programme
from throughline.records.programme.models import Membership, Organisation, Site
from throughline.records.programme.queries import actor_for
from throughline.records.supplies import actions as supplies
from throughline.records.supplies.models import Item, KitVersion
from throughline.rules.roles import ROLES
from throughline.vocabulary.chain import ItemKind
from throughline.vocabulary.programme import ComponentKind, OrganisationKind, PartnershipKind, SiteKind
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import ArmKind

ORGANISATIONS = {
    "with": ("Lamplight Recovery", OrganisationKind.DRUG_SERVICE),
    "without": ("Greycoat Recovery", OrganisationKind.DRUG_SERVICE),
    "peers": ("Lantern Peer Network", OrganisationKind.PEER_NETWORK),
    "police": ("Wychmoor Constabulary", OrganisationKind.POLICE),
    "research": ("Lantern Research Group", OrganisationKind.RESEARCH),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who can sign in: `key` is what the loading calls them; `sites` empty: all of the programme's."""

    key: str
    name: str
    role: Role
    organisation: str
    sites: tuple[str, ...] = ()


_WITH = ("Harrowmere", "Saltby", "Quillford")
PEOPLE = (
    Person("practitioner", "Amara Boyle", Role.PRACTITIONER, "with", ("Harrowmere",)),
    Person("peer", "Dev Lindqvist", Role.PEER_WORKER, "peers", ("Harrowmere",)),
    Person("coordinator", "Rhona Pike", Role.PEER_COORDINATOR, "peers", _WITH),
    Person("outreach", "Callum Reyes", Role.OUTREACH_WORKER, "with", ("Saltby",)),
    Person(
        "officer", "Idris Vane", Role.OUTREACH_OFFICER, "police", tuple(f"{town} station" for town in _WITH)
    ),
    Person("manager", "Maeve Okoro", Role.SERVICE_MANAGER, "with", _WITH),
    Person("partnership", "Tomas Hale", Role.PARTNERSHIP_MANAGER, "with"),
    Person("referrer", "Petra Quill", Role.REFERRER, "police", ("Harrowmere station",)),
    Person("lead", "Rosalind Achebe", Role.LEAD_RESEARCHER, "research"),
    Person("analyst_1", "Bryony Slate", Role.ANALYST, "research"),
    Person("analyst_2", "Yusuf Marsh", Role.ANALYST, "research"),
    Person("evaluator", "Chen Whitlock", Role.EVALUATOR, "research"),
    Person("guardian", "Grace Farrow", Role.DATA_GUARDIAN, "research"),
    Person("administrator", "Adaeze Thorn", Role.ADMINISTRATOR, "with"),
)


def lay_ground(world: World) -> None:
    """Everything that contacts need to be recorded at."""
    p, by, at = world.parameters, world.by, world.at
    named = ORGANISATIONS | {
        f"to {key}": (target.name, target.kind) for key, target in p.referral.targets.items()
    }
    for key, (name, kind) in named.items():
        world.organisations[key] = programme.add_organisation(
            programme=world.programme, name=name, kind=kind, by=by, at=at
        )
    for site in p.sites:
        owner = world.organisations["with" if site.arm is ArmKind.INTERVENTION else "without"]
        world.sites.append(_add_site(world, owner, site.name, SiteKind.FIXED, site.name))
    police = world.organisations["police"]
    for site in p.sites:
        name = f"{site.name} station"
        world.stations.append(_add_site(world, police, name, SiteKind.POLICE_STATION, site.name))
    _agree(world)
    _begin(world)


def _add_site(world: World, owner: Organisation, name: str, kind: SiteKind, area: str) -> Site:
    return programme.add_site(
        organisation=owner, name=name, kind=kind, area=area, time_zone=world.parameters.time_zone,
        opened_on=world.parameters.period.from_on - timedelta(days=365), by=world.by, at=world.at,
    )  # fmt: skip


def _agree(world: World) -> None:
    p, by, at = world.parameters, world.by, world.at
    for agreement in p.agreements:
        programme.record_police_agreement(
            force=world.organisations["police"], area=agreement.area, item_kinds=sorted(CONTROLLED),
            from_on=agreement.from_on, to_on=agreement.to_on, document_reference=agreement.reference, by=by, at=at,
        )  # fmt: skip
    for key in p.referral.targets:
        for side in ("with", "without"):
            programme.agree_partnership(
                first=world.organisations[side], second=world.organisations[f"to {key}"],
                kind=PartnershipKind.REFERRAL, agreement=f"Referral pathway, {key}", from_on=p.period.from_on,
                by=by, at=at,
            )  # fmt: skip


def _begin(world: World) -> None:
    p, by, at = world.parameters, world.by, world.at
    begun = {}
    for component in p.components:
        begun[component.site, component.kind] = programme.start_component(
            site=world.site(component.site), kind=ComponentKind(component.kind), from_on=component.from_on,
            to_on=component.to_on, by=by, at=at,
        )  # fmt: skip
    for change in p.adaptations:
        programme.record_adaptation(
            component=begun[change.site, change.component], on=change.day, what=change.what, why=change.why,
            is_planned=change.is_planned, by=by, at=at,
        )  # fmt: skip
    for given in p.provisions:
        programme.record_provision(
            site=world.site(given.site), kind=given.kind, what=given.what, from_on=given.from_on, by=by, at=at
        )
    for area, (estimate, low, high) in p.population.items():
        programme.record_population(
            programme=world.programme, area=area, year=p.period.from_on.year, group="people who use crack",
            estimate=estimate, low=low, high=high, source="Made up for this example", by=by, at=at,
        )  # fmt: skip


def bring_people(world: World) -> None:
    """Those who can sign in, and the sites' further staff, who cannot."""
    for person in PEOPLE:
        organisation = world.organisations[person.organisation]
        places = [site for site in (*world.sites, *world.stations) if site.name in person.sites]
        add_person(world, person, organisation, places)
    memberships = {str(row.account_id): row for row in Membership.objects.filter(programme=world.programme)}
    first = {key: memberships[world.people[key].id] for key in ("practitioner", "peer")}
    for number, (part, site) in enumerate(zip(world.parameters.sites, world.sites, strict=True)):
        staff = [
            *(("practitioner", Role.PRACTITIONER) for _ in range(part.staff.practitioners)),
            *(("peer", Role.PEER_WORKER) for _ in range(part.staff.peers)),
        ]
        rows: list[Membership] = []
        for place, (word, role) in enumerate(staff, start=1):
            # The practitioner and the peer who can sign in are the first of their kind at the first site.
            if number == 0 and word in first:
                rows.append(first.pop(word))
            else:
                rows.append(_add_colleague(world, site, word, role, place))
        world.staff.append(rows)


def add_person(world: World, person: Person, organisation: Organisation, sites: Sequence[Site]) -> None:
    """An account that can sign in, with a password of its own, made here and told once."""
    username, password = person.name.split()[0].lower(), "-".join(secrets.token_hex(3) for _ in range(3))
    account = accounts.add_account(
        programme_id=organisation.programme_id, username=username, display_name=person.name, password=password,
        is_example=True, by=world.by, at=world.at,
    )  # fmt: skip
    programme.grant_membership(
        account=account, organisation=organisation, roles=[person.role], sites=sites, is_all_sites=not sites,
        from_on=world.parameters.period.from_on, by=world.by, at=world.at,
    )  # fmt: skip
    world.people[person.key] = actor_for(account, world.at.date())
    role = ROLES[person.role].title.english
    world.sign_ins.append(SignIn(username, person.name, role, organisation.programme.name, password))


def _add_colleague(world: World, site: Site, word: str, role: Role, place: int) -> Membership:
    account = accounts.add_account(
        programme_id=site.programme_id, username=f"{site.name.lower()}-{place}",
        display_name=f"{word.capitalize()} {place}, {site.name}", password=None, is_example=True,
        by=world.by, at=world.at,
    )  # fmt: skip
    return programme.grant_membership(
        account=account, organisation=site.organisation, roles=[role], sites=[site],
        from_on=world.parameters.period.from_on, by=world.by, at=world.at,
    )  # fmt: skip


def stock_shelves(world: World) -> tuple[list[Item], list[KitVersion]]:
    """The items in the order of ITEMS, and the two versions of the inhalation kit."""
    p, by, at = world.parameters, world.by, world.at
    items = [
        supplies.add_item(
            programme=world.programme, name=kind.value.replace("_", " ").capitalize(), kind=kind.value,
            is_controlled=kind in CONTROLLED, by=by, at=at,
        )
        for kind in ITEMS
    ]  # fmt: skip
    pipe, mouthpiece, screen, stick = (
        items[ITEMS.index(kind)]
        for kind in (ItemKind.PIPE, ItemKind.MOUTHPIECE, ItemKind.SCREEN, ItemKind.PUSH_STICK)
    )
    supplied = [
        component.from_on for component in p.components if component.kind is ComponentKind.SUPPLY_ROUTE
    ]
    renewed = [a.day for a in p.adaptations if a.component is ComponentKind.SUPPLY_ROUTE and a.is_planned]
    versions = [
        supplies.add_kit_version(
            programme=world.programme, name="Inhalation kit", from_on=from_on, by=by, at=at,
            components={pipe: pipes, mouthpiece: 2 * pipes, screen: 5 * pipes, stick: 1},
        )
        for pipes, from_on in ((1, min(supplied, default=p.period.from_on)), (2, min(renewed, default=p.period.to_on)))
    ]  # fmt: skip
    return items, versions
