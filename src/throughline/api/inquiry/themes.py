"""Themes: written, arranged on their board, related to each other, and what each was before."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import Field, StringConstraints

from throughline.api.asked import outcome_named
from throughline.api.files import file_given, gives_file
from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.inquiry.shapes import Writing, Written
from throughline.api.session import acting, now
from throughline.api.shapes import FILE, In, Limit, Line, Offset, Out, Slug, Version, answers
from throughline.records.inquiry.actions import (
    ThemeDraft,
    arrange_theme,
    relate_themes,
    unrelate_themes,
    write_theme,
)
from throughline.records.inquiry.models import Analysis, Theme, ThemeRelation
from throughline.records.inquiry.queries import analysis_for, code_for, theme_for
from throughline.records.inquiry.queries.theming import (
    relation_for,
    relations_in,
    theme_revisions,
    themes_in_tree,
)
from throughline.reporting.theme_map import SVG, map_svg
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import Step, ThemeRelationKind, ThemeStatus

router = Router(tags=["themes"])
ThemeName = Annotated[Line, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Note = Annotated[Line, StringConstraints(max_length=200)]


class ThemeIn(In):
    """A pattern of meaning: its central concept, where it ends, what speaks against it. It may rest on no code."""

    name: ThemeName
    central_concept: Written
    boundaries: Writing = ""
    contrary: Writing = ""
    status: ThemeStatus = ThemeStatus.CANDIDATE
    steps: Annotated[list[Step], Field(max_length=len(Step))] = []
    outcomes: Annotated[list[Slug], Field(max_length=100)] = []
    code_ids: Annotated[list[UUID], Field(max_length=500)] = []


class ThemeAnewIn(ThemeIn):
    base_version: Version


class ArrangeIn(In):
    """`parent_id` null: at the top. `before_id` null: last in its lane."""

    status: ThemeStatus
    parent_id: UUID | None = None
    before_id: UUID | None = None


class ThemeOut(Out):
    id: UUID
    analysis_id: UUID
    parent_id: UUID | None
    place: int
    depth: int
    name: str
    central_concept: str
    boundaries: str
    contrary: str
    status: ThemeStatus
    steps: list[Step]
    outcomes: list[str]
    code_ids: list[UUID]
    version: int
    written_at: datetime


class ThemeWasOut(Out):
    """A theme as it was. `codes` by slug, `parent` by name."""

    version: int
    name: str
    central_concept: str
    boundaries: str
    contrary: str
    status: ThemeStatus
    steps: list[Step]
    outcomes: list[str]
    codes: list[str]
    parent: str | None
    written_at: datetime
    written_by: WhoOut


class RelationIn(In):
    target_id: UUID
    kind: ThemeRelationKind
    note: Note = ""


class RelationOut(Out):
    id: UUID
    origin_id: UUID
    target_id: UUID
    kind: ThemeRelationKind
    note: str


@router.get("/analyses/{analysis_id}/themes", response=answers(list[ThemeOut]), operation_id="themes")
def listed(request: HttpRequest, analysis_id: UUID, limit: Limit = 100, offset: Offset = 0) -> list[ThemeOut]:
    """Themes, each followed by its subthemes."""
    actor = acting(request)
    return _tree(actor, analysis_for(actor, analysis_id))[offset : offset + limit]


@router.post("/analyses/{analysis_id}/themes", response=answers(ThemeOut, 201), operation_id="write_theme")
def write(request: HttpRequest, analysis_id: UUID, theme: ThemeIn) -> Status[Any]:
    """Write a theme for the first time."""
    actor = acting(request)
    analysis = analysis_for(actor, analysis_id)
    row = write_theme(analysis=analysis, draft=_draft(actor, analysis, theme), by=actor, at=now())
    return Status(201, _told(actor, row))


@router.get("/themes/{theme_id}", response=answers(ThemeOut), operation_id="theme")
def one(request: HttpRequest, theme_id: UUID) -> ThemeOut:
    actor = acting(request)
    return _told(actor, theme_for(actor, theme_id))


@router.put("/themes/{theme_id}", response=answers(ThemeOut), operation_id="rewrite_theme")
def rewrite(request: HttpRequest, theme_id: UUID, theme: ThemeAnewIn) -> ThemeOut:
    """Write a theme anew; what it was stays readable. 409 where somebody wrote it anew meanwhile."""
    actor = acting(request)
    row = theme_for(actor, theme_id)
    analysis = analysis_for(actor, row.analysis_id)
    made = write_theme(
        analysis=analysis, draft=_draft(actor, analysis, theme), theme=row,
        base_version=theme.base_version, by=actor, at=now(),
    )  # fmt: skip
    return _told(actor, made)


@router.post("/themes/{theme_id}/arrange", response=answers(ThemeOut), operation_id="arrange_theme")
def arrange(request: HttpRequest, theme_id: UUID, place: ArrangeIn) -> ThemeOut:
    """Put a theme in another lane, under another theme, or before another one."""
    actor = acting(request)
    parent, before = (theme_for(actor, pk) if pk else None for pk in (place.parent_id, place.before_id))
    row = theme_for(actor, theme_id)
    return _told(
        actor,
        arrange_theme(theme=row, status=place.status, parent=parent, before=before, by=actor, at=now()),
    )


@router.get("/themes/{theme_id}/versions", response=answers(list[ThemeWasOut]), operation_id="theme_versions")
def versions(request: HttpRequest, theme_id: UUID) -> list[ThemeWasOut]:
    """What a theme was before, the newest first."""
    actor = acting(request)
    theme = theme_for(actor, theme_id)
    rows = list(theme_revisions(actor, theme))
    people = people_of(analysis_for(actor, theme.analysis_id), (row.written_by for row in rows))
    return [
        ThemeWasOut(
            **{name: row.was.get(name, "") for name in ("name", "central_concept", "boundaries", "contrary")},
            version=row.version, status=row.was["status"], steps=row.was.get("steps", []),
            outcomes=row.was.get("outcomes", []), codes=row.was.get("codes", []),
            parent=row.was.get("parent"), written_at=row.written_at, written_by=people[row.written_by],
        )
        for row in rows
    ]  # fmt: skip


@router.get(
    "/analyses/{analysis_id}/theme-relations", response=answers(list[RelationOut]), operation_id="theme_relations"
)  # fmt: skip
def relations(request: HttpRequest, analysis_id: UUID) -> list[ThemeRelation]:
    """How the themes of an analysis bear on each other: with them, the map."""
    actor = acting(request)
    return list(relations_in(actor, analysis_for(actor, analysis_id)))


@router.get(
    "/analyses/{analysis_id}/theme-map", response=FILE, operation_id="theme_map",
    openapi_extra=gives_file(SVG),
)  # fmt: skip
def drawn(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """The map as an SVG: themes that were not let go, and how they bear on each other. Nothing that anybody said."""
    actor = acting(request)
    drawing = map_svg(actor, analysis_for(actor, analysis_id))
    return file_given(drawing.encode(), SVG, "themes.svg")


@router.post("/themes/{theme_id}/relations", response=answers(RelationOut, 201), operation_id="relate_themes")
def relate(request: HttpRequest, theme_id: UUID, wanted: RelationIn) -> Status[Any]:
    """Say how a theme bears on another. Said again of the same two, it replaces."""
    actor = acting(request)
    origin, target = theme_for(actor, theme_id), theme_for(actor, wanted.target_id)
    row = relate_themes(origin=origin, target=target, kind=wanted.kind, note=wanted.note, by=actor, at=now())
    return Status(201, row)


@router.delete("/theme-relations/{relation_id}", response=answers(None, 204), operation_id="unrelate_themes")
def unrelate(request: HttpRequest, relation_id: UUID) -> Status[Any]:
    """Take back how two themes bear on each other."""
    actor = acting(request)
    unrelate_themes(relation=relation_for(actor, relation_id), by=actor, at=now())
    return Status(204, None)


def _draft(actor: Actor, analysis: Analysis, theme: ThemeIn) -> ThemeDraft:
    return ThemeDraft(
        name=theme.name, central_concept=theme.central_concept, boundaries=theme.boundaries, contrary=theme.contrary,
        status=theme.status, steps=tuple(theme.steps),
        outcomes=tuple(outcome_named(analysis.study, code) for code in theme.outcomes), codes=tuple(code_for(actor, pk) for pk in theme.code_ids),
    )  # fmt: skip


def _tree(actor: Actor, analysis: Analysis) -> list[ThemeOut]:
    own = [name for name in ThemeOut.model_fields if name not in ("depth", "code_ids")]
    return [
        ThemeOut(
            **{name: getattr(row, name) for name in own}, depth=depth, code_ids=[code.id for code in row.codes.all()]
        )
        for row, depth in themes_in_tree(actor, analysis)
    ]  # fmt: skip


def _told(actor: Actor, row: Theme) -> ThemeOut:
    return next(one for one in _tree(actor, analysis_for(actor, row.analysis_id)) if one.id == row.id)
