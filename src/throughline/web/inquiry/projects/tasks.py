"""Work for the background: reading a project that was sent, and keeping it. It acts as who asked for it."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from throughline.exchange.held import discard, seal, unseal
from throughline.exchange.project.load import Progress, ProjectOutcome, import_project
from throughline.records.accounts.models import Account
from throughline.records.programme.models import Programme
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.inquiry.projects.waiting import packed_refusal, packed_report, unpacked
from throughline.web.request import now
from throughline.work.jobs import running


@task()
def take_project(*, job_id: str, file: str, programme_id: str, account_id: str, is_dry_run: bool) -> None:
    """Import the project that is held as `file`, or only tell what would be kept. What is told is sealed under the job's id.

    A file that cannot be imported is told of like one that can: its sentence names things of the file, and is sealed too.
    """
    programme = Programme.objects.get(id=programme_id)
    with running(programme, UUID(job_id)) as work:
        by = actor_for(Account.objects.get(id=account_id))
        seal(_told(UUID(file), by, is_dry_run=is_dry_run, progress=work.tell), UUID(job_id))


def _told(file: UUID, by: Actor, *, is_dry_run: bool, progress: Progress) -> bytes:
    try:
        waiting = unpacked(unseal(file))
        done = import_project(
            file=waiting.file, into=waiting.target.into(by), is_dry_run=is_dry_run, by=by, at=now(), progress=progress
        )  # fmt: skip
    except ThroughlineError as refused:
        if is_dry_run:
            discard(file)
        return packed_refusal(refused.sentence)
    if done.outcome is not ProjectOutcome.WOULD_BE_ADDED:
        discard(file)
    return packed_report(done)
