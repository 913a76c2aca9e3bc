"""Files of strangers: told by their bytes, rid of where they were made; what is none of the kinds is refused, whatever it is called."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.attachment.made import (
    FRAME,
    KINDS,
    PDF,
    SCAN,
    SECRET,
    TABLES,
    chunk,
    jpeg,
    mp3,
    png,
    recording,
    riff,
    wave,
)
from throughline.exchange.attachment import read
from throughline.exchange.attachment.read import files_as_far_as_taken, files_of, read_file
from throughline.records.surveys.actions import MOST_EACH, MOST_FILES
from throughline.vocabulary.errors import Invalid


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_told_by_its_bytes_and_says_nothing_beside_what_it_shows(kind: str) -> None:
    found = read_file(KINDS[kind])
    assert found.media_type == kind
    assert SECRET[:8] not in found.data and SECRET[-8:] not in found.data and b"abc" not in found.data
    assert read_file(found.data) == found, "what is plain stays as it is"
    assert repr(found.data)[:20] not in repr(found)


def test_what_it_shows_is_left_as_it_was() -> None:
    turned = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    plain = b"\xff\xe0\x00\x10JFIF\0\x01\x02\0\0\x48\0\x48\0\0" + TABLES + FRAME + SCAN + b"\xff\xd9"
    assert read_file(jpeg()).data == b"\xff\xd8" + turned + plain
    for straight in (0, 1, 9):
        assert read_file(jpeg(straight)).data == b"\xff\xd8" + plain
    assert read_file(mp3()).data == b"\xff\xfb\x90\x64" + bytes(413)
    assert read_file(wave()).data == riff(b"WAVE", (b"fmt ", bytes(16)), (b"data", b"sound"))
    film = recording(b"vide", b"soun")
    kept = read_file(film).data
    # nothing moves: the tables of a film say where in the file its pictures lie
    assert len(kept) == len(film) and kept.index(b"pictures and sound") == film.index(b"pictures and sound")
    assert kept.count(b"tables") == 2 and b"\xcc" not in kept
    whole = bytes(200_000)
    pixels = chunk(b"IHDR", struct.pack(">IIBBBBB", 200, 1000, 8, 0, 0, 0, 0)) + chunk(
        b"IDAT", zlib.compress(whole)
    )
    still = read_file(b"\x89PNG\r\n\x1a\n" + pixels + chunk(b"acTL", bytes(8)) + chunk(b"IEND", b"")).data
    assert still == b"\x89PNG\r\n\x1a\n" + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "kind that is not taken"),
        (b"<script>alert(1)</script>", "kind that is not taken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind that is not taken"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "kind that is not taken"),
        (b"#!/bin/sh\nrm -r /", "kind that is not taken"),
        (b"PK\x03\x04" + bytes(200), "kind that is not taken"),
        (b"MZ" + bytes(200), "kind that is not taken"),
        (b"GIF89a" + bytes(200), "kind that is not taken"),
        (b"OggS" + bytes(200), "kind that is not taken"),
        (b"\x1aE\xdf\xa3" + bytes(200), "kind that is not taken"),  # WebM
        (b"\0\0\0\x18ftypheic" + bytes(200), "kind that is not taken"),
        (b"%PDF-1.7 <script>", "kind that is not taken"),
        (b"\xff\xfb" + b"<script>alert(1)</script>" * 9, "kind that is not taken"),
        (b"ID3\x04\0\0\0\0\0\x02ok<script>" + bytes(300), "kind that is not taken"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "cannot be read"),
        (b"\xff\xd8\xff\xd9", "cannot be read"),
        (b"\xff\xd8" + SCAN + b"\xff\xd9", "cannot be read"),
        (png()[:-60], "cannot be read"),
        (png().replace(b"IHDR", b"IHdr"), "cannot be read"),
        (riff(b"WEBP", (b"VP8X", b"\x02" + bytes(9)), (b"ANMF", SECRET)), "cannot be read"),
        (riff(b"WAVE", (b"LIST", SECRET)), "cannot be read"),
        (recording(b"vide", brand=b"heic"), "kind that is not taken"),
        (recording(), "cannot be read"),
        (recording(b"vide", b"meta"), "track beside sound and picture"),
        (recording(b"soun", b"camm"), "track beside sound and picture"),
        (b"ID3\x04\0\0\0\0\0\0" * 400_000, "kind that is not taken"),
        (b"\xff\xd8" + b"\xff" * 4_000_000, "cannot be read"),
        (b"\xff\xd8" + b"\xff\xfe\0\2" * 1_000_000 + jpeg()[2:], "cannot be read"),
        (png()[:33] + chunk(b"tEXt", b"") * 300_000 + png()[33:], "cannot be read"),
        (recording(b"vide") + b"\0\0\0\x08free" * 500_000, "cannot be read"),
        (riff(b"WAVE", *[(b"LIST", b"")] * 300_000, (b"fmt ", b""), (b"data", b"")), "cannot be read"),
        (png(60_000, 60_000), "more pixels"),
        (jpeg(frame=b"\xff\xc2\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00"), "more pixels"),
        (riff(b"WEBP", (b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(20))), "more pixels"),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_refused_and_not_repeated(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        read_file(data)
    assert "script" not in str(refused.value.sentence) and refused.value.__suppress_context__ is (
        sentence != "kind that is not taken"
    )


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    cut=st.integers(0, 700),
    at=st.integers(0, 700),
    byte=st.integers(0, 255),
)
def test_whatever_is_cut_or_changed_is_a_file_or_a_refusal(kind: str, cut: int, at: int, byte: int) -> None:
    data = bytearray(KINDS[kind])
    if at < len(data):
        data[at] = byte
    for given_ in (bytes(data), bytes(data[: -cut or None])):
        try:
            found = read_file(given_)
        except Invalid:
            continue
        # what cannot be told from the picture itself may hold anything; a plain file is never the larger one
        assert len(found.data) <= len(given_)


def test_files_are_those_that_the_form_names_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"photo": "1764.png", "visit[2]/paper": "1765.pdf"}
    sent = {"1764.png": png(), "1765.pdf": PDF}
    assert {key: one.media_type for key, one in files_of(named, sent).items()} == {
        "photo": "image/png", "visit[2]/paper": "application/pdf",
    }  # fmt: skip
    assert files_of({}, {}) == {}
    for wrong in (
        {"1764.png": png()}, sent | {"other.png": png()}, {"1764.png": png(), "../1765.pdf": PDF}, {}, {"1764.png": b"", "1765.pdf": PDF},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            files_of(named, wrong)
    # what cannot be chosen again: the rest is kept
    taken, refused = files_as_far_as_taken(named, sent | {"1764.png": b"<svg/>"})
    assert (set(taken), refused) == ({"visit[2]/paper"}, ["photo"])
    with pytest.raises(Invalid, match="not those that the form names"):
        files_of({"photo": "one.png", "other": "one.png"}, {"one.png": png()})
    with pytest.raises(Invalid, match="At most 20 files"):
        read.check_sizes([1] * (MOST_FILES + 1))
    with pytest.raises(Invalid, match="each may have 12 MB"):
        read.check_sizes([50 << 20])
    with pytest.raises(Invalid, match="too large together"):
        read.check_sizes([MOST_EACH] * 3)
