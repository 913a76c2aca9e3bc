"""The count sheet, which is blind, and a count beside the books."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from throughline.records.engagement.queries.stock import CountedItem, counted_items
from throughline.records.foundation import new_id
from throughline.records.supplies import actions
from throughline.records.supplies.models import StockCount
from throughline.records.supplies.queries import count_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.supplies.forms import CountForm, ReasonsForm
from throughline.web.supplies.moving_views import sheet_arguments
from throughline.web.supplies.shelf_views import may_manage, site_of
from throughline.web.supplies.words import COUNTED_IN, VARIANCE_REASONS, WITHDRAWN_WHYS


@require_http_methods(["GET", "POST"])
def count(request: PageRequest, site_id: UUID) -> HttpResponse:
    """Write down what is there. What the books say is shown afterwards."""
    site = site_of(request, site_id)
    form = CountForm(request.POST or None, initial={"count_id": new_id()}, **sheet_arguments(request, site))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            at = now()
            try:
                row = actions.count_stock(
                    site=site, lines=form.counted_lines(), counted_at=form.cleaned_data["happened_at"],
                    count_id=form.cleaned_data["count_id"], by=request.actor, at=at,
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The count is recorded. Here it is beside the books."))
                return redirect("supplies_counted", count_id=row.id)
    return render(request, "supplies/count.html", {"form": form, "site": site}, status=status)


@require_http_methods(["GET", "POST"])
def counted(request: PageRequest, count_id: UUID) -> HttpResponse:
    """A count beside what the books said just before it; why it differs is said here."""
    programme = require(request, P.COUNT_STOCK)
    row = count_for(request.actor, count_id)
    if row.programme_id != programme.id:
        raise NotFound(Sentence("There is no such count."))
    items = counted_items(row.site, [row]).get(row.id, [])
    form = ReasonsForm(request.POST if request.method == "POST" else None, items=items)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                said = _explain(request, row, form)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                told = ngettext("%(count)s reason is noted.", "%(count)s reasons are noted.", said)
                messages.success(request, told % {"count": said})
                return redirect("supplies_counted", count_id=row.id)
    context = {
        "count": row, "site": row.site, "form": form, "rows": [_row(form, one) for one in items],
        "open": [one for one in items if one.needs_reason], "may_manage": may_manage(request, row.site),
        "withdrawn": WITHDRAWN_WHYS.get(row.withdrawn_why),
        "back": reverse("supplies_history", args=[row.site_id]),
    }  # fmt: skip
    return render(request, "supplies/counted.html", context, status=status)


@transaction.atomic
def _explain(request: PageRequest, row: StockCount, form: ReasonsForm) -> int:
    at, said = now(), 0
    for one, reason, difference in form.said():
        actions.explain_variance(
            count=row, item=one.item, reason=reason, difference=difference, by=request.actor, at=at
        )
        said += 1
    return said


def _row(form: ReasonsForm, one: CountedItem) -> dict[str, object]:
    was = one.explanation
    return {
        "one": one, "unit": COUNTED_IN[one.item.unit], "fields": form.row(one),
        "reason": VARIANCE_REASONS[was.reason] if was else None,
        "was_of": was.difference if was and was.difference != one.difference else None,
    }  # fmt: skip
