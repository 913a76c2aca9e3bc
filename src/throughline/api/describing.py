"""What a client says of themselves: bands, and their life on a day; each said at a site that met them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from throughline.api.asked import one_of
from throughline.api.clients import StateOut
from throughline.api.session import acting, now
from throughline.api.shapes import Day, In, Label, Name, Out, answers
from throughline.records.clients.actions import describe_client, record_client_state
from throughline.records.clients.queries import client_for, description_for
from throughline.records.engagement.queries import sites_that_met
from throughline.vocabulary.chain import Housing
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import YesNo

router = Router(tags=["clients"])
NO_SITE = Sentence("There is no such site.")
SILENT = Nothing.NOT_RECORDED.value


class DescriptionIn(In):
    """A band such as 1980-1984, a code of the gender list and a coarse area; or a kind of nothing each. Never a birth date."""

    site_id: UUID
    birth_year_band: Label = SILENT
    gender: Label = SILENT
    area: Name = SILENT


class DescriptionOut(Out):
    birth_year_band: str
    gender: str
    area: str


class StateIn(In):
    """`as_of`: the day on which they said it. What is not said is not recorded."""

    site_id: UUID
    as_of: Day
    housing: Housing = Housing.NOT_RECORDED
    smokes_crack: YesNo = YesNo.NOT_RECORDED
    injects_crack: YesNo = YesNo.NOT_RECORDED
    uses_heroin: YesNo = YesNo.NOT_RECORDED
    injects: YesNo = YesNo.NOT_RECORDED


@router.put(
    "/clients/{client_id}/described", response=answers(DescriptionOut), operation_id="describe_client"
)
def describe(request: HttpRequest, client_id: UUID, said: DescriptionIn) -> Any:
    """Write down what they say of themselves, at a site that met them. Said again there, it replaces what was said."""
    actor = acting(request)
    client = client_for(actor, client_id)
    site = one_of(sites_that_met(actor, client), said.site_id, NO_SITE)
    describe_client(client=client, site=site, **said.model_dump(exclude={"site_id"}), by=actor, at=now())
    return description_for(actor, client)


@router.post(
    "/clients/{client_id}/states", response=answers(StateOut, 201), operation_id="record_client_state"
)
def state(request: HttpRequest, client_id: UUID, said: StateIn) -> Status[Any]:
    """Write down their life on a day, as they say it. What they said before stays."""
    actor = acting(request)
    client = client_for(actor, client_id)
    site = one_of(sites_that_met(actor, client), said.site_id, NO_SITE)
    given = said.model_dump(exclude={"site_id"})
    return Status(201, record_client_state(client=client, site=site, **given, by=actor, at=now()))
