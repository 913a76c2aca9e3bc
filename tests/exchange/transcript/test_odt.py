"""OpenDocument texts: every word that a page shows is kept, wherever it stands; what nobody said is not."""

from __future__ import annotations

import io
import zipfile

import pytest

from throughline.exchange.transcript.document import TranscriptDocument
from throughline.exchange.transcript.read import read_transcript

_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing", "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
    }.items()
)  # fmt: skip


def odt(body: str, styles: str = "") -> bytes:
    content = (
        f"<office:document-content {_SPACES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    return held.getvalue()


def read(body: str, styles: str = "") -> TranscriptDocument:
    return read_transcript(odt(body, styles), "a.odt")


def p(words: str) -> str:
    return f"<text:p>{words}</text:p>"


def row(*cells: str) -> str:
    held = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
    return f"<table:table-row>{held}</table:table-row>"


def test_words_of_tables_within_tables_and_beside_merged_cells_are_kept() -> None:
    inner = f"<table:table>{row(p('within'), p('it'))}</table:table>"
    merged = f'<table:table-cell table:number-columns-spanned="2">{p("wide")}</table:table-cell><table:covered-table-cell/>'
    table = f"<table:table><table:table-row>{merged}<table:table-cell>{p('beside')}</table:table-cell></table:table-row>{row(p('Ann'), inner)}</table:table>"
    assert read(table).text == "wide\tbeside\n\nAnn\twithin it"


def test_words_of_text_boxes_and_shapes_follow_their_paragraph() -> None:
    box = f"<draw:frame><draw:text-box>{p('in a box')}</draw:text-box><svg:title>a picture</svg:title></draw:frame>"
    shape = f"<draw:custom-shape>{p('on a shape')}</draw:custom-shape>"
    assert read(p(f"Before{box} and{shape} after.")).text == "Before and after.\n\nin a box\n\non a shape"


def test_fields_and_sections_are_words_and_deletions_comments_and_contents_are_none() -> None:
    body = (
        f"<text:tracked-changes>{p('deleted')}</text:tracked-changes>"
        f"<text:table-of-content>{p('Contents')}</text:table-of-content>"
        f"<text:section>{p('See <text:sequence-ref>Figure 1</text:sequence-ref>, <text:title>Visits</text:title>.')}</text:section>"
        + p(f"Kept<office:annotation>{p('by me')}</office:annotation> all<text:ruby><text:ruby-base>東</text:ruby-base><text:ruby-text>とう</text:ruby-text></text:ruby>.")
    )  # fmt: skip
    assert read(body).text == "See Figure 1, Visits.\n\nKept all東."


def test_blanks_are_those_that_the_document_counts() -> None:
    body = p(
        "\n   One<text:s text:c='3'/>two\n  three<text:tab/>four <text:span> five</text:span><text:line-break/> six"
    )
    assert read(body).text == "One   two three\tfour five\nsix"


def test_lists_and_footnotes_are_told() -> None:
    note = f"<text:note><text:note-citation>1</text:note-citation><text:note-body>{p('below')}</text:note-body></text:note>"
    document = read(f"<text:list><text:list-item>{p(f'One{note}')}</text:list-item></text:list>")
    assert document.text == "One[1]\n\n[1] below"
    assert len(document.notes) == 2


@pytest.mark.parametrize("where", ["span", "paragraph", "based on"])
def test_bold_names_are_speakers(where: str) -> None:
    bold = '<style:text-properties fo:font-weight="bold"/>'
    styles = {
        "span": f'<style:style style:name="B" style:family="text">{bold}</style:style>',
        "paragraph": f'<style:style style:name="B" style:family="paragraph">{bold}</style:style>',
        "based on": f'<style:style style:name="A" style:family="text">{bold}</style:style>'
        '<style:style style:name="B" style:family="text" style:parent-style-name="A"/>',
    }[where]
    said = []
    for name, words in [("Ann", "Why here?"), ("Bo", "It is warm."), ("Ann", "And then?"), ("Bo", "I stay.")]:
        if where == "paragraph":
            said.append(f'<text:p text:style-name="B">{name}</text:p>{p(words)}')
        else:
            said.append(p(f'<text:span text:style-name="B">{name}</text:span> {words}'))
    document = read("".join(said), styles)
    assert [turn.speaker for turn in document.turns] == ["Ann", "Bo", "Ann", "Bo"]
    assert document.spoken(document.turns[1]) == "It is warm."
