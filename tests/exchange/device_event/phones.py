"""Devices as the server meets them: events sealed as a phone seals them, sent through the very code that the API calls."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.cast import Cast
from throughline.exchange.device_event.load import Answer, Answers, receive
from throughline.exchange.device_event.seal import public_key, seal
from throughline.records.accounts.actions import register_device
from throughline.records.accounts.models import Account
from throughline.records.foundation import new_id
from throughline.records.keyring import ring
from throughline.records.programme.models import Programme, Site
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import Sent


@dataclass
class Phone:
    """A device of somebody's: it counts its events and seals them."""

    programme: Programme
    site: Site
    account: Account
    actor: Actor
    id: UUID = field(default_factory=new_id)
    sequence: int = 0

    def contact(self, at: datetime, **told: Any) -> dict[str, Any]:
        """What is told of a contact; `told` goes over what there is."""
        return {"site_id": str(self.site.id), "route": "service", "device_time": at.isoformat(), **told}

    def event(self, kind: str, at: datetime, **said: Any) -> dict[str, Any]:
        """What lies in the seal of this phone's next event."""
        self.sequence += 1
        event_id = str(said.pop("id", new_id()))
        base: dict[str, Any] = {
            "format": 1, "kind": kind, "id": event_id, "programme_id": str(self.programme.id),
            "account_id": str(self.account.id), "device_id": str(self.id), "sequence": self.sequence,
            "made_at": at.isoformat(), "contact_id": event_id, "after": None, "base_version": None, "why": None,
            "keeps_client": False, "replaces": None, "keeps_code": False, "contact": None,
        }  # fmt: skip
        if kind == "contact":
            base["contact"] = self.contact(at)
        return base | said

    def sealed(self, event: dict[str, Any], *, carried_by: UUID | None = None) -> Sent:
        event_id = UUID(event["id"])
        to = public_key(ring(), self.programme.id)
        plain = json.dumps(event).encode()
        return Sent(
            event_id=event_id, device_id=UUID(event["device_id"]), sequence=event["sequence"],
            key_version=ring().current, sealed=seal(plain, to=to, event_id=event_id), carried_by=carried_by or self.id,
        )  # fmt: skip

    def send(self, *sent: Sent, at: datetime) -> Answers:
        return receive(events=sent, programmes=[self.programme], by=self.actor, clock=lambda: at)

    def tell(self, event: dict[str, Any], at: datetime) -> Answer:
        """Seal, send, and what the server answered."""
        (answer,) = self.send(self.sealed(event), at=at).answers
        return answer


def phone_of(cast: Cast, person: Any, at: datetime) -> Phone:
    """A phone that its owner has registered."""
    phone = Phone(cast.programme, cast.site, person.account, person.actor)
    register_device(
        programme_id=cast.programme.id, site_id=cast.site.id, account=person.account, device_id=phone.id,
        by=person.actor, at=at,
    )  # fmt: skip
    return phone


def wire(sent: Sent) -> dict[str, Any]:
    """As a phone writes it into a request."""
    return {
        "id": str(sent.event_id), "sequence": sent.sequence, "device_id": str(sent.device_id),
        "key_version": sent.key_version, "sealed": base64.urlsafe_b64encode(sent.sealed).decode().rstrip("="),
    }  # fmt: skip
