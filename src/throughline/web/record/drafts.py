"""Between the form and the vocabulary's draft: what was tapped becomes a draft, a contact becomes what is tapped.

A form shows less than a contact holds: one number for several lines of one thing, an empty field for each kind of
nothing, minutes. So what comes back as it was shown stays as the contact has it; a form sent back unchanged changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from throughline.records.engagement.models import Contact, KitLine, Need
from throughline.rules.access import grants_with
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierLevel,
    ContactKind,
    Urgency,
)
from throughline.vocabulary.contact import (
    BarrierDraft,
    ContactDraft,
    DisclosureDraft,
    KitLineDraft,
    NeedDraft,
)
from throughline.vocabulary.nothing import Nothing
from throughline.web.record.forms import ContactForm, CorrectionForm
from throughline.web.record.offer import Thing

MINUTES = "%Y-%m-%dT%H:%M"


def draft_of(form: ContactForm, by: Actor, at: datetime, correcting: Contact | None = None) -> ContactDraft:
    """The draft of a valid form. What a correction's form does not show stays as the contact has it."""
    given = form.cleaned_data
    tally = given["tally"]
    code, keeps = given["client_code"].strip() or None, False
    if isinstance(form, CorrectionForm):
        keeps = given["about"] == "same"
        code = code if given["about"] == "code" else None
    happened = given["happened_at"] or at
    if correcting and f"{happened:{MINUTES}}" == _local(correcting):
        # the form shows minutes of the clock at the site, and of an hour that came twice not which one
        happened = correcting.device_time
    return ContactDraft(
        id=given["id"], site_id=given["site"].id, route=given["route"], device_time=happened, client_code=code,
        kind=ContactKind.TALLY if tally else ContactKind.SINGLE, tally=tally or 1,
        place=given["place"] or "not_recorded", mode=given["mode"], who_spoke=given["who_spoke"],
        newness=given["newness"], on_behalf_of=_behalf(given["on_behalf_of"], correcting),
        duration=given["duration"], worker_id=correcting.worker_id if correcting else _membership(by, given["site"].id),
        kit_lines=_kit_lines(form, correcting), disclosures=_disclosures(form, correcting),
        needs=_needs(form, correcting), barriers=_barriers(form, correcting),
        is_after_the_fact=given["is_after_the_fact"] or bool(correcting and correcting.is_flagged_supply),
        keeps_client=keeps,
    )  # fmt: skip


def _membership(by: Actor, site_id: UUID) -> UUID | None:
    reaching = (g for g in grants_with(by, Permission.RECORD_CONTACT) if g.reaches(site_id))
    return next((grant.membership_id for grant in reaching), None)


def _behalf(given: int | None, correcting: Contact | None) -> int | Nothing:
    """An empty field is not recorded, unless it was empty because of another kind of nothing."""
    if given is not None:
        return given
    if correcting and correcting.on_behalf_of is None and correcting.on_behalf_of_nothing:
        return Nothing(correcting.on_behalf_of_nothing)
    return Nothing.NOT_RECORDED


def _kit_lines(form: ContactForm, correcting: Contact | None) -> tuple[KitLineDraft, ...]:
    standing: dict[tuple[UUID | None, UUID | None], list[KitLineDraft]] = {}
    if correcting:
        for line in correcting.kit_lines.all():
            back = line.returned if line.returned is not None else Nothing(line.returned_nothing)
            draft = KitLineDraft(line.item_id, line.kit_version_id, line.quantity, back, line.lot_id)
            standing.setdefault((line.item_id, line.kit_version_id), []).append(draft)
    lines: list[KitLineDraft] = []
    for thing in form.offer.things:
        held = standing.get((thing.item_id, thing.kit_version_id), [])
        held = held or [KitLineDraft(thing.item_id, thing.kit_version_id, 0)]
        given = _of_quantity(held, form.cleaned_data[thing.field] or 0)
        told = _brought_back(given, form.cleaned_data[f"back_{thing.field}"])
        lines += _from_lot(told, form.cleaned_data.get(f"lot_{thing.field}"), _lot(held))
    return tuple(lines)


