"""One content in three formats: the same words, read as words alone, in files that are the same each time."""

from __future__ import annotations

import io
import re
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import typst
from docx import Document
from docx.table import Table
from lxml import etree
from pypdfium2 import raw

from tests.reporting.made import AT, composed, material
from tests.reporting.read_back import rendered, text_of
from throughline.reporting import pdf, word_file
from throughline.reporting.build import compose
from throughline.reporting.document import FigureBlock, Quote, Report
from throughline.reporting.files import FORMATS, format_of, write_report
from throughline.reporting.settled import REPLACED, told
from throughline.vocabulary.errors import Invalid

MARKUP = (
    '#read("/etc/passwd") #import "@preview/x:0.1.0" #link("https://evil.example")[here] $x^2$ *no* _no_ `no` \\ <at> @at'
    " <script>alert(1)</script> &amp; {{ x }} {% now %} %(x)s =cmd|' /C calc'!A0 HYPERLINK \"https://evil.example\" ]]> // --"
)
NO_FONT = "日本 \N{GRINNING FACE}"


def _report(*, words: str = MARKUP + " " + NO_FONT) -> Report:
    """The world's report, whose theme, study and quote hold what a format might take for its own."""
    made = material()
    quote = Quote(words + " \x00\x07\x1b\ud800\ufffe end", (MARKUP,), 'e"vil-#', False)
    joint = tuple(
        {**row, "themes": [{**one, "theme": {**one["theme"], "name": MARKUP}} for one in row["themes"]]}
        for row in made.joint
    )
    made = replace(
        made,
        quotes={1: (quote,)},
        joint=joint,
        design=replace(made.design, study=MARKUP, programme=MARKUP),
    )
    return compose(made, at=AT, language='"#evil')


def _figures(report: Report) -> list[FigureBlock]:
    return [one for section in report.sections for one in section.blocks if isinstance(one, FigureBlock)]


def _links(content: bytes) -> Iterator[str]:
    """Addresses that a PDF leads to outside itself."""
    file = pypdfium2.PdfDocument(content)
    for number in range(len(file)):
        page = file[number]
        for annotation in range(raw.FPDFPage_GetAnnotCount(page)):
            link = raw.FPDFAnnot_GetLink(raw.FPDFPage_GetAnnot(page, annotation))
            if link and (action := raw.FPDFLink_GetAction(link)):
                kind = raw.FPDFAction_GetType(action)
                if kind != raw.PDFACTION_GOTO:
                    yield str(kind)
    file.close()


def test_words_are_content_and_never_markup_in_each_format() -> None:
    report = _report()
    files = {form: rendered(report, form) for form in ("docx", "pdf")}
    for form, content in files.items():
        text = text_of(content, form)
        # Title, programme, theme, quote and who speaks, wherever their lines break.
        assert "".join(text.split()).count("".join(MARKUP.split())) >= 5, form
        assert f"{REPLACED * 5} end" in text, form
        assert "root:" not in text
    assert NO_FONT in text_of(files["docx"], "docx")
    told_by_pdf = text_of(files["pdf"], "pdf")
    assert f"-- {pdf.NO_GLYPH} {pdf.NO_GLYPH}" in told_by_pdf
    assert f"none of the fonts of this file: {pdf.NO_GLYPH}" in told_by_pdf
    assert list(_links(files["pdf"])) == []
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))
            if name.endswith(".rels"):
                assert b"External" not in parts.read(name), name
        body = parts.read("word/document.xml")
        assert not re.search(rb"<w:(?:fldSimple|instrText|altChunk|object)|r:link", body)


