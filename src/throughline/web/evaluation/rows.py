"""Rows: asking for them, a second person's answer, letting them leave, and taking the files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.evaluation.codebook import TABLES, asked_fields
from throughline.evaluation.rows import ask_for_rows, handed_over, packed_rows, release_rows
from throughline.evaluation.told import is_evaluated
from throughline.records.study.actions import RowsDraft, approve_rows, decline_rows
from throughline.records.study.models import RowsRequest
from throughline.records.study.queries import rows_request_for, rows_requests_for
from throughline.rules.access import (
    check_may_approve_release,
    check_may_release,
    check_may_take_rows,
    why_not,
)
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import RowsState
from throughline.vocabulary.words import PRIVACY
from throughline.web.evaluation.around import freeze_of, people_named, shared
from throughline.web.evaluation.forms import RowsForm
from throughline.web.request import PageRequest, now, require, show_refusal

STATES = {
    RowsState.WAITING: (gettext_lazy("waits for approval"), "warn"),
    RowsState.APPROVED: (gettext_lazy("approved, not taken yet"), "info"),
    RowsState.DECLINED: (gettext_lazy("declined"), "plain"),
    RowsState.LEFT: (gettext_lazy("left"), "good"),
}
MAY_LOOK = (P.ASK_FOR_ROWS, P.APPROVE_ROWS, P.SEE_LEDGER)


@require_http_methods(["GET", "POST"])
def ask(request: PageRequest, name: str) -> HttpResponse:
    """Ask for rows of a freeze: first the table, then its fields; a group of few is refused with what to coarsen."""
    freeze = freeze_of(request, name)
    given = request.POST if request.method == "POST" else request.GET
    table = given.get("table", "history")
    table = table if table in TABLES else "history"
    form = RowsForm(request.POST if request.method == "POST" else None, table=table)
    if request.method == "POST":
        check_may_release(request.actor, freeze.programme_id, P.ASK_FOR_ROWS)
        if form.is_valid():
            told = form.cleaned_data
            draft = RowsDraft(
                told["what"], told["table"], tuple(told["fields_asked"]), told["recipient"], told["agreement"], told["profile"]
            )  # fmt: skip
            try:
                made = ask_for_rows(freeze=freeze, draft=draft, by=request.actor, at=now())
                return redirect("rows_request", request_id=made.id)
            except (Invalid, Unready) as refusal:
                show_refusal(form, refusal)
    # Rows may be asked for of a freeze whose questions nobody asked: then there is no run to tell of.
    context = (
        shared(request, freeze, "evaluation_rows")
        if is_evaluated(freeze)
        else {"freeze": freeze, "tab": "evaluation_rows"}
    )
    context |= {
        "form": form,
        "table": table,
        "tables": [{"name": one, "row": of.row, "is_chosen": one == table} for one, of in TABLES.items()],
        "cannot": why_not(check_may_release, request.actor, freeze.programme_id, P.ASK_FOR_ROWS),
    }
    return render(request, "evaluation/rows_ask.html", context, status=422 if form.errors else 200)


@require_GET
def requests(request: PageRequest) -> HttpResponse:
    """Requests for rows: all for who answers them, else one's own; those that wait come first."""
    programme = require(request, *MAY_LOOK)
    found = list(rows_requests_for(request.actor, programme.id)[:200])
    names = people_named(row.asked_by for row in found)
    rows = [{"request": row, "by": names[row.asked_by], **_state(row)} for row in found]
    return render(request, "evaluation/rows.html", {"rows": rows})


@require_GET
def one(request: PageRequest, request_id: UUID) -> HttpResponse:
    """All that who approves must know: who gets what, under which agreement, and the smallest group."""
    found = _request(request, request_id)
    is_own = found.asked_by == request.actor.id
    names = people_named([found.asked_by, found.approved_by, found.declined_by])
    context = {
        "rows": found,
        **_state(found),
        "fields": [
            {"name": one.name, "meaning": one.meaning, "privacy": PRIVACY[one.label]}
            for one in asked_fields(found.table, found.fields)
        ],
        "row": TABLES[found.table].row,
        "asked_by": names[found.asked_by],
        "answered_by": names.get(found.approved_by or found.declined_by or "", ""),
        "is_own": is_own,
        "cannot_answer": why_not(check_may_approve_release, request.actor, found.programme_id, is_own=is_own),
        "cannot_take": why_not(check_may_take_rows, request.actor, found.programme_id, is_own=is_own),
    }
    return render(request, "evaluation/rows_request.html", context)


@require_POST
def approve(request: PageRequest, request_id: UUID) -> HttpResponse:
    found = _request(request, request_id)
    approve_rows(request=found, by=request.actor, at=now())
    messages.success(request, _("Approved. Who asked may now let the rows leave."))
    return redirect("rows_request", request_id=found.id)


@require_POST
def decline(request: PageRequest, request_id: UUID) -> HttpResponse:
    found = _request(request, request_id)
    decline_rows(request=found, by=request.actor, at=now())
    messages.success(request, _("Declined. These rows do not leave."))
    return redirect("rows_request", request_id=found.id)


@require_POST
def release(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Let them leave: the files are written, read again, and stand in the ledger."""
    found = _request(request, request_id)
    left = release_rows(request=found, by=request.actor, at=now())
    told = Sentence(
        "%(count)s row left. It stands in the ledger.", "%(count)s rows left. They stand in the ledger.", count=left.rows
    )  # fmt: skip
    messages.success(request, str(told))
    return redirect("rows_request", request_id=found.id)


@require_GET
def files(request: PageRequest, request_id: UUID) -> HttpResponseBase:
    """The files of rows that left, checked once more, for who asked for them."""
    found = _request(request, request_id)
    left = handed_over(request=found, by=request.actor, at=now())
    name = f"extract-{found.freeze.name}-{str(found.id)[-8:]}.zip"
    return FileResponse(packed_rows(left), as_attachment=True, filename=name)


def _request(request: PageRequest, request_id: UUID) -> RowsRequest:
    require(request, *MAY_LOOK)
    return rows_request_for(request.actor, request_id)


def _state(found: RowsRequest) -> dict[str, Any]:
    words, tone = STATES[found.state]
    return {"state": words, "tone": tone}
