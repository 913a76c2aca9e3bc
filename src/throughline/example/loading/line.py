"""The line: contacts with all that hangs on them, referrals and their ways, overdoses, months, trainings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import numpy as np

from throughline.example import rates
from throughline.example.arrays import (
    ACTIONS,
    ANSWERS,
    BARRIERS,
    DOMAINS,
    DURATIONS,
    GENDERS,
    ITEMS,
    MODES,
    NEWNESS,
    PLACES,
    SPEAKERS,
    TOPICS,
    URGENCIES,
)
from throughline.example.loading.world import BATCH, World
from throughline.example.simulate import Simulated
from throughline.records.clients import actions as clients
from throughline.records.engagement import actions as engagement
from throughline.records.engagement.models import Contact, Need
from throughline.records.foundation import new_id
from throughline.records.programme import actions as programme
from throughline.records.supplies.models import Item, KitVersion
from throughline.records.workforce import actions as workforce
from throughline.vocabulary.chain import ContactKind, NeedClosed, RaisedBy
from throughline.vocabulary.contact import (
    BarrierDraft,
    ContactDraft,
    DisclosureDraft,
    KitLineDraft,
    NeedDraft,
)
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import Reporting

T = TypeVar("T")
PIECE = 500


def pieces(rows: Sequence[T], size: int = BATCH) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids made before the rows, so that later parts find them: of each contact and of each need drawn."""

    contacts: list[UUID]
    needs: list[UUID]


def record_contacts(world: World, drawn: Simulated, items: list[Item], kits: list[KitVersion]) -> Ids:
    """All contacts, in batches."""
    ids = Ids(
        [new_id() for _ in range(drawn.contacts.count)], [new_id() for _ in range(drawn.needs.contact.size)]
    )
    drafts = list(contact_drafts(world, drawn, items, kits, ids))
    for number, batch in enumerate(pieces(drafts)):
        world.progress("contacts", number * BATCH, len(drafts))
        engagement.record_contacts(
            programme=world.programme, drafts=batch, import_run=None, by=world.by, at=world.at
        )
    world.progress("contacts", len(drafts), len(drafts))
    return ids


def contact_drafts(
    world: World, drawn: Simulated, items: list[Item], kits: list[KitVersion], ids: Ids
) -> Iterator[ContactDraft]:
    lines, told = _kit_lines(drawn, items, kits), _told(drawn)
    needs, at_contact = _needs(world, drawn, ids.needs), _barriers(drawn)
    columns = drawn.contacts
    for row in range(columns.count):
        tally, client, worker = int(columns.tally[row]), int(columns.client[row]), int(columns.worker[row])
        site, others = int(columns.site[row]), int(drawn.passed_on[row])
        yield ContactDraft(
            site_id=world.sites[site].id, route=world.parameters.route_order[columns.route[row]],
            device_time=world.moment(columns.day[row], columns.minute[row]),
            client_code=drawn.clients.code[client] if client >= 0 else None,
            kind=ContactKind.TALLY if tally else ContactKind.SINGLE, tally=tally or 1,
            place=PLACES[columns.place[row]].value, mode=MODES[columns.mode[row]],
            who_spoke=SPEAKERS[columns.speaker[row]], newness=NEWNESS[columns.newness[row]],
            on_behalf_of=others if others >= 0 else Nothing.NOT_RECORDED,
            duration=DURATIONS[columns.duration[row]],
            worker_id=world.staff[site][worker].id if worker >= 0 else None,
            kit_lines=tuple(lines[row]), disclosures=tuple(told[row]), needs=tuple(needs[row]),
            barriers=tuple(at_contact[row]), is_after_the_fact=True, id=ids.contacts[row],
        )  # fmt: skip


def _kit_lines(drawn: Simulated, items: list[Item], kits: list[KitVersion]) -> dict[int, list[KitLineDraft]]:
    found: dict[int, list[KitLineDraft]] = defaultdict(list)
    rows = drawn.kit_lines
    for contact, item, quantity, returned in zip(
        rows.contact.tolist(), rows.item.tolist(), rows.quantity.tolist(), rows.returned.tolist(), strict=True
    ):
        is_item = item < len(ITEMS)
        found[contact].append(
            KitLineDraft(
                item_id=items[item].id if is_item else None,
                kit_version_id=None if is_item else kits[item - len(ITEMS)].id,
                quantity=quantity,
                returned=returned if returned >= 0 else Nothing.NOT_RECORDED,
            )
        )
    return found


def _told(drawn: Simulated) -> dict[int, list[DisclosureDraft]]:
    found: dict[int, list[DisclosureDraft]] = defaultdict(list)
    rows = drawn.disclosures
    for contact, topic, answer, by_person in zip(
        rows.contact.tolist(),
        rows.topic.tolist(),
        rows.answer.tolist(),
        rows.is_raised_by_person.tolist(),
        strict=True,
    ):
        raised = RaisedBy.PERSON if by_person else RaisedBy.WORKER
        found[contact].append(DisclosureDraft(TOPICS[topic].value, ANSWERS[answer], raised))
    return found