def test_a_table_of_word_breaks_no_word_that_has_room_and_ends_with_the_page() -> None:
    document = Document()
    section = document.sections[0]
    page = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    texts = [
        ["Arm", "Of", "Counted"],
        ["intervention, implementation", "of contacts at which a need was told", "7,028"],
    ]
    arm, of, counted = word_file._widths(document, texts)
    assert abs(arm + of + counted - page) < 10
    assert arm > len("implementation") * word_file.CHARACTER and of > counted
    # more words than any page holds: every column has something, and together they are as wide as the page
    narrow = word_file._widths(document, [["x" * 90] * 9])
    assert min(narrow) > 0 and abs(sum(narrow) - page) < 20


def test_the_typesetter_reads_nothing_but_what_it_is_given(tmp_path: Path) -> None:
    source = pdf.TEMPLATE.read_text(encoding="utf-8")
    code = "\n".join(line for line in source.splitlines() if not line.startswith("//"))
    assert not re.search(r"#?\b(?:import|include|read|eval|plugin|csv|yaml|toml|xml|bibliography)\b", code)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for place in (str(secret), "/etc/hostname", "../../../../etc/hostname"):
        with pytest.raises(typst.TypstError):
            pdf.typeset(f'#read("{place}")'.encode(), {})


def test_no_character_breaks_a_document() -> None:
    element = etree.Element("t")
    element.text = told(
        "".join(map(chr, (*range(0x500), *range(0xD7F0, 0xE010), *range(0xFDC0, 0x10010), 0x10FFFF)))
    )
    assert element.text.count(REPLACED) > 2048 + 60
    every = list(map(chr, range(sys.maxunicode + 1)))
    assert told("".join(every)) == "".join(one if _is_writable(one) else REPLACED for one in every)


def _is_writable(one: str) -> bool:
    point, kind = ord(one), unicodedata.category(one)
    is_character = point & 0xFFFE != 0xFFFE and not 0xFDD0 <= point <= 0xFDEF
    return one in "\n\t" or (kind not in ("Cc", "Cs") and is_character)


@pytest.mark.parametrize(
    "text",
    ["", "seen", " seen  at ", "two\nlines", "a\ttab", "\n", "caf\N{LATIN SMALL LETTER E WITH ACUTE}\xa0"],
)
def test_text_goes_into_a_run_as_python_docx_puts_it_there(text: str) -> None:
    paragraph = Document().add_paragraph()
    own, theirs = word_file._run(paragraph, text), paragraph.add_run(text)
    assert etree.tostring(own._r) == etree.tostring(theirs._r)


def test_the_same_report_gives_the_same_bytes_with_structure_for_who_listens(tmp_path: Path) -> None:
    report = composed()
    for form in FORMATS:
        path = write_report(report, tmp_path / f"report.{form}")
        assert path.read_bytes() == rendered(report, form), form
    document = Document(str(tmp_path / "report.docx"))
    headings = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
    assert headings == [str(section.heading) for section in report.sections]
    captions = [one.text for one in document.paragraphs if one.style and one.style.name == "Caption"]
    tables = [one for one in document.iter_inner_content() if isinstance(one, Table)]
    assert len(captions) == len(tables) + len(_figures(report)) and len(tables) > 5
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in tables)
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [f"{one.title}. {one.description}" for one in _figures(report)]
    file = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    assert raw.FPDFCatalog_IsTagged(file) and file.get_metadata_value("Title") == report.title
    assert [one.get_title() for one in file.get_toc() if one.level == 0] == headings
    file.close()
    assert b"pdfuaid" in (tmp_path / "report.pdf").read_bytes()


def test_the_format_is_what_is_asked_for_or_what_the_name_tells() -> None:
    assert [format_of(Path(name)) for name in ("a", "a.HTML", "a.htm", "a.docx", "a.pdf")] == [
        "html", "html", "html", "docx", "pdf",
    ]  # fmt: skip
    assert format_of(Path("a"), "pdf") == format_of(Path("a.draft"), "pdf") == "pdf"
    for path, asked in (("a.txt", ""), ("a.pdf", "docx"), ("a", "odt")):
        with pytest.raises(Invalid):
            format_of(Path(path), asked)
