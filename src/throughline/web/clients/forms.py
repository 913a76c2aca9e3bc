"""Looking a client up, and saying what became of a need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.programme.models import Programme
from throughline.rules.client_code import hint_words
from throughline.vocabulary.chain import ActionKind
from throughline.web.words import ACTIONS, listed, to_choose


class LookUpForm(forms.Form):
    """A client code, sent in the body of a POST: it must stand in no address and no log."""

    client_code = forms.CharField(
        label=_("Client code"), max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = str(hint_words(programme.client_code_hint))
        self.fields["client_code"].help_text = hint[:1].upper() + hint[1:]


class NeedDoneForm(forms.Form):
    """What was done about a need, after its contact."""

    kind = forms.TypedChoiceField(label=_("What was done"), choices=to_choose(ACTIONS), coerce=ActionKind)


class NeedClosedForm(forms.Form):
    """Why a need is open no longer."""

    closed_as = forms.ChoiceField(label=_("Close it as"))

    def __init__(self, *args: Any, reasons: Mapping[str, Any], **kwargs: Any) -> None:
        """`reasons`: the programme's own, code and words; read once for many forms (`reasons_of`)."""
        super().__init__(*args, **kwargs)
        self.fields["closed_as"].choices = to_choose(reasons)  # type: ignore[attr-defined]  # a choice field


def reasons_of(programme_id: UUID) -> Mapping[str, Any]:
    return listed(programme_id, "need_closed")
