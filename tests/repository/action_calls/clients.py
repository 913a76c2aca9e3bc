"""What the actions of clients are called with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from tests.records.made import a_sharing_consent
from throughline.records.clients import actions
from throughline.records.clients.models import Client, EmergencyOpening, IdentityVault
from throughline.records.engagement.actions import record_contact
from throughline.vocabulary.chain import Housing, Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.referral import YesNo
from throughline.vocabulary.sharing import EmergencyKind, Shared, SharingBasis, SharingPurpose, SignedAs

CODE, OTHER = "QK17031979F", "AB01021980M"


def _client(cast: Cast, now: datetime, code: str = CODE) -> Client:
    draft = ContactDraft(site_id=cast.site.id, route=Route.SERVICE, device_time=now, client_code=code)
    client = record_contact(draft=draft, by=SYSTEM, at=now).client
    assert client is not None
    return client


def _two(cast: Cast, now: datetime) -> dict[str, Any]:
    return {"kept": _client(cast, now), "merged": _client(cast, now, OTHER)}


def _consent_draft(cast: Cast, now: datetime) -> actions.ConsentDraft:
    return actions.ConsentDraft(
        cast.housing, frozenset({Shared.REFERRAL}), SharingPurpose.HOUSING, now.date(), SignedAs.PAPER, now.date(),
        now.date(), is_told_revocable=True,
    )  # fmt: skip


def _vault(cast: Cast, now: datetime) -> IdentityVault:
    return actions.keep_identity(
        client=_client(cast, now), site=cast.site, identity=actions.Identity("Robin Vale"), consented_on=now.date(),
        by=cast.bob.actor, at=now,
    )  # fmt: skip


def _emergency(cast: Cast, now: datetime) -> EmergencyOpening:
    found = actions.break_glass(
        programme=cast.programme, client=_client(cast, now), kind=EmergencyKind.EMERGENCY,
        note="Found on the stairs.", by=cast.alice.actor, at=now,
    )  # fmt: skip
    assert found is not None
    return found


CALLS = {
    "identify_client": lambda cast, now: {"programme": cast.programme, "site": cast.site, "code": CODE},
    "identify_clients": lambda cast, now: {
        "programme": cast.programme, "codes": {CODE}, "site_ids": {cast.site.id},
    },
    "look_up_client": lambda cast, now: {"programme": cast.programme, "code": CODE},
    "describe_client": lambda cast, now: {
        "client": _client(cast, now), "site": cast.site, "birth_year_band": "1980-1984", "gender": "woman",
        "area": cast.site.area,
    },
    "record_client_state": lambda cast, now: {
        "client": _client(cast, now), "site": cast.site, "as_of": date(2025, 3, 1), "housing": Housing.HOSTEL,
        "smokes_crack": YesNo.YES, "injects_crack": YesNo.NO, "uses_heroin": YesNo.DECLINED, "injects": YesNo.NO,
    },
    "merge_clients": _two,
    "unmerge_clients": lambda cast, now: {
        "merge": actions.merge_clients(**_two(cast, now), by=SYSTEM, at=now),
    },
    "keep_clients_apart": lambda cast, now: {
        "first": _client(cast, now), "second": _client(cast, now, OTHER),
    },
    "record_consent": lambda cast, now: {
        "client": _client(cast, now), "site": cast.site, "draft": _consent_draft(cast, now),
    },
    "revoke_consent": lambda cast, now: {"consent": a_sharing_consent(cast, _client(cast, now), at=now)},
    "record_sharing": lambda cast, now: {
        "client": _client(cast, now), "site": cast.site, "to": actions.Receiver(name="County hospital"),
        "what": frozenset({Shared.HISTORY}), "basis": SharingBasis.EMERGENCY,
    },
    "note_sharing_list_read": lambda cast, now: {"client": _client(cast, now)},
    "keep_identity": lambda cast, now: {
        "client": _client(cast, now), "site": cast.site, "identity": actions.Identity("Robin Vale"),
        "consented_on": now.date(),
    },
    "read_identity": lambda cast, now: {"vault": _vault(cast, now)},
    "destroy_identity": lambda cast, now: {"vault": _vault(cast, now)},
    "break_glass": lambda cast, now: {
        "programme": cast.programme, "code": CODE, "kind": EmergencyKind.EMERGENCY, "note": "Found on the stairs.",
    },
    "note_emergency_read": lambda cast, now: {"emergency": _emergency(cast, now)},
    "end_emergency": lambda cast, now: {"emergency": _emergency(cast, now)},
    "read_emergencies": lambda cast, now: {"programme": cast.programme},
    "note_history_read": lambda cast, now: {"client": _client(cast, now)},
}  # fmt: skip
