"""Long work that a page asked for: who asked, how far it is, and a sign of life, beside the freezes.

A job's note is a small file, written whole each time, so that the worker's process and the pages' see the same. It holds
ids, stages, counts and why it stopped, never what was read. The why is kept as a sentence, to be read in the reader's language. A note without a sign of life for two minutes is of a worker that died.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.timezone import now

from throughline.records.programme.models import Programme
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.vocabulary.ids import uuid7
from throughline.vocabulary.sentences import sentence_of

BEAT = 5.0  # seconds between signs of life
DEAD_AFTER = timedelta(minutes=2)
FAILED = Sentence(
    "The work stopped for a reason that is in the server's log. Nothing half-done is left; ask again."
)
DIED = Sentence("The work stopped without a word: the machine or the server was restarted. Ask again.")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`state` is waiting, running, done or failed; `freeze` is the name that it is about; `why` the sentence of one that failed."""

    id: str
    kind: str
    freeze: str
    asked_by: str
    state: str
    stage: str
    done: int
    total: int
    beat_at: str
    why: dict[str, Any] | None = None

    @property
    def failure(self) -> str:
        """Why it failed, in the reader's language; empty where it did not."""
        return str(sentence_of(self.why)) if self.why else ""

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed")


def ask_for(programme: Programme, *, kind: str, freeze: str, asked_by: str) -> Job:
    """A note of work that is wanted; whoever calls hands its id to the worker."""
    job = Job(
        str(uuid7(int(now().timestamp() * 1000))),
        kind,
        freeze,
        asked_by,
        "waiting",
        "",
        0,
        0,
        now().isoformat(),
    )
    _write(programme, job)
    return job


def job_of(programme: Programme, job_id: UUID) -> Job:
    """Raises NotFound where there is none. One that shows no sign of life any more is told as failed."""
    try:
        job = Job(**json.loads(_path(programme, str(job_id)).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise NotFound(Sentence("There is no such work.")) from error
    silent_for = now() - datetime.fromisoformat(job.beat_at)
    if job.state == "running" and silent_for > DEAD_AFTER:
        return replace(job, state="failed", why=DIED.kept())
    return job


def jobs_of(programme: Programme, *, kind: str, freeze: str = "") -> list[Job]:
    """The newest first."""
    found = []
    for path in sorted(_folder(programme).glob("*.json"), reverse=True):
        job = job_of(programme, UUID(path.stem))
        if job.kind == kind and (not freeze or job.freeze == freeze):
            found.append(job)
    return found


class Running:
    """A job that is being done: tells its progress, and beats while nothing is told."""

    def __init__(self, programme: Programme, job: Job) -> None:
        self._programme = programme
        self._job = job
        self._lock = threading.Lock()

    def tell(self, stage: str, done: int, total: int) -> None:
        self.write(stage=stage, done=done, total=total)

    def write(self, **changed: str | int | dict[str, Any] | None) -> None:
        with self._lock:
            self._job = replace(self._job, beat_at=now().isoformat(), **changed)  # type: ignore[arg-type]  # fields of Job
            _write(self._programme, self._job)


@contextmanager
def running(programme: Programme, job_id: UUID) -> Iterator[Running]:
    """Do a job: it beats meanwhile, and ends as done or failed. No error passes on with what it was about."""
    work = Running(programme, job_of(programme, job_id))
    work.write(state="running")
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(BEAT):
            work.write()

    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    why: Sentence | None = None
    try:
        yield work
    except ThroughlineError as refusal:
        why = refusal.sentence
    except Exception as error:
        # Text of an exception may quote rows: its kind and the job's id are all that reach log and page.
        log.error("job %s stopped: %s", job_id, type(error).__name__)
        why = FAILED
    stop.set()
    beating.join()
    work.write(state="failed" if why else "done", why=why.kept() if why else None)


def _folder(programme: Programme) -> Path:
    return Path(settings.THROUGHLINE_FREEZES) / programme.slug / ".jobs"


def _path(programme: Programme, job_id: str) -> Path:
    return _folder(programme) / f"{job_id}.json"


def _write(programme: Programme, job: Job) -> None:
    path = _path(programme, job.id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(asdict(job)), encoding="utf-8")
    beside.replace(path)
