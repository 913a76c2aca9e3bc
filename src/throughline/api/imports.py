"""Files of contacts, incidents, answers and attitudes: sent, tried row by row, imported; and what became of their rows.

A file is sent first, and held sealed for a day at most. Asked dry, an import tells what it would do and the file stays; else
the rows that can be used are kept together and the file is destroyed. A worker does either.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import StrictBool

from throughline.api.asked import check_any, programme_where
from throughline.api.files import TAKES_FILE, file_given, file_sent, gives_file
from throughline.api.import_mappings import MappingText, answers_mapping, contact_mapping, kept_yaml
from throughline.api.session import acting
from throughline.api.shapes import FILE, In, Out, answers
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.attitudes.mapping import AttitudesMapping
from throughline.exchange.contacts_csv.again import check_same_rows
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.exchange.incidents_csv.trying import check_same_incidents
from throughline.exchange.table.content import yaml_of
from throughline.exchange.table.mapping import Mapping, read_mapping
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import programme_for
from throughline.records.surveys.queries import wave_for
from throughline.records.workforce.queries import scale_for
from throughline.rules.access import (
    check_may_import_records,
    check_may_record_attitudes,
    check_may_record_incident,
    check_may_run_waves,
)
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.sentences import sentence_of
from throughline.work import importing
from throughline.work.jobs import Job, job_of
from throughline.work.sealed import told_by

router = Router(tags=["imports"])
MAY_SEND = (P.IMPORT_RECORDS, P.RUN_WAVES, P.RECORD_ATTITUDES)
KINDS = {
    importing.CONTACTS: P.IMPORT_RECORDS,
    importing.INCIDENTS: P.IMPORT_RECORDS,
    importing.ANSWERS: P.RUN_WAVES,
    importing.ATTITUDES: P.RECORD_ATTITUDES,
}
NO_IMPORT = Sentence("There is no such import.")
CSV = "text/csv"


class HeldFileOut(Out):
    """The place of a file, which holds it for a day at most."""

    id: UUID


class AttitudesImportIn(In):
    """`mapping`: YAML (docs/mappings.md); without one the columns have our own names."""

    file_id: UUID
    is_dry: StrictBool = False
    mapping: MappingText | None = None


class AnswersImportIn(AttitudesImportIn):
    """Either a kept mapping or `mapping`. `dictionary_id`: REDCap's data dictionary, sent as a file too."""

    kept_id: UUID | None = None
    dictionary_id: UUID | None = None


class ContactsImportIn(AttitudesImportIn):
    """Either a kept mapping or `mapping`. `is_another`: these are other rows of the file than those that were imported."""

    kept_id: UUID | None = None
    is_another: StrictBool = False


class IncidentsImportIn(In):
    """`mapping`: YAML (docs/mappings.md). `is_another`: these are other rows of the file than those that were imported."""

    file_id: UUID
    is_dry: StrictBool = False
    mapping: MappingText
    is_another: StrictBool = False


class ReasonTold(Out):
    """Why some rows cannot be used: how many, and the lines of the first."""

    column: str
    reason: str
    count: int
    lines: list[int]


class FirstRowTold(Out):
    """A row as it will be. A client's code, a label and elements of a respondent's code are told nowhere: only that there is one."""

    line: int
    becomes: Literal["recorded", "rejected", "left_out"]
    column: str
    reason: str | None
    says: dict[str, bool | int | float | str | list[str]]
    answers: dict[str, int | float | str | list[str]]


class RowsOfFileTold(Out):
    """rows_read = recorded + known + rejected + left_out. Where the import was dry, `recorded` would be.

    `reasons` are the most frequent; with `reasons_left` they are all. `left_out`: rows of another wave.
    """

    rows_read: int
    recorded: int
    known: int
    rejected: int
    left_out: int
    reasons: list[ReasonTold]
    reasons_left: int
    notes: list[str]
    first_rows: list[FirstRowTold]


class ImportTold(Out):
    """`failure`: why there is no report. `rows`: null until the work is done."""

    id: UUID
    kind: str
    is_dry: bool
    state: Literal["waiting", "running", "done", "failed"]
    stage: str
    done: int
    total: int
    failure: str
    rows: RowsOfFileTold | None


