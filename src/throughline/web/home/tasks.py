"""What needs doing today, by what a person may do: a line of the list each, and none where nothing waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.records.audit.queries import events_for
from throughline.records.engagement.queries import flagged_supplies
from throughline.records.engagement.queries.stock import USE_DAYS
from throughline.records.foundation import within_reach
from throughline.records.inquiry.queries import sources_for
from throughline.records.programme.models import MonthReport, Partnership, PoliceAgreement, Programme, Site
from throughline.records.programme.queries import sites_where
from throughline.records.referral.queries import count_stale_referrals
from throughline.records.study.queries import rows_requests_for
from throughline.records.surveys.queries import behind_target
from throughline.records.workforce.queries import due_for_training
from throughline.rules.access import holds
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event
from throughline.vocabulary.periods import Month
from throughline.web.arrivals.shown import shown_for
from throughline.web.guarding.views import flagged_for
from throughline.web.referrals.board import STALE_AFTER_DAYS
from throughline.web.supplies.remembered import Shelves, running_out

EXPIRES_WITHIN = timedelta(days=30)
GUARDED_FOR = timedelta(days=14)  # how long what was flagged is shown
MONTHS_BACK = 6  # how far back a month not reported is still asked for


@dataclass(frozen=True)
class Task:
    """A line of components/task_list.html."""

    label: str
    count: int
    url: str
    age_days: int | None = None
    stale: bool = False
    note: str = ""


@dataclass(frozen=True)
class MonthDue:
    """A month of a site of which nobody has said whether it is all there."""

    site: Site
    month: Month


@dataclass(frozen=True)
class Waiting:
    """What waits; `shelves` where those of some sites have not been looked at yet."""

    tasks: list[Task]
    shelves: Shelves | None


def tasks_for(actor: Actor, programme: Programme, at: datetime) -> Waiting:
    """Everything that waits for this actor; the oldest matters first within each line."""
    today = at.date()
    shelves = running_out(actor, programme, at) if holds(actor, P.MANAGE_SUPPLIES, programme.id) else None
    found: list[Task] = []
    for line in (
        _held(actor, programme, at),
        _supplied(actor, programme, at),
        _stale(actor, programme, at),
        _running_out(shelves),
        _expiring(actor, programme, today),
        _months(actor, programme, today),
        _training(actor, programme, today),
        _behind(actor, programme, today),
        _uncoded(actor, programme),
        _approvals(actor, programme, at),
        _flagged(actor, programme, at),
        _codes_made(actor, programme, at),
    ):
        found.extend(line)
    return Waiting(found, None if shelves is None or shelves.looked_at.is_whole else shelves)


def _held(actor: Actor, programme: Programme, at: datetime) -> Iterator[Task]:
    """What phones sent and could not be recorded: it counts nowhere until somebody decides."""
    if not (holds(actor, P.CORRECT_CONTACT, programme.id) or holds(actor, P.MANAGE_ACCOUNTS, programme.id)):
        return
    rows = shown_for(actor, programme, at)
    if rows:
        days = (at - rows[0].received_at).days
        yield Task(
            label=ngettext("record from a phone is held", "records from phones are held", len(rows)), count=len(rows),
            url=reverse("arrivals"), age_days=days or None, stale=days >= STALE_AFTER_DAYS,
            note=_("They count nowhere yet. Look why, and record or drop them."),
        )  # fmt: skip


def _supplied(actor: Actor, programme: Programme, at: datetime) -> Iterator[Task]:
    """What left without an agreement is kept and flagged: the flag is for whoever looks after the site."""
    if not holds(actor, P.CORRECT_CONTACT, programme.id):
        return
    rows = flagged_supplies(actor, programme.id, at - GUARDED_FOR)
    latest = rows.first()
    if latest is not None:
        number = rows.count()
        yield Task(
            label=ngettext("contact gave out a controlled item without an agreement",
                           "contacts gave out controlled items without an agreement", number),
            count=number, url=reverse("flagged_supply"), age_days=(at - latest.server_time).days or None,
            note=_("It is kept and flagged. Ask what happened, and whether an agreement is missing here."),
        )  # fmt: skip


def _stale(actor: Actor, programme: Programme, at: datetime) -> Iterator[Task]:
    if not holds(actor, P.SEE_REFERRALS, programme.id):
        return
    number, since = count_stale_referrals(actor, programme.id, at, days=STALE_AFTER_DAYS)
    if since is not None:
        yield Task(
            label=ngettext("referral has gone stale", "referrals have gone stale", number), count=number,
            url=reverse("referrals") + "?show=stale", age_days=(at - since).days, stale=True,
            note=_("Nothing was heard for %(days)s days or more. Ask the receiver, or say what became of them.")
            % {"days": STALE_AFTER_DAYS},
        )  # fmt: skip


def _running_out(shelves: Shelves | None) -> Iterator[Task]:
    if shelves and (found := shelves.first):
        yield Task(
            label=ngettext("item will run out", "items will run out", found.number), count=found.number,
            url=reverse("supplies") + f"?site={found.site.id}",
            note=_("%(item)s at %(site)s first: %(days)s days left at the use of the last %(use_days)s.")
            % {"item": found.item.name, "site": found.site.name, "days": found.days_left, "use_days": USE_DAYS},
        )  # fmt: skip


def _expiring(actor: Actor, programme: Programme, today: date) -> Iterator[Task]:
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
        yield Task(
            label=ngettext("police agreement ends soon", "police agreements end soon", len(agreements)),
            count=len(agreements), url=reverse("agreements"),
            note=_("%(area)s first, on %(day)s")
            % {"area": agreements[0].area, "day": date_format(agreements[0].to_on)},
        )  # fmt: skip
    if partnerships:
        yield Task(
            label=ngettext("partnership agreement ends soon", "partnership agreements end soon", len(partnerships)),
            count=len(partnerships), url=reverse("agreements"),
            note=_("The first on %(day)s") % {"day": date_format(partnerships[0].to_on)},
        )  # fmt: skip


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


def _months(actor: Actor, programme: Programme, today: date) -> Iterator[Task]:
    due = months_due(actor, programme, today)
    if due:
        yield Task(
            label=ngettext("month is not reported", "months are not reported", len(due)), count=len(due),
            url=reverse("months"),
            note=_("%(site)s, %(month)s first: say whether it is all recorded.")
            % {"site": due[0].site.name, "month": date_format(due[0].month.first(), "YEAR_MONTH_FORMAT")},
        )  # fmt: skip


def _training(actor: Actor, programme: Programme, today: date) -> Iterator[Task]:
    if not holds(actor, P.MANAGE_TRAINING, programme.id):
        return
    due = due_for_training(actor, today)
    if due:
        yield Task(
            label=ngettext("person has had no training yet", "people have had no training yet", len(due)),
            count=len(due), url=reverse("training_due"),
        )  # fmt: skip


def _behind(actor: Actor, programme: Programme, today: date) -> Iterator[Task]:
    """Waves that still want more people than their time allows, at the actor's sites."""
    if not holds(actor, P.SEE_WAVES, programme.id):
        return
    found = behind_target(actor, programme.id, today)
    if found:
        wave, missing = found[0]
        yield Task(
            label=ngettext("wave is behind its target", "waves are behind their target", len(found)), count=len(found),
            url=reverse("wave", args=[wave.id]) if len(found) == 1 else reverse("waves"),
            note=_("%(code)s first: %(missing)s more people are wanted.") % {"code": wave.code, "missing": missing},
        )  # fmt: skip


