"""Small REFI-QDA files for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

CODE = "20000000-0000-0000-0000-00000000000"
SOURCE = "40000000-0000-0000-0000-00000000000"
SELECTION = "50000000-0000-0000-0000-00000000000"
CODING = "60000000-0000-0000-0000-00000000000"
CODEBOOK = f'<CodeBook><Codes><Code guid="{CODE}1" name="stigma" isCodable="true"/></Codes></CodeBook>'


def coding(number: object = 1, *, code: str = f"{CODE}1") -> str:
    """A coding with a code."""
    return f'<Coding guid="{CODING}{number}"><CodeRef targetGUID="{code}"/></Coding>'


def selection(
    start: object, end: object, number: object = 1, *, name: str = "", inside: str | None = None
) -> str:
    """A selection with one coding, unless `inside` says otherwise."""
    named = f' name="{name}"' if name else ""
    return (
        f'<PlainTextSelection guid="{SELECTION}{number}" startPosition="{start}" endPosition="{end}"{named}>'
        f"{coding(number) if inside is None else inside}</PlainTextSelection>"
    )


def source(inside: str, path: str = "internal://one.txt", number: int = 1) -> str:
    """A text source."""
    return f'<TextSource guid="{SOURCE}{number}" name="Interview {number}" plainTextPath="{path}">{inside}</TextSource>'


def project(inside: str, *, origin: str = "", space: str = "urn:QDA-XML:project:1.0") -> bytes:
    """A project file."""
    return f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{space}" name="Study" origin="{origin}">{inside}</Project>'.encode()


def one_source(inside: str, **more: str) -> bytes:
    """A project of a codebook and one source."""
    return project(f"{CODEBOOK}<Sources>{source(inside)}</Sources>", **more)


def archive(xml: bytes, texts: Mapping[str, bytes], name: str = "project.qde") -> bytes:
    """A .qdpx."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(name, xml)
        for path, text in texts.items():
            out.writestr(path, text)
    return packed.getvalue()
