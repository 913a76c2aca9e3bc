"""What somebody says about a contact before it is recorded: the draft that pages, imports and the API hand over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

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
from throughline.vocabulary.nothing import Nothing


@dataclass(frozen=True)
class KitLineDraft:
    """Equipment given (or used items brought back): an item or a kit's version, never both.

    `lot_id`: the lot it came from, of the item or of one of the kit's components.
    """

    item_id: UUID | None = None
    kit_version_id: UUID | None = None
    quantity: int = 1
    returned: int | Nothing = Nothing.NOT_RECORDED
    lot_id: UUID | None = None


@dataclass(frozen=True)
class DisclosureDraft:
    topic: str
    answer: Answer
    raised_by: RaisedBy = RaisedBy.NOT_RECORDED


@dataclass(frozen=True)
class BarrierDraft:
    kind: str
    level: BarrierLevel = BarrierLevel.NOT_RECORDED


@dataclass(frozen=True)
class NeedDraft:
    domain: str
    urgency: Urgency = Urgency.NOT_RECORDED
    actions: tuple[ActionKind, ...] = ()
    barriers: tuple[BarrierDraft, ...] = ()
    id: UUID | None = None


@dataclass(frozen=True)
class ContactDraft:
    """A contact as told. `client_code` is the code in clear, on its way to becoming a pseudonym: it is in no repr.

    `keeps_client` says, in a correction, that it is still about the same person: nobody has to type the code again.
    `device_time` is when it happened. `is_after_the_fact` marks what has happened already: it is recorded even
    where it should not have happened, and flagged.
    """

    site_id: UUID
    route: Route
    device_time: datetime
    client_code: str | None = field(default=None, repr=False)
    kind: ContactKind = ContactKind.SINGLE
    tally: int = 1
    place: str = "not_recorded"
    mode: Mode = Mode.NOT_RECORDED
    who_spoke: WhoSpoke = WhoSpoke.NOT_RECORDED
    newness: Newness = Newness.UNKNOWN
    on_behalf_of: int | Nothing = Nothing.NOT_RECORDED
    duration: DurationBand = DurationBand.NOT_RECORDED
    worker_id: UUID | None = None
    device_id: UUID | None = None
    device_sequence: int | None = None
    kit_lines: tuple[KitLineDraft, ...] = ()
    disclosures: tuple[DisclosureDraft, ...] = ()
    needs: tuple[NeedDraft, ...] = ()
    barriers: tuple[BarrierDraft, ...] = ()
    origin_key: str | None = field(default=None, repr=False)
    is_after_the_fact: bool = False
    keeps_client: bool = False
    id: UUID | None = None
