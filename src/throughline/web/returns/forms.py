"""Closing a month, and taking it as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from throughline.methods.suppression import PROFILES
from throughline.vocabulary.periods import Month


class MonthField(forms.CharField):
    """YYYY-MM."""

    def clean(self, value: Any) -> Month:
        try:
            return Month.parse(super().clean(value))
        except ValueError as error:
            raise ValidationError(_("A month is written like 2026-02.")) from error


class CloseForm(forms.Form):
    """One site's month."""

    site = forms.UUIDField(widget=forms.HiddenInput)
    month = MonthField(widget=forms.HiddenInput)


class TakeForm(forms.Form):
    """Who gets the return, under which profile, and as what."""

    month = MonthField(widget=forms.HiddenInput)
    recipient = forms.CharField(label=_("Who gets it"), max_length=160)
    profile = forms.ChoiceField(
        label=_("Profile"), choices=[(name, name) for name in PROFILES],
        help_text=_("lt5 hides counts under 5; the others hide counts under 8 and round to 5."),
    )  # fmt: skip
    format = forms.ChoiceField(label=_("As"), choices=[("xlsx", _("Excel (XLSX)")), ("csv", "CSV")])
