"""Taking passages out, looking for words, and saturation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.evaluation.concordance import LONGEST_PATTERN, Wanted
from throughline.methods.saturation import BASE_SIZE, RUN_LENGTH, THRESHOLD
from throughline.methods.suppression import PROFILES
from throughline.web.evaluation.forms import PROFILE_WORDS
from throughline.web.inquiry.asking.forms import FiltersForm


class LeaveForm(forms.Form):
    """Who gets the passages, and as what."""

    recipient = forms.CharField(label=_("Who gets them"), max_length=160)
    format = forms.ChoiceField(
        label=_("As"), choices=[("docx", _("Word")), ("xlsx", _("Excel (XLSX)")), ("csv", "CSV")]
    )


class NumbersForm(LeaveForm):
    """Who gets numbers, under which profile, and as what."""

    profile = forms.ChoiceField(
        label=_("Small counts"), choices=[(name, PROFILE_WORDS[name]) for name in PROFILES], initial="lt5"
    )
    field_order = ("recipient", "profile", "format")


class WordsForm(FiltersForm):
    """What to look for."""

    words = forms.CharField(label=_("Words"), max_length=LONGEST_PATTERN, strip=False)
    is_expression = forms.BooleanField(
        label=_("It is a regular expression"), required=False,
        help_text=_("For example: pipes? or (shame|stigma)."),
    )  # fmt: skip
    is_whole = forms.BooleanField(label=_("Whole words only"), required=False)
    is_exact = forms.BooleanField(label=_("Capitals matter"), required=False)

    def wanted(self) -> Wanted:
        given = self.cleaned_data
        return Wanted(given["words"], given["is_expression"], given["is_whole"], given["is_exact"])


class SaturationForm(forms.Form):
    """How many sources stand first, how many are looked at together, and how little is little."""

    base_size = forms.IntegerField(label=_("Sources in the base"), min_value=1, max_value=100)
    run_length = forms.IntegerField(label=_("Sources in a run"), min_value=1, max_value=20)
    threshold = forms.TypedChoiceField(
        label=_("New codes, at most"), coerce=int,
        choices=[(0, _("none")), (5, _("5% of the base")), (10, _("10% of the base"))],
    )  # fmt: skip

    @staticmethod
    def usual() -> dict[str, Any]:
        return {"base_size": BASE_SIZE, "run_length": RUN_LENGTH, "threshold": round(THRESHOLD * 100)}

    def sizes(self) -> dict[str, Any]:
        """Of a form that is valid."""
        given = self.cleaned_data
        return {name: given[name] for name in ("base_size", "run_length")} | {
            "threshold": given["threshold"] / 100
        }
