"""Support that a site gives people who use crack anyway: what, since when, until when."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from throughline.api.asked import check_any, one_of
from throughline.api.session import acting, now
from throughline.api.setting_up import SEEN_BY, LastDayIn
from throughline.api.shapes import Day, In, Limit, Offset, Out, Words, answers
from throughline.records.programme import actions
from throughline.records.programme.models import Provision
from throughline.records.programme.queries import site_to_look_after
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.programme import ProvisionKind

router = Router(tags=["setting up"])


class ProvisionIn(In):
    """`what`: in one's own words, without names of people."""

    kind: ProvisionKind
    what: Words
    from_on: Day
    to_on: Day | None = None


class ProvisionOut(Out):
    id: UUID
    site_id: UUID
    kind: str
    what: str
    from_on: date
    to_on: date | None


@router.get("/sites/{site_id}/provisions", response=answers(list[ProvisionOut]), operation_id="provisions")
def provisions(request: HttpRequest, site_id: UUID, limit: Limit = 100, offset: Offset = 0) -> Any:
    """What a site gives, the first begun first."""
    actor = acting(request)
    site = site_to_look_after(actor, site_id)
    check_any(request, site.programme_id, *SEEN_BY)
    rows = Provision.objects.visible_to(actor).filter(site=site)
    return rows.order_by("from_on", "id")[offset : offset + limit]


@router.post(
    "/sites/{site_id}/provisions", response=answers(ProvisionOut, 201), operation_id="record_provision"
)  # fmt: skip
def record(request: HttpRequest, site_id: UUID, said: ProvisionIn) -> Status[Any]:
    """Support that a site gives people who use crack, whether or not the programme came there."""
    actor = acting(request)
    site = site_to_look_after(actor, site_id)
    row = actions.record_provision(site=site, **said.model_dump(), by=actor, at=now())
    return Status(201, row)


@router.post("/provisions/{provision_id}/end", response=answers(ProvisionOut), operation_id="end_provision")
def end(request: HttpRequest, provision_id: UUID, said: LastDayIn) -> Any:
    """Name its last day. Said again, it replaces the day said before."""
    actor = acting(request)
    row = one_of(Provision.objects.visible_to(actor), provision_id, Sentence("There is no such support."))
    check_any(request, row.programme_id, P.MANAGE_PROGRAMME)
    return actions.end_provision(provision=row, on=said.on, by=actor, at=now())
