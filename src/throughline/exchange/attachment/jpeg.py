"""JPEG (ITU-T T.81) without its metadata: tables, frame and scans are copied as they are, and nothing else. Pure.

Exif, XMP, comments, colour profiles, previews and whatever lies behind the picture go: they tell where, when and with what it
was taken. How the picture is to be turned stays, in a new Exif of one number, for else it would lie on its side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from throughline.exchange.attachment.unsound import Unsound, check_pixels, counted

START, END, SCAN, JFIF, EXIF, ADOBE = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})
ORIENTATION = 0x0112
_MARKER = re.compile(rb"\xff++([^\xff])", re.DOTALL)
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # within a scan 0xFF is stuffed, or a restart


def plain_jpeg(data: bytes) -> bytes:
    """The same picture. Raises Unsound for what is no whole JPEG, TooManyPixels for what unfolds too far."""
    kept: list[bytes] = []
    turned, is_framed, is_scanned = 1, False, False
    for marker, segment, scan in counted(_segments(data)):
        length = len(segment)
        if marker in FRAMES:
            check_pixels(int.from_bytes(segment[5:7], "big"), int.from_bytes(segment[3:5], "big"))
            is_framed = True
        if marker == EXIF:
            turned = _turned(segment[2:]) or turned
        elif marker == JFIF and segment[2:7] == b"JFIF\0" and length >= 16:
            kept.append(b"\xff\xe0\x00\x10" + segment[2:14] + b"\0\0")  # without its small picture
        elif marker == ADOBE and segment[2:7] == b"Adobe" and length >= 14:
            kept.append(b"\xff\xee\x00\x0e" + segment[2:14])
        elif marker in FRAMES or marker in TABLES or marker == SCAN:
            kept += [bytes((0xFF, marker)), segment, scan]
            is_scanned |= marker == SCAN
    if not is_framed or not is_scanned:
        raise Unsound
    return b"\xff\xd8" + (_exif(turned) if turned != 1 else b"") + b"".join(kept) + b"\xff\xd9"


def _segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Marker, segment with its length, and after the head of a scan what was scanned; up to the end of the picture."""
    place = 2
    while True:
        begun = _MARKER.match(data, place)
        if begun is None:
            raise Unsound
        marker, place = begun[1][0], begun.end()
        if marker == END:
            return
        length = int.from_bytes(data[place : place + 2], "big")
        segment = data[place : place + length]
        if length < 2 or len(segment) < length:
            raise Unsound
        place += length
        scan = b""
        if marker == SCAN:
            found = _NEXT.search(data, place)
            if found is None:
                raise Unsound
            scan = data[place : found.start()]
            place = found.start()
        yield marker, segment, scan


def _turned(exif: bytes) -> int:
    """1 to 8 as the first directory of an Exif says; 0 where it says nothing that can be read."""
    tiff = exif.removeprefix(b"Exif\0\0")
    if tiff is exif or tiff[:4] not in (b"II*\0", b"MM\0*"):
        return 0
    order = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]  # one of the two words

    first = number(4, 4)
    for entry in range(min(number(first, 2), 200)):
        at = first + 2 + 12 * entry
        if number(at, 2) == ORIENTATION:
            said = number(at + 8, 2)
            return said if 1 <= said <= 8 else 0
    return 0


def _exif(turned: int) -> bytes:
    """An Exif that says how the picture is turned and nothing more."""
    entry = ORIENTATION.to_bytes(2, "big") + b"\0\x03\0\0\0\x01" + turned.to_bytes(2, "big") + b"\0\0"
    said = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + b"\0\0\0\0"
    return b"\xff\xe1" + (len(said) + 2).to_bytes(2, "big") + said
