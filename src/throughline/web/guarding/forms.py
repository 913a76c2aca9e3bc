"""How the audit is narrowed down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.actor import ActorKind
from throughline.web.guarding.words import EVENTS

SYSTEM = ActorKind.SYSTEM.value


class AuditForm(forms.Form):
    """Each part narrows further; none is needed."""

    event = forms.ChoiceField(
        choices=lambda: [("", _("everything")), *sorted(EVENTS.items(), key=lambda one: str(one[1]))],
        required=False, label=_("What happened"),
    )  # fmt: skip
    by = forms.ChoiceField(required=False, label=_("By whom"))
    day = forms.DateField(required=False, label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, people: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("everybody")),
            (SYSTEM, _("no person: system work")),
            *sorted(people.items(), key=lambda one: one[1].casefold()),
        ]
