"""A QualCoder project -> `ProjectDocument` and the report on it. Pure: nothing is stored or asked outside.

The file is opened in a confined process. Every coding is laid on exactly the words that QualCoder keeps of it, or is listed as
not understood; offsets are code points, or UTF-16 units where they come from QualCoder's editor. Rows have no GUIDs there: ours
are derived from the project's date and the rows' numbers, so that the same coding has the same GUID in a later copy.
"""

from __future__ import annotations

from pathlib import PurePath

from throughline.exchange.project.document import Made, ProjectDocument
from throughline.exchange.project.report import Kind, Reading
from throughline.exchange.project.tables import Row, tables_of
from throughline.exchange.qualcoder.book import Book
from throughline.exchange.qualcoder.draft import Draft
from throughline.exchange.qualcoder.lying import LyingRows
from throughline.exchange.qualcoder.sources import Sources
from throughline.exchange.qualcoder.things import Values, add_journal, cases_of
from throughline.vocabulary.errors import Sentence

_NEEDED = ("project", "source", "code_name", "code_text")
_WANTED = (
    *_NEEDED, "code_cat", "code_image", "code_av", "annotation", "attribute_type", "attribute", "case_text", "cases", "journal",
    "graph=name", "stored_sql=title", "ris=risid",
)  # fmt: skip
_NOT_KEPT = {
    "graph": (Kind.GRAPH, "name", Sentence("maps and models are not kept; the codes in them are")),
    "stored_sql": (Kind.OTHER, "title", Sentence("stored queries of QualCoder are not kept")),
    "ris": (Kind.OTHER, "risid", Sentence("bibliographic references are not kept")),
}
_IN_USE = Sentence(
    "The file was copied while QualCoder had it open; its latest changes may be missing. Close QualCoder, copy it again."
)


def read_qualcoder(data: bytes, filename: str) -> Reading:
    """Read the data.qda of a QualCoder project.

    Raises Invalid with a sentence for what is no such file; everything less is in the report.
    """
    tables = tables_of(data, filename, wanted=_WANTED, needed=_NEEDED, program="QualCoder")
    heads = tables.of("project")
    head = heads[0] if heads else Row({})
    draft = Draft(head)
    book = Book(tables, draft)
    values = Values(tables, draft)
    sources = Sources(tables, draft, LyingRows(tables, draft, book.by_number), values)
    cases = cases_of(tables, sources.whole, sources.stretches, values, draft)
    values.refuse_rest()
    add_journal(tables, draft)
    for table, (kind, column, why) in _NOT_KEPT.items():
        for row in tables.of(table):
            draft.ledger.lose(kind, row.text(column), why)
    document = ProjectDocument(
        PurePath(filename).stem,
        head.text("about") or "QualCoder",
        head.text("memo"),
        Made(at=draft.when(head)),
        tuple(draft.users.values()),
        book.codes,
        tuple(values.variables.values()),
        cases,
        sources.all,
        tuple(draft.notes),
    )
    notes = [_IN_USE] if tables.has_log else []
    return Reading(document, draft.ledger.report(document, filename, "QualCoder", sources.offsets, *notes))
