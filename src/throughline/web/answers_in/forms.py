"""Forms of a file of answers: sending it, and saying what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from throughline.exchange.answers.guess import FORMATS, Guesses, code_of
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.profile import TableProfile
from throughline.records.surveys.models import KeptMapping, Wave
from throughline.vocabulary.nothing import Nothing
from throughline.web.answers_in.said import KINDS, NOTHINGS, WHO

PLAIN_KINDS = ("", "number", "text")
MOST_COLUMNS = 400
MOST_WORDS = 60
SHOWN = 60  # characters of a column's name
SOURCES = [
    ("csv", _("a plain table")), ("redcap", _("REDCap, with its data dictionary")), ("kobo", _("Kobo")), ("odk", _("ODK")),
]  # fmt: skip
KIND_WORDS = dict(
    zip(KINDS, (_("no answer: left out"), _("a number"), _("one choice"), _("several choices"), _("own words"), _("a day")), strict=True)
)  # fmt: skip
WHO_WORDS = {
    "consent": (_("Who agreed to take part, by the column"), _("Without it every row is of somebody who did.")),
    "link": (_("Who agreed to have waves linked, by the column"), _("Without it nobody's code is kept.")),
    "only": (_("Rows of this wave, by the column"), _("Of a file that holds several waves or events. The others are left out.")),
}  # fmt: skip
NOTHING_WORDS = {
    Nothing.DECLINED: _("declined"), Nothing.DONT_KNOW: _("don't know"), Nothing.NOT_APPLICABLE: _("not applicable"),
    Nothing.NOT_ASKED: _("not asked"), Nothing.NOT_RECORDED: _("not recorded"),
}  # fmt: skip


class SendForm(forms.Form):
    """A file, its wave, and who wrote it."""

    wave = forms.ModelChoiceField(Wave.objects.none(), label=_("Wave"), empty_label=None)
    source = forms.ChoiceField(
        label=_("The file is from"), choices=SOURCES, widget=forms.RadioSelect, initial="csv"
    )
    file = forms.FileField(
        label=_("Answers"), allow_empty_file=True,
        help_text=_("CSV, XLSX or another spreadsheet, with questions' names as headers. Nothing is kept by this step."),
    )  # fmt: skip
    dictionary = forms.FileField(
        label=_("Data dictionary"), required=False, help_text=_("Of REDCap: CSV, from Project Setup, Data Dictionary.")
    )  # fmt: skip
    kept = forms.ModelChoiceField(
        KeptMapping.objects.none(), label=_("Its columns"), required=False, empty_label=_("said on the next page"),
        help_text=_("A mapping that was kept; what it says is shown and can be changed."),
    )  # fmt: skip
    mapping = forms.FileField(label=_("Or a mapping file"), required=False, help_text=_("YAML, as the command line takes it."))  # fmt: skip

    def __init__(self, *args: Any, waves: Any, kept: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wave: Any = self.fields["wave"]
        wave.queryset, wave.label_from_instance = waves, lambda one: f"{one.study.title}: {one.code}"
        field: Any = self.fields["kept"]
        field.queryset, field.label_from_instance = kept, lambda one: one.name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kept = given.get("kept")
        source = given.get("source") if kept is None else kept.content.get("source")
        if source == "redcap" and not given.get("dictionary") and not given.get("mapping"):
            self.add_error("dictionary", gettext("REDCap's dictionary says what was asked: choose it, too."))
        return given


class ColumnsForm(forms.Form):
    """What the columns mean: guesses, or what a mapping said."""

    name = forms.CharField(
        label=_("Name of this mapping"), max_length=60, help_text=_("Small letters, digits, - and _. It is kept for the next file.")
    )  # fmt: skip
    site = forms.ChoiceField(label=_("One site for all rows"), required=False)
    day = forms.DateField(
        label=_("One day for all rows"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )  # fmt: skip

    def __init__(
        self, *args: Any, profile: TableProfile, mapping: dict[str, Any], guesses: Guesses, sites: list[str], asks: bool, name: str,
        elements: Iterable[str] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self._sites, self._profile, self._elements = sites, profile, frozenset(elements)
        names = list(dict.fromkeys(one.name for one in profile.columns[:MOST_COLUMNS] if one.name))
        columns = [("", _("none")), *((one, one[:SHOWN]) for one in names)]
        self.fields["site"].choices = [("", _("said by a column")), *((one, one) for one in sites)]  # type: ignore[attr-defined]  # a ChoiceField
        self._choice("site_column", _("Site, by the column"), columns)
        self._choice("day_column", _("Day of the answers, by the column"), columns)
        self._choice(
            "format", _("Days are written"), [("", _("not said yet")), *((one, one) for one in FORMATS)]
        )
        self.fields["id"] = forms.MultipleChoiceField(
            label=_("What names a row"), required=False, choices=columns[1:],
            help_text=_("Columns by which a row is known when its file comes again. None: as the kind of file says, else the whole row."),
        )  # fmt: skip
        for who, (label, hint) in WHO_WORDS.items():
            self._choice(who, label, columns, hint)
            self.fields[f"{who}_words"] = forms.CharField(
                label=_("where it says"), required=False, max_length=200, help_text=_("Words with commas between: yes, 1")
            )  # fmt: skip
        for kind in NOTHINGS:
            self.fields[kind.value] = forms.CharField(
                label=NOTHING_WORDS[kind], required=False, max_length=200
            )
        self._kinds = names if asks else []
        for at, one in enumerate(self._kinds):
            # Words of an element never become choices, which a mapping keeps.
            kinds = [
                (kind, words)
                for kind, words in KIND_WORDS.items()
                if kind in PLAIN_KINDS or not self._is_element(one)
            ]
            self._choice(f"kind_{at}", one[:SHOWN], kinds)
        self.initial = self._begun(mapping, guesses, name) | dict(self.initial)
        self._add_words(mapping)

    def _is_element(self, column: str) -> bool:
        return bool({column, code_of(column)} & self._elements)

    def _choice(self, name: str, label: Any, choices: Iterable[Any], hint: Any = "") -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=list(choices), required=False, help_text=hint
        )

    def _begun(self, mapping: dict[str, Any], guesses: Guesses, name: str) -> dict[str, Any]:
        """What was said, else what is guessed."""
        site, answered = mapping.get("site"), mapping.get("answered")
        told: dict[str, Any] = {"name": mapping.get("name", name)}
        told |= (
            {"site": site}
            if isinstance(site, str)
            else {"site_column": (site or {}).get("column", guesses.site)}
        )
        if isinstance(answered, dict):
            written = answered.get("format", "iso")
            told |= {
                "day_column": answered["column"],
                "format": written if isinstance(written, str) else written[0],
            }
        elif answered:
            told["day"] = date.fromisoformat(str(answered))
        else:
            told |= {"day_column": guesses.day, "format": guesses.format}
        is_new = "site" not in mapping
        guess_id = guesses.id if is_new and mapping.get("source", "csv") == "csv" else ""
        own = mapping.get("id", [guess_id] if guess_id else [])
        told["id"] = [own] if isinstance(own, str) else own
        for who in WHO:
            was = mapping.get(who)
            guess = {"consent": guesses.consent, "link": guesses.link}.get(who, "")
            told |= (
                {who: was["column"], f"{who}_words": _joined(was["words"])}
                if was
                else {who: guess if is_new else ""}
            )
            if not was and told[who]:
                told[f"{who}_words"] = "yes, 1"
        for kind in NOTHINGS:
            words = [str(word) for word, of in mapping.get("nothing", {}).items() if of == kind.value]
            told[kind.value] = ", ".join(words)
        asked = {one.get("column"): one.get("kind", "number") for one in mapping.get("questions", ())}
        kinds = guesses.kinds if "questions" not in mapping else asked
        return told | {f"kind_{at}": kinds.get(one, "") for at, one in enumerate(self._kinds)}

    def _add_words(self, mapping: dict[str, Any]) -> None:
        """Words of the column of sites that are no site's name, to be translated."""
        name = str((self.data.get("site_column") if self.is_bound else self.initial.get("site_column")) or "")
        column = self._profile.named(name) if name else None
        was = mapping.get("site")
        before = {
            folded(str(word)): one
            for word, one in (was.get("values", {}) if isinstance(was, dict) else {}).items()
        }
        there = {folded(site) for site in self._sites}
        words = (
            []
            if column is None
            else [(key, shown) for key, (shown, _n) in column.words.items() if key not in there]
        )
        self._words = dict(enumerate(words[:MOST_WORDS]))
        for at, (key, shown) in self._words.items():
            told = [("", _("no site: its rows are rejected")), *((one, one) for one in self._sites)]
            self._choice(f"word_{at}", gettext("“%(word)s” is") % {"word": shown[:SHOWN]}, told)
            self.initial[f"word_{at}"] = before.get(key, "")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("site") and not given.get("site_column"):
            self.add_error(
                "site_column", gettext("Say at which site people answered: by a column, or one for all.")
            )
        if not given.get("day") and not given.get("day_column"):
            self.add_error(
                "day_column", gettext("Say when people answered: by a column, or one day for all.")
            )
        if given.get("day_column") and not given.get("format"):
            self.add_error(
                "format", gettext("These days can be read in more than one way. Say how they are written.")
            )
        for who in WHO:
            if given.get(who) and not given.get(f"{who}_words"):
                self.add_error(f"{who}_words", gettext("Say which words mean that they did."))
        given["words"] = {shown: given.get(f"word_{at}", "") for at, (_key, shown) in self._words.items()}
        if self._kinds:
            given["kinds"] = {one: given.get(f"kind_{at}", "") for at, one in enumerate(self._kinds)}
            if not any(given["kinds"].values()):
                raise forms.ValidationError(
                    gettext("No column is an answer. Say of what kind at least one is.")
                )
        return given

    def words(self) -> list[Any]:
        return [self[f"word_{at}"] for at in self._words]

    def who(self) -> list[tuple[Any, Any]]:
        return [(self[who], self[f"{who}_words"]) for who in WHO]

    def nothings(self) -> list[Any]:
        return [self[kind.value] for kind in NOTHINGS]

    def kinds(self) -> list[dict[str, Any]]:
        """Each column with the first of what stands in it."""
        found = []
        for at, one in enumerate(self._kinds):
            column = self._profile.named(one)
            cells = [
                row.cells[column.at] for row in self._profile.shown if column and column.at < len(row.cells)
            ]
            is_element = self._is_element(one)
            samples = [] if is_element else list(dict.fromkeys(filter(None, cells)))[:3]
            told = {"name": one, "field": self[f"kind_{at}"], "samples": samples, "is_element": is_element}
            found.append(told)
        return found


def _joined(words: Any) -> str:
    return str(words) if isinstance(words, str | int) else ", ".join(str(word) for word in words)
