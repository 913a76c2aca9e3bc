"""Takes a REFI-QDA file apart in a process of its own: bytes on standard input, JSON lines packed out.

Run by `parts` through `confine` and never imported, so it knows nothing of the rest. It answers, in the order of the
file: ["root", tag, attributes], then ["node", parent's tag, parent's number, node] for everything that stands in a list
and for every selection, a node being [tag, attributes, text, [nodes]]; then ["file", name, bytes in base64] for every text
that the project refers to and ["absent", name, why]; ["control", count]; or ["error", code, detail]. An element that can hold selections carries its
number as the attribute "#". Selections come before the source that they lie in. Names are without namespaces.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import sys
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

TOO_MUCH = 3
MAX_XML_BYTES = 160_000_000
MAX_TEXT_BYTES = 20_000_000
MAX_TEXTS_BYTES = 80_000_000
MAX_MEMBERS = 20_000
MAX_DEPTH = 120
_CHUNK = 1 << 16

_LISTS = {
    "Project",
    "CodeBook",
    "Users",
    "Codes",
    "Variables",
    "Cases",
    "Sources",
    "Notes",
    "Links",
    "Sets",
    "Graphs",
}
_HOLDERS = {
    "TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource",
    "Representation", "TextDescription", "Transcript", "Note",
}  # fmt: skip
_WORDS = ("PlainTextContent", "Description", "Value")
# What XML cannot hold and programs write all the same, as it stood in a text: page breaks, NULs, half an emoji.
_CONTROL = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"
    rb"|&#(?:x0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF])|0*(?:[0-8]|1[1-24-9]|2\d|3[01]));"
)
_REFERENCE = 16  # bytes of the longest
# NotImplementedError is what zipfile raises for a compression that it does not know.
_BROKEN_ZIP = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError,
    KeyError, IndexError, OSError,
)  # fmt: skip


class Refused(Exception):
    """The file cannot be taken apart: a code, and what helps to find the place."""


class Parser:
    """Hands on every finished element that stands in a list, so that a large project never stands here whole."""

    def __init__(self, say: Any) -> None:
        self.paths: dict[str, None] = {}
        self.controls = 0
        self._say = say
        self._held = b""
        self._is_wide: bool | None = None
        self._open: list[list[Any]] = []
        self._sizes: list[int] = []
        self._count = 0
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text
        self._expat.StartDoctypeDeclHandler = self._refuse_declaration
        self._expat.EntityDeclHandler = self._refuse_declaration

    def feed(self, chunk: bytes, *, is_last: bool) -> None:
        """Take more bytes."""
        chunk = self._held + chunk
        if self._is_wide is None and chunk:  # UTF-16: every second byte is a NUL
            self._is_wide = chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in chunk[:2]
        if not self._is_wide:
            at = -1 if is_last else chunk.rfind(b"&", max(0, len(chunk) - _REFERENCE))
            chunk, self._held = (chunk, b"") if at < 0 else (chunk[:at], chunk[at:])
            chunk, count = _CONTROL.subn(_replacement, chunk)
            self.controls += count
        try:
            self._expat.Parse(chunk, is_last)
        except expat.ExpatError as broken:
            cut = expat.errors.messages[broken.code] in ("no element found", "unclosed token")
            raise Refused("cut" if cut else "xml", broken.lineno) from broken
        except (ValueError, LookupError) as broken:  # an encoding that nobody knows
            raise Refused("xml", 1) from broken

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        held: dict[str, Any] = {
            key.rpartition(" ")[2]: value for key, value in attributes.items() if " " not in key
        }
        if not self._open:
            if tag not in ("Project", "CodeBook"):
                raise Refused("root", tag[:80])
            self._say("root", tag, held)
        if len(self._open) >= MAX_DEPTH:
            raise Refused("deep", self._expat.CurrentLineNumber)
        if tag in _HOLDERS:
            self._count += 1
            held["#"] = self._count
            if held.get("plainTextPath"):
                self.paths[held["plainTextPath"]] = None
        self._open.append([tag, held, [], []])
        self._sizes.append(0)

    def _text(self, text: str) -> None:
        if not self._open[-1][0].endswith(_WORDS):
            return
        self._sizes[-1] += len(text)
        if self._sizes[-1] <= MAX_TEXT_BYTES:
            self._open[-1][2].append(text)

    def _end(self, name: str) -> None:
        node = self._open.pop()
        if self._sizes.pop() > MAX_TEXT_BYTES:
            node[2] = []
            node[1]["#large"] = 1
        node[2] = "".join(node[2])
        if not self._open:
            return
        parent, tag = self._open[-1], node[0]
        if tag in _LISTS:
            return
        if parent[0] in _LISTS or (tag.endswith("Selection") and parent[0] in _HOLDERS):
            self._say("node", parent[0], parent[1].get("#", 0), node)
        else:
            parent[3].append(node)

    def _refuse_declaration(self, *_: Any) -> None:
        raise Refused("declaration", self._expat.CurrentLineNumber)


def _replacement(match: re.Match[bytes]) -> bytes:
    return b"&#xFFFD;" if match.group().startswith(b"&") else b"\xef\xbf\xbd"


class Archive:
    """A .qdpx: its project file and its texts, wherever the program that wrote it put them."""

    def __init__(self, data: bytes) -> None:
        if data.count(b"PK\x01\x02") > MAX_MEMBERS:
            raise Refused("bomb", "")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._infos = [
                info
                for info in self._zip.infolist()
                if not info.is_dir() and not _is_of_a_desktop(info.filename)
            ]
        except _BROKEN_ZIP as broken:
            raise Refused("zip", "") from broken
        self._root = ""
        self._whole: dict[str, zipfile.ZipInfo] = {}
        self._last: dict[str, list[zipfile.ZipInfo]] = {}
        for info in self._infos:
            name = _plain(info.filename)
            self._whole.setdefault(name, info)
            self._last.setdefault(name.rpartition("/")[2], []).append(info)

    def feed_project(self, parser: Parser) -> None:
        """Hand the project's XML to the parser."""
        files = [info for info in self._infos if info.filename.lower().endswith(".qde")]
        files.sort(
            key=lambda info: (info.filename.count("/"), not info.filename.lower().endswith("project.qde"))
        )
        if not files:
            raise Refused("no project", "")
        self._root = _plain(files[0].filename).rpartition("/")[0]
        try:
            size = 0
            if files[0].flag_bits & 0x1:
                raise Refused("locked", "")
            with self._zip.open(files[0]) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > MAX_XML_BYTES:
                        raise Refused("bomb", "")
                    parser.feed(chunk, is_last=False)
        except _BROKEN_ZIP as broken:
            raise Refused("zip", "") from broken
        parser.feed(b"", is_last=True)

    def _at(self, path: str) -> zipfile.ZipInfo | None:
        """The entry that a path means: where the standard puts it, else where its words lead, else the one of its name."""
        name = _plain(path.partition("://")[2] or path)
        roots = [f"{self._root}/", ""] if self._root else [""]
        for folder in ("sources/", ""):
            for root in roots:
                if found := self._whole.get(f"{root}{folder}{name}"):
                    return found
        called = self._last.get(name.rpartition("/")[2], [])
        ends = [info for info in called if f"/{_plain(info.filename)}".endswith(f"/{name}")]
        likely = ends or called
        return likely[0] if len(likely) == 1 else None  # of two texts, neither is sure to be meant

    def say_texts(self, paths: dict[str, None], say: Any) -> None:
        """Answer the texts that the project refers to."""
        room = MAX_TEXTS_BYTES
        for path in paths:
            info = self._at(path) or self._at(unquote(path))
            if info is None:
                continue
            pieces, size = [], 0
            try:
                if info.flag_bits & 0x1:
                    say("absent", path, "locked")
                    continue
                with self._zip.open(info) as stream:
                    while size <= min(room, MAX_TEXT_BYTES) and (piece := stream.read(_CHUNK)):
                        size += len(piece)
                        pieces.append(piece)
            except _BROKEN_ZIP:
                say("absent", path, "damaged")
                continue
            if size > min(room, MAX_TEXT_BYTES):
                say("absent", path, "large")
                continue
            room -= size
            say("file", path, base64.b64encode(b"".join(pieces)).decode("ascii"))


