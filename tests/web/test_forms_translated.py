"""What forms ask, explain and refuse, in the made-up language of pseudo.py: each class as it is declared."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pkgutil import walk_packages

from django import forms
from tests.web.plain_words import Data, plain_of
from tests.web.pseudo import wide_language

import throughline.web
from throughline.vocabulary.errors import Invalid, NotAllowed, Sentence
from throughline.web.request import show_refusal

# Codes that no page reads out: fields that are hidden, or for which the page has words of its own.
CODES = {
    ("DecideForm", "decision"), ("DecideForm", "seen"), ("ReportForm", "form"), ("RowsForm", "table"),
    ("TakeForm", "profile"),
}  # fmt: skip
PLACE = re.compile(r"%\(\w+\)\w")


def _classes() -> set[type[forms.BaseForm]]:
    for module in walk_packages(throughline.web.__path__, "throughline.web."):
        importlib.import_module(module.name)
    found: set[type[forms.BaseForm]] = set()
    todo: list[type[forms.BaseForm]] = [forms.BaseForm]
    while todo:
        below = todo.pop().__subclasses__()
        found.update(one for one in below if one.__module__.startswith("throughline."))
        todo += below
    return found


def _said(form: type[forms.BaseForm]) -> Iterator[str]:
    for name, field in form.base_fields.items():  # type: ignore[attr-defined]  # as its metaclass makes them
        yield from (str(one) for one in (field.label or "", field.help_text, *field.error_messages.values()))
        if not isinstance(field, forms.ModelChoiceField) and (form.__name__, name) not in CODES:
            yield from _labels(getattr(field, "choices", ()))


def _labels(choices: object) -> Iterator[str]:
    for _value, label in choices:  # type: ignore[attr-defined]  # pairs, or groups of them
        if isinstance(label, list | tuple):
            yield from _labels(label)
        else:
            yield str(label)


def test_forms_are_in_the_readers_language() -> None:
    data = Data.of([])
    classes = _classes()
    with wide_language():
        plain = {
            form.__qualname__: plain_of((PLACE.sub("", one) for one in _said(form)), data) for form in classes
        }
    assert len(classes) > 80
    assert {form: words for form, words in plain.items() if words} == {}


def test_a_refusal_is_in_the_readers_language_wherever_it_stands() -> None:
    inner = Sentence("Only the command line of the server may do this.")
    refusal = Invalid(Sentence("It takes: %(roles)s.", roles=(inner, inner)), fields={"name": inner})
    with wide_language():
        form = type("Form", (forms.Form,), {"name": forms.CharField(required=False)})({"name": "x"})
        assert form.is_valid()
        show_refusal(form, refusal)
        assert str(inner) in form.errors["name"][0] and "Only" not in str(form.errors)
        assert "Only" not in str(NotAllowed(inner).sentence)
    assert str(inner) == inner.english == inner.text
