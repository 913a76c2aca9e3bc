"""What a client says of themselves: bands, never a birth date; each with its kinds of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.chain import Housing
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import YesNo
from throughline.web.templatetags.throughline_ui import NOTHING_WORDS
from throughline.web.words import HOUSING, YES_OR_NO, choices

OLDEST, OLD_ENOUGH = 90, 15  # years of age that bands are offered for
NOTHINGS = [(kind.value, NOTHING_WORDS[kind]) for kind in Nothing]
SILENT = Nothing.NOT_RECORDED.value


def bands(year: int) -> list[str]:
    """Bands of five birth years, the latest first."""
    last = (year - OLD_ENOUGH) // 5 * 5
    return [f"{first}-{first + 4}" for first in range(last, year - OLDEST, -5)]


class _AtASite(forms.Form):
    """Abstract: something said at one of the actor's sites."""

    site: forms.ModelChoiceField[Any] = forms.ModelChoiceField(None, label=_("Said at"), empty_label=None)

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["site"].queryset = sites


class DescriptionForm(_AtASite):
    """Bands that stay as they are for years."""

    birth_year_band = forms.ChoiceField(label=_("Born"))
    gender = forms.ChoiceField(label=_("Gender"))
    area = forms.ChoiceField(label=_("Area"))

    def __init__(
        self, *args: Any, year: int, genders: Mapping[str, Any], areas: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["birth_year_band"].choices = [*NOTHINGS, *((band, band) for band in bands(year))]
        fields["gender"].choices = list(genders.items())
        fields["area"].choices = [*NOTHINGS, *((area, area) for area in sorted(areas))]


def _yes_or_no(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices(YES_OR_NO), coerce=YesNo, initial=SILENT)


class StateForm(_AtASite):
    """Their life on a day, as they say it."""

    as_of = forms.DateField(
        label=_("On which day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    housing = forms.TypedChoiceField(
        label=_("Where they live"), choices=choices(HOUSING), coerce=Housing, initial=SILENT
    )
    smokes_crack = _yes_or_no(_("Smokes crack"))
    injects_crack = _yes_or_no(_("Injects crack"))
    uses_heroin = _yes_or_no(_("Uses heroin"))
    injects = _yes_or_no(_("Injects anything"))
