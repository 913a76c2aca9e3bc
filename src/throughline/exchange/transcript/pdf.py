"""PDF to text: read in a confined process, freed of page furniture and line numbers, joined to paragraphs."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

from throughline.exchange.confine import Ending, run_confined
from throughline.exchange.transcript.layout import PdfLine, paragraphs_of
from throughline.vocabulary.errors import Invalid, Sentence, Unready

MEMORY_BYTES = 440_000_000

_REFUSALS = {
    "password": Sentence(
        "%(file)s is protected by a password. Print it to a new PDF without one, or save it as Word or plain text."
    ),
    "damaged": Sentence(
        "%(file)s is damaged: it is called a PDF but cannot be opened as one. Export it again and upload that."
    ),
    "pages": Sentence("%(file)s has more than 1,500 pages. Split it and upload the parts."),
    "length": Sentence(
        "%(file)s holds more text than a PDF transcript may (three million characters). Split it and upload the parts."
    ),
    "memory": Sentence(
        "%(file)s takes more memory to read than a transcript may. Save its text as Word or plain text."
    ),
    "slow": Sentence(
        "%(file)s takes more time to read than a transcript may. Print it to a new PDF, or save it as Word or text."
    ),
    "pictures": Sentence(
        "%(file)s holds no text: its pages are pictures. Run text recognition (OCR) over it, or upload the document that"
        " it was made from."
    ),
}


def read_pdf(data: bytes, filename: str) -> tuple[str, tuple[Sentence, ...]]:
    """The text of a PDF, one blank line between paragraphs, and notes. Raises Invalid; Unready without its reader."""
    pages = _pages(data, filename)
    if not any(pages):
        raise _refused("pictures", filename)
    empty = sum(1 for page in pages if not page)
    paragraphs, notes = paragraphs_of(pages)
    if empty:
        notes = (*notes, Sentence("Pages without text (pictures or blank): %(count)s.", count=empty))
    if not paragraphs:
        raise _refused("pictures", filename)
    return "\n\n".join(paragraphs), notes


def _pages(data: bytes, filename: str) -> list[list[PdfLine]]:
    if importlib.util.find_spec("pypdfium2") is None:
        raise Unready(
            Sentence(
                "This installation cannot read PDF. Install throughline[transcripts], or save the transcript as plain text."
            )
        )
    worker = str(Path(__file__).with_name("pdf_worker.py"))
    outcome = run_confined([sys.executable, "-I", worker], data, memory_bytes=MEMORY_BYTES)
    if outcome.ending is not Ending.FINE:
        raise _refused("slow" if outcome.ending is Ending.TOO_SLOW else "damaged", filename)
    try:
        answer = json.loads(outcome.output)
    except ValueError as broken:
        raise _refused("damaged", filename) from broken
    if "error" in answer:
        raise _refused(str(answer["error"]), filename)
    return [
        [PdfLine(str(text), float(left), float(top)) for text, left, top in page] for page in answer["pages"]
    ]


def _refused(code: str, filename: str) -> Invalid:
    return Invalid(_REFUSALS[code].given(file=filename))
