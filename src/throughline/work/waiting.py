"""What waits for somebody today, by what they may do: counts, how long, and what is told of the first of them.

Pages say it in words (web/home/tasks.py), programs get it as it is (api/waiting.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q

from throughline.records.audit.queries import Flagged, events_for, guessing_flagged
from throughline.records.clients.queries.guarded import emergencies_unread
from throughline.records.engagement.models import DeviceEvent
from throughline.records.engagement.queries import flagged_supplies
from throughline.records.engagement.queries.device_events import held_for
from throughline.records.foundation import within_reach
from throughline.records.inquiry.queries import sources_for
from throughline.records.programme.models import MonthReport, Partnership, PoliceAgreement, Programme, Site
from throughline.records.programme.queries import colleagues_within, sites_where
from throughline.records.referral.queries import count_stale_referrals
from throughline.records.study.queries import rows_requests_for
from throughline.records.surveys.models import Wave
from throughline.records.surveys.queries import behind_target
from throughline.records.workforce.queries import due_for_training
from throughline.rules.access import holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import EventState
from throughline.vocabulary.events import Event
from throughline.vocabulary.periods import Month
from throughline.work.shelves import RunningOut, Shelves, running_out

STALE_AFTER_DAYS = 14
EXPIRES_WITHIN = timedelta(days=30)
GUARDED_FOR = timedelta(days=14)  # how long what was flagged is shown
MONTHS_BACK = 6  # how far back a month not reported is still asked for
# What waits for another record is no work for anybody at first: phones come back.
WAITS_UNSEEN = timedelta(hours=24)


class WaitsFor(StrEnum):
    """What somebody does about it."""

    HELD_RECORDS = "held_records"
    SUPPLIED_WITHOUT_AGREEMENT = "supplied_without_agreement"
    STALE_REFERRALS = "stale_referrals"
    RUNNING_OUT = "running_out"
    POLICE_AGREEMENTS_ENDING = "police_agreements_ending"
    PARTNERSHIPS_ENDING = "partnerships_ending"
    MONTHS_NOT_REPORTED = "months_not_reported"
    TRAINING_DUE = "training_due"
    WAVES_BEHIND = "waves_behind"
    SOURCES_NOT_CODED = "sources_not_coded"
    ROWS_TO_ANSWER = "rows_to_answer"
    GUESSING_FLAGGED = "guessing_flagged"
    SIGN_IN_CODES_MADE = "sign_in_codes_made"
    EMERGENCIES_TO_REVIEW = "emergencies_to_review"


@dataclass(frozen=True)
class MonthDue:
    """A month of a site of which nobody has said whether it is all there."""

    site: Site
    month: Month


@dataclass(frozen=True)
class WaveBehind:
    """A wave, and how many more people it wants."""

    wave: Wave
    missing: int


First = RunningOut | PoliceAgreement | Partnership | MonthDue | WaveBehind | None


@dataclass(frozen=True)
class Waits:
    """So many things of one kind. `age_days`: of the oldest, or the latest where that is what matters."""

    what: WaitsFor
    count: int
    age_days: int | None = None
    is_stale: bool = False
    first: First = None


@dataclass(frozen=True)
class Waiting:
    """Everything that waits; `shelves` are None for who looks after none."""

    found: list[Waits]
    shelves: Shelves | None


def waiting_for(actor: Actor, programme: Programme, at: datetime) -> Waiting:
    """Everything that waits for this actor; the oldest matters first within each kind."""
    shelves = running_out(actor, programme, at) if holds(actor, P.MANAGE_SUPPLIES, programme.id) else None
    today = at.date()
    found: list[Waits] = []
    for some in (
        _held(actor, programme, at),
        _supplied(actor, programme, at),
        _stale(actor, programme, at),
        _running_out(shelves),
        _ending(actor, programme, today),
        _months(actor, programme, today),
        _training(actor, programme, today),
        _behind(actor, programme, today),
        _uncoded(actor, programme),
        _approvals(actor, programme, at),
        _flagged(actor, programme, at),
        _codes_made(actor, programme, at),
        _emergencies(actor, programme, at),
    ):
        found.extend(some)
    return Waiting(found, shelves)


def held_to_look_at(actor: Actor, programme: Programme, at: datetime) -> list[DeviceEvent]:
    """What is held for the actor to look at, oldest first; what waits for another only once that is long away."""
    rows = held_for(actor, programme.id)
    return [
        row for row in rows if row.state != EventState.WAITING.value or at - row.received_at > WAITS_UNSEEN
    ]


def flagged_for(actor: Actor, programme: Programme, since: datetime) -> list[Flagged]:
    """Accounts flagged for guessing codes, of the sites where the actor looks after this; the latest first."""
    account_ids = colleagues_within(actor, P.SEE_FLAGGED_CODES, programme.id)
    return guessing_flagged(programme.id, account_ids=account_ids, since=since)


def months_due(actor: Actor, programme: Programme, today: date) -> list[MonthDue]:
    """Whole months of the actor's sites that nobody has reported on, the oldest first."""
    sites = list(
        sites_where(actor, within_reach(actor, P.REPORT_MONTH, site="id")).filter(programme=programme)
    )
    reported = set(
        MonthReport.objects.filter(site__in=sites).values_list("site_id", "month").iterator(chunk_size=1000)
    )
    due: list[MonthDue] = []
    month, this_month = _months_before(Month.of(today), MONTHS_BACK), Month.of(today)
    while month < this_month:
        for site in sites:
            opened = Month.of(site.opened_on) <= month
            still_open = site.closed_on is None or site.closed_on >= month.first()
            if opened and still_open and (site.id, month.first()) not in reported:
                due.append(MonthDue(site, month))
        month = month.next()
    return due