def _needs(world: World, drawn: Simulated, need_ids: list[UUID]) -> dict[int, list[NeedDraft]]:
    found: dict[int, list[NeedDraft]] = defaultdict(list)
    rows, kinds = drawn.needs, world.parameters.response.barriers
    for row, contact in enumerate(rows.contact.tolist()):
        barrier = int(rows.barrier[row])
        in_the_way = BARRIERS[barrier] if barrier >= 0 else None
        barriers = (BarrierDraft(in_the_way.value, kinds[in_the_way][1]),) if in_the_way else ()
        found[contact].append(
            NeedDraft(
                domain=DOMAINS[rows.domain[row]].value, urgency=URGENCIES[rows.urgency[row]],
                actions=(ACTIONS[rows.action[row]],), barriers=barriers, id=need_ids[row],
            )
        )  # fmt: skip
    return found


def _barriers(drawn: Simulated) -> dict[int, list[BarrierDraft]]:
    found: dict[int, list[BarrierDraft]] = defaultdict(list)
    kinds = drawn.parameters.response.barriers
    for contact, kind in zip(
        drawn.contact_barriers.contact.tolist(), drawn.contact_barriers.kind.tolist(), strict=True
    ):
        found[contact].append(BarrierDraft(BARRIERS[kind].value, kinds[BARRIERS[kind]][1]))
    return found


def close_needs(world: World, drawn: Simulated, ids: Ids) -> None:
    """Needs that were answered on the spot and ticked off."""
    closed = [ids.needs[row] for row in np.flatnonzero(drawn.needs.is_closed)]
    for number, batch in enumerate(pieces(closed, PIECE)):
        world.progress("needs closed", number * PIECE, len(closed))
        for need in Need.objects.filter(id__in=batch).select_related("contact"):
            met_at = need.contact.device_time + timedelta(minutes=10)
            engagement.close_need(need=need, closed_as=NeedClosed.MET.value, by=world.by, at=met_at)
    world.progress("needs closed", len(closed), len(closed))


def describe_clients(world: World, drawn: Simulated, ids: Ids) -> None:
    """Bands of some people; of most nobody wrote anything down. Who they are is known by their first contact."""
    people = drawn.clients
    rows = np.flatnonzero(people.is_described).tolist()
    places, client = np.unique(drawn.contacts.client, return_index=True)
    first = dict(zip(places.tolist(), client.tolist(), strict=True))
    for number, batch in enumerate(pieces(rows, PIECE)):
        world.progress("people described", number * PIECE, len(rows))
        rows_met = Contact.objects.filter(id__in=[ids.contacts[first[row]] for row in batch])
        met = {contact.id: contact.client for contact in rows_met.select_related("client") if contact.client}
        for row in batch:
            born = int(people.birth_year[row]) // 5 * 5
            clients.describe_client(
                client=met[ids.contacts[first[row]]], site=world.sites[people.site[row]],
                birth_year_band=f"{born}-{born + 4}", gender=GENDERS[people.gender[row]].value,
                area=world.sites[people.site[row]].area, by=world.by, at=world.at,
            )  # fmt: skip
    world.progress("people described", len(rows), len(rows))


def report_months(world: World, drawn: Simulated) -> None:
    """What each site said of each month, some days after its end, and the hours it was open."""
    p = world.parameters
    reported = rates.reported_share(p)
    for place, text in enumerate(rates.months(p)):
        month = Month.parse(text)
        said_at = min(world.moment((month.next().first() - p.period.from_on).days + 3), world.at)
        for number, site in enumerate(world.sites):
            share, hours = reported[number, place], float(drawn.open_hours[number, place])
            word = Reporting.COMPLETE if share == 1 else Reporting.PARTIAL if share else Reporting.NONE
            programme.report_month(site=site, month=month.first(), reporting=word, by=world.by, at=said_at)
            programme.record_open_hours(
                site=site, month=month.first(), by=world.by, at=said_at,
                hours=Nothing.NOT_RECORDED if np.isnan(hours) else Decimal(str(hours)),
            )  # fmt: skip


def hold_trainings(world: World, drawn: Simulated) -> None:
    p, by, at = world.parameters, world.by, world.at
    courses = {
        key: workforce.add_course(
            programme=world.programme,
            name=course.name,
            modules=course.modules,
            is_programme_training=course.is_programme_training,
            by=by,
            at=at,
        )
        for key, course in p.courses.items()
    }
    came = drawn.attendance
    for number, held in enumerate(p.trainings):
        site = world.site(held.site)
        staff = world.staff[world.sites.index(site)]
        rows = came.training == number
        training = workforce.hold_training(
            course=courses[held.course], site=site, held_on=held.day, trainer="Trainer of the programme",
            expected=staff, by=by, at=at,
        )  # fmt: skip
        workforce.record_attendance(
            training=training, by=by, at=at,
            attended=[staff[one] for one in came.staff[rows & came.is_attended]],
            completed=[staff[one] for one in came.staff[rows & came.is_completed]],
        )  # fmt: skip
