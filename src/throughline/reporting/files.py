"""The files of a report: one content, three formats. Each is written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from throughline.reporting.document import Report
from throughline.vocabulary.errors import Invalid, Sentence

HTML = "html"
ENDINGS: Mapping[str, str] = {".html": "html", ".htm": "html", ".docx": "docx", ".pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Format:
    """How a report becomes a file. `render` is asked for when it is needed: a typesetter takes a while to load."""

    name: str
    content_type: str
    render: Callable[[Report], bytes]


def _html(report: Report) -> bytes:
    from throughline.reporting.html import render_report

    return render_report(report).encode()


def _docx(report: Report) -> bytes:
    from throughline.reporting.word_file import render_docx

    return render_docx(report)


def _pdf(report: Report) -> bytes:
    from throughline.reporting.pdf import render_pdf

    return render_pdf(report)


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("html", "text/html; charset=utf-8", _html),
        Format("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
        Format("pdf", "application/pdf", _pdf),
    )
}


def format_of(path: Path, asked: str = "") -> str:
    """The format that is asked for, or the one that the file's name tells; a name without an ending is HTML.

    Raises Invalid where there is no such format, or where the name tells another one than was asked for.
    """
    known = ", ".join(FORMATS)
    if asked and asked not in FORMATS:
        raise Invalid(Sentence("There is no format %(name)s. There are: %(known)s.", name=asked, known=known))
    ending = path.suffix.lower()
    told = ENDINGS.get(ending, "")
    if asked and told and asked != told:
        raise Invalid(
            Sentence("%(path)s has the name of a file in %(told)s, and %(asked)s was asked for. Change one of them.",
                     path=path, told=told, asked=asked)
        )  # fmt: skip
    if not asked and not told and ending:
        raise Invalid(
            Sentence("%(path)s does not tell its format. End its name with .html, .docx or .pdf, or say --format.", path=path)
        )  # fmt: skip
    return asked or told or HTML


def write_report(report: Report, path: Path, form: str = "") -> Path:
    """Write the file whole or not at all; only who wrote it may read it until they pass it on."""
    content = FORMATS[form or format_of(path)].render(report)
    beside = path.with_name(f".{path.name}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return path
