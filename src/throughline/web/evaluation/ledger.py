"""The ledger: what left, through which door, to whom, when, under which profile, by whom; refusals too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from throughline.methods.differencing import PAIRWISE
from throughline.records.study.models import Release
from throughline.records.study.queries import ledger_for
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.study import ReleaseDoor
from throughline.web.evaluation.around import people_named
from throughline.web.request import PageRequest, has_any, require

A_PAGE = 50
DOORS = {
    ReleaseDoor.TABLES.value: _("tables"),
    ReleaseDoor.ROWS.value: _("rows"),
    ReleaseDoor.WORDS.value: _("words"),
    ReleaseDoor.SUPPLIES.value: _("supplies"),
}
MAY_LOOK = (P.SEE_LEDGER, P.APPROVE_ROWS, P.ASK_FOR_ROWS, P.RELEASE_TABLES, P.RELEASE_WORDS)


class LedgerForm(forms.Form):
    door = forms.ChoiceField(choices=[("", _("every door")), *DOORS.items()], required=False, label=_("Door"))
    outcome = forms.ChoiceField(
        choices=[("", _("left and refused")), ("left", _("left")), ("refused", _("refused"))],
        required=False, label=_("Outcome"),
    )  # fmt: skip


@require_GET
def ledger(request: PageRequest) -> HttpResponse:
    """All lines for who keeps the ledger, else one's own; the newest first."""
    programme = require(request, *MAY_LOOK)
    form = LedgerForm(request.GET)
    lines = ledger_for(request.actor, programme.id).defer("cells")
    chosen = form.cleaned_data if form.is_valid() else {"door": "", "outcome": ""}
    is_any = lines.exists()
    if chosen["door"]:
        lines = lines.filter(door=chosen["door"])
    if chosen["outcome"]:
        lines = lines.filter(is_refused=chosen["outcome"] == "refused")
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    names = people_named(one for line in page for one in (line.released_by, line.approved_by))
    context = {
        "form": form,
        "page": page,
        "query": "".join(f"{name}={value}&" for name, value in chosen.items() if value),
        "rows": [_line(line, names) for line in page],
        "is_any": is_any,
        "compared": PAIRWISE,
        "is_all": has_any(request, [P.SEE_LEDGER]),
        "sees_rows": has_any(request, [P.SEE_LEDGER, P.APPROVE_ROWS, P.ASK_FOR_ROWS]),
    }
    return render(request, "evaluation/ledger.html", context)


def _line(line: Release, names: dict[str, str]) -> dict[str, Any]:
    return {
        "line": line,
        "door": DOORS[line.door],
        "by": names[line.released_by],
        "approved_by": names.get(line.approved_by or "", ""),
    }
