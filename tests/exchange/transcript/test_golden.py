"""Golden files, one for each format and each way to write a speaker; all people and places are made up."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from throughline.exchange.transcript.document import TranscriptDocument, TranscriptFormat, Turn
from throughline.exchange.transcript.read import read_transcript

GOLDEN = Path(__file__).with_name("golden")

VISIT = [
    ("Interviewer", "“Where” do you keep the kits -- all of them?"),
    ("Nurse Ade", "In the blue box: always... The 'big' one.[1]\n\nI count them on Mondays."),
    ("Interviewer", "Thank you."),
]
BOX = [
    ("Interviewer", "Who counts the kits?"),
    ("Ade", "I do. On Mondays."),
    ("Interviewer", "And the rest?"),
    ("Ade", "Nobody."),
]

TURNS: dict[str, list[tuple[str | None, str]]] = {
    "colon.txt": [
        (
            "Interviewer",
            "Thanks for coming in. Could you tell me how the week looks? Note: there is no wrong answer.",
        ),
        (
            "P7",
            "Mondays are the van. I wrote it down at https://example.org/rota: the van leaves at 9:15.\n"
            "We meet people where they are.",
        ),
        ("P7", "Sorry. One thing: kits run out by Thursday."),
        ("Interviewer", "And then?\n\nNote: the participant looked at the shelf."),
        ("P7", "Then we call the other site (laughs) and wait."),
    ],
    "bold.md": [
        ("Facilitator", "Welcome, everyone. *Really*."),
        ("Dee", "Hello.\n\nI have been a peer worker for two years."),
        ("Facilitator", "Who carries a kit?"),
        ("Dee", "I do: always. See **the list**: it is on the wall."),
        ("Sam O'Hara", "Same here."),
        ("Facilitator", "Thank you."),
    ],
    "heading.md": [
        ("林小雨", "我們先介紹一下：外展車每週三出門。"),
        ("陳安", "有多少人來？"),
        ("林小雨", "大約二十位。\n\n第二段也是她說的。"),
        ("主持人", "謝謝。"),
    ],
    "chinese.txt": [
        ("王小明", "你好，今天談一談。"),
        ("李華", "好的。他說：這很重要。"),
        ("王小明", "謝謝。"),
        ("李華", "不客氣。"),
    ],
    "question.txt": [
        ("MR REED", "I call the next witness."),
        ("Q", "Would you say your name?"),
        ("A", "Ada Stone. A. as in Ada."),
        ("Q", "And your work?"),
        ("A", "I run the\noutreach van."),
        ("MS LOW", "No further questions."),
        ("THE CHAIR", "Thank you."),
        ("MR REED", "Thank you."),
    ],
    "tab.txt": [
        ("INT", "So tell me about the drop-in."),
        ("P1", "It opens at noon."),
        ("P2", "Later on Fridays."),
        ("INT", "Why later?"),
        ("P1", "The nurse."),
    ],
    "bracket.txt": [
        ("w1", "I like the group. It helps."),
        ("w2", "The room is cold."),
        ("w1", "It is, in winter."),
        ("w2", "And the door sticks."),
    ],
    "french_cp1252.txt": [
        ("Enquêtrice", "Bonjour «\u00a0tout le monde\u00a0». Vous avez hésité\u00a0?"),
        ("Léa", "Oui\u00a0: longtemps."),
        ("Enquêtrice", "Et après\u00a0?"),
        ("Léa", "J’ai appelé l’œil du quartier…"),
    ],
    "french_narrow.txt": [
        ("Enquêtrice", "Et le lieu\u202f?"),
        ("Léa", "Près du port."),
        ("Enquêtrice", "Merci."),
        ("Léa", "De rien."),
    ],
    "utf16_cr.txt": [("Mina", "Så kom vi hit."), ("Ola", "Ja, tidigt."), ("Mina", "Bra."), ("Ola", "Tack.")],
    "notes.txt": [
        (None, "Observation 4 03/05/2024"),
        (None, "T1"),
        (None, "Queue outside before opening"),
        (None, "Two people ask for the nurse"),
        (None, "T2"),
        (None, "Kit shown, not explained"),
        (None, "Time: about four minutes"),
        (None, "Result: taken along"),
    ],
    "colon.docx": VISIT,
    "colon.odt": VISIT,
    "colon.html": VISIT,
    "colon.rtf": [
        VISIT[0],
        ("Nurse Ade", "In the blue box: always... The 'big' one.\n\n• I count them on Mondays."),
        VISIT[2],
    ],
    "headings.docx": BOX,
    "bold.docx": BOX,
    "court.pdf": [
        ("MR REED", "I call Ada Stone."),
        ("MS STONE", "Good morning."),
        (
            "MR REED",
            "Would you tell the panel where the outreach van stood in the winter of that year, and who had a"
            " well-known part in moving it?",
        ),
        (
            "MS STONE",
            "It stood behind the library until the 24 December. After that we moved it, for the street was closed:"
            " water in the cellar. We had 12 kits left.",
        ),
        ("MR REED", "Thank you."),
        ("THE CHAIR", "I have one question only. Who decided?"),
        ("MS STONE", "We all did."),
    ],
    "plain.pdf": [
        ("Interviewer", "Where do you keep the kits, and who counts them at the end of the week?"),
        (
            "Ade",
            "In the blue box. I count them on Mondays together with whoever is there at that time of the day.",
        ),
        ("Interviewer", "And then?"),
        ("Ade", "Then we close."),
    ],
}

TIMED: dict[str, list[tuple[str | None, int | None, int | None, str]]] = {
    "stamp_before.txt": [
        ("Rosa", 5_000, None, "I started in the kitchen."),
        ("Interviewer", 19_000, None, "How did people find you?"),
        ("Rosa", 62_000, None, "Through the night shelter. It took a while."),
        ("Interviewer", 3_600_000, None, "Thank you."),
    ],
    "stamp_after.txt": [
        ("Speaker 1", 3_000, None, "So this is the second visit."),
        ("Speaker 2", 11_000, None, "It is. Last time we had no kits."),
        ("Speaker 1", 3_602_000, None, "And today?"),
        ("Speaker 2", 3_609_000, None, "Forty."),
    ],
    "stamp_colon.txt": [
        ("Nina", 5_000, None, "Where do you keep the van?"),
        ("Otto", 9_000, None, "Behind the library."),
        ("Nina", 12_000, None, "All year?"),
        ("Otto", 14_000, None, "All year."),
    ],
    "stamp_end.txt": [
        ("I", None, 4_500, "Wie hat das angefangen?"),
        ("B", None, 9_000, "Mit einem Anruf."),
        ("I", None, 11_200, "Und dann?"),
        ("B", None, 20_000, "Dann kamen alle: sogar die Polizei."),
    ],
    "table.docx": [
        ("INT", 5_000, None, "Where do you keep them?"),
        ("N1", 9_000, None, "In the blue box."),
        ("INT", 15_000, None, "All?"),
        ("N1", 17_000, None, "All: always."),
    ],
    "voices.vtt": [
        ("Rosa Lind", 1_000, 5_000, "We had forty kits & now none."),
        ("Interviewer", 5_200, 6_000, "How many?"),
        ("Rosa Lind", 66_200, 67_000, "42"),
    ],
    "plain.srt": [
        (None, 1_000, 4_000, "WE BEGIN AT THE CAFÉ ON HARBOUR STREET."),
        (None, 9_000, 11_000, "THEN WE WALK. IT TAKES AN HOUR."),
    ],
    "named.srt": [
        ("NINA", 1_000, 2_500, "Where do you keep the van?"),
        ("OTTO", 2_600, 6_000, "Behind the library, all year."),
        ("NINA", 6_100, 8_000, "Thank you."),
        ("OTTO", 8_100, 9_000, "Any time: really."),
    ],
}

FORMATS = {
    ".txt": TranscriptFormat.TEXT,
    ".md": TranscriptFormat.MARKDOWN,
    ".vtt": TranscriptFormat.WEBVTT,
    ".srt": TranscriptFormat.SRT,
    ".docx": TranscriptFormat.DOCX,
    ".odt": TranscriptFormat.ODT,
    ".rtf": TranscriptFormat.RTF,
    ".html": TranscriptFormat.HTML,
    ".pdf": TranscriptFormat.PDF,
}


def read(name: str) -> TranscriptDocument:
    return read_transcript((GOLDEN / name).read_bytes(), name)


@pytest.mark.parametrize("name", TURNS)
def test_read_finds_speakers_and_words(name: str) -> None:
    document = read(name)
    assert [(turn.speaker, document.spoken(turn)) for turn in document.turns] == TURNS[name]


@pytest.mark.parametrize("name", TIMED)
def test_read_keeps_times_where_the_file_has_them(name: str) -> None:
    document = read(name)
    found = [(turn.speaker, turn.start_ms, turn.end_ms, document.spoken(turn)) for turn in document.turns]
    assert found == TIMED[name]


def test_every_golden_file_is_tested() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(TURNS) | set(TIMED)


@pytest.mark.parametrize("name", sorted({**TURNS, **TIMED}))
def test_read_says_format_and_hashes_the_untouched_bytes(name: str) -> None:
    document = read(name)
    assert document.format is FORMATS[Path(name).suffix]
    assert document.sha256 == hashlib.sha256((GOLDEN / name).read_bytes()).hexdigest()
    assert document.filename == name


def test_read_changes_nothing_but_line_ends_in_plain_text() -> None:
    for path in (*GOLDEN.glob("*.md"), *GOLDEN.glob("*.txt")):
        encoding = {"french_cp1252.txt": "cp1252", "utf16_cr.txt": "utf-16"}.get(path.name, "utf-8")
        expected = path.read_bytes().decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        assert read(path.name).text == expected, path.name


def test_label_stays_in_the_text_before_its_turn() -> None:
    document = read("bold.md")
    first = document.turns[0]
    assert first.label_start is not None
    assert document.text[first.label_start : first.start] == "**Facilitator**: "


def test_speakers_are_named_once_in_order_of_speaking() -> None:
    assert read("question.txt").speakers == ("MR REED", "Q", "A", "MS LOW", "THE CHAIR")


def test_guessed_encoding_is_told() -> None:
    document = read("french_cp1252.txt")
    assert document.encoding == "cp1252"
    assert "which is a guess" in str(document.notes[0])


def test_footnotes_stand_at_the_end_outside_the_turns() -> None:
    document = read("colon.docx")
    assert document.text.endswith("[1] The box stands behind the door.")
    assert document.turns[-1].end < document.text.index("[1] The box")
    assert any("Footnotes" in str(note) for note in document.notes)


def test_line_numbers_and_page_furniture_are_gone_and_told() -> None:
    document = read("court.pdf")
    assert "HARBOUR INQUIRY" not in document.text
    assert "Stone Reporting" not in document.text
    assert [str(note) for note in document.notes] == [
        "Line numbers were taken out of the text.",
        "Lines of page headers and footers taken out of the text: 4.",
    ]


@pytest.mark.parametrize(
    "turns",
    [
        (Turn(None, 0, 3), Turn(None, 2, 4)),
        (Turn(None, 0, 9),),
        (Turn(None, 2, 2),),
        (Turn("A", 1, 3, label_start=2),),
    ],
)
def test_document_refuses_turns_that_overlap_or_leave_the_text(turns: tuple[Turn, ...]) -> None:
    with pytest.raises(ValueError, match="overlaps another or lies outside"):
        TranscriptDocument("a.txt", TranscriptFormat.TEXT, "", "utf-8", "abcde", turns)


def test_captions_of_tables_and_pictures_are_words() -> None:
    page = (
        b"<html><table><caption>Who came</caption><tr><td>Ann</td><td>Bo</td></tr></table>"
        b"<figure><img src='a.png'><figcaption>The van</figcaption></figure></html>"
    )
    assert read_transcript(page, "a.html").text == "Who came\n\nAnn\tBo\n\nThe van"
