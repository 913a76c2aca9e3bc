"""Memos on an analysis, its sources, codes and themes: found, read and written."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import StringConstraints

from throughline.api.inquiry.shapes import Written
from throughline.api.session import acting, now
from throughline.api.shapes import In, Limit, Line, Offset, Out, Place, Version, answers
from throughline.records.inquiry.actions import rewrite_memo, write_memo
from throughline.records.inquiry.models import Analysis, Memo
from throughline.records.inquiry.queries import analysis_for, code_for, coding_for, source_for, theme_for
from throughline.records.inquiry.queries.familiarisation import (
    memo_for,
    memos_about,
    memos_found,
    revisions_of,
)
from throughline.records.inquiry.queries.workspace import beside_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.study import MemoKind

router = Router(tags=["memos"])
Title = Annotated[Line, StringConstraints(max_length=160, strip_whitespace=True)]
About = Literal["analysis", "source", "code", "coding", "theme"]


class MemoOut(Out):
    """`version` counts how often its writer wrote it anew."""

    id: UUID
    title: str
    text: str
    version: int
    written_at: datetime
    written_by: str


class MemoIn(In):
    title: Title = ""
    text: Written


@router.get("/codes/{code_id}/memos", response=answers(list[MemoOut]), operation_id="code_memos")
def on_code(request: HttpRequest, code_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[Memo]:
    """What was written on a code, the newest first."""
    actor = acting(request)
    return memos_about(actor, code_for(actor, code_id), start=offset, most=limit)


@router.post("/codes/{code_id}/memos", response=answers(MemoOut, 201), operation_id="write_code_memo")
def write_on_code(request: HttpRequest, code_id: UUID, memo: MemoIn) -> Status[Any]:
    """Keep a thought beside a code."""
    actor = acting(request)
    code = code_for(actor, code_id)
    given: dict[str, Any] = {"analysis": code.codebook.analysis, "about": code, "by": actor, "at": now()}
    return Status(201, write_memo(title=memo.title, text=memo.text, **given))


@router.get("/themes/{theme_id}/memos", response=answers(list[MemoOut]), operation_id="theme_memos")
def on_theme(request: HttpRequest, theme_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[Memo]:
    """What was written on a theme, the newest first."""
    actor = acting(request)
    return memos_about(actor, theme_for(actor, theme_id), start=offset, most=limit)


@router.post("/themes/{theme_id}/memos", response=answers(MemoOut, 201), operation_id="write_theme_memo")
def write_on_theme(request: HttpRequest, theme_id: UUID, memo: MemoIn) -> Status[Any]:
    """Keep a thought beside a theme."""
    actor = acting(request)
    theme = theme_for(actor, theme_id)
    given: dict[str, Any] = {"analysis": theme.analysis, "about": theme, "by": actor, "at": now()}
    return Status(201, write_memo(title=memo.title, text=memo.text, **given))


class MemoFoundOut(MemoOut):
    """Beside what it stands: at most one of these, with `start` and `end` where it is a passage of the source."""

    kind: MemoKind
    source_id: UUID | None
    coding_id: UUID | None
    code_id: UUID | None
    theme_id: UUID | None
    start: int | None
    end: int | None


class MemoWasOut(Out):
    version: int
    title: str
    text: str
    written_at: datetime


class MemoWithPast(MemoFoundOut):
    earlier: list[MemoWasOut]


class MemoAnewIn(MemoIn):
    base_version: Version


class MemosSoughtIn(In):
    """Words come in the body: addresses hold none. The rest narrows as for all memos."""

    words: Annotated[Line, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    kind: MemoKind | None = None
    about: About | None = None
    analyst: UUID | None = None
    limit: Limit = 100
    offset: Offset = 0


class BesideIn(MemoIn):
    """Beside a coding of the source, a passage of it (`start`, `end`), or the whole of it.

    A note is written while one becomes familiar; another reading is a colleague's, beside a coding.
    """

    kind: MemoKind = MemoKind.MEMO
    coding_id: UUID | None = None
    start: Place | None = None
    end: Place | None = None


@router.get("/analyses/{analysis_id}/memos", response=answers(list[MemoFoundOut]), operation_id="memos")
def found(
    request: HttpRequest,
    analysis_id: UUID,
    kind: MemoKind | None = None,
    about: About | None = None,
    analyst: UUID | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> list[Memo]:
    """What was thought on the way, the newest first, by kind, by what it is about, by who wrote it."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    return _in_order(actor, _found(actor, analysis, kind, about, analyst)[offset : offset + limit])


