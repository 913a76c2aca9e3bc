"""Forms of linking: naming elements, linking two waves, deciding on a pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from throughline.records.surveys.models import CodePlan, Wave
from throughline.records.surveys.queries import elements_of
from throughline.rules.code_parts import ELEMENTS
from throughline.vocabulary.code_parts import CodeElement, Ignored, PairState, RejectedPair
from throughline.vocabulary.surveys import NUMBERS, Question, QuestionType
from throughline.web.linking.words import IGNORED, REASONS
from throughline.web.words import choices

POSITIONS = 8
SHOWN = 70  # characters of a question


class ElementsForm(forms.Form):
    """By position, which question is an element, and what does not count in it. Without `questions` their names are typed."""

    age = forms.CharField(label=_("Age, as a number"), required=False, max_length=300)
    gender = forms.CharField(label=_("Gender, as one choice"), required=False, max_length=300)
    destroy_on = forms.DateField(
        label=_("Parts of codes are destroyed on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("The day that the protocol and the information sheet say. It can be made sooner, and never later."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, questions: Sequence[Question] | None, plan: CodePlan | None, **kwargs: Any
    ) -> None:
        named = elements_of(plan) if plan is not None else ()
        super().__init__(*args, **kwargs)
        if plan is not None:
            self.initial.update(age=plan.age, gender=plan.gender, destroy_on=plan.destroy_on)
        of = {} if questions is None else {one.path: one for one in questions if not one.repeat}
        for position in range(1, POSITIONS + 1):
            was = named[position - 1] if position <= len(named) else None
            self.fields[f"element_{position}"] = self._asked(gettext("Question"), [one for one in of.values() if one.type in ELEMENTS], questions)  # fmt: skip
            self.fields[f"ignores_{position}"] = forms.TypedMultipleChoiceField(
                label=gettext("What does not count"), choices=choices(IGNORED),
                coerce=Ignored, required=False, widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
            self.initial[f"element_{position}"] = was.path if was else ""
            self.initial[f"ignores_{position}"] = [
                one.value for one in (was.ignores if was else frozenset(Ignored))
            ]
        if questions is not None:
            facts = [one for one in of.values() if not one.is_sensitive]
            numbers = [one for one in facts if one.type in NUMBERS]
            single = [one for one in facts if one.type is QuestionType.SELECT_ONE]
            self.fields["age"] = self._asked(gettext("Age, as a number"), numbers, questions)
            self.fields["gender"] = self._asked(gettext("Gender, as one choice"), single, questions)

    @staticmethod
    def _asked(label: str, offered: Iterable[Question], questions: Sequence[Question] | None) -> Any:
        if questions is None:
            return forms.CharField(label=label, required=False, max_length=300)
        told = [(one.path, f"{one.label()[:SHOWN]} ({one.path})") for one in offered]
        return forms.ChoiceField(
            label=label, required=False, choices=[("", pgettext("no question", "none")), *told]
        )

    def positions(self) -> list[tuple[Any, Any]]:
        return [
            (self[f"element_{position}"], self[f"ignores_{position}"]) for position in range(1, POSITIONS + 1)
        ]

    def elements(self) -> list[CodeElement]:
        """In their order; a position that is left out moves the later ones up."""
        given = self.cleaned_data
        return [
            CodeElement(given[f"element_{position}"].strip(), frozenset(given[f"ignores_{position}"]))
            for position in range(1, POSITIONS + 1)
            if given[f"element_{position}"].strip()
        ]


class LinkForm(forms.Form):
    """Two waves of one study, and how many days may lie between two answers of one person."""

    first = forms.ModelChoiceField(Wave.objects.none(), label=_("First wave"), empty_label=None)
    second = forms.ModelChoiceField(Wave.objects.none(), label=_("Second wave"), empty_label=None)
    least_days = forms.IntegerField(label=_("Fewest days between answers"), initial=1)
    most_days = forms.IntegerField(label=_("Most days between answers"), initial=730)

    def __init__(self, *args: Any, waves: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            field: Any = self.fields[name]
            field.queryset = waves
            field.label_from_instance = lambda one: f"{one.study.title}: {one.code}"


class DecideForm(forms.Form):
    """What somebody says of a pair, and how it stood when they looked at it."""

    decision = forms.TypedChoiceField(
        choices=[(one.value, one.value) for one in (PairState.ACCEPTED, PairState.REJECTED, PairState.UNDECIDED)],
        coerce=PairState,
    )  # fmt: skip
    seen = forms.TypedChoiceField(choices=[(one.value, one.value) for one in PairState], coerce=PairState)
    reason = forms.TypedChoiceField(
        label=_("Where they are not, why"), choices=[("", _("they are, or nobody can say")), *choices(REASONS)], coerce=RejectedPair, required=False, empty_value=None
    )  # fmt: skip
