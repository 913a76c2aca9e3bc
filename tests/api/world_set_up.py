"""Of a programme's set-up, one of everything; and bodies that are right for its operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.cast import SYSTEM, Cast
from tests.records.made import a_scale
from throughline.records.programme.actions import (
    agree_partnership,
    record_police_agreement,
    record_provision,
    start_component,
)
from throughline.records.programme.models import CodeListEntry, Membership
from throughline.records.workforce.actions import add_course, hold_training
from throughline.vocabulary.programme import ComponentKind, PartnershipKind, ProvisionKind

if TYPE_CHECKING:
    from tests.api.world import World

SINCE = date(2026, 1, 1)


@dataclass
class Made:
    """`ids`: by the name of a path parameter; `more`: what bodies name."""

    ids: dict[str, UUID | str] = field(default_factory=dict)
    more: dict[str, UUID] = field(default_factory=dict)

    def __or__(self, other: Made) -> Made:
        return Made(self.ids | other.ids, self.more | other.more)


def set_up(cast: Cast, at: datetime) -> Made:
    entry = CodeListEntry.objects.get(programme=cast.programme, list_name="topic", code="debt")
    agreement = record_police_agreement(
        force=cast.police, area=cast.site.area, item_kinds=["foil"], from_on=SINCE, to_on=None,
        document_reference="A 1", by=SYSTEM, at=at,
    )  # fmt: skip
    partnership = agree_partnership(
        first=cast.service, second=cast.housing, kind=PartnershipKind.REFERRAL, agreement="B 1", from_on=SINCE,
        by=SYSTEM, at=at,
    )  # fmt: skip
    component = start_component(site=cast.site, kind=ComponentKind.TRAINING, from_on=SINCE, by=SYSTEM, at=at)
    alice = {"by": cast.alice.actor, "at": at}
    course = add_course(programme=cast.programme, name="Pipes", modules=["one"], **alice)
    held = hold_training(
        course=course, site=cast.site, held_on=at.date() - timedelta(days=9), trainer="A trainer", **alice
    )
    support = record_provision(
        site=cast.site, kind=ProvisionKind.GROUP, what="A group on Mondays.", from_on=SINCE, by=SYSTEM, at=at
    )
    membership = Membership.objects.get(account=cast.bob.account)
    ids: dict[str, UUID | str] = {
        "list_name": "topic", "entry_id": entry.id, "agreement_id": agreement.id, "partnership_id": partnership.id, "component_id": component.id,
        "account_id": cast.bob.account.id, "membership_id": membership.id, "training_id": held.id,
        "provision_id": support.id, "scale_id": a_scale(cast).id,
    }  # fmt: skip
    return Made(ids, {"course_id": course.id})


def bodies_of_set_up(world: World) -> dict[str, dict[str, Any]]:
    cast, on = world.cast, {"on": "2026-11-02"}
    site, service, police = (str(one.id) for one in (cast.site, cast.service, cast.police))
    membership = {
        "organisation_id": service,
        "roles": ["peer_worker"],
        "site_ids": [site],
        "from_on": "2026-01-01",
    }
    why = {"what": "One more evening.", "why": "People asked."}
    return {
        "record_provision": {"kind": "outreach", "what": "Walks on Fridays.", "from_on": "2026-01-01"},
        "end_provision": on,
        "define_attitude_scale": {
            "name": "Support", "lowest": 1, "highest": 5, "subscales": [{"name": "all", "items": [1, 2], "reversed": [2]}],
        },
        "erase_assessments": {"site_id": site, "group": "officer", "label": "Zebra"},
        "add_organisation": {"name": "Night service", "kind": "drug_service"},
        "add_site": {
            "organisation_id": service, "name": "Night bus", "kind": "van", "area": "Harrowmere",
            "time_zone": "Europe/London", "opened_on": "2026-01-01",
        },
        "close_site": on,
        "record_open_hours": {"hours": 112.5},
        "record_population": {
            "area": "Harrowmere", "year": 2026, "group": "people who use crack", "estimate": 400, "low": 300,
            "source": "A count",
        },
        "add_listed_code": {"label": "Long nights", "core": "other"},
        "record_police_agreement": {
            "force_id": police, "area": "Harrowmere", "item_kinds": ["foil"], "from_on": "2026-01-01",
            "document_reference": "A 2",
        },
        "end_police_agreement": on,
        "agree_partnership": {
            "first_id": service, "second_id": police, "kind": "supply", "agreement": "B 2", "from_on": "2026-01-01",
        },
        "end_partnership": on,
        "rule_agreements": {"is_needed": True},
        "start_component": {"site_id": site, "kind": "training", "from_on": "2026-01-01"},
        "end_component": on,
        "record_adaptation": {**on, **why, "is_planned": True},
        "add_person": {"display_name": "Wren", "username": "wren", "membership": membership},
        "grant_membership": membership,
        "end_membership": on,
        "add_course": {"name": "Pipes again", "modules": ["one", "two"]},
        "hold_training": {
            "course_id": str(world.more["course_id"]), "site_id": site, "held_on": "2026-11-02",
            "trainer": "A trainer",
        },
        "record_attendance": {"attended": [str(world.ids["membership_id"])], "completed": []},
    }  # fmt: skip
