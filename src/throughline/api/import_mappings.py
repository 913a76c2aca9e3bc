"""What the columns of a kind of file mean, kept by its name for the next file of that kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import AfterValidator, Field, StrictInt, StringConstraints

from throughline.api.asked import one_of, programme_where
from throughline.api.session import acting, now
from throughline.api.shapes import In, Line, Out, answers
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.contacts_csv.again import check_same_rows
from throughline.exchange.contacts_csv.choices import (
    Choices,
    ColumnChoice,
    Meaning,
    choices_from,
    mapping_of,
    yaml_of,
)
from throughline.exchange.contacts_csv.load import KIND
from throughline.exchange.table.content import content_of_file
from throughline.exchange.table.content import yaml_of as yaml_of_content
from throughline.exchange.table.yaml_text import MAX_CHARS
from throughline.records.programme.actions import keep_mapping, let_mapping_go
from throughline.records.programme.models import ImportMapping
from throughline.records.programme.queries import programme_for
from throughline.records.study.queries import study_for
from throughline.records.surveys.actions import keep_answers_mapping, let_answers_mapping_go
from throughline.records.surveys.models import KeptMapping
from throughline.rules.access import check_may_import_records, check_may_run_waves
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence

router = Router(tags=["imports"])
MOST_COLUMNS, MOST_WORDS = 150, 500
NO_MAPPING = Sentence("There is no such mapping.")
Named = Annotated[Line, StringConstraints(max_length=60)]
Column = Annotated[Line, StringConstraints(min_length=1, max_length=300)]


def _text(value: str) -> str:
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("control characters cannot be kept")
    return value


MappingText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHARS), AfterValidator(_text)]


class ColumnIn(In):
    """What one column means, `of` which item, topic or need, and what its words stand for."""

    column: Column
    meaning: Meaning
    of: Annotated[Line, StringConstraints(max_length=120)] = ""
    words: Annotated[dict[Named, Named], Field(max_length=MOST_WORDS)] = {}
    formats: Annotated[list[Named], Field(max_length=10)] = []
    separator: Annotated[Line, StringConstraints(max_length=5)] = ""


class AlwaysIn(In):
    """What holds for every row, where no column says it."""

    site: Annotated[Line, StringConstraints(max_length=120)] = ""
    route: Named = ""
    place: Named = ""
    time_zone: Named = ""


class HowReadIn(In):
    """What cannot be found out about a file."""

    encoding: Named = ""
    delimiter: Annotated[Line, StringConstraints(max_length=5)] = ""
    sheet: Annotated[Line, StringConstraints(max_length=120)] = ""
    header_line: Annotated[StrictInt, Field(ge=0, le=10_000)] = 0
    merged: Literal["", "fill", "refuse"] = ""


class ContactMappingIn(In):
    """By `name` rows are recognised when they come again: small letters, digits, - and _."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
    columns: Annotated[list[ColumnIn], Field(min_length=1, max_length=MOST_COLUMNS)]
    always: AlwaysIn = AlwaysIn()
    file: HowReadIn = HowReadIn()


class AnswersMappingIn(In):
    """YAML, as the command line takes it (docs/mappings.md)."""

    mapping: MappingText


class MappingOut(Out):
    """`yaml`: what it says, as a file for the command line."""

    id: UUID
    name: str
    kept_at: datetime
    yaml: str


@router.get(
    "/programmes/{programme_id}/contact-mappings", response=answers(list[MappingOut]), operation_id="contact_mappings"
)  # fmt: skip
def contact_mappings(request: HttpRequest, programme_id: UUID) -> list[MappingOut]:
    """The mappings of contact logs that are kept."""
    programme = programme_where(request, programme_id, P.IMPORT_RECORDS)
    rows = ImportMapping.objects.visible_to(acting(request)).filter(programme=programme, kind=KIND)
    return [_of_contacts(row) for row in rows.order_by("name")]


