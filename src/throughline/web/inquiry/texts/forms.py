"""Correcting what a source says and who says it; the list of names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.actions import GiveTurn, JoinTurns, SplitTurn, TurnChange
from throughline.vocabulary.study import AliasKind
from throughline.web.inquiry.texts.words import ALIAS_KINDS
from throughline.web.words import choices

SAME = ""
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'”’»)\]]*\s*(?=\S)|\n+")
MOST_SENTENCES = 60


class WordsForm(forms.Form):
    """The words of one turn."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("What was said"), widget=forms.Textarea(attrs={"rows": 8}), strip=False)


class TurnForm(forms.Form):
    """Whose turn it is, where it ends."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    speaker = forms.CharField(label=_("Speaker"), max_length=120, required=False)
    place = forms.TypedChoiceField(
        label=_("From here on somebody else speaks"), required=False, coerce=int, empty_value=None,
        help_text=_("The turn is split before the sentence that you choose; it belongs to the speaker above."),
    )  # fmt: skip

    def __init__(self, *args: Any, words: str, start: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(SAME, _("the turn stays whole")), *((start + at, said) for at, said in sentences(words))]
        self.fields["place"].choices = offered  # type: ignore[attr-defined]  # a choice field

    def change(self, number: int, step: str) -> TurnChange:
        given = self.cleaned_data
        if step == "join":
            return JoinTurns(number)
        if given["place"] is not None:
            return SplitTurn(number, given["place"], given["speaker"] or None)
        return GiveTurn(number, given["speaker"])


def sentences(words: str) -> list[tuple[int, str]]:
    """Where the second and later sentences of a turn begin, and how they begin."""
    places = [match.end() for match in _SENTENCE.finditer(words) if 0 < match.end() < len(words)]
    return [(at, " ".join(words[at : at + 70].split())) for at in places[:MOST_SENTENCES]]


class AliasForm(forms.Form):
    """A line of the list: what stands for which words."""

    kind = forms.TypedChoiceField(label=_("Kind"), choices=choices(ALIAS_KINDS), coerce=AliasKind)
    label = forms.CharField(
        label=_("What stands for it"), max_length=62, help_text=_("Such as: worker 3. Brackets are put around it.")
    )  # fmt: skip
    terms = forms.CharField(
        label=_("Words"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One name or word to a line, in every way in which it is written. Case does not matter."),
    )  # fmt: skip

    def terms_given(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["terms"].splitlines() if line.strip()]


class SpeakerForm(forms.Form):
    """Who stands behind a label of a source."""

    speaker = forms.CharField(max_length=120, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    who = forms.ChoiceField(label=_("Who that is"), required=False)
    name = forms.CharField(label=_("Label in the text's margin"), max_length=120)

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("not said yet")), ("team", _("the team: nobody who was asked")), *people]
        self.fields["who"].choices = offered  # type: ignore[attr-defined]  # a choice field