@router.post(
    "/analyses/{analysis_id}/memos/search", response=answers(list[MemoFoundOut]), operation_id="search_memos"
)
def search(request: HttpRequest, analysis_id: UUID, sought: MemosSoughtIn) -> list[Memo]:
    """Memos in whose title or text words stand, in any case; the newest first."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    ids = _found(actor, analysis, sought.kind, sought.about, sought.analyst, sought.words)
    return _in_order(actor, ids[sought.offset : sought.offset + sought.limit])


@router.post("/analyses/{analysis_id}/memos", response=answers(MemoFoundOut, 201), operation_id="write_memo")
def write(request: HttpRequest, analysis_id: UUID, memo: MemoIn) -> Status[Any]:
    """Keep a thought on the analysis as a whole."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    return Status(201, write_memo(analysis=analysis, title=memo.title, text=memo.text, by=actor, at=now()))


@router.get("/memos/{memo_id}", response=answers(MemoWithPast), operation_id="memo")
def one(request: HttpRequest, memo_id: UUID) -> MemoWithPast:
    """A memo, and what it was before, the newest first."""
    actor = acting(request)
    row = memo_for(actor, memo_id)
    earlier = [MemoWasOut.model_validate(was) for was in revisions_of(actor, row)]
    return MemoWithPast(**MemoFoundOut.model_validate(row).model_dump(), earlier=earlier)


@router.put("/memos/{memo_id}", response=answers(MemoFoundOut), operation_id="rewrite_memo")
def rewrite(request: HttpRequest, memo_id: UUID, memo: MemoAnewIn) -> Memo:
    """Write one's own memo anew; what it was stays. 409 where it was written anew meanwhile."""
    actor = acting(request)
    return rewrite_memo(
        memo=memo_for(actor, memo_id), text=memo.text, title=memo.title, base_version=memo.base_version, by=actor,
        at=now(),
    )  # fmt: skip


@router.get("/sources/{source_id}/memos", response=answers(list[MemoFoundOut]), operation_id="source_memos")
def beside(request: HttpRequest, source_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[Memo]:
    """What is written beside a source and its codings, the newest first."""
    actor = acting(request)
    return _in_order(actor, [one.memo_id for one in beside_for(actor, source_id)][offset : offset + limit])


@router.post(
    "/sources/{source_id}/memos", response=answers(MemoFoundOut, 201), operation_id="write_source_memo"
)
def write_beside(request: HttpRequest, source_id: UUID, memo: BesideIn) -> Status[Any]:
    """Keep a thought beside a source, a passage of it, or a coding on it."""
    actor = acting(request)
    source = source_for(actor, source_id)
    coding = coding_for(actor, memo.coding_id) if memo.coding_id else None
    if coding is not None and coding.source_id != source.id:
        raise NotFound(Sentence("There is no such coding."))
    if memo.kind is MemoKind.ANOTHER_READING and coding is not None and coding.analyst == actor.id:
        raise Invalid(Sentence("Another reading is a colleague's. Write a memo beside your own coding."))
    row = write_memo(
        analysis=source.analysis, title=memo.title, text=memo.text, about=coding or source, kind=memo.kind,
        start=memo.start, end=memo.end, by=actor, at=now(),
    )  # fmt: skip
    return Status(201, row)


def _found(
    actor: Actor,
    analysis: Analysis,
    kind: MemoKind | None,
    about: str | None,
    analyst: UUID | None,
    words: str = "",
) -> list[UUID]:
    return memos_found(
        actor, analysis, kind=kind or "", about=about or "", analyst=str(analyst) if analyst else "", words=words
    )  # fmt: skip


def _in_order(actor: Actor, ids: list[UUID]) -> list[Memo]:
    rows = {row.id: row for row in Memo.objects.visible_to(actor).filter(id__in=ids)}
    return [rows[pk] for pk in ids if pk in rows]
