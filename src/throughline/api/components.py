"""Components: what of the programme is done at which site from which day to which, and how it was changed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import StrictBool

from throughline.api.asked import check_any, one_of, programme_where
from throughline.api.session import acting, now
from throughline.api.setting_up import LastDayIn
from throughline.api.shapes import Day, In, Limit, Offset, Out, Words, answers
from throughline.records.programme import actions
from throughline.records.programme.models import Component
from throughline.records.programme.queries import sites_to_look_after
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.programme import ComponentKind

router = Router(tags=["components"])
NO_COMPONENT = Sentence("There is no such component.")


class ComponentIn(In):
    """Part of the programme, done at a site from a day on."""

    site_id: UUID
    kind: ComponentKind
    from_on: Day
    to_on: Day | None = None


class AdaptationIn(In):
    """How a component was changed, and why: no names of people. Not planned: it was forced upon the programme."""

    on: Day
    what: Words
    why: Words
    is_planned: StrictBool


class AdaptationOut(Out):
    id: UUID
    on: date
    what: str
    why: str
    is_planned: bool


class ComponentOut(Out):
    id: UUID
    site_id: UUID
    kind: str
    from_on: date
    to_on: date | None
    adaptations: list[AdaptationOut]


@router.get(
    "/programmes/{programme_id}/components", response=answers(list[ComponentOut]), operation_id="components"
)
def components(
    request: HttpRequest, programme_id: UUID, limit: Limit = 100, offset: Offset = 0
) -> list[ComponentOut]:
    """Components with their days and adaptations, by site."""
    actor, programme = acting(request), programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    rows = Component.objects.visible_to(actor).filter(programme=programme).prefetch_related("adaptations")
    rows = rows.order_by("site__name", "from_on", "id")[offset : offset + limit]
    return [_shown(row) for row in rows]


@router.post(
    "/programmes/{programme_id}/components", response=answers(ComponentOut, 201), operation_id="start_component"
)  # fmt: skip
def start(request: HttpRequest, programme_id: UUID, said: ComponentIn) -> Status[Any]:
    """Part of the programme is done at a site from a day on."""
    actor, programme = acting(request), programme_where(request, programme_id, P.MANAGE_PROGRAMME)
    site = one_of(sites_to_look_after(actor, programme.id), said.site_id, Sentence("There is no such site."))
    row = actions.start_component(
        site=site, kind=said.kind, from_on=said.from_on, to_on=said.to_on, by=actor, at=now()
    )
    return Status(201, _shown(row))


@router.get("/components/{component_id}", response=answers(ComponentOut), operation_id="component")
def one(request: HttpRequest, component_id: UUID) -> ComponentOut:
    """One component and its adaptations."""
    return _shown(_component(request, component_id))


@router.post("/components/{component_id}/end", response=answers(ComponentOut), operation_id="end_component")
def end(request: HttpRequest, component_id: UUID, said: LastDayIn) -> ComponentOut:
    """Name its last day; named again, it replaces the one before."""
    row = _component(request, component_id)
    return _shown(actions.end_component(component=row, on=said.on, by=acting(request), at=now()))


@router.post(
    "/components/{component_id}/adaptations", response=answers(AdaptationOut, 201),
    operation_id="record_adaptation",
)  # fmt: skip
def adapt(request: HttpRequest, component_id: UUID, said: AdaptationIn) -> Status[Any]:
    """How it was changed, and why."""
    row = _component(request, component_id)
    return Status(
        201,
        actions.record_adaptation(component=row, **said.model_dump(), by=acting(request), at=now()),
    )


def _component(request: HttpRequest, component_id: UUID) -> Component:
    row: Component = one_of(Component.objects.visible_to(acting(request)), component_id, NO_COMPONENT)
    check_any(request, row.programme_id, P.MANAGE_PROGRAMME)
    return row


def _shown(row: Component) -> ComponentOut:
    adaptations = sorted(row.adaptations.all(), key=lambda one: (one.on, one.id), reverse=True)
    return ComponentOut(
        id=row.id, site_id=row.site_id, kind=row.kind, from_on=row.from_on, to_on=row.to_on,
        adaptations=[AdaptationOut.model_validate(one) for one in adaptations],
    )  # fmt: skip
