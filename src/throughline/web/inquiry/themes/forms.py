"""Forms of themes: their words, their place, their relations; decisions and cells of the framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.actions import ThemeDraft, TookPart
from throughline.records.inquiry.models import Code, Theme
from throughline.records.inquiry.queries import CodeNode
from throughline.records.study.models import Outcome
from throughline.vocabulary.study import Step, ThemeRelationKind, ThemeStatus
from throughline.web.inquiry.coding.forms import offer
from throughline.web.words import RELATION_KINDS, STEPS, THEME_STATUSES, choices

GROUPS = 4  # lines for groups that took part in a decision


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ThemeForm(forms.Form):
    """A pattern of meaning round one central concept."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("A sentence that says something, rather than a topic.")
    )
    central_concept = forms.CharField(label=_("Central organising concept"), widget=_area(4))
    boundaries = forms.CharField(label=_("Where it ends"), required=False, widget=_area(3))
    contrary = forms.CharField(label=_("What speaks against it"), required=False, widget=_area(3))
    status = forms.TypedChoiceField(
        label=_("Where it stands"), choices=choices(THEME_STATUSES), coerce=ThemeStatus
    )
    steps = forms.TypedMultipleChoiceField(
        label=_("Steps of the line that it bears on"), required=False, choices=choices(STEPS), coerce=Step,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    outcomes = forms.MultipleChoiceField(
        label=_("Other outcomes that it bears on"), required=False, widget=forms.CheckboxSelectMultiple
    )
    codes = forms.MultipleChoiceField(
        label=_("Codes that it rests on"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("A theme may rest on passages without any code, too."),
    )  # fmt: skip
    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        nodes: Sequence[CodeNode],
        outcomes: Mapping[str, Outcome],
        theme: Theme | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held_outcomes = outcomes
        offer(self, "outcomes", [(code, outcome.name) for code, outcome in outcomes.items()])
        if not outcomes:
            del self.fields["outcomes"]
        held = set(theme.codes.values_list("id", flat=True)) if theme else set()
        self.held_codes = {
            str(node.code.id): node.code
            for node in nodes
            if node.code.retired_at is None or node.code.id in held
        }
        offer(self, "codes", [(pk, code.name) for pk, code in self.held_codes.items()])
        if not self.held_codes:
            del self.fields["codes"]

    @staticmethod
    def of(theme: Theme) -> dict[str, Any]:
        names = ("name", "central_concept", "boundaries", "contrary", "status", "steps", "outcomes")
        codes = [str(pk) for pk in theme.codes.values_list("id", flat=True)]
        return {name: getattr(theme, name) for name in names} | {
            "codes": codes,
            "base_version": theme.version,
        }

    def draft(self) -> ThemeDraft:
        given = self.cleaned_data
        codes: list[Code] = [self.held_codes[pk] for pk in given.get("codes", [])]
        outcomes = [self.held_outcomes[code] for code in given.get("outcomes", [])]
        return ThemeDraft(
            name=given["name"], central_concept=given["central_concept"], boundaries=given["boundaries"],
            contrary=given["contrary"], status=given["status"], steps=tuple(given["steps"]),
            outcomes=tuple(outcomes), codes=tuple(codes),
        )  # fmt: skip


class ArrangeForm(forms.Form):
    """Its lane on the board, and what it is a part of."""

    status = forms.TypedChoiceField(label=_("Lane"), choices=choices(THEME_STATUSES), coerce=ThemeStatus)
    parent = forms.ChoiceField(label=_("Part of"), required=False)
    before = forms.ChoiceField(label=_("Before"), required=False)

    def __init__(self, *args: Any, theme: Theme, themes: Sequence[tuple[Theme, int]], **kwargs: Any) -> None:
        kwargs["initial"] = {"status": theme.status, "parent": str(theme.parent_id or "")}
        kwargs["auto_id"] = f"arrange-{theme.id.hex[-8:]}-%s"
        super().__init__(*args, **kwargs)
        self.theme = theme
        below = {theme.id}
        for one, _depth in themes:  # tree order
            if one.parent_id in below:
                below.add(one.id)
        self.themes = {str(one.id): one for one, _depth in themes}
        offered = [(str(one.id), one.name) for one, _depth in themes if one.id not in below]
        offer(self, "parent", [("", _("no other theme")), *offered])
        offer(self, "before", [("", _("last in its lane")), *offered])

    def chosen(self, name: str) -> Theme | None:
        return self.themes.get(self.cleaned_data.get(name) or "")


class RelationForm(forms.Form):
    """How one theme bears on another."""

    kind = forms.TypedChoiceField(
        label=_("This theme"), choices=choices(RELATION_KINDS), coerce=ThemeRelationKind
    )
    target = forms.ChoiceField(label=_("the theme"))
    note = forms.CharField(label=_("In words"), required=False, max_length=200)

    def __init__(self, *args: Any, others: Sequence[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(one.id): one for one in others}
        offer(self, "target", [(pk, one.name) for pk, one in self.others.items()])

    def clean_target(self) -> Theme:
        return self.others[self.cleaned_data["target"]]


class DecisionForm(forms.Form):
    """A step of the trail."""

    text = forms.CharField(label=_("What was decided, and why"), widget=_area(4))
    decided_on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    theme = forms.ChoiceField(label=_("About the theme"), required=False)

    def __init__(self, *args: Any, themes: Sequence[Theme], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes = {str(one.id): one for one in themes}
        self.fields["decided_on"].initial = today
        offer(
            self,
            "theme",
            [("", _("the analysis as a whole")), *((pk, one.name) for pk, one in self.themes.items())],
        )
        for number in range(1, GROUPS + 1):
            self.fields[f"group_{number}"] = forms.CharField(
                label=_("Group"), required=False, max_length=80,
                widget=forms.TextInput(attrs={"placeholder": _("peer researchers")} if number == 1 else {}),
            )  # fmt: skip
            self.fields[f"number_{number}"] = forms.IntegerField(
                label=_("How many"), required=False, min_value=1, max_value=999,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )  # fmt: skip

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each group: its name, and how many."""
        return [(self[f"group_{number}"], self[f"number_{number}"]) for number in range(1, GROUPS + 1)]

    def clean_theme(self) -> Theme | None:
        return self.themes.get(self.cleaned_data["theme"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in range(1, GROUPS + 1):
            group, count = given.get(f"group_{number}"), given.get(f"number_{number}")
            if group and not count and f"number_{number}" not in self.errors:
                self.add_error(f"number_{number}", _("How many of this group?"))
            if count and not group:
                self.add_error(f"group_{number}", _("Which group?"))
        return given

    def took_part(self) -> list[TookPart]:
        given = self.cleaned_data
        pairs = [(given.get(f"group_{n}"), given.get(f"number_{n}")) for n in range(1, GROUPS + 1)]
        return [TookPart(group, number) for group, number in pairs if group and number]


class CellForm(forms.Form):
    """What a case says to a theme; the passages are ticked beside it."""

    summary = forms.CharField(label=_("Summary"), widget=_area(8))
    reason = forms.CharField(
        label=_("Why you write it anew"),
        help_text=_("What it was is kept beside it, with who wrote it and when."),
        required=False,
        max_length=400,
    )
    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    passages = forms.MultipleChoiceField(label=_("Rests on"), required=False)

    def __init__(self, *args: Any, offered: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "passages", [(one, one) for one in offered])
