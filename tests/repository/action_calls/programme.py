"""What the actions of programme are called with."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from tests.cast import SYSTEM, Cast
from tests.records.made import a_phone, an_import_run, membership_of
from throughline.records.programme.actions import (
    RowCounts,
    agree_partnership,
    keep_mapping,
    record_police_agreement,
    record_provision,
    start_component,
)
from throughline.records.programme.models import (
    CodeListEntry,
    Component,
    ImportMapping,
    Partnership,
    PoliceAgreement,
    Provision,
)
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.programme import (
    ComponentKind,
    OrganisationKind,
    PartnershipKind,
    ProvisionKind,
    Reporting,
    SiteKind,
)
from throughline.vocabulary.roles import Role

DAY = date(2025, 3, 1)


def _component(cast: Cast, now: datetime) -> Component:
    return start_component(site=cast.site, kind=ComponentKind.TRAINING, from_on=DAY, by=SYSTEM, at=now)


def _provision(cast: Cast, now: datetime) -> Provision:
    return record_provision(
        site=cast.site, kind=ProvisionKind.ADVICE, what="x", from_on=DAY, by=SYSTEM, at=now
    )


def _partnership(cast: Cast, now: datetime) -> Partnership:
    return agree_partnership(
        first=cast.service, second=cast.police, kind=PartnershipKind.DATA, agreement="A1", from_on=DAY, by=SYSTEM,
        at=now,
    )  # fmt: skip


def _mapping(cast: Cast, now: datetime) -> ImportMapping:
    return keep_mapping(programme=cast.programme, kind="contacts", name="log", choices={}, by=SYSTEM, at=now)


def _agreement(cast: Cast, now: datetime) -> PoliceAgreement:
    return record_police_agreement(
        force=cast.police, area="Harrowmere", item_kinds=["foil"], from_on=DAY, to_on=None, document_reference="D1",
        by=SYSTEM, at=now,
    )  # fmt: skip


CALLS = {
    "create_programme": lambda cast, now: {"name": "New", "slug": "new"},
    "add_code": lambda cast, now: {
        "programme": cast.programme, "list_name": "place", "label": "Park", "core": "street",
    },
    "retire_code": lambda cast, now: {"entry": CodeListEntry.objects.filter(programme=cast.programme).first()},
    "reinstate_code": lambda cast, now: {"entry": CodeListEntry.objects.filter(programme=cast.programme).first()},
    "retire_device": lambda cast, now: {"programme": cast.programme, "device": a_phone(cast, now)},
    "add_organisation": lambda cast, now: {
        "programme": cast.programme, "name": "New", "kind": OrganisationKind.HEALTH,
    },
    "add_site": lambda cast, now: {
        "organisation": cast.service, "name": "New", "kind": SiteKind.VAN, "area": "New",
        "time_zone": "Europe/London", "opened_on": DAY,
    },
    "close_site": lambda cast, now: {"site": cast.site, "on": DAY},
    "reopen_site": lambda cast, now: {"site": cast.site},
    "grant_membership": lambda cast, now: {
        "account": cast.bob.account, "organisation": cast.service, "roles": [Role.ADMINISTRATOR], "from_on": DAY,
    },
    "end_membership": lambda cast, now: {"membership": membership_of(cast.bob), "on": DAY},
    "agree_partnership": lambda cast, now: {
        "first": cast.service, "second": cast.police, "kind": PartnershipKind.REFERRAL, "agreement": "A1",
        "from_on": DAY,
    },
    "end_partnership": lambda cast, now: {"partnership": _partnership(cast, now), "on": DAY},
    "record_police_agreement": lambda cast, now: {
        "force": cast.police, "area": "Harrowmere", "item_kinds": ["foil"], "from_on": DAY, "to_on": None,
        "document_reference": "D1",
    },
    "end_police_agreement": lambda cast, now: {"agreement": _agreement(cast, now), "on": DAY},
    "require_agreements": lambda cast, now: {"programme": cast.programme},
    "waive_agreements": lambda cast, now: {"programme": cast.programme},
    "start_component": lambda cast, now: {"site": cast.site, "kind": ComponentKind.WALK_IN, "from_on": DAY},
    "end_component": lambda cast, now: {"component": _component(cast, now), "on": DAY},
    "record_adaptation": lambda cast, now: {
        "component": _component(cast, now), "on": DAY, "what": "x", "why": "y", "is_planned": True,
    },
    "record_provision": lambda cast, now: {
        "site": cast.site, "kind": ProvisionKind.GROUP, "what": "x", "from_on": DAY,
    },
    "end_provision": lambda cast, now: {"provision": _provision(cast, now), "on": DAY},
    "record_open_hours": lambda cast, now: {"site": cast.site, "month": DAY, "hours": Decimal(10)},
    "report_month": lambda cast, now: {"site": cast.site, "month": DAY, "reporting": Reporting.COMPLETE},
    "record_population": lambda cast, now: {
        "programme": cast.programme, "area": "x", "year": 2025, "group": "g", "estimate": 10,
        "low": Nothing.NOT_RECORDED, "high": 20, "source": "s",
    },
    "add_key_versions": lambda cast, now: {"programme": cast.programme},
    "start_import": lambda cast, now: {
        "programme": cast.programme, "kind": "incidents", "mapping_name": "m", "mapping_hash": "0" * 64,
        "file_hash": "1" * 64,
    },
    "advance_import": lambda cast, now: {"run": an_import_run(cast), "rows": RowCounts(0, 0, 0, 0)},
    "complete_import": lambda cast, now: {"run": an_import_run(cast), "rows": RowCounts(0, 0, 0, 0)},
    "remove_import": lambda cast, now: {"run": an_import_run(cast)},
    "keep_mapping": lambda cast, now: {
        "programme": cast.programme, "kind": "contacts", "name": "harbour-log", "choices": {"columns": []},
    },
    "let_mapping_go": lambda cast, now: {"mapping": _mapping(cast, now)},
}  # fmt: skip