def _from_lot(lines: list[KitLineDraft], chosen: str | None, shown: str) -> list[KitLineDraft]:
    """All that was given of one thing, from the lot that was chosen. Where the form says what it showed, each stays as it is.

    `chosen`: None where the form asks for none.
    """
    if chosen is None or chosen == shown:
        return lines
    lot = UUID(chosen) if chosen else None
    return [replace(one, lot_id=lot if one.quantity else None) for one in lines]


def _lot(lines: Iterable[KitLineDraft] | Iterable[KitLine]) -> str:
    """The lot that all lines of one thing came from, as the form shows it; "" where none is said, or several are."""
    lots = {str(one.lot_id or "") for one in lines if one.quantity}
    return lots.pop() if len(lots) == 1 else ""


def _of_quantity(lines: list[KitLineDraft], total: int) -> list[KitLineDraft]:
    """Lines of one thing, made to give so many in all; one of which nothing came back takes the difference first."""
    more = total - sum(line.quantity for line in lines)
    changed = []
    for line in sorted(lines, key=lambda one: (one.returned != Nothing.NOT_RECORDED, str(one.returned))):
        quantity = max(line.quantity + more, 0)
        more -= quantity - line.quantity
        changed.append(replace(line, quantity=quantity))
    return changed


def _brought_back(lines: list[KitLineDraft], total: int | None) -> list[KitLineDraft]:
    """Lines of one thing of which so many came back in all. Where the form says what they say, each stays as it is.

    A line that gave nothing and brought nothing back is none.
    """
    if total != _came_back(line.returned for line in lines):
        first = Nothing.NOT_RECORDED if total is None else total
        lines = [replace(line, returned=Nothing.NOT_RECORDED if n else first) for n, line in enumerate(lines)]
    return [one for one in lines if one.quantity or (isinstance(one.returned, int) and one.returned > 0)]


def _came_back(returned: Iterable[int | Nothing | None]) -> int | None:
    """How many in all; None where no line says."""
    counted = [one for one in returned if isinstance(one, int)]
    return sum(counted) if counted else None


def _disclosures(form: ContactForm, correcting: Contact | None) -> tuple[DisclosureDraft, ...]:
    standing = {row.topic: row for row in correcting.disclosures.all()} if correcting else {}
    drafts = []
    for code in form.offer.topics:
        answer, row = form.cleaned_data[f"topic_{code}"], standing.get(code)
        if not answer and row is not None and row.answer == Answer.NOT_RECORDED:
            answer = row.answer  # shown as nothing tapped, which is what it says
        if answer:
            drafts.append(DisclosureDraft(code, Answer(answer), form.cleaned_data[f"raised_{code}"]))
    return tuple(drafts)


def _needs(form: ContactForm, correcting: Contact | None) -> tuple[NeedDraft, ...]:
    standing: dict[str, list[Need]] = {}
    if correcting:
        for row in correcting.needs.prefetch_related("actions", "barriers").order_by("id"):
            standing.setdefault(row.domain, []).append(row)
    drafts: list[NeedDraft] = []
    given = form.cleaned_data
    for code in form.offer.domains:
        if not given[f"need_{code}"]:
            continue
        # the form shows one need of a kind; a contact that came with a file may hold more: they stay
        held = standing.get(code, [])
        first, others = (held[0], held[1:]) if held else (None, [])
        done = tuple(given[f"done_{code}"])
        if first and set(done) == set(was := _done_then(first)):
            done = was
        drafts.append(
            NeedDraft(
                code, given[f"urgency_{code}"], done, barriers=_in_its_way(form, code, first),
                id=first.id if first else None,
            )
        )  # fmt: skip
        drafts += [
            NeedDraft(
                code, Urgency(other.urgency), _done_then(other), barriers=_barriers_of(other), id=other.id
            )
            for other in others
        ]
    return tuple(drafts)


def _done_then(need: Need) -> tuple[ActionKind, ...]:
    """What was done at the contact itself; what was done later is no part of it, and no correction touches it."""
    at = need.contact.device_time
    return tuple(ActionKind(action.kind) for action in need.actions.all() if action.taken_at == at)


