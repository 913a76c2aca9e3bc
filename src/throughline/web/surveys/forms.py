"""Forms of waves: opening one, what is wanted, who was asked, what is left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.study.models import Study, StudySite
from throughline.records.surveys.models import InstrumentVersion
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ConsentScope, PhaseKind
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, Exclusion, NotEligible
from throughline.web.surveys.words import (
    EXCLUSIONS,
    PHASES,
    REASONS_NOT_ELIGIBLE,
    RESULTS,
    SCOPES,
    THROUGH,
)
from throughline.web.words import choices, to_choose


def _reason(word: str) -> NotEligible | Nothing:
    return Nothing(word) if word in set(Nothing) else NotEligible(word)


class OpenWaveForm(forms.Form):
    """A time of asking."""

    study = forms.ModelChoiceField(Study.objects.none(), label=_("Study"), empty_label=None)
    code = forms.SlugField(
        label=_("Code of the wave"), max_length=60, help_text=_("Letters, digits and hyphens, such as spring-2026.")
    )  # fmt: skip
    phase = forms.TypedChoiceField(
        label=_("Phase"), choices=choices(PHASES), coerce=PhaseKind, widget=forms.RadioSelect
    )
    opens_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    closes_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Leave it empty where you will close the wave yourself."),
    )  # fmt: skip
    instrument_version = forms.ModelChoiceField(
        InstrumentVersion.objects.none(), label=_("Form"), required=False, empty_label=_("none: answers come as files"),
    )  # fmt: skip
    sheet_version = forms.CharField(
        label=_("Version of the information sheet"), max_length=40, initial="1",
        help_text=_("What people agree to when they agree to take part."),
    )  # fmt: skip

    def __init__(self, *args: Any, studies: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["study"].queryset = studies  # type: ignore[attr-defined]  # a ModelChoiceField
        field: Any = self.fields["instrument_version"]
        field.queryset = versions
        field.label_from_instance = lambda one: f"{one.instrument.title}, {one.number}"


class SiteForm(forms.Form):
    """Of one of the study's sites."""

    site = forms.ChoiceField(label=_("Site"))

    def __init__(self, *args: Any, sites: Iterable[StudySite], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.site_id): row.site for row in sites}
        field: Any = self.fields["site"]
        field.choices = [(one, site.name) for one, site in self.rows.items()]
        if len(self.rows) == 1:  # nothing to choose: one tap less
            field.widget, field.initial = forms.HiddenInput(), next(iter(self.rows))

    def clean_site(self) -> Any:
        return self.rows[self.cleaned_data["site"]]


class TargetForm(SiteForm):
    target = forms.IntegerField(label=_("How many"), min_value=1, max_value=100_000)


class ApproachForm(SiteForm):
    """Three taps: through whom (as the last time), what they said, record; a fourth by mistake records nothing more."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    through = forms.TypedChoiceField(
        label=_("Asked through"), choices=choices(THROUGH), coerce=ApproachThrough, widget=forms.RadioSelect
    )
    result = forms.TypedChoiceField(
        label=_("They"), choices=choices(RESULTS), coerce=ApproachResult, widget=forms.RadioSelect
    )
    scopes = forms.TypedMultipleChoiceField(
        label=_("They agreed"), choices=choices(SCOPES), coerce=ConsentScope, required=False,
        widget=forms.CheckboxSelectMultiple, initial=[ConsentScope.TAKE_PART.value],
    )  # fmt: skip
    reason = forms.TypedChoiceField(
        label=_("Why not"), choices=choices(REASONS_NOT_ELIGIBLE), coerce=_reason, required=False,
        empty_value=Nothing.NOT_RECORDED, widget=forms.RadioSelect,
    )  # fmt: skip


class NumberForm(SiteForm):
    """A response by the number on its receipt."""

    respondent = forms.IntegerField(label=_("Number on the receipt"), min_value=1)


class ReceiptForm(NumberForm):
    """With what nobody can count through. Who answered without a network was told no number."""

    code = forms.CharField(label=_("Code on the receipt"), max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["respondent"].required = False


class LeaveOutForm(NumberForm):
    reason = forms.TypedChoiceField(label=_("Why"), choices=to_choose(EXCLUSIONS), coerce=Exclusion)
