"""Reads the text of a PDF in a process of its own: bytes on standard input, JSON on standard output.

Run by `pdf` through `confine` and never imported, so it knows nothing of the rest. It answers
{"pages": [[[text, left, top], ...], ...]} in points from the page's top left, or {"error": code}. `left` is where
the words begin, behind a line number.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import pypdfium2

_LINE = re.compile(r"([^\n\ufffe]*)(\n|\ufffe|$)")
_NUMBER = re.compile(r"\s*\d{1,4}[ \t]+(?=\S)")
_BLANK = re.compile(r"(?<=\S)[ \t]+(?=\S)")
REACH = 32  # characters in which a speaker's name ends
WIDE = 1.2  # heights of a line; blanks of justified text are narrower
MAX_PAGES = 1_500
MAX_CHARS = 3_000_000


def main() -> None:
    """Answer on standard output; a PDF that cannot be opened is an answer too."""
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        answer = _pages(document)
    except pypdfium2.PdfiumError as refused:
        answer = {"error": "password" if "password" in str(refused).lower() else "damaged"}
    except MemoryError:
        answer = {"error": "memory"}
    sys.stdout.write(json.dumps(answer))


def _pages(document: Any) -> dict[str, Any]:
    if len(document) > MAX_PAGES:
        return {"error": "pages"}
    pages, size = [], 0
    for index in range(len(document)):
        page = document[index]
        words = page.get_textpage()
        lines = _lines(words, page.get_height())
        size += sum(len(line[0]) for line in lines)
        if size > MAX_CHARS:
            return {"error": "length"}
        pages.append(lines)
        words.close()
        page.close()
    return {"pages": pages}


def _lines(words: Any, page_height: float) -> list[list[Any]]:
    """The lines of a page in the order of the file, each with where it begins; [] for a page of pictures."""
    text = words.get_text_range(errors="replace")
    aligned = len(text) == words.count_chars()
    lines: list[list[Any]] = []
    at = 0
    for line, end in _LINE.findall(text):
        # PDFium parts a word at a line's end with U+FFFE, for the hyphen and the line break in one.
        bare = line.strip() + ("-" if end == "\ufffe" else "")
        if bare:
            number = _NUMBER.match(line)
            first = number.end() if number else len(line) - len(line.lstrip())
            left, top = _corner(words, at + first, page_height) if aligned else (0.0, 0.0)
            if aligned and (wide := _wide_gap(words, line, at)):
                bare = f"{line[:wide].strip()}\t{line[wide:].strip()}" + ("-" if end == "\ufffe" else "")
            lines.append([bare, left, top])
        at += len(line) + len(end)
    return lines


def _wide_gap(words: Any, line: str, at: int) -> int:
    """Where a line's first words end before a gap that only a tab or a column makes; 0 without one."""
    for blank in list(_BLANK.finditer(line, 1, REACH))[:3]:
        try:
            before = words.get_charbox(at + blank.start() - 1, loose=True)
            after = words.get_charbox(at + blank.end(), loose=True)
        except (pypdfium2.PdfiumError, ValueError, IndexError):
            return 0
        same_line = abs(before[1] - after[1]) < 4
        if same_line and after[0] - before[2] > WIDE * max(before[3] - before[1], 1.0):
            return blank.start()
    return 0


def _corner(words: Any, index: int, page_height: float) -> tuple[float, float]:
    try:
        left, _, _, top = words.get_charbox(index, loose=True)
    except (pypdfium2.PdfiumError, ValueError, IndexError):
        return 0.0, 0.0
    return round(left, 1), round(page_height - top, 1)


if __name__ == "__main__":
    main()
