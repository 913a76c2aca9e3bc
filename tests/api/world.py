"""One of everything that the API knows, for tests: recorded by the cast, with the same actions as in life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from tests.api.inquiry_made import BESIDE_PATHS, bodies_of_inquiry, more_of_inquiry
from tests.api.world_imported import bodies_of_imported, imported
from tests.api.world_recorded import bodies_of_recorded, recorded
from tests.api.world_set_up import bodies_of_set_up, set_up
from tests.api.world_studied import bodies_of_studied, studied
from tests.api.world_surveyed import bodies_of_surveyed, surveyed
from tests.cast import Cast
from tests.records.made import CONSENTED, a_sharing_consent
from throughline.exchange.device_event.load import receive
from throughline.records.accounts.actions import register_device
from throughline.records.accounts.models import Device
from throughline.records.clients.models import Client
from throughline.records.engagement.actions import record_contact
from throughline.records.engagement.models import DeviceEvent, Need
from throughline.records.foundation import new_id
from throughline.records.inquiry.actions import (
    CodeDraft,
    SourceDraft,
    ThemeDraft,
    TurnDraft,
    add_code,
    add_codebook,
    add_source,
    apply_code,
    open_analysis,
    write_theme,
)
from throughline.records.inquiry.models import Analysis
from throughline.records.referral.actions import make_referral
from throughline.records.study.actions import create_study, record_freeze
from throughline.records.study.models import Freeze, Study
from throughline.records.supplies.actions import add_item, add_kit_version, count_stock, receive_stock
from throughline.records.supplies.models import Item
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import Sent
from throughline.vocabulary.chain import Answer, ItemKind, Route
from throughline.vocabulary.contact import ContactDraft, DisclosureDraft, NeedDraft
from throughline.vocabulary.referral import Door, ReferralKind
from throughline.vocabulary.stock import CountedLine, StockLine
from throughline.vocabulary.study import Approach, CodeOrigin, SourceKind

CODE = "AB01021980F"
TEXT = "I was met kindly. Nobody asked me why I came."


# Operations that are asked for with a query, at the least.
QUERIES = {
    "contamination": "question=heard",
    "add_instrument_version": "code=pipes",
    "import_codebook": "form=csv",
    "read_transcript": "form=txt",
    "read_face_sheet": "form=csv",
}


@dataclass(frozen=True)
class World:
    cast: Cast
    ids: dict[str, UUID]  # name of a path parameter -> the id of what there is
    more: dict[str, UUID]

    def ids_for(self, operation: str) -> dict[str, UUID]:
        """What is erased is of its own: its key does not come back when the database does."""
        own = {"source_id": self.more["source_to_erase"]} if operation == "erase_source" else {}
        return self.ids | own

    def path(self, template: str, operation: str = "") -> str:
        for name, value in self.ids_for(operation).items():
            template = template.replace(f"{{{name}}}", str(value))
        return template


def make_world(cast: Cast) -> World:
    at = timezone.now() - timedelta(minutes=5)
    by = Actor.system("command line")
    item = add_item(programme=cast.programme, name="Pipe", kind=ItemKind.PIPE.value, by=by, at=at)
    kit = add_kit_version(
        programme=cast.programme, name="Set", components={item: 2}, from_on=date(2025, 1, 1), by=by, at=at
    )
    draft = ContactDraft(
        cast.site.id, Route.SERVICE, at, client_code=CODE,
        disclosures=(DisclosureDraft("housing", Answer.TOLD),), needs=(NeedDraft("housing"),),
    )  # fmt: skip
    contact = record_contact(draft=draft, by=cast.bob.actor, at=at)
    need = Need.objects.get(contact=contact)
    assert contact.client is not None
    consent = a_sharing_consent(cast, contact.client, at=at)
    referral = make_referral(
        from_site=cast.site, to_organisation=cast.housing, door=Door.SERVICE, kind=ReferralKind.LETTER, needs=[need],
        passing=CONSENTED, by=cast.bob.actor, at=at,
    )  # fmt: skip
    words = _words(cast, at)
    made = set_up(cast, at)
    made |= studied(
        cast, Freeze.objects.get(id=words["freeze_id"]), Analysis.objects.get(id=words["analysis_id"]), at
    )
    made |= surveyed(cast, at)
    made |= recorded(cast, Study.objects.get(id=words["study_id"]), at)
    made |= imported(cast, made, at)
    phone = register_device(
        programme_id=cast.programme.id,
        site_id=cast.site.id,
        account=cast.bob.account,
        by=cast.bob.actor,
        at=at,
    )
    held = _held(cast, phone, at)
    return World(
        cast,
        {
            "item_id": item.id, "kit_version_id": kit.id, "other_id": Client.objects.get().id, "merge_id": new_id(), "device_id": phone.id,
            "arrival_id": DeviceEvent.objects.get(event_id=held).id,
            "programme_id": cast.programme.id, "month": "2026-01", "contact_id": contact.id, "need_id": need.id,
            "client_id": Client.objects.get().id, "referral_id": referral.id, "consent_id": consent.id, **words, **_shelf(cast, item, at),
            "event_id": held, **made.ids,
        },
        {"phone": phone.id, "item_id": item.id, "kit_version_id": kit.id, "code_id": words["code_id"]}
        | {name: words.pop(name) for name in BESIDE_PATHS} | made.more,
    )  # fmt: skip


def _held(cast: Cast, phone: Device, at: datetime) -> UUID:
    """Something from Bob's phone that does not open."""
    sent = Sent(new_id(), phone.id, 1, 1, b"no seal", phone.id)
    receive(events=[sent], programmes=[cast.programme], by=cast.bob.actor, clock=lambda: at)
    return sent.event_id


