"""Work for the background: reading a list of incidents, trying it, importing it. It acts as who asked for it."""

from __future__ import annotations

from hashlib import sha256

from django_tasks import task

from throughline.exchange.contacts_csv.again import check_not_counted_twice
from throughline.exchange.incidents_csv.load import KIND, import_incidents
from throughline.exchange.incidents_csv.trying import (
    check_same_incidents,
    look_at_incidents,
    try_incidents,
)
from throughline.exchange.table.mapping import FileShape
from throughline.records.programme.actions import keep_mapping
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.web.imports.state import packed_look, packed_report
from throughline.web.incidents_in.said import mapping_of
from throughline.web.incidents_in.state import Begun
from throughline.web.request import now
from throughline.work.jobs import Running
from throughline.work.sealed import packed_trial, work_on


@task()
def read_incidents(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Read a file and tell what stands in its columns."""
    work_on(_read, Begun.state_of, job_id, begun_id, programme_id, account_id)


@task()
def try_incidents_file(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Hold every row against the mapping; nothing is kept."""
    work_on(_try, Begun.state_of, job_id, begun_id, programme_id, account_id)


@task()
def import_incidents_file(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Import the rows that can be used, keep the mapping by its name, destroy the file."""
    work_on(_import, Begun.state_of, job_id, begun_id, programme_id, account_id)


def _read(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    name, data = begun.given()
    shape = FileShape.model_validate(begun.file_said).shape()
    document, profile = look_at_incidents(
        data=data, filename=name, shape=shape, programme=programme, by=by,
        progress=lambda done, total: work.tell("reading", done, total),
    )  # fmt: skip
    return packed_look(document, profile, is_filled=shape.is_filled)


def _try(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    name, data = begun.given()
    work.tell("trying", 0, 1)
    trial = try_incidents(
        data=data, filename=name, mapping=mapping_of(begun), programme=programme, by=by, at=now()
    )
    return packed_trial(trial)


def _import(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    name, data = begun.given()
    mapping = mapping_of(begun)
    # another, in another window, may have come first
    check_same_incidents(programme, mapping)
    if not begun.is_another:
        check_not_counted_twice(programme, mapping.name, sha256(data).hexdigest(), KIND)
    done = import_incidents(
        data=data, filename=name, mapping=mapping, programme=programme, by=by, clock=now,
        progress=lambda rows, total: work.tell("importing", rows, total),
    )  # fmt: skip
    keep_mapping(
        programme=programme, kind=KIND, name=begun.mapping_name, choices=begun.to_keep(), by=by, at=now()
    )
    begun.let_file_go()
    return packed_report(done)
