"""Forms of a list of incidents: sending it, what its columns mean, what their words stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from throughline.exchange.incidents_csv.guess import (
    guessed_columns,
    guessed_word,
    nothings_in,
    strange_ages,
    strange_places,
)
from throughline.exchange.incidents_csv.mapping import age_band
from throughline.exchange.table.dates import Order
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.profile import ColumnProfile, TableProfile
from throughline.web.answers_in.said import NOTHINGS
from throughline.web.imports.forms import MOST_COLUMNS, FileForm
from throughline.web.incidents.words import DOSE_ROUTES, GIVEN_BY
from throughline.web.incidents_in.said import ALWAYS, CLOSED, PARTS, columns_said
from throughline.web.templatetags.throughline_ui import NOTHING_WORDS
from throughline.web.words import LISTED, YES_OR_NO, Words, choices

SHOWN = 60  # characters of a column's name
LABELS = {
    "place": _("Place: a coarse area, never an address"), "age_band": _("Band of ages, such as 30-34"), "gender": _("Gender"),
    "fatal": _("Whether the person died"), "naloxone": _("Whether naloxone was given"), "doses": _("How many doses"),
    "dose_route": _("By which way the doses were given"), "given_by": _("Who gave them"), "source": _("Who reported it"),
}  # fmt: skip
WORDS: dict[str, Words] = {
    "gender": LISTED["gender"], "fatal": YES_OR_NO, "naloxone": YES_OR_NO, "dose_route": DOSE_ROUTES, "given_by": GIVEN_BY,
    "source": GIVEN_BY,
}  # fmt: skip
ORDERS = [
    (Order.DAY_FIRST.value, _("the day: 03/04/2026 is 3 April")), (Order.MONTH_FIRST.value, _("the month: 03/04/2026 is 4 March")),
]  # fmt: skip
STRANGE = {"place": strange_places, "age_band": strange_ages}


class SendForm(FileForm):
    """A list, and the mapping of the last one; or a mapping file."""

    said = forms.FileField(
        label=_("Or a mapping file"), required=False, help_text=_("YAML, as the command line takes it.")
    )


class ColumnsForm(forms.Form):
    """What the columns mean: begun with what was said before, else with guesses."""

    time_zone = forms.CharField(
        label=_("Time zone of the list"), max_length=60, help_text=_("Such as Europe/London: a list does not say it, and incidents have no site."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, profile: TableProfile, mapping: dict[str, Any], time_zone: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._profile = profile
        names = list(dict.fromkeys(one.name for one in profile.columns[:MOST_COLUMNS] if one.name))
        columns = [(one, one[:SHOWN]) for one in names]
        for name, label, hint in (
            ("incident", _("What names an incident"), _("Rows that say the same here are people of one incident.")),
            ("person", _("What tells its people apart"), _("Without it, rows that say the same in all columns are different people.")),
        ):  # fmt: skip
            self.fields[name] = forms.MultipleChoiceField(
                label=label, help_text=hint, choices=columns, required=name == "incident", widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
        none = [("", _("none")), *columns]
        self._choice("when_column", _("When it happened: the day, perhaps with the time"), none)
        self._choice("time_column", _("The time, where it has a column of its own"), none)
        self.fields["order"] = forms.ChoiceField(
            label=_("What comes first in days that could be either"), choices=ORDERS, required=False, widget=forms.RadioSelect,
        )  # fmt: skip
        for part in PARTS:
            self._choice(f"{part}_column", LABELS[part], none)
            if part in ALWAYS:
                self._choice(part, _("Or the same for all rows"), [("", _("said by a column")), *choices(WORDS[part])])  # fmt: skip
        self.initial = self._begun(mapping, time_zone)

    def _choice(self, name: str, label: Any, offered: list[Any]) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=offered, required=False)

    def _begun(self, mapping: dict[str, Any], time_zone: str) -> dict[str, Any]:
        is_new = "incident" not in mapping
        found = guessed_columns(self._profile) if is_new else columns_said(mapping)
        told: dict[str, Any] = {f"{part}_column": found.get(part, "") for part in ("when", "time", *PARTS)}
        told["time_zone"] = mapping.get("time_zone", time_zone)
        for name in ("incident", "person"):
            said = mapping.get(name, [])
            told[name] = (
                [found[name]] if is_new and name in found else [said] if isinstance(said, str) else said
            )
        told |= {part: mapping[part] for part in ALWAYS if isinstance(mapping.get(part), str)}
        day = self._profile.named(told["when_column"]) if told["when_column"] else None
        if day is not None and day.dates.is_to_be_asked:
            only = (day.dates.only_in(Order.DAY_FIRST), day.dates.only_in(Order.MONTH_FIRST))
            told["order"] = day.dates.evident.value if min(only) == 0 < max(only) else ""
        return told

    def parts(self) -> Iterator[dict[str, Any]]:
        """Each part's column, and the one word for all rows where there can be one."""
        for part in PARTS:
            yield {"column": self[f"{part}_column"], "always": self[part] if part in ALWAYS else None}

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise forms.ValidationError(gettext("There is no such time zone. Write it such as Europe/London.")) from None  # fmt: skip
        return zone

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("when_column"):
            self.add_error("when_column", gettext("Say which column holds the day."))
        day = self._profile.named(given["when_column"]) if given.get("when_column") else None
        if day is not None and day.dates.is_to_be_asked and not given.get("order"):
            self.add_error("order", gettext("These days can be read in more than one way. Say what comes first."))  # fmt: skip
        if not given.get("source") and not given.get("source_column"):
            self.add_error("source_column", gettext("Say who reported these: by a column, or one for all rows."))  # fmt: skip
        return given


