"""A project leaves as a file, through the door for words: what is in it stands in the ledger before anybody has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from throughline.exchange.project.document import ProjectDocument
from throughline.exchange.project.dump import document_of
from throughline.exchange.refi.write import write_qdc, write_qde, write_qdpx
from throughline.records.inquiry.actions.projects import let_project_leave
from throughline.records.inquiry.models import Analysis
from throughline.records.study.actions import ReleaseDraft
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import ReleaseDoor

PROFILE = (
    "whole_texts"  # texts as the actor may read them: de-identified, or untouched for who holds the sources
)


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
    """The file's bytes, and how many of each kind are in it."""

    data: bytes
    users: int
    codes: int
    sources: int
    codings: int
    notes: int
    cases: int


def export_project(
    *, analysis: Analysis, form: ProjectFormat, recipient: str, by: Actor, at: datetime
) -> ProjectLeft:
    """What the actor may see of an analysis, as a file of REFI-QDA. Raises NotAllowed; Invalid without codes for a codebook."""
    check_may_release(by, analysis.programme_id, Permission.RELEASE_WORDS)
    dumped = document_of(analysis=analysis, by=by, at=at)
    document = dumped.document
    data = _WRITERS[form](document)
    is_book = form is ProjectFormat.QDC
    codings = 0 if is_book else dumped.codings
    draft = ReleaseDraft(
        door=ReleaseDoor.WORDS, what=f"{'codebook' if is_book else 'project'}: {analysis.name}"[:120],
        recipient=recipient, profile=PROFILE, content_hash=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    let_project_leave(analysis=analysis, draft=draft, codings=codings, by=by, at=at)
    if is_book:
        return ProjectLeft(data, 0, len(document.codes), 0, 0, 0, 0)
    return ProjectLeft(
        data, len(document.users), len(document.codes), len(document.sources), codings, len(document.notes),
        len(document.cases),
    )  # fmt: skip
