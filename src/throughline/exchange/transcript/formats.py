"""What strangers' bytes are: decided by their content, then by the file's name; what is no transcript is refused."""

from __future__ import annotations

import json
import re
from pathlib import PurePath

from throughline.exchange.transcript import container
from throughline.exchange.transcript.captions import is_captions
from throughline.exchange.transcript.document import TranscriptFormat
from throughline.vocabulary.errors import Invalid, Sentence

MAX_BYTES = 25_000_000

_SOUND_OR_PICTURE = (
    b"ID3",
    b"OggS",
    b"fLaC",
    b"RIFF",
    b"\x1aE\xdf\xa3",
    b"\xff\xfb",
    b"\xff\xf3",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
)
_PACKED = (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_ZIP_NAMES = {".docx", ".docm", ".dotx", ".odt", ".ott"}
_SHEET_NAMES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv"}
_HTML = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_XML = re.compile(r"\s*<\?xml[\s?]")
# Of subtitles, and of tiers of annotation as Praat writes them.
_SUBTITLE_SCRIPT = re.compile(r"\s*(?:\[Script Info\]|File type = \"ooTextFile)", re.IGNORECASE)
_TAIL = 1024


def check_size(data: bytes, filename: str) -> None:
    """Raises Invalid for nothing at all and for more than MAX_BYTES."""
    if not data:
        raise Invalid(
            Sentence(
                "%(file)s is empty: it holds no bytes at all. Export it again and upload that.", file=filename
            )
        )
    if len(data) > MAX_BYTES:
        raise Invalid(
            Sentence(
                "%(file)s is too large (%(megabytes)s MB; the most is %(most)s MB). Take pictures and sound out of it,"
                " or split it.",
                file=filename,
                megabytes=len(data) // 1_000_000,
                most=MAX_BYTES // 1_000_000,
            )
        )


def format_of_bytes(data: bytes, filename: str) -> TranscriptFormat | None:
    """The format that the bytes themselves show; None for what can only be text. Raises Invalid."""
    name = _suffix(filename)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return container.format_of_zip(data, filename, looks_like_sheet=name in _SHEET_NAMES)
    if data.startswith(container.OLE_MAGIC):
        raise container.refusal_of_ole(data, filename, looks_like_sheet=name in _SHEET_NAMES)
    if b"%PDF-" in data[:_TAIL]:
        return TranscriptFormat.PDF
    if data.lstrip()[:5] == rb"{\rtf":
        return TranscriptFormat.RTF
    _refuse_recordings(data, filename)
    if name in _SHEET_NAMES:
        raise container.spreadsheet(filename)
    if name in _ZIP_NAMES or name == ".pdf":
        raise Invalid(
            Sentence(
                "%(file)s is called %(suffix)s but holds nothing of that kind: it is damaged or was renamed. Open it in"
                " the program that wrote it, save it again and upload that.",
                file=filename,
                suffix=name,
            )
        )
    return None


def format_of_text(text: str, filename: str) -> TranscriptFormat:
    """The format of decoded text: by what it begins with, then by the file's name. Raises Invalid for a program's data."""
    name = _suffix(filename)
    if re.match(r"\s*WEBVTT(?=[\s:]|$)", text):
        return TranscriptFormat.WEBVTT
    _refuse_data(text, filename)
    if _HTML.match(text) or name in {".html", ".htm", ".xhtml"}:
        return TranscriptFormat.HTML
    if name in {".vtt", ".srt", ".sbv"}:
        return TranscriptFormat.WEBVTT if name == ".vtt" else TranscriptFormat.SRT
    if is_captions(text):
        return TranscriptFormat.SRT
    return TranscriptFormat.MARKDOWN if name in {".md", ".markdown"} else TranscriptFormat.TEXT


def _refuse_data(text: str, filename: str) -> None:
    """XML, JSON and subtitle scripts hold words among much that is none: read as text, all of it would be spoken."""
    if _HTML.match(text) or not (_XML.match(text) or _SUBTITLE_SCRIPT.match(text) or _is_json(text)):
        return
    raise Invalid(
        Sentence(
            "%(file)s holds a program's data (XML, JSON, a script of subtitles or of annotations) and not the text that people read. In the"
            " program that made it, save it as captions (VTT or SRT), Word or plain text and upload that.",
            file=filename,
        )
    )


def _is_json(text: str) -> bool:
    bare = text.strip()
    if (bare[:1], bare[-1:]) not in (("{", "}"), ("[", "]")):
        return False
    try:
        json.loads(bare)
    except (ValueError, RecursionError):
        return False
    return True


def _suffix(filename: str) -> str:
    return PurePath(filename).suffix.lower()


def _refuse_recordings(data: bytes, filename: str) -> None:
    if data.startswith(_SOUND_OR_PICTURE) or data[4:8] == b"ftyp":
        raise Invalid(
            Sentence(
                "%(file)s is a recording or a picture, not a transcript. Have it transcribed and upload the text.",
                file=filename,
            )
        )
    if data.startswith(_PACKED):
        raise Invalid(
            Sentence(
                "%(file)s is an archive. Unpack it and upload the files in it one by one.", file=filename
            )
        )
