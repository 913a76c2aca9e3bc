"""A name that is kept, and the reason for which a record is opened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.programme.models import Programme, Site
from throughline.rules.client_code import hint_words
from throughline.vocabulary.sharing import EmergencyKind
from throughline.web.words import EMERGENCY_KINDS, choices


class IdentityForm(forms.Form):
    """What somebody wants to be called and reached by."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As they want to be called."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone number"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    consented_on = forms.DateField(
        label=_("They agreed on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    agreed = forms.BooleanField(
        label=_("They agreed that it is kept here, and know that it is destroyed when they say so")
    )
    site = forms.ChoiceField(label=_("Site"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.id): site for site in sites}
        site: Any = self.fields["site"]
        site.choices = [(pk, one.name) for pk, one in self.sites.items()]
        if len(self.sites) == 1:
            site.initial, site.widget = next(iter(self.sites)), forms.HiddenInput()

    def clean_site(self) -> Site:
        return self.sites[self.cleaned_data["site"]]


class EmergencyForm(forms.Form):
    """Whose record, and why. A code travels in the body of the request alone."""

    client_code = forms.CharField(
        label=_("Client code"), max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip
    kind = forms.TypedChoiceField(
        label=_("Why"), choices=choices(EMERGENCY_KINDS), coerce=EmergencyKind, widget=forms.RadioSelect
    )  # fmt: skip
    note = forms.CharField(
        label=_("What happened"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A sentence. Data guardians read it; it is kept encrypted and stands in no log."),
    )  # fmt: skip

    def __init__(self, *args: Any, programme: Programme, has_client: bool, **kwargs: Any) -> None:
        """`has_client`: it was asked for from a client's page, and there is no code to enter."""
        super().__init__(*args, **kwargs)
        if has_client:
            del self.fields["client_code"]
        else:
            hint = str(hint_words(programme.client_code_hint))
            self.fields["client_code"].help_text = hint[:1].upper() + hint[1:]
