"""Work for the background: a file that a program sent, its rows tried, and imported where that was asked. It acts as who asked.

Every row is held against the mapping before any is kept. What is told is sealed under the job's id, for a day at most.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django_tasks import task

from throughline.exchange.answers.load import import_answers
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.rows import Left
from throughline.exchange.answers.tables import GivenFile
from throughline.exchange.answers.trying import first_answers, look_at_answers, try_answers
from throughline.exchange.attitudes.load import import_attitudes
from throughline.exchange.attitudes.mapping import AttitudesMapping, by_its_columns
from throughline.exchange.attitudes.trying import first_attitudes, look_at_attitudes, try_attitudes
from throughline.exchange.contacts_csv.again import check_not_counted_twice, check_same_rows
from throughline.exchange.contacts_csv.load import import_contacts
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.contacts_csv.trying import first_rows, look_at, try_contacts
from throughline.exchange.held import GONE, discard, is_sealed, seal, seal_for, unseal
from throughline.exchange.incidents_csv.load import KIND as OF_INCIDENTS
from throughline.exchange.incidents_csv.load import import_incidents
from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.exchange.incidents_csv.rows import IncidentRow
from throughline.exchange.incidents_csv.trying import (
    check_same_incidents,
    first_incidents,
    look_at_incidents,
    try_incidents,
)
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.document import TableShape
from throughline.exchange.table.mapping import read_mapping
from throughline.exchange.table.trial import Trial
from throughline.records.foundation import new_id
from throughline.records.programme.models import Programme
from throughline.records.surveys.queries import wave_for
from throughline.records.workforce.queries import scale_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import NotFound
from throughline.vocabulary.nothing import Nothing
from throughline.work.jobs import Job, Running, ask_for
from throughline.work.sealed import packed_file, packed_trial, unpacked_file, work_on

# kinds of work
CONTACTS, INCIDENTS = "import-contacts", "import-incidents"
ANSWERS, ATTITUDES = "import-answers", "import-attitudes"
FILE, MAPPING = "The file", "the mapping"  # how they are called: their names do not come in
IDS = ("programme", "of", "file", "dictionary")
Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What was asked for. `of`: the wave or the scale; `mapping`: YAML, "" where the columns say it themselves."""

    owner: str
    programme: UUID
    kind: str
    file: UUID
    mapping: str
    is_dry: bool
    of: UUID | None = None
    dictionary: UUID | None = None
    is_another: bool = False


def hold_file(data: bytes, actor: Actor, programme: Programme) -> UUID:
    """Put a file aside for its imports: for who sent it, in this programme, for a day at most.

    Unready where so much is held for them already that this does not fit beside it.
    """
    return seal_for(actor.id, packed_file(_label(actor, programme), data))


def held_file(place: UUID, actor: Actor, programme: Programme) -> bytes:
    """NotFound for anybody but who sent it, in another programme, and once it is gone."""
    try:
        label, data = unpacked_file(unseal(place))
    except ValueError:  # sealed, and no file
        raise NotFound(GONE) from None
    if label != _label(actor, programme):
        raise NotFound(GONE)
    return data


def let_file_go(place: UUID, actor: Actor, programme: Programme) -> None:
    held_file(place, actor, programme)
    discard(place)


def _label(actor: Actor, programme: Programme) -> str:
    return f"sent by {actor.id} into {programme.id.hex}"


def ask_for_import(programme: Programme, wanted: Wanted) -> Job:
    """Have a file tried, and imported unless the asking is dry. The job's id names what will be told."""
    plain = asdict(wanted) | {key: one.hex if (one := getattr(wanted, key)) else None for key in IDS}
    place = seal(json.dumps(plain).encode(), new_id())
    job = ask_for(programme, kind=wanted.kind, freeze=place.hex, asked_by=wanted.owner)
    import_sent.enqueue(
        job_id=job.id, wanted_id=str(place), programme_id=str(programme.id), account_id=wanted.owner
    )
    return job


def wanted_of(place: UUID, actor: Actor, programme: Programme) -> Wanted:
    """NotFound for anybody but who asked, in another programme, and a day after."""
    plain = json.loads(unseal(place))
    wanted = Wanted(**plain | {key: UUID(plain[key]) if plain[key] else None for key in IDS})
    if wanted.owner != actor.id or wanted.programme != programme.id:
        raise NotFound(GONE)
    return wanted


def is_told(job: Job) -> bool:
    return job.state == "done" and is_sealed(UUID(job.id))


@task()
def import_sent(*, job_id: str, wanted_id: str, programme_id: str, account_id: str) -> None:
    """Try every row; where it was asked, import those that can be used and destroy the file."""
    work_on(_import, wanted_of, job_id, wanted_id, programme_id, account_id)


