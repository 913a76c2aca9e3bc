"""The report as a Word document: real headings, captions, tables with heads that repeat, figures with alternative text.

Text goes in as runs of characters: nothing in it is a field, a link or a relation to another file. No clock is in the file.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import UTC
from typing import Any

from docx import Document
from docx.document import Document as Written
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from throughline.reporting.document import Kind, Report
from throughline.reporting.pdf import drawn, figures_of
from throughline.reporting.settled import Settled, settled
from throughline.reporting.words_files import without_clock

WIDE = 7  # columns above which a table has a page of its own, lying
FIGURE_WIDTH = Pt(400)
DRAWING = 2  # figures at a time
CHARACTER, PADDING = (
    Pt(4.8),
    Pt(13),
)  # of a table's letters, on average, and of what lies beside them in a cell
_BREAK = re.compile(r"[\t\r\n]")
LINE = 48  # characters: a longer text is broken into lines
MUTED = RGBColor(0x4B, 0x5A, 0x62)
SHADE = "D0D9DB"
BULLET, CAPTION, GRID = "ListBullet", "Caption", "TableGrid"


def render_docx(report: Report) -> bytes:
    """The whole file; the same report gives the same bytes."""
    content = settled(report)
    document = Document()
    _properties(document, content, report)
    _front(document, content)
    with ThreadPoolExecutor(DRAWING) as pool:  # the typesetter leaves the interpreter to us while it draws
        for figure in figures_of(content):
            figure["picture"] = pool.submit(drawn, figure["svg"])
        for number, section in enumerate(content["sections"]):
            _bookmark(_heading(document, section["heading"], 1), number, section["anchor"])
            for block in section["blocks"]:
                _BLOCKS[block["kind"]](document, block)
    _note(document, content["footer"])
    _page_numbers(document)
    sink = io.BytesIO()
    document.save(sink)
    return without_clock(sink)


def _properties(document: Written, content: Settled, report: Report) -> None:
    made = report.made_at.astimezone(UTC).replace(microsecond=0)
    properties = document.core_properties
    properties.title, properties.author = content["title"][:255], content["programme"][:255]
    properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = made.replace(tzinfo=None)
    properties.language = content["language"]
    for style in ("Heading 1", "Heading 2", "Heading 3", "Title"):
        document.styles[style].font.color.rgb = RGBColor(0x14, 0x21, 0x2A)
    document.styles["Caption"].font.color.rgb = RGBColor(0x14, 0x21, 0x2A)
    document.styles["Normal"].font.size = Pt(10)
    _set(_child(document.styles["Normal"].element.get_or_add_rPr(), "w:lang"), "w:val", content["language"])


def _front(document: Written, content: Settled) -> None:
    _run(document.add_paragraph(), content["programme"])
    _styled(document, "Title", content["title"])
    if content["fiction"]:
        paragraph = document.add_paragraph()
        _run(paragraph, content["fiction"][0]).bold = True
        _run(paragraph, f" {content['fiction'][1]}")
    _facts(document, {"rows": content["facts"]})
    _run(document.add_paragraph(), content["contents"]).bold = True
    for section in content["sections"]:
        link_to(_styled(document, BULLET), section["anchor"], section["heading"])


def _paragraph(document: Written, block: Settled) -> None:
    if block["style"] == "heading":
        _heading(document, block["text"], 2)
    elif block["style"] == "note":
        _note(document, block["text"])
    else:
        _run(document.add_paragraph(), block["text"])


def _styled(document: Written, style: str, text: str = "") -> Paragraph:
    """A paragraph in one of the template's styles, by its id: asked for by name, a style is looked for among all each time."""
    paragraph = document.add_paragraph()
    _set(_child(paragraph._p.get_or_add_pPr(), "w:pStyle"), "w:val", style)
    if text:
        _run(paragraph, text)
    return paragraph


def _run(paragraph: Paragraph, text: str) -> Run:
    """A run of text at the end of a paragraph."""
    run = paragraph.add_run()
    _put(run._r, text)
    return run


def _put(run: Any, text: str) -> None:
    """Text into a run that has none. What is neither tab nor end of a line goes in as it is: python-docx puts in letter by letter."""
    if _BREAK.search(text):
        run.text = text
    elif text:
        run.append(_text(OxmlElement("w:t"), text))


def _text(element: Any, text: str) -> Any:
    element.text = text
    if text.strip() != text:
        element.set(qn("xml:space"), "preserve")
    return element