def _uncoded(actor: Actor, programme: Programme) -> Iterator[Task]:
    if not holds(actor, P.APPLY_CODE, programme.id):
        return
    rows: Any = sources_for(actor, programme.id)  # annotated there with standing_codings
    waiting = rows.filter(standing_codings=0, erased_at=None).count()
    if waiting:
        yield Task(
            label=ngettext("source waits to be coded", "sources wait to be coded", waiting), count=waiting,
            url=reverse("inquiry") + "?coded=no",
        )  # fmt: skip


def _approvals(actor: Actor, programme: Programme, at: datetime) -> Iterator[Task]:
    """Rows that another person asked for, the oldest first."""
    if not holds(actor, P.APPROVE_ROWS, programme.id):
        return
    rows = rows_requests_for(actor, programme.id).filter(approved_at=None, declined_at=None)
    waiting = [row for row in rows if row.asked_by != actor.id]
    if waiting:
        yield Task(
            label=ngettext("release of rows waits for you", "releases of rows wait for you", len(waiting)),
            count=len(waiting), url=reverse("rows"), age_days=(at - min(row.asked_at for row in waiting)).days,
        )  # fmt: skip


def _flagged(actor: Actor, programme: Programme, at: datetime) -> Iterator[Task]:
    """Guessing of client codes that nobody looks at would be no guard."""
    if not holds(actor, P.SEE_FLAGGED_CODES, programme.id):
        return
    found = flagged_for(actor, programme, at - GUARDED_FOR)
    if found:
        yield Task(
            label=ngettext("person was flagged for guessing codes", "people were flagged for guessing codes", len(found)),
            count=len(found), url=reverse("flagged"), age_days=(at - found[0].last_at).days or None,
            note=_("Many unknown codes within an hour. Ask what happened."),
        )  # fmt: skip


def _codes_made(actor: Actor, programme: Programme, at: datetime) -> Iterator[Task]:
    """With a one-time code a password is set: whoever guards the data sees that it was asked for."""
    if not holds(actor, P.SEE_AUDIT, programme.id):
        return
    made = events_for(actor, programme.id).filter(
        action=Event.SIGN_IN_CODE_ISSUED.value, at__gte=at - GUARDED_FOR
    )
    latest = made.first()
    if latest is not None:
        number = made.count()
        yield Task(
            label=ngettext("one-time code was made", "one-time codes were made", number), count=number,
            url=reverse("audit") + f"?event={Event.SIGN_IN_CODE_ISSUED.value}", age_days=(at - latest.at).days or None,
            note=_("Each sets a new password. See for whom, and by whom; ask whether they wanted it."),
        )  # fmt: skip
