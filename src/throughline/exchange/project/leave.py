"""A project leaves as a file, through the door for words: what is in it stands in the ledger before anybody has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from throughline.exchange.project.document import ProjectDocument
from throughline.exchange.project.dump import document_of
from throughline.exchange.project.named import names_left
from throughline.exchange.project.staying import staying
from throughline.exchange.refi.write import write_qdc, write_qde, write_qdpx
from throughline.records.inquiry.actions.projects import let_project_leave
from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries.projects import project_sources
from throughline.records.study.actions import ReleaseDraft
from throughline.rules.access import check_may_add_source, check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import ReleaseDoor

DEIDENTIFIED, UNTOUCHED = "whole_texts", "untouched_texts"  # profiles: which texts left


class ProjectFormat(StrEnum):
    """By the ending of the file: a project with its texts, its project file alone, or the codebook alone."""

    QDPX = "qdpx"
    QDE = "qde"
    QDC = "qdc"


_WRITERS: Mapping[ProjectFormat, Callable[[ProjectDocument], bytes]] = {
    ProjectFormat.QDPX: write_qdpx,
    ProjectFormat.QDE: write_qde,
    ProjectFormat.QDC: write_qdc,
}


@dataclass(frozen=True)
class ProjectLeft:
    """The file's bytes, how many of each kind are in it (memos hold cells, entries and decisions, too), and what stays."""

    data: bytes
    users: int
    codes: int
    sources: int
    codings: int
    notes: int
    cases: int
    themes: int = 0
    cells: int = 0
    entries: int = 0
    decisions: int = 0
    stays: tuple[Sentence, ...] = ()


def export_project(
    *,
    analysis: Analysis,
    form: ProjectFormat,
    recipient: str,
    is_untouched: bool = False,
    by: Actor,
    at: datetime,
) -> ProjectLeft:
    """What the actor may see of an analysis, as a file of REFI-QDA. Raises NotAllowed; Invalid without codes for a codebook.

    Texts leave de-identified, and nothing else holds a name that gave way to a label: Unready where it does, with counts by
    kind, unless who holds the sources says that all leaves untouched (`is_untouched`), as to another program of the same
    team. The ledger says which.
    """
    check_may_release(by, analysis.programme_id, Permission.RELEASE_WORDS)
    is_book = form is ProjectFormat.QDC
    _check_texts_may_leave(analysis, is_untouched, is_book, by)
    dumped = document_of(analysis=analysis, by=by, at=at)
    document = dumped.document
    named = None if is_untouched else names_left(document, is_book=is_book, analysis=analysis, by=by, at=at)
    if named is not None:
        raise Unready(named)
    data = _WRITERS[form](document)
    codings = 0 if is_book else dumped.codings
    draft = ReleaseDraft(
        door=ReleaseDoor.WORDS, what=f"{'codebook' if is_book else 'project'}: {analysis.name}"[:120],
        recipient=recipient, profile=UNTOUCHED if is_untouched else DEIDENTIFIED, content_hash=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    let_project_leave(analysis=analysis, draft=draft, codings=codings, by=by, at=at)
    if is_book:
        return ProjectLeft(data, 0, len(document.codes), 0, 0, 0, 0)
    return ProjectLeft(
        data, len(document.users), len(document.codes), len(document.sources), codings, len(document.notes),
        len(document.cases), dumped.themes, dumped.cells, dumped.entries, dumped.decisions, staying(by, analysis),
    )  # fmt: skip


def _check_texts_may_leave(analysis: Analysis, is_untouched: bool, is_book: bool, by: Actor) -> None:
    if is_untouched:
        check_may_add_source(by, analysis.programme_id)
    if is_untouched or is_book:  # a codebook has no texts
        return
    untouched = sum(not source.is_deidentified for source in project_sources(by, analysis))
    if untouched:
        raise Unready(
            Sentence(
                "%(count)s source still holds words that may name somebody. Take names out of it first, or say"
                " that texts leave untouched (on the command line: --untouched); the ledger keeps it.",
                "%(count)s sources still hold words that may name somebody. Take names out of them first, or say"
                " that texts leave untouched (on the command line: --untouched); the ledger keeps it.",
                count=untouched,
            )
        )
