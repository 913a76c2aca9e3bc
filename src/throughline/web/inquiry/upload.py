"""From an uploaded file to the draft of a source."""

from __future__ import annotations

from typing import Any

from throughline.exchange.transcript.document import TranscriptDocument
from throughline.records.inquiry.actions import SourceDraft, TurnDraft
from throughline.vocabulary.nothing import Nothing


def draft_of(document: TranscriptDocument, raw: bytes, given: dict[str, Any]) -> SourceDraft:
    """What was read of the file, with what was said of it in the form."""
    return SourceDraft(
        name=(given["name"].strip() or document.filename)[:160], kind=given["kind"], text=document.text, raw=raw,
        file_hash=document.sha256, file_format=document.format.value,
        turns=tuple(
            TurnDraft(one.start, one.end, (one.speaker or "")[:120], one.start_ms, one.end_ms)
            for one in document.turns
        ),
        site=given["site"], collected_on=given["collected_on"] or Nothing.NOT_RECORDED,
        topics_asked=tuple(given["topics_asked"]), language=given["language"],
        is_deidentified=given["is_deidentified"],
    )  # fmt: skip
