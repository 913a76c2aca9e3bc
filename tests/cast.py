"""The fixed cast of tests, made with the same actions as everything else.

Alice runs a service, Bob works there, Priya is a peer worker, Omar a police referrer, Chen evaluates, Rosa
leads the research, Grace guards the data, Ada administers. Dana runs a service of another programme: she must
see nothing of this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.kept import Kept
from throughline.records.accounts import actions as accounts
from throughline.records.accounts.models import Account
from throughline.records.programme import actions as programme
from throughline.records.programme.models import Organisation, Programme, Site
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.programme import OrganisationKind, SiteKind
from throughline.vocabulary.roles import Role

START = datetime(2024, 9, 1, 9, 0, tzinfo=UTC)
SYSTEM = Actor.system("example")
PASSWORD = "a long enough password"
TODAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Person:
    account: Account
    actor: Actor


@dataclass(frozen=True)
class Cast:
    programme: Programme
    service: Organisation
    police: Organisation
    housing: Organisation
    site: Site  # Alice's, Bob's and Priya's
    other_site: Site  # of the same programme, nobody of the cast works there
    elsewhere: Programme
    elsewhere_site: Site
    alice: Person
    bob: Person
    priya: Person
    omar: Person
    chen: Person
    rosa: Person
    grace: Person
    ada: Person
    dana: Person
    stranger: Actor

    def everybody(self) -> dict[str, Actor]:
        """Name -> actor, the stranger included."""
        names = ("alice", "bob", "priya", "omar", "chen", "rosa", "grace", "ada", "dana")
        return {name: getattr(self, name).actor for name in names} | {"stranger": self.stranger}


def _organisation(of: Programme, name: str, kind: OrganisationKind) -> Organisation:
    return programme.add_organisation(programme=of, name=name, kind=kind, by=SYSTEM, at=START)


def _site(of: Organisation, name: str, kind: SiteKind = SiteKind.FIXED) -> Site:
    return programme.add_site(
        organisation=of, name=name, kind=kind, area=name, time_zone="Europe/London", opened_on=START.date(),
        by=SYSTEM, at=START,
    )  # fmt: skip


def _person(
    name: str, organisation: Organisation, role: Role, *sites: Site, all_sites: bool = False
) -> Person:
    account = accounts.add_account(
        programme_id=organisation.programme_id, username=name.lower(), display_name=name, password=PASSWORD,
        by=SYSTEM, at=START,
    )  # fmt: skip
    programme.grant_membership(
        account=account, organisation=organisation, roles=[role], sites=sites, is_all_sites=all_sites,
        from_on=START.date(), by=SYSTEM, at=START,
    )  # fmt: skip
    return Person(account, actor_for(account, TODAY))


@Kept
def make_cast() -> Cast:
    """Two programmes, three sites, nine people and a stranger."""
    here = programme.create_programme(name="Lantern", slug="lantern", is_fiction=True, by=SYSTEM, at=START)
    service = _organisation(here, "Harbour service", OrganisationKind.DRUG_SERVICE)
    police = _organisation(here, "County force", OrganisationKind.POLICE)
    housing = _organisation(here, "Town housing", OrganisationKind.HOUSING)
    research = _organisation(here, "Research group", OrganisationKind.RESEARCH)
    site, other = _site(service, "Harrowmere"), _site(service, "Saltby")
    station = _site(police, "Mill Street station", SiteKind.POLICE_STATION)
    there = programme.create_programme(name="Beacon", slug="beacon", is_fiction=True, by=SYSTEM, at=START)
    away = _organisation(there, "Hill service", OrganisationKind.DRUG_SERVICE)
    away_site = _site(away, "Farholt")
    return Cast(
        programme=here, service=service, police=police, housing=housing, site=site, other_site=other,
        elsewhere=there, elsewhere_site=away_site,
        alice=_person("Alice", service, Role.SERVICE_MANAGER, site),
        bob=_person("Bob", service, Role.PRACTITIONER, site),
        priya=_person("Priya", service, Role.PEER_WORKER, site),
        omar=_person("Omar", police, Role.REFERRER, station),
        chen=_person("Chen", research, Role.EVALUATOR, all_sites=True),
        rosa=_person("Rosa", research, Role.LEAD_RESEARCHER, all_sites=True),
        grace=_person("Grace", research, Role.DATA_GUARDIAN, all_sites=True),
        ada=_person("Ada", service, Role.ADMINISTRATOR, all_sites=True),
        dana=_person("Dana", away, Role.SERVICE_MANAGER, away_site),
        stranger=Actor.stranger(),
    )  # fmt: skip
