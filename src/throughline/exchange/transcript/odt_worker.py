"""Reads the text of an OpenDocument text in a process of its own: its container on standard input, JSON on standard output.

Run by `pandoc` through `confine` and never imported, so it knows nothing of the rest. It answers with the nodes of pandoc's own
syntax tree, so that who reads pandoc's answer reads this one: pandoc's reader of OpenDocument drops tables within tables, cells
beside merged ones, text boxes and fields (version 3.9). Source: OpenDocument 1.3, part 3, OASIS 2021.

Left out, as nobody said it: tracked deletions, comments, tables of contents and indexes, descriptions of pictures, formulas. What
stands in a text box follows the paragraph that it is anchored in.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from typing import Any
from xml.parsers import expat

MAX_DEPTH = 120  # of elements that hold text
_BLANKS = re.compile(r"[ \t\r\n]+")
_LEFT_OUT = frozenset(
    {
        "tracked-changes", "annotation", "annotation-end", "forms", "scripts", "font-face-decls", "script", "object",
        "table-of-content", "alphabetical-index", "illustration-index", "table-index", "object-index", "user-index",
        "ruby-text", "note-citation", "variable-decls", "sequence-decls", "user-field-decls", "dde-connection-decls",
        "event-listeners",
    }
)  # fmt: skip
_OF_PICTURES = ("title", "desc")  # of the namespace of drawings; elsewhere a title is text
_PARTS = (
    "styles.xml",
    "content.xml",
)  # in this order: what a document says of its styles is known before its text
Node = dict[str, Any]


class Styles:
    """Which styles are bold, by family and name; what a style does not say, the one that it is based on does."""

    def __init__(self) -> None:
        self._own: dict[tuple[str, str], bool] = {}
        self._based: dict[tuple[str, str], tuple[str, str]] = {}
        self._at = ("", "")

    def begin(self, family: str, name: str, parent: str) -> None:
        self._at = (family, name)
        if parent:
            self._based[self._at] = (family, parent)

    def weigh(self, weight: str) -> None:
        if weight:
            self._own[self._at] = weight == "bold" or (
                weight.isdecimal() and len(weight) < 5 and int(weight) >= 600
            )

    def is_bold(self, family: str, name: str, otherwise: bool) -> bool:
        at = (family, name)
        for _ in range(20):  # styles may be based on each other in a circle
            if at in self._own:
                return self._own[at]
            if at not in self._based:
                break
            at = self._based[at]
        return otherwise


class Frame:
    """An open element that holds blocks. `rows` and `items` are those of a table and a list."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.blocks: list[Node] = []
        self.rows: list[list[list[Node]]] = []
        self.items: list[list[Node]] = []


class Paragraph:
    """An open paragraph; `after` are the blocks of text boxes in it, `bold` the weights of the spans around what comes."""

    def __init__(self, tag: str, *, is_bold: bool) -> None:
        self.tag, self.bold = tag, [is_bold]
        self.inlines: list[Node] = []
        self.after: list[Node] = []
        self._ends_blank = True

    def put(self, node: Node) -> None:
        self.inlines.append({"t": "Strong", "c": [node]} if self.bold[-1] else node)
        self._ends_blank = False

    def say(self, words: str) -> None:
        """Words with their blanks as OpenDocument counts them: several are one, those at the beginning none."""
        words = _BLANKS.sub(" ", words)
        if self._ends_blank:
            words = words.removeprefix(" ")
        if words:
            self.put({"t": "Str", "c": words})
            self._ends_blank = words.endswith(" ")

    def break_line(self) -> None:
        self.put({"t": "LineBreak"})
        self._ends_blank = True


