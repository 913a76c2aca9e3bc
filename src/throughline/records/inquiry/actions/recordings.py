"""The sound of a source, in pieces under the source's own key. A voice names its speaker."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.models import Recording, RecordingPiece, Source
from throughline.records.keyring import source_keys
from throughline.records.racing import again_if_raced
from throughline.rules.access import check_may_add_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.events import Event

PIECE_BYTES = 1 << 20
PLAYED = frozenset({"audio/wav", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm"})


@dataclass(frozen=True)
class RecordingDraft:
    """A recording as it came. `data` is in no repr: it is what a person said, in their voice."""

    media_type: str
    data: bytes = field(repr=False)
    file_hash: str = ""


@again_if_raced
def add_recording(*, source: Source, draft: RecordingDraft, by: Actor, at: datetime) -> Recording:
    """Keep a source's recording under the source's key. One that was there before makes room for it."""
    check_may_add_source(by, source.programme_id)
    if source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    if draft.media_type not in PLAYED or not draft.data:
        raise Invalid(Sentence("This is no recording that a browser can play."))
    cipher = source_keys().open(source.id)
    Recording.objects.filter(source=source).delete()
    recording = Recording.objects.create(
        programme_id=source.programme_id, source=source, media_type=draft.media_type, length_bytes=len(draft.data),
        piece_bytes=PIECE_BYTES, file_hash=draft.file_hash, added_at=at, added_by=by.id,
    )  # fmt: skip
    for number, place in enumerate(range(0, len(draft.data), PIECE_BYTES)):
        RecordingPiece.objects.create(
            programme_id=source.programme_id, recording=recording, number=number,
            sealed=cipher.encrypt(draft.data[place : place + PIECE_BYTES]),
        )  # fmt: skip
    audit.record(Event.RECORDING_ADDED, target=recording, programme_id=source.programme_id, by=by, at=at)
    return recording


@transaction.atomic
def hear_recording(*, recording: Recording, by: Actor, at: datetime) -> Recording:
    """Begin to listen. Every opening is an audit event; its parts are then read without further ones."""
    check_may_add_source(by, recording.programme_id)
    if recording.source.erased_at is not None:
        raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
    audit.record(Event.RECORDING_HEARD, target=recording, programme_id=recording.programme_id, by=by, at=at)
    return recording
