"""Forms about courses and trainings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.programme.models import Site
from throughline.records.workforce.models import Course
from throughline.web.programme.forms import day


class CourseForm(forms.Form):
    """A course that may be held many times."""

    name = forms.CharField(label=_("Name"), max_length=120)
    modules = forms.CharField(
        label=_("Its parts"),
        required=False,
        help_text=_("One in a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_programme_training = forms.BooleanField(
        label=_("It belongs to the programme"), required=False,
        help_text=_("Only such a course counts where an evaluation draws the share of staff trained beside the line."),
    )  # fmt: skip

    def clean_modules(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["modules"].splitlines() if line.strip()]


class HeldForm(forms.Form):
    """A course held for a site on a day."""

    course = forms.ModelChoiceField(Course.objects.none(), label=_("Course"), empty_label=_("choose one"))
    site = forms.ModelChoiceField(Site.objects.none(), label=_("For which site"), empty_label=_("choose one"))
    held_on = day(_("Day"))
    trainer = forms.CharField(label=_("Trainer"), max_length=120)

    def __init__(self, *args: Any, courses: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, offered in (("course", courses), ("site", sites)):
            fields[name].queryset = offered
            if len(offered) == 1:
                fields[name].initial = offered[0]


class AttendanceForm(forms.Form):
    """Who came, and who completed it: boxes beside names."""

    attended = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": _("Choose from the list.")}
    )
    completed = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": _("Choose from the list.")}
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("attended", "completed"):
            fields[name].choices = [(str(one.id), one.account.display_name) for one in people]
