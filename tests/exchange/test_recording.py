"""What a recording is, by its bytes."""

from __future__ import annotations

import hashlib

import pytest

from throughline.exchange.recording.read import media_type_of, read_recording
from throughline.vocabulary.errors import Invalid

KINDS = {
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "audio/mpeg": b"\xff\xfb\x90\x64" + bytes(20),
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A \x00",
    "audio/ogg": b"OggS\x00\x02",
    "audio/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm",
}


@pytest.mark.parametrize("kind", KINDS)
def test_recording_is_told_by_its_bytes(kind: str) -> None:
    found = read_recording(KINDS[kind], "talk.exe", max_bytes=1 << 20)
    assert (found.media_type, found.file_hash) == (kind, hashlib.sha256(KINDS[kind]).hexdigest())
    assert KINDS[kind].hex() not in repr(found).encode().hex()


def test_recording_with_tags_first_is_mp3() -> None:
    assert media_type_of(b"ID3\x04\x00" + bytes(40)) == "audio/mpeg"


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04" + bytes(60), b"\xff\xf1\x50\x80", b"\xff\xff\xff\xff", b"RIFF....AVI ", b"words, not sound",
     b"\x1a\x45\xdf\xa3matroska", b"\xff"],
)  # fmt: skip
def test_what_is_no_recording_is_refused_with_how_to_mend_it(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"talk\.mp3 .*Save it as MP3"):
        read_recording(data, "talk.mp3", max_bytes=1 << 20)


def test_empty_and_too_large_recordings_are_refused() -> None:
    with pytest.raises(Invalid, match="empty"):
        read_recording(b"", "a.mp3", max_bytes=10)
    with pytest.raises(Invalid, match="too large"):
        read_recording(KINDS["audio/ogg"] + bytes(2 << 20), "a.ogg", max_bytes=1 << 20)
