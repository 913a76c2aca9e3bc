"""Printed pages to paragraphs: line numbers, page headers and footers go, broken lines join."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from throughline.exchange.transcript.encoding import scrub
from throughline.exchange.transcript.labels import Label, Style, find_label
from throughline.exchange.transcript.lines import Line, LineKind, kind_of
from throughline.exchange.transcript.names import is_proper, is_role
from throughline.exchange.transcript.speakers import key
from throughline.vocabulary.errors import Sentence


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A printed line: its text and where it begins, in points from the page's top left (0, 0 where unknown).

    `breaks`: a paragraph begins with it, whatever it says.
    """

    text: str
    left: float
    top: float
    breaks: bool = False


_NUMBERED = re.compile(r"(\d{1,4})(?:[ \t]+(.*))?", re.DOTALL)
_PAGE_NUMBER = re.compile(
    r"(?:[-–—]\s*)?(?:page|seite|p\.|página|pagina)?\s*\d{1,4}(?:\s*(?:of|/|von|sur|de)\s*\d{1,4})?(?:\s*[-–—])?",
    re.IGNORECASE,
)
_EDGE = 3
_ENDS = '.?!:;…。？！"”»)]'
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_PART = re.compile(r"((?:[^\W\d_]+-)*[^\W\d_]+)-$")
_LABEL_STYLES = (
    Style.COLON, Style.MARKED_COLON, Style.STAMPED, Style.QUESTION, Style.HEADING_COLON, Style.TAB,
)  # fmt: skip


def paragraphs_of(pages: Sequence[Sequence[PdfLine]]) -> tuple[list[str], tuple[Sentence, ...]]:
    """The paragraphs of the pages in order, and notes on what was left out."""
    numbers = [_numbered(page) for page in pages]
    is_numbered = _document_is_numbered(pages, numbers)
    if not is_numbered:
        numbers = [set() for _ in pages]
    furniture = _furniture(pages, numbers)
    bodies = [_body(page, numbers[at], furniture[at]) for at, page in enumerate(pages)]
    notes = []
    if is_numbered:
        notes.append(Sentence("Line numbers were taken out of the text."))
    if count := sum(len(page) for page in furniture):
        notes.append(
            Sentence("Lines of page headers and footers taken out of the text: %(count)s.", count=count)
        )
    return list(_joined(bodies)), tuple(notes)


def _numbered(page: Sequence[PdfLine]) -> set[int]:
    """The lines of a page whose numbers run up by one from the first."""
    best: list[int] = []
    run: list[int] = []
    last = 0
    for index, line in enumerate(page):
        match = _NUMBERED.fullmatch(line.text)
        if match is None:
            continue
        value = int(match[1])
        if run and value == last + 1:
            run.append(index)
        elif value == 1 or not run:
            best, run = _longer(best, run), [index]
        else:
            continue
        last = value
    return set(_longer(best, run))


def _longer(one: list[int], other: list[int]) -> list[int]:
    return one if len(one) > len(other) else other


def _document_is_numbered(pages: Sequence[Sequence[PdfLine]], numbers: Sequence[set[int]]) -> bool:
    full = [(page, found) for page, found in zip(pages, numbers, strict=True) if len(page) >= 8]
    enough = sum(1 for page, found in full if len(found) >= 8 and len(found) * 2 >= len(page) - 2 * _EDGE)
    columns = sum(
        1 for page, found in full if len(found) >= 8 and all(page[at].text.isdigit() for at in found)
    )
    return bool(full) and (enough * 10 >= len(full) * 6 or columns * 10 >= len(full) * 6)


def _furniture(pages: Sequence[Sequence[PdfLine]], numbers: Sequence[set[int]]) -> list[set[int]]:
    """The lines at the edges of pages that recur there and hardly elsewhere but for their digits, and lone page numbers."""
    edges = [
        [at for at in range(len(page)) if at not in found and (at < _EDGE or at >= len(page) - _EDGE)]
        for page, found in zip(pages, numbers, strict=True)
    ]
    seen = Counter(
        form
        for page, edge in zip(pages, edges, strict=True)
        for form in {_form(page[at].text) for at in edge}
    )
    least = max(2, len(pages) * 4 // 10)
    # a name above its words comes on every page as well, and mostly not at its edge
    at_edges = Counter(_form(page[at].text) for page, edge in zip(pages, edges, strict=True) for at in edge)
    everywhere = Counter(_form(line.text) for page in pages for line in page)
    return [
        {
            at
            for at in edge
            if (seen[form := _form(page[at].text)] >= least and everywhere[form] <= 1.2 * at_edges[form])
            or (at in (0, len(page) - 1) and len(pages) > 1 and _PAGE_NUMBER.fullmatch(page[at].text))
        }
        for page, edge in zip(pages, edges, strict=True)
    ]


def _form(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.casefold().split()))


