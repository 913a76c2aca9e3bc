"""What the recorder's screen is drawn from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.cache import cache

from throughline.api.recorder_shapes import (
    AgreementOut,
    CodeRuleOut,
    LabelledCodeOut,
    NamedOut,
    OfferedLotOut,
    RecorderSiteOut,
    ScreenOut,
    ThingOut,
)
from throughline.records.engagement.queries import sites_to_record_at
from throughline.records.engagement.queries.offered import items_in_kits, times_given
from throughline.records.engagement.queries.stock import lots_offered
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import agreements_in
from throughline.records.supplies.models import Item
from throughline.records.supplies.queries import items_for, kits_for
from throughline.reporting import field_words as words
from throughline.rules.client_code import hint_words
from throughline.vocabulary.actor import Actor

LISTS = ("place", "topic", "need_domain", "barrier_kind")
ENUMS: dict[str, words.Words] = {
    "route": words.ROUTES,
    "mode": words.MODES,
    "who_spoke": words.WHO_SPOKE,
    "newness": words.NEWNESS,
    "duration": words.DURATIONS,
    "answer": words.ANSWERS,
    "raised_by": words.RAISED_BY,
    "urgency": words.URGENCIES,
    "action_kind": words.ACTIONS,
    "barrier_level": words.BARRIER_LEVELS,
    "why_corrected": words.REASONS,
}
USED_FOR = timedelta(days=90)  # what a site gave most in these days stands first
HELD_SECONDS = 3600
LOTS_HELD_SECONDS = 300  # what came in is offered soon after


def screen_of(actor: Actor, programme: Programme, at: datetime) -> ScreenOut:
    """The screen of whoever asks; `version` changes with anything in it."""
    today = at.date()
    things = _things(actor, programme, today)
    sites = [one for one in sites_to_record_at(actor, today) if one.programme_id == programme.id]
    agreements = agreements_in(programme.id) if programme.is_agreement_needed else []
    found = ScreenOut(
        version="", as_of=today, programme=NamedOut(id=programme.id, name=programme.name),
        client_code=CodeRuleOut(pattern=programme.client_code_pattern, hint=str(hint_words(programme.client_code_hint))),
        is_agreement_needed=programme.is_agreement_needed,
        agreements=[
            AgreementOut(area=one.area, item_kinds=sorted(one.item_kinds), from_on=one.from_on, to_on=one.to_on)
            for one in agreements
        ],
        sites=[_site(site, things, today) for site in sites],
        lists={name: _labelled(words.listed(programme.id, name).items()) for name in LISTS},
        enums={name: _labelled(known.items()) for name, known in ENUMS.items()},
    )  # fmt: skip
    found.version = sha256(json.dumps(found.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()[
        :32
    ]
    return found


def _labelled(pairs: Iterable[tuple[Any, Any]]) -> list[LabelledCodeOut]:
    return [LabelledCodeOut(code=str(code), label=str(label)) for code, label in pairs]


@dataclass(frozen=True)
class _Thing:
    """What can be given out, with the id that its use is counted by (a kit's own, whatever its version) and what is in it."""

    counted_as: UUID
    shown: ThingOut
    holds: tuple[Item, ...]


def _things(actor: Actor, programme: Programme, today: date) -> list[_Thing]:
    kits = kits_for(actor, programme.id, today)
    inside = items_in_kits(kits)
    found = [
        _Thing(
            kit.kit_id,
            ThingOut(
                key=f"kit:{kit.id}", item_id=None, kit_version_id=kit.id, name=kit.kit.name,
                kinds=sorted({item.kind for item in inside[kit.id]}),
                controlled=sorted({item.kind for item in inside[kit.id] if item.is_controlled}), lots=[],
            ),
            tuple(inside[kit.id]),
        )
        for kit in kits
    ]  # fmt: skip
    return found + [
        _Thing(
            item.id,
            ThingOut(
                key=f"item:{item.id}", item_id=item.id, kit_version_id=None, name=item.name, kinds=[item.kind],
                controlled=[item.kind] if item.is_controlled else [], lots=[],
            ),
            (item,),
        )
        for item in items_for(actor, programme.id)
    ]  # fmt: skip


def _site(site: Site, things: list[_Thing], today: date) -> RecorderSiteOut:
    # until the day began: the order is the same all day, and is reckoned once
    until = datetime.combine(today, time(), UTC)
    times = cache.get_or_set(
        f"given/{site.id}/{today}", lambda: times_given(site.id, since=until - USED_FOR, until=until), HELD_SECONDS
    )  # fmt: skip
    used = times or {}
    lots = _lots_at(site, today)
    ordered = sorted(things, key=lambda one: (-used.get(one.counted_as, 0), one.shown.name.casefold()))
    return RecorderSiteOut(
        id=site.id, name=site.name, time_zone=site.time_zone, area=site.area,
        things=[one.shown.model_copy(update={"lots": _lots_of(one, lots)}) for one in ordered],
    )  # fmt: skip


def _lots_at(site: Site, today: date) -> dict[UUID, list[tuple[UUID, str, date]]]:
    """Item -> its lots that are here: id, batch, day on which it expires."""

    def read() -> dict[UUID, list[tuple[UUID, str, date]]]:
        found = lots_offered(site, today).items()
        return {item: [(lot.id, lot.batch, lot.expires_on) for lot in lots] for item, lots in found}

    return cache.get_or_set(f"lots/{site.id}/{today}", read, LOTS_HELD_SECONDS) or {}


def _lots_of(thing: _Thing, lots: dict[UUID, list[tuple[UUID, str, date]]]) -> list[OfferedLotOut]:
    return [
        OfferedLotOut(
            id=id, batch=batch, expires_on=expires_on, of=item.name if thing.shown.item_id is None else None
        )
        for item in thing.holds
        for id, batch, expires_on in lots.get(item.id, ())
    ]
