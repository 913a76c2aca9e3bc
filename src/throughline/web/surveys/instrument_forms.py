"""Forms about instruments: the file, and under which name it is kept."""

from __future__ import annotations

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

    def said(self) -> dict[tuple[str, str], Nothing | None]:
        """Choices that were found and unticked: they are answers."""
        ticked = set(self.cleaned_data.get("nothings", ()))
        return {
            (question.path, choice.name): None
            for number, (question, choice) in enumerate(self._found)
            if str(number) not in ticked
        }

    def _choices(self) -> list[tuple[str, str]]:
        return [
            (
                str(number),
                gettext("%(choice)s: %(kind)s (%(question)s)") % {
                    "choice": choice.label(self._draft.languages[0]),
                    "kind": gettext(NOTHING_LABELS[choice.nothing]) if choice.nothing else "",
                    "question": question.label(self._draft.languages[0])[:SHOWN],
                },
            )
            for number, (question, choice) in enumerate(self._found)
        ]  # fmt: skip