@router.post(
    "/programmes/{programme_id}/held-files", response=answers(HeldFileOut, 201), operation_id="hold_file",
    openapi_extra=TAKES_FILE,
)  # fmt: skip
def hold(request: HttpRequest, programme_id: UUID) -> Status[Any]:
    """Send a file for its imports; its bytes are the body. Nobody else can use it, and nothing of it is kept yet."""
    programme = programme_where(request, programme_id, *MAY_SEND)
    data = file_sent(request)
    if not data:
        raise Invalid(Sentence("The file is empty."))
    return Status(201, HeldFileOut(id=importing.hold_file(data, acting(request), programme)))


@router.delete(
    "/programmes/{programme_id}/held-files/{file_id}", response=answers(None, 204), operation_id="let_file_go"
)  # fmt: skip
def let_go(request: HttpRequest, programme_id: UUID, file_id: UUID) -> Status[Any]:
    """Destroy a file that was sent, before the day is over."""
    importing.let_file_go(file_id, acting(request), programme_where(request, programme_id, *MAY_SEND))
    return Status(204, None)


@router.post(
    "/programmes/{programme_id}/imports", response=answers(ImportTold, 202), operation_id="import_contacts"
)  # fmt: skip
def contacts(request: HttpRequest, programme_id: UUID, wanted: ContactsImportIn) -> Status[Any]:
    """Import a contact log, or try it: all rows that can be used together, or none. The same rows again add nothing.

    With a kept mapping the header is found anew, as lines above it differ from month to month.
    """
    programme, actor = programme_for(acting(request), programme_id), acting(request)
    check_may_import_records(actor, programme.id)
    _either(wanted.kept_id, wanted.mapping)
    text = wanted.mapping or ""
    if wanted.kept_id is not None:
        text = kept_yaml(contact_mapping(request, wanted.kept_id, programme.id))
    mapping = _checked(text, ContactMapping)
    check_same_rows(programme, mapping.name, mapping.id or ())
    return _ask(request, programme, importing.CONTACTS, wanted, text, is_another=wanted.is_another)


@router.post(
    "/programmes/{programme_id}/incidents/imports", response=answers(ImportTold, 202), operation_id="import_incidents"
)  # fmt: skip
def incidents(request: HttpRequest, programme_id: UUID, wanted: IncidentsImportIn) -> Status[Any]:
    """Import a list of incidents, a row per person, or try it: all rows that can be used together, or none."""
    programme, actor = programme_for(acting(request), programme_id), acting(request)
    check_may_import_records(actor, programme.id)
    check_may_record_incident(actor, programme.id, None)
    check_same_incidents(programme, _checked(wanted.mapping, IncidentMapping))
    return _ask(request, programme, importing.INCIDENTS, wanted, wanted.mapping, is_another=wanted.is_another)


@router.post("/waves/{wave_id}/imports", response=answers(ImportTold, 202), operation_id="import_answers")
def answers_in(request: HttpRequest, wave_id: UUID, wanted: AnswersImportIn) -> Status[Any]:
    """Import answers to a survey from REDCap, Kobo, ODK or a plain table, or try them: all that can be used together, or none."""
    wave = wave_for(acting(request), wave_id)
    check_may_run_waves(acting(request), wave.programme_id)
    _either(wanted.kept_id, wanted.mapping)
    text = wanted.mapping or ""
    if wanted.kept_id is not None:
        text = yaml_of(answers_mapping(request, wanted.kept_id, wave.programme_id).content)
    _checked(text, AnswersMapping)
    programme = wave.study.programme
    if wanted.dictionary_id is not None:
        importing.held_file(wanted.dictionary_id, acting(request), programme)
    return _ask(
        request, programme, importing.ANSWERS, wanted, text, of=wave.id, dictionary=wanted.dictionary_id
    )


@router.post(
    "/attitude-scales/{scale_id}/imports", response=answers(ImportTold, 202), operation_id="import_attitudes"
)  # fmt: skip
def attitudes(request: HttpRequest, scale_id: UUID, wanted: AttitudesImportIn) -> Status[Any]:
    """Import what officers and workers answered, or try it: all rows that can be used together, or none."""
    scale = scale_for(acting(request), scale_id)
    check_may_record_attitudes(acting(request), scale.programme_id)
    if wanted.mapping is not None:
        _checked(wanted.mapping, AttitudesMapping)
    return _ask(request, scale.programme, importing.ATTITUDES, wanted, wanted.mapping or "", of=scale.id)


