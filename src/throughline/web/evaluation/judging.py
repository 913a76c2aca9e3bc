"""Judging where the numbers of a step or an outcome stand beside what people said: confirmed, widened, contradicted, or silent, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from throughline.records.inquiry.actions import write_joint_row
from throughline.records.inquiry.models import Analysis, JointRow, Theme
from throughline.records.inquiry.queries import analyses_for, joint_rows_for, themes_for
from throughline.records.study.models import Freeze, Outcome
from throughline.records.study.queries import outcomes_beside
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import ThroughlineError
from throughline.vocabulary.study import Judgement, Step, ThemeStatus
from throughline.web.evaluation.around import freeze_of, people_named
from throughline.web.evaluation.shown import JUDGEMENTS
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.words import STEPS

MEANT = {
    Judgement.CONFIRMATION: _("confirmation: both say the same"),
    Judgement.EXPANSION: _("expansion: the words say more than the numbers can"),
    Judgement.DISCORDANCE: _("discordance: they do not fit"),
    Judgement.SILENCE: _("silence: one of them says nothing of it"),
}


class JudgementForm(forms.Form):
    of = forms.ChoiceField(label=_("Step or outcome"))
    about = forms.ChoiceField(label=_("Beside it"))
    judgement = forms.TypedChoiceField(
        label=_("Judgement"), choices=[(one.value, MEANT[one]) for one in Judgement], coerce=Judgement,
        widget=forms.RadioSelect,
    )  # fmt: skip
    seen = forms.JSONField(required=False, widget=forms.HiddenInput())
    reason = forms.CharField(
        label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "What in the numbers and in the words makes you say so. Name nobody, and write no numbers, not in words either: a report prints"
            " this beside those that may leave, and keeps back a reason that holds any."
        ),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        analyses: list[Analysis],
        outcomes: Mapping[str, Outcome],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows: dict[str, Step | Outcome] = {step.value: step for step in Step}
        self.rows |= {_row_of("", code): outcome for code, outcome in outcomes.items()}
        offered: Any = self.fields["of"]
        offered.choices = [
            (name, one.name if isinstance(one, Outcome) else STEPS[one.value])
            for name, one in self.rows.items()
        ]
        self.found: dict[str, tuple[Analysis, Theme | None]] = {}
        labels = []
        for analysis in analyses:
            key = f"analysis-{analysis.id}"
            self.found[key] = (analysis, None)
            labels.append(
                (key, _now("As a whole, beside no theme (%(analysis)s)") % {"analysis": analysis.name})
            )
            for theme in themes_for(actor, analysis).exclude(status=ThemeStatus.LET_GO.value):
                self.found[f"theme-{theme.id}"] = (analysis, theme)
                labels.append((f"theme-{theme.id}", theme.name))
        field: Any = self.fields["about"]
        field.choices = labels

    @property
    def base_version(self) -> int | None:
        """Of what stood at the chosen place when the page was shown."""
        seen, place = self.cleaned_data["seen"], f"{self.cleaned_data['of']} {self.cleaned_data['about']}"
        found = seen.get(place) if isinstance(seen, dict) else None
        return found if isinstance(found, int) else None


@require_http_methods(["GET", "POST"])
def judge(request: PageRequest, name: str) -> HttpResponse:
    """Write a judgement with its reason; written again, it replaces. It is in the next freeze, never in one that stands."""
    freeze = freeze_of(request, name)
    require(request, P.WRITE_THEMES)
    analyses = list(analyses_for(request.actor, freeze.programme_id).filter(study=freeze.study_id))
    given = request.POST if request.method == "POST" else None
    outcomes = outcomes_beside(freeze.study)
    form = JudgementForm(
        given,
        actor=request.actor,
        analyses=analyses,
        outcomes=outcomes,
        initial={"of": request.GET.get("of")},
    )
    status = 200
    if given is not None and form.is_valid():
        analysis, theme = form.found[form.cleaned_data["about"]]
        try:
            write_joint_row(
                study=freeze.study, analysis=analysis, of=form.rows[form.cleaned_data["of"]], theme=theme,
                judgement=form.cleaned_data["judgement"], reason=form.cleaned_data["reason"],
                base_version=form.base_version, by=request.actor, at=now(),
            )  # fmt: skip
        except ThroughlineError as error:
            status = error.status
            show_refusal(form, error)
        else:
            return redirect("evaluation_judge", freeze.name)
    written = _written(request, analyses, freeze, outcomes)
    context = {
        "form": form, "freeze": freeze, "analyses": analyses, "written": written,
        "seen": json.dumps({_place_of(one["row"]): one["row"].version for one in written}),
    }  # fmt: skip
    if status == 200 and form.errors:
        status = 422
    return render(request, "evaluation/judge.html", context, status=status)


def _place_of(row: JointRow) -> str:
    """Where a judgement stands, as the form says it."""
    beside = f"theme-{row.theme_id}" if row.theme_id else f"analysis-{row.analysis_id}"
    return f"{_row_of(row.step, row.outcome)} {beside}"


def _row_of(step: str, outcome: str) -> str:
    return step or f"outcome-{outcome}"


def _written(
    request: PageRequest, analyses: list[Analysis], freeze: Freeze, outcomes: Mapping[str, Outcome]
) -> list[dict[str, Any]]:
    """What is judged by now, in the order of the line and of outcomes' codes, and whether it came after the freeze."""
    rows = [row for analysis in analyses for row in joint_rows_for(request.actor, analysis)]
    names = people_named(row.written_by for row in rows)
    return [
        {
            "row": row, "name": STEPS[row.step] if row.step else outcomes[row.outcome].name, "judgement": JUDGEMENTS[row.judgement],
            "by": names.get(row.written_by, ""), "is_later": row.written_at > freeze.frozen_at,
        }
        for row in rows
    ]  # fmt: skip