def _in_its_way(form: ContactForm, code: str, need: Need | None) -> tuple[BarrierDraft, ...]:
    """Those that are ticked for one need, each at the level at which it stands; what is not on offer any more stays."""
    standing = _barriers_of(need) if need else ()
    ticked = form.cleaned_data[f"way_{code}"]
    stay = [one for one in standing if one.kind in ticked or one.kind not in form.offer.barriers]
    there = {one.kind for one in stay}
    return (*stay, *(BarrierDraft(kind) for kind in ticked if kind not in there))


def _barriers_of(need: Need) -> tuple[BarrierDraft, ...]:
    return tuple(BarrierDraft(row.kind, BarrierLevel(row.level)) for row in need.barriers.all())


def _barriers(form: ContactForm, correcting: Contact | None) -> tuple[BarrierDraft, ...]:
    """Those that are ticked or given a level; one that stands at several levels stays at each while its level is left alone."""
    rows = list(correcting.barriers.all()) if correcting else []
    standing: dict[str, list[BarrierLevel]] = {}
    for row in rows:
        standing.setdefault(row.kind, []).append(BarrierLevel(row.level))
    drafts: list[BarrierDraft] = []
    for code in form.offer.barriers:
        level = form.cleaned_data[f"level_{code}"]
        was = standing.get(code, [])
        if code not in form.cleaned_data["barriers"] and (
            level == BarrierLevel.NOT_RECORDED or level == _shown_level(was)
        ):
            continue
        levels = was if was and level == _shown_level(was) else [level]
        drafts += [BarrierDraft(code, one) for one in levels]
    return tuple(drafts)


def _shown_level(levels: list[BarrierLevel]) -> BarrierLevel:
    """The one that the form shows."""
    return levels[0] if levels else BarrierLevel.NOT_RECORDED


def _local(contact: Contact) -> str:
    """When it was, by the clock at its site, as the form shows it."""
    return f"{contact.device_time.astimezone(ZoneInfo(contact.site.time_zone)):{MINUTES}}"


def initial_of(contact: Contact) -> dict[str, Any]:
    """What a correction's form starts from: everything but the client code, which nobody has."""
    initial: dict[str, Any] = again(contact) | {
        "id": contact.id, "base_version": contact.version, "about": "same",
        "on_behalf_of": contact.on_behalf_of, "newness": contact.newness,
        "tally": contact.tally if contact.kind == ContactKind.TALLY else None,
        "mode": contact.mode, "who_spoke": contact.who_spoke, "duration": contact.duration,
        "happened_at": _local(contact), "barriers": [row.kind for row in contact.barriers.all()],
        "is_after_the_fact": contact.is_flagged_supply,
    }  # fmt: skip
    backs: dict[str, list[int | None]] = {}
    for line in contact.kit_lines.all():
        backs.setdefault(Thing("", line.item_id, line.kit_version_id).field, []).append(line.returned)
    initial |= {f"back_{field}": _came_back(found) for field, found in backs.items()}
    for barrier in reversed(contact.barriers.all()):
        initial[f"level_{barrier.kind}"] = barrier.level
    for told in contact.disclosures.all():
        initial[f"raised_{told.topic}"] = told.raised_by
        initial[f"topic_{told.topic}"] = "" if told.answer == Answer.NOT_RECORDED else told.answer
    for need in contact.needs.prefetch_related("actions", "barriers").order_by("-id"):
        initial[f"need_{need.domain}"] = True
        initial[f"done_{need.domain}"] = [kind.value for kind in _done_then(need)]
        initial[f"urgency_{need.domain}"] = need.urgency
        initial[f"way_{need.domain}"] = [row.kind for row in need.barriers.all()]
    return initial


def again(contact: Contact) -> dict[str, Any]:
    """What "the same once more" takes over: where, by which route, what was given. Nothing of the person."""
    initial: dict[str, Any] = {"site": str(contact.site_id), "route": contact.route, "place": contact.place}
    lines: dict[str, list[KitLine]] = {}
    for line in contact.kit_lines.all():
        lines.setdefault(Thing("", line.item_id, line.kit_version_id).field, []).append(line)
    for field, found in lines.items():
        initial[field] = sum(line.quantity for line in found)
        initial[f"lot_{field}"] = _lot(found)
    return initial
