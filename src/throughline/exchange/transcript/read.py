"""Strangers' bytes -> `TranscriptDocument`. Pure: nothing is stored, nothing outside is asked.

Limits: 25 MB of bytes, five million characters, ten seconds, 512 MB. What needs a foreign reader (Word, PDF) is read
in a confined process; what is text is read here, because pandoc rewrites it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from throughline.exchange.transcript import container
from throughline.exchange.transcript.captions import is_captions, read_captions
from throughline.exchange.transcript.columns import with_rows
from throughline.exchange.transcript.document import TranscriptDocument, TranscriptFormat, Turn
from throughline.exchange.transcript.encoding import decode
from throughline.exchange.transcript.formats import check_size, format_of_bytes, format_of_text
from throughline.exchange.transcript.lines import Line, lines_of
from throughline.exchange.transcript.pandoc import read_blocks
from throughline.exchange.transcript.pdf import read_pdf
from throughline.exchange.transcript.prose import Prose
from throughline.exchange.transcript.turns import turns_of
from throughline.vocabulary.errors import Invalid, Sentence

MAX_CHARS = 5_000_000
MAX_LINES = 100_000
MAX_CAPTION_LINES = 400_000

_CHANGES = re.compile(rb"<w:(?:ins|del|moveFrom) |\\(?:deleted|revised)(?![a-z0-9])")
_HIDDEN = re.compile(rb"<w:vanish ?/>(?:<w:[^<>]+/>){0,30}</w:rPr><w:t[ >]")
_RTF_NOTE = re.compile(rb"\\footnote(?![a-z])")
_COMMENT = re.compile(rb"<w:commentReference |<office:annotation[ >]")

Reading = tuple[str, tuple[Turn, ...], tuple[Sentence, ...], str | None]


def read_transcript(data: bytes, filename: str) -> TranscriptDocument:
    """Read a transcript, captions or notes: txt, md, vtt, srt, docx, odt, rtf, html, pdf.

    Raises Invalid with a sentence for everything else and for what is empty, damaged, locked, hostile or too large;
    Unready where the installation lacks the reader of a format.
    """
    check_size(data, filename)
    kind = format_of_bytes(data, filename)
    if kind is None:
        kind, reading = _read_text(data, filename)
    elif kind is TranscriptFormat.PDF:
        text, notes = read_pdf(data, filename)
        reading = (text, _turns_of_text(text, filename), notes, None)
    else:
        reading = _read_prose(data, filename, kind)
    text, turns, notes, encoding = reading
    if not turns:
        raise Invalid(
            Sentence(
                "%(file)s holds no words. Check that it is the right file and export it again.", file=filename
            )
        )
    digest = hashlib.sha256(data).hexdigest()
    return TranscriptDocument(filename, kind, digest, encoding, text, turns, notes)


def _read_text(data: bytes, filename: str) -> tuple[TranscriptFormat, Reading]:
    if len(data) > 3 * MAX_CHARS:  # no encoding of a text within the limit takes more
        raise _too_long(filename, MAX_LINES)
    decoded = decode(data, filename)
    kind = format_of_text(decoded.text, filename)
    if kind is TranscriptFormat.HTML:
        text, turns, notes, _ = _read_prose(decoded.text.encode(), filename, kind)
        return kind, (text, turns, decoded.notes + notes, decoded.encoding)
    if kind in (TranscriptFormat.WEBVTT, TranscriptFormat.SRT):
        _check_length(decoded.text, filename, MAX_CAPTION_LINES)
        text, turns, notes = read_captions(decoded.text, filename)
    else:
        text, notes = decoded.text, ()
        turns = _turns_of_text(text, filename)
    return kind, (text, turns, decoded.notes + notes, decoded.encoding)


def _read_prose(data: bytes, filename: str, kind: TranscriptFormat) -> Reading:
    main = data if kind is TranscriptFormat.RTF else b""
    if kind in (TranscriptFormat.DOCX, TranscriptFormat.ODT):
        data, main = container.xml_parts_only(data, filename, kind)
    prose = Prose()
    try:
        prose.add_blocks(read_blocks(data, filename, kind))
        prose.add_footnotes()
    except RecursionError as deep:
        raise Invalid(
            Sentence(
                "%(file)s has lists or tables within each other too deep to read. Copy its text into a new document.",
                file=filename,
            )
        ) from deep
    text = prose.text
    if is_captions(text):  # captions in a word processor, as one meeting program gives them
        _check_length(text, filename, MAX_CAPTION_LINES)
        text, turns, notes = read_captions(text, filename)
        return text, turns, notes + prose.notes + _unseen(main), None
    return text, _turns(text, prose.lines, filename), prose.notes + _unseen(main), None


def _unseen(main: bytes) -> tuple[Sentence, ...]:
    """What a word processor shows beside the text and a transcript does not hold."""
    notes = []
    if _CHANGES.search(main):
        notes.append(Sentence("The document holds tracked changes; it was read as if all were accepted."))
    if _COMMENT.search(main):
        notes.append(Sentence("The document's comments are not part of the text and were left out."))
    if _HIDDEN.search(main):
        notes.append(Sentence("Words that the document hides, so that no page shows them, were left out."))
    if _RTF_NOTE.search(main):
        notes.append(Sentence("The document's footnotes were left out. Save it as .docx to keep them."))
    return tuple(notes)


def _turns_of_text(text: str, filename: str) -> tuple[Turn, ...]:
    _check_length(text, filename, MAX_LINES)
    return turns_of(text, with_rows(text, lines_of(text)))


def _turns(text: str, lines: Sequence[Line], filename: str) -> tuple[Turn, ...]:
    _check_length(text, filename, MAX_LINES)
    return turns_of(text, lines)


def _check_length(text: str, filename: str, lines: int) -> None:
    if len(text) > MAX_CHARS or text.count("\n") > lines:
        raise _too_long(filename, lines)


def _too_long(filename: str, lines: int) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s is too long: a transcript holds at most %(chars)s characters and %(lines)s lines. Split it.",
            file=filename,
            chars=MAX_CHARS,
            lines=lines,
        )
    )
