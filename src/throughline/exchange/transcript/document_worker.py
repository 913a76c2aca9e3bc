"""Reads the text of a Word or OpenDocument text in a process of its own: its container on standard input, JSON on standard output.

Run by `pandoc` through `confine` and never imported, so it knows nothing of the rest. The argument is `docx` or `odt`. It answers
with the nodes of pandoc's own syntax tree, so that who reads pandoc's answer reads this one. Pandoc's readers (version 3.9) lose
words: of OpenDocument tables within tables, cells beside merged ones, text boxes and fields; of Word text boxes, titles, authors
and dates at the beginning, captions of tables and some fields.
Sources: OpenDocument 1.3, part 3, OASIS 2021; Office Open XML, ECMA-376, part 1, 5th edition, chapter 17.

Left out, as nobody said it: tracked deletions, comments, hidden text of Word, descriptions of pictures, and tables of contents of OpenDocument. What
stands in a text box follows the paragraph that it is anchored in.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from abc import ABC, abstractmethod
from typing import Any
from xml.parsers import expat

MAX_DEPTH = 120  # of elements that hold text
TOO_MUCH = 75  # the exit status, as `pandoc` knows it
_BLANKS = re.compile(r"[ \t\r\n]+")
Node = dict[str, Any]


class Frame:
    """An open element that holds blocks; `parts` are the items, rows or cells in it."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.blocks: list[Node] = []
        self.parts: list[Any] = []


class Paragraph:
    """An open paragraph; `after` are the blocks of text boxes in it, `bold` the weights of the spans around what comes.

    `is_hidden`: the run that is open is not shown.
    """

    def __init__(self, tag: str, *, is_bold: bool = False) -> None:
        self.tag, self.bold, self.style = tag, [is_bold], ""
        self.is_heading = self.is_listed = self.is_hidden = False
        self.inlines: list[Node] = []
        self.after: list[Node] = []
        self._ends_blank = True

    def put(self, node: Node) -> None:
        self.inlines.append({"t": "Strong", "c": [node]} if self.bold[-1] else node)
        self._ends_blank = False

    def say(self, words: str) -> None:
        if words:
            self.put({"t": "Str", "c": words})

    def say_counted(self, words: str) -> None:
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

    def blocks(self) -> list[Node]:
        if not self.inlines:
            return self.after
        own: Node = {"t": "Para", "c": self.inlines}
        if self.is_heading:
            own = {"t": "Header", "c": [1, None, self.inlines]}
        elif self.is_listed:
            own = {"t": "BulletList", "c": [[own]]}
        return [own, *self.after]


class Tree:
    """The open elements, and where a closed one goes."""

    def __init__(self) -> None:
        self.open: list[Frame | Paragraph] = [Frame("")]

    @property
    def top(self) -> Frame | Paragraph:
        return self.open[-1]

    def take(self) -> list[Node]:
        """The blocks so far, which are then no longer here."""
        bottom = self.open[0]
        self.open = [Frame("")]
        return bottom.blocks if isinstance(bottom, Frame) else []

    def begin(self, element: Frame | Paragraph) -> None:
        if len(self.open) > MAX_DEPTH:
            raise RecursionError
        self.open.append(element)

    def end(self) -> None:
        done, around = self.open.pop(), self.open[-1]
        blocks = around.after if isinstance(around, Paragraph) else around.blocks
        if isinstance(done, Paragraph):
            blocks.extend(done.blocks())
        elif done.tag == "note" and isinstance(around, Paragraph):
            around.put({"t": "Note", "c": done.blocks})
        elif done.tag == "list":
            blocks.append({"t": "BulletList", "c": done.parts})
        elif done.tag == "table":
            blocks.append(_table(done.parts))
        elif done.tag in ("row", "cell", "item") and isinstance(around, Frame):
            around.parts.append(done.parts if done.tag == "row" else done.blocks)
        else:
            blocks.extend(done.blocks)


def _table(rows: list[list[list[Node]]]) -> Node:
    held = [[None, [[None, None, 1, 1, cell] for cell in row]] for row in rows]
    return {"t": "Table", "c": [None, [None, []], [], [None, []], [[None, 0, [], held]], [None, []]]}


