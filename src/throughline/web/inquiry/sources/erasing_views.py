"""Erasing a source for good: said beforehand what goes, what stays and what left already; confirmed by its name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from throughline.records.inquiry.actions import erase_source
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import source_for
from throughline.records.inquiry.queries.participants import released_between
from throughline.reporting.written import take_back_reports
from throughline.rules.access import check_may_erase_source
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError
from throughline.web.evaluation.ledger import DOORS
from throughline.web.inquiry.around import around
from throughline.web.request import PageRequest, now, require, show_refusal


class EraseForm(forms.Form):
    """Nothing of it can be taken back: the name is typed once more."""

    name = forms.CharField(label=gettext_lazy("Type its name to confirm"), max_length=200)

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_name(self) -> str:
        given = str(self.cleaned_data["name"]).strip()
        if given.casefold() != self.expected.strip().casefold():
            raise forms.ValidationError(_("This is not its name. Nothing was done."))
        return given


@require_http_methods(["GET", "POST"])
def erase(request: PageRequest, source_id: UUID) -> HttpResponse:
    """What goes with it; then, confirmed, its key is destroyed."""
    programme = require(request, P.ERASE_SOURCES)
    check_may_erase_source(request.actor, programme.id)
    row: Source = source_for(request.actor, source_id)
    if row.erased_at is not None:
        raise NotFound(Sentence("This source was erased."))
    form, status = EraseForm(request.POST or None, expected=row.name), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                erase_source(source=row, by=request.actor, at=now())
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _told(take_back_reports(row.analysis.study, at=now())))
                return redirect(f"{reverse('inquiry')}?analysis={row.analysis_id}")
    found = released_between(request.actor, row.analysis, row.added_at, now())
    context = around(request, programme, "sources", analysis=row.analysis) | {
        "source": row, "form": form, "of_source": True,
        "people": row.turns.exclude(participant=None).values("participant").distinct().count(),
        "released": {
            "lines": [(one, DOORS[one.door]) for one in found.releases],
            "unseen": found.unseen, "freezes": found.freezes,
        },
    }  # fmt: skip
    return render(request, "inquiry/sources/erase.html", context, status=status)


def _told(reports: int) -> str:
    if not reports:
        return _("The source is erased, and its key destroyed.")
    taken = Sentence(
        "The source is erased, and its key destroyed; %(count)s report that may quote it was deleted.",
        "The source is erased, and its key destroyed; %(count)s reports that may quote it were deleted.",
        count=reports,
    )
    return str(taken)
