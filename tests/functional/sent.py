"""A project that somebody sent, read as the worker reads it, for the pages that tell of it."""

from __future__ import annotations

from uuid import UUID

from tests.exchange.refi.files import CODEBOOK, archive, project, selection, source
from tests.web.world import World
from throughline.exchange.held import seal
from throughline.exchange.project.load import ProjectFile
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import SourceKind
from throughline.web.inquiry.projects.tasks import take_project
from throughline.web.inquiry.projects.views import LOOK
from throughline.web.inquiry.projects.waiting import Target, Waiting, packed
from throughline.work.jobs import ask_for

PROJECT = archive(
    project(f"{CODEBOOK}<Sources>{source(selection(0, 4))}{source('', 'internal://no.txt', 2)}</Sources>"),
    {"sources/one.txt": b"They look away when we come in."},
)


def a_project_told(world: World, data: bytes = PROJECT) -> UUID:
    """By the lead researcher; the id of the work."""
    programme, by = world.cast.programme, world.by_role[Role.LEAD_RESEARCHER].id
    target = Target(world.study.id, None, None, SourceKind.INTERVIEW, "en", False)
    file = seal(packed(Waiting(ProjectFile("A study of pipes, second wave.qdpx", data), target)))
    job = ask_for(programme, kind=LOOK, freeze=file.hex, asked_by=str(by))
    take_project.func(
        job_id=job.id, file=str(file), programme_id=str(programme.id), account_id=str(by), is_dry_run=True
    )
    return UUID(job.id)
