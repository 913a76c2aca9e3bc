"""The codebook as a file: taking it out, and bringing codes in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import StrictBool, StringConstraints

from throughline.api.files import TAKES_FILE, file_given, file_sent, gives_file
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, In, Line, Out, answers
from throughline.exchange.codebook.document import CodebookFormat
from throughline.exchange.codebook.dump import export_codebook
from throughline.exchange.codebook.load import load_codebook
from throughline.exchange.codebook.read import read_codebook
from throughline.records.inquiry.queries.codebooks import codebook_for
from throughline.rules.access import check_may_manage_codebook

router = Router(tags=["codebooks"])
TYPES = {
    CodebookFormat.CSV: "text/csv; charset=utf-8",
    CodebookFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CodebookFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    CodebookFormat.QDC: "application/xml; charset=utf-8",
}


class CodebookFileIn(In):
    """With its examples, which can hold people's words, a codebook leaves through the door for words, to a recipient."""

    form: CodebookFormat = CodebookFormat.XLSX
    has_examples: StrictBool = False
    recipient: Annotated[Line, StringConstraints(max_length=160)] = ""


class CodebookTaken(Out):
    """Codes by name. `differing` are there with other words, and kept them."""

    added: list[str]
    changed: list[str]
    differing: list[str]
    same: list[str]
    is_dry_run: bool


@router.post(
    "/codebooks/{codebook_id}/file", response=FILE, operation_id="export_codebook",
    openapi_extra=gives_file(*TYPES.values()),
)  # fmt: skip
def leave(request: HttpRequest, codebook_id: UUID, wanted: CodebookFileIn) -> HttpResponse:
    """The codebook as a file. 409 where a code holds a name that gives way to a label in texts."""
    actor = acting(request)
    content = export_codebook(
        codebook=codebook_for(actor, codebook_id), kind=wanted.form, has_examples=wanted.has_examples,
        recipient=wanted.recipient, by=actor, at=now(),
    )  # fmt: skip
    return file_given(content, TYPES[wanted.form], f"codebook.{wanted.form.value}")


@router.post(
    "/codebooks/{codebook_id}/codes/file", response=answers(CodebookTaken), operation_id="import_codebook",
    openapi_extra=TAKES_FILE,
)  # fmt: skip
def take(
    request: HttpRequest,
    codebook_id: UUID,
    form: CodebookFormat,
    takes_words: bool = False,
    dry_run: bool = False,
) -> CodebookTaken:
    """Bring codes in from a file: CSV, Excel, Word with a table of codes, or REFI-QDA; its bytes are the body.

    `takes_words`: codes that are here already get the words of the file. A dry run keeps nothing.
    """
    actor = acting(request)
    book = codebook_for(actor, codebook_id)
    check_may_manage_codebook(actor, book.programme_id)
    done = load_codebook(
        document=read_codebook(file_sent(request), f"codebook.{form.value}"), analysis=book.analysis, codebook=book,
        takes_words=takes_words, is_dry_run=dry_run, by=actor, at=now(),
    )  # fmt: skip
    return CodebookTaken.model_validate(done)
