"""A contact as it comes in and as it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import StrictBool

from throughline.api.shapes import Code, In, Out, Version
from throughline.exchange.device_event.contact import ContactIn
from throughline.records.engagement.models import Barrier, Contact, Need
from throughline.vocabulary.nothing import Nothing


class CorrectionIn(In):
    """`base_version`: the version that was looked at. `keeps_client`: leave the client as it is, without its code."""

    base_version: Version
    why: Code
    keeps_client: StrictBool = False
    contact: ContactIn


class WithdrawalIn(In):
    base_version: Version


class KitLineOut(Out):
    item_id: UUID | None
    kit_version_id: UUID | None
    lot_id: UUID | None
    quantity: int
    returned: int | Nothing


class DisclosureOut(Out):
    topic: str
    answer: str
    raised_by: str


class BarrierOut(Out):
    kind: str
    level: str


class ActionOut(Out):
    id: UUID
    kind: str
    taken_at: datetime


class NeedOut(Out):
    id: UUID
    domain: str
    urgency: str
    closed_at: datetime | None
    closed_as: str | None
    actions: list[ActionOut]
    barriers: list[BarrierOut]


class ContactOut(Out):
    """Never the client's code, and no pseudonym: `client_id` stands for the client where the actor may see one."""

    id: UUID
    version: int
    site_id: UUID
    client_id: UUID | None
    is_anonymous: bool
    kind: str
    tally: int
    route: str
    place: str
    mode: str
    who_spoke: str
    newness: str
    on_behalf_of: int | Nothing
    duration: str
    device_time: datetime
    server_time: datetime
    is_flagged_supply: bool
    kit_lines: list[KitLineOut]
    disclosures: list[DisclosureOut]
    needs: list[NeedOut]
    barriers: list[BarrierOut]


PLAIN = (
    "id", "version", "site_id", "is_anonymous", "kind", "tally", "route", "place", "mode", "who_spoke", "newness",
    "duration", "device_time", "server_time", "is_flagged_supply",
)  # fmt: skip


def shown_contact(row: Contact, *, with_client: bool) -> ContactOut:
    """`with_client`: whether the actor may see histories, so that a contact may say whose it is."""
    return ContactOut(
        **{name: getattr(row, name) for name in PLAIN},
        client_id=row.client_id if with_client else None,
        on_behalf_of=_or_nothing(row.on_behalf_of, row.on_behalf_of_nothing),
        kit_lines=[
            KitLineOut(
                item_id=line.item_id, kit_version_id=line.kit_version_id, lot_id=line.lot_id, quantity=line.quantity,
                returned=_or_nothing(line.returned, line.returned_nothing),
            )
            for line in row.kit_lines.all()
        ],
        disclosures=[DisclosureOut.model_validate(told) for told in row.disclosures.all()],
        needs=[shown_need(need) for need in row.needs.all()],
        barriers=[_shown_barrier(barrier) for barrier in row.barriers.all()],
    )  # fmt: skip


def shown_need(need: Need) -> NeedOut:
    return NeedOut(
        id=need.id, domain=need.domain, urgency=need.urgency, closed_at=need.closed_at, closed_as=need.closed_as,
        actions=[ActionOut(id=one.id, kind=one.kind, taken_at=one.taken_at) for one in need.actions.all()],
        barriers=[_shown_barrier(barrier) for barrier in need.barriers.all()],
    )  # fmt: skip


def _shown_barrier(barrier: Barrier) -> BarrierOut:
    return BarrierOut(kind=barrier.kind, level=barrier.level)


def _or_nothing(value: Any, nothing: str | None) -> Any:
    return value if value is not None else Nothing(nothing or Nothing.NOT_RECORDED)
