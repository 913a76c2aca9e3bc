"""An interview: begun, half filled, completed; and the link by which somebody who agreed answers alone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StrictInt

from throughline.api.asked import check_any, programme_where
from throughline.api.files import AS_IT_IS, file_given, gives_file
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, Document, In, Limit, Offset, Out, answers
from throughline.exchange.attachment.half import files_kept, half_form_files, whole_form_files
from throughline.exchange.attachment.read import check_sizes
from throughline.exchange.device_event.form import FileIn
from throughline.exchange.xlsform.submission import (
    answers_of,
    check_same_form,
    submission_of,
)
from throughline.exchange.xlsform.tree import MAX_BYTES, TOO_LARGE, tree_of
from throughline.records.surveys import actions, queries
from throughline.records.surveys.actions import Base, HalfFiles, StaleDraft
from throughline.records.surveys.models import Approach, InstrumentVersion, SurveyResponse
from throughline.rules.access import check_may_fill_response
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, Unready

router = Router(tags=["interviews"])


Files = Annotated[list[FileIn], Field(max_length=20)]


class BaseIn(In):
    """From which draft one began, and which page, or program, keeps it: an id of its own."""

    version: Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]
    page: UUID


class DraftIn(In):
    """A half-filled form, kept sealed as it is. Without `base` it takes the place of whatever stands.

    `files`: those that it names and that are not kept yet. What it names no more is destroyed.
    """

    xml: Document
    base: BaseIn | None = None
    files: Files = []


class DraftFileOut(Out):
    id: UUID
    name: str
    media_type: str
    length_bytes: int


class DraftOut(Out):
    """`xml` is empty where nothing is kept. `has_beside`: another one came too late; choose between the two.

    `files`: those that are kept with it. One that it names and that is not among them was of no kind that is taken, or too large.
    """

    xml: str
    version: int
    has_beside: bool
    files: list[DraftFileOut]


class ChoiceIn(In):
    which: Literal["kept", "beside"]


class CompleteIn(In):
    """The whole form, with the files that it names and that are not kept with its draft."""

    xml: Annotated[Document, Field(min_length=1)]
    base: BaseIn | None = None
    files: Files = []


class BegunOut(Out):
    id: UUID
    wave_id: UUID
    site_id: UUID
    instrument_version_id: UUID | None
    draft_version: int


class ReceiptOut(Out):
    """What is given to who answered: by number and code they can take their answers back. The code is told this once."""

    respondent: int
    code: str
    answered_on: date


class LinkOut(Out):
    """An address by which one person answers alone, once. It is told this once; another one takes its place."""

    address: str
    days: int


@router.post(
    "/approaches/{approach_id}/response", response=answers(BegunOut, 201), operation_id="start_response"
)
def begin(request: HttpRequest, approach_id: UUID) -> Status[Any]:
    """Begin, or go on with, the interview of somebody who agreed. 409 where they answered, or the wave is closed."""
    row = actions.start_response(approach=_approach(request, approach_id), by=acting(request), at=now())
    return Status(201, row)


@router.post("/approaches/{approach_id}/link", response=answers(LinkOut, 201), operation_id="make_fill_link")
def link(request: HttpRequest, approach_id: UUID) -> Status[Any]:
    """A link for somebody who agreed, to hand over. 409 where they have answered, or somebody interviews them."""
    token = actions.make_fill_link(approach=_approach(request, approach_id), by=acting(request), at=now())
    address = request.build_absolute_uri(reverse("answer", args=[token]))
    return Status(201, LinkOut(address=address, days=actions.LINK_LASTS.days))


@router.get(
    "/programmes/{programme_id}/interviews", response=answers(list[BegunOut]), operation_id="interviews_begun"
)
def begun(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[SurveyResponse]:
    """Interviews that the account began and has not completed, the oldest first."""
    programme = programme_where(request, programme_id, P.APPROACH_PEOPLE)
    return list(queries.begun_by(acting(request), programme.id)[offset : offset + limit])


@router.get("/responses/{response_id}/draft", response=answers(DraftOut), operation_id="response_draft")
def draft(request: HttpRequest, response_id: UUID) -> DraftOut:
    """What is half filled, for who fills it in."""
    return _draft(_own(request, response_id))


@router.put("/responses/{response_id}/draft", response=answers(DraftOut), operation_id="save_response")
def keep(request: HttpRequest, response_id: UUID, said: DraftIn) -> DraftOut:
    """Keep what is half filled. 409 where a newer one stands: then yours is kept beside it until somebody chooses."""
    row = _own(request, response_id)
    who: dict[str, Any] = {"by": acting(request), "at": now()}
    half: dict[str, Any] = {"response": row, "draft": said.xml, "files": _half(row, said)}
    try:
        saved = actions.save_response(**half, base=_base(said.base), **who)
    except StaleDraft:
        actions.keep_beside(**half, **who)
        raise
    return _draft(saved)


@router.get(
    "/responses/{response_id}/draft/files/{file_id}", response=FILE, operation_id="draft_file",
    openapi_extra=gives_file(AS_IT_IS),
)  # fmt: skip
def draft_file(request: HttpRequest, response_id: UUID, file_id: UUID) -> HttpResponse:
    """A file that is kept with what is half filled, for who fills it in."""
    found = queries.draft_file_of(_own(request, response_id), file_id)
    return file_given(
        queries.opened_draft_file(found), AS_IT_IS, "file", {"X-Content-Type-Options": "nosniff"}
    )


@router.post("/responses/{response_id}/draft/choose", response=answers(DraftOut), operation_id="choose_draft")
def choose(request: HttpRequest, response_id: UUID, said: ChoiceIn) -> DraftOut:
    """Go on with the one that is kept, or with the one beside it; the other is destroyed."""
    row = _own(request, response_id)
    return _draft(
        actions.choose_draft(response=row, is_beside=said.which == "beside", by=acting(request), at=now())
    )


@router.post(
    "/responses/{response_id}/complete", response=answers(ReceiptOut), operation_id="complete_response"
)
def complete(request: HttpRequest, response_id: UUID, said: CompleteIn) -> ReceiptOut:
    """Keep all that was answered. Sent again minutes later, it is answered with a new code and changes nothing else."""
    actor = acting(request)
    row = queries.just_completed(actor, now(), id=response_id) or _own(request, response_id)
    version = row.instrument_version
    if version is None:
        raise Unready(Sentence("This response came from elsewhere: there is no form of it here."))
    xml = said.xml.encode()
    given, submission = _answers(version, xml)
    who: dict[str, Any] = {"by": actor, "at": now()}
    base = _base(said.base)
    try:
        files = {}
        if row.completed_at is None:
            StaleDraft.check(row, base)
            files = whole_form_files(row, version, xml, _content(said.files))
        done = actions.complete_response(
            response=row, answers=given, files=files, submission=submission, base=base, **who
        )
    except StaleDraft:
        actions.keep_beside(response=row, draft=said.xml, files=_half(row, said), **who)
        raise
    return ReceiptOut(respondent=done.respondent, code=str(done.receipt), answered_on=done.answered_on)


def _approach(request: HttpRequest, approach_id: UUID) -> Approach:
    row = queries.approach_for(acting(request), approach_id)
    check_any(request, row.programme_id, P.APPROACH_PEOPLE)
    return row


def _own(request: HttpRequest, response_id: UUID) -> SurveyResponse:
    """A response that the account is filling in. Whoever reads responses may not write in them."""
    actor = acting(request)
    row = queries.response_for(actor, response_id)
    check_may_fill_response(actor, row.programme_id, row.site_id, is_own=row.started_by == actor.id)
    return row


def _base(said: BaseIn | None) -> Base | None:
    return None if said is None else Base(said.version, said.page)


def _draft(row: SurveyResponse) -> DraftOut:
    files = [
        DraftFileOut(id=one.id, name=name, media_type=one.media_type, length_bytes=one.length_bytes)
        for name, one in files_kept(row).items()
    ]
    return DraftOut(
        xml=queries.draft_of(row) or "", version=row.draft_version, has_beside=row.draft_beside is not None, files=files
    )  # fmt: skip


def _answers(version: InstrumentVersion, xml: bytes) -> tuple[dict[str, Any], UUID | None]:
    if len(xml) > MAX_BYTES:
        raise Invalid(TOO_LARGE.given(most=MAX_BYTES // 1_000_000))
    filled = tree_of(xml)
    check_same_form(version.xform, filled)
    return answers_of(queries.questions_of(version), filled), submission_of(filled)


def _half(row: SurveyResponse, said: DraftIn | CompleteIn) -> HalfFiles:
    return half_form_files(row.instrument_version, said.xml, _content(said.files))


def _content(sent: list[FileIn]) -> dict[str, bytes]:
    content = {one.name: one.content() for one in sent}
    check_sizes([len(data) for data in content.values()])
    return content
