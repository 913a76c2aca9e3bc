"""Clients are described by bands, and by what they say of their life; reading of their past is noted."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.clients.models import Client, ClientDescription, ClientState
from throughline.records.clients.queries import check_in_sight
from throughline.records.programme.models import Site
from throughline.records.programme.queries import areas_of, check_codes
from throughline.rules.access import check_may_describe_client, check_may_see_client_history
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import Housing
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import YesNo

BIRTH_YEARS = re.compile(r"(19|20)[0-9]{2}-(19|20)[0-9]{2}")


@transaction.atomic
def describe_client(
    *, client: Client, site: Site, birth_year_band: str, gender: str, area: str, by: Actor, at: datetime
) -> Client:
    """Bands only: a code of the gender list, a band of birth years, a coarse area, or a kind of nothing each.

    It is shown to who may see histories at the site where it was written down, and to nobody else.
    """
    check_may_describe_client(by, client.programme_id, site.id)
    check_in_sight(by, client)
    check_codes(client.programme_id, "gender", {gender})
    nothings = {kind.value for kind in Nothing}
    if birth_year_band not in nothings and not BIRTH_YEARS.fullmatch(birth_year_band):
        raise Invalid(Sentence("A band of birth years is written like 1980-1984, or is a kind of nothing."))
    if area not in nothings and area not in areas_of(client.programme_id):
        raise Invalid(Sentence("An area is one of those of the programme's sites, or a kind of nothing."))
    if site.programme_id != client.programme_id:
        raise Invalid(Sentence("A client is described at a site of their own programme."))
    said = {"birth_year_band": birth_year_band, "gender": gender, "area": area}
    Client.objects.filter(id=client.id).update(**said)
    row = ClientDescription(
        programme_id=client.programme_id, client=client, site=site, described_at=at, **said
    )
    ClientDescription.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["client", "site"], update_fields=[*said, "described_at"]
    )
    client.refresh_from_db()
    audit.record(Event.CLIENT_DESCRIBED, target=client, programme_id=client.programme_id, by=by, at=at)
    return client


@transaction.atomic
def record_client_state(
    *,
    client: Client,
    site: Site,
    as_of: date,
    housing: Housing,
    smokes_crack: YesNo,
    injects_crack: YesNo,
    uses_heroin: YesNo,
    injects: YesNo,
    by: Actor,
    at: datetime,
) -> ClientState:
    """What a person says of their life at a day; each a code or a kind of nothing. What they said before stays.

    It is shown to who may see histories at the site where it was said, and to nobody else.
    """
    check_may_describe_client(by, client.programme_id, site.id)
    check_in_sight(by, client)
    if site.programme_id != client.programme_id:
        raise Invalid(Sentence("A client is described at a site of their own programme."))
    if as_of > at.date() + timedelta(days=1):  # a day begins earlier east of here
        raise Invalid(
            Sentence("This day is still to come."),
            fields={"as_of": Sentence("Choose the day on which they said it.")},
        )
    row = ClientState.objects.create(
        programme_id=client.programme_id, client=client, site=site, as_of=as_of, housing=housing.value,
        smokes_crack=smokes_crack.value, injects_crack=injects_crack.value, uses_heroin=uses_heroin.value,
        injects=injects.value, recorded_at=at,
    )  # fmt: skip
    audit.record(Event.CLIENT_STATE_RECORDED, target=row, programme_id=client.programme_id, by=by, at=at)
    return row


@transaction.atomic
def note_history_read(*, client: Client, by: Actor, at: datetime) -> None:
    """Reading a client's history is an event, like writing to it."""
    check_may_see_client_history(by, client.programme_id)
    check_in_sight(by, client)
    audit.record(Event.CLIENT_HISTORY_READ, target=client, programme_id=client.programme_id, by=by, at=at)