def _plain(path: str) -> str:
    return path.replace("\\", "/").strip("/").casefold()


def _is_of_a_desktop(name: str) -> bool:
    """What a Mac puts into archives beside the files."""
    return name.startswith("__MACOSX/") or name.replace("\\", "/").rpartition("/")[2].startswith("._")


def main() -> None:
    """Answer on standard output; a file that cannot be taken apart is an answer too."""
    packer = zlib.compressobj(1)

    def say(*line: Any) -> None:
        text = json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n"
        sys.stdout.buffer.write(packer.compress(text.encode()))

    try:
        _read(sys.stdin.buffer.read(), say)
    except Refused as refused:
        say("error", *refused.args)
    except MemoryError:
        say("error", "bomb", "")
    sys.stdout.buffer.write(packer.flush())
    sys.stdout.buffer.flush()


def _read(data: bytes, say: Any) -> None:
    parser = Parser(say)
    if data.startswith(b"PK"):
        archive = Archive(data)
        archive.feed_project(parser)
        say("control", parser.controls)
        archive.say_texts(parser.paths, say)
        return
    start = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    if not start.startswith(b"<"):
        raise Refused("other", "")
    if len(data) > MAX_XML_BYTES:
        raise Refused("bomb", "")
    parser.feed(data.lstrip(b" \t\r\n"), is_last=True)
    say("control", parser.controls)


if __name__ == "__main__":
    try:
        main()
    except OSError:  # the answer would be longer than a reader may write
        os._exit(TOO_MUCH)
