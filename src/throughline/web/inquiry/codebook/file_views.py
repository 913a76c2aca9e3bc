"""The codebook as a file: taking it out, and bringing codes in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from throughline.exchange.codebook.document import CodebookFormat
from throughline.exchange.codebook.dump import export_codebook
from throughline.exchange.codebook.load import CodebookImport, load_codebook
from throughline.exchange.codebook.read import MAX_BYTES, read_codebook
from throughline.records.inquiry.models import Codebook
from throughline.records.inquiry.queries.codebooks import codebook_for
from throughline.rules.access import check_may_release, why_not
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence, ThroughlineError
from throughline.web.inquiry.around import around
from throughline.web.inquiry.codebook.views import address_of
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.uploads import held_in_memory

TYPES = {
    CodebookFormat.CSV: "text/csv; charset=utf-8",
    CodebookFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CodebookFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    CodebookFormat.QDC: "application/xml; charset=utf-8",
}
FORMATS = [
    (CodebookFormat.XLSX.value, _("Excel (XLSX)")),
    (CodebookFormat.DOCX.value, _("Word (DOCX), codes in use")),
    (CodebookFormat.CSV.value, _("CSV")),
    (
        CodebookFormat.QDC.value,
        _("REFI-QDA codebook (QDC), for NVivo, ATLAS.ti, MAXQDA and others; codes in use"),
    ),
]


class ExportForm(forms.Form):
    """In which format, and whether with the examples."""

    kind = forms.TypedChoiceField(
        label=_("Format"), choices=FORMATS, coerce=CodebookFormat, widget=forms.RadioSelect,
        initial=CodebookFormat.XLSX.value,
    )  # fmt: skip
    has_examples = forms.BooleanField(
        label=_("With the examples"), required=False,
        help_text=_(
            "An example can hold people's own words. Then the codebook leaves through the door for words, as a line of the"
            " ledger. Whether these people agreed to be quoted cannot be looked up here: make sure of it."
        ),
    )  # fmt: skip
    recipient = forms.CharField(label=_("Who gets it"), max_length=160, required=False)


class ImportForm(forms.Form):
    """A file with codes."""

    file = forms.FileField(
        label=_("File"), allow_empty_file=True,
        help_text=_("CSV or Excel with a row for each code, Word with a table of codes, or REFI-QDA (QDC, QDPX)."),
    )  # fmt: skip
    takes_words = forms.BooleanField(
        label=_("Codes that are here already get the words of the file"), required=False,
        help_text=_("What they were is kept. Left empty, they stay as they are."),
    )  # fmt: skip
    is_dry_run = forms.BooleanField(label=_("Only tell me what would change"), required=False, initial=True)


@require_http_methods(["GET", "POST"])
def codebook_export(request: PageRequest, codebook_id: UUID) -> HttpResponse:
    """Choose a format; posting answers with the file."""
    programme = require(request, P.SEE_SOURCES)
    book = codebook_for(request.actor, codebook_id)
    form = ExportForm(request.POST or None)
    why = why_not(check_may_release, request.actor, programme.id, door=P.RELEASE_WORDS)
    if why:
        del form.fields["has_examples"], form.fields["recipient"]
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _file(request, book, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    context = around(request, programme, "codebook", analysis=book.analysis)
    context |= {"book": book, "form": form, "why_not": why}
    return render(request, "inquiry/codebook/codebook_export.html", context, status=status)


def _file(request: PageRequest, book: Codebook, form: ExportForm) -> HttpResponse:
    kind: CodebookFormat = form.cleaned_data["kind"]
    content = export_codebook(
        codebook=book, kind=kind, has_examples=form.cleaned_data.get("has_examples", False),
        recipient=form.cleaned_data.get("recipient", ""), by=request.actor, at=now(),
    )  # fmt: skip
    name = slugify(f"{book.analysis.name}-{book.name}") or "codebook"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind.value}"'}
    return HttpResponse(content, content_type=TYPES[kind], headers=headers)


@held_in_memory
@require_http_methods(["GET", "POST"])
def codebook_import(request: PageRequest, codebook_id: UUID) -> HttpResponse:
    """Bring codes in: first, unless told otherwise, only saying what would change."""
    programme = require(request, P.MANAGE_CODEBOOK)
    book = codebook_for(request.actor, codebook_id)
    form = ImportForm(request.POST or None, request.FILES or None)
    done: CodebookImport | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = _taken(request, book, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                status = 200
                if not done.is_dry_run:
                    _tell(request, done)
                    return redirect(address_of(book))
    context: dict[str, Any] = around(request, programme, "codebook", analysis=book.analysis)
    context |= {"book": book, "form": form, "done": done}
    return render(request, "inquiry/codebook/codebook_import.html", context, status=status)


def _taken(request: PageRequest, book: Codebook, form: ImportForm) -> CodebookImport:
    file = form.cleaned_data["file"]
    document = read_codebook(file.read(MAX_BYTES + 1), file.name)
    return load_codebook(
        document=document, analysis=book.analysis, codebook=book, takes_words=form.cleaned_data["takes_words"],
        is_dry_run=form.cleaned_data["is_dry_run"], by=request.actor, at=now(),
    )  # fmt: skip


def _tell(request: PageRequest, done: CodebookImport) -> None:
    added = Sentence("%(count)s code was added.", "%(count)s codes were added.", count=len(done.added))
    messages.success(request, str(added))
    if done.changed:
        changed = Sentence(
            "%(count)s code was written anew.", "%(count)s codes were written anew.", count=len(done.changed)
        )
        messages.info(request, str(changed))
    if done.differing:
        differing = Sentence(
            "These codes are here with other words, and kept them: %(names)s.", names=tuple(done.differing)
        )
        messages.warning(request, str(differing))
    if done.unread:
        messages.warning(
            request, str(Sentence("Columns of the file that were not read: %(names)s.", names=done.unread))
        )
