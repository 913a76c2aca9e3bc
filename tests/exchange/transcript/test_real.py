"""Real transcripts beside the project: turns as counted by hand, every word of captions, hostile files within limits."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pypdfium2
import pysubs2
import pytest

from tests.exchange.transcript.measured import measured, within_limits
from throughline.exchange.transcript.document import TranscriptDocument
from throughline.exchange.transcript.read import read_transcript

pytestmark = pytest.mark.realdata

HOSTILE = {
    "pdfminer_aes-256.pdf": "protected by a password",
    "poi_ExternalEntityInText.docx": "declares entities",
    "poi_bug53475-password-is-pass.docx": "protected by a password",
    "poi_clusterfuzz-testcase-minimized-POIXWPFFuzzer-4791943399604224.docx": "damaged or cut off",
    "poi_clusterfuzz-testcase-minimized-POIXWPFFuzzer-5166796835258368.docx": "damaged or cut off",
    "poi_truncated62886.docx": "damaged or cut off",
    "webvtt_invalid_format3.srt": "holds no caption",
}
HOSTILE_BUT_READABLE = {
    "pdfminer_issue-1113-evil-xobjects.pdf": ["Hello world"],
    "pdfminer_issue-449-vertical.pdf": ["Test", "Vertical", "Layout"],
    "pdfminer_zen_of_python_corrupted.pdf": [
        "Beautiful is better than ugly.",
        "unless you’re Dutch.",
        "honking great",
    ],
    "webvtt_invalid.vtt": [f"Caption text #{n}" for n in range(1, 8)],
    "webvtt_invalid_timeframe.vtt": [f"Caption text #{n}" for n in range(1, 8)],
    "webvtt_invalid_timeframe_in_cue_text.vtt": ["Caption text #1 Caption text #2 Caption text #3"],
    "webvtt_missing_caption_text.srt": [f"Caption text #{n}" for n in (1, 3, 4, 5)],
}


def read(folder: Path, name: str) -> TranscriptDocument:
    return read_transcript((folder / "transcripts" / name).read_bytes(), name)


@pytest.mark.parametrize(
    ("name", "turns", "speakers"),
    [
        ("en_interview_2022-01-13.md", 360, 2),
        ("fr_radio_interview_2016-01-27.md", 112, 4),
        ("fr_radio_interview_2016-01-27.docx", 112, 4),
        ("zh_anti_drug_education_foundation_2019-01-03.md", 121, 3),
        ("zh_focus_group_2015-11-10.md", 34, 11),
        ("zh_long_workshop_2018-01-23.md", 736, 55),
        ("uk_covid_inquiry_2023-11-28.txt", 984, 15),
        ("uk_covid_inquiry_2023-11-29.txt", 1128, 23),
        ("uk_covid_inquiry_2024-01-29.txt", 925, 8),
        ("qualcoder_example_transcript.txt", 7, 3),
    ],
)
def test_read_finds_every_turn(shared_data: Path, name: str, turns: int, speakers: int) -> None:
    document = read(shared_data, name)
    assert (len(document.turns), len(document.speakers)) == (turns, speakers)
    assert None not in {turn.speaker for turn in document.turns}


def test_word_document_says_the_same_as_its_markdown(shared_data: Path) -> None:
    one, other = (read(shared_data, f"fr_radio_interview_2016-01-27.{suffix}") for suffix in ("md", "docx"))
    assert [(turn.speaker, one.spoken(turn).split()) for turn in one.turns] == [
        (turn.speaker, other.spoken(turn).split()) for turn in other.turns
    ]


@pytest.mark.parametrize(
    "name", ["ca_leg_senate-20190424_Health_high.txt", "ca_leg_senate-20220322_Public_Safety.txt"]
)
def test_hearing_in_one_line_is_readable(shared_data: Path, name: str) -> None:
    document = read(shared_data, name)
    assert len(document.text) == len((shared_data / "transcripts" / name).read_text("utf-8"))
    lengths = sorted(turn.end - turn.start for turn in document.turns)
    assert 350 <= lengths[len(lengths) // 2] <= 600
    assert lengths[-1] <= 900
    spoken = "".join(document.spoken(turn) for turn in document.turns)
    assert "".join(spoken.split()) == "".join(document.text.split())


@pytest.mark.parametrize(
    ("name", "cues", "encoding"),
    [
        ("ca_leg_assembly-20180206_Bus.vtt", 6125, "utf-8"),
        ("ca_leg_assembly-20200211_Selectcmte_Infectious_Diseases.vtt", 5334, "utf-8-sig"),
        ("ca_leg_senate-20190424_Health_high.vtt", 18390, "utf-8-sig"),
        ("ca_leg_senate-20210323_Safety.vtt", 4498, "utf-8-sig"),
        ("ca_leg_senate-20220322_Public_Safety.vtt", 5646, "utf-8-sig"),
        ("ca_leg_senate-20210310_Health.srt", 6784, "cp1252"),
    ],
)
def test_captions_keep_every_word_and_time(shared_data: Path, name: str, cues: int, encoding: str) -> None:
    document = read(shared_data, name)
    source = (shared_data / "transcripts" / name).read_bytes().decode(encoding).replace("\r\n", "\n")
    assert source.count("-->") == cues
    assert document.encoding == encoding
    words = re.sub(r"(?m)^(?:WEBVTT.*|Region: .*|\d+|.*-->.*)$", "", source)
    words = re.sub(r"</?[a-z][^<>]*>", "", html.unescape(re.sub(r"</?[a-z][^<>]*>", "", words)))
    clean = re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "\ufffd", words)
    assert document.text.split() == clean.split()
    subs = pysubs2.SSAFile.from_string(source.replace(".1000", ".999"), format_=Path(name).suffix[1:])
    starts, ends = {event.start for event in subs}, {event.end for event in subs}
    timed = [turn for turn in document.turns if turn.start_ms is not None and turn.start_ms % 1000]
    assert {turn.start_ms for turn in timed} <= starts
    assert {turn.end_ms for turn in document.turns if turn.end_ms and turn.end_ms % 1000} <= ends
    assert all(turn.end - turn.start <= 900 for turn in document.turns)


@pytest.mark.parametrize("participant", ["P16_GMT20211215", "P3_GMT20211125", "P5_GMT20211125"])
def test_think_aloud_interview_labels_the_moderator_alone(shared_data: Path, participant: str) -> None:
    document = read(shared_data, f"serdif_{participant}.odt")
    assert document.speakers == ("MODERATOR",)
    moderated = [turn for turn in document.turns if turn.speaker]
    assert len(moderated) == document.text.count("MODERATOR: ")
    assert all("\n" not in document.spoken(turn) for turn in moderated)


@pytest.mark.parametrize("participant", ["P10", "P12", "P14"])
def test_observation_notes_are_plain_lines(shared_data: Path, participant: str) -> None:
    document = read(shared_data, f"serdif_observation_{participant}_Notes.txt")
    assert document.speakers == ()
    assert [document.spoken(turn) for turn in document.turns] == [
        line.strip() for line in document.text.split("\n") if line.strip()
    ]


def test_text_without_speakers_has_none(shared_data: Path) -> None:
    assert read(shared_data, "qcoder_CoC_Example3.txt").speakers == ()
    assert read(shared_data, "qualcoder_example_ID1.docx").speakers == ()


def test_line_numbered_hearing_has_neither_numbers_nor_headers(shared_data: Path) -> None:
    document = read(shared_data, "uk_covid_inquiry_2024-05-02_line_numbered.pdf")
    assert "UK COVID-19 INQUIRY 2 May 2024" not in document.text
    assert all(speaker.isupper() for speaker in document.speakers)
    opening = [(turn.speaker, document.spoken(turn)) for turn in document.turns[:5]]
    assert opening[0] == ("LADY HALLETT", "Mr Scott.")
    assert opening[1] == ("MR SCOTT", "Good morning, my Lady. May we call Christopher Stewart.")
    assert opening[4][1].endswith(
        "statement dated 4 February 2024, and that's up on screen. I take it you're familiar with that --"
    )
    lone = re.findall(r"(?m)^\d{1,2}$", document.text)
    assert lone == []


def test_line_numbered_hearing_keeps_every_word_but_furniture(shared_data: Path) -> None:
    name = "uk_covid_inquiry_2024-05-02_line_numbered.pdf"
    expected: list[str] = []
    pdf = pypdfium2.PdfDocument(shared_data / "transcripts" / name)
    for page in pdf:
        _, *lines = page.get_textpage().get_text_range().replace("\ufffe", "-\n").splitlines()
        expected.extend(re.sub(r"^\s*\d{1,2}(?=\s|$)", "", line) for line in lines)
    pdf.close()
    assert "".join(read(shared_data, name).text.split()) == "".join("".join(expected).split())


@pytest.mark.parametrize("name", [*HOSTILE, *HOSTILE_BUT_READABLE])
def test_hostile_file_is_refused_or_read_within_limits(shared_data: Path, name: str) -> None:
    answer = within_limits(shared_data / "hostile" / name)
    if name in HOSTILE:
        assert HOSTILE[name] in answer["refused"]
        # the file, what is wrong with it, how to mend it
        told = rf"{re.escape(name)} \S.+[.] (?:Copy|Export|If|Open|Print) .+[.]"
        assert re.fullmatch(told, answer["refused"]), answer["refused"]
    else:
        assert all(words in answer["text"].replace("\n\n", " ") for words in HOSTILE_BUT_READABLE[name])


def test_hostile_spreadsheets_are_refused_as_such(shared_data: Path) -> None:
    sheets = sorted((shared_data / "hostile").glob("*.xlsx"))
    assert sheets
    for sheet in sheets:
        assert "this is a spreadsheet" in measured(sheet)["refused"]


def test_every_hostile_transcript_is_tested(shared_data: Path) -> None:
    found = {
        path.name
        for path in (shared_data / "hostile").iterdir()
        if path.suffix in {".docx", ".pdf", ".vtt", ".srt"}
    }
    assert found == set(HOSTILE) | set(HOSTILE_BUT_READABLE)


@pytest.mark.parametrize(
    "name",
    [
        "ca_leg_senate-20190424_Health_high.vtt",
        "uk_covid_inquiry_2024-05-02_line_numbered.pdf",
        "uk_covid_inquiry_2023-11-29.txt",
    ],
)
def test_long_hearing_is_read_within_limits(shared_data: Path, name: str) -> None:
    assert within_limits(shared_data / "transcripts" / name)["turns"] > 1
