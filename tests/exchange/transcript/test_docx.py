"""Word documents: every word that a page shows is kept, wherever it stands; what nobody said is not."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.exchange.transcript.test_hostile import WORD, body, docx, paragraph
from throughline.exchange.transcript.document import TranscriptDocument
from throughline.exchange.transcript.read import read_transcript

_NOTES = f'<w:footnotes {WORD}><w:footnote w:type="separator" w:id="0">{paragraph("rule")}</w:footnote><w:footnote w:id="2">{paragraph("below")}</w:footnote></w:footnotes>'
_STYLES = f"""<w:styles {WORD}>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="A"><w:name w:val="Author"/></w:style>
<w:style w:type="character" w:styleId="S"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="character" w:styleId="N"><w:name w:val="Speaker"/><w:basedOn w:val="S"/></w:style>
<w:style w:type="paragraph" w:styleId="L"><w:name w:val="List"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
</w:styles>"""


def read(inner: str) -> TranscriptDocument:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", body(inner))
        archive.writestr("word/styles.xml", _STYLES)
        archive.writestr("word/footnotes.xml", _NOTES)
    return read_transcript(held.getvalue(), "a.docx")


def styled(style: str, words: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:tabs><w:tab w:pos="9"/></w:tabs></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>'


def run(inner: str) -> str:
    return f"<w:r>{inner}</w:r>"


def test_title_and_author_at_the_beginning_are_part_of_the_text() -> None:
    document = read(styled("T", "Visits") + styled("A", "A. Writer") + paragraph("We begin here."))
    assert document.text == "Visits\n\nA. Writer\n\nWe begin here."
    assert "Visits" not in [document.spoken(turn) for turn in document.turns]


def test_words_of_text_boxes_follow_their_paragraph_once() -> None:
    box = f"<w:txbxContent>{paragraph('in a box')}</w:txbxContent>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    assert (
        read(f"<w:p>{run('<w:t>Before</w:t>' + both)}{run('<w:t> after.</w:t>')}</w:p>").text
        == "Before after.\n\nin a box"
    )


def test_fields_notes_and_controls_are_words_and_deletions_are_none() -> None:
    reference = '<w:footnoteReference w:id="2"/>'
    signs = '<w:instrText>PAGE</w:instrText><w:noBreakHyphen/><w:sym w:char="2192"/>'
    inner = (
        f"<w:p>{run('<w:t>On </w:t>')}<w:fldSimple>{run('<w:t>2 May</w:t>')}</w:fldSimple>"
        f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{run('<w:t> we</w:t>')}</w:sdtContent></w:sdt>"
        f"<w:del>{run('<w:delText> never</w:delText>')}</w:del><w:ins>{run('<w:t> met</w:t>')}</w:ins>"
        f"{run(reference)}{run(signs)}</w:p>"
    )
    assert read(inner).text == "On 2 May we met[1]\u2011\u2192\n\n[1] below"


def test_tables_within_tables_and_lines_and_tabs_are_kept() -> None:
    inside = f"<w:tbl><w:tr><w:tc>{paragraph('within')}</w:tc></w:tr></w:tbl>"
    table = f"<w:tbl><w:tr><w:tc>{paragraph('Ann')}</w:tc><w:tc>{inside}{paragraph('after')}</w:tc></w:tr></w:tbl>"
    lines = f"<w:p>{run('<w:t>one</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t>')}</w:p>"
    assert read(table + lines).text == "Ann\twithin\n\nafter\n\none\ntwo\tthree"


def test_lists_are_told() -> None:
    (note,) = read(styled("L", "One")).notes
    assert str(note).startswith("Numbers and bullets")


@pytest.mark.parametrize("bold", ["<w:b/>", '<w:rStyle w:val="N"/>', '<w:rStyle w:val="S"/><w:b w:val="1"/>'])
def test_bold_names_are_speakers(bold: str) -> None:
    said = [
        ("Ann", "He asked: why?"),
        ("Bo", "At 10:30 it is warm."),
        ("Ann", "And then?"),
        ("Bo", "I stay."),
    ]
    inner = "".join(
        f"<w:p><w:pPr><w:rPr><w:b/></w:rPr></w:pPr>{run(f'<w:rPr>{bold}</w:rPr><w:t>{name}</w:t>')}{run(f'<w:t> {words}</w:t>')}</w:p>"
        for name, words in said
    )
    document = read(inner)
    assert [(turn.speaker, document.spoken(turn)) for turn in document.turns] == said


def test_names_before_tabs_are_speakers() -> None:
    said = [("Ann", "Why here?"), ("Bo", "It is warm."), ("Ann", "And then?"), ("Bo", "I stay.")]
    inner = "".join(
        f"<w:p>{run(f'<w:t>{name}</w:t><w:tab/><w:t>{words}</w:t>')}</w:p>" for name, words in said
    )
    document = read(inner)
    assert [(turn.speaker, document.spoken(turn)) for turn in document.turns] == said


def test_document_whose_xml_is_not_quite_sound_is_read_all_the_same() -> None:
    unsound = f"<w:p>{run('<w:rPr><w:i/ ></w:rPr><w:t>Still here.</w:t>')}</w:p>"
    assert read_transcript(docx(body(unsound)), "a.docx").text == "Still here."


def table(rows: list[list[str]]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def test_table_whose_header_says_who_speaks_is_read_in_any_order_of_columns() -> None:
    head = [paragraph(word) for word in ("", "Timespan", "Content", "Speaker", "Codes")]
    one = [paragraph(word) for word in ("1", "0:00.0 - 0:12.4", "So?", "Ann", "Begin")]
    two = [
        paragraph("2"),
        paragraph("0:12.4 - 0:30.1"),
        paragraph("Cold.") + paragraph("Wet."),
        paragraph("Bo"),
        "",
    ]
    document = read(table([head, one, two]))
    assert [(turn.speaker, turn.start_ms, turn.end_ms, document.spoken(turn)) for turn in document.turns] == [
        ("Ann", 0, 12_400, "So?"),
        ("Bo", 12_400, 30_100, "Cold."),
        ("Bo", None, None, "Wet."),
    ]
    assert "Codes" in str(document.notes[0])


def test_table_of_times_and_words_keeps_both_ends() -> None:
    rows = [["Timespan", "Content"], ["0:00.0 - 0:12.4", "So tell me."], ["0:12.4 - 0:30.1", "It was cold."]]
    document = read(table([[paragraph(cell) for cell in row] for row in rows]))
    assert [(turn.start_ms, turn.end_ms, document.spoken(turn)) for turn in document.turns] == [
        (0, 12_400, "So tell me."),
        (12_400, 30_100, "It was cold."),
    ]


def test_captions_in_a_document_are_captions() -> None:
    lines = (
        "0:0:3.9 --> 0:0:6.4",
        "Ann Low",
        "Yes.",
        "0:0:6.5 --> 0:0:8.4",
        "Bo",
        "No.",
        "0:0:9.5 --> 0:0:12",
        "Ann Low",
        "Why?",
    )
    document = read("".join(paragraph(line) for line in lines))
    assert [(turn.speaker, turn.start_ms, document.spoken(turn)) for turn in document.turns] == [
        ("Ann Low", 3_900, "Yes."),
        ("Bo", 6_500, "No."),
        ("Ann Low", 9_500, "Why?"),
    ]


def test_words_that_no_page_shows_are_left_out_and_told() -> None:
    hidden = run("<w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t>")
    document = read(f"<w:p>{run('<w:t>Seen.</w:t>')}{hidden}{run('<w:t> Too.</w:t>')}</w:p>")
    assert document.text == "Seen. Too."
    assert "hides" in str(document.notes[0])


def test_small_table_beside_a_transcript_leaves_its_speakers_to_it() -> None:
    small = table([[paragraph("Name"), paragraph("Text")], [paragraph("Study"), paragraph("Kits")]])
    said = ["Ann: Why?", "Bo: So.", "Ann: And?", "Bo: Yes."]
    document = read(small + "".join(map(paragraph, said)))
    assert [turn.speaker for turn in document.turns] == ["Ann", "Bo"] * 2
