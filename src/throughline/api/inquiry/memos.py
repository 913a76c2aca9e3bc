"""Memos on codes and on themes: read and written."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import StringConstraints

from throughline.api.inquiry.shapes import Written
from throughline.api.session import acting, now
from throughline.api.shapes import In, Line, Out, answers
from throughline.records.inquiry.actions import write_memo
from throughline.records.inquiry.models import Memo
from throughline.records.inquiry.queries import code_for, theme_for
from throughline.records.inquiry.queries.familiarisation import memos_about

router = Router(tags=["memos"])
Title = Annotated[Line, StringConstraints(max_length=160, strip_whitespace=True)]


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
def on_code(request: HttpRequest, code_id: UUID) -> list[Memo]:
    """What was written on a code, the newest first."""
    actor = acting(request)
    return memos_about(actor, code_for(actor, code_id))


@router.post("/codes/{code_id}/memos", response=answers(MemoOut, 201), operation_id="write_code_memo")
def write_on_code(request: HttpRequest, code_id: UUID, memo: MemoIn) -> Status[Any]:
    """Keep a thought beside a code."""
    actor = acting(request)
    code = code_for(actor, code_id)
    given: dict[str, Any] = {"analysis": code.codebook.analysis, "about": code, "by": actor, "at": now()}
    return Status(201, write_memo(title=memo.title, text=memo.text, **given))


@router.get("/themes/{theme_id}/memos", response=answers(list[MemoOut]), operation_id="theme_memos")
def on_theme(request: HttpRequest, theme_id: UUID) -> list[Memo]:
    """What was written on a theme, the newest first."""
    actor = acting(request)
    return memos_about(actor, theme_for(actor, theme_id))


@router.post("/themes/{theme_id}/memos", response=answers(MemoOut, 201), operation_id="write_theme_memo")
def write_on_theme(request: HttpRequest, theme_id: UUID, memo: MemoIn) -> Status[Any]:
    """Keep a thought beside a theme."""
    actor = acting(request)
    theme = theme_for(actor, theme_id)
    given: dict[str, Any] = {"analysis": theme.analysis, "about": theme, "by": actor, "at": now()}
    return Status(201, write_memo(title=memo.title, text=memo.text, **given))