def _shelf(cast: Cast, item: Item, at: datetime) -> dict[str, UUID]:
    """A delivery to Bob's site, and a count that found two less."""
    kwargs: dict[str, Any] = {"site": cast.site, "by": cast.alice.actor, "at": at}
    (moved,) = receive_stock(lines=[StockLine(item.id, 50)], happened_at=at - timedelta(hours=2), **kwargs)
    count = count_stock(lines=[CountedLine(item.id, 48)], counted_at=at - timedelta(hours=1), **kwargs)
    return {"site_id": cast.site.id, "movement_id": moved.id, "count_id": count.id}


def _words(cast: Cast, at: datetime) -> dict[str, UUID]:
    rosa = cast.rosa.actor
    study = create_study(programme=cast.programme, title="Study", design="site change", by=rosa, at=at)
    freeze = record_freeze(
        study=study,
        name="march",
        content_hash="0" * 64,
        rows={"contact": 1},
        by=Actor.system("command line"),
        at=at,
    )
    analysis = open_analysis(
        study=study, name="Talk", question="What helps?", approach=Approach.REFLEXIVE, by=rosa, at=at
    )
    source = add_source(
        analysis=analysis, by=rosa, at=at,
        draft=SourceDraft("I01", SourceKind.INTERVIEW, TEXT, TEXT.encode(), "0" * 64, "txt",
                          turns=(TurnDraft(0, len(TEXT), "P01"),), is_deidentified=True),
    )  # fmt: skip
    book = add_codebook(analysis=analysis, name="Book", by=rosa, at=at)
    code = add_code(codebook=book, draft=CodeDraft("kind", "Kindness", CodeOrigin.INDUCTIVE), by=rosa, at=at)
    coding = apply_code(source=source, code=code, start=0, end=17, by=rosa, at=at)
    draft = ThemeDraft("Kind", "Being met kindly.", codes=(code,))
    theme = write_theme(analysis=analysis, draft=draft, by=rosa, at=at)
    return {
        "theme_id": theme.id,
        "analysis_id": analysis.id,
        "freeze_id": freeze.id,
        "source_id": source.id,
        "coding_id": coding.id,
        "code_id": code.id,
        "codebook_id": book.id,
        "study_id": study.id,
        **more_of_inquiry(cast, analysis, book, source, theme, at),
    }


