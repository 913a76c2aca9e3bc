"""Notes beside a source, entries of a journal, and finding memos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.study import MemoKind

ANY = ("", _("any"))
MEMO_KINDS = {
    MemoKind.MEMO: _("memo"),
    MemoKind.NOTE: _("note while reading"),
    MemoKind.ANOTHER_READING: _("another reading"),
}
ABOUT = {
    "analysis": _("the analysis as a whole"),
    "source": _("a source"),
    "code": _("a code"),
    "coding": _("a coding"),
    "theme": _("a theme"),
}


class NoteForm(forms.Form):
    """A note on a source, or beside a passage of it."""

    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 4}))
    start = forms.IntegerField(
        label=_("From"), min_value=0, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    end = forms.IntegerField(
        label=_("To"), min_value=1, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (given.get("start") is None) != (given.get("end") is None):
            self.add_error(
                "end", _("Give both ends of a passage, or neither: then it is on the whole source.")
            )
        return given


class EntryForm(forms.Form):
    """An entry of one's journal."""

    text = forms.CharField(label=_("Today"), widget=forms.Textarea(attrs={"rows": 6}))


class MemoFilter(forms.Form):
    """Which memos to show; what is not a choice is passed over."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    about = forms.ChoiceField(label=_("About"), required=False, choices=[ANY, *ABOUT.items()])
    analyst = forms.ChoiceField(label=_("Written by"), required=False)
    words = forms.CharField(label=_("Words in it"), required=False, max_length=200)

    def __init__(self, *args: Any, analysts: Mapping[str, str], has_readings: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [
            (one.value, words)
            for one, words in MEMO_KINDS.items()
            if has_readings or one is not MemoKind.ANOTHER_READING
        ]
        self.fields["kind"].choices = [ANY, *kinds]  # type: ignore[attr-defined]  # a choice field
        self.fields["analyst"].choices = [ANY, *analysts.items()]  # type: ignore[attr-defined]  # a choice field
