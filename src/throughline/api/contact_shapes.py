"""A contact as it comes in and as it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from throughline.api.shapes import MANY, ClientCode, Code, Counted, In, Moment, Out, Version
from throughline.records.engagement.models import Barrier, Contact, Need
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierLevel,
    ContactKind,
    DurationBand,
    Mode,
    Newness,
    RaisedBy,
    Route,
    Urgency,
    WhoSpoke,
)
from throughline.vocabulary.contact import (
    BarrierDraft,
    ContactDraft,
    DisclosureDraft,
    KitLineDraft,
    NeedDraft,
)
from throughline.vocabulary.nothing import Nothing


class KitLineIn(In):
    item_id: UUID | None = None
    kit_version_id: UUID | None = None
    quantity: Counted = 1
    returned: Counted | Nothing = Nothing.NOT_RECORDED


class DisclosureIn(In):
    topic: Code
    answer: Answer
    raised_by: RaisedBy = RaisedBy.NOT_RECORDED


class BarrierIn(In):
    kind: Code
    level: BarrierLevel = BarrierLevel.NOT_RECORDED


class NeedIn(In):
    """`id` where a need that is there already stays in a correction, or where the device made one."""

    domain: Code
    urgency: Urgency = Urgency.NOT_RECORDED
    actions: Annotated[list[ActionKind], Field(max_length=len(ActionKind))] = []
    barriers: Annotated[list[BarrierIn], Field(max_length=MANY)] = []
    id: UUID | None = None


class ContactIn(In):
    """A contact as told. `id` is made where the record is made (UUIDv7): sent again, it is the same contact.

    Silence is `not_recorded`; nothing is asked for that was not said. `client_code` becomes a keyed pseudonym and is
    not kept.
    """

    id: UUID | None = None
    site_id: UUID
    route: Route
    device_time: Moment
    client_code: ClientCode | None = None
    kind: ContactKind = ContactKind.SINGLE
    tally: Annotated[StrictInt, Field(ge=1, le=10_000)] = 1
    place: Code = "not_recorded"
    mode: Mode = Mode.NOT_RECORDED
    who_spoke: WhoSpoke = WhoSpoke.NOT_RECORDED
    newness: Newness = Newness.UNKNOWN
    on_behalf_of: Counted | Nothing = Nothing.NOT_RECORDED
    duration: DurationBand = DurationBand.NOT_RECORDED
    kit_lines: Annotated[list[KitLineIn], Field(max_length=MANY)] = []
    disclosures: Annotated[list[DisclosureIn], Field(max_length=MANY)] = []
    needs: Annotated[list[NeedIn], Field(max_length=MANY)] = []
    barriers: Annotated[list[BarrierIn], Field(max_length=MANY)] = []
    is_after_the_fact: StrictBool = False


class CorrectionIn(In):
    """`base_version`: the version that was looked at. `keeps_client`: leave the client as it is, without its code."""

    base_version: Version
    why: Code
    keeps_client: StrictBool = False
    contact: ContactIn


class WithdrawalIn(In):
    base_version: Version


def draft_of(
    contact: ContactIn, *, contact_id: UUID | None = None, keeps_client: bool = False
) -> ContactDraft:
    """What the action takes."""
    plain = {
        name: getattr(contact, name)
        for name in (
            "site_id", "route", "device_time", "client_code", "kind", "tally", "place", "mode", "who_spoke", "newness",
            "on_behalf_of", "duration", "is_after_the_fact",
        )
    }  # fmt: skip
    return ContactDraft(
        **plain,
        id=contact_id or contact.id,
        keeps_client=keeps_client,
        kit_lines=tuple(KitLineDraft(**line.model_dump()) for line in contact.kit_lines),
        disclosures=tuple(DisclosureDraft(**told.model_dump()) for told in contact.disclosures),
        needs=tuple(
            NeedDraft(
                domain=need.domain, urgency=need.urgency, actions=tuple(need.actions),
                barriers=_barriers(need.barriers), id=need.id,
            )
            for need in contact.needs
        ),
        barriers=_barriers(contact.barriers),
    )  # fmt: skip


def _barriers(given: list[BarrierIn]) -> tuple[BarrierDraft, ...]:
    return tuple(BarrierDraft(kind=one.kind, level=one.level) for one in given)


class KitLineOut(Out):
    item_id: UUID | None
    kit_version_id: UUID | None
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
                item_id=line.item_id, kit_version_id=line.kit_version_id, quantity=line.quantity,
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
