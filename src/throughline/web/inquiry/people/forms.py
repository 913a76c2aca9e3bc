"""Participants: label, group, attributes and consent; and taking somebody out for good."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.models import Participant
from throughline.vocabulary.study import ConsentScope
from throughline.web.words import choices

SCOPES = {
    ConsentScope.TAKE_PART: _("take part"),
    ConsentScope.RECORD: _("be recorded"),
    ConsentScope.QUOTE: _("be quoted"),
    ConsentScope.ARCHIVE: _("be kept in an archive"),
    ConsentScope.LINK: _("be linked with other records"),
}
NOT_RECORDED = "not_recorded"


class NewParticipantForm(forms.Form):
    """A label of the project's own, never a name."""

    label = forms.CharField(
        label=_("Label"), max_length=40, help_text=_("Such as P01: never a name, and nothing made from one.")
    )  # fmt: skip
    group = forms.CharField(label=_("Group"), max_length=80, required=False)


class ParticipantForm(forms.Form):
    """What is known of a participant beside their words."""

    group = forms.CharField(label=_("Group"), max_length=80, required=False)
    attributes = forms.CharField(
        label=_("Attributes"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One to a line, as name: value. Only what the analysis asks about."),
    )  # fmt: skip

    @classmethod
    def of(cls, given: Any, row: Participant) -> ParticipantForm:
        lines = "\n".join(f"{name}: {value}" for name, value in row.attributes.items())
        group = "" if row.group == NOT_RECORDED else row.group
        return cls(given, initial={"group": group, "attributes": lines}, auto_id="facts_%s")

    def clean_attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["attributes"].splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip() or not value.strip():
                raise forms.ValidationError(_("Write each attribute as name: value, one to a line."))
            found[name.strip()] = value.strip()
        return found


class ConsentForm(forms.Form):
    """What a participant agreed to, by the sheet that they signed."""

    sheet_version = forms.CharField(label=_("Version of the sheet"), max_length=40)
    given_on = forms.DateField(label=_("Given on"), widget=forms.DateInput(attrs={"type": "date"}))
    scopes = forms.TypedMultipleChoiceField(
        label=_("What they agreed to"), choices=choices(SCOPES), coerce=ConsentScope, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip


class WithdrawForm(forms.Form):
    """Nothing of it can be taken back: the label is typed once more."""

    label = forms.CharField(label=_("Type their label to confirm"), max_length=40)

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_label(self) -> str:
        given = str(self.cleaned_data["label"]).strip()
        if given.casefold() != self.expected.casefold():
            raise forms.ValidationError(_("This is not their label. Nothing was done."))
        return given
