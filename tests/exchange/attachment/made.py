"""Small files of every kind that is taken, each with something in it that tells where it was made."""

from __future__ import annotations

import struct
import zlib

SECRET = b"GPS 51.5007N 0.1246W Quillfeather"
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
FRAME = b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00"
TABLES = b"\xff\xdb\x00\x43\x00" + bytes(range(64)) + b"\xff\xc4\x00\x15\x00\x01" + bytes(17)


def jpeg(turned: int = 6, frame: bytes = FRAME) -> bytes:
    """As a telephone writes it: Exif with a place, a comment, a colour profile, a preview, and a film behind the picture."""
    tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" + bytes((turned, 0, 0, 0)) + bytes(4) + SECRET
    thumbnail = b"JFIF\0\x01\x02\0\0\x48\0\x48\x01\x01abc"
    parts = [(0xE0, thumbnail), (0xE1, b"Exif\0\0" + tiff), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
             (0xE2, b"ICC_PROFILE\0" + SECRET), (0xFE, SECRET)]  # fmt: skip
    said = b"".join(
        b"\xff" + bytes((mark,)) + struct.pack(">H", len(body) + 2) + body for mark, body in parts
    )
    return b"\xff\xd8" + said + TABLES + frame + SCAN + b"\xff\xd9" + b"PK\x03\x04" + SECRET


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(wide: int = 2, high: int = 2) -> bytes:
    """A black picture of 2 by 2; of another size it only says so."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    said = chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"eXIf", SECRET)
    pixels = chunk(b"IDAT", zlib.compress(bytes(6)))
    return b"\x89PNG\r\n\x1a\n" + head + said + pixels + chunk(b"IEND", b"") + SECRET


def riff(form: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    inner = form + b"".join(
        name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for name, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def webp() -> bytes:
    lossy = b"\x10\0\0\x9d\x01\x2a\x02\0\x02\0" + bytes(6)
    return riff(
        b"WEBP", (b"VP8X", b"\x2c\0\0\0\x01\0\0\x01\0\0"), (b"ICCP", SECRET), (b"VP8 ", lossy), (b"EXIF", SECRET), (b"XMP ", SECRET)
    )  # fmt: skip


def wave() -> bytes:
    return riff(
        b"WAVE", (b"fmt ", bytes(16)), (b"LIST", b"INFO" + SECRET), (b"data", b"sound"), (b"id3 ", SECRET)
    )


def box(name: bytes, *inner: bytes) -> bytes:
    body = b"".join(inner)
    return struct.pack(">I", len(body) + 8) + name + body


def recording(*handlers: bytes, brand: bytes = b"isom") -> bytes:
    """An MP4 with these tracks; where it was made stands in `udta`, `meta` and `uuid`, as telephones and cameras write it."""
    tracks = [
        box(b"trak", box(b"tkhd", bytes(84)), box(b"udta", SECRET),
            box(b"mdia", box(b"mdhd", bytes(4), b"\xcc" * 8, bytes(12)), box(b"hdlr", bytes(8), one, bytes(13)), box(b"minf", b"tables")))
        for one in handlers
    ]  # fmt: skip
    place = box(b"udta", box(b"\xa9xyz", SECRET))
    film = box(b"moov", box(b"mvhd", bytes(4), b"\xcc" * 8, bytes(88)), *tracks, place, box(b"meta", SECRET))
    return box(b"ftyp", brand, bytes(4)) + film + box(b"uuid", SECRET) + box(b"mdat", b"pictures and sound")


def mp3() -> bytes:
    frames = b"\xff\xfb\x90\x64" + bytes(413)
    tag = b"ID3\x04\0\0" + bytes((0, 0, 0, len(SECRET))) + SECRET
    ape = SECRET + b"APETAGEX" + struct.pack("<III", 2000, len(SECRET) + 32, 1)[:4]
    foot = ape + struct.pack("<I", len(SECRET)) + bytes(16)
    return tag + frames + foot + b"TAG" + SECRET.ljust(125, b"\0")


PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
KINDS = {
    "image/jpeg": jpeg(), "image/png": png(), "image/webp": webp(), "audio/wav": wave(), "audio/mpeg": mp3(),
    "audio/mp4": recording(b"soun", brand=b"M4A "), "video/mp4": recording(b"vide", b"soun"),
    "video/quicktime": recording(b"vide", brand=b"qt  "), "application/pdf": PDF,
}  # fmt: skip
