"""A backup's bytes, written one after the other: nothing is ever read back, memory does not grow."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from throughline.exchange.backup.document import CHUNK, MAGIC, PIECE, Document, Header, Part, PartEnd, Summary


def header_line(header: Header) -> bytes:
    """Exactly the bytes that stand in the file: the file's key depends on each of them."""
    return header.model_dump_json().encode() + b"\n"


def file_key(backup_key: bytes, line: bytes, salt: bytes) -> bytes:
    """32 bytes for one file: from the ring's backup key, the file's salt and its header line."""
    info = b"throughline/backup/1/" + hashlib.sha256(line).digest()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(backup_key)


def nonce(counter: int, is_last: bool) -> bytes:
    """12 bytes: no two chunks of a file share one, and only the last chunk has its own sort."""
    return counter.to_bytes(11, "big") + bytes([is_last])


class Writer:
    """Seals what it is given into a file opened for writing. `finish` must be called; without it the file is cut off."""

    def __init__(self, file: BinaryIO, header: Header, backup_key: bytes) -> None:
        line = header_line(header)
        self._file = file
        self._cipher = AESGCM(file_key(backup_key, line, bytes.fromhex(header.salt)))
        self._counter = 0
        self._plain = bytearray()
        self._hash = hashlib.sha256()
        self._size = 0
        file.write(MAGIC + line)

    def begin(self, part: Part) -> None:
        self._hash, self._size = hashlib.sha256(), 0
        self._frame_of(b"P", part)

    def data(self, content: bytes | memoryview) -> None:
        """Bytes of the part that was begun, in any lengths."""
        view = memoryview(content)
        for start in range(0, len(view), PIECE):
            piece = view[start : start + PIECE]
            self._hash.update(piece)
            self._size += len(piece)
            self._frame(b"D", piece)

    def end(self) -> None:
        self._frame_of(b"E", PartEnd(size=self._size, sha256=self._hash.hexdigest()))

    def finish(self, summary: Summary) -> None:
        self._frame_of(b"Z", summary)
        self._seal(bytes(self._plain), is_last=True)
        self._plain.clear()

    def _frame_of(self, letter: bytes, content: Document) -> None:
        self._frame(letter, content.model_dump_json().encode())

    def _frame(self, letter: bytes, content: bytes | memoryview) -> None:
        self._plain += len(content).to_bytes(4, "big") + letter
        self._plain += content
        # A full chunk is kept back until more follows: the last one must know that it is the last.
        while len(self._plain) > CHUNK:
            self._seal(bytes(self._plain[:CHUNK]), is_last=False)
            del self._plain[:CHUNK]

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(nonce(self._counter, is_last), plain, None))
        self._counter += 1
