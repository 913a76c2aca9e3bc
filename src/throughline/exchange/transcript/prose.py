"""A word processor's paragraphs as text and lines: nothing rewritten, one blank line between paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from throughline.exchange.transcript.columns import Columns, columns_of, said_in
from throughline.exchange.transcript.encoding import scrub
from throughline.exchange.transcript.lines import Line, LineKind, Row, kind_of
from throughline.exchange.transcript.pandoc import Block, Footnote, flatten
from throughline.vocabulary.errors import Sentence


class Prose:
    """Gathers paragraphs; afterwards `text`, `lines` and `notes` hold what was gathered."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._at = 0
        self._footnotes: list[Footnote] = []
        self._lists = 0
        self._columns: list[str] = []
        self.lines: list[Line] = []

    @property
    def text(self) -> str:
        """All paragraphs."""
        return "".join(self._pieces)

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What the reader of the text should know about it."""
        found = []
        if self._lists:
            found.append(
                Sentence("Numbers and bullets that the word processor sets by itself are not in the text.")
            )
        if self._footnotes:
            found.append(
                Sentence(
                    "Footnotes, which stand at the end of the text: %(count)s.", count=len(self._footnotes)
                )
            )
        if self._columns:
            found.append(
                Sentence(
                    "Columns of tables beside who speaks, when and what, which were left out: %(names)s.",
                    names=", ".join(dict.fromkeys(self._columns)),
                )
            )
        return tuple(found)

    def add_blocks(self, blocks: Sequence[Any]) -> None:
        """Add folded blocks in order."""
        for block in blocks:
            if isinstance(block, Block):
                self._add_block(block)
            elif isinstance(block, list):
                self.add_blocks(block)

    def add_footnotes(self) -> None:
        """Add the texts of the footnotes that were met, as asides with their numbers."""
        number = 0
        while number < len(self._footnotes):
            words = " ".join(self._words_of(self._footnotes[number]))
            number += 1
            self.add(f"[{number}] {words}", kind=LineKind.ASIDE)

    def _add_block(self, block: Block) -> None:
        content = block.content
        if block.kind in ("Plain", "Para"):
            self._add_inlines(content)
        elif block.kind == "Header":
            self._add_inlines(content[2], kind=LineKind.HEADING)
        elif block.kind == "LineBlock":
            self._add_inlines([[line, "\n"] for line in content])
        elif block.kind == "CodeBlock":
            self.add(content[1])
        elif block.kind in ("BulletList", "OrderedList"):
            self._lists += 1
            self.add_blocks(content if block.kind == "BulletList" else content[1])
        elif block.kind == "DefinitionList":
            for term, meanings in content:
                self._add_inlines(term)
                self.add_blocks(meanings)
        elif block.kind == "Table":
            self._add_table(content)
        elif block.kind == "Figure":
            self.add_blocks(content[2])
            self.add_blocks(content[1][1])
        else:  # BlockQuote is what pandoc makes of an indented paragraph, Div of a styled one
            self.add_blocks(content[1] if block.kind == "Div" else content)

    def _add_inlines(self, inlines: Any, kind: LineKind | None = None) -> None:
        pieces = list(flatten(inlines, self._footnotes))
        bold = 0
        for piece, is_bold in pieces:
            if not is_bold and piece.strip():
                break
            bold += len(piece)
        words = "".join(piece for piece, _ in pieces)
        lead = len(words) - len(words.lstrip())
        self.add(
            words, kind=kind, bold_chars=max(0, bold - lead) if any(is_bold for _, is_bold in pieces) else 0
        )

    def _add_table(self, content: Any) -> None:
        """A row is a line, its cells parted by tabs; the further paragraphs of a cell are lines of their own."""
        caption, head, bodies, foot = content[1], content[3], content[4], content[5]
        self.add_blocks(caption[1])
        rows = chain(head[1], *(chain(body[2], body[3]) for body in bodies), foot[1])
        columns: Columns | None = None
        for number, row in enumerate(rows):
            cells = [self._words_of(cell[4]) for cell in row[1]]
            if number == 0 and (columns := columns_of([" ".join(words) for words in cells])):
                self._columns.extend(columns.rest)
                continue
            if columns is not None and len(cells) == columns.count:
                self._add_row(columns, cells)
                continue
            line = "\t".join(words[0] if words else "" for words in cells).strip()
            self.add(line)
            for words in chain.from_iterable(cell[1:] for cell in cells):
                self.add(words)

    def _add_row(self, columns: Columns, cells: list[list[str]]) -> None:
        """A row of a transcript: who and when first, then what was said, whatever the order of the columns."""
        plain = [" ".join(words) for words in cells]
        said = cells[columns.content]
        before = "\t".join(plain[at] for at in columns.order[:-1] if plain[at])
        if columns.speaker is None or not said:
            self.add("\t".join(part for part in (before, said[0] if said else "") if part))
            for words in said[1:]:
                self.add(words)
            return
        row = said_in(columns, plain)
        for number, words in enumerate(said):
            self.add(f"{before}\t{words}" if before and number == 0 else words)
            line = self.lines[-1]
            start = line.start + (len(before) + 1 if before and number == 0 else 0)
            kept = row if number == 0 else Row(row.speaker, None, None)
            self.lines[-1] = replace(line, start=start, bold_end=start, kind=LineKind.SPEECH, row=kept)

    def _words_of(self, blocks: Sequence[Any]) -> list[str]:
        """The paragraphs of blocks as strings (a cell, a footnote)."""
        inner = Prose()
        inner._footnotes = self._footnotes
        inner.add_blocks(blocks)
        self._lists += inner._lists
        return [inner.text[line.start : line.end].replace("\t", " ") for line in inner.lines]

    def add(self, words: str, *, kind: LineKind | None = None, bold_chars: int = 0) -> None:
        """Add one paragraph; line breaks within it stay. `bold_chars` of its beginning are bold."""
        words = scrub(words)[0].strip().strip("\n")
        if not words:
            return
        if self._pieces:
            self._put("\n\n")
        for number, piece in enumerate(words.split("\n")):
            if number:
                self._put("\n")
            bare = piece.strip()
            if bare:
                start = self._at
                bold = start + min(bold_chars, len(bare)) if number == 0 else start
                self.lines.append(Line(start, start + len(bare), kind or _kind(bare), number == 0, bold))
                self._put(bare)

    def _put(self, piece: str) -> None:
        self._pieces.append(piece)
        self._at += len(piece)


def _kind(bare: str) -> LineKind:
    """Without Markdown's signs, which mean nothing in a word processor."""
    kind = kind_of(bare)
    return LineKind.SPEECH if kind is LineKind.HEADING or bare[0] in ">*_" else kind
