"""Forms of a codebook: a code's words, its place, merging, splitting, keeping a version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.actions import CodeWords
from throughline.records.inquiry.models import Code
from throughline.records.inquiry.queries import CodeNode
from throughline.vocabulary.study import CodeOrigin
from throughline.web.inquiry.coding.forms import offer
from throughline.web.words import CODE_ORIGINS, choices

COLOURS = [
    (0, _("by its place in the codebook")),
    (1, _("blue")),
    (2, _("green")),
    (3, _("ochre")),
    (4, _("violet")),
    (5, _("teal")),
    (6, _("rust")),
    (7, _("magenta")),
    (8, _("grey")),
]
INDENT = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}"
TOP = ("", _("at the top"))


def named(nodes: Iterable[CodeNode], *, without: Iterable[UUID] = ()) -> list[tuple[str, str]]:
    """Codes in use as choices, in tree order; `without` leaves some out."""
    left_out = set(without)
    return [
        (str(node.code.id), INDENT * node.depth + node.code.name)
        for node in nodes
        if node.code.retired_at is None and node.code.id not in left_out
    ]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CodeForm(forms.Form):
    """What a code is called and means."""

    name = forms.CharField(label=_("Name"), max_length=160)
    definition = forms.CharField(label=_("What it means"), required=False, widget=_area(3))
    include = forms.CharField(label=_("Use it for"), required=False, widget=_area(2))
    exclude = forms.CharField(label=_("Do not use it for"), required=False, widget=_area(2))
    example = forms.CharField(
        label=_("Example"), required=False, widget=_area(2),
        help_text=_("People's own words here leave through the door for words only."),
    )  # fmt: skip
    origin = forms.TypedChoiceField(
        label=_("Where it comes from"), choices=choices(CODE_ORIGINS), coerce=CodeOrigin
    )
    colour = forms.TypedChoiceField(label=_("Colour"), choices=COLOURS, coerce=int)
    base_version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def of(code: Code) -> dict[str, Any]:
        """A code as the form's first values."""
        names = ("name", "definition", "include", "exclude", "example", "origin", "colour")
        return {name: getattr(code, name) for name in names} | {"base_version": code.version}

    def words(self) -> CodeWords:
        given = {
            name: value for name, value in self.cleaned_data.items() if name not in ("base_version", "parent")
        }
        return CodeWords(**given)


class NewCodeForm(CodeForm):
    """A code that does not exist yet."""

    parent = forms.ChoiceField(label=_("Where it stands"), required=False)

    def __init__(self, *args: Any, nodes: Sequence[CodeNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["base_version"]
        offer(self, "parent", [TOP, *named(nodes)])


class PlaceForm(forms.Form):
    """Under which code another one stands."""

    parent = forms.ChoiceField(label=_("Under"), required=False)

    def __init__(self, *args: Any, nodes: Sequence[CodeNode], code: Code, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent", [TOP, *named(nodes, without=below(nodes, code))])


class MergeForm(forms.Form):
    """What a code becomes part of."""

    into = forms.ChoiceField(label=_("Merge into"))

    def __init__(self, *args: Any, nodes: Sequence[CodeNode], code: Code, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "into", [("", _("Choose a code")), *named(nodes, without=[code.id])])


class RecodeForm(forms.Form):
    """Where chosen passages go: to a code there is, or to a new one beside this."""

    codings = forms.MultipleChoiceField(
        label=_("Passages"), error_messages={"required": _("Choose at least one passage.")}
    )
    to = forms.ChoiceField(label=_("To the code"), required=False)
    new_code = forms.CharField(label=_("or to a new code, called"), required=False, max_length=160)

    def __init__(
        self,
        *args: Any,
        nodes: Sequence[CodeNode],
        code: Code,
        offered: Sequence[str],
        may_add: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "codings", [(one, one) for one in offered])
        offer(self, "to", [("", "–"), *named(nodes, without=[code.id])])
        if not may_add:
            del self.fields["new_code"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("to")) == bool((given.get("new_code") or "").strip()) and "to" not in self.errors:
            self.add_error("to", _("Choose a code, or name a new one."))
        return given


class KeepForm(forms.Form):
    """A version of the codebook under a name."""

    name = forms.CharField(
        label=_("Name of this version"),
        max_length=160,
        help_text=_("Such as: after the first four interviews."),
    )


def below(nodes: Sequence[CodeNode], code: Code) -> set[UUID]:
    """A code and all below it: where it cannot stand."""
    found = {code.id}
    for node in nodes:  # tree order: a parent comes before its children
        if node.code.parent_id in found:
            found.add(node.code.id)
    return found
