"""Erasing a source for good: what left of it already; then its key is destroyed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import StringConstraints

from throughline.api.inquiry.participants import ReleasedWithOut, shown_released
from throughline.api.session import acting, now
from throughline.api.shapes import In, Line, Out, answers
from throughline.records.inquiry.actions import erase_source
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import source_for
from throughline.records.inquiry.queries.participants import released_between
from throughline.reporting.written import take_back_reports
from throughline.rules.access import check_may_erase_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence

router = Router(tags=["sources"])


class SourceErasureIn(In):
    """Nothing of it can be taken back: its name, once more."""

    name: Annotated[Line, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class SourceErasedOut(Out):
    """`reports` that may quote it were deleted."""

    reports: int


@router.get(
    "/sources/{source_id}/released", response=answers(ReleasedWithOut), operation_id="released_with_source"
)
def released(request: HttpRequest, source_id: UUID) -> ReleasedWithOut:
    """What left since the source came, which its erasure cannot bring back: for who may erase it."""
    actor = acting(request)
    row = _standing(actor, source_id)
    return shown_released(released_between(actor, row.analysis, row.added_at, now()))


@router.post("/sources/{source_id}/erase", response=answers(SourceErasedOut), operation_id="erase_source")
def erase(request: HttpRequest, source_id: UUID, wanted: SourceErasureIn) -> SourceErasedOut:
    """Destroy the source's key: its text, its recording and the memos beside it are gone for good.

    404 where it was erased before.
    """
    actor = acting(request)
    row = _standing(actor, source_id)
    if wanted.name.casefold() != row.name.strip().casefold():
        sentence = Sentence("This is not its name. Nothing was done.")
        raise Invalid(sentence, fields={"name": sentence})
    erase_source(source=row, by=actor, at=now())
    return SourceErasedOut(reports=take_back_reports(row.analysis.study, at=now()))


def _standing(actor: Actor, source_id: UUID) -> Source:
    row = source_for(actor, source_id)
    check_may_erase_source(actor, row.programme_id)
    if row.erased_at is not None:
        raise NotFound(Sentence("This source was erased."))
    return row