def _import(wanted: Wanted, programme: Programme, by: Actor, work: Running) -> bytes:
    data = held_file(wanted.file, by, programme)
    what = {CONTACTS: _contacts, INCIDENTS: _incidents, ANSWERS: _answers, ATTITUDES: _attitudes}[wanted.kind]
    trial, left_out, first, kept = what(wanted, data, programme, by, work)
    told = json.loads(packed_trial(trial)) | {"left_out": left_out, "first_rows": first}
    if kept is not None:
        told |= dict(zip(("rows_read", "fresh", "known", "rejected"), kept, strict=True))
        with suppress(NotFound):
            discard(wanted.file)
        if wanted.dictionary is not None:
            discard(wanted.dictionary)
    return json.dumps(told).encode()


Told = tuple[Trial, int, list[Row], tuple[int, int, int, int] | None]


def _contacts(wanted: Wanted, data: bytes, programme: Programme, by: Actor, work: Running) -> Told:
    mapping = read_mapping(wanted.mapping, MAPPING, ContactMapping)
    given: dict[str, Any] = {"programme": programme, "by": by}
    document, profile = look_at(
        data=data, filename=FILE, shape=mapping.file.shape(), **given,
        progress=lambda done, total: work.tell("reading", done, total),
    )  # fmt: skip
    found = {"header_line": document.header_line, "sheet": document.sheet or mapping.file.sheet}
    mapping = mapping.model_copy(update={"file": mapping.file.model_copy(update=found)})
    check_same_rows(programme, mapping.name, mapping.id or ())
    if not wanted.is_another:
        check_not_counted_twice(programme, mapping.name, document.sha256)
    shown = first_rows(profile=profile, mapping=mapping, **given, at=now())
    first = [_row(row.line, draft, _contact) for row, draft in shown]
    trial = try_contacts(
        data=data, filename=FILE, mapping=mapping, **given, at=now(),
        progress=lambda done, total: work.tell("trying", done, total),
    )  # fmt: skip
    if wanted.is_dry:
        return trial, 0, first, None
    done = import_contacts(
        data=data, filename=FILE, mapping=mapping, **given, clock=now,
        progress=lambda rows, total: work.tell("importing", rows, total),
    )  # fmt: skip
    return trial, 0, first, (done.rows_read, done.imported, done.known, done.rejected)


def _incidents(wanted: Wanted, data: bytes, programme: Programme, by: Actor, work: Running) -> Told:
    mapping = read_mapping(wanted.mapping, MAPPING, IncidentMapping)
    given: dict[str, Any] = {"programme": programme, "by": by}
    document, profile = look_at_incidents(
        data=data, filename=FILE, shape=mapping.file.shape(), **given,
        progress=lambda done, total: work.tell("reading", done, total),
    )  # fmt: skip
    found = {"header_line": document.header_line, "sheet": document.sheet or mapping.file.sheet}
    mapping = mapping.model_copy(update={"file": mapping.file.model_copy(update=found)})
    check_same_incidents(programme, mapping)
    if not wanted.is_another:
        check_not_counted_twice(programme, mapping.name, document.sha256, OF_INCIDENTS)
    shown = first_incidents(profile=profile, mapping=mapping, **given, at=now())
    first = [_row(row.line, draft, _person) for row, draft in shown]
    trial = try_incidents(
        data=data, filename=FILE, mapping=mapping, **given, at=now(),
        progress=lambda done, total: work.tell("trying", done, total),
    )  # fmt: skip
    if wanted.is_dry:
        return trial, 0, first, None
    done = import_incidents(
        data=data, filename=FILE, mapping=mapping, **given, clock=now,
        progress=lambda rows, total: work.tell("importing", rows, total),
    )  # fmt: skip
    return trial, 0, first, (done.rows_read, done.imported, done.known, done.rejected)


def _answers(wanted: Wanted, data: bytes, programme: Programme, by: Actor, work: Running) -> Told:
    mapping = read_mapping(wanted.mapping, MAPPING, AnswersMapping)
    wave, file = wave_for(by, _of(wanted)), GivenFile(FILE, data)
    book = None
    if wanted.dictionary is not None:
        book = GivenFile("The dictionary", held_file(wanted.dictionary, by, programme))
    _document, profile = look_at_answers(
        file=file, shape=mapping.file.shape(), wave=wave, by=by,
        progress=lambda done, total: work.tell("reading", done, total),
    )  # fmt: skip
    given: dict[str, Any] = {"mapping": mapping, "wave": wave, "dictionary": book, "by": by, "at": now()}
    first = []
    for row, draft, told in first_answers(profile=profile, **given):
        first.append(_row(row.line, draft, lambda one, told=told: _response(one, told)))
    trial, left_out = try_answers(
        file=file, **given, progress=lambda done, total: work.tell("trying", done, total)
    )
    if wanted.is_dry:
        return trial, left_out, first, None
    done = import_answers(
        file=file, **given, progress=lambda rows, total: work.tell("importing", rows, total)
    )
    return trial, done.left_out, first, (done.rows_read, done.recorded, done.known, done.rejected)