class Reader:
    """Takes the parts of a document, then holds its blocks."""

    def __init__(self) -> None:
        self._styles = Styles()
        self._open: list[Frame | Paragraph] = [Frame("document")]
        self._spans: list[str] = []
        self._skipping = 0
        self._is_body = False

    @property
    def blocks(self) -> list[Node]:
        frame = self._open[0]
        return frame.blocks if isinstance(frame, Frame) else []

    def feed(self, part: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(part, True)

    def _start(self, name: str, given: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if self._skipping or tag in _LEFT_OUT or (tag in _OF_PICTURES and "svg" in space):
            self._skipping += 1
            return
        said = {key.rpartition(" ")[2]: value for key, value in given.items()}
        if not self._is_body:
            self._is_body = tag == "body"
            if tag == "style":
                self._styles.begin(
                    said.get("family", ""), said.get("name", ""), said.get("parent-style-name", "")
                )
            elif tag == "text-properties":
                self._styles.weigh(said.get("font-weight", ""))
            return
        if len(self._open) > MAX_DEPTH:
            raise RecursionError
        if tag in ("p", "h"):
            is_bold = self._styles.is_bold("paragraph", said.get("style-name", ""), otherwise=False)
            self._open.append(Paragraph(tag, is_bold=is_bold))
        elif tag in ("list", "list-item", "list-header", "table", "table-row", "table-cell", "note"):
            self._open.append(Frame(tag))
        elif isinstance(top := self._open[-1], Paragraph):
            self._within(top, tag, said)

    def _within(self, top: Paragraph, tag: str, said: dict[str, str]) -> None:
        if tag == "span":
            top.bold.append(self._styles.is_bold("text", said.get("style-name", ""), otherwise=top.bold[-1]))
        elif tag == "s":
            count = said.get("c", "1")
            top.put({"t": "Str", "c": " " * (int(count) if count.isdecimal() and len(count) < 4 else 1)})
        elif tag == "tab":
            top.put({"t": "Str", "c": "\t"})
        elif tag == "line-break":
            top.break_line()

    def _text(self, words: str) -> None:
        top = self._open[-1]
        if isinstance(top, Paragraph) and not self._skipping:
            top.say(words)

    def _end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if self._skipping:
            self._skipping -= 1
            return
        top = self._open[-1]
        if tag == "body":
            self._is_body = False
        elif tag == "span" and isinstance(top, Paragraph) and len(top.bold) > 1:
            top.bold.pop()
        elif self._is_body and tag == top.tag:
            self._open.pop()
            self._close(top, self._open[-1])

    def _close(self, done: Frame | Paragraph, around: Frame | Paragraph) -> None:
        blocks = around.after if isinstance(around, Paragraph) else around.blocks
        if isinstance(done, Paragraph):
            if done.inlines:
                level = [1, None, done.inlines]
                blocks.append(
                    {"t": "Header", "c": level} if done.tag == "h" else {"t": "Para", "c": done.inlines}
                )
            blocks.extend(done.after)
        elif done.tag == "note":
            if isinstance(around, Paragraph):
                around.put({"t": "Note", "c": done.blocks})
            else:
                blocks.extend(done.blocks)
        elif done.tag == "table-cell" and isinstance(around, Frame):
            around.items.append(done.blocks)
        elif done.tag == "table-row" and isinstance(around, Frame):
            around.rows.append(done.items)
        elif done.tag in ("list-item", "list-header") and isinstance(around, Frame):
            around.items.append(done.blocks)
        elif done.tag == "list":
            blocks.append({"t": "BulletList", "c": done.items})
        elif done.tag == "table":
            rows = [[None, [[None, None, 1, 1, cell] for cell in row]] for row in done.rows]
            body = [None, 0, [], rows]
            blocks.append({"t": "Table", "c": [None, [None, []], [], [None, []], [body], [None, []]]})


def main() -> None:
    """Answer on standard output; ends with an error where the document cannot be read."""
    reader = Reader()
    with zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())) as archive:
        for name in _PARTS:
            if name in archive.namelist():
                reader.feed(archive.read(name))
    sys.stdout.write(json.dumps({"blocks": reader.blocks}))


if __name__ == "__main__":
    main()