@router.post(
    "/programmes/{programme_id}/contact-mappings", response=answers(MappingOut, 201),
    operation_id="keep_contact_mapping",
)  # fmt: skip
def keep_contact_mapping(request: HttpRequest, programme_id: UUID, said: ContactMappingIn) -> Status[Any]:
    """Keep what the columns of a kind of log mean, in place of what was kept by that name. It holds no rows."""
    programme, actor = programme_for(acting(request), programme_id), acting(request)
    check_may_import_records(actor, programme.id)
    columns = tuple(
        ColumnChoice(one.column, one.meaning, one.of, dict(one.words), tuple(one.formats), one.separator)
        for one in said.columns
    )
    choices = Choices(said.name, columns, _filled(said.always), _filled(said.file))
    mapping = mapping_of(choices)
    check_same_rows(programme, mapping.name, mapping.id or ())
    row = keep_mapping(
        programme=programme, kind=KIND, name=said.name, choices=choices.as_plain(), by=actor, at=now()
    )
    return Status(201, _of_contacts(row))


@router.delete(
    "/contact-mappings/{kept_id}", response=answers(None, 204), operation_id="let_contact_mapping_go"
)  # fmt: skip
def let_contact_mapping_go(request: HttpRequest, kept_id: UUID) -> Status[Any]:
    """Keep it no longer. What came with it stays, and is still recognised under its name."""
    let_mapping_go(mapping=contact_mapping(request, kept_id), by=acting(request), at=now())
    return Status(204, None)


@router.get(
    "/programmes/{programme_id}/answers-mappings", response=answers(list[MappingOut]), operation_id="answers_mappings"
)  # fmt: skip
def answers_mappings(request: HttpRequest, programme_id: UUID) -> list[MappingOut]:
    """The mappings of files of answers that are kept."""
    programme = programme_where(request, programme_id, P.RUN_WAVES)
    rows = KeptMapping.objects.visible_to(acting(request)).filter(programme=programme)
    return [_of_answers(row) for row in rows.order_by("name", "id")]


@router.post(
    "/studies/{study_id}/answers-mappings", response=answers(MappingOut, 201), operation_id="keep_answers_mapping"
)  # fmt: skip
def keep_mapping_of_answers(request: HttpRequest, study_id: UUID, said: AnswersMappingIn) -> Status[Any]:
    """Keep what the columns of a study's files of answers mean, in place of what was kept by that name. It holds no rows."""
    actor = acting(request)
    study = study_for(actor, study_id)
    check_may_run_waves(actor, study.programme_id)
    content = content_of_file(said.mapping.encode(), "the mapping", AnswersMapping)
    row = keep_answers_mapping(study=study, name=content["name"], content=content, by=actor, at=now())
    return Status(201, _of_answers(row))


@router.delete(
    "/answers-mappings/{answers_mapping_id}", response=answers(None, 204), operation_id="let_answers_mapping_go"
)  # fmt: skip
def let_mapping_of_answers_go(request: HttpRequest, answers_mapping_id: UUID) -> Status[Any]:
    """Keep it no longer. What came with it stays."""
    let_answers_mapping_go(mapping=answers_mapping(request, answers_mapping_id), by=acting(request), at=now())
    return Status(204, None)


def contact_mapping(request: HttpRequest, kept_id: UUID, programme_id: UUID | None = None) -> ImportMapping:
    """NotFound where it may not be seen, or is of another programme."""
    rows = ImportMapping.objects.visible_to(acting(request)).filter(kind=KIND)
    found: ImportMapping = one_of(
        rows.filter(programme=programme_id) if programme_id else rows, kept_id, NO_MAPPING
    )
    return found


def answers_mapping(request: HttpRequest, kept_id: UUID, programme_id: UUID | None = None) -> KeptMapping:
    """NotFound where it may not be seen, or is of another programme."""
    rows = KeptMapping.objects.visible_to(acting(request))
    found: KeptMapping = one_of(
        rows.filter(programme=programme_id) if programme_id else rows, kept_id, NO_MAPPING
    )
    return found


def kept_yaml(row: ImportMapping) -> str:
    """What is kept but for the line of the header, which is found anew."""
    choices = choices_from(row.choices)
    file = {key: one for key, one in choices.file.items() if key != "header_line"}
    return yaml_of(replace(choices, file=file))


def _filled(said: In) -> dict[str, Any]:
    return {key: one for key, one in said.model_dump().items() if one}


def _of_contacts(row: ImportMapping) -> MappingOut:
    text = yaml_of(choices_from(row.choices))
    return MappingOut(id=row.id, name=row.name, kept_at=row.kept_at, yaml=text)


def _of_answers(row: KeptMapping) -> MappingOut:
    return MappingOut(id=row.id, name=row.name, kept_at=row.kept_at, yaml=yaml_of_content(row.content))
