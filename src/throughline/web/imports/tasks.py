"""Work for the background: reading a log that was sent, trying it, importing it. It acts as who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from django_tasks import task

from throughline.exchange.contacts_csv.again import check_not_counted_twice, check_same_rows
from throughline.exchange.contacts_csv.choices import mapping_of
from throughline.exchange.contacts_csv.load import KIND, import_contacts
from throughline.exchange.contacts_csv.trying import look_at, try_contacts
from throughline.exchange.table.mapping import FileShape
from throughline.records.programme.actions import keep_mapping
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.web.imports.state import Begun, packed_look, packed_report
from throughline.web.request import now
from throughline.work.jobs import Running
from throughline.work.sealed import packed_trial, work_on

Work = Callable[[Begun, Programme, Actor, Running], bytes]


@task()
def read_log(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Read a file and tell what stands in its columns."""
    _do(_read, job_id, begun_id, programme_id, account_id)


@task()
def try_log(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Hold every row against the mapping; nothing is kept."""
    _do(_try, job_id, begun_id, programme_id, account_id)


@task()
def import_log(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Import the rows that can be used, keep the mapping by its name, destroy the file."""
    _do(_import, job_id, begun_id, programme_id, account_id)


def _do(what: Work, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    work_on(what, Begun.state_of, job_id, begun_id, programme_id, account_id)


def _read(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    shape = FileShape.model_validate(begun.choices.file).shape()
    name, data = begun.given()
    document, profile = look_at(
        data=data, filename=name, shape=shape, programme=programme, by=by,
        progress=lambda done, total: work.tell("reading", done, total),
    )  # fmt: skip
    return packed_look(document, profile, is_filled=shape.is_filled)


def _try(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    name, data = begun.given()
    trial = try_contacts(
        data=data, filename=name, mapping=mapping_of(begun.choices), programme=programme, by=by, at=now(),
        progress=lambda done, total: work.tell("trying", done, total),
    )  # fmt: skip
    return packed_trial(trial)


def _import(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    name, data = begun.given()
    mapping = mapping_of(begun.choices)
    # another, in another window, may have come first
    check_same_rows(programme, mapping.name, mapping.id or ())
    if not begun.is_another:
        check_not_counted_twice(programme, mapping.name, sha256(data).hexdigest())
    done = import_contacts(
        data=data, filename=name, mapping=mapping, programme=programme, by=by, clock=now,
        progress=lambda rows, total: work.tell("importing", rows, total),
    )  # fmt: skip
    keep_mapping(
        programme=programme, kind=KIND, name=begun.choices.name, choices=begun.choices.as_plain(), by=by, at=now()
    )  # fmt: skip
    begun.let_file_go()
    return packed_report(done)