@router.get(
    "/programmes/{programme_id}/imports/{import_id}", response=answers(ImportTold), operation_id="import_told"
)  # fmt: skip
def told(request: HttpRequest, programme_id: UUID, import_id: UUID) -> ImportTold:
    """How far an import is that the account asked for; then what became of the rows. It is told for a day."""
    programme, job = _own(request, programme_id, import_id)
    return _shown(request, programme, job)


@router.get(
    "/programmes/{programme_id}/imports/{import_id}/rejects", response=FILE,
    operation_id="import_rejects", openapi_extra=gives_file(CSV),
)  # fmt: skip
def rejects(request: HttpRequest, programme_id: UUID, import_id: UUID) -> HttpResponse:
    """Which rows cannot be used, where and why, as a file. It never holds what stands in a cell. 409 before that is known."""
    _programme, job = _own(request, programme_id, import_id)
    found = told_by(job.id) if importing.is_told(job) else {}
    if "rejects" not in found:
        raise Unready(Sentence("Its rows have not been checked."))
    return file_given(
        found["rejects"].encode(), f"{CSV}; charset=utf-8", "rejects.csv", {"Cache-Control": "no-store"}
    )


def _either(kept_id: UUID | None, mapping: str | None) -> None:
    if (kept_id is None) == (mapping is None):
        raise Invalid(Sentence("Give either a mapping that is kept, or one as YAML."))


def _checked(text: str, kind: type[Any]) -> Any:
    read: Mapping = read_mapping(text, importing.MAPPING, kind)
    return read


def _ask(
    request: HttpRequest, programme: Programme, kind: str, wanted: AttitudesImportIn | IncidentsImportIn, mapping: str,
    **more: Any,
) -> Status[Any]:  # fmt: skip
    actor = acting(request)
    importing.held_file(wanted.file_id, actor, programme)
    asked = importing.Wanted(actor.id, programme.id, kind, wanted.file_id, mapping, wanted.is_dry, **more)
    job = importing.ask_for_import(programme, asked)
    return Status(202, _shown(request, programme, job_of(programme, UUID(job.id))))


def _own(request: HttpRequest, programme_id: UUID, import_id: UUID) -> tuple[Programme, Job]:
    programme = programme_where(request, programme_id, *MAY_SEND)
    job = job_of(programme, import_id)
    if job.asked_by != acting(request).id or job.kind not in KINDS:
        raise NotFound(NO_IMPORT)
    check_any(request, programme.id, KINDS[job.kind])
    return programme, job


def _shown(request: HttpRequest, programme: Programme, job: Job) -> ImportTold:
    wanted = importing.wanted_of(UUID(job.freeze), acting(request), programme)
    found = told_by(job.id) if importing.is_told(job) else {}
    state, failure = job.state, job.failure
    if "refused" in found:
        state, failure = "failed", str(found.pop("refused"))
    told = {
        "id": job.id, "kind": job.kind.removeprefix("import-"), "is_dry": wanted.is_dry, "state": state, "stage": job.stage,
        "done": job.done, "total": job.total, "failure": failure, "rows": _rows(found) if found else None,
    }  # fmt: skip
    return ImportTold.model_validate(told)


def _rows(found: dict[str, Any]) -> RowsOfFileTold:
    plain = ("rows_read", "known", "rejected", "left_out", "reasons_left")
    reasons = [
        ReasonTold(column=one["column"], reason=str(one["sentence"]), count=one["count"], lines=one["lines"])
        for one in found["reasons"]
    ]
    first = [
        FirstRowTold.model_validate(one | {"reason": _said(one["reason"])}) for one in found["first_rows"]
    ]
    return RowsOfFileTold(
        **{name: found[name] for name in plain}, recorded=found["fresh"], reasons=reasons, first_rows=first,
        notes=[str(one) for one in found["notes"]],
    )  # fmt: skip


def _said(kept: Any) -> str | None:
    return None if kept is None else str(sentence_of(kept))
