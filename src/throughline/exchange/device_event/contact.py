"""A contact as it comes in: what pages' scripts, devices and other programs send, before anything of it is believed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
)

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

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
MANY = 100  # lines of one kind in one contact, at most


def _text_only(value: Any) -> Any:
    if not isinstance(value, (str, datetime)) or (isinstance(value, str) and not value[:1].isdigit()):
        raise ValueError("write it as 2026-03-02T10:30:00Z")
    if isinstance(value, str) and "-" not in value[:5]:
        raise ValueError("write it as 2026-03-02T10:30:00Z")
    return value


def _likely(value: datetime) -> datetime:
    if not EARLIEST <= value <= LATEST:
        raise ValueError("not a likely time")
    return value


def _storable(value: str) -> str:
    if "\0" in value or not value.isprintable():
        raise ValueError("control characters cannot be kept")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_likely)]
Line = Annotated[str, AfterValidator(_storable)]
Code = Annotated[Line, StringConstraints(min_length=1, max_length=40)]
ClientCode = Annotated[Line, StringConstraints(min_length=1, max_length=64)]
Counted = Annotated[StrictInt, Field(ge=0, le=10_000)]
Version = Annotated[StrictInt, Field(ge=1, le=1_000_000)]


class In(BaseModel):
    """Refused where it holds anything unknown."""

    model_config = ConfigDict(extra="forbid")


class KitLineIn(In):
    item_id: UUID | None = None
    kit_version_id: UUID | None = None
    quantity: Counted = 1
    returned: Counted | Nothing = Nothing.NOT_RECORDED
    lot_id: UUID | None = None


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
        kit_lines=tuple(KitLineDraft(**dict(line)) for line in contact.kit_lines),
        disclosures=tuple(DisclosureDraft(**dict(told)) for told in contact.disclosures),
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
