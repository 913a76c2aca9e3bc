"""Forms of the study. Codes are given one to a line or with commas between them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.programme.models import Site
from throughline.records.study.models import Study, StudySite
from throughline.records.study.queries import outcomes, study_sites
from throughline.rules.plans import Plan
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import (
    ArmKind,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
)
from throughline.web.study.words import ARMS, DIRECTIONS, IMPUTED, OUTCOME_KINDS, PHASES, RANKS, SOURCES
from throughline.web.words import choices

DAY = {"type": "date"}


class StudyForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    design = forms.CharField(
        label=_("Design"), max_length=200,
        help_text=_("For instance: before and after, three intervention and three comparison sites."),
    )  # fmt: skip
    registration_id = forms.CharField(
        label=_("Registration"), max_length=60, required=False, help_text=_("Leave it empty while there is none.")
    )  # fmt: skip

    def clean_registration_id(self) -> str:
        return str(self.cleaned_data["registration_id"] or Nothing.NOT_RECORDED.value)


class SiteForm(forms.Form):
    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"), empty_label=None)
    arm = forms.TypedChoiceField(
        label=_("Arm"), choices=choices(ARMS), coerce=ArmKind, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = StudySite.objects.filter(study=study).values("site_id")
        rows = Site.objects.filter(programme=study.programme_id).exclude(id__in=taken)
        self.fields["site"].queryset = rows.order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField


class PhaseForm(forms.Form):
    study_site = forms.ModelChoiceField(StudySite.objects.none(), label=_("Site"), empty_label=None)
    kind = forms.TypedChoiceField(
        label=_("Phase"), choices=choices(PHASES), coerce=PhaseKind, widget=forms.RadioSelect
    )
    from_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=DAY))
    to_on = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs=DAY), help_text=_("Leave it empty while it goes on.")
    )  # fmt: skip

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["study_site"]
        field.queryset = study_sites(study)
        field.label_from_instance = lambda one: one.site.name


class OutcomeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=160)
    code = forms.SlugField(label=_("Code"), max_length=60, help_text=_("The plan names it by this."))
    source = forms.TypedChoiceField(
        label=_("What tells of it"), choices=choices(SOURCES), coerce=OutcomeSourceKind, widget=forms.RadioSelect
    )  # fmt: skip
    measure = forms.CharField(
        label=_("Question or step"), max_length=200, help_text=_("The code of the question, or of the step, such as came_back. Of several questions an expression: days_smoked >= 20, or shared = 1 or lent = 1. Of yes or no, where the answers are 1 and 2, it says which is a yes: shared = 1. What was not answered is never taken for a no. Ask for an amount that may reach 1,000,000,000 in thousands: answers so large are mostly telephone numbers, and are kept as no number.")
    )  # fmt: skip
    kind = forms.TypedChoiceField(
        label=_("Kind"), choices=choices(OUTCOME_KINDS), coerce=OutcomeKind, widget=forms.RadioSelect
    )
    rank = forms.TypedChoiceField(
        label=_("Rank"), choices=choices(RANKS), coerce=OutcomeRank, widget=forms.RadioSelect
    )
    direction = forms.TypedChoiceField(
        label=_("Direction"), choices=choices(DIRECTIONS), coerce=Direction, widget=forms.RadioSelect
    )
    success_by = forms.CharField(
        label=_("Whose definition of success"), max_length=120,
        help_text=_("People who use drugs, a service, a funder: definitions stand side by side."),
    )  # fmt: skip

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class ChangeForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs=DAY))
    what = forms.CharField(label=_("What changed"), max_length=300)
    why = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class PlanForm(forms.Form):
    """What is locked. The interval is not chosen here: it is the one, of site changes."""

    primary = forms.MultipleChoiceField(
        label=_("Primary outcomes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    secondary = forms.MultipleChoiceField(
        label=_("Secondary outcomes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    covariates = forms.CharField(
        label=_("Adjusted for"), required=False, max_length=600,
        help_text=_("Codes of survey questions, with commas between them. The answer itself is then adjusted, so name only what the programme cannot have changed."),
    )  # fmt: skip
    subgroups = forms.CharField(
        label=_("Groups that are compared"), required=False, max_length=600,
        help_text=_("Codes of survey questions whose answers make groups. Any other group is exploratory."),
    )  # fmt: skip
    imputed = forms.MultipleChoiceField(
        label=_("Answers that are drawn where they are missing"), required=False, choices=choices(IMPUTED), widget=forms.CheckboxSelectMultiple,
        help_text=_("In the line beside the answer, never in it. What was not applicable is never drawn."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("What else was decided"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(outcomes(study))
        for rank in (OutcomeRank.PRIMARY, OutcomeRank.SECONDARY):
            field: Any = self.fields[rank.value]
            field.choices = [(row.code, row.name) for row in rows if row.rank == rank.value]
            field.initial = [code for code, _name in field.choices]

    def plan(self) -> Plan:
        given = self.cleaned_data
        return Plan(
            tuple(given["primary"]), tuple(given["secondary"]), _codes(given["covariates"]), _codes(given["subgroups"]),
            tuple(given["imputed"]),
        )  # fmt: skip


def _codes(given: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[\s,]+", given) if word)


class DetectForm(forms.Form):
    """A study that is thought of. It changes nothing: every value stands in the address."""

    scale = forms.ChoiceField(
        label=_("The outcome is"), choices=[("share", _("a share (yes or no)")), ("mean", _("a mean (a number)"))], widget=forms.RadioSelect,
    )  # fmt: skip
    share = forms.FloatField(
        label=_("Percent who say yes before"), min_value=0.1, max_value=99.9, required=False,
        help_text=_("At 50 the difference has to be largest: where you do not know, leave it there."),
    )  # fmt: skip
    sd = forms.FloatField(
        label=_("Standard deviation"), min_value=0.000001, required=False,
        help_text=_("Of a mean: how far one person's value lies from the next, in its unit."),
    )  # fmt: skip
    respondents = forms.IntegerField(
        label=_("Respondents at each site in each wave"), min_value=1, max_value=100_000
    )
    rho = forms.FloatField(
        label=_("How alike people of one site are"), min_value=0, max_value=1,
        help_text=_("The intra-site correlation within a wave: often .01 to .05."),
    )  # fmt: skip
    intervention = forms.IntegerField(label=_("Intervention sites"), min_value=2, max_value=500)
    comparison = forms.IntegerField(label=_("Comparison sites"), min_value=2, max_value=500)
    before = forms.IntegerField(label=_("Waves before"), min_value=1, max_value=100)
    after = forms.IntegerField(label=_("Waves after"), min_value=1, max_value=100)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        wanted = "sd" if given.get("scale") == "mean" else "share"
        if given.get(wanted) is None and wanted not in self.errors:
            self.add_error(wanted, _("Say this: the outcome rests on it."))
        return given
