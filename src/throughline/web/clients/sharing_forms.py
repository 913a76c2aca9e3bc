"""Consents to share, and what passed to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.clients.actions import ConsentDraft, Receiver
from throughline.records.programme.models import Organisation, Site
from throughline.vocabulary.referral import YesNo
from throughline.vocabulary.sharing import Shared, SharingBasis, SharingPurpose, SignedAs
from throughline.web.words import SHARED, SHARING_BASES, SHARING_PURPOSES, SIGNED_AS, choices


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
    )


class _AtSiteForm(forms.Form):
    """A form of a client at one of the actor's sites, about another organisation."""

    def __init__(
        self, *args: Any, sites: Iterable[Site], organisations: Iterable[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.id): site for site in sites}
        own = {site.organisation_id for site in self.sites.values()}
        self.organisations = {str(one.id): one for one in organisations if len(own) > 1 or one.id not in own}
        site: Any = self.fields["site"]
        site.choices = [(pk, one.name) for pk, one in self.sites.items()]
        if len(self.sites) == 1:
            site.initial, site.widget = next(iter(self.sites)), forms.HiddenInput()
        to: Any = self.fields["to_organisation"]
        to.choices = [("", "–"), *((pk, one.name) for pk, one in self.organisations.items())]

    def clean_site(self) -> Site:
        return self.sites[self.cleaned_data["site"]]

    def clean_to_organisation(self) -> Organisation | None:
        return self.organisations.get(self.cleaned_data["to_organisation"])


class ConsentForm(_AtSiteForm):
    """What the form says that the person signed."""

    site = forms.ChoiceField(label=_("Site"), widget=forms.RadioSelect)
    to_organisation = forms.ChoiceField(label=_("To whom"))
    scope = forms.TypedMultipleChoiceField(
        label=_("What may be shared"), choices=choices(SHARED), coerce=Shared, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    purpose = forms.TypedChoiceField(
        label=_("What for"), choices=choices(SHARING_PURPOSES), coerce=SharingPurpose, widget=forms.RadioSelect
    )  # fmt: skip
    signed_on = _day(_("Signed on"))
    signed_as = forms.TypedChoiceField(
        label=_("How it is signed"), choices=choices(SIGNED_AS), coerce=SignedAs, widget=forms.RadioSelect
    )
    to_on = _day(_("Last day"), help_text=_("Every consent ends. After this day nothing passes on it."))
    is_told_revocable = forms.BooleanField(
        label=_("The form says that the person can take it back at any time, and how")
    )

    def draft(self) -> ConsentDraft:
        given = self.cleaned_data
        return ConsentDraft(
            to_organisation=given["to_organisation"], scope=frozenset(given["scope"]), purpose=given["purpose"],
            signed_on=given["signed_on"], signed_as=given["signed_as"], from_on=given["signed_on"],
            to_on=given["to_on"], is_told_revocable=given["is_told_revocable"],
        )  # fmt: skip


class SharedForm(_AtSiteForm):
    """Something that passed outside of a referral."""

    site = forms.ChoiceField(label=_("From"), widget=forms.RadioSelect)
    to_organisation = forms.ChoiceField(label=_("To whom"), required=False)
    to_name = forms.CharField(
        label=_("Or somebody else"), max_length=120, required=False,
        help_text=_("A hospital or a court, for example. Never the name of a person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    what = forms.TypedMultipleChoiceField(
        label=_("What was passed on"), choices=choices(SHARED), coerce=Shared, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    basis = forms.TypedChoiceField(
        label=_("On what basis"), choices=choices(SHARING_BASES), coerce=SharingBasis, widget=forms.RadioSelect
    )  # fmt: skip
    passed_at = forms.DateTimeField(
        label=_("When, if not now"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    notice = forms.BooleanField(
        label=_("They were told that it may not be passed on without the person's consent"), required=False
    )

    def given(self) -> Mapping[str, Any]:
        """What `record_sharing` is called with."""
        data = self.cleaned_data
        moment: datetime | None = data["passed_at"]
        zone = ZoneInfo(data["site"].time_zone)
        return {
            "site": data["site"], "to": Receiver(data["to_organisation"], data["to_name"]),
            "what": frozenset(data["what"]), "basis": data["basis"],
            "notice": YesNo.YES if data["notice"] else YesNo.NO,
            "passed_at": moment.replace(tzinfo=zone) if moment else None,
        }  # fmt: skip


def a_year_from(day: date) -> date:
    """The last day that is offered: a year later, the day before."""
    return date.fromordinal(day.toordinal() + 364)
