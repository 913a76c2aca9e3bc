"""The frozen shape of a transcript: its text, and who said which part of it when.

Offsets are Unicode code points into `text`, the end exclusive. A turn covers only what was said: the
speaker's label, headings and stage directions stay in the text, outside the turns, so that the text reads
as its author wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from throughline.vocabulary.errors import Sentence


class TranscriptFormat(StrEnum):
    """What the bytes were, decided by their content first and by the file's name second."""

    TEXT = "text"
    MARKDOWN = "markdown"
    WEBVTT = "webvtt"
    SRT = "srt"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    HTML = "html"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """The IANA media type."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    TranscriptFormat.TEXT: "text/plain",
    TranscriptFormat.MARKDOWN: "text/markdown",
    TranscriptFormat.WEBVTT: "text/vtt",
    TranscriptFormat.SRT: "application/x-subrip",
    TranscriptFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    TranscriptFormat.ODT: "application/vnd.oasis.opendocument.text",
    TranscriptFormat.RTF: "application/rtf",
    TranscriptFormat.HTML: "text/html",
    TranscriptFormat.PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of speech: who (None where the file does not say), where in the text, when in the recording.

    `start` and `end` are code points, end exclusive, without surrounding white space. `label_start` is where
    the speaker's label begins (None without a label). Times are milliseconds from the start of the recording,
    None where the file gives none.
    """

    speaker: str | None
    start: int
    end: int
    start_ms: int | None = None
    end_ms: int | None = None
    label_start: int | None = None


@dataclass(frozen=True, slots=True)
class TranscriptDocument:
    """A transcript as read. `sha256` is of the untouched bytes; `encoding` is None where the format decides it.

    `notes` say what was changed, guessed or left out, as sentences for the person who imports the file.
    Raises ValueError where the turns overlap, are out of order or point outside the text.
    """

    filename: str
    format: TranscriptFormat
    sha256: str
    encoding: str | None
    text: str
    turns: tuple[Turn, ...]
    notes: tuple[Sentence, ...] = ()

    def __post_init__(self) -> None:
        reached = 0
        for turn in self.turns:
            label = turn.start if turn.label_start is None else turn.label_start
            if not reached <= label <= turn.start < turn.end <= len(self.text):
                raise ValueError(f"turn {turn.start}-{turn.end} overlaps another or lies outside the text")
            reached = turn.end

    @property
    def media_type(self) -> str:
        """The IANA media type of the bytes that were read."""
        return self.format.media_type

    @property
    def speakers(self) -> tuple[str, ...]:
        """Every named speaker once, in the order in which they first speak."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker is not None))

    def spoken(self, turn: Turn) -> str:
        """What was said in a turn."""
        return self.text[turn.start : turn.end]