def _body(page: Sequence[PdfLine], numbers: set[int], furniture: set[int]) -> list[PdfLine]:
    """The lines that are left, without their numbers; an empty numbered line makes the next begin a paragraph."""
    body: list[PdfLine] = []
    breaks = False
    bare_column = bool(numbers) and all(page[at].text.isdigit() for at in numbers)
    for index, line in enumerate(page):
        if index in furniture:
            continue
        text = line.text
        if index in numbers:
            match = _NUMBERED.fullmatch(text)
            text = (match[2] or "").strip() if match else text
        if text:
            body.append(replace(line, text=text, breaks=breaks))
        breaks = not text and not bare_column
    if breaks:
        body.append(PdfLine("", 0.0, 0.0, breaks=True))
    return body


def _joined(bodies: Sequence[Sequence[PdfLine]]) -> Iterator[str]:
    lines = [line for body in bodies for line in body]
    alone = _alone(lines)
    labelled = _labelled(lines) | alone
    pitch = _pitch(bodies)
    # lines with a label may hang out of the others
    margin = _margin([line for index, line in enumerate(lines) if index not in labelled] or lines)
    usual = sorted(len(line.text) for line in lines if line.text)
    width = usual[len(usual) * 9 // 10] if usual else 0
    known = frozenset(word.casefold() for line in lines for word in _WORD.findall(line.text))
    paragraph = ""
    before: PdfLine | None = None
    pending = False
    for index, line in enumerate(lines):
        if not line.text:
            pending = True
            continue
        new = pending or line.breaks or index in labelled or before is None or index - 1 in alone
        if new or _begins(before, line, pitch, margin, width):
            if paragraph:
                yield scrub(paragraph)[0]
            paragraph = line.text
        else:
            paragraph = _glue(paragraph, line.text, known)
        before, pending = line, False
    if paragraph:
        yield scrub(paragraph)[0]


def _begins(before: PdfLine | None, line: PdfLine, pitch: float, margin: float, width: int) -> bool:
    """Whether a paragraph begins between two lines, by their distance, indentation, length and form."""
    if before is None or LineKind.ASIDE in (kind_of(before.text), kind_of(line.text)):
        return True
    step = line.top - before.top
    if pitch and step > pitch * 1.45:
        return True
    if margin and line.left > margin + 8 >= before.left and step > 0:
        return True
    return before.text[-1] in _ENDS and len(before.text) * 10 < width * 7


def _pitch(bodies: Sequence[Sequence[PdfLine]]) -> float:
    """The usual distance of lines in points; 0 where unknown."""
    steps = [
        below.top - above.top
        for body in bodies
        for above, below in pairwise(body)
        if below.top > above.top > 0
    ]
    return median(steps) if steps else 0.0


def _margin(lines: Sequence[PdfLine]) -> float:
    """Where most lines begin; 0 where fewer than six in ten begin at one place (no indentation to go by)."""
    lefts = Counter(round(line.left) for line in lines if line.left > 0)
    if not lefts:
        return 0.0
    left, count = lefts.most_common(1)[0]
    return float(left) if count * 10 >= lefts.total() * 6 else 0.0


def _labels(lines: Sequence[PdfLine]) -> Iterator[tuple[int, Label]]:
    """The label that each line which has one begins with, by the line's place."""
    for index, line in enumerate(lines):
        label = (
            find_label(line.text, Line(0, len(line.text), kind_of(line.text), True, 0)) if line.text else None
        )
        if label is not None:
            yield index, label


def _labelled(lines: Sequence[PdfLine]) -> set[int]:
    """The lines that begin with a label which recurs or is a role: each begins a paragraph."""
    found = {index: label for index, label in _labels(lines) if label.style in _LABEL_STYLES}
    counts = Counter(key(label.name) for label in found.values())
    return {index for index, label in found.items() if counts[key(label.name)] > 1 or is_role(label.name)}


def _alone(lines: Sequence[PdfLine]) -> set[int]:
    """The lines that are a name and nothing else, or a name and a time, where several such names come again and again."""
    found = {
        index: label
        for index, label in _labels(lines)
        if label.style in (Style.BARE, Style.STAMPED)
        and label.spoken >= len(lines[index].text)
        and is_proper(label.name)
    }
    counts = Counter(key(label.name) for label in found.values())
    often = {name for name, count in counts.items() if count > 2}
    if len(often) < 2:
        return set()
    return {index for index, label in found.items() if counts[key(label.name)] > 1}


def _glue(paragraph: str, more: str, known: frozenset[str]) -> str:
    """A broken line and the next: one blank, none after a hyphen within a word or between Chinese characters.

    The hyphen goes where the document writes the word without one elsewhere, and never with one.
    """
    if paragraph[-1] == "\u00ad":
        return paragraph[:-1] + more
    if paragraph[-1] == "-" and len(paragraph) > 1 and paragraph[-2].isalpha() and more[0].islower():
        first, second = _LAST_PART.search(paragraph), _WORD.match(more)
        if first and second:
            with_hyphen, without = f"{first[1]}-{second[0]}".casefold(), f"{first[1]}{second[0]}".casefold()
            if without in known and with_hyphen not in known:
                return paragraph[:-1] + more
        return paragraph + more
    if ord(paragraph[-1]) >= 0x2E80 and ord(more[0]) >= 0x2E80:
        return paragraph + more
    return f"{paragraph} {more}"
