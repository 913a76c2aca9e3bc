"""Importing a coded project into a study: whole, or not at all. The same project again adds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import PurePath
from uuid import UUID

from django.db import DatabaseError

from throughline.exchange.project.became import Became, became
from throughline.exchange.project.document import ProjectDocument
from throughline.exchange.project.formats import read_project
from throughline.exchange.project.guids import derived
from throughline.exchange.project.naming import fitted, free, row_id
from throughline.exchange.project.pending import pending_keys
from throughline.exchange.project.plan import Plan, There, analysts_in, mark_of
from throughline.exchange.project.report import ImportReport, Reading
from throughline.exchange.project.rest import made_rest, rest_of
from throughline.exchange.table.importing import broke_off
from throughline.records.foundation import new_id
from throughline.records.inquiry.actions.projects import (
    CarriedDraft,
    CodedProjectDraft,
    check_not_erased,
    keep_project,
)
from throughline.records.inquiry.models import (
    Analysis,
    Carried,
    Code,
    Codebook,
    Coder,
    Coding,
    Participant,
    Source,
    Theme,
)
from throughline.records.study.models import Study
from throughline.records.study.queries import outcomes_beside
from throughline.rules.access import check_may_add_source, check_may_manage_codebook
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach, SourceKind

Progress = Callable[[str, int, int], None]
_STAGES = 3


class ProjectOutcome(StrEnum):
    ADDED = "added"
    WOULD_BE_ADDED = "would_be_added"
    THERE_ALREADY = "there_already"


@dataclass(frozen=True)
class ProjectFile:
    """A file as it came. `beside`: texts by file name, for a .qde; `project`: which one, where the file holds several."""

    filename: str
    data: bytes = field(repr=False)
    beside: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    project: str | None = None


@dataclass(frozen=True)
class Into:
    """Where a project goes: an analysis that is there, or a new one named after it; and what is told of its sources.

    Without an `approach` a new analysis is reflexive where one person coded, and of a codebook where several did.
    """

    study: Study
    analysis: Analysis | None = None
    approach: Approach | None = None
    kind: SourceKind = SourceKind.INTERVIEW
    language: str = Nothing.NOT_RECORDED.value
    is_deidentified: bool = False


@dataclass(frozen=True)
class ProjectImport:
    """What became of a file. `analysis_id` is None where none was opened, in a dry run."""

    outcome: ProjectOutcome
    analysis: str
    analysis_id: UUID | None
    approach: Approach
    report: ImportReport
    became: tuple[Became, ...]


def import_project(
    *,
    file: ProjectFile,
    into: Into,
    is_dry_run: bool = False,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> ProjectImport:
    """Read a coded project and keep it. A dry run reads and reckons, and writes nothing.

    Raises NotAllowed before anything is read; Invalid for a file that is no project, is damaged or too large, or of which
    a part is in the analysis already; Unready where the machine failed. Whatever is raised, nothing is kept.
    """
    check_may_add_source(by, into.study.programme_id)
    check_may_manage_codebook(by, into.study.programme_id)
    told = progress or _silent
    told("reading", 0, _STAGES)
    reading = read_project(file.data, file.filename, beside=file.beside, project=file.project)
    return keep_reading(reading=reading, into=into, is_dry_run=is_dry_run, by=by, at=at, progress=progress)


def keep_reading(
    *,
    reading: Reading,
    into: Into,
    is_dry_run: bool = False,
    by: Actor,
    at: datetime,
    progress: Progress | None = None,
) -> ProjectImport:
    """Keep a project that was read; see `import_project`."""
    check_may_add_source(by, into.study.programme_id)
    check_may_manage_codebook(by, into.study.programme_id)
    told = progress or _silent
    told("understanding", 1, _STAGES)
    mark = mark_of(reading.document)
    earlier = _there_already(into, mark)
    plan = _plan(reading, into, at)
    report, books = _told_of(reading, plan), became(reading.report, plan)
    if earlier is not None:
        outcome, approach = ProjectOutcome.THERE_ALREADY, Approach(earlier.approach)
        return ProjectImport(outcome, earlier.name, earlier.id, approach, report, books)
    _check_new(into, plan)
    draft = _draft(reading, into, plan, mark)
    if is_dry_run:
        there = into.analysis.id if into.analysis else None
        outcome = ProjectOutcome.WOULD_BE_ADDED
        return ProjectImport(outcome, draft.name, there, draft.approach, report, books)
    told("keeping", 2, _STAGES)
    analysis = _keep(draft, into.study, report.filename, by, at)
    told("keeping", _STAGES, _STAGES)
    return ProjectImport(ProjectOutcome.ADDED, analysis.name, analysis.id, draft.approach, report, books)


def _told_of(reading: Reading, plan: Plan) -> ImportReport:
    """The report on reading, with what was recognised as having been made here."""
    kept = len(reading.document.sets) - len(plan.ours.found.sets)
    return replace(reading.report, notes=(*reading.report.notes, *plan.ours.notes(kept)))


def _silent(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


def _keep(draft: CodedProjectDraft, study: Study, filename: str, by: Actor, at: datetime) -> Analysis:
    try:
        with pending_keys([source.id for source in draft.sources]):
            return keep_project(study=study, draft=draft, by=by, at=at)
    except (DatabaseError, OSError) as error:
        # Without its cause: what databases say of a row quotes the row.
        raise broke_off(error, filename) from None


def _there_already(into: Into, mark: str) -> Analysis | None:
    rows = Carried.objects.filter(analysis__study=into.study, kind="project", rest__mark=mark)
    if into.analysis is not None:
        rows = rows.filter(analysis=into.analysis)
    found = rows.select_related("analysis").first()
    return found.analysis if found else None


def _plan(reading: Reading, into: Into, at: datetime) -> Plan:
    analysis = into.analysis
    there = There(outcomes=frozenset(outcomes_beside(into.study)))
    if analysis is not None:
        there = There(
            frozenset(
                Source.objects.filter(analysis=analysis, erased_at=None).values_list("file_hash", flat=True)
            ),
            frozenset(Participant.objects.filter(analysis=analysis).values_list("label", flat=True)),
            frozenset(Coder.objects.filter(analysis=analysis).values_list("actor", flat=True)),
            frozenset(Theme.objects.filter(analysis=analysis).values_list("name", flat=True)),
            there.outcomes,
        )
    raw_format = "html" if reading.report.format == "Taguette" else "text"
    return Plan(reading.document, analysis.id if analysis else new_id(), at, there, raw_format)


def _check_new(into: Into, plan: Plan) -> None:
    """Raise Invalid where a part of the project came into the analysis before, Unready where it was erased from it."""
    analysis = into.analysis
    if analysis is None:
        return
    check_not_erased(analysis, [source.file_hash for source in plan.sources])
    things = [one.guid for one in plan.carried] + [source.guid for source in plan.document.sources]
    codings = [row_id(plan.analysis_id, coding.guid) for _, _, coding in plan.document.codings()]
    known = Carried.objects.filter(analysis=analysis)
    begun_here = (
        (Source.objects.filter(analysis=analysis), [one.guid for one in plan.document.sources]),
        (Code.objects.filter(codebook__analysis=analysis), [one.guid for one in plan.document.codes]),
        (Theme.objects.filter(analysis=analysis), [one.guid for one in plan.document.sets]),
    )
    is_own = any(rows.filter(id__in=some).exists() for rows, ids in begun_here for some in _pieces(ids))
    if (
        is_own
        or any(known.filter(guid__in=some).exists() for some in _pieces(things))
        or any(Coding.objects.filter(id__in=some).exists() for some in _pieces(codings))
    ):
        raise Invalid(
            Sentence(
                "A part of this project, or an earlier copy of it, is in the analysis %(name)s already. Import it without"
                " choosing an analysis: then it gets one of its own.",
                name=analysis.name,
            )
        )


def _pieces(ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    waiting = iter(ids)
    while some := list(islice(waiting, 500)):
        yield some


def _draft(reading: Reading, into: Into, plan: Plan, mark: str) -> CodedProjectDraft:
    document, analysis = reading.document, into.analysis
    stem = fitted(PurePath(reading.report.filename).stem, 160, "Imported project")
    name = analysis.name if analysis else _free_name(into.study, fitted(document.name, 160, stem))
    several = Approach.REFLEXIVE if analysts_in(document) <= 1 else Approach.CODEBOOK_TEMPLATE
    project = CarriedDraft(
        derived("project", mark), "project", 0, plan.analysis_id, _project(document, mark, name)
    )
    return CodedProjectDraft(
        analysis_id=plan.analysis_id, analysis=analysis, name=name,
        question=document.description.strip() or Nothing.NOT_RECORDED.value,
        approach=Approach(analysis.approach) if analysis else into.approach or several,
        codebook=_free_book(analysis, fitted(document.name, 160, stem)), kind=into.kind, language=into.language,
        is_deidentified=into.is_deidentified, coders=plan.coders, codes=plan.codes, cases=plan.cases,
        sources=plan.sources, memos=plan.memos, carried=(project, *plan.carried),
        thematic=plan.ours.draft,
    )  # fmt: skip


def _project(document: ProjectDocument, mark: str, name: str) -> dict[str, object]:
    rest = rest_of(
        description=document.description,
        origin=document.origin,
        about=document.about,
        made=made_rest(document.made),
    )
    return {"mark": mark, "name": document.name, "as": name, **rest}


def _free_name(study: Study, name: str) -> str:
    taken = set(
        Analysis.objects.filter(programme_id=study.programme_id, name__startswith=name[:150]).values_list("name", flat=True)
    )  # fmt: skip
    return free(name, taken, 160)


def _free_book(analysis: Analysis | None, name: str) -> str:
    if analysis is None:
        return name
    return free(name, set(Codebook.objects.filter(analysis=analysis).values_list("name", flat=True)), 160)
