"""The form that says how much of a month is recorded."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.programme import Reporting
from throughline.web.words import REPORTING, choices


class MonthForm(forms.Form):
    """One site's month."""

    site = forms.UUIDField(widget=forms.HiddenInput)
    month = forms.DateField(widget=forms.HiddenInput)
    reporting = forms.TypedChoiceField(
        label=_("How much is recorded?"),
        choices=choices(REPORTING),
        coerce=Reporting,
        widget=forms.RadioSelect,
    )
