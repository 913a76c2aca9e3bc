"""What the recorder's screen is drawn from."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import cache

from throughline.api.recorder_shapes import (
    AgreementOut,
    CodeRuleOut,
    LabelledCodeOut,
    NamedOut,
    RecorderSiteOut,
    ScreenOut,
    ThingOut,
)
from throughline.records.engagement.queries import sites_to_record_at
from throughline.records.engagement.queries.offered import kinds_in_kits, times_given
from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import agreements_in
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


def _things(actor: Actor, programme: Programme, today: date) -> list[tuple[Any, ThingOut]]:
    """What can be given out, each with the id that its use is counted by: a kit's own, whatever its version."""
    kits = kits_for(actor, programme.id, today)
    inside = kinds_in_kits(kits)
    found: list[tuple[Any, ThingOut]] = [
        (
            kit.kit_id,
            ThingOut(
                key=f"kit:{kit.id}", item_id=None, kit_version_id=kit.id, name=kit.kit.name,
                kinds=sorted({kind for kind, _ in inside[kit.id]}),
                controlled=sorted({kind for kind, is_controlled in inside[kit.id] if is_controlled}),
            ),
        )
        for kit in kits
    ]  # fmt: skip
    return found + [
        (
            item.id,
            ThingOut(
                key=f"item:{item.id}", item_id=item.id, kit_version_id=None, name=item.name, kinds=[item.kind],
                controlled=[item.kind] if item.is_controlled else [],
            ),
        )
        for item in items_for(actor, programme.id)
    ]  # fmt: skip


def _site(site: Site, things: list[tuple[Any, ThingOut]], today: date) -> RecorderSiteOut:
    # until the day began: the order is the same all day, and is reckoned once
    until = datetime.combine(today, time(), UTC)
    times = cache.get_or_set(
        f"given/{site.id}/{today}", lambda: times_given(site.id, since=until - USED_FOR, until=until), HELD_SECONDS
    )  # fmt: skip
    used = times or {}
    ordered = sorted(things, key=lambda pair: (-used.get(pair[0], 0), pair[1].name.casefold()))
    return RecorderSiteOut(
        id=site.id, name=site.name, time_zone=site.time_zone, area=site.area,
        things=[thing for _, thing in ordered],
    )  # fmt: skip