class Styles:
    """What styles say, by their kind and name; what one does not say, the one that it is based on does."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, str], Any] = {}
        self._based: dict[tuple[str, str], str] = {}
        self.at = ("", "")

    def begin(self, kind: str, name: str) -> None:
        self.at = (kind, name)

    def base(self, parent: str) -> None:
        if parent:
            self._based[self.at] = parent

    def say(self, what: str, value: Any) -> None:
        self._said[(*self.at, what)] = value

    def of(self, kind: str, name: str, what: str, otherwise: Any) -> Any:
        for _ in range(20):  # styles may be based on each other in a circle
            if (kind, name, what) in self._said:
                return self._said[kind, name, what]
            if (kind, name) not in self._based:
                break
            name = self._based[kind, name]
        return otherwise


class Reader(ABC):
    """Walks a part; what is skipped is skipped with all that is in it."""

    def __init__(self) -> None:
        self.styles = Styles()
        self.tree = Tree()
        self._skipping = 0

    def feed(self, part: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(part, True)

    def _start(self, name: str, given: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if self._skipping or self.is_left_out(space, tag):
            self._skipping += 1
            return
        self.begin(space, tag, {key.rpartition(" ")[2]: value for key, value in given.items()})

    def _end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        space, _, tag = name.rpartition(" ")
        self.finish(space, tag)

    def _text(self, words: str) -> None:
        if not self._skipping:
            self.words(words)

    @abstractmethod
    def is_left_out(self, space: str, tag: str) -> bool:
        """Whether an element is skipped with all that is in it. `space`: its namespace."""

    @abstractmethod
    def begin(self, space: str, tag: str, said: dict[str, str]) -> None:
        """An element opens; `said` are its attributes without their namespaces."""

    @abstractmethod
    def finish(self, space: str, tag: str) -> None:
        """An element closes."""

    @abstractmethod
    def words(self, words: str) -> None:
        """Character data."""


class OdtReader(Reader):
    """The parts of an OpenDocument text: its styles first, then its content."""

    _LEFT_OUT = frozenset(
        {
            "tracked-changes", "annotation", "annotation-end", "forms", "scripts", "font-face-decls", "script", "object",
            "table-of-content", "alphabetical-index", "illustration-index", "table-index", "object-index", "user-index",
            "ruby-text", "note-citation", "variable-decls", "sequence-decls", "user-field-decls", "dde-connection-decls",
            "event-listeners",
        }
    )  # fmt: skip
    _FRAMES = {
        "list": "list", "list-item": "item", "list-header": "item", "table": "table", "table-row": "row",
        "table-cell": "cell", "note": "note",
    }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._is_body = False

    def is_left_out(self, space: str, tag: str) -> bool:
        return tag in self._LEFT_OUT or (
            tag in ("title", "desc") and "svg" in space
        )  # a title elsewhere is a field

    def begin(self, space: str, tag: str, said: dict[str, str]) -> None:
        top = self.tree.top
        if not self._is_body:
            self._is_body = tag == "body"
            if tag == "style":
                self.styles.begin(said.get("family", ""), said.get("name", ""))
                self.styles.base(said.get("parent-style-name", ""))
            elif tag == "text-properties" and (weight := said.get("font-weight")):
                is_heavy = weight.isdecimal() and len(weight) < 5 and int(weight) >= 600
                self.styles.say("bold", weight == "bold" or is_heavy)
        elif tag in ("p", "h"):
            is_bold = self.styles.of("paragraph", said.get("style-name", ""), "bold", otherwise=False)
            paragraph = Paragraph(tag, is_bold=is_bold)
            paragraph.is_heading = tag == "h"
            self.tree.begin(paragraph)
        elif tag in self._FRAMES:
            self.tree.begin(Frame(self._FRAMES[tag]))
        elif isinstance(top, Paragraph):
            if tag == "span":
                top.bold.append(self.styles.of("text", said.get("style-name", ""), "bold", top.bold[-1]))
            elif tag == "s":
                count = said.get("c", "1")
                top.say(" " * (int(count) if count.isdecimal() and len(count) < 4 else 1))
            elif tag == "tab":
                top.say("\t")
            elif tag == "line-break":
                top.break_line()

    def finish(self, space: str, tag: str) -> None:
        top = self.tree.top
        if tag == "body":
            self._is_body = False
        elif tag == "span" and isinstance(top, Paragraph) and len(top.bold) > 1:
            top.bold.pop()
        elif self._is_body and self._FRAMES.get(tag, tag) == top.tag:
            self.tree.end()

    def words(self, words: str) -> None:
        if isinstance(top := self.tree.top, Paragraph):
            top.say_counted(words)


class DocxReader(Reader):
    """The parts of a Word document: its styles, its notes, then its text."""

    _LEFT_OUT = frozenset(
        {"del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr",
         "tblGrid", "sectPr", "tabs", "pPrChange", "rPrChange", "numberingChange", "fldData", "rt", "docPr", "cNvPr",
         "tblPrEx", "binData"}
    )  # fmt: skip
    _FRAMES = {"tbl": "table", "tr": "row", "tc": "cell", "txbxContent": "box"}
    _CLOSED = {**_FRAMES, "p": "p"}
    _SIGNS = {
        "tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad", "br": "\n", "cr": "\n",
    }  # fmt: skip
    _OFF = frozenset({"0", "false", "off", "none"})

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[tuple[str, str], list[Node]] = {}
        self._within: list[str] = []  # the properties, runs and texts that are open
        self._note = ""

    def is_left_out(self, space: str, tag: str) -> bool:
        if tag == "rPr" and "pPr" in self._within:
            return True  # of the mark at a paragraph's end
        return tag in self._LEFT_OUT and not (tag == "del" and "math" in space)

    def begin(self, space: str, tag: str, said: dict[str, str]) -> None:
        top, value = self.tree.top, said.get("val", "")
        if tag in ("pPr", "rPr", "r", "t", "style"):
            self._within.append(tag)
        if tag == "style":
            self.styles.begin(said.get("type", ""), said.get("styleId", ""))
        elif "style" in self._within:
            self._of_style(tag, value)
        elif tag in ("footnote", "endnote"):
            self.tree.begin(Frame("note"))
            self._note = said.get("id", "") if said.get("type", "normal") == "normal" else ""
        elif tag == "p":
            self.tree.begin(Paragraph("p"))
        elif tag in self._FRAMES:
            self.tree.begin(Frame(self._FRAMES[tag]))
        elif isinstance(top, Paragraph):
            self._of_paragraph(top, space, tag, value, said)

    def _of_style(self, tag: str, value: str) -> None:
        if tag == "name":
            is_heading = bool(re.fullmatch(r"heading [1-9]|title|subtitle", value.lower()))
            self.styles.say("heading", True) if is_heading else None
        elif tag == "basedOn":
            self.styles.base(value)
        elif tag == "b":
            self.styles.say("bold", value not in self._OFF)
        elif tag == "numId":
            self.styles.say("listed", value != "0")

    def _of_paragraph(self, top: Paragraph, space: str, tag: str, value: str, said: dict[str, str]) -> None:
        if "pPr" in self._within:
            if tag == "pStyle":
                top.style = value
                top.is_heading = self.styles.of("paragraph", value, "heading", otherwise=False)
                top.is_listed = self.styles.of("paragraph", value, "listed", otherwise=False)
                top.bold[0] = self.styles.of("paragraph", value, "bold", otherwise=False)
            elif tag == "numId":
                top.is_listed = value != "0"
        elif "rPr" in self._within:
            if tag == "b":
                top.bold[-1] = value not in self._OFF
            elif tag == "vanish":
                top.is_hidden = value not in self._OFF
            elif tag == "rStyle":
                top.bold[-1] = self.styles.of("character", value, "bold", top.bold[-1])
        elif tag == "r":
            top.bold.append(top.bold[0])
        elif tag in self._SIGNS and "wordprocessingml" in space:
            if self._SIGNS[tag] == "\n":
                top.break_line()
            else:
                top.say(self._SIGNS[tag])
        elif tag == "sym":
            top.say(_sign(said.get("char", "")))
        elif tag in ("footnoteReference", "endnoteReference"):
            note = self.notes.get((tag.removesuffix("Reference"), said.get("id", "")))
            if note:
                top.put({"t": "Note", "c": note})

    def finish(self, space: str, tag: str) -> None:
        top = self.tree.top
        if tag in ("pPr", "rPr", "r", "t", "style") and self._within and self._within[-1] == tag:
            self._within.pop()
        if tag == "r" and isinstance(top, Paragraph) and len(top.bold) > 1:
            top.bold.pop()
            top.is_hidden = False
        elif tag in ("footnote", "endnote") and isinstance(top, Frame) and top.tag == "note":
            self.notes[tag, self._note] = top.blocks
            self.tree.open.pop()
        elif tag in self._CLOSED and self._CLOSED[tag] == top.tag:
            self.tree.end()

    def words(self, words: str) -> None:
        is_text = bool(self._within) and self._within[-1] == "t"
        if is_text and isinstance(top := self.tree.top, Paragraph) and not top.is_hidden:
            top.say(_BLANKS.sub(" ", words) if "\n" in words else words)


def _sign(code: str) -> str:
    """A sign by its number; one of a font's own is shown as a box, for another font has another there."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return "\u25a1" if 0xE000 <= number <= 0xF8FF or number > 0xFFFF else chr(number)


def _read_odt(archive: zipfile.ZipFile) -> list[Node]:
    reader = OdtReader()
    for name in ("styles.xml", "content.xml"):
        if name in archive.namelist():
            reader.feed(archive.read(name))
    return reader.tree.take()


def _read_docx(archive: zipfile.ZipFile) -> list[Node]:
    reader = DocxReader()
    names = archive.namelist()
    for name in ("word/styles.xml", "word/footnotes.xml", "word/endnotes.xml"):
        if name in names:
            reader.feed(archive.read(name))
    reader.tree.take()
    main = next(name for name in names if re.fullmatch(r"word/document\d*\.xml", name))
    reader.feed(archive.read(main))
    return reader.tree.take()


def main() -> None:
    """Answer on standard output; ends with an error where the document cannot be read, with TOO_MUCH where it is too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())) as archive:
            blocks = _read_odt(archive) if sys.argv[1] == "odt" else _read_docx(archive)
        sys.stdout.write(json.dumps({"blocks": blocks}))
    except (MemoryError, RecursionError):
        sys.exit(TOO_MUCH)


if __name__ == "__main__":
    main()