def bodies(world: World) -> dict[str, Any]:
    """Operation -> a body that is right; bytes are sent as they are."""
    moment = timezone.now().isoformat()
    contact = {"site_id": str(world.cast.site.id), "route": "service", "device_time": moment}
    line = {"item_id": str(world.more["item_id"]), "quantity": 3}
    moved: dict[str, Any] = {"happened_at": moment, "lines": [line]}
    return {
        **bodies_of_set_up(world),
        **bodies_of_studied(world),
        **bodies_of_surveyed(world),
        **bodies_of_recorded(world),
        **bodies_of_imported(world),
        "record_contact": contact,
        "correct_contact": {
            "base_version": 1, "why": "typing_mistake", "keeps_client": True,
            "contact": {**contact, "needs": [{"id": str(world.ids["need_id"]), "domain": "housing"}]},
        },
        "withdraw_contact": {"base_version": 1},
        "close_need": {"closed_as": "met"},
        "record_action": {"kind": "advised"},
        "look_up_client": {"client_code": CODE},
        "register_device": {"device_id": str(world.more["phone"]), "site_id": str(world.cast.site.id)},
        "send_events": {
            "device_id": str(world.more["phone"]), "device_time": moment, "epoch": None,
            "events": [{
                "id": str(new_id()), "sequence": 2, "device_id": str(world.more["phone"]), "key_version": 1,
                "sealed": "bm8gc2VhbA",
            }],
        },
        "drop_event": {"why": "cannot_be_read"},
        "record_sharing": {
            "site_id": str(world.cast.site.id), "to_name": "County hospital", "what": ["history"], "basis": "emergency",
        },
        "record_consent": {
            "site_id": str(world.cast.site.id), "to_organisation_id": str(world.cast.housing.id),
            "scope": ["referral"], "purpose": "housing", "signed_on": "2026-01-05", "signed_as": "paper",
            "from_on": "2026-01-05", "to_on": "2027-01-04", "is_told_revocable": True,
        },
        "make_referral": {
            "from_site_id": str(world.cast.site.id), "to_organisation_id": str(world.cast.housing.id),
            "door": "service", "kind": "letter", "reason": "housing", "basis": "written_consent",
        },
        "move_referral": {"state": "received", "happened_at": moment, "base_version": 1},
        "receive_stock": moved | {"lines": [{**line, "batch": "B1", "expires_on": "2031-05-01"}]},
        "transfer_stock": moved | {"to_site_id": str(world.cast.other_site.id)},
        "write_off_stock": moved | {"reason": "damaged"},
        "count_stock": {"counted_at": moment, "lines": [{"item_id": line["item_id"], "counted": 0}]},
        "explain_variance": {"item_id": line["item_id"], "reason": "not_known", "difference": -2},
        "withdraw_count": {"why": "wrong_time"},
        "withdraw_movement": {"why": "recorded_twice"},
        "write_code_memo": {"title": "Doors", "text": "A door is a pipe."},
        "write_theme_memo": {"text": "Who opens it?"},
        "apply_code": {"code_id": str(world.more["code_id"]), "start": 18, "end": len(TEXT)},
        "export_project": {"recipient": "Dr. Reader"},
        "compare_imported_coders": {"name": "Brought"},
        **bodies_of_inquiry(world),
        "merge_clients": {"other_id": str(world.ids["other_id"])},
        "keep_clients_apart": {"other_id": str(world.ids["other_id"])},
        "apply_arrival": {},
        "drop_arrival": {"why": "cannot_be_read"},
        "add_item": {"name": "Screen", "kind": "screen"},
        "add_kit": {"name": "Set", "from_on": "2026-02-01", "components": [{"item_id": line["item_id"], "quantity": 3}]},
        "leave_order": {"recipient": "A. Supplier"},
        "report_month": {"reporting": "complete"},
        "release_return": {"recipient": "Board"},
        "release_table": {"title": "Contacts by route", "unit": "contact", "dimensions": ["route"], "recipient": "Board"},
    }  # fmt: skip
