"""Where referrals led, and overdoses as others reported them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

import numpy as np

from throughline.example.arrays import (
    DOORS,
    DOSE_ROUTES,
    GENDERS,
    GIVERS,
    REFERRAL_KINDS,
    SOURCES,
    STATES,
    YES_NO,
)
from throughline.example.loading.line import pieces
from throughline.example.loading.world import BATCH, World
from throughline.example.simulate import Simulated
from throughline.records.referral import actions as referral
from throughline.records.referral.actions import (
    DoseDraft,
    EventDraft,
    IncidentDraft,
    PersonDraft,
    ReferralDraft,
    ReportDraft,
)
from throughline.vocabulary.chain import NeedDomain
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.sharing import SharingBasis

# How many of the newest referrals of the station the referrer who can sign in has made with their own hands.
BY_HAND = 25


def make_referrals(world: World, drawn: Simulated, need_ids: list[UUID]) -> None:
    """All referrals with their events; the newest of one station are made and moved one by one."""
    events = _events(world, drawn)
    columns = drawn.referrals
    needs: dict[int, list[UUID]] = defaultdict(list)
    for need, number in enumerate(columns.of_need.tolist()):
        if number >= 0:
            needs[number].append(need_ids[need])
    alone = np.flatnonzero((columns.contact < 0) & (columns.site == 0))
    by_hand = set(alone[np.argsort(columns.day[alone])][-BY_HAND:].tolist())
    targets = [world.organisations[f"to {key}"] for key in world.parameters.referral.targets]
    drafts = []
    for row in range(columns.target.size):
        is_alone = columns.contact[row] < 0
        draft = ReferralDraft(
            from_site_id=(world.stations if is_alone else world.sites)[columns.site[row]].id,
            to_organisation_id=targets[columns.target[row]].id, door=DOORS[columns.door[row]],
            kind=REFERRAL_KINDS[columns.kind[row]], made_at=world.moment(columns.day[row], columns.minute[row]),
            need_ids=tuple(needs[row]), reason=NeedDomain.DRUG_TREATMENT.value if is_alone else None,
            events=tuple(events[row]),
            basis=SharingBasis.WRITTEN_CONSENT if is_alone else SharingBasis.AGREEMENT,
        )  # fmt: skip
        if row in by_hand:
            _make_by_hand(world, draft, int(columns.target[row]))
        else:
            drafts.append(draft)
    for number, batch in enumerate(pieces(drafts)):
        world.progress("referrals", number * BATCH, len(drafts))
        referral.make_referrals(programme=world.programme, drafts=batch, by=world.by, at=world.at)
    world.progress("referrals", len(drafts), len(drafts))


def _events(world: World, drawn: Simulated) -> dict[int, list[EventDraft]]:
    found: dict[int, list[EventDraft]] = defaultdict(list)
    rows = drawn.referral_events
    for row, number in enumerate(rows.referral.tolist()):
        source = int(rows.source[row])
        happened_at = world.moment(rows.day[row], rows.minute[row])
        # An evening referral that is answered the same day in office hours: what follows never comes before.
        happened_at = max([happened_at, *(event.happened_at for event in found[number][-1:])])
        said = SOURCES[source] if source >= 0 else None
        found[number].append(EventDraft(STATES[rows.state[row]], happened_at, said))
    return found


def _make_by_hand(world: World, draft: ReferralDraft, target: int) -> None:
    key = list(world.parameters.referral.targets)[target]
    row = referral.make_referral(
        from_site=world.stations[0], to_organisation=world.organisations[f"to {key}"], door=draft.door,
        kind=draft.kind, reason=draft.reason,
        passing=referral.Passing(SharingBasis.WRITTEN_CONSENT), by=world.people["referrer"], at=draft.made_at,
    )  # fmt: skip
    for event in draft.events[1:]:
        row = referral.move_referral(
            referral=row, state=event.state, source=event.source, happened_at=event.happened_at,
            base_version=row.version, by=world.by, at=max(event.happened_at, draft.made_at),
        )  # fmt: skip


def record_incidents(world: World, drawn: Simulated) -> None:
    rows = drawn.incidents
    doses: dict[int, list[DoseDraft]] = defaultdict(list)
    for row, person in enumerate(rows.dose_person.tolist()):
        dose = DoseDraft(
            int(rows.dose_quantity[row]), DOSE_ROUTES[rows.dose_route[row]], GIVERS[rows.dose_by[row]]
        )
        doses[person].append(dose)
    people: dict[int, list[PersonDraft]] = defaultdict(list)
    for row, incident in enumerate(rows.person_incident.tolist()):
        people[incident].append(
            PersonDraft(
                age_band=_age_band(int(rows.person_age[row])), gender=GENDERS[rows.person_gender[row]].value,
                fatal=YES_NO[rows.person_fatal[row]], naloxone_given=YES_NO[rows.person_naloxone[row]],
                doses=tuple(doses[row]),
            )
        )  # fmt: skip
    drafts = []
    for row in range(rows.site.size):
        moment = world.moment(rows.day[row], rows.minute[row])
        report = ReportDraft(GIVERS[rows.source[row]], moment + timedelta(hours=12))
        drafts.append(
            IncidentDraft(
                occurred_at=moment if rows.is_timed[row] else Nothing.NOT_RECORDED, people=tuple(people[row]),
                place_band=world.sites[rows.site[row]].area, reports=(report,),
            )
        )  # fmt: skip
    referral.record_incidents(programme=world.programme, drafts=drafts, by=world.by, at=world.at)


def _age_band(years: int) -> str:
    if years < 25:
        return "under 25"
    first = 25 + (years - 25) // 10 * 10
    return f"{first}-{first + 9}" if first < 65 else "65 or over"
