"""RTF and HTML by pandoc's own reader, Word and OpenDocument by ours (document_worker), in a confined process without network or files.

Pandoc answers with its syntax tree as JSON and never with text, because its writers rewrite quotes, dashes and
number signs. The tree is folded to strings while it is parsed, so that a book costs megabytes and not gigabytes.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throughline.exchange.confine import Ending, Outcome, run_confined
from throughline.exchange.transcript.document import TranscriptFormat
from throughline.vocabulary.errors import Invalid, Sentence, Unready

_WORKER = Path(__file__).with_name("document_worker.py")
WORKER_MEMORY_BYTES = 440_000_000  # of addresses
_HEAP = "-M336m"
_HEAP_EXHAUSTED = 251
_TOO_MUCH = 75  # how document_worker ends where a document takes too much memory, or nests too deep


class Bold(list[Any]):
    """Inlines in bold type."""


class Footnote(list[Any]):
    """The blocks of a footnote or endnote."""


@dataclass(frozen=True, slots=True)
class Block:
    """A node of the tree with content of its own: pandoc's name for it, and its folded content."""

    kind: str
    content: Any


_FALLBACK = re.compile(rb"(\\u-?\d{1,5}) ?[^\\{}\s]")
_NO_FALLBACK = re.compile(rb"\\uc0(?!\d)")

_RTF_MARKS = re.compile(rb"\\[{}\\]|\\deleted(?![a-z0-9])|[{}]")

_INLINE_PLAIN = {"Space": " ", "SoftBreak": " ", "LineBreak": "\n"}
_INLINE_WRAPS = {"Emph", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"}
_BLOCKS = {
    *("Plain", "Para", "LineBlock", "CodeBlock", "BlockQuote", "OrderedList", "BulletList", "DefinitionList"),
    *("Header", "Table", "Figure", "Div"),
}


def read_blocks(data: bytes, filename: str, kind: TranscriptFormat) -> list[Any]:
    """The folded blocks of a document. Raises Invalid; Unready where pandoc is not installed."""
    if kind is TranscriptFormat.RTF:
        data = _with_written_fallbacks(_without_deleted(data))
    outcome = _of_ours(data, kind)
    is_too_much = outcome is not None and outcome.code == _TOO_MUCH
    if outcome is None or (outcome.ending is Ending.FAILED and not is_too_much and _found() is not None):
        # pandoc takes XML that is not quite sound
        argv = [str(_binary()), "--from", kind.value, "--to", "json", "--sandbox", "+RTS", _HEAP, "-RTS"]
        outcome = run_confined(argv, data)
    if outcome.ending is Ending.TOO_SLOW or outcome.code == _HEAP_EXHAUSTED or is_too_much:
        raise Invalid(
            Sentence(
                "%(file)s takes more time or memory to read than a transcript may. Copy its text into a new document,"
                " without pictures and tables, or split it.",
                file=filename,
            )
        )
    if outcome.ending is Ending.FAILED:
        raise _unreadable(filename)
    try:
        tree = json.loads(outcome.output, object_hook=_fold)
    except (ValueError, RecursionError) as broken:
        raise _unreadable(filename) from broken
    blocks = tree.get("blocks") if isinstance(tree, dict) else None
    return blocks if isinstance(blocks, list) else []


def _of_ours(data: bytes, kind: TranscriptFormat) -> Outcome | None:
    """What our own reader answers; None for formats that it does not read."""
    if kind not in (TranscriptFormat.DOCX, TranscriptFormat.ODT):
        return None
    return run_confined(
        [sys.executable, "-I", str(_WORKER), kind.value], data, memory_bytes=WORKER_MEMORY_BYTES
    )


def _without_deleted(data: bytes) -> bytes:
    """RTF without the groups that hold tracked deletions, which pandoc 3.9 reads as words."""
    if b"\\deleted" not in data:
        return data
    opened: list[tuple[int, bool]] = []  # where each group begins, and whether it is deleted
    gone: list[tuple[int, int]] = []
    for found in _RTF_MARKS.finditer(data):
        mark = found.group()
        if mark == b"{":
            opened.append((found.start(), False))
        elif mark == b"}" and opened:
            start, is_deleted = opened.pop()
            if is_deleted:
                while gone and gone[-1][0] > start:
                    gone.pop()
                gone.append((start, found.end()))
        elif mark == b"\\deleted" and opened:
            opened[-1] = (opened[-1][0], True)
    starts, ends = [0, *(end for _, end in gone)], [*(start for start, _ in gone), len(data)]
    return b"".join(data[start:end] for start, end in zip(starts, ends, strict=True))


def _with_written_fallbacks(data: bytes) -> bytes:
    """RTF whose fallback characters are escaped.

    After \\u8220 a reader without Unicode shows a fallback ('?'). Pandoc 3.9 drops the fallback and the letter after it,
    unless the fallback is written as \\'3f, which it then always is here. \\uc0 says that there are none.
    """
    return data if _NO_FALLBACK.search(data) else _FALLBACK.sub(rb"\1\'3f", data)


def _binary() -> Path:
    found = _found()
    if found is None:
        raise Unready(
            Sentence(
                "This installation cannot read RTF and web pages. Install throughline[transcripts], or save the transcript as"
                " Word, OpenDocument or plain text."
            )
        )
    return found


def _found() -> Path | None:
    """The binary inside pypandoc-binary; no other pandoc of the machine, whose version nobody tested."""
    spec = importlib.util.find_spec("pypandoc")
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    path = Path(spec.origin).parent / "files" / name if spec is not None and spec.origin is not None else None
    return path if path is not None and path.is_file() else None


def _unreadable(filename: str) -> Invalid:
    return Invalid(
        Sentence(
            "%(file)s is damaged: its container opens but its text cannot be read. Open it in Word or LibreOffice,"
            " which may repair it, save it and upload that.",
            file=filename,
        )
    )


def _fold(node: dict[str, Any]) -> Any:
    """A node as a string, a list of such, or a Block. The parser calls this for the innermost nodes first."""
    kind, content = node.get("t"), node.get("c")
    if kind == "Str":
        return content
    if kind in _INLINE_PLAIN:
        return _INLINE_PLAIN[kind]
    if kind == "Strong":
        return Bold(content or [])
    if kind in _INLINE_WRAPS:
        return content
    if kind == "Note":
        return Footnote(content or [])
    if kind == "Quoted" and content is not None:
        marks = "‘’" if content[0] == {"t": "SingleQuote"} else "“”"
        return [marks[0], content[1], marks[1]]
    if kind in ("Cite", "Link", "Span", "Code", "Math") and content is not None:
        return content[1]
    if kind in ("Image", "RawInline"):
        return ""
    return Block(str(kind), content) if kind in _BLOCKS else node


def flatten(inlines: Any, notes: list[Footnote]) -> Iterator[tuple[str, bool]]:
    """The strings of folded inlines, each with whether it is bold; footnotes are gathered and leave '[1]'."""
    if isinstance(inlines, str):
        yield inlines, False
    elif isinstance(inlines, Footnote):
        notes.append(inlines)
        yield f"[{len(notes)}]", False
    elif isinstance(inlines, Bold):
        for inline in inlines:
            yield from ((piece, True) for piece, _ in flatten(inline, notes))
    elif isinstance(inlines, list):
        for inline in inlines:
            yield from flatten(inline, notes)
