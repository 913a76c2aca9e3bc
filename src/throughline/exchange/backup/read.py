"""A backup's bytes, read once from front to back. Nothing that was altered, cut or added gets past this module."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from throughline.exchange.backup.document import (
    CHUNK,
    FORMAT,
    FRAME_LIMIT,
    HEADER_LIMIT,
    MAGIC,
    TAG,
    Document,
    Header,
    Part,
    PartEnd,
    Summary,
)
from throughline.exchange.backup.write import file_key, nonce
from throughline.vocabulary.errors import Invalid, Sentence

AnyDocument = TypeVar("AnyDocument", bound=Document)
ALTERED = (
    "This backup is not as it was written: it was altered, cut short or damaged on its way (found at byte %(place)s)."
    " Nothing of it was used. Take another copy."
)


def read_header(file: BinaryIO) -> tuple[Header, bytes]:
    """The header and its very bytes. Invalid for what is no backup, or one of a later version of the format."""
    if file.read(len(MAGIC)) != MAGIC:
        raise Invalid(Sentence("This file is no backup of Throughline, or its beginning is damaged."))
    line = file.readline(HEADER_LIMIT)
    try:
        header = Header.model_validate_json(line)
    except ValidationError as error:
        raise Invalid(Sentence(ALTERED, place=len(MAGIC))) from error
    if header.format > FORMAT:
        raise Invalid(
            Sentence(
                "This backup has format %(format)s, made by Throughline %(made_by)s; this version reads format %(known)s."
                " Upgrade Throughline first.",
                format=header.format, made_by=header.made_by, known=FORMAT,
            )
        )  # fmt: skip
    return header, line


class Reader:
    """The parts of a backup, in order. Every byte is checked before it is handed out; `summary` ends it.

    Use: `for part in reader.parts(): for piece in reader.data(): ...`, then `reader.summary`. Data of a part that is not
    asked for is read over, and checked all the same.
    """

    def __init__(self, file: BinaryIO, header: Header, line: bytes, backup_key: bytes) -> None:
        self._file = file
        self._cipher = AESGCM(file_key(backup_key, line, bytes.fromhex(header.salt)))
        self._plain = bytearray()
        self._counter = 0
        self._ahead = file.read(CHUNK + TAG)
        self._is_over = False
        self._is_inside = False
        self._summary: Summary | None = None
        self.place = len(MAGIC) + len(line)  # bytes of the file that were opened

    @property
    def summary(self) -> Summary:
        if self._summary is None:
            raise self._altered()
        return self._summary

    def parts(self) -> Iterator[Part]:
        while self._summary is None:
            if self._is_inside:
                for _ in self.data():
                    pass
            letter, content = self._frame()
            if letter == b"P":
                self._is_inside = True
                yield self._document(Part, content)
            elif letter == b"Z":
                self._summary = self._document(Summary, content)
            else:
                raise self._altered()
        if self._plain or not self._is_over:
            raise self._altered()

    def data(self) -> Iterator[bytes]:
        """The bytes of the part that `parts` stands at; its size and hash are checked at its end."""
        digest, size = hashlib.sha256(), 0
        while self._is_inside:
            letter, content = self._frame()
            if letter == b"D":
                digest.update(content)
                size += len(content)
                yield content
                continue
            end = self._document(PartEnd, content)
            if letter != b"E" or (end.size, end.sha256) != (size, digest.hexdigest()):
                raise self._altered()
            self._is_inside = False

    def _frame(self) -> tuple[bytes, bytes]:
        head = self._take(5)
        length = int.from_bytes(head[:4], "big")
        if length > FRAME_LIMIT:
            raise self._altered()
        return head[4:], self._take(length)

    def _take(self, count: int) -> bytes:
        while len(self._plain) < count:
            self._open_chunk()
        taken = bytes(self._plain[:count])
        del self._plain[:count]
        return taken

    def _open_chunk(self) -> None:
        if self._is_over:
            raise self._altered()
        sealed, self._ahead = self._ahead, self._file.read(CHUNK + TAG)
        self._is_over = not self._ahead
        try:
            plain = self._cipher.decrypt(nonce(self._counter, self._is_over), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise self._altered() from error
        self._plain += plain
        self._counter += 1
        self.place += len(sealed)

    def _document(self, kind: type[AnyDocument], content: bytes) -> AnyDocument:
        try:
            return kind.model_validate_json(content)
        except ValidationError as error:
            raise self._altered() from error

    def _altered(self) -> Invalid:
        return Invalid(Sentence(ALTERED, place=self.place))
