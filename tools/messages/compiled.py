"""GNU .mo files: what programs read of a catalogue."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from tools.messages.found import Message

MAGIC = 0x950412DE
HEAD = struct.Struct("<7I")
PLACE = struct.Struct("<2I")


def compiled(said: Mapping[Message, tuple[str, ...]], header: str) -> bytes:
    """A .mo file of what was translated: message -> its text, or its texts by number."""
    pairs = sorted(
        [(b"", header.encode())] + [(_key(one), "\0".join(texts).encode()) for one, texts in said.items()]
    )
    names, texts = b"".join(key + b"\0" for key, _ in pairs), b"".join(text + b"\0" for _, text in pairs)
    first = HEAD.size + 2 * PLACE.size * len(pairs)
    tables, at = [b"", b""], [first, first + len(names)]
    for pair in pairs:
        for which, part in enumerate(pair):
            tables[which] += PLACE.pack(len(part), at[which])
            at[which] += len(part) + 1
    head = HEAD.pack(
        MAGIC, 0, len(pairs), HEAD.size, HEAD.size + PLACE.size * len(pairs), 0, HEAD.size + 2 * PLACE.size * len(pairs)
    )  # fmt: skip
    return head + tables[0] + tables[1] + names + texts


def _key(one: Message) -> bytes:
    text = one.text if one.plural is None else f"{one.text}\0{one.plural}"
    return (text if one.context is None else f"{one.context}\x04{text}").encode()


def read_compiled(given: bytes) -> Iterator[Message]:
    """The messages of a .mo file, without its header."""
    order = "<" if given[:4] == struct.pack("<I", MAGIC) else ">"
    _, _, count, names = struct.unpack_from(f"{order}4I", given)
    for number in range(count):
        length, at = struct.unpack_from(f"{order}2I", given, names + 8 * number)
        key = given[at : at + length].decode()
        if key:
            context, _, text = key.rpartition("\x04")
            one, _, many = text.partition("\0")
            yield Message(one, many or None, context or None)
