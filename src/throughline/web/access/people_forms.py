"""Forms about who may act in the programme, as what and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.programme.models import Organisation, Site
from throughline.rules.roles import ROLES
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.roles import Role
from throughline.web.programme.forms import day
from throughline.web.words import ROLES_SHOWN, choices


class MembershipForm(forms.Form):
    """For which organisation somebody acts, in which roles, at which sites, from when to when."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Acts for"), empty_label=None)
    roles = forms.TypedMultipleChoiceField(
        label=_("Works as"), choices=choices(ROLES_SHOWN), coerce=Role, widget=forms.CheckboxSelectMultiple
    )
    sites = forms.ModelMultipleChoiceField(
        Site.objects.none(), label=_("At which sites"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_all_sites = forms.BooleanField(
        label=_("At all sites of the programme, and those added later"), required=False
    )
    from_on = day(_("From"))
    to_on = day(_("Last day"), required=False)

    def __init__(self, *args: Any, organisations: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organisation"].queryset = organisations
        fields["sites"].queryset = sites
        self.has_sites = sites.exists()

    @property
    def prose(self) -> Sequence[tuple[Sentence, Sentence]]:
        """What each role may do, as its definition says it."""
        return [(one.title, one.prose) for one in ROLES.values()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "sites" in given and bool(given["sites"]) == bool(given.get("is_all_sites")):
            self.add_error(
                "sites" if self.has_sites else "is_all_sites",
                _("Say at which sites: either some of them, or all."),
            )
        first, last = given.get("from_on"), given.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("This is before the first day."))
        return given

    def said(self) -> dict[str, Any]:
        """As the action takes it."""
        names = ("organisation", "roles", "is_all_sites", "from_on", "to_on")
        return {name: self.cleaned_data[name] for name in names} | {"sites": list(self.cleaned_data["sites"])}


class PersonForm(MembershipForm):
    """Somebody new, who can sign in."""

    display_name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As colleagues see it."))
    username = forms.CharField(
        label=_("Sign-in name"), max_length=150, help_text=_("Letter case does not matter."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail"), required=False)
