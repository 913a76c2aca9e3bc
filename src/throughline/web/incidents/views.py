"""Incidents as they were reported; two reports of one are merged, never added up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from throughline.records.referral import actions
from throughline.records.referral.models import Incident
from throughline.records.referral.queries import (
    incident_for,
    incidents_for,
    likely_pairs,
    likely_same,
    people_for,
)
from throughline.rules.access import check_may_record_incident, may
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.vocabulary.nothing import Nothing
from throughline.web.incidents.words import DOSE_ROUTES, FLAGS, GIVEN_BY
from throughline.web.request import PageRequest, has_any, now, require, words_of
from throughline.web.words import LISTED, YES_OR_NO

ON_A_PAGE, PAIRS_SHOWN = 50, 10


@require_GET
def incidents(request: PageRequest) -> HttpResponse:
    """Those that count, the newest first; above them what may be reported twice."""
    programme = require(request, P.SEE_INCIDENTS)
    rows = incidents_for(request.actor, programme.id).prefetch_related("people", "reports", "merged")
    pairs = likely_pairs(request.actor, programme.id) if _may_merge(request, programme.id) else []
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "rows": [_line(one) for one in page], "pairs": pairs[:PAIRS_SHOWN],
        "pairs_more": max(len(pairs) - PAIRS_SHOWN, 0),
        "imports": has_any(request, [P.IMPORT_RECORDS]) and _may_merge(request, programme.id),
    }  # fmt: skip
    return render(request, "incidents/incidents.html", context)


@require_GET
def incident(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """One incident, its people, its reports, and which others may be the same."""
    one = _incident_of(request, incident_id)
    decides = _may_merge(request, one.programme_id)
    people = [
        {
            "row": person, "gender": _gender(person.gender), "fatal": YES_OR_NO[person.fatal], "naloxone": YES_OR_NO[person.naloxone_given],
            "doses": [(dose, DOSE_ROUTES[dose.route], GIVEN_BY[dose.given_by]) for dose in person.doses.all()],
        }
        for person in people_for(request.actor, one.id)
    ]  # fmt: skip
    context = _line(one) | {
        "people": people, "decides": decides,
        "into": one.merged_into, "merged": [_line(row) for row in one.merged.order_by("occurred_at", "id")],
        "alike": [_line(row) for row in likely_same(request.actor, one)] if decides else [],
    }  # fmt: skip
    return render(request, "incidents/incident.html", context)


@require_POST
def merge(request: PageRequest, incident_id: UUID, other_id: UUID) -> HttpResponse:
    """The other is a report of this one: it counts no longer by itself."""
    kept, other = _incident_of(request, incident_id), _incident_of(request, other_id)
    done = _("They count as one incident. This can be undone.")
    _say(request, lambda: actions.merge_incidents(kept=kept, merged=other, by=request.actor, at=now()), done)
    return redirect("incident", kept.id)


@require_POST
def keep_apart(request: PageRequest, incident_id: UUID, other_id: UUID) -> HttpResponse:
    """They are two: they are not proposed again."""
    one, other = _incident_of(request, incident_id), _incident_of(request, other_id)
    done = _("They are two incidents. They will not be shown as alike again.")
    _say(
        request,
        lambda: actions.keep_incidents_apart(first=one, second=other, by=request.actor, at=now()),
        done,
    )
    return redirect("incident", one.id)


@require_POST
def unmerge(request: PageRequest, incident_id: UUID) -> HttpResponse:
    """They were two: it counts by itself again."""
    one = _incident_of(request, incident_id)
    done = _("It counts by itself again.")
    _say(request, lambda: actions.unmerge_incidents(merged=one, by=request.actor, at=now()), done)
    return redirect("incident", one.id)


def _say(request: PageRequest, act: Callable[[], object], done: str) -> None:
    try:
        act()
    except ThroughlineError as error:
        if error.status in {403, 404}:
            raise
        messages.error(request, words_of(error.sentence))
    else:
        messages.success(request, done)


def _incident_of(request: PageRequest, incident_id: UUID) -> Incident:
    programme = require(request, P.SEE_INCIDENTS)
    found = incident_for(request.actor, incident_id)
    if found.programme_id != programme.id:
        raise NotFound(Sentence("There is no such incident."))
    return found


def _may_merge(request: PageRequest, programme_id: UUID) -> bool:
    return may(check_may_record_incident, request.actor, programme_id, None)


def _gender(code: str) -> Any:
    """In words; a kind of nothing stays one."""
    return code if code in set(Nothing) else LISTED["gender"].get(code, code)


def _line(one: Incident) -> dict[str, Any]:
    """An incident in words: who reported it, how many people it was."""
    return {
        "incident": one, "people_number": len(one.people.all()),
        "reports": [(report, GIVEN_BY[report.source]) for report in one.reports.all()],
        "flags": [FLAGS[flag] for flag in one.flags], "merged_number": len(one.merged.all()),
    }  # fmt: skip
