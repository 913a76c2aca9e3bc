"""A project of another program that comes in, and one that leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.exchange.project.leave import ProjectFormat
from throughline.exchange.project.load import ProjectFile
from throughline.records.inquiry.models import Analysis
from throughline.records.study.models import Study
from throughline.vocabulary.study import Approach, SourceKind
from throughline.web.inquiry.projects.waiting import Target, Waiting
from throughline.web.inquiry.sources.arriving_forms import FilesField
from throughline.web.inquiry.sources.facts_forms import LANGUAGES, NOT_RECORDED
from throughline.web.words import APPROACHES, SOURCE_KINDS, choices

FORMS = [
    (ProjectFormat.QDPX.value, _("REFI-QDA project with its texts (QDPX)")),
    (ProjectFormat.QDE.value, _("The project file alone, without texts (QDE)")),
    (ProjectFormat.QDC.value, _("The codebook alone (QDC)")),
]


class ImportForm(forms.Form):
    """A file, and what it does not say of itself."""

    file = forms.FileField(
        label=_("Project"), allow_empty_file=True,
        help_text=_(
            "REFI-QDA (.qdpx, .qde, .qdc), Taguette (.sqlite3), or QualCoder (the data.qda of its folder, or a ZIP of the"
            " folder); up to 64 MB, texts beside it counted in."
        ),
    )  # fmt: skip
    beside = FilesField(
        label=_("Texts beside it"), required=False, allow_empty_file=True,
        help_text=_("Only for a .qde, whose texts lie in a folder of their own: choose all .txt files of it."),
    )  # fmt: skip
    study = forms.ChoiceField(label=_("Study"), widget=forms.RadioSelect)
    analysis = forms.ChoiceField(label=_("Into which analysis"), required=False)
    approach = forms.ChoiceField(
        label=_("Approach of a new analysis"), required=False,
        choices=[("", _("as it was coded")), *choices(APPROACHES)],
        help_text=_("As it was coded: reflexive where one person coded, template analysis where several did."),
    )  # fmt: skip
    kind = forms.TypedChoiceField(
        label=_("What its texts are"), choices=choices(SOURCE_KINDS), coerce=SourceKind, widget=forms.RadioSelect,
        initial=SourceKind.INTERVIEW.value,
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial=NOT_RECORDED)
    project = forms.CharField(
        label=_("Which project"), max_length=200, required=False,
        help_text=_("Its name or number, where a Taguette file holds several."),
    )  # fmt: skip
    is_deidentified = forms.BooleanField(
        label=_("Names, places and dates that give somebody away have been taken out"), required=False
    )

    def __init__(
        self, *args: Any, studies: Iterable[Study], analyses: Iterable[Analysis], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.studies = {str(study.id): study for study in studies}
        self.analyses = {str(one.id): one for one in analyses}
        self.fields["study"].choices = [  # type: ignore[attr-defined]  # a choice field
            (pk, study.title) for pk, study in self.studies.items()
        ]
        if len(self.studies) == 1:
            self.fields["study"].required, self.fields["study"].widget = False, forms.HiddenInput()
        self.fields["analysis"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("a new one, named after the project")),
            *((pk, one.name) for pk, one in self.analyses.items()),
        ]

    def clean_study(self) -> Study:
        return self.studies[self.cleaned_data["study"] or next(iter(self.studies))]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        into = self.analyses.get(given.get("analysis", ""))
        if into is not None and given.get("study") not in (None, into.study):
            self.add_error("analysis", _("This analysis belongs to another study."))
        return given

    def waiting(self) -> Waiting:
        """The file with what was said of it, read into memory."""
        given = self.cleaned_data
        into = self.analyses.get(given["analysis"])
        file = ProjectFile(
            given["file"].name, given["file"].read(), {one.name: one.read() for one in given["beside"]},
            given["project"].strip() or None,
        )  # fmt: skip
        target = Target(
            given["study"].id, into.id if into else None, Approach(given["approach"]) if given["approach"] else None,
            given["kind"], given["language"], given["is_deidentified"],
        )  # fmt: skip
        return Waiting(file, target)


class ExportForm(forms.Form):
    """As which file, for whom, and whether with texts that may still name somebody."""

    form = forms.TypedChoiceField(
        label=_("As"), choices=FORMS, coerce=ProjectFormat, widget=forms.RadioSelect,
        initial=ProjectFormat.QDPX.value,
    )  # fmt: skip
    recipient = forms.CharField(
        label=_("Who gets it"), max_length=160, help_text=_("It stands in the ledger beside what left.")
    )
    is_untouched = forms.BooleanField(
        label=_("Texts leave untouched"), required=False,
        help_text=_(
            "Texts from which names were not taken out leave too, as they are: for moving to another program of the same"
            " team. The ledger keeps that they did."
            " Left empty, a project leaves only once names were taken out of every text and of what was written beside them."
        ),
    )  # fmt: skip
