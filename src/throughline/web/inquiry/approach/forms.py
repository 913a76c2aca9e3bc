"""What an analysis asks and how; where its analysts stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.actions import AnalysisDraft
from throughline.records.inquiry.models import Analysis
from throughline.records.study.models import Study
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach
from throughline.web.inquiry.approach.words import IN_SHORT
from throughline.web.words import APPROACHES

NOT_RECORDED = Nothing.NOT_RECORDED.value


def _approaches() -> list[tuple[str, Any]]:
    return [(one.value, APPROACHES[one]) for one in Approach]


class DescriptionForm(forms.Form):
    """What an analysis says of itself."""

    name = forms.CharField(label=_("Name"), max_length=160)
    question = forms.CharField(
        label=_("What do you ask of the sources?"), widget=forms.Textarea(attrs={"rows": 3})
    )
    approach = forms.TypedChoiceField(
        label=_("By which approach"), choices=_approaches, coerce=Approach, widget=forms.RadioSelect,
        initial=Approach.REFLEXIVE.value,
        help_text=_("It decides what is counted or compared, and what is left alone."),
    )  # fmt: skip
    orientation = forms.CharField(
        label=_("Orientation"), max_length=200, required=False,
        help_text=_("Such as: inductive, semantic; or led by a theory, latent. Left empty: not recorded."),
    )  # fmt: skip
    theory = forms.CharField(
        label=_("Theory"), max_length=200, required=False,
        help_text=_("What you think with: stigma, recovery capital, boundary work … Left empty: not recorded."),
    )  # fmt: skip

    def draft(self) -> AnalysisDraft:
        given = self.cleaned_data
        return AnalysisDraft(
            name=given["name"], question=given["question"], approach=given["approach"],
            orientation=given["orientation"].strip() or NOT_RECORDED, theory=given["theory"].strip() or NOT_RECORDED,
        )  # fmt: skip


class AnalysisForm(DescriptionForm):
    """A new analysis, of a study."""

    study = forms.ChoiceField(label=_("Study"), widget=forms.RadioSelect)
    field_order = ["study"]

    def __init__(self, *args: Any, studies: Iterable[Study], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.studies = {str(study.id): study for study in studies}
        self.fields["study"].choices = [  # type: ignore[attr-defined]  # a choice field
            (pk, study.title) for pk, study in self.studies.items()
        ]

    def clean_study(self) -> Study:
        return self.studies[self.cleaned_data["study"]]


class DescribeForm(DescriptionForm):
    """An analysis said anew: what it asks for where its approach leaves the choice, and why, for the trail."""

    with_counts = forms.BooleanField(
        label=_("Counts"), required=False,
        help_text=_("How often a code stands, and how many spoke of a theme. For template and framework analysis."),
    )  # fmt: skip
    with_saturation = forms.BooleanField(
        label=_("Saturation"), required=False,
        help_text=_("Whether the last sources still brought new codes. For template and framework analysis."),
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why it changes"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The trail keeps this, with what stood there before."),
    )  # fmt: skip

    @classmethod
    def of(cls, data: Any, analysis: Analysis) -> DescribeForm:
        stands = {name: getattr(analysis, name) for name in ("name", "question", "approach")}
        stands |= {"with_counts": analysis.with_counts, "with_saturation": analysis.with_saturation}
        stands |= {
            name: "" if (held := getattr(analysis, name)) == NOT_RECORDED else held
            for name in ("orientation", "theory")
        }
        return cls(data, initial=stands)

    def draft(self) -> AnalysisDraft:
        given = self.cleaned_data
        return replace(
            super().draft(), with_counts=given["with_counts"], with_saturation=given["with_saturation"]
        )


class PositionForm(forms.Form):
    """Where one stands, in one's own words."""

    text = forms.CharField(
        label=_("Where do you stand towards what you study?"), widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What you bring: your work, what you have lived through, what you expect to find. The team reads it."
        ),
    )  # fmt: skip


def approaches_in_short() -> list[tuple[Any, Any]]:
    """Each approach by its name, with what it is."""
    return [(APPROACHES[one], IN_SHORT[one]) for one in Approach]
