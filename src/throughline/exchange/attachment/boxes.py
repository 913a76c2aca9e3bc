"""MP4, M4A, 3GP and QuickTime (ISO 14496-12) without their metadata. Pure.

A box that is no part of picture or sound is blanked where it lies, so that no place in the file moves: among them the one in
which a telephone writes where it was. Times of making are set to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from throughline.exchange.attachment.unsound import Unsound, counted

KEPT = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx", b"mfra"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex", b"iods"}),
    b"trak": frozenset({b"tkhd", b"tref", b"edts", b"mdia"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
}
TIMED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
PICTURES = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx "}
)
SHOWN, HEARD = b"vide", b"soun"


class OtherTrack(Unsound):
    """It holds a track beside picture and sound: such ones tell where somebody went, second by second."""


def plain_boxes(data: bytes) -> tuple[bytes, bool]:
    """The same recording, and whether it shows something or is sound alone. Raises Unsound, OtherTrack."""
    if data[8:12] in PICTURES:
        raise Unsound
    changed = bytearray(data)
    handlers = _blank(changed, 0, len(changed), b"")
    if not handlers:
        raise Unsound
    if not set(handlers) <= {SHOWN, HEARD}:
        raise OtherTrack
    return bytes(changed), SHOWN in handlers


def _blank(data: bytearray, start: int, end: int, within: bytes) -> list[bytes]:
    """Blanks what is not kept between two places; what each track there is for."""
    handlers: list[bytes] = []
    for at, body, after, name in counted(_boxes(data, start, end)):
        if name not in KEPT[within]:
            data[at + 4 : at + 8] = b"free"
            data[body:after] = bytes(after - body)
        elif name in KEPT:
            handlers += _blank(data, body, after, name)
        elif name in TIMED and after - body >= 20:
            data[body + 4 : body + (20 if data[body] else 12)] = bytes(16 if data[body] else 8)
        elif name == b"hdlr":
            handlers.append(bytes(data[body + 8 : body + 12]))
    return handlers


def _boxes(data: bytearray, start: int, end: int) -> Iterator[tuple[int, int, int, bytes]]:
    """Of each box: where it begins, where its body does, where it ends, and its name."""
    while start + 8 <= end:
        size, body = int.from_bytes(data[start : start + 4], "big"), start + 8
        if size == 1:
            size, body = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        elif size == 0 and end == len(data):  # the last one of all
            size = end - start
        if size < body - start or start + size > end:
            raise Unsound
        yield start, body, start + size, bytes(data[start + 4 : start + 8])
        start += size
