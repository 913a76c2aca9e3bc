"""Codings and memos."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.queries import CodeNode


def offer(form: forms.Form, name: str, offered: list[tuple[str, Any]]) -> None:
    form.fields[name].choices = offered  # type: ignore[attr-defined]  # a choice field


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
    # of the text that the page showed: corrected meanwhile, the passage is found again
    text_version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, nodes: Iterable[CodeNode], may_add: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [node for node in nodes if node.code.retired_at is None]
        indent = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}"
        offer(self, "code", [("", "–"), *((str(n.code.id), indent * n.depth + n.code.name) for n in held)])
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