def _attitudes(wanted: Wanted, data: bytes, programme: Programme, by: Actor, work: Running) -> Told:
    scale = scale_for(by, _of(wanted))
    said = read_mapping(wanted.mapping, MAPPING, AttitudesMapping) if wanted.mapping else None
    document, profile = look_at_attitudes(
        data=data, filename=FILE, shape=said.file.shape() if said else TableShape(), scale=scale, by=by,
        progress=lambda done, total: work.tell("reading", done, total),
    )  # fmt: skip
    mapping = said or by_its_columns(document.header, scale.scoring)
    given: dict[str, Any] = {"mapping": mapping, "scale": scale, "by": by, "at": now()}
    shown = first_attitudes(profile=profile, **given)
    first = [_row(row.line, draft, lambda one: _assessment(one.draft)) for row, draft in shown]
    work.tell("trying", 0, 1)
    trial = try_attitudes(data=data, filename=FILE, **given)
    if wanted.is_dry:
        return trial, 0, first, None
    work.tell("importing", 0, 1)
    done = import_attitudes(data=data, filename=FILE, **given)
    return trial, 0, first, (done.rows_read, done.recorded, done.known, done.rejected)


def _of(wanted: Wanted) -> UUID:
    if wanted.of is None:
        raise NotFound(GONE)
    return wanted.of


def _row(line: int, draft: Any, says: Any) -> Row:
    """One of the first rows: what it will be, or where and why it cannot be."""
    told: Row = {"line": line, "becomes": "recorded", "column": "", "reason": None, "says": {}, "answers": {}}
    if isinstance(draft, Reject):
        return told | {"becomes": "rejected", "column": draft.column, "reason": draft.reason.kept()}
    if isinstance(draft, Left):
        return told | {"becomes": "left_out"}
    said: Row = says(draft)
    return told | said


def _contact(draft: ContactDraft) -> Row:
    """The code itself stands in the file; here it becomes a pseudonym, and that there is one is all that is told."""
    plain = ("route", "kind", "tally", "place", "mode", "who_spoke", "newness", "duration", "on_behalf_of")
    said: Row = {"site_id": str(draft.site_id), "happened_at": draft.device_time.isoformat()}
    said |= {name: getattr(draft, name) for name in plain}
    said |= {
        "has_client": draft.client_code is not None,
        "given": [f"{one.item_id or one.kit_version_id} x {one.quantity}" for one in draft.kit_lines],
        "disclosures": [f"{one.topic}: {one.answer}" for one in draft.disclosures],
        "needs": [one.domain for one in draft.needs],
        "barriers": [one.kind for one in draft.barriers],
    }
    return {"says": said}


def _person(row: IncidentRow) -> Row:
    """A person of an incident; by what it is recognised again, and a pseudonym of the police's, are told nowhere."""
    one = row.person
    moment = row.moment.isoformat() if isinstance(row.moment, datetime) else row.moment.value
    said = {
        "happened_at": moment, "place": row.place, "source": row.source, "age_band": one.age_band, "gender": one.gender,
        "fatal": one.fatal, "naloxone_given": one.naloxone_given, "doses": [str(dose.quantity) for dose in one.doses],
    }  # fmt: skip
    return {"says": said}


def _response(draft: Any, told: Mapping[str, Any]) -> Row:
    said = {
        "site_id": str(draft.site_id), "answered_on": draft.answered_on.isoformat(), "may_link": draft.may_link,
        "has_code": len(told) < len(draft.answers),
    }  # fmt: skip
    return {"says": said, "answers": _plain(told.items())}


def _assessment(draft: Any) -> Row:
    """Labels are told nowhere: that there is one is all."""
    said = {
        "site_id": str(draft.site_id), "taken_on": draft.taken_on.isoformat(), "group": draft.group, "moment": draft.moment,
        "has_label": bool(draft.label.strip()), "is_of_training": draft.training_id is not None,
    }  # fmt: skip
    given = draft.answers if draft.scores is None else draft.scores
    return {"says": said, "answers": _plain((str(name), one) for name, one in given.items())}


def _plain(answers: Iterable[tuple[str, Any]]) -> Row:
    """As JSON has it: a number, a word or a list of words; a kind of nothing is its word."""
    told: Row = {}
    for name, given in answers:
        if isinstance(given, frozenset | set | list | tuple):
            told[name] = sorted(map(str, given))
        elif isinstance(given, int | float) and not isinstance(given, bool):
            told[name] = given
        else:
            told[name] = given.value if isinstance(given, Nothing) else str(given)
    return told
