"""Work for the background: reading a file of attitudes, trying it, importing it. It acts as who asked for it."""

from __future__ import annotations

from django_tasks import task

from throughline.exchange.attitudes.load import import_attitudes
from throughline.exchange.attitudes.trying import look_at_attitudes, try_attitudes
from throughline.exchange.table.mapping import FileShape
from throughline.records.programme.models import Programme
from throughline.records.workforce.queries import scale_for
from throughline.vocabulary.actor import Actor
from throughline.web.attitudes_in.said import mapping_of
from throughline.web.attitudes_in.state import Begun
from throughline.web.imports.state import packed_look, packed_report
from throughline.web.request import now
from throughline.work.jobs import Running
from throughline.work.sealed import packed_trial, work_on


@task()
def read_attitudes(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Read a file and tell what stands in its columns."""
    work_on(_read, Begun.state_of, job_id, begun_id, programme_id, account_id)


@task()
def try_attitudes_file(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Hold every row against the mapping; nothing is kept."""
    work_on(_try, Begun.state_of, job_id, begun_id, programme_id, account_id)


@task()
def import_attitudes_file(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Import the rows that can be used, and destroy the file."""
    work_on(_import, Begun.state_of, job_id, begun_id, programme_id, account_id)


def _read(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    name, data = begun.given()
    shape = FileShape.model_validate(begun.file_said).shape()
    document, profile = look_at_attitudes(
        data=data, filename=name, shape=shape, scale=scale_for(by, begun.scale), by=by,
        progress=lambda done, total: work.tell("reading", done, total),
    )  # fmt: skip
    return packed_look(document, profile, is_filled=shape.is_filled)


def _try(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    work.tell("trying", 0, 1)
    name, data = begun.given()
    trial = try_attitudes(
        data=data, filename=name, mapping=mapping_of(begun), scale=scale_for(by, begun.scale), by=by, at=now()
    )
    return packed_trial(trial)


def _import(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    work.tell("importing", 0, 1)
    name, data = begun.given()
    done = import_attitudes(
        data=data, filename=name, mapping=mapping_of(begun), scale=scale_for(by, begun.scale), by=by, at=now()
    )
    begun.let_file_go()
    return packed_report(done)
