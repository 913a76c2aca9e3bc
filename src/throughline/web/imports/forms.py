"""Forms of an import: the file, how it is read, what each column means, what words stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from throughline.exchange.contacts_csv.choices import Choices, ColumnChoice
from throughline.exchange.contacts_csv.choices import Meaning as M
from throughline.exchange.contacts_csv.guess import Guess, Offered
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.profile import ColumnProfile, TableProfile
from throughline.records.programme.actions.imports import MAPPING_NAME
from throughline.web.imports.state import About
from throughline.web.words import ROUTES, choices

MOST_COLUMNS = 150
MEANINGS: tuple[tuple[Promise, tuple[tuple[M, Promise], ...]], ...] = (
    (_("The row"), ((M.ID, _("part of the row's number")), (M.DATE, _("date")), (M.TIME, _("time")), (M.AT, _("date and time")))),
    (_("The contact"), (
        (M.SITE, _("site")), (M.ROUTE, _("route")), (M.PLACE, _("place")), (M.MODE, _("way of contact")),
        (M.WHO_SPOKE, _("who spoke")), (M.NEWNESS, _("new or returning")), (M.DURATION, _("duration")),
        (M.ON_BEHALF_OF, _("for how many others")), (M.TALLY, _("how many contacts the row counts")),
    )),
    (_("The person"), (
        (M.CODE, _("client code")), (M.INITIALS, _("initials, or a name whose first letter counts")),
        (M.BORN, _("date of birth")), (M.SEX, _("sex, as the code has it")),
    )),
    (_("Needs"), (
        (M.NEED, _("needs, as words")), (M.URGENCY, _("how urgent")), (M.ACTION, _("what was done")),
        (M.BARRIER, _("barriers, as words")),
    )),
)  # fmt: skip
DELIMITERS = [
    ("", _("as found")), (",", _("comma")), (";", _("semicolon")), ("tab", _("tab")), ("|", _("upright line")),
]  # fmt: skip
ENCODINGS = [
    ("", _("as found")), ("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16"),
    ("iso-8859-15", "ISO 8859-15"), ("cp437", _("DOS (437)")), ("cp850", _("DOS (850)")), ("cp1250", "Windows-1250"),
    ("mac_roman", "Macintosh"),
]  # fmt: skip


class FileForm(forms.Form):
    """A file, and the mapping of last month."""

    file = forms.FileField(
        label=_("Spreadsheet or CSV"), allow_empty_file=True,
        help_text=_("XLSX, XLS, ODS or CSV; up to 64 MB and about 200,000 rows. Nothing is kept by this step."),
    )  # fmt: skip
    mapping = forms.ChoiceField(
        label=_("Its columns"), required=False,
        help_text=_("A mapping that was kept; what it says is shown and can be changed."),
    )  # fmt: skip

    def __init__(self, *args: Any, names: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [(name, gettext("as “%(name)s” says") % {"name": name}) for name in names]
        self.fields["mapping"].choices = [("", _("are new: guess them")), *kept]  # type: ignore[attr-defined]  # a choice field
        if not kept:
            self.fields["mapping"].widget = forms.HiddenInput()


class TableForm(forms.Form):
    """How the file is read. Only what the file can have is asked."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_line = forms.IntegerField(
        label=_("Line of the header"), min_value=1, max_value=10_000,
        help_text=_("The line that names the columns. What stands above it is not read."),
    )  # fmt: skip
    merged = forms.ChoiceField(
        label=_("Merged cells"), widget=forms.RadioSelect,
        choices=[
            ("fill", _("Fill them: every cell of a merged area means what stands in it")),
            ("refuse", _("Reject the rows that they reach into")),
        ],
    )  # fmt: skip
    delimiter = forms.ChoiceField(label=_("What stands between cells"), choices=DELIMITERS, required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)

    def __init__(self, *args: Any, about: About | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if about is None:
            for name in ("sheet", "header_line", "merged"):
                del self.fields[name]
            return
        self.fields["sheet"].choices = [(name, name) for name in about.sheets]  # type: ignore[attr-defined]  # a choice field
        if len(about.sheets) < 2:
            del self.fields["sheet"]
        if not about.merged:
            del self.fields["merged"]
        if about.is_spreadsheet:
            del self.fields["delimiter"], self.fields["encoding"]


def _value(meaning: M, of: str = "") -> str:
    return f"{meaning.value}|{of}" if of else meaning.value


def meaning_choices(offered: Offered) -> list[Any]:
    """All that a column can mean, in groups."""
    groups: list[Any] = [(M.LEFT_OUT.value, _("leave out"))]
    groups += [(head, [(_value(meaning), label) for meaning, label in rows]) for head, rows in MEANINGS]
    many = (
        (_("Given: items"), M.ITEM, offered.items, "%(name)s"), (_("Given: kits"), M.KIT, offered.kits, "%(name)s"),
        (_("Brought back"), M.RETURNED_ITEM, offered.items, gettext("%(name)s, brought back")),
        (_("Brought back: kits"), M.RETURNED_KIT, offered.kits, gettext("%(name)s, brought back")),
        (_("Told or not"), M.DISCLOSURE, offered.topics, gettext("told: %(name)s")),
        (_("A need, yes or no"), M.NEED_IS, offered.domains, gettext("need: %(name)s")),
        (_("A barrier, yes or no"), M.BARRIER_IS, offered.barriers, gettext("barrier: %(name)s")),
    )  # fmt: skip
    for head, meaning, names, shown in many:
        if names:
            groups.append(
                (head, [(_value(meaning, key), shown % {"name": label}) for key, label in names.items()])
            )
    return groups


class ColumnsForm(forms.Form):
    """What each column means; and what holds for all rows where no column says it."""

    site = forms.ChoiceField(
        label=_("Site of all rows"), required=False, help_text=_("Where no column names it.")
    )
    route = forms.ChoiceField(
        label=_("Route of all rows"), required=False, help_text=_("Where no column names it.")
    )
    place = forms.ChoiceField(label=_("Place of all rows"), required=False)

    def __init__(
        self, *args: Any, profile: TableProfile, choices_now: Choices, guesses: Sequence[Guess], offered: Offered,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        empty = ("", _("a column says it, or it is not recorded"))
        always = {
            "site": [("", _("a column says it")), *offered.sites.items()],
            "route": [("", _("a column says it")), *choices(ROUTES)],
            "place": [
                empty,
                *((code, label) for code, label in offered.places.items() if code != "not_recorded"),
            ],
        }
        for name, given in always.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]  # a choice field
            self.fields[name].initial = choices_now.always.get(name, "")
        meanings = meaning_choices(offered)
        self.usable = usable_columns(profile)
        self.lines: list[dict[str, Any]] = []
        said = {folded(choice.column): choice for choice in choices_now.columns}
        for column, guess in zip(profile.columns, guesses, strict=True):
            if column.at not in self.usable:
                continue
            choice = said.get(folded(column.name))
            initial = _value(choice.meaning, choice.of) if choice else _value(guess.meaning, guess.of)
            name = f"c{column.at}"
            self.fields[name] = forms.ChoiceField(
                label=column.name, choices=meanings, initial=initial,
                widget=forms.Select(attrs={"aria-label": gettext("What “%(name)s” means") % {"name": column.name}}),
            )  # fmt: skip
            self.lines.append({"column": column, "guess": guess, "name": name, "is_kept": choice is not None})

    def chosen(self) -> tuple[ColumnChoice, ...]:
        """Every column that was shown, left out or not, in the order of the file."""
        found = []
        for line in self.lines:
            meaning, _bar, of = self.cleaned_data[line["name"]].partition("|")
            found.append(ColumnChoice(line["column"].name, M(meaning), of))
        return tuple(found)

    def rows(self) -> list[dict[str, Any]]:
        return [line | {"field": self[line["name"]]} for line in self.lines]


def usable_columns(profile: TableProfile) -> set[int]:
    """The columns that can be named: those with a name of their own, of the first MOST_COLUMNS."""
    names = [folded(column.name) for column in profile.columns]
    named = [
        column.at
        for column, name in zip(profile.columns, names, strict=True)
        if name and names.count(name) == 1
    ]
    return set(named[:MOST_COLUMNS])


def left_over(profile: TableProfile) -> list[ColumnProfile]:
    """Columns in which something stands and that cannot be named."""
    usable = usable_columns(profile)
    return [column for column in profile.columns if column.at not in usable and column.filled]


def likely_name(filename: str, otherwise: str) -> str:
    """The file's name without what differs from month to month: digits and what stands between them."""
    stem = "".join(" " if one.isdigit() or one in "._" else one for one in PurePath(filename).stem)
    return slugify(stem)[:60].strip("-_") or otherwise


class NameForm(forms.Form):
    """By which name rows are recognised and the mapping is kept."""

    name = forms.CharField(
        label=_("Name of this kind of file"), max_length=60,
        help_text=_(
            "Rows are recognised by it when they come again, so it stays the same from month to month: small letters,"
            " digits, - and _."
        ),
    )  # fmt: skip
    is_another = forms.BooleanField(
        label=_("These are other rows of the file than those that were imported, such as another sheet"),
        required=False,
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not MAPPING_NAME.fullmatch(name):
            raise forms.ValidationError(gettext("Small letters, digits, - and _: for example harbour-log."))
        return name
