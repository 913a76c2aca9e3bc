"""What lies inside the seal of an event, format 1: UTF-8 JSON, frozen."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, StrictInt, model_validator

from throughline.exchange.device_event.contact import Code, ContactIn, In, Moment, Version
from throughline.exchange.device_event.form import FormIn
from throughline.vocabulary.arriving import EventKind

FORMAT = 1
LIMIT = 4608 * 1024  # bytes, sealed: a long form with 3 MB of pictures; anything else is far smaller
MOST_SEQUENCE = 2**53 - 1  # what a script counts exactly

Sequence = Annotated[StrictInt, Field(ge=1, le=MOST_SEQUENCE)]


class EventDocument(In):
    """One thing that somebody recorded, corrected or took back on a device.

    `made_at` is the device's clock. `sequence` grows by one with each event of a device. A correction or withdrawal says
    what was looked at when it was made: `after`, the device's own event whose result it was, or `base_version`.
    `replaces` names a held event that this one is sent in the place of; with `keeps_code` the client code is taken out of
    that one, for the device itself cannot read it any more: of a form, the code of the receipt. Of a form, `contact_id` is the id of the approach: it comes once when
    somebody was asked, and again with their answers; whichever is first, they are one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    kind: EventKind
    id: UUID
    programme_id: UUID
    account_id: UUID
    device_id: UUID
    sequence: Sequence
    made_at: Moment
    contact_id: UUID
    after: UUID | None = None
    base_version: Version | None = None
    why: Code | None = None
    keeps_client: StrictBool = False
    replaces: UUID | None = None
    keeps_code: StrictBool = False
    contact: ContactIn | None = None
    form: FormIn | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> EventDocument:
        stands_on = (self.after is not None) + (self.base_version is not None)
        if self.kind is EventKind.CONTACT:
            is_whole = (
                self.contact is not None and self.contact_id == self.id and stands_on == 0 and not self.why
            )
        elif self.kind is EventKind.CORRECTION:
            is_whole = self.contact is not None and stands_on == 1 and bool(self.why)
        elif self.kind is EventKind.FORM:
            is_alone = self.contact is None and not self.why and not self.keeps_client
            # answers in the place of others: the receipt's code of those stays
            is_again = self.form is not None and self.form.answers is not None and self.keeps_code
            is_whole = (
                self.form is not None and is_alone and stands_on == 0 and (self.replaces is None or is_again)
            )
        else:
            is_whole = self.contact is None and stands_on == 1
        is_whole = is_whole and (self.form is None or self.kind is EventKind.FORM)
        is_told = self.contact is not None or self.form is not None
        if not is_whole or (self.keeps_code and (self.replaces is None or not is_told)):
            raise ValueError("what it says does not fit its kind")
        return self
