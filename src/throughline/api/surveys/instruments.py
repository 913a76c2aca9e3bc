"""Instruments: forms come in as XLSForms, are looked at before they are kept, and are told version by version."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status
from pydantic import Field, StringConstraints

from throughline.api.asked import check_any, programme_where
from throughline.api.files import TAKES_FILE, file_given, file_sent, gives_file
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, In, Out, answers
from throughline.exchange.xlsform.choosing import with_nothings
from throughline.exchange.xlsform.read import FormRefused, read_xlsform
from throughline.records.study.queries import study_for
from throughline.records.surveys import queries
from throughline.records.surveys.actions import add_instrument_version
from throughline.records.surveys.models import Instrument, InstrumentVersion
from throughline.rules.access import check_may_run_waves
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import InstrumentDraft, Question

router = Router(tags=["instruments"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANSWER = "answer"
MOST_FAULTS = 40
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Choosing = Annotated[
    list[Annotated[str, StringConstraints(pattern=r"^\S{1,300}:\S{1,100}=[a-z_]{1,20}$")]],
    Field(max_length=100),
]


class FormAsked(In):
    """`code`: the same again is the next version of the same instrument."""

    code: Slug
    dry_run: bool = False
    choosing: Choosing = []


class ChoiceTold(Out):
    """`nothing`: it is no answer but this kind of nothing."""

    name: str
    labels: dict[str, str]
    nothing: Nothing | None


class QuestionTold(Out):
    """`path` as ODK heads its columns; `choices` is null where none are offered in the form itself."""

    path: str
    type: str
    labels: dict[str, str]
    choices: list[ChoiceTold] | None
    repeat: str
    is_required: bool
    is_conditional: bool
    is_sensitive: bool


class VersionTold(Out):
    """`id` is null where a form was only looked at; `number` counts the versions of its instrument."""

    id: UUID | None
    number: int | None
    label: str
    title: str
    languages: list[str]
    warnings: list[str]
    content_hash: str
    questions: list[QuestionTold]


class VersionLine(Out):
    id: UUID
    number: int
    label: str
    content_hash: str
    created_at: datetime


class InstrumentTold(Out):
    id: UUID
    study_id: UUID
    code: str
    title: str
    versions: list[VersionLine]


@router.get(
    "/programmes/{programme_id}/instruments", response=answers(list[InstrumentTold]), operation_id="instruments"
)  # fmt: skip
def instruments(request: HttpRequest, programme_id: UUID) -> list[InstrumentTold]:
    """Every form of the programme's studies, with its versions, the newest first."""
    programme = programme_where(request, programme_id, P.SEE_WAVES, P.RUN_WAVES)
    rows = Instrument.objects.visible_to(acting(request)).filter(programme=programme)
    versions: dict[UUID, list[VersionLine]] = {}
    found = InstrumentVersion.objects.defer("xlsform", "xform", "questions").filter(instrument__in=rows)
    for row in found.order_by("-number"):
        versions.setdefault(row.instrument_id, []).append(VersionLine.model_validate(row))
    return [
        InstrumentTold(
            id=row.id,
            study_id=row.study_id,
            code=row.code,
            title=row.title,
            versions=versions.get(row.id, []),
        )
        for row in rows.order_by("study__title", "code")
    ]


@router.post(
    "/studies/{study_id}/instruments", response={200: VersionTold, 201: VersionTold},
    operation_id="add_instrument_version",
    openapi_extra=TAKES_FILE,
)  # fmt: skip
def add(request: HttpRequest, study_id: UUID, wanted: Query[FormAsked]) -> Status[Any]:
    """Keep an XLSForm (XLSX or XLS; its bytes are the body) as the next version of an instrument.

    Choices found by their names to be no answer are kept as kinds of nothing. `choosing` says otherwise, once for each
    choice: `path:choice=kind`, such as `smoked:99=declined`, or `path:choice=answer`. `dry_run` tells what it asks and keeps
    nothing; then 200. The same file again is the same version.
    """
    actor = acting(request)
    study = study_for(actor, study_id)
    check_may_run_waves(actor, study.programme_id)
    draft = _read(file_sent(request))
    draft = with_nothings(draft, _said(draft, wanted.choosing))
    if wanted.dry_run:
        return Status(200, _told_draft(draft))
    row = add_instrument_version(study=study, code=wanted.code, draft=draft, by=actor, at=now())
    return Status(201, _told(row))


