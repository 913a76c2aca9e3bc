"""The trail of an analysis: what was decided, why, and who took part. It only grows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.actions import record_decision
from throughline.records.inquiry.queries.theming import decisions_for, themes_in_tree
from throughline.rules.access import check_may_write_themes
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import ThroughlineError
from throughline.web.inquiry.around import chosen_analysis
from throughline.web.inquiry.themes.forms import DecisionForm
from throughline.web.inquiry.themes.views import around_themes
from throughline.web.request import PageRequest, now, require, show_refusal, uuid_or_none

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def trail(request: PageRequest) -> HttpResponse:
    """Decisions, newest first; posting adds one."""
    programme = require(request, P.SEE_SOURCES)
    context: dict[str, Any] = around_themes(request, programme, "trail")
    analysis = chosen_analysis(context)
    themes = [theme for theme, _depth in themes_in_tree(request.actor, analysis)]
    initial = {"theme": request.GET.get("theme", "")}
    form = DecisionForm(request.POST or None, initial=initial, themes=themes, today=timezone.localdate())
    status = 200
    if request.method == "POST":
        check_may_write_themes(request.actor, programme.id)
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                record_decision(
                    analysis=analysis, text=given["text"], decided_on=given["decided_on"], theme=given["theme"],
                    took_part=form.took_part(), by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("The decision is part of the trail."))
                return redirect(f"{reverse('trail')}?analysis={analysis.id}")
    page = Paginator(decisions_for(request.actor, analysis), PER_PAGE).get_page(request.GET.get("page"))
    names = display_names({pk for row in page.object_list if (pk := uuid_or_none(row.recorded_by))})
    context |= {
        "decisions": [(row, names.get(row.recorded_by, row.recorded_by)) for row in page.object_list],
        "page": page,
        "query": f"analysis={analysis.id}&",
        "form": None if context["why_not"] else form,
    }
    return render(request, "inquiry/themes/trail.html", context, status=status)
