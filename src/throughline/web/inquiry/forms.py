"""Filters, uploads, codings and memos."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.exchange.transcript.load import About, TranscriptFile
from throughline.records.inquiry.queries import CodeNode
from throughline.records.programme.models import Site
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import SourceKind, Step
from throughline.web.words import SOURCE_KINDS, STEPS, choices

LANGUAGES = [
    ("not_recorded", _("not recorded")),
    ("en", _("English")),
    ("fr", _("French")),
    ("other", _("another")),
]
ANY = ("", _("any"))


def _offer(form: forms.Form, name: str, offered: list[tuple[str, Any]]) -> None:
    form.fields[name].choices = offered  # type: ignore[attr-defined]  # a choice field


class SourceFilter(forms.Form):
    """Which sources to show; what is not a choice is passed over."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *choices(SOURCE_KINDS)])
    site = forms.ChoiceField(label=_("Site"), required=False)
    coded = forms.ChoiceField(
        label=_("Coded"), required=False, choices=[ANY, ("no", _("not yet")), ("yes", _("begun"))]
    )

    def __init__(self, *args: Any, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "site", [ANY, *((str(site.id), site.name) for site in sites)])


class UploadForm(forms.Form):
    """A transcript, and what the file does not say of itself."""

    file = forms.FileField(
        label=_("Transcript"), allow_empty_file=True,
        help_text=_("Word, OpenDocument, RTF, PDF, plain text, Markdown, or captions (VTT, SRT); up to 25 MB."),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name"), max_length=160, required=False,
        help_text=_("A name without people in it. Left empty: the file's own."),
    )  # fmt: skip
    kind = forms.TypedChoiceField(
        label=_("Kind"), choices=choices(SOURCE_KINDS), coerce=SourceKind, widget=forms.RadioSelect,
        initial=SourceKind.INTERVIEW.value,
    )  # fmt: skip
    site = forms.ChoiceField(label=_("Site"), required=False)
    collected_on = forms.DateField(
        label=_("Collected on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="not_recorded")
    topics_asked = forms.TypedMultipleChoiceField(
        label=_("What the guide asked about"), required=False, choices=choices(STEPS), coerce=Step,
        widget=forms.CheckboxSelectMultiple, help_text=_("Nothing chosen: an open conversation."),
    )  # fmt: skip
    is_deidentified = forms.BooleanField(
        label=_("Names, places and dates that give somebody away have been taken out"), required=False
    )

    def __init__(self, *args: Any, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.id): site for site in sites}
        _offer(
            self,
            "site",
            [("", _("none, or not recorded")), *((pk, one.name) for pk, one in self.sites.items())],
        )

    def clean_site(self) -> Site | None:
        return self.sites.get(self.cleaned_data["site"])

    def transcript(self) -> TranscriptFile:
        """The file as it came; a form that is valid has one."""
        file = self.cleaned_data["file"]
        return TranscriptFile(file.name, file.read())

    def about(self) -> About:
        given = self.cleaned_data
        return About(
            name=given["name"], kind=given["kind"], site=given["site"],
            collected_on=given["collected_on"] or Nothing.NOT_RECORDED, topics_asked=tuple(given["topics_asked"]),
            language=given["language"], is_deidentified=given["is_deidentified"],
        )  # fmt: skip


class CodingForm(forms.Form):
    """A code on a passage: of the codebook, or a new one."""

    start = forms.IntegerField(
        label=_("From"), min_value=0, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    end = forms.IntegerField(
        label=_("To"), min_value=1, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    code = forms.ChoiceField(label=_("Code"), required=False)
    new_code = forms.CharField(label=_("or a new code"), required=False, max_length=80)

    def __init__(self, *args: Any, nodes: Iterable[CodeNode], may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [node for node in nodes if node.code.retired_at is None]
        indent = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}"
        _offer(self, "code", [("", "–"), *((str(n.code.id), indent * n.depth + n.code.name) for n in held)])
        if not may_add:
            del self.fields["new_code"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (
            bool(given.get("code")) == bool((given.get("new_code") or "").strip())
            and "code" not in self.errors
        ):
            self.add_error("code", _("Choose a code, or name a new one."))
        return given


class MemoForm(forms.Form):
    """A thought worth keeping."""

    title = forms.CharField(label=_("Title"), max_length=160, required=False)
    text = forms.CharField(label=_("Memo"), widget=forms.Textarea(attrs={"rows": 4}))