@router.get(
    "/instrument-versions/{version_id}", response=answers(VersionTold), operation_id="instrument_version"
)
def version(request: HttpRequest, version_id: UUID) -> VersionTold:
    """What a version asks, in all its languages."""
    return _told(_version(request, version_id))


@router.get(
    "/instrument-versions/{version_id}/file", response=FILE, operation_id="instrument_file",
    openapi_extra=gives_file(XLSX),
)  # fmt: skip
def file(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The untouched file of a version."""
    row = _version(request, version_id)
    return file_given(bytes(row.xlsform), XLSX, f"{row.instrument.code}-{row.number}.xlsx")


@router.get(
    "/instrument-versions/{version_id}/xform", response=FILE, operation_id="instrument_xform",
    openapi_extra={
        "responses": {200: {"description": "The form", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    },
)  # fmt: skip
def xform(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The compiled form, for a program that draws it."""
    return HttpResponse(_version(request, version_id).xform, content_type="text/plain; charset=utf-8")


def _version(request: HttpRequest, version_id: UUID) -> InstrumentVersion:
    row = queries.version_for(acting(request), version_id)
    check_any(request, row.programme_id, P.SEE_WAVES, P.RUN_WAVES)
    return row


def _read(content: bytes) -> InstrumentDraft:
    try:
        return read_xlsform("form.xlsx", content)
    except FormRefused as refused:
        told = {
            f"{number}. {one.sheet} {one.row or ''}".strip(): Sentence(
                "The form says: %(reason)s", reason=one.reason
            )
            for number, one in enumerate(refused.faults[:MOST_FAULTS], start=1)
        }
        raise Invalid(refused.sentence, fields=told) from None


def _said(draft: InstrumentDraft, choosing: list[str]) -> dict[tuple[str, str], Nothing | None]:
    """What somebody says of choices: (question's path, choice's name) -> kind, or None for an answer."""
    offered = {(one.path, choice.name) for one in draft.questions for choice in one.choices or ()}
    said: dict[tuple[str, str], Nothing | None] = {}
    for one in choosing:
        names, _, kind = one.rpartition("=")
        path, _, name = names.rpartition(":")
        if (path, name) not in offered:
            raise NotFound(Sentence("The form offers no such choice at this question."))
        if kind != ANSWER and kind not in set(Nothing):
            raise Invalid(Sentence("A choice is an answer or a kind of nothing."))
        said[path, name] = None if kind == ANSWER else Nothing(kind)
    return said


def _question(one: Question) -> QuestionTold:
    choices = None if one.choices is None else [ChoiceTold.model_validate(choice) for choice in one.choices]
    return QuestionTold(
        path=one.path, type=one.type.value, labels=dict(one.labels), choices=choices, repeat=one.repeat,
        is_required=one.is_required, is_conditional=one.is_conditional, is_sensitive=one.is_sensitive,
    )  # fmt: skip


def _told_draft(draft: InstrumentDraft) -> VersionTold:
    return VersionTold(
        id=None, number=None, label=draft.version, title=draft.title, languages=list(draft.languages),
        warnings=list(draft.warnings), content_hash=draft.content_hash,
        questions=[_question(one) for one in draft.questions],
    )  # fmt: skip


def _told(row: InstrumentVersion) -> VersionTold:
    return VersionTold(
        id=row.id, number=row.number, label=row.label, title=row.instrument.title, languages=row.languages,
        warnings=row.warnings, content_hash=row.content_hash,
        questions=[_question(one) for one in queries.questions_of(row)],
    )  # fmt: skip
