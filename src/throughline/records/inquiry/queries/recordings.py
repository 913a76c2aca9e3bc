"""The recording of a source, for who may hear it."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.records.inquiry.models import Recording, RecordingPiece, Source
from throughline.records.inquiry.queries.reading import source_for
from throughline.records.keyring import source_keys
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence


def recording_of(actor: Actor, source: Source) -> Recording | None:
    """None where there is none, or where the actor does not hold the untouched sources: a voice names its speaker."""
    row = source_for(actor, source.id)
    found: Recording | None = (
        Recording.objects.visible_to(actor)
        .select_related("source")
        .defer("source__text", "source__raw")
        .filter(source=row, source__erased_at=None)
        .first()
    )
    return found


def recording_for(actor: Actor, source: Source) -> Recording:
    found = recording_of(actor, source)
    if found is None:
        raise NotFound(Sentence("There is no recording of this source."))
    return found


def bytes_of(recording: Recording, first: int, last: int) -> Iterator[bytes]:
    """The bytes from `first` to `last`, both included, piece by piece. NotFound where the key was destroyed."""
    cipher = source_keys().open(recording.source_id)
    size = recording.piece_bytes
    for number in range(first // size, last // size + 1):
        sealed = RecordingPiece.objects.values_list("sealed", flat=True).get(
            recording=recording, number=number
        )
        begin = number * size
        yield cipher.decrypt(bytes(sealed))[max(first - begin, 0) : last - begin + 1]
