"""An order list leaves as a file, for a named recipient: a line of the ledger."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from throughline.exchange.order_list.leave import LONGEST_RECIPIENT, leave_order
from throughline.exchange.order_list.write import TYPES
from throughline.records.engagement.queries.stock import COVER_DAYS, on_hand_for
from throughline.rules.access import check_may_manage_supplies
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.request import PageRequest, now, show_refusal
from throughline.web.supplies.shelf_views import site_of
from throughline.web.supplies.words import COUNTED_IN


class OrderForm(forms.Form):
    """For how long, as what, for whom."""

    days = forms.IntegerField(
        label=_("It lasts so many days"), min_value=1, max_value=365, initial=COVER_DAYS
    )
    form = forms.ChoiceField(
        label=_("As"), choices=[("xlsx", _("Excel (XLSX)")), ("csv", "CSV")], widget=forms.RadioSelect,
        initial="xlsx",
    )  # fmt: skip
    recipient = forms.CharField(
        label=_("Who gets it"), max_length=LONGEST_RECIPIENT,
        help_text=_("It stands in the ledger beside what left."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def order(request: PageRequest, site_id: UUID) -> HttpResponse:
    """See what to order, say who gets it; posting answers with the file."""
    site = site_of(request, site_id)
    check_may_manage_supplies(request.actor, site.programme_id)
    given = request.GET.get("days", "")
    days = int(given) if given.isdecimal() and 0 < int(given[:4]) <= 365 else COVER_DAYS
    form = OrderForm(request.POST or None, initial={"days": days})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                left = leave_order(
                    site_id=site.id, form=said["form"], recipient=said["recipient"], by=request.actor, at=now(),
                    cover_days=said["days"],
                )  # fmt: skip
                name = f"order-{slugify(site.name)}.{said['form']}"
                headers = {"Content-Disposition": f'attachment; filename="{name}"'}
                return HttpResponse(left.data, content_type=TYPES[said["form"]], headers=headers)
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
    shelf = on_hand_for(request.actor, site.id, now(), cover_days=days)
    lines = [(line, COUNTED_IN[line.item.unit]) for line in shelf.order]
    return render(request, "supplies/order.html", {"site": site, "form": form, "lines": lines}, status=status)
