"""A list to choose from begins with nothing chosen: a browser tells the first of it for whoever says nothing."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

from django import forms

from throughline import web

# what is only looked at, or how a file is written, or what a page sends unseen; or the first is what holds until said
FIRST_IS_MEANT = {
    "ArrangeForm.status": "shown with what it is",
    "AliasForm.kind": "shown with what was proposed",
    "AskForm.unit": "how it is shown",
    "CodeForm.colour": "how it is shown",
    "CodeForm.origin": "shown with what it is",
    "DecideForm.decision": "by a button",
    "DecideForm.seen": "unseen",
    "LeaveForm.format": "of a file",
    "NewCodeForm.colour": "how it is shown",
    "NewCodeForm.origin": "changed by whoever knows another",
    "NumbersForm.format": "of a file",
    "RelationForm.kind": "reads as a sentence with the theme chosen",
    "ReportForm.form": "of a file",
    "SaturationForm.threshold": "how it is shown",
    "SourceFilter.sort": "how it is shown",
    "TakeForm.format": "of a file",
    "TakeForm.profile": "the strictest comes first",
    "ThemeForm.status": "a theme is a candidate at first",
    "ThemingForm.do": "reads as a sentence",
}


def test_no_list_of_facts_begins_with_one_of_them() -> None:
    found = set()
    for module in pkgutil.walk_packages(web.__path__, "throughline.web."):
        for name, form in inspect.getmembers(import_module(module.name), inspect.isclass):
            if not issubclass(form, forms.BaseForm) or not hasattr(form, "base_fields"):
                continue
            for label, field in form.base_fields.items():
                is_list = isinstance(field, forms.ChoiceField) and type(field.widget) is forms.Select
                if is_list and not isinstance(field, forms.ModelChoiceField) and field.initial is None:
                    choices = list(field.choices)
                    if choices and choices[0][0] != "":
                        found.add(f"{name}.{label}")
    assert found == set(FIRST_IS_MEANT)