@dataclass(frozen=True)
class Section:
    """One column of the form of words: its words as they are written, how often, and the field of each."""

    part: str
    column: ColumnProfile
    words: tuple[tuple[str, int, str], ...]
    is_more: bool


class WordsForm(forms.Form):
    """A select for each word of a list of ours, a line for ages and places that cannot be taken as they are; and the nothings."""

    def __init__(self, *args: Any, profile: TableProfile, mapping: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections: list[Section] = []
        columns = columns_said(mapping)
        for part in PARTS:
            column = profile.named(columns[part]) if columns[part] else None
            if column is not None and part != "doses":
                self._ask(part, column, mapping[part])
        was = mapping.get("nothing")
        told = nothings_in(profile, [one for one in columns.values() if one])
        if was is not None:
            told = {kind: [str(word) for word, of in was.items() if of == kind.value] for kind in NOTHINGS}
        for kind in NOTHINGS:
            self.fields[kind.value] = forms.CharField(
                label=NOTHING_WORDS[kind], required=False, max_length=200, initial=", ".join(told.get(kind, ())),
            )  # fmt: skip

    def _ask(self, part: str, column: ColumnProfile, said: dict[str, Any]) -> None:
        before = {folded(str(word)): meant for word, meant in said.get("values", {}).items()}
        found: list[tuple[str, int, str]] = []
        if part in STRANGE:
            strange = STRANGE[part](column)
            shown = {word: one for word, one in column.words.items() if word in strange or word in before}
        else:
            shown = column.words
        for at, (word, (written, count)) in enumerate(shown.items()):
            name = f"{part}-{at}"
            label = gettext("What “%(word)s” stands for") % {"word": written[:SHOWN]}
            if part in CLOSED:
                self.fields[name] = forms.ChoiceField(
                    label=written, required=False, choices=[("", _("reject these rows")), *choices(WORDS[part])],
                    initial=before.get(word, "" if said.get("values") else guessed_word(word, CLOSED[part])),
                    widget=forms.Select(attrs={"aria-label": label}),
                )  # fmt: skip
            else:
                self.fields[name] = forms.CharField(
                    label=written, required=False, max_length=80, initial=before.get(word, ""),
                    widget=forms.TextInput(attrs={"aria-label": label, "autocomplete": "off"}),
                )  # fmt: skip
            found.append((written, count, name))
        if found:
            self.sections.append(Section(part, column, tuple(found), column.word_count > len(column.words)))

    def rows(self) -> list[dict[str, Any]]:
        """Sections with their bound fields."""
        return [
            {
                "section": one, "is_age": one.part == "age_band", "is_place": one.part == "place",
                "words": [(shown, count, self[name]) for shown, count, name in one.words],
            }
            for one in self.sections
        ]  # fmt: skip

    def nothings(self) -> list[Any]:
        return [self[kind.value] for kind in NOTHINGS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["values"] = {}
        for section in self.sections:
            values = {shown: given.get(name, "") for shown, _count, name in section.words}
            given["values"][section.part] = {word: meant for word, meant in values.items() if meant}
            if section.part == "age_band":
                for _shown, _count, name in section.words:
                    if given.get(name) and age_band(given[name]) is None:
                        self.add_error(name, gettext("A band of ages, such as 30-34 or 80+."))
        return given
