"""Work for the background: reading a file of answers, trying it, importing it. It acts as who asked for it."""

from __future__ import annotations

import json

from django_tasks import task

from throughline.exchange.answers.load import import_answers
from throughline.exchange.answers.tables import GivenFile
from throughline.exchange.answers.trying import look_at_answers, try_answers
from throughline.exchange.table.mapping import FileShape
from throughline.records.programme.models import Programme
from throughline.records.surveys.actions import keep_answers_mapping
from throughline.records.surveys.models import Wave
from throughline.records.surveys.queries import wave_for
from throughline.vocabulary.actor import Actor
from throughline.web.answers_in.said import mapping_of
from throughline.web.answers_in.state import Begun
from throughline.web.imports.state import packed_look, packed_report
from throughline.web.request import now
from throughline.work.jobs import Running
from throughline.work.sealed import packed_trial, work_on


@task()
def read_answers(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Read a file and tell what stands in its columns."""
    work_on(_read, Begun.state_of, job_id, begun_id, programme_id, account_id)


@task()
def try_answers_file(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Hold every row against the mapping; nothing is kept."""
    work_on(_try, Begun.state_of, job_id, begun_id, programme_id, account_id)


@task()
def import_answers_file(*, job_id: str, begun_id: str, programme_id: str, account_id: str) -> None:
    """Import the rows that can be used, keep the mapping by its name, destroy the file."""
    work_on(_import, Begun.state_of, job_id, begun_id, programme_id, account_id)


def _wave(begun: Begun, by: Actor) -> Wave:
    return wave_for(by, begun.wave)


def _read(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    shape = FileShape.model_validate(begun.mapping.get("file", {})).shape()
    document, profile = look_at_answers(
        file=GivenFile(*begun.given()), shape=shape, wave=_wave(begun, by), by=by,
        progress=lambda done, total: work.tell("reading", done, total),
    )  # fmt: skip
    return packed_look(document, profile, is_filled=shape.is_filled)


def _try(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    trial, left_out = try_answers(
        file=GivenFile(*begun.given()), mapping=mapping_of(begun), wave=_wave(begun, by), dictionary=begun.given_dictionary(), by=by,
        at=now(), progress=lambda done, total: work.tell("trying", done, total),
    )  # fmt: skip
    return json.dumps(json.loads(packed_trial(trial)) | {"left_out": left_out}).encode()


def _import(begun: Begun, programme: Programme, by: Actor, work: Running) -> bytes:
    wave = _wave(begun, by)
    done = import_answers(
        file=GivenFile(*begun.given()), mapping=mapping_of(begun), wave=wave, dictionary=begun.given_dictionary(), by=by, at=now(),
        progress=lambda rows, total: work.tell("importing", rows, total),
    )  # fmt: skip
    keep_answers_mapping(study=wave.study, name=begun.mapping["name"], content=begun.mapping, by=by, at=now())
    begun.let_file_go()
    return packed_report(done)
