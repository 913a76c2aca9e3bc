"""Forms about instruments: the file, and under which name it is kept."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from throughline.exchange.xlsform.choosing import nothings_in
from throughline.records.study.models import Study
from throughline.vocabulary.nothing import NOTHING_LABELS, Nothing
from throughline.vocabulary.surveys import InstrumentDraft

SHOWN = 70  # characters of a question beside its choice
ALSO = (Nothing.DECLINED, Nothing.DONT_KNOW, Nothing.NOT_APPLICABLE)


class FormFileForm(forms.Form):
    """The spreadsheet of a form."""

    file = forms.FileField(
        label=_("Form (XLSForm)"), allow_empty_file=True,
        help_text=_("XLSX or XLS with the sheets survey, choices and settings; up to 16 MB. Nothing is kept by this step."),
    )  # fmt: skip


class KeepForm(forms.Form):
    """Which study asks with it, and which of its choices are no answers."""

    held = forms.CharField(widget=forms.HiddenInput)
    study = forms.ChoiceField(label=_("Study"))
    code = forms.SlugField(
        label=_("Code"), max_length=60,
        help_text=_("The same code again is the next version of the same instrument. Small letters, digits and -."),
    )  # fmt: skip
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    nothings = forms.MultipleChoiceField(
        label=_("Choices that are no answer"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Found by their names. They are kept as declined, don't know or not applicable and enter no number."
                    " Untick one that is an answer here."),
    )  # fmt: skip
    declined = forms.CharField(
        label=_("Also declined"), max_length=400, required=False,
        help_text=_("Names of choices that were not found, with blanks between: 99, or question:99 where one question alone means it"
                    " so."),
    )  # fmt: skip
    dont_know = forms.CharField(label=_("Also don't know"), max_length=400, required=False)
    not_applicable = forms.CharField(label=_("Also not applicable"), max_length=400, required=False)

    def __init__(self, *args: Any, studies: list[Study], draft: InstrumentDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["study"].choices = [(str(one.id), one.title) for one in studies]  # type: ignore[attr-defined]  # a ChoiceField
        self._draft, self._found = draft, nothings_in(draft.questions)
        if self._found:
            self.fields["nothings"].choices = self._choices()  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["nothings"]

    @staticmethod
    def initial_of(draft: InstrumentDraft, held: str) -> dict[str, Any]:
        """What a form suggests of itself; every choice that says it is no answer is one."""
        code = slugify((draft.form_id or draft.title).replace("_", "-"))[:60]
        every = [str(number) for number in range(len(nothings_in(draft.questions)))]
        return {"held": held, "code": code, "title": draft.title[:200], "nothings": every}

    def clean(self) -> dict[str, Any]:
        """Every name that was written is a choice's, and of one kind."""
        given = super().clean() or {}
        offered: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for question in self._draft.questions:
            for choice in question.choices or ():
                for name in (choice.name, f"{question.name}:{choice.name}", f"{question.path}:{choice.name}"):
                    offered[name].add((question.path, choice.name))
        self._also: dict[tuple[str, str], Nothing | None] = {}
        for kind in ALSO:
            for name in str(given.get(kind.value, "")).replace(",", " ").split():
                if name not in offered:
                    self.add_error(
                        kind.value, gettext("The form offers no choice %(name)s.") % {"name": name}
                    )
                elif any(self._also.get(one, kind) is not kind for one in offered[name]):
                    self.add_error(
                        kind.value, gettext("The choice %(name)s is there as another kind.") % {"name": name}
                    )
                self._also |= dict.fromkeys(offered.get(name, ()), kind)
        return given

    def said(self) -> dict[tuple[str, str], Nothing | None]:
        """Choices that were found and unticked: they are answers. Those that were written are of the kind that was said."""
        ticked = set(self.cleaned_data.get("nothings", ()))
        unticked: dict[tuple[str, str], Nothing | None] = {
            (question.path, choice.name): None
            for number, (question, choice) in enumerate(self._found)
            if str(number) not in ticked
        }
        return unticked | self._also

    def _choices(self) -> list[tuple[str, str]]:
        return [
            (
                str(number),
                gettext("%(choice)s: %(kind)s (%(question)s)") % {
                    "choice": choice.label(self._draft.languages[0]),
                    "kind": str(NOTHING_LABELS[choice.nothing]) if choice.nothing else "",
                    "question": question.label(self._draft.languages[0])[:SHOWN],
                },
            )
            for number, (question, choice) in enumerate(self._found)
        ]  # fmt: skip
