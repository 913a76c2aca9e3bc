"""What the recorder on a phone and the server say to each other."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictFloat, StrictInt, StrictStr

from throughline.api.contact_shapes import ContactOut
from throughline.api.shapes import Code, In, Line, Moment, Out
from throughline.exchange.device_event.document import Sequence

AT_MOST = 50  # events in a request


class NamedOut(Out):
    id: UUID
    name: str


class KeyOut(Out):
    """What events are sealed to: X25519, 32 bytes, base64url without padding."""

    version: int
    public_key: str


class DeviceStateOut(Out):
    """`receipts`: how many events of this device are here; fewer than it holds receipts for: some were lost here."""

    state: Literal["unknown", "active", "retired"]
    receipts: int
    last_sequence: int


class HelloOut(Out):
    server_time: datetime
    epoch: str
    csrf_token: str
    account: NamedOut
    programme: NamedOut
    key: KeyOut
    device: DeviceStateOut
    screen_version: str


class DeviceIn(In):
    device_id: UUID
    site_id: UUID


class DeviceOut(Out):
    id: UUID
    state: str


class LabelledCodeOut(Out):
    code: str
    label: str


class AgreementOut(Out):
    area: str
    item_kinds: list[str]
    from_on: date
    to_on: date | None


class OfferedLotOut(Out):
    """A lot that is at a site. `of`: what of a kit it is a lot of; null where it is of the thing itself."""

    id: UUID
    batch: str
    expires_on: date
    of: str | None


class ThingOut(Out):
    """An item or a kit. `controlled`: those of its kinds that need an agreement where the programme needs one.

    `lots`: from which of them it may have come; none where the site keeps no lots of it.
    """

    key: str
    item_id: UUID | None
    kit_version_id: UUID | None
    name: str
    kinds: list[str]
    controlled: list[str]
    lots: list[OfferedLotOut]


class RecorderSiteOut(Out):
    id: UUID
    name: str
    time_zone: str
    area: str
    things: list[ThingOut]


class CodeRuleOut(Out):
    pattern: str
    hint: str


class ScreenOut(Out):
    """Everything that the recorder's screen needs, and nothing of any client."""

    version: str
    as_of: date
    programme: NamedOut
    client_code: CodeRuleOut
    is_agreement_needed: bool
    agreements: list[AgreementOut]
    sites: list[RecorderSiteOut]
    lists: dict[str, list[LabelledCodeOut]]
    enums: dict[str, list[LabelledCodeOut]]


class FormOut(Out):
    """A form that may be filled in today at these sites. `content_hash`: of its file; the same hash is the same form.

    `has_files`: it asks for pictures or files, which a phone keeps up to 3 MB of. `is_too_large`: it needs a network.
    """

    wave_id: UUID
    wave: str
    title: str
    sheet_version: str
    version_id: UUID
    content_hash: str
    closes_on: date | None
    sites: list[NamedOut]
    has_files: bool
    is_too_large: bool


class FormsOut(Out):
    forms: list[FormOut]


class DefinitionOut(Out):
    """`xform`: as pyxform compiled it."""

    content_hash: str
    xform: str


class SealedIn(In):
    """`sealed`: base64url. What it is, is found out by opening it: whatever it is, it is kept."""

    id: UUID
    sequence: Sequence
    device_id: UUID
    key_version: Annotated[StrictInt, Field(ge=1, le=1_000_000)]
    sealed: StrictStr


class EventsIn(In):
    """`device_id` sends; each event names the device that it was made on, which may be another one of the account."""

    device_id: UUID
    device_time: Moment
    epoch: Annotated[Line, Field(max_length=64)] | None = None
    events: Annotated[list[SealedIn], Field(min_length=1, max_length=AT_MOST)]


class AnswerOut(Out):
    """`is_waiting`: accepted, and not recorded before what it stands on has come; it stays in the inbox until then."""

    id: UUID
    state: Literal["accepted", "already", "rejected", "conflict"]
    why: str | None
    version: int | None
    is_waiting: bool


class ReceiptsOut(Out):
    """Of an event without an answer nothing was kept: it is sent again, after so many seconds."""

    epoch: str
    server_time: datetime
    skew_seconds: StrictFloat
    answers: list[AnswerOut]
    retry_after_seconds: int | None


class HeldOut(Out):
    """A record that is held, or waits for another one. `contact` is what was told, without the client code; `current` what stands there now.

    `has_answers`: of a form, answers that may be opened again and put right.
    """

    id: UUID
    contact_id: UUID | None
    kind: str | None
    state: Literal["rejected", "conflict", "waiting"]
    why: str
    made_at: datetime | None
    received_at: datetime
    site_id: UUID | None
    contact: dict[str, Any] | None
    has_client_code: bool
    current: ContactOut | None
    has_answers: bool


class AskedOut(Out):
    """Who was asked, as the device told it."""

    wave_id: UUID
    site_id: UUID
    through: str
    result: str
    asked_at: datetime
    reason: str
    scopes: list[str]


class FileOut(Out):
    """`data`: base64url without padding."""

    name: str
    data: str


class HeldFormOut(Out):
    """Answers that came back, to be put right: all that was told but the code of the receipt, which stays what it was."""

    approach_id: UUID
    form: FormOut
    asked: AskedOut
    xml: str
    files: list[FileOut]


class InboxOut(Out):
    held: list[HeldOut]


class DropIn(In):
    """`why`: recorded_elsewhere, did_not_happen, stands_as_it_is or cannot_be_read."""

    why: Code