def _months_before(month: Month, count: int) -> Month:
    months = month.year * 12 + month.month - 1 - count
    return Month(months // 12, months % 12 + 1)


def _held(actor: Actor, programme: Programme, at: datetime) -> Iterator[Waits]:
    """What phones sent and could not be recorded: it counts nowhere until somebody decides."""
    if not (holds(actor, P.CORRECT_CONTACT, programme.id) or holds(actor, P.MANAGE_ACCOUNTS, programme.id)):
        return
    rows = held_to_look_at(actor, programme, at)
    if rows:
        days = (at - rows[0].received_at).days
        yield Waits(WaitsFor.HELD_RECORDS, len(rows), days or None, days >= STALE_AFTER_DAYS)


def _supplied(actor: Actor, programme: Programme, at: datetime) -> Iterator[Waits]:
    """What left without an agreement is kept and flagged: the flag is for whoever looks after the site."""
    if not holds(actor, P.CORRECT_CONTACT, programme.id):
        return
    rows = flagged_supplies(actor, programme.id, at - GUARDED_FOR)
    latest = rows.first()
    if latest is not None:
        days = (at - latest.server_time).days
        yield Waits(WaitsFor.SUPPLIED_WITHOUT_AGREEMENT, rows.count(), days or None)


def _stale(actor: Actor, programme: Programme, at: datetime) -> Iterator[Waits]:
    if not holds(actor, P.SEE_REFERRALS, programme.id):
        return
    number, since = count_stale_referrals(actor, programme.id, at, days=STALE_AFTER_DAYS)
    if since is not None:
        yield Waits(WaitsFor.STALE_REFERRALS, number, (at - since).days, is_stale=True)


def _running_out(shelves: Shelves | None) -> Iterator[Waits]:
    if shelves and (found := shelves.first):
        yield Waits(WaitsFor.RUNNING_OUT, found.number, first=found)


def _ending(actor: Actor, programme: Programme, today: date) -> Iterator[Waits]:
    if not any(holds(actor, one, programme.id) for one in (P.MANAGE_SUPPLIES, P.MANAGE_PROGRAMME)):
        return
    soon = Q(programme=programme, to_on__gte=today, to_on__lte=today + EXPIRES_WITHIN)
    agreements = [
        row
        for row in PoliceAgreement.objects.visible_to(actor).filter(soon).order_by("to_on")
        if not PoliceAgreement.objects.filter(
            Q(to_on__isnull=True) | Q(to_on__gt=row.to_on), programme=programme, area=row.area
        ).exists()
    ]
    partnerships = list(Partnership.objects.visible_to(actor).filter(soon).order_by("to_on"))
    if agreements:
        yield Waits(WaitsFor.POLICE_AGREEMENTS_ENDING, len(agreements), first=agreements[0])
    if partnerships:
        yield Waits(WaitsFor.PARTNERSHIPS_ENDING, len(partnerships), first=partnerships[0])


def _months(actor: Actor, programme: Programme, today: date) -> Iterator[Waits]:
    due = months_due(actor, programme, today)
    if due:
        yield Waits(WaitsFor.MONTHS_NOT_REPORTED, len(due), first=due[0])


def _training(actor: Actor, programme: Programme, today: date) -> Iterator[Waits]:
    if not holds(actor, P.MANAGE_TRAINING, programme.id):
        return
    due = [one for one in due_for_training(actor, today) if one.site.programme_id == programme.id]
    if due:
        yield Waits(WaitsFor.TRAINING_DUE, len(due))


def _behind(actor: Actor, programme: Programme, today: date) -> Iterator[Waits]:
    """Waves that still want more people than their time allows, at the actor's sites."""
    if not holds(actor, P.SEE_WAVES, programme.id):
        return
    found = behind_target(actor, programme.id, today)
    if found:
        yield Waits(WaitsFor.WAVES_BEHIND, len(found), first=WaveBehind(*found[0]))


def _uncoded(actor: Actor, programme: Programme) -> Iterator[Waits]:
    if not holds(actor, P.APPLY_CODE, programme.id):
        return
    rows: Any = sources_for(actor, programme.id)  # annotated there with standing_codings
    waiting = rows.filter(standing_codings=0, erased_at=None).count()
    if waiting:
        yield Waits(WaitsFor.SOURCES_NOT_CODED, waiting)


def _approvals(actor: Actor, programme: Programme, at: datetime) -> Iterator[Waits]:
    """Rows that another person asked for, the oldest first."""
    if not holds(actor, P.APPROVE_ROWS, programme.id):
        return
    rows = rows_requests_for(actor, programme.id).filter(approved_at=None, declined_at=None)
    waiting = [row for row in rows if row.asked_by != actor.id]
    if waiting:
        oldest = min(row.asked_at for row in waiting)
        yield Waits(WaitsFor.ROWS_TO_ANSWER, len(waiting), (at - oldest).days)


def _flagged(actor: Actor, programme: Programme, at: datetime) -> Iterator[Waits]:
    """Guessing of client codes that nobody looks at would be no guard."""
    if not holds(actor, P.SEE_FLAGGED_CODES, programme.id):
        return
    found = flagged_for(actor, programme, at - GUARDED_FOR)
    if found:
        yield Waits(WaitsFor.GUESSING_FLAGGED, len(found), (at - found[0].last_at).days or None)


def _codes_made(actor: Actor, programme: Programme, at: datetime) -> Iterator[Waits]:
    """With a one-time code a password is set: whoever guards the data sees that it was asked for."""
    if not holds(actor, P.SEE_AUDIT, programme.id):
        return
    made = events_for(actor, programme.id).filter(
        action=Event.SIGN_IN_CODE_ISSUED.value, at__gte=at - GUARDED_FOR
    )
    latest = made.first()
    if latest is not None:
        yield Waits(WaitsFor.SIGN_IN_CODES_MADE, made.count(), (at - latest.at).days or None)


def _emergencies(actor: Actor, programme: Programme, at: datetime) -> Iterator[Waits]:
    """Records that were opened in an emergency, until somebody other than who opened them has read why."""
    if not holds(actor, P.SEE_AUDIT, programme.id):
        return
    unread = [row for row in emergencies_unread(actor, programme.id) if row.opened_by != actor.id]
    if unread:
        days = (at - unread[-1].opened_at).days
        yield Waits(WaitsFor.EMERGENCIES_TO_REVIEW, len(unread), days or None, days >= STALE_AFTER_DAYS)
