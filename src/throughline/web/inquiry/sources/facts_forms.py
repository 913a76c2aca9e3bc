"""What is known of a source beside its words, and its recording."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.actions import SourceFacts
from throughline.records.inquiry.models import Source
from throughline.records.programme.models import Site
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind, SourceKind, Step
from throughline.web.words import SOURCE_KINDS, STEPS, choices

NOT_RECORDED = Nothing.NOT_RECORDED.value
LANGUAGES = [
    (NOT_RECORDED, _("not recorded")),
    ("en", _("English")),
    ("ar", _("Arabic")),
    ("bn", _("Bengali")),
    ("cy", _("Welsh")),
    ("de", _("German")),
    ("es", _("Spanish")),
    ("fa", _("Persian")),
    ("fr", _("French")),
    ("hi", _("Hindi")),
    ("it", _("Italian")),
    ("ne", _("Nepali")),
    ("nl", _("Dutch")),
    ("pa", _("Punjabi")),
    ("pl", _("Polish")),
    ("pt", _("Portuguese")),
    ("ro", _("Romanian")),
    ("ru", _("Russian")),
    ("so", _("Somali")),
    ("tr", _("Turkish")),
    ("uk", _("Ukrainian")),
    ("ur", _("Urdu")),
    ("vi", _("Vietnamese")),
    ("zh", _("Chinese")),
    ("other", _("another")),
]

ARMS = {ArmKind.INTERVENTION: _("intervention"), ArmKind.COMPARISON: _("comparison")}
PHASES = {
    PhaseKind.BEFORE: _("before"),
    PhaseKind.IMPLEMENTATION: _("implementation"),
    PhaseKind.AFTER: _("after"),
}


class FactsForm(forms.Form):
    """What a source's file does not say of itself."""

    kind = forms.TypedChoiceField(
        label=_("Kind"), choices=choices(SOURCE_KINDS), coerce=SourceKind, widget=forms.RadioSelect,
        initial=SourceKind.INTERVIEW.value,
    )  # fmt: skip
    site = forms.ChoiceField(
        label=_("Site"), required=False, help_text=_("Its arm and phase follow from site and day.")
    )
    collected_on = forms.DateField(
        label=_("Collected on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial=NOT_RECORDED)
    guide_version = forms.CharField(
        label=_("Version of the guide"),
        max_length=40,
        required=False,
        help_text=_("Left empty: not recorded."),
    )
    topics_asked = forms.TypedMultipleChoiceField(
        label=_("What the guide asked about"), required=False, choices=choices(STEPS), coerce=Step,
        widget=forms.CheckboxSelectMultiple, help_text=_("Nothing chosen: an open conversation."),
    )  # fmt: skip

    def __init__(self, *args: Any, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.id): site for site in sites}
        self.fields["site"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("none, or not recorded")),
            *((pk, one.name) for pk, one in self.sites.items()),
        ]

    def clean_site(self) -> Site | None:
        return self.sites.get(self.cleaned_data["site"])


class DescribeSourceForm(FactsForm):
    """A source said anew. Attributes: one to a line."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("A name without people in it."))
    attributes = forms.CharField(
        label=_("Attributes"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One to a line, such as “recruited through: peer network”."),
    )  # fmt: skip
    field_order = ["name"]

    @classmethod
    def of(cls, data: Any, source: Source, sites: Iterable[Site]) -> DescribeSourceForm:
        initial = {
            "name": source.name, "kind": source.kind, "site": str(source.site_id or ""),
            "collected_on": source.collected_on, "language": source.language,
            "guide_version": "" if source.guide_version == NOT_RECORDED else source.guide_version,
            "topics_asked": source.topics_asked, "attributes": as_lines(source.attributes),
        }  # fmt: skip
        form = cls(data, initial=initial, sites=sites)
        held = {code for code, _label in LANGUAGES}
        if source.language not in held:  # as another program told it
            form.fields["language"].choices = [*LANGUAGES, (source.language, source.language)]  # type: ignore[attr-defined]  # a choice field
        return form

    def clean_attributes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["attributes"].splitlines():
            name, colon, value = line.partition(":")
            if line.strip() and not (colon and name.strip()):
                raise forms.ValidationError(
                    _("“%(line)s” is no attribute: write its name, a colon, and its value."),
                    params={"line": line.strip()[:60]},
                )
            if line.strip():
                found[name.strip()] = value.strip()
        return found

    def facts(self, was: Source) -> SourceFacts:
        given = self.cleaned_data
        nothing = Nothing(was.collected_on_nothing) if was.collected_on_nothing else Nothing.NOT_RECORDED
        return SourceFacts(
            name=given["name"], kind=given["kind"], site=given["site"],
            collected_on=given["collected_on"] or nothing, guide_version=given["guide_version"].strip() or NOT_RECORDED,
            topics_asked=tuple(given["topics_asked"]), language=given["language"], attributes=given["attributes"],
        )  # fmt: skip


def as_lines(attributes: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in attributes.items())


class RecordingForm(forms.Form):
    """The sound of a source."""

    file = forms.FileField(label=_("Recording"), allow_empty_file=True)
