"""Between the form and the vocabulary's draft: what was tapped becomes a draft, a contact becomes what is tapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from throughline.records.engagement.models import Contact, Need
from throughline.rules.access import grants_with
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierLevel,
    ContactKind,
    RaisedBy,
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


def draft_of(form: ContactForm, by: Actor, at: datetime, correcting: Contact | None = None) -> ContactDraft:
    """The draft of a valid form. What a correction's form does not show stays as the contact has it."""
    given = form.cleaned_data
    tally = given["tally"]
    code, keeps = given["client_code"].strip() or None, False
    if isinstance(form, CorrectionForm):
        keeps = given["about"] == "same"
        code = code if given["about"] == "code" else None
    behalf = given["on_behalf_of"]
    happened = given["happened_at"] or at
    if correcting and happened == correcting.device_time.replace(second=0, microsecond=0):
        happened = correcting.device_time  # the form shows minutes; the record keeps its own
    return ContactDraft(
        id=given["id"], site_id=given["site"].id, route=given["route"], device_time=happened, client_code=code,
        kind=ContactKind.TALLY if tally else ContactKind.SINGLE, tally=tally or 1,
        place=given["place"] or "not_recorded", mode=given["mode"], who_spoke=given["who_spoke"],
        newness=given["newness"], on_behalf_of=Nothing.NOT_RECORDED if behalf is None else behalf,
        duration=given["duration"], worker_id=correcting.worker_id if correcting else _membership(by, given["site"].id),
        kit_lines=_kit_lines(form, correcting), disclosures=_disclosures(form, correcting),
        needs=_needs(form, correcting), barriers=_barriers(given["barriers"], correcting),
        is_after_the_fact=given["is_after_the_fact"] or bool(correcting and correcting.is_flagged_supply),
        keeps_client=keeps,
    )  # fmt: skip


def _membership(by: Actor, site_id: UUID) -> UUID | None:
    reaching = (g for g in grants_with(by, Permission.RECORD_CONTACT) if g.reaches(site_id))
    return next((grant.membership_id for grant in reaching), None)


def _kit_lines(form: ContactForm, correcting: Contact | None) -> tuple[KitLineDraft, ...]:
    returned: dict[tuple[UUID | None, UUID | None], int | Nothing] = {}
    if correcting:
        for line in correcting.kit_lines.all():
            known = line.returned if line.returned is not None else Nothing(line.returned_nothing)
            returned[(line.item_id, line.kit_version_id)] = known
    lines = []
    for thing in form.offer.things:
        quantity = form.cleaned_data[thing.field] or 0
        back = returned.get((thing.item_id, thing.kit_version_id), Nothing.NOT_RECORDED)
        if quantity or (isinstance(back, int) and back > 0):
            lines.append(KitLineDraft(thing.item_id, thing.kit_version_id, quantity, back))
    return tuple(lines)


def _disclosures(form: ContactForm, correcting: Contact | None) -> tuple[DisclosureDraft, ...]:
    raised = (
        {row.topic: RaisedBy(row.raised_by) for row in correcting.disclosures.all()} if correcting else {}
    )
    told = ((code, form.cleaned_data[f"topic_{code}"]) for code in form.offer.topics)
    return tuple(
        DisclosureDraft(code, Answer(answer), raised.get(code, RaisedBy.NOT_RECORDED))
        for code, answer in told
        if answer
    )


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
        drafts.append(
            NeedDraft(
                code, given[f"urgency_{code}"], tuple(given[f"done_{code}"]),
                barriers=_barriers_of(first) if first else (), id=first.id if first else None,
            )
        )  # fmt: skip
        drafts += [
            NeedDraft(
                code, Urgency(other.urgency), tuple(ActionKind(action.kind) for action in other.actions.all()),
                barriers=_barriers_of(other), id=other.id,
            )
            for other in others
        ]  # fmt: skip
    return tuple(drafts)


def _barriers_of(need: Need) -> tuple[BarrierDraft, ...]:
    return tuple(BarrierDraft(row.kind, BarrierLevel(row.level)) for row in need.barriers.all())


def _barriers(kinds: list[str], correcting: Contact | None) -> tuple[BarrierDraft, ...]:
    levels = {row.kind: BarrierLevel(row.level) for row in correcting.barriers.all()} if correcting else {}
    return tuple(BarrierDraft(kind, levels.get(kind, BarrierLevel.NOT_RECORDED)) for kind in kinds)


def initial_of(contact: Contact) -> dict[str, Any]:
    """What a correction's form starts from: everything but the client code, which nobody has."""
    local = contact.device_time.astimezone(ZoneInfo(contact.site.time_zone))
    initial: dict[str, Any] = again(contact) | {
        "id": contact.id, "base_version": contact.version, "about": "same",
        "on_behalf_of": contact.on_behalf_of, "newness": contact.newness,
        "tally": contact.tally if contact.kind == ContactKind.TALLY else None,
        "mode": contact.mode, "who_spoke": contact.who_spoke, "duration": contact.duration,
        "happened_at": local.strftime("%Y-%m-%dT%H:%M"),
        "barriers": [row.kind for row in contact.barriers.all()],
        "is_after_the_fact": contact.is_flagged_supply,
    }  # fmt: skip
    for told in contact.disclosures.all():
        initial[f"topic_{told.topic}"] = told.answer
    for need in contact.needs.prefetch_related("actions").order_by("-id"):
        initial[f"need_{need.domain}"] = True
        initial[f"done_{need.domain}"] = [action.kind for action in need.actions.all()]
        initial[f"urgency_{need.domain}"] = need.urgency
    return initial


def again(contact: Contact) -> dict[str, Any]:
    """What "the same once more" takes over: where, by which route, what was given. Nothing of the person."""
    initial: dict[str, Any] = {"site": str(contact.site_id), "route": contact.route, "place": contact.place}
    for line in contact.kit_lines.all():
        initial[Thing("", line.item_id, line.kit_version_id).field] = line.quantity
    return initial
