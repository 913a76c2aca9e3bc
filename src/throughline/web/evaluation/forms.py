"""Forms of the evaluation: a freeze, how a funnel is split, a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from throughline.evaluation.codebook import TABLES, Asked, offered
from throughline.methods.suppression import PROFILES
from throughline.records.study.models import Study
from throughline.reporting.files import FORMATS, HTML

SPLITS = [("arm", _("arm")), ("phase", _("phase")), ("route", _("route")), ("site", _("site"))]
UNITS = [("contacts", _("contacts")), ("codes", _("distinct codes"))]
PROFILE_WORDS = {
    "lt5": _("lt5: counts of 1 to 4 are suppressed"),
    "hes": _("hes: counts of 1 to 7 are suppressed, others rounded to 5"),
    "le7_round5": _("le7_round5: the same bounds, under the name its readers know"),
}
CHECKLIST_WORDS = [
    ("trend", _("TREND: evaluations without allotment by chance")),
    ("tidier", _("TIDieR: what was done")),
    ("gramms", _("GRAMMS: mixed methods")),
    ("rtarg", _("RTARG: reflexive thematic analysis")),
    ("coreq", _("COREQ: interviews and focus groups")),
    ("srqr", _("SRQR: qualitative research")),
]


class FreezeForm(forms.Form):
    study = forms.ModelChoiceField(Study.objects.none(), label=_("Study"), empty_label=None)
    name = forms.SlugField(
        label=_("Name of the freeze"),
        max_length=80,
        help_text=_("Small letters, digits and hyphens, such as 2026-03. A name is never used twice."),
    )

    def __init__(self, *args: Any, studies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["study"].queryset = studies  # type: ignore[attr-defined]  # a ModelChoiceField


class FunnelForm(forms.Form):
    by = forms.MultipleChoiceField(
        choices=SPLITS, required=False, label=_("Split by"), widget=forms.CheckboxSelectMultiple
    )
    of = forms.ChoiceField(choices=UNITS, required=False, label=_("Of"), widget=forms.RadioSelect)


class ReportForm(forms.Form):
    recipient = forms.CharField(
        max_length=160, label=_("Who gets it"), help_text=_("It stands in the ledger beside what left.")
    )
    profile = forms.ChoiceField(
        choices=[(name, PROFILE_WORDS[name]) for name in PROFILES],
        label=_("Profile"),
        help_text=_("How small counts are kept back. Take the one that the reader's rules ask for."),
        widget=forms.RadioSelect,
    )
    checklists = forms.MultipleChoiceField(
        choices=CHECKLIST_WORDS,
        required=False,
        label=_("Checklists"),
        help_text=_(
            "Each item is told with its section, and in a PDF its page, or as not recorded and where to record it."
            " The analysis' approach has chosen already; choose others as your readers ask for them."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    contamination = forms.ChoiceField(
        choices=(),
        required=False,
        label=_("What reached the comparison sites"),
        help_text=_(
            "The question that tells who got or used a pipe of the programme. Without one the report says that none was named."
        ),
    )
    form = forms.ChoiceField(choices=[(name, name) for name in FORMATS], required=False)

    def __init__(self, *args: Any, questions: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contamination"].choices = [("", _("no question was named")), *questions]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_form(self) -> str:
        """A form without a word of its format asks for HTML."""
        return str(self.cleaned_data["form"]) or HTML


class RowsForm(forms.Form):
    """Rows of one table: the fields offered are those that never stand for a person."""

    what = forms.CharField(max_length=120, label=_("What the rows are for"))
    recipient = forms.CharField(
        max_length=160, label=_("Who gets them"), help_text=_("A named person, with where they work.")
    )
    agreement = forms.CharField(
        max_length=160, label=_("Agreement"), help_text=_("Its reference, such as DSA 2026-4.")
    )
    table = forms.ChoiceField(choices=[(name, name) for name in TABLES], widget=forms.HiddenInput)
    fields_asked = forms.MultipleChoiceField(
        label=_("Fields"),
        help_text=_(
            "The fewer, the safer. A day can be told as its month, quarter or year; choose one form of it."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    profile = forms.ChoiceField(
        choices=[(name, PROFILE_WORDS[name]) for name in PROFILES],
        label=_("Profile"),
        help_text=_("No group of fewer people than its threshold may stand out by the fields asked for."),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, table: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"profile": "lt5", "table": table}, **kwargs})
        self.fields["fields_asked"].choices = [(one.code, _named(one)) for one in offered(table)]  # type: ignore[attr-defined]  # a ChoiceField


def _named(field: Asked) -> str:
    """What a field tells, with its name in the file."""
    return gettext("%(meaning)s (%(field)s)") % {"meaning": field.meaning, "field": field.name}
