"""The design page: before any data, what a study like this can detect, and what more of each thing would bring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Avg
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from throughline.methods.few_clusters.detectable import (
    METHOD,
    Detectable,
    Planned,
    by_respondents,
    by_sites,
    by_waves,
    detectable,
    respondents_enough,
)
from throughline.records.study.models import Study
from throughline.records.study.queries import study_for, study_sites
from throughline.records.surveys.models import Wave, WaveTarget
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.study import ArmKind, PhaseKind
from throughline.web.figures import line_paths
from throughline.web.request import PageRequest, require
from throughline.web.study.forms import DetectForm

UNKNOWN_SHARE, UNKNOWN_RHO, UNKNOWN_RESPONDENTS, UNKNOWN_SITES = 50, 0.02, 50, 3
STEPS = (5, 10, 20, 40, 80, 160, 320, 640, 1280)


@require_GET
def detect(request: PageRequest, study_id: UUID) -> HttpResponse:
    """Nothing is stored, and nothing of what was recorded is read but how many sites, waves and targets there are."""
    require(request, P.SEE_STUDY)
    study = study_for(request.actor, study_id)
    begin = defaults(study)
    form = DetectForm(request.GET if "scale" in request.GET else begin)
    context: dict[str, Any] = {"study": study, "form": form, "method": METHOD}
    if form.is_valid():
        context |= _found(planned_of(form.cleaned_data))
    return render(request, "study/detect.html", context, status=200 if form.is_valid() else 422)


def defaults(study: Study) -> dict[str, Any]:
    """From the study's own arms, waves and targets; where there are none, what is said to be a guess on the page."""
    arms = [one.arm for one in study_sites(study)]
    waves = list(Wave.objects.filter(study=study).values_list("phase", flat=True))
    target = WaveTarget.objects.filter(wave__study=study).aggregate(mean=Avg("target"))["mean"]
    return {
        "scale": "share", "share": UNKNOWN_SHARE, "sd": "", "rho": UNKNOWN_RHO,
        "respondents": round(target) if target else UNKNOWN_RESPONDENTS,
        "intervention": max(arms.count(ArmKind.INTERVENTION.value), 2) if arms else UNKNOWN_SITES,
        "comparison": max(arms.count(ArmKind.COMPARISON.value), 2) if arms else UNKNOWN_SITES,
        "before": max(waves.count(PhaseKind.BEFORE.value), 1), "after": max(waves.count(PhaseKind.AFTER.value), 1),
    }  # fmt: skip


def planned_of(given: dict[str, Any]) -> Planned:
    is_share = given["scale"] == "share"
    return Planned(
        given["respondents"], given["rho"], given["intervention"], given["comparison"],
        share=given["share"] / 100 if is_share else None, sd=None if is_share else given["sd"],
        waves=(given["before"], given["after"]),
    )  # fmt: skip


def _found(study: Planned) -> dict[str, Any]:
    here = detectable(study)
    people = sorted({*STEPS, int(study.respondents)})
    more = sorted({2, 3, 4, 6, 8, 12, 16, 24, study.intervention})
    apart = study.comparison - study.intervention
    sites = [(one, max(one + apart, 2)) for one in more]
    waves = sorted({(1, 1), (1, 2), (2, 2), (2, 4), (4, 4), study.waves})
    return {
        "found": _line("", here, True),
        "floor": _amount(here, here.floor) if study.rho else None,
        "enough": respondents_enough(study.rho),
        "factor": f"{here.factor:.2f}", "sd": _amount(here, here.sd_of_site_change),
        "assumptions": here.assumptions, "sites": study.intervention + study.comparison, "is_share": study.share is not None,
        "beyond": _beyond(here),
        "curves": [
            _curve("respondents", _("More respondents at each site"), _("Respondents at each site in each wave"),
                   people, by_respondents(study, people), here, here.floor),
            _curve("sites", _("More sites"), _("Intervention and comparison sites"),
                   [f"{one} + {other}" for one, other in sites], by_sites(study, sites), here, None),
        ],
        "waves": [
            _line(_("%(before)s before, %(after)s after") % {"before": one.study.waves[0], "after": one.study.waves[1]}, one, one.study == study)
            for one in by_waves(study, waves)
        ],
    }  # fmt: skip


def _beyond(here: Detectable) -> str:
    """Whether a share could move that far at all: on neither side, on one only, or (empty) on both."""
    share = here.study.share
    if share is None or here.difference <= min(share, 1 - share):
        return ""
    return "both" if here.difference > max(share, 1 - share) else "one"


def _curve(
    anchor: str, title: str, of: str, labels: Sequence[Any], found: Iterable[Detectable], here: Detectable, floor: float | None
) -> dict[str, Any]:  # fmt: skip
    rows = [_line(label, one, one.study == here.study) for label, one in zip(labels, found, strict=True)]
    path, top = line_paths([row["value"] for row in rows])
    step = 1000 / (len(rows) - 1)
    return {
        "anchor": f"more-{anchor}", "title": title, "of": of, "rows": rows, "path": path, "top": f"{top:g}",
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
        return f"{number:.3g}"
    return _("%(points)s points") % {"points": f"{number * 100:.1f}"}
