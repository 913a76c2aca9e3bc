"""PNG, WebP and WAV without their metadata: the chunks that make up the picture or the sound, and no others. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from throughline.exchange.attachment.unsound import Unsound, check_pixels, counted

PNG = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"IDAT", b"IEND"})
WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH"})
WEBP_SAYS_MORE = 0x20 | 0x08 | 0x04  # a colour profile, Exif, XMP
WEBP_MOVES = 0x02
WAVE_KEPT = frozenset({b"fmt ", b"fact", b"data"})


def plain_png(data: bytes) -> bytes:
    """The same picture (ISO 15948); of one that moves, the one that stands still. Raises Unsound, TooManyPixels."""
    kept: list[bytes] = []
    is_drawn = False
    for number, (name, body, whole) in enumerate(counted(_png_chunks(data))):
        if (name == b"IHDR" and len(body) == 13) != (number == 0):
            raise Unsound
        if number == 0:
            check_pixels(int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big"))
        is_drawn |= name == b"IDAT"
        if name in PNG_KEPT:
            kept.append(whole)
    if not is_drawn:
        raise Unsound
    return PNG + b"".join(kept)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, body and the whole of each chunk, up to the last one."""
    place, name = len(PNG), b""
    while name != b"IEND":
        length, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        whole = data[place : place + 12 + length]
        if len(whole) < 12 + length or zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:], "big"):
            raise Unsound
        yield name, whole[8:-4], whole
        place += len(whole)


def plain_webp(data: bytes) -> bytes:
    """The same picture (RFC 9649). Raises Unsound, also for one that moves; TooManyPixels."""
    kept: list[bytes] = []
    is_drawn = False
    for name, body in counted(_riff(data)):
        if name not in WEBP_KEPT:
            continue
        if name == b"VP8X":
            if len(body) < 10 or body[0] & WEBP_MOVES:
                raise Unsound
            check_pixels(int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1)
            body = bytes((body[0] & ~WEBP_SAYS_MORE,)) + body[1:10]
        elif name == b"VP8 ":
            if body[3:6] != b"\x9d\x01\x2a":
                raise Unsound
            wide, high = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
            check_pixels(wide, high)
            is_drawn = True
        elif name == b"VP8L":
            if body[:1] != b"\x2f":
                raise Unsound
            size = int.from_bytes(body[1:5], "little")
            check_pixels((size & 0x3FFF) + 1, (size >> 14 & 0x3FFF) + 1)
            is_drawn = True
        kept.append(_chunk(name, body))
    if not is_drawn:
        raise Unsound
    return _whole(b"WEBP", kept)


def plain_wave(data: bytes) -> bytes:
    """The same sound. Raises Unsound where there is none in it."""
    parts = [(name, body) for name, body in counted(_riff(data)) if name in WAVE_KEPT]
    if not {b"fmt ", b"data"} <= {name for name, _ in parts}:
        raise Unsound
    return _whole(b"WAVE", [_chunk(name, body) for name, body in parts])


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each chunk; what lies behind the end that it says of itself is no part of it."""
    end = min(len(data), int.from_bytes(data[4:8], "little") + 8)
    place = 12
    while place + 8 <= end:
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        if place + 8 + length > end:
            raise Unsound
        yield name, data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def _whole(form: bytes, chunks: list[bytes]) -> bytes:
    inner = form + b"".join(chunks)
    return b"RIFF" + len(inner).to_bytes(4, "little") + inner
