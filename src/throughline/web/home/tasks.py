"""What waits for whoever looks, in words and with where to do it: a line of the list each, and none where nothing waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.records.engagement.queries.stock import USE_DAYS
from throughline.records.programme.models import Programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event
from throughline.vocabulary.sentences import Sentence
from throughline.work.shelves import Shelves
from throughline.work.waiting import STALE_AFTER_DAYS, Waits, WaitsFor, waiting_for


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
class Tasks:
    """What waits; `shelves` where those of some sites have not been looked at yet."""

    tasks: list[Task]
    shelves: Shelves | None


def tasks_for(actor: Actor, programme: Programme, at: datetime) -> Tasks:
    """Everything that waits for this actor."""
    waiting = waiting_for(actor, programme, at)
    tasks = [_told(one) for one in waiting.found]
    is_open = waiting.shelves is not None and not waiting.shelves.looked_at.is_whole
    return Tasks(tasks, waiting.shelves if is_open else None)


def _told(one: Waits) -> Task:
    label, url, note = WORDS[one.what](one.count, one.first)
    return Task(label, one.count, url, one.age_days, one.is_stale, note)


Said = tuple[str, str, str]  # what it is, where it is done, and what else is said


def _held(number: int, _first: Any) -> Said:
    return (
        ngettext("record from a phone is held", "records from phones are held", number), reverse("arrivals"),
        _("They count nowhere yet. Look why, and record or drop them."),
    )  # fmt: skip


def _supplied(number: int, _first: Any) -> Said:
    label = ngettext(
        "contact gave out a controlled item without an agreement",
        "contacts gave out controlled items without an agreement",
        number,
    )
    note = _("It is kept and flagged. Ask what happened, and whether an agreement is missing here.")
    return label, reverse("flagged_supply"), note


def _stale(number: int, _first: Any) -> Said:
    note = Sentence(
        "Nothing was heard for %(count)s day or more. Ask the receiver, or say what became of them.",
        "Nothing was heard for %(count)s days or more. Ask the receiver, or say what became of them.",
        count=STALE_AFTER_DAYS,
    )
    label = ngettext("referral has gone stale", "referrals have gone stale", number)
    return label, reverse("referrals") + "?show=stale", str(note)


def _running_out(number: int, first: Any) -> Said:
    note = Sentence(
        "%(item)s at %(site)s first: %(count)s day left at the use of the last %(use_days)s.",
        "%(item)s at %(site)s first: %(count)s days left at the use of the last %(use_days)s.",
        item=first.item.name, site=first.site.name, count=first.days_left, use_days=USE_DAYS,
    )  # fmt: skip
    label = ngettext("item will run out", "items will run out", number)
    return label, reverse("supplies") + f"?site={first.site.id}", str(note)


def _agreements(number: int, first: Any) -> Said:
    note = _("%(area)s first, on %(day)s") % {"area": first.area, "day": date_format(first.to_on)}
    label = ngettext("police agreement ends soon", "police agreements end soon", number)
    return label, reverse("agreements"), note


def _partnerships(number: int, first: Any) -> Said:
    label = ngettext("partnership agreement ends soon", "partnership agreements end soon", number)
    return label, reverse("agreements"), _("The first on %(day)s") % {"day": date_format(first.to_on)}


def _months(number: int, first: Any) -> Said:
    month = date_format(first.month.first(), "YEAR_MONTH_FORMAT")
    note = _("%(site)s, %(month)s first: say whether it is all recorded.")
    label = ngettext("month is not reported", "months are not reported", number)
    return label, reverse("months"), note % {"site": first.site.name, "month": month}


def _training(number: int, _first: Any) -> Said:
    label = ngettext("person has had no training yet", "people have had no training yet", number)
    return label, reverse("training_due"), ""


def _behind(number: int, first: Any) -> Said:
    url = reverse("wave", args=[first.wave.id]) if number == 1 else reverse("waves")
    note = Sentence(
        "%(code)s first: %(count)s more person is wanted.", "%(code)s first: %(count)s more people are wanted.",
        code=first.wave.code, count=first.missing,
    )  # fmt: skip
    label = ngettext("wave is behind its target", "waves are behind their target", number)
    return label, url, str(note)


def _uncoded(number: int, _first: Any) -> Said:
    label = ngettext("source waits to be coded", "sources wait to be coded", number)
    return label, reverse("inquiry") + "?coded=no", ""


def _approvals(number: int, _first: Any) -> Said:
    label = ngettext("release of rows waits for you", "releases of rows wait for you", number)
    return label, reverse("rows"), ""


def _flagged(number: int, _first: Any) -> Said:
    label = ngettext(
        "person was flagged for guessing codes", "people were flagged for guessing codes", number
    )
    return label, reverse("flagged"), _("Many unknown codes within an hour. Ask what happened.")


def _codes_made(number: int, _first: Any) -> Said:
    url = reverse("audit") + f"?event={Event.SIGN_IN_CODE_ISSUED.value}"
    note = _("Each sets a new password. See for whom, and by whom; ask whether they wanted it.")
    return ngettext("one-time code was made", "one-time codes were made", number), url, note


def _emergencies(number: int, _first: Any) -> Said:
    label = ngettext("record was opened in an emergency", "records were opened in an emergency", number)
    return label, reverse("emergencies"), _("Nobody has read why yet. Read it, and ask who opened them.")


WORDS: dict[WaitsFor, Callable[[int, Any], Said]] = {
    WaitsFor.HELD_RECORDS: _held,
    WaitsFor.SUPPLIED_WITHOUT_AGREEMENT: _supplied,
    WaitsFor.STALE_REFERRALS: _stale,
    WaitsFor.RUNNING_OUT: _running_out,
    WaitsFor.POLICE_AGREEMENTS_ENDING: _agreements,
    WaitsFor.PARTNERSHIPS_ENDING: _partnerships,
    WaitsFor.MONTHS_NOT_REPORTED: _months,
    WaitsFor.TRAINING_DUE: _training,
    WaitsFor.WAVES_BEHIND: _behind,
    WaitsFor.SOURCES_NOT_CODED: _uncoded,
    WaitsFor.ROWS_TO_ANSWER: _approvals,
    WaitsFor.GUESSING_FLAGGED: _flagged,
    WaitsFor.SIGN_IN_CODES_MADE: _codes_made,
    WaitsFor.EMERGENCIES_TO_REVIEW: _emergencies,
}
