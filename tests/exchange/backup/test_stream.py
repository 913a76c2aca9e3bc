"""The bytes of a backup: a round trip, and every way in which they can be damaged is found."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.exchange.backup.document import CHUNK, MAGIC, TAG, Head, Header, Part, Summary
from throughline.exchange.backup.read import Reader, read_header
from throughline.exchange.backup.write import Writer
from throughline.vocabulary.errors import Invalid

KEY = bytes(range(32))
SUMMARY = Summary(rows={"t": 3}, files=1, heads=(Head(chain="c", count=2, mac="ab"),))


def _header(**changes: object) -> Header:
    given = {
        "format": 1, "created_at": "2026-03-02T10:30:00+00:00", "made_by": "0.1.0", "engine": "sqlite",
        "key_version": 1, "keys": {1: "0123456789abcdef"}, "migrations": ("audit.0001_initial",), "salt": "5a" * 32,
    }  # fmt: skip
    return Header.model_validate(given | changes)


def _written(parts: list[tuple[str, bytes]], key: bytes = KEY) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, _header(), key)
    for name, content in parts:
        writer.begin(Part(kind="file", name=name))
        writer.data(content)
        writer.end()
    writer.finish(SUMMARY)
    return file.getvalue()


def _read(content: bytes, key: bytes = KEY) -> tuple[list[tuple[str, bytes]], Summary]:
    file = io.BytesIO(content)
    header, line = read_header(file)
    reader = Reader(file, header, line, key)
    parts = [(part.name, b"".join(reader.data())) for part in reader.parts()]
    return parts, reader.summary


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b/c", "d.parquet"]), st.binary(max_size=3000)), max_size=5))
def test_read_what_was_written_gives_it_back(parts: list[tuple[str, bytes]]) -> None:
    assert _read(_written(parts)) == (parts, SUMMARY)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 200, CHUNK, CHUNK + 1, 2 * CHUNK + 17])
def test_read_sizes_around_a_chunk(size: int) -> None:
    content = bytes(size % 251 for _ in range(1)) * size
    assert _read(_written([("f", content)]))[0] == [("f", content)]


def test_chunks_open_with_the_construction_that_is_documented() -> None:
    """An independent reader, written from document.py alone."""
    content = _written([("f", b"x" * (CHUNK + 5))])
    line_end = content.index(b"\n", len(MAGIC)) + 1
    line = content[len(MAGIC) : line_end]
    info = b"throughline/backup/1/" + sha256(line).digest()
    key = HKDF(SHA256(), 32, salt=b"\x5a" * 32, info=info).derive(KEY)
    first = content[line_end : line_end + CHUNK + TAG]
    last = content[line_end + CHUNK + TAG :]
    plain = AESGCM(key).decrypt(bytes(11) + b"\0", first, None)
    plain += AESGCM(key).decrypt((1).to_bytes(11, "big") + b"\1", last, None)
    assert plain.count(b"x") >= CHUNK + 5
    assert plain.endswith(SUMMARY.model_dump_json().encode())


def test_read_any_flipped_byte_is_found() -> None:
    content = _written([("f", b"some content that matters " * 20)])
    for place in range(0, len(content), 1):
        damaged = bytearray(content)
        damaged[place] ^= 0x01
        with pytest.raises(Invalid):
            _read(bytes(damaged))


@pytest.mark.parametrize("part", ["magic", "header", "first chunk", "tag", "last chunk"])
def test_read_flipped_byte_of_a_large_file_is_found(part: str) -> None:
    content = bytearray(_written([("f", b"y" * (2 * CHUNK))]))
    start = content.index(b"\n", len(MAGIC)) + 1
    places = {
        "magic": 3, "header": len(MAGIC) + 30, "first chunk": start + 1000, "tag": start + CHUNK + TAG - 1,
        "last chunk": len(content) - TAG - 3,
    }  # fmt: skip
    content[places[part]] ^= 0x80
    with pytest.raises(Invalid):
        _read(bytes(content))


@pytest.mark.parametrize("left", [0, 5, 19, 40, 400, CHUNK, CHUNK + 600, 2 * CHUNK + 100])
def test_read_cut_short_is_found(left: int) -> None:
    content = _written([("f", b"z" * (2 * CHUNK))])
    with pytest.raises(Invalid):
        _read(content[:left])


def test_read_cut_at_a_chunks_end_is_found() -> None:
    content = _written([("f", b"z" * (2 * CHUNK))])
    start = content.index(b"\n", len(MAGIC)) + 1
    for chunks in (1, 2):
        with pytest.raises(Invalid):
            _read(content[: start + chunks * (CHUNK + TAG)])


def test_read_chunks_exchanged_or_repeated_is_found() -> None:
    content = _written([("f", b"z" * (3 * CHUNK))])
    start, size = content.index(b"\n", len(MAGIC)) + 1, CHUNK + TAG
    head, first, second, rest = (
        content[:start],
        content[start : start + size],
        content[start + size : start + 2 * size],
        content[start + 2 * size :],
    )
    for altered in (head + second + first + rest, head + first + first + rest, head + first + rest):
        with pytest.raises(Invalid):
            _read(altered)


def test_read_with_bytes_added_is_found() -> None:
    with pytest.raises(Invalid):
        _read(_written([("f", b"abc")]) + b"\0")


def test_read_unfinished_is_found() -> None:
    file = io.BytesIO()
    writer = Writer(file, _header(), KEY)
    writer.begin(Part(kind="file", name="f"))
    writer.data(b"z" * (2 * CHUNK))
    with pytest.raises(Invalid):
        _read(file.getvalue())


def test_read_with_another_key_is_refused() -> None:
    with pytest.raises(Invalid):
        _read(_written([("f", b"abc")]), bytes(32))


def test_read_later_format_says_to_upgrade() -> None:
    file = io.BytesIO()
    Writer(file, _header(format=2, made_by="9.9.0"), KEY).finish(SUMMARY)
    with pytest.raises(Invalid, match=r"9\.9\.0.*Upgrade"):
        _read(file.getvalue())


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "", "a\0b", "a\\b"])
def test_part_name_that_leads_out_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Part(kind="file", name=name)


def test_file_holds_neither_key_nor_content() -> None:
    content = _written([("secret-name", b"secret content " * 100)])
    assert KEY not in content
    assert b"secret" not in content
