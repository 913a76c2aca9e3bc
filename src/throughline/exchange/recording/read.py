"""Strangers' bytes -> a recording that a browser plays. Pure: nothing is stored, nothing is decoded.

What it is, is told by its first bytes: the name of a file says nothing that can be trusted.
"""

from __future__ import annotations

import hashlib

from throughline.records.inquiry.actions import RecordingDraft
from throughline.vocabulary.errors import Invalid, Sentence


def read_recording(data: bytes, filename: str, *, max_bytes: int) -> RecordingDraft:
    """A recording with its media type. Raises Invalid for what is empty, too large, or no sound that browsers play."""
    if not data:
        raise Invalid(Sentence("%(file)s is empty: it holds no sound.", file=filename))
    if len(data) > max_bytes:
        raise Invalid(
            Sentence(
                "%(file)s is too large (%(megabytes)s MB; the most is %(most)s MB). Speech needs no more than 64 kbit/s:"
                " two hours of it as MP3 or M4A fit.",
                file=filename, megabytes=-(-len(data) >> 20), most=max_bytes >> 20,
            )
        )  # fmt: skip
    kind = media_type_of(data)
    if kind is None:
        raise Invalid(
            Sentence(
                "%(file)s is no recording that a browser can play. Save it as MP3, M4A, OGG, WebM or WAV.",
                file=filename,
            )
        )
    return RecordingDraft(kind, data, hashlib.sha256(data).hexdigest())


def media_type_of(data: bytes) -> str | None:
    """The IANA media type by the first bytes; None for what is none of the kinds taken."""
    head = data[:64]
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"OggS":
        return "audio/ogg"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head:
        return "audio/webm"
    if head[:3] == b"ID3" or _is_mpeg_frame(head):
        return "audio/mpeg"
    return None


def _is_mpeg_frame(head: bytes) -> bool:
    """A frame of MPEG audio, layer I to III: eleven bits set, then a version, a layer and a rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer, rate, sampling = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer != 0 and rate not in (0, 15) and sampling != 3
