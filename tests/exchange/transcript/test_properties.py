"""Whatever the bytes: a document that holds together, or Invalid; never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.exchange.transcript.document import TranscriptDocument
from throughline.exchange.transcript.passages import passages
from throughline.exchange.transcript.read import read_transcript
from throughline.vocabulary.errors import Invalid

GOLDEN = Path(__file__).with_name("golden")
EXTENSIONS = ["txt", "md", "vtt", "srt", "docx", "odt", "rtf", "html", "pdf", "doc", "xlsx", "csv", "", "xyz"]
NAMES = st.sampled_from(
    [
        "Anna",
        "INT",
        "P1",
        "Dr. Lee",
        "王小明",
        "Note",
        "http",
        "Léa\u00a0",
        "**Bo**",
        "### Cy",
        "[00:01:02] Di",
    ]
)
LINES = st.one_of(
    st.builds(
        "{}{}{}".format,
        NAMES,
        st.sampled_from([":", "：", ": ", " (00:01:02): ", "\t", ""]),
        st.text(max_size=30),
    ),
    st.text(max_size=60),
    st.sampled_from(
        ["", "---", "(Pause)", "> aside", "# Head", "00:00:05", "#00:00:04-5#", "Q. Why?", "A. So."]
    ),
)
CUES = st.sampled_from(
    [
        "WEBVTT",
        "",
        "1",
        "00:00:01,000 --> 00:00:02,000",
        "00:01.000 --> 00:02.5",
        "a --> b",
        "<v Ann>hi",
        "NOTE x",
        "42",
        "x: y",
    ]
)


def check(document: TranscriptDocument) -> None:
    reached = 0
    for turn in document.turns:
        label = turn.start if turn.label_start is None else turn.label_start
        assert reached <= label <= turn.start < turn.end <= len(document.text)
        spoken = document.spoken(turn)
        assert spoken == spoken.strip()
        assert turn.speaker is None or turn.speaker.strip()
        reached = turn.end
    assert document.turns
    document.text.encode("utf-8")
    assert "\r" not in document.text
    assert "\0" not in document.text


def read_or_refuse(data: bytes, name: str) -> TranscriptDocument | None:
    try:
        document = read_transcript(data, name)
    except Invalid as refused:
        assert name in str(refused)
        return None
    check(document)
    return document


@pytest.mark.parametrize("extension", EXTENSIONS)
@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=400))
def test_arbitrary_bytes_are_read_or_refused(extension: str, data: bytes) -> None:
    read_or_refuse(data, f"a.{extension}")


@settings(max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=300),
    magic=st.sampled_from(
        [
            b"PK\x03\x04",
            b"%PDF-1.4\n",
            b"{\\rtf1 ",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"WEBVTT\n\n",
            b"\xff\xfe",
            b"<html>",
            b"\xef\xbb\xbf",
        ]
    ),
)
def test_arbitrary_bytes_behind_a_magic_number_are_read_or_refused(magic: bytes, data: bytes) -> None:
    read_or_refuse(magic + data, "a.docx")
    read_or_refuse(magic + data, "a")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(["colon.docx", "colon.odt", "court.pdf", "colon.rtf"]),
    seed=st.randoms(use_true_random=False),
)
def test_golden_files_with_bytes_changed_are_read_or_refused(name: str, seed: object) -> None:
    data = bytearray((GOLDEN / name).read_bytes())
    for _ in range(5):
        data[seed.randrange(len(data))] = seed.randrange(256)  # type: ignore[attr-defined]  # Hypothesis' Random
    read_or_refuse(bytes(data), name)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=30).map("\n".join))
def test_text_is_preserved_and_its_turns_hold_together(text: str) -> None:
    document = read_or_refuse(b"\xef\xbb\xbf" + text.encode("utf-8", "replace"), "a.txt")
    if document is not None and document.format == "text" and not document.notes:
        kept = text.encode("utf-8", "replace").decode()
        assert document.text.replace("\n", "") == "".join(
            char for char in kept if char not in "\r\n\x0b\x0c\x85\u2028\u2029"
        )


@settings(max_examples=200, deadline=None)
@given(st.lists(CUES, max_size=40).map("\n".join))
def test_arbitrary_captions_are_read_or_refused(text: str) -> None:
    read_or_refuse(text.encode(), "a.vtt")
    read_or_refuse(text.encode(), "a.srt")


@given(st.text(alphabet="ab .!?,。，\n\u0301👍", max_size=4_000))
def test_passages_hold_every_character_but_white_space(text: str) -> None:
    spans = list(passages(text, 0, len(text)))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(start < end for start, end in spans)
    assert all(end - start <= 900 for start, end in spans)