def _heading(document: Written, text: str, level: int) -> Paragraph:
    return _styled(document, f"Heading{level}", text)


def _note(document: Written, text: str) -> None:
    run = _run(document.add_paragraph(), text)
    run.font.size, run.font.color.rgb = Pt(8.5), MUTED


def _bullets(document: Written, block: Settled) -> None:
    lead = document.add_paragraph()
    _run(lead, block["lead"]).bold = True
    lead.paragraph_format.keep_with_next = True
    for text in block["items"]:
        _styled(document, BULLET, text)


def _facts(document: Written, block: Settled) -> None:
    for label, value in block["rows"]:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        _run(paragraph, f"{label}: ").bold = True
        _run(paragraph, value)


def _table(document: Written, block: Settled) -> None:
    is_wide = len(block["heads"]) > WIDE
    if is_wide:
        _turn(document, WD_ORIENT.LANDSCAPE)
    texts = [
        [head["text"] for head in block["heads"]],
        *([one["text"] for one in row] for row in block["rows"]),
    ]
    table = _captioned(document, block, block["heads"], texts)
    _fill(table, block["rows"])
    for text in block["notes"]:
        _note(document, text)
    if is_wide:
        _turn(document, WD_ORIENT.PORTRAIT)


def _captioned(
    document: Written, block: Settled, heads: list[Settled], texts: Sequence[Sequence[str]]
) -> Table:
    """A table with its caption and a head that repeats on each page, wide enough for texts, and no rows yet."""
    caption = _styled(document, CAPTION, block["caption"])
    caption.paragraph_format.keep_with_next = True
    table: Table = document.add_table(rows=1, cols=len(heads))
    style = OxmlElement("w:tblStyle")
    _set(style, "w:val", GRID)
    table._tbl.tblPr.insert(0, style)
    _set(_child(table._tbl.tblPr, "w:tblCaption"), "w:val", block["caption"])
    table.autofit = False
    for column, cell, width in zip(
        table._tbl.tblGrid.gridCol_lst, table.rows[0].cells, _widths(document, texts), strict=True
    ):
        column.w = cell.width = width  # rows that are added take it from the column
    _set(_child(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader"), "w:val", "true")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        run = _run(_only(cell, is_right=head["is_number"]), head["text"])
        run.bold, run.font.size = True, Pt(8)
    return table


def _widths(document: Written, texts: Sequence[Sequence[str]]) -> list[Length]:
    """Of each column: room for its longest word, and what is left of the page by how much there is to read in it."""
    section = document.sections[-1]
    page = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    columns = list(zip(*texts, strict=True))
    least = [
        PADDING + CHARACTER * max(len(word) for text in column for word in (text.split() or [""]))
        for column in columns
    ]
    most = [PADDING + CHARACTER * min(LINE, max(map(len, column))) for column in columns]
    wanted = [max(wide - narrow, 1) for narrow, wide in zip(least, most, strict=True)]
    left = max(page - sum(least), 0)
    widths = [narrow + left * wish / sum(wanted) for narrow, wish in zip(least, wanted, strict=True)]
    return [Length(int(width * page / sum(widths))) for width in widths]


def _fill(table: Table, rows: Sequence[Sequence[Settled]]) -> None:
    """Rows of text. A cell of each look is made once for each column and copied: to make it takes five times as long."""
    empty = _row(table)
    bare = empty[0]._tc.getparent()
    table._tbl.remove(bare)
    for cell in empty:
        bare.remove(cell._tc)
    looks: dict[tuple[int, Kind], Any] = {}
    for row in rows:
        added = deepcopy(bare)
        for place, (cell, one) in enumerate(zip(empty, row, strict=True)):
            look = place, Kind(one["kind"])
            if look not in looks:
                looks[look] = deepcopy(cell._tc)
                _cell(_Cell(looks[look], table), {"text": "", "kind": look[1]})
            copied = deepcopy(looks[look])
            _put(copied[-1][-1], one["text"])  # the run of its paragraph
            added.append(copied)
        table._tbl.append(added)


def _row(table: Table) -> tuple[_Cell, ...]:
    """The cells of a new row, which stays on one page."""
    growing: Any = table
    added = growing.add_row()
    _set(_child(added._tr.get_or_add_trPr(), "w:cantSplit"), "w:val", "true")
    return tuple(added.cells)


def _cell(cell: _Cell, one: Settled) -> None:
    kind = Kind(one["kind"])
    run = _run(_only(cell, is_right=kind in (Kind.NUMBER, Kind.SUPPRESSED)), one["text"])
    run.font.size = Pt(8)
    run.italic = kind in (Kind.NOTHING, Kind.SUPPRESSED) or None
    if kind is Kind.SUPPRESSED:
        shade = _child(cell._tc.get_or_add_tcPr(), "w:shd")
        _set(shade, "w:val", "clear")
        _set(shade, "w:fill", SHADE)


def _only(cell: _Cell, *, is_right: bool) -> Paragraph:
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if is_right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def _figure(document: Written, block: Settled) -> None:
    shape = document.add_picture(io.BytesIO(block["picture"].result()), width=FIGURE_WIDTH)
    described = shape._inline.docPr
    described.set("name", block["name"])
    described.set("descr", f"{block['title']}. {block['description']}")
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _styled(document, CAPTION, block["title"])
    for text in block["notes"]:
        _note(document, text)


def _joint(document: Written, block: Settled) -> None:
    _heading(document, block["name"], 2)
    for name, texts in (block["numbers"], block["said"]):
        _heading(document, name, 3)
        for text in texts:
            _styled(document, BULLET, text)
    if block["judgement"]:
        _run(document.add_paragraph(), block["judgement"]).bold = True
    _heading(document, block["in_words"], 3)
    for quote in block["quotes"]:
        run = _run(_styled(document, "Quote"), quote["text"])
        _set(_child(run._r.get_or_add_rPr(), "w:lang"), "w:val", quote["language"])
        _note(document, quote["who"])
    for text in (block["no_quote"], *block["earlier"]):
        if text:
            _note(document, text)


def _checklist(document: Written, block: Settled) -> None:
    heads = [{"text": name, "is_number": False} for name in block["columns"]]
    texts = [block["columns"], *([row["number"], row["topic"], "x" * LINE] for row in block["rows"])]
    table = _captioned(document, block, heads, texts)
    for row in block["rows"]:
        number, topic, where = _row(table)
        _cell(number, {"text": row["number"], "kind": Kind.TEXT})
        _cell(topic, {"text": row["topic"], "kind": Kind.TEXT})
        if not row["told"]:
            _cell(where, {"text": row["rest"], "kind": Kind.NOTHING})
            continue
        _cell(where, {"text": f"{row['lead']}: ", "kind": Kind.TEXT})
        for place, one in enumerate(row["told"]):
            if place:
                _run(where.paragraphs[0], "; ").font.size = Pt(8)
            link_to(where.paragraphs[0], one["anchor"], one["heading"], size=Pt(8))
        if row["rest"]:
            _run(where.paragraphs[0], f". {row['rest']}").font.size = Pt(8)


_BLOCKS = {
    "paragraph": _paragraph,
    "bullets": _bullets,
    "facts": _facts,
    "table": _table,
    "figure": _figure,
    "joint": _joint,
    "checklist": _checklist,
}


def _turn(document: Written, orientation: WD_ORIENT) -> None:
    """What follows stands on a new page, upright or lying."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    short, long = sorted((section.page_width or 0, section.page_height or 0))
    section.orientation = orientation
    is_lying = orientation == WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (long, short) if is_lying else (short, long)


def link_to(paragraph: Paragraph, anchor: str, text: str, *, size: Pt | None = None) -> None:
    """A link to a section of this document."""
    link = OxmlElement("w:hyperlink")
    _set(link, "w:anchor", _place(anchor))
    run = _run(paragraph, text)
    run.font.underline, run.font.size = True, size
    link.append(run._r)
    paragraph._p.append(link)


def _bookmark(paragraph: Paragraph, number: int, anchor: str) -> None:
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(tag)
        _set(mark, "w:id", str(number))
        if tag == "w:bookmarkStart":
            _set(mark, "w:name", _place(anchor))
        paragraph._p.append(mark)


def _place(anchor: str) -> str:
    return f"section_{anchor.replace('-', '_')}"


def _page_numbers(document: Written) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    _set(field, "w:instr", "PAGE")
    field.append(OxmlElement("w:r"))
    paragraph._p.append(field)


def _child(parent: Any, tag: str) -> Any:
    found = parent.find(qn(tag))
    if found is None:
        found = OxmlElement(tag)
        parent.append(found)
    return found


def _set(element: Any, name: str, value: str) -> None:
    element.set(qn(name), value)
