"""The text of Taguette's HTML as Taguette counts it, and as a person reads it.

Taguette's offsets count the text between the tags, entities decoded. Where a paragraph ends there without a line
feed, one is put in for reading; the offsets are carried over.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from throughline.exchange.project.offsets import Mark, Misplaced, OffsetMode, Ruler

# No "<" inside a tag, not even quoted: so a tag that never ends costs no more than the way to the next one.
_TAG = re.compile(r"""<!--[^<]*?-->|<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[^"'<>]|"[^"<]*"|'[^'<]*')*>""")
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)


@dataclass(frozen=True, slots=True)
class HtmlText:
    """`ruler` is over the text that Taguette counts; `breaks` are the places in its text where a line feed is put in."""

    ruler: Ruler
    breaks: tuple[int, ...]

    @property
    def text(self) -> str:
        """The text for reading."""
        pieces, start = [], 0
        for at in self.breaks:
            pieces.append(self.ruler.text[start:at])
            start = at
        return "\n".join([*pieces, self.ruler.text[start:]])

    def carry(self, start: int, end: int) -> tuple[int, int]:
        """A place in Taguette's text, as a place in the text for reading."""
        if start == end:
            return (start + bisect_left(self.breaks, start),) * 2
        return start + bisect_right(self.breaks, start), end + bisect_left(self.breaks, end)


def text_of(contents: str) -> HtmlText:
    """The text of a document. Line ends count as one, as HTML has them."""
    pieces: list[str] = []
    breaks: list[int] = []
    size, last, is_broken = 0, "\n", False
    for tag, text in _parts(contents.replace("\r\n", "\n").replace("\r", "\n")):
        if text:
            if is_broken and last != "\n" and not text.startswith("\n"):
                breaks.append(size)
            pieces.append(text)
            size, last, is_broken = size + len(text), text[-1], False
        is_broken = is_broken or tag in _BLOCKS
    ruler = Ruler("".join(pieces))
    places = ruler.places([Mark(at, at) for at in breaks], OffsetMode.CODE_POINTS)
    return HtmlText(ruler, tuple(place[0] for place in places if not isinstance(place, Misplaced)))


def words_of(snippet: str) -> str:
    """The words of a piece of HTML."""
    return "".join(text for _, text in _parts(snippet))


def _parts(contents: str) -> list[tuple[str, str]]:
    """(tag before it, text) in turn; the first and the text after the last tag included."""
    parts: list[tuple[str, str]] = []
    start, before = 0, ""
    for found in _TAG.finditer(contents):
        parts.append((before, html.unescape(contents[start : found.start()])))
        start, before = found.end(), (found[2] or "").lower()
    parts.append((before, html.unescape(contents[start:])))
    return [("", parts[0][1]), *(part for tag, text in parts[1:] for part in ((tag, ""), ("", text)))]
