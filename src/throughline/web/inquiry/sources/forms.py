"""Which sources to show, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.queries.catalogue import Sought
from throughline.records.programme.models import Site
from throughline.web.inquiry.sources.facts_forms import LANGUAGES
from throughline.web.words import SOURCE_KINDS, choices

ANY = ("", _("any"))
YES_NO = {"yes": True, "no": False}
MOST_ATTRIBUTES = 300  # offered
SORTS = [
    ("name", _("name")),
    ("kind", _("kind")),
    ("site", _("site")),
    ("collected", _("day")),
    ("language", _("language")),
    ("added", _("newest first")),
]


class SourceFilter(forms.Form):
    """What is not a choice is passed over."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *choices(SOURCE_KINDS)])
    site = forms.ChoiceField(label=_("Site"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    read = forms.ChoiceField(
        label=_("Read by you"), required=False, choices=[ANY, ("no", _("not yet")), ("yes", _("to the end"))]
    )
    coded = forms.ChoiceField(
        label=_("Coded"), required=False, choices=[ANY, ("no", _("not yet")), ("yes", _("begun"))]
    )
    attribute = forms.ChoiceField(label=_("Attribute"), required=False)
    sort = forms.ChoiceField(label=_("Sorted by"), required=False, choices=SORTS)

    def __init__(
        self,
        *args: Any,
        sites: Iterable[Site],
        languages: Iterable[str],
        attributes: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        held, named = set(languages), dict(LANGUAGES)
        self.attributes = {f"{name}={value}": (name, value) for name, value in attributes}
        offered = [(key, f"{name}: {value}") for key, (name, value) in self.attributes.items()]
        self._offer("site", [(str(site.id), site.name) for site in sites])
        self._offer("language", [(one, named.get(one, one)) for one in sorted(held)])
        self._offer("attribute", offered[:MOST_ATTRIBUTES])
        if not offered:
            del self.fields["attribute"]

    def _offer(self, name: str, offered: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = [ANY, *offered]  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}

    def sought(self) -> Sought:
        given = self.chosen()
        return Sought(
            given.get("kind", ""), given.get("site", ""), given.get("language", ""), YES_NO.get(given.get("read", "")),
            YES_NO.get(given.get("coded", "")), self.attributes.get(given.get("attribute", "")),
            given.get("sort", "name"),
        )  # fmt: skip
