"""Printed pages: what is joined, what parts, and what is taken out."""

from __future__ import annotations

import pytest

from tests.exchange.transcript.pdf_pages import numbered_page, pdf_of
from throughline.exchange.transcript.layout import PdfLine, paragraphs_of
from throughline.exchange.transcript.read import read_transcript


def page(*lines: str) -> list[PdfLine]:
    return [PdfLine(text, 72.0, 72.0 + 14 * at) for at, text in enumerate(lines)]


def test_word_parted_at_a_lines_end_is_whole_again() -> None:
    lines = page(
        "The co-ordination of the response in the winter was in-",
        "formation that we all had, though the co-",
        "ordination came late and information was scarce all along",
    )
    assert paragraphs_of([lines])[0] == [
        "The co-ordination of the response in the winter was information that we all had, though the co-ordination"
        " came late and information was scarce all along"
    ]


@pytest.mark.parametrize("hyphen", ["-", "\u00ad"])
def test_hyphen_at_the_end_of_a_numbered_line_lets_no_number_into_the_sentence(hyphen: str) -> None:
    said = [
        "MS LOW: We were asked about co-",
        "ordination, and about the",
        "van.",
        "",
        "MR REED: Yes.",
        "",
        "MS LOW: No.",
        "",
        "MR REED: Why?",
    ]
    data = pdf_of([numbered_page("HEARING 1", [line.replace("co-", f"co{hyphen}") for line in said])])
    document = read_transcript(data, "a.pdf")
    assert document.spoken(document.turns[0]) in {
        "We were asked about co-ordination, and about the van.",
        "We were asked about coordination, and about the van.",
    }


def test_line_numbers_drawn_as_a_column_of_their_own_are_taken_out() -> None:
    said = [
        f"MS LOW: Line {word} of the page."
        for word in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    ]
    column = page(*(str(number) for number in range(1, 10)))
    assert paragraphs_of([[*column, *page(*said)]])[0] == said


def test_numbered_list_on_an_ordinary_page_keeps_its_numbers() -> None:
    lines = page(
        "What we need for the van:",
        "1 kits",
        "2 water",
        "3 blankets",
        "And somebody who drives, on every evening of the week,",
        "from the harbour to the library and back.",
    )
    assert "1 kits" in " ".join(paragraphs_of([lines, lines[4:]])[0])


def test_gap_and_indentation_begin_paragraphs() -> None:
    lines = [
        PdfLine("The first paragraph runs over two lines of the same", 72, 72),
        PdfLine("length and is followed by an indented one that is long", 72, 86),
        PdfLine("Here it begins and goes on until the end of the", 90, 100),
        PdfLine("line and then there is a gap before another one here", 72, 114),
        PdfLine("Which is the last of the three paragraphs on this page", 72, 142),
    ]
    assert [words.split()[0] for words in paragraphs_of([lines])[0]] == ["The", "Here", "Which"]


def test_sentence_runs_on_over_a_page_break() -> None:
    first = page("It was the winter in which the van stood behind the old")
    second = page("library, and nobody moved it until the street was open.")
    assert len(paragraphs_of([first, second])[0]) == 1


@pytest.mark.parametrize("names", [("I:", "Mary:"), ("INT", "MARY")])
def test_names_that_hang_out_of_the_text_are_speakers_and_part_no_sentence(names: tuple[str, str]) -> None:
    said = [
        ("How did you come to the centre in the", "first place?"),
        ("By bus in the cold winter of that year and", "back."),
    ]
    page = []
    for at, (first, second) in enumerate(said * 2):
        top = 80.0 + 28 * at
        page += [(72.0, top, names[at % 2]), (120.0, top, first), (120.0, top + 14, second)]
    document = read_transcript(pdf_of([page]), "a.pdf")
    expected = [(names[at % 2].rstrip(":"), " ".join(words)) for at, words in enumerate(said * 2)]
    assert [(turn.speaker, document.spoken(turn)) for turn in document.turns] == expected


@pytest.mark.parametrize("written", ["{}", "{}  1:0{}"])
def test_names_above_their_words_are_speakers_also_where_they_begin_a_page(written: str) -> None:
    said = [
        ("Rosa Low", "We went there on the van in the first week"),
        ("Bo", "and then it never came back that winter"),
    ] * 6
    lines = [
        (written.format(name, at % 10), f"{words} ({at}),", "which was hard.")
        for at, (name, words) in enumerate(said)
    ]
    pages = []
    for first in range(0, 12, 3):
        drawn = [line for three in lines[first : first + 3] for line in three]
        page = [(72.0, 40.0, "Interview 7")] + [(72.0, 80.0 + 15 * at, line) for at, line in enumerate(drawn)]
        pages.append([*page, (300.0, 760.0, f"Page {first // 3 + 1}")])
    document = read_transcript(pdf_of(pages), "a.pdf")
    assert [turn.speaker for turn in document.turns] == [name for name, _ in said]
    assert "Interview 7" not in document.text
