"""Zip containers (docx, odt) and OLE containers: what they are, and whether they are safe to hand on.

What goes on to the reader is packed anew from the XML parts alone, after every part was unpacked here within
limits. So sizes that lie, doubled names, pictures that unfold to gigabytes and macros never reach it.
A document type declaration is refused in any part: neither format has use for one, and entities live there.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from throughline.exchange.transcript.document import TranscriptFormat
from throughline.vocabulary.errors import Invalid, Sentence

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_MEMBERS = 5_000
MAX_PART_BYTES = 60_000_000
MAX_TOTAL_BYTES = 120_000_000
_CHUNK = 1 << 16

_ODT = (b"application/vnd.oasis.opendocument.text", b"application/vnd.oasis.opendocument.text-template")
_KEPT = {
    TranscriptFormat.DOCX: re.compile(
        r"(?:\[Content_Types\]\.xml|_rels/[^/]*\.rels|word/(?:[^/]+/)*[^/]+\.(?:xml|rels))\Z"
    ),
    TranscriptFormat.ODT: re.compile(
        r"(?:mimetype|META-INF/manifest\.xml|content\.xml|styles\.xml|meta\.xml|settings\.xml)\Z"
    ),
}
_MAIN = re.compile(r"word/document\d*\.xml|content\.xml")
# UTF-8 and both orders of UTF-16, which XML parts may be written in.
_DECLARATIONS = tuple(
    word.encode(name) for word in ("<!DOCTYPE", "<!ENTITY") for name in ("ascii", "utf-16-le", "utf-16-be")
)


def format_of_zip(data: bytes, filename: str, *, looks_like_sheet: bool) -> TranscriptFormat:
    """DOCX or ODT by the container's parts; raises Invalid for every other kind of zip."""
    try:
        names = set(_open(data, filename).namelist())
    except Invalid as broken:
        raise (spreadsheet(filename) if looks_like_sheet else broken) from broken
    if any(_MAIN.fullmatch(name) and name != "content.xml" for name in names):
        return TranscriptFormat.DOCX
    if any(name.startswith("xl/") for name in names):
        raise spreadsheet(filename)
    kind = _mimetype(data, filename, names)
    if kind in _ODT:
        return TranscriptFormat.ODT
    if b"spreadsheet" in kind:
        raise spreadsheet(filename)
    if b"presentation" in kind or any(name.startswith("ppt/") for name in names):
        raise Invalid(
            Sentence(
                "%(file)s is a presentation. Save its text as a Word document or plain text.", file=filename
            )
        )
    if any(name.lower().endswith(".qde") for name in names):
        raise Invalid(
            Sentence(
                "%(file)s is a REFI-QDA project. Import it as a project, not as a transcript.", file=filename
            )
        )
    if looks_like_sheet:
        raise spreadsheet(filename)
    raise Invalid(
        Sentence(
            "%(file)s is an archive, not a document. Unpack it and upload the files in it one by one.",
            file=filename,
        )
    )


def xml_parts_only(data: bytes, filename: str, kind: TranscriptFormat) -> tuple[bytes, bytes]:
    """A new, uncompressed container of the XML parts, and the main part's bytes. Raises Invalid."""
    archive = _open(data, filename)
    kept = _KEPT[kind]
    room, main, fresh = MAX_TOTAL_BYTES, b"", io.BytesIO()
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as out:
        for name in dict.fromkeys(archive.namelist()):
            if not kept.match(name) or ".." in name:
                continue
            part = _unpack(archive, name, min(room, MAX_PART_BYTES), filename)
            room -= len(part)
            _check_part(part, name, filename)
            out.writestr(name, part)
            if _MAIN.fullmatch(name):
                main = part
    return fresh.getvalue(), main


def _check_part(part: bytes, name: str, filename: str) -> None:
    if any(word in part for word in _DECLARATIONS):
        raise Invalid(
            Sentence(
                "%(file)s was not read: its part %(part)s declares entities of its own, which no word processor writes"
                " and which can pull in other files. Copy the text into a new document and upload that.",
                file=filename,
                part=name,
            )
        )
    if name == "META-INF/manifest.xml" and b"encryption-data" in part:
        raise _locked(filename)


# What zipfile raises over bytes that are no sound archive; NotImplementedError: for a compression that it does not know.
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
    RuntimeError, KeyError, IndexError, MemoryError,
)  # fmt: skip


def _open(data: bytes, filename: str) -> zipfile.ZipFile:
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise _bomb(filename)
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as broken:
        raise _damaged(filename) from broken


def _unpack(archive: zipfile.ZipFile, name: str, room: int, filename: str) -> bytes:
    """The bytes of a part, never more than `room` of them in memory."""
    pieces: list[bytes] = []
    size = 0
    try:
        info = archive.getinfo(name)
        if info.flag_bits & 0x1:
            raise _locked(filename)
        with archive.open(info) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > room:
                    raise _bomb(filename)
                pieces.append(piece)
    except _BROKEN as broken:
        raise _damaged(filename) from broken
    return b"".join(pieces)


def _mimetype(data: bytes, filename: str, names: set[str]) -> bytes:
    if "mimetype" not in names:
        return b""
    return _unpack(_open(data, filename), "mimetype", 10_000, filename).strip()


def refusal_of_ole(data: bytes, filename: str, *, looks_like_sheet: bool) -> Invalid:
    """Why an OLE container is not read: locked by a password, old Word, old Excel, or something else."""
    if _holds(data, "EncryptedPackage"):
        return spreadsheet(filename) if looks_like_sheet else _locked(filename)
    if looks_like_sheet or _holds(data, "Workbook"):
        return spreadsheet(filename)
    if _holds(data, "WordDocument"):
        return Invalid(
            Sentence(
                "%(file)s is a document of Word 97-2003. Open it in Word or LibreOffice, save it as .docx and upload that.",
                file=filename,
            )
        )
    return Invalid(
        Sentence(
            "%(file)s is an old Office file of an unknown kind. Save it as .docx or plain text.",
            file=filename,
        )
    )


def _holds(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in data


def spreadsheet(filename: str) -> Invalid:
    """The refusal of a spreadsheet."""
    return Invalid(
        Sentence(
            "%(file)s: this is a spreadsheet, not a transcript. Copy the text into a document or save it as plain text.",
            file=filename,
        )
    )


def _locked(filename: str) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s is protected by a password. Open it, take the password off (Save as, without one) and upload it again.",
            file=filename,
        )
    )


def _damaged(filename: str) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s is damaged or cut off: its container cannot be opened. Export it again, or open it in Word or"
            " LibreOffice, which may repair it, and save it.",
            file=filename,
        )
    )


def _bomb(filename: str) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s unfolds to more than a transcript can be (over %(most)s MB of text parts). Copy the text into a new"
            " document and upload that.",
            file=filename,
            most=MAX_PART_BYTES // 1_000_000,
        )
    )
