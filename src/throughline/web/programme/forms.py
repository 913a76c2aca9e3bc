"""Forms about a programme's organisations, sites and whom they serve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from throughline.records.programme.models import Organisation, Site
from throughline.reporting.field_words import PROVISIONS
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import (
    ComponentKind,
    OrganisationKind,
    PartnershipKind,
    ProvisionKind,
    SiteKind,
)
from throughline.web.programme.words import ORGANISATION_KINDS, PARTNERSHIP_KINDS, SITE_KINDS
from throughline.web.study.words import COMPONENTS
from throughline.web.words import choices

MOST_HOURS = 744  # of a month of 31 days
MONTHS_SHOWN = 24


def day(label: Any, **options: Any) -> forms.DateField:
    """A day, as browsers ask for one."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **options)


@lru_cache(maxsize=1)
def time_zones() -> tuple[tuple[str, str], ...]:
    """Names of time zones by place; those that no place has (Etc/GMT+4) are left out."""
    named = sorted(one for one in available_timezones() if "/" in one and not one.startswith("Etc/"))
    return tuple((one, one.replace("_", " ")) for one in named)


class OrganisationForm(forms.Form):
    """Whoever has a part in the programme."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.TypedChoiceField(
        label=_("What it is"), choices=choices(ORGANISATION_KINDS), coerce=OrganisationKind, widget=forms.RadioSelect,
        help_text=_("It decides which roles its people may hold: those of the police never see who is met at a service."),
    )  # fmt: skip


class SiteForm(forms.Form):
    """A place, or a round, where people are met."""

    name = forms.CharField(label=_("Name"), max_length=120)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Run by"), empty_label=None)
    kind = forms.TypedChoiceField(
        label=_("What it is"), choices=choices(SITE_KINDS), coerce=SiteKind, widget=forms.RadioSelect,
        initial=SiteKind.FIXED.value,
    )  # fmt: skip
    area = forms.CharField(
        label=_("Area"), max_length=80,
        help_text=_("The town or district, as agreements with the police name it. Sites of one area share it, letter by letter."),
    )  # fmt: skip
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("A day of the site is a day there."))
    opened_on = day(_("First day"))

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organisation"].queryset = organisations
        fields["time_zone"].choices = [("", _("choose one")), *time_zones()]


class LastDayForm(forms.Form):
    """The last day of something that holds."""

    on = day(_("Last day"))


class HoursForm(forms.Form):
    """How long a site was open in a month: a number, or that nobody knows."""

    month = forms.ChoiceField(label=_("Month"))
    hours = forms.DecimalField(
        label=_("Hours open in the month"),
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        decimal_places=1,
    )
    is_not_known = forms.BooleanField(label=_("Nobody knows"), required=False)

    def __init__(self, *args: Any, months: Iterable[Month], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["month"]
        field.choices = [
            (one.first().isoformat(), date_format(one.first(), "YEAR_MONTH_FORMAT")) for one in months
        ]

    def clean_month(self) -> date:
        return date.fromisoformat(self.cleaned_data["month"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "hours" in given and (given["hours"] is not None) == bool(given.get("is_not_known")):
            self.add_error("hours", _("Write the hours, or say that nobody knows: one of the two."))
        return given

    def said(self) -> Decimal | Nothing:
        """What is known of the hours."""
        hours: Decimal | None = self.cleaned_data["hours"]
        return Nothing.DONT_KNOW if hours is None else hours


class PopulationForm(forms.Form):
    """How many people a rate is of."""

    area = forms.ChoiceField(label=_("Area"))
    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2100)
    group = forms.CharField(label=_("Of whom"), max_length=80, initial=_("people who use crack"))
    estimate = forms.IntegerField(label=_("Estimate"), min_value=1, max_value=2_000_000_000)
    low = forms.IntegerField(label=_("Low end"), required=False, min_value=0, max_value=2_000_000_000)
    high = forms.IntegerField(label=_("High end"), required=False, min_value=0, max_value=2_000_000_000)
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Who estimated it, and where it can be read.")
    )

    def __init__(self, *args: Any, areas: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.choices = [(one, one) for one in sorted(areas)]

    def said(self) -> dict[str, Any]:
        """As the action takes it: an end that nobody named is not recorded."""
        given = dict(self.cleaned_data)
        for end in ("low", "high"):
            given[end] = Nothing.NOT_RECORDED if given[end] is None else given[end]
        return given


class AgreementForm(forms.Form):
    """What a police force agreed to: for which area and items, from when to when, and where it is written."""

    force = forms.ModelChoiceField(Organisation.objects.none(), label=_("Police force"), empty_label=None)
    area = forms.ChoiceField(label=_("Area"), help_text=_("As your sites name theirs."))
    item_kinds = forms.MultipleChoiceField(
        label=_("Which items may leave"), widget=forms.CheckboxSelectMultiple
    )
    from_on = day(_("First day"))
    to_on = day(_("Last day"), required=False)
    document_reference = forms.CharField(
        label=_("Document"), max_length=120, help_text=_("Its number or name, and where it is kept.")
    )

    def __init__(
        self, *args: Any, forces: Any, areas: Iterable[str], kinds: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["force"].queryset = forces
        fields["area"].choices = [(one, one) for one in sorted(areas)]
        fields["item_kinds"].choices = list(kinds.items())


class PartnershipForm(forms.Form):
    """What two organisations agreed to do together, from when to when, and where it is written."""

    first = forms.ModelChoiceField(Organisation.objects.none(), label=_("Between"), empty_label=None)
    second = forms.ModelChoiceField(Organisation.objects.none(), label=_("And"), empty_label=None)
    kind = forms.TypedChoiceField(
        label=_("What it is about"), choices=choices(PARTNERSHIP_KINDS), coerce=PartnershipKind,
        widget=forms.RadioSelect,
    )  # fmt: skip
    from_on = day(_("First day"))
    to_on = day(_("Last day"), required=False)
    agreement = forms.CharField(
        label=_("Document"), max_length=200, help_text=_("Its number or name, and where it is kept.")
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["first"].queryset = fields["second"].queryset = organisations


class ProvisionForm(forms.Form):
    """Support that a site gives people who use crack anyway."""

    kind = forms.TypedChoiceField(
        label=_("What it gives"), choices=choices(PROVISIONS), coerce=ProvisionKind, widget=forms.RadioSelect
    )
    what = forms.CharField(
        label=_("In your words"), max_length=300, help_text=_("Such as how often. No names of people.")
    )
    from_on = day(_("First day"))
    to_on = day(_("Last day"), required=False)


class CodeForm(forms.Form):
    """A word of the programme's own."""

    label = forms.CharField(label=_("Words"), max_length=40)
    core = forms.ChoiceField(
        label=_("Counts as"), help_text=_("In comparisons with others. Choose the one that it is a kind of.")
    )

    def __init__(self, *args: Any, core: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["core"]
        field.choices = list(core)


class ComponentForm(forms.Form):
    """Part of the programme, done at a site from a day on."""

    site = forms.ModelChoiceField(Site.objects.none(), label=_("At which site"), empty_label=None)
    kind = forms.TypedChoiceField(
        label=_("What is done"), choices=choices(COMPONENTS), coerce=ComponentKind, widget=forms.RadioSelect
    )
    from_on = day(_("First day"))

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["site"].queryset = sites


class AdaptationForm(forms.Form):
    """How a component was changed, and why: no names of people."""

    on = day(_("Day"))
    what = forms.CharField(label=_("What was changed"), max_length=300)
    why = forms.CharField(label=_("Why"), max_length=300)
    is_planned = forms.BooleanField(
        label=_("It was planned"),
        required=False,
        help_text=_("Not ticked: it was forced upon the programme."),
    )
