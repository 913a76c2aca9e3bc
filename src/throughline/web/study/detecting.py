"""The design page: before any data, what a study like this can detect, and what more of each thing would bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.evaluation.detecting import CanDetect, begin_with, can_detect
from throughline.methods.few_clusters.detectable import METHOD, Detectable, Planned
from throughline.records.study.models import Study
from throughline.records.study.queries import study_for
from throughline.reporting.wording import decimal_text, digits_text
from throughline.rules.permissions import Permission as P
from throughline.web.figures import line_paths
from throughline.web.request import PageRequest, require
from throughline.web.study.forms import DetectForm


@require_GET
def detect(request: PageRequest, study_id: UUID) -> HttpResponse:
    """Nothing is stored, and nothing of what was recorded is read but how many sites, waves and targets there are."""
    require(request, P.SEE_STUDY)
    study = study_for(request.actor, study_id)
    begin = defaults(study)
    form = DetectForm(request.GET if "scale" in request.GET else begin)
    context: dict[str, Any] = {"study": study, "form": form, "method": METHOD}
    if form.is_valid():
        context |= _found(can_detect(planned_of(form.cleaned_data)))
    return render(request, "study/detect.html", context, status=200 if form.is_valid() else 422)


def defaults(study: Study) -> dict[str, Any]:
    """The study as it is recorded; where nothing is, a guess, and the page says so."""
    begin = begin_with(study)
    return {
        "scale": "share", "share": round(100 * (begin.share or 0)), "sd": "", "rho": begin.rho, "respondents": begin.respondents,
        "intervention": begin.intervention, "comparison": begin.comparison, "before": begin.waves[0], "after": begin.waves[1],
    }  # fmt: skip


def planned_of(given: dict[str, Any]) -> Planned:
    is_share = given["scale"] == "share"
    return Planned(
        given["respondents"], given["rho"], given["intervention"], given["comparison"],
        share=given["share"] / 100 if is_share else None, sd=None if is_share else given["sd"],
        waves=(given["before"], given["after"]),
    )  # fmt: skip


def _found(found: CanDetect) -> dict[str, Any]:
    here, study = found.here, found.here.study
    return {
        "found": _line("", here, True),
        "floor": _amount(here, here.floor) if study.rho else None,
        "enough": found.enough,
        "factor": decimal_text(here.factor), "sd": _amount(here, here.sd_of_site_change),
        "assumptions": here.assumptions, "cannot_show": found.cannot_show, "sites": study.intervention + study.comparison,
        "is_share": study.share is not None, "beyond": found.beyond,
        "curves": [
            _curve("respondents", _("More respondents at each site"), _("Respondents at each site in each wave"),
                   [int(one.study.respondents) for one in found.respondents], found.respondents, here, here.floor),
            _curve("sites", _("More sites"), _("Intervention and comparison sites"),
                   [f"{one.study.intervention} + {one.study.comparison}" for one in found.sites], found.sites, here, None),
        ],
        "waves": [
            _line(_("%(before)s before, %(after)s after") % {"before": one.study.waves[0], "after": one.study.waves[1]}, one, one.study == study)
            for one in found.waves
        ],
    }  # fmt: skip


def _curve(
    anchor: str, title: str, of: str, labels: Sequence[Any], found: Iterable[Detectable], here: Detectable, floor: float | None
) -> dict[str, Any]:  # fmt: skip
    rows = [_line(label, one, one.study == here.study) for label, one in zip(labels, found, strict=True)]
    path, top = line_paths([row["value"] for row in rows])
    step = 1000 / (len(rows) - 1)
    return {
        "anchor": f"more-{anchor}", "title": title, "of": of, "rows": rows, "path": path, "top": digits_text(top, 6),
        "first": rows[0]["label"], "last": rows[-1]["label"],
        "here": next((f"{step * place:.1f}" for place, row in enumerate(rows) if row["is_here"]), None),
        "floor": f"{100 * (1 - floor * _scale(here) / top):.2f}" if floor else None,
    }  # fmt: skip


def _line(label: Any, one: Detectable, is_here: bool) -> dict[str, Any]:
    return {
        "label": label, "value": one.difference * _scale(one), "text": _amount(one, one.difference), "is_here": is_here
    }  # fmt: skip


def _scale(one: Detectable) -> float:
    return 100 if one.study.share is not None else 1


def _amount(one: Detectable, number: float) -> str:
    if one.study.share is None:
        return digits_text(number, 3)
    return _("%(points)s points") % {"points": decimal_text(number * 100, 1)}
