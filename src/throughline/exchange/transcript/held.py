"""A file and how it was read, as one string of bytes, for the time between looking at it and keeping it. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from throughline.exchange.transcript.document import TranscriptDocument, TranscriptFormat, Turn
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.sentences import sentence_of

_LENGTH = 8  # bytes that say how long the head is


@dataclass(frozen=True)
class Held:
    """A file as it came, and either how it was read or why it could not be."""

    filename: str
    data: bytes = field(default=b"", repr=False)
    document: TranscriptDocument | None = field(default=None, repr=False)
    refused: Sentence | None = None


def packed(held: Held) -> bytes:
    head: dict[str, object] = {"filename": held.filename}
    if held.refused is not None:
        head["refused"] = held.refused.kept()
    if held.document is not None:
        one = held.document
        head["document"] = {
            "format": one.format.value, "sha256": one.sha256, "encoding": one.encoding, "text": one.text,
            "turns": [
                [turn.speaker, turn.start, turn.end, turn.start_ms, turn.end_ms, turn.label_start] for turn in one.turns
            ],
            "notes": [note.kept() for note in one.notes],
        }  # fmt: skip
    written = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return len(written).to_bytes(_LENGTH) + written + held.data


def unpacked(content: bytes) -> Held:
    """Raises Invalid for what `packed` did not make."""
    try:
        reached = _LENGTH + int.from_bytes(content[:_LENGTH])
        head = json.loads(content[_LENGTH:reached].decode("utf-8", "surrogatepass"))
        filename, refused = head["filename"], head.get("refused")
        document = _document(filename, head["document"]) if "document" in head else None
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise Invalid(
            Sentence("What was held of this file cannot be read. Choose the file again.")
        ) from error
    return Held(filename, content[reached:], document, sentence_of(refused) if refused else None)


def _document(filename: str, given: dict[str, object]) -> TranscriptDocument:
    turns, notes = given["turns"], given["notes"]
    if not isinstance(turns, list) or not isinstance(notes, list):
        raise TypeError("lists are expected")
    return TranscriptDocument(
        filename, TranscriptFormat(str(given["format"])), str(given["sha256"]),
        None if given["encoding"] is None else str(given["encoding"]), str(given["text"]),
        tuple(Turn(*turn) for turn in turns), tuple(sentence_of(one) for one in notes),
    )  # fmt: skip
