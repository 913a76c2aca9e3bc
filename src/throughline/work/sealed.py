"""Files that long work reads, and what it told: sealed for a day at most, under places that say nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from throughline.exchange.held import seal, unseal
from throughline.exchange.table.trial import Trial
from throughline.records.accounts.models import Account
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, ThroughlineError
from throughline.vocabulary.sentences import sentence_of
from throughline.work.jobs import Running, running

_LENGTH = 8  # bytes that say how long the head of a sealed file is


def work_on(
    what: Callable[[Any, Programme, Actor, Running], bytes], begun_of: Callable[[UUID, Actor, Programme], Any],
    job_id: str, begun_id: str, programme_id: str, account_id: str,
) -> None:  # fmt: skip
    """What is told is sealed under the job's id: a refusal too, because its sentence names things of the file."""
    programme = Programme.objects.get(id=programme_id)
    with running(programme, UUID(job_id)) as work:
        by = actor_for(Account.objects.get(id=account_id))
        try:
            told = what(begun_of(UUID(begun_id), by, programme), programme, by, work)
        except ThroughlineError as refused:
            told = packed_refusal(refused.sentence)
        seal(told, UUID(job_id))


def packed_file(filename: str, data: bytes) -> bytes:
    head = json.dumps(filename).encode()
    return b"".join([len(head).to_bytes(_LENGTH), head, data])


def unpacked_file(content: bytes) -> tuple[str, bytes]:
    at = _LENGTH + int.from_bytes(content[:_LENGTH])
    return json.loads(content[_LENGTH:at]), content[at:]


def packed_refusal(why: Sentence) -> bytes:
    return json.dumps({"refused": why.kept()}).encode()


def packed_trial(trial: Trial) -> bytes:
    told = {
        "rows_read": trial.rows_read, "fresh": trial.fresh, "known": trial.known, "rejected": trial.rejected,
        "reasons": [[one.column, one.sentence.kept(), one.count, list(one.lines)] for one in trial.reasons],
        "reasons_left": trial.reasons_left, "rejects": trial.rejects,
        "notes": [note.kept() for note in trial.notes],
    }  # fmt: skip
    return json.dumps(told).encode()


def told_by(job: str) -> dict[str, Any]:
    """What a trial or an import told, with its sentences as such; `refused` where there was none."""
    told: dict[str, Any] = json.loads(unseal(UUID(job)))
    if "refused" in told:
        return {"refused": sentence_of(told["refused"])}
    told["reasons"] = [
        {"column": column, "sentence": sentence_of(why), "count": count, "lines": lines}
        for column, why, count, lines in told.get("reasons", ())
    ]
    told["notes"] = [sentence_of(one) for one in told.get("notes", ())]
    return told
