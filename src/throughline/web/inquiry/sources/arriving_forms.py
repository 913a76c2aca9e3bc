"""Transcripts that come in: many files at once, and what was put right in how each was read."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from throughline.exchange.transcript.load import About
from throughline.vocabulary.nothing import Nothing
from throughline.web.inquiry.sources.facts_forms import FactsForm

NOT_RECORDED = Nothing.NOT_RECORDED.value


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none too."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class UploadForm(FactsForm):
    """Transcripts, and what the files do not say of themselves: it is told of all of them alike."""

    transcripts = FilesField(
        label=_("Transcripts"), required=False, allow_empty_file=True,
        help_text=_(
            "One or many: Word, OpenDocument, RTF, PDF, plain text, Markdown, or captions (VTT, SRT); each up to 25 MB,"
            " together up to 64 MB."
        ),
    )  # fmt: skip
    is_deidentified = forms.BooleanField(
        label=_("Names, places and dates that give somebody away have been taken out"), required=False
    )
    field_order = ["transcripts"]

    def about(self, name: str) -> About:
        given = self.cleaned_data
        return About(
            name=name, kind=given["kind"], site=given["site"],
            collected_on=given["collected_on"] or Nothing.NOT_RECORDED,
            guide_version=given["guide_version"].strip() or NOT_RECORDED, topics_asked=tuple(given["topics_asked"]),
            language=given["language"], is_deidentified=given["is_deidentified"],
        )  # fmt: skip

    def carried(self) -> list[tuple[str, str]]:
        """What was filled in, as hidden fields of the next page."""
        given = cast(QueryDict, self.data)  # of a request
        return [
            (name, value) for name in self.fields if name != "transcripts" for value in given.getlist(name)
        ]
