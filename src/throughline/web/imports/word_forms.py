"""The form of words: what each word of a column stands for, in which order dates are, what parts several words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from throughline.exchange.contacts_csv.choices import (
    COUNTED,
    DATED,
    NAMING,
    TRANSLATED,
    Choices,
    ColumnChoice,
    none_of,
)
from throughline.exchange.contacts_csv.choices import Meaning as M
from throughline.exchange.contacts_csv.guess import Offered, guessed_words, pieces_of, separator_of
from throughline.exchange.contacts_csv.header_words import NAMELESS
from throughline.exchange.table.dates import Order, time_formats
from throughline.exchange.table.mapping import folded, pattern_of
from throughline.exchange.table.profile import ColumnProfile, TableProfile
from throughline.vocabulary.nothing import Nothing
from throughline.web.templatetags.throughline_ui import NOTHING_WORDS
from throughline.web.words import (
    ACTIONS,
    ANSWERS,
    DURATIONS,
    MODES,
    NEWNESS,
    ROUTES,
    URGENCIES,
    WHO_SPOKE,
    choices,
)

MOST_FIELDS = 800  # in one form
EXAMPLE = datetime(2026, 3, 14, 21, 5)  # noqa: DTZ001 - shows how a format is written
_SEVERAL = (M.NEED, M.BARRIER)
_SIGNS = [("", _("a cell holds one")), (",", ","), (";", ";"), ("/", "/"), ("+", "+"), ("|", "|")]
_CLOSED: dict[M, Any] = {
    M.ROUTE: ROUTES, M.MODE: MODES, M.WHO_SPOKE: WHO_SPOKE, M.NEWNESS: NEWNESS, M.DURATION: DURATIONS,
    M.DISCLOSURE: ANSWERS, M.URGENCY: URGENCIES,
}  # fmt: skip


@dataclass
class Section:
    """One column of the form: its words with their fields, and what is told of its dates."""

    column: ColumnProfile
    choice: ColumnChoice
    words: list[tuple[str, str, int, str]] = field(
        default_factory=list
    )  # folded, as written, cells, field's name
    separator: str = ""
    more_words: int = 0
    forms: list[tuple[str, int]] = field(
        default_factory=list
    )  # an example of each format, and cells that follow it
    either: int = 0
    strange: int = 0
    day_counts: int = 0
    only: tuple[int, int] = (0, 0)
    early: int = 0
    has_short_years: bool = False
    is_swapped: bool = False
    order_field: str = ""


class WordsForm(forms.Form):
    """A select for each word that has to be said, a question for dates that could be either."""

    def __init__(
        self, *args: Any, profile: TableProfile, choices_now: Choices, orders: Mapping[str, str], offered: Offered,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.sections: list[Section] = []
        for choice in choices_now.columns:
            column = profile.named(choice.column)
            if column is None or choice.meaning is M.LEFT_OUT:
                continue
            section = Section(column, choice)
            if choice.meaning in DATED:
                self._ask_dates(section, orders.get(choice.column, ""))
            self._ask_words(section, offered)
            if section.words or section.forms or section.strange or section.separator:
                self.sections.append(section)

    def _ask_dates(self, section: Section, order: str) -> None:
        dates = section.column.dates
        section.forms = [
            (example_of(form), count) for form, count in sorted(dates.only.items(), key=lambda one: -one[1])
        ]
        pairs = dates.same if not dates.either else dates.same | dates.either
        section.either = sum(dates.either.values())
        same = sum(dates.same.values())
        if same and pairs:
            section.forms.append((gettext("day and month are the same number"), same))
        section.strange, section.day_counts = dates.strange, dates.day_counts
        section.only = (dates.only_in(Order.DAY_FIRST), dates.only_in(Order.MONTH_FIRST))
        section.is_swapped = dates.is_likely_swapped
        section.has_short_years = dates.has_short_years and section.choice.meaning is M.BORN
        if section.choice.meaning is not M.BORN:
            section.early = sum(count for year, count in dates.years.items() if year < 1990)
        if dates.is_to_be_asked:
            is_evident = min(section.only) == 0 < max(section.only)
            section.order_field = f"o{section.column.at}"
            self.fields[section.order_field] = forms.ChoiceField(
                label=_("What comes first in dates that could be either"), widget=forms.RadioSelect,
                choices=[(Order.DAY_FIRST.value, _("the day: 03/04/2026 is 3 April")),
                         (Order.MONTH_FIRST.value, _("the month: 03/04/2026 is 4 March"))],
                initial=order or (dates.evident.value if is_evident else None),
            )  # fmt: skip

    def _ask_words(self, section: Section, offered: Offered) -> None:
        column, choice = section.column, section.choice
        words = column.words
        if choice.meaning in _SEVERAL:
            section.separator = f"s{column.at}"
            sign = choice.separator if choice.words or choice.separator else separator_of(column)
            self.fields[section.separator] = forms.ChoiceField(
                label=_("What parts several words in a cell"), choices=_SIGNS, required=False, initial=sign
            )
            words = pieces_of(column, self._said(section.separator, sign))
        if choice.meaning in COUNTED:
            words = {word: one for word, one in words.items() if not word.lstrip("+").isdecimal()}
        elif choice.meaning in NAMING:
            words = {word: one for word, one in words.items() if word in NAMELESS}
        elif choice.meaning not in TRANSLATED:
            return
        if choice.meaning is M.DISCLOSURE and column.filled:
            words = {**words, "": (gettext("(an empty cell)"), 0)}
        room = max(MOST_FIELDS - len(self.fields), 0)
        words = dict(list(words.items())[:room])
        guesses = {} if choice.words else _guesses(column, choice, words, offered)
        targets = targets_of(choice, offered)
        for at, (word, (shown, count)) in enumerate(words.items()):
            name = f"w{column.at}-{at}"
            # An empty cell is some kind of nothing, and rejects no row.
            initial = choice.words.get(word, guesses.get(word, "" if word else Nothing.NOT_RECORDED.value))
            self.fields[name] = forms.ChoiceField(
                label=shown, required=False, choices=targets if word else _nothings(), initial=initial,
                widget=forms.Select(attrs={"aria-label": gettext("What “%(word)s” stands for") % {"word": shown}}),
            )  # fmt: skip
            section.words.append((word, shown, count, name))
        if choice.meaning in TRANSLATED and choice.meaning not in _SEVERAL:
            section.more_words = max(column.word_count - sum(1 for word in words if word), 0)

    def _said(self, name: str, otherwise: str) -> str:
        given = self.data.get(name) if self.is_bound else None
        return otherwise if given is None else given

    def rows(self) -> list[dict[str, Any]]:
        """Sections with their bound fields."""
        return [
            {
                "section": section,
                "words": [(shown, count, self[name]) for _word, shown, count, name in section.words],
                "order": self[section.order_field] if section.order_field else None,
                "separator": self[section.separator] if section.separator else None,
            }
            for section in self.sections
        ]

    def said(
        self, choices_now: Choices, orders: Mapping[str, str]
    ) -> tuple[tuple[ColumnChoice, ...], dict[str, str]]:
        """The choices with their words, formats and separators; and the orders that were chosen."""
        by_column = {folded(section.choice.column): section for section in self.sections}
        chosen, order_of = [], dict(orders)
        for choice in choices_now.columns:
            section = by_column.get(folded(choice.column))
            if section is None:
                chosen.append(ColumnChoice(choice.column, choice.meaning, choice.of, formats=choice.formats))
                continue
            words = {word: self.cleaned_data.get(name, "") for word, _shown, _count, name in section.words}
            words = {word: target for word, target in words.items() if target}
            if section.order_field:
                order_of[choice.column] = self.cleaned_data[section.order_field]
            sign = self.cleaned_data.get(section.separator, "") if section.separator else ""
            order = Order(order_of[choice.column]) if order_of.get(choice.column) else None
            formats = formats_of(choice, section.column, order)
            chosen.append(ColumnChoice(choice.column, choice.meaning, choice.of, words, formats, sign))
        return tuple(chosen), order_of


def formats_of(choice: ColumnChoice, column: ColumnProfile, order: Order | None) -> tuple[str, ...]:
    """The formats to read a column of dates or times by. Births with years of two digits are left out: of which century?"""
    if choice.meaning is M.TIME:
        return time_formats(column.time_words)
    if choice.meaning not in DATED:
        return ()
    found = column.dates.formats(order)
    if choice.meaning is M.BORN:
        found = tuple(form for form in found if "YYYY" in form or "%Y" in form)
    return found


def example_of(form: str) -> str:
    """How a date is written in a format."""
    return EXAMPLE.strftime("%Y-%m-%d" if form == "iso" else pattern_of(form))


def targets_of(choice: ColumnChoice, offered: Offered) -> list[Any]:
    """What a word of a column can stand for; the first is nothing said, which rejects its rows."""
    meaning = choice.meaning
    kinds = _nothings()
    reject = ("", _("reject these rows"))
    if meaning in _CLOSED:
        return [reject, *choices(_CLOSED[meaning])]
    if meaning in (M.ITEM, M.KIT):
        return [reject, *((str(number), str(number)) for number in range(11))]
    if meaning in NAMING:
        return [
            reject,
            *(
                (kind.value, NOTHING_WORDS[kind])
                for kind in (Nothing.NOT_RECORDED, Nothing.DECLINED, Nothing.NOT_ASKED)
            ),
        ]
    if meaning in COUNTED:
        return [reject, *kinds]
    names: dict[M, list[Any]] = {
        M.SITE: list(offered.sites.items()), M.PLACE: list(offered.places.items()),
        M.SEX: [(letter, letter) for letter in "FMX"], M.ACTION: list(choices(ACTIONS)),
        M.NEED: list(offered.domains.items()), M.BARRIER: list(offered.barriers.items()),
        M.NEED_IS: [(choice.of, _("yes, the need"))], M.BARRIER_IS: [(choice.of, _("yes, the barrier"))],
    }  # fmt: skip
    found = [reject, *names.get(meaning, [])]
    if none_of(meaning):
        found.append((none_of(meaning), _("nothing to record")))
    return found if meaning in (M.SITE, M.PLACE) else [*found, *kinds]


def _nothings() -> list[Any]:
    return [(kind.value, label) for kind, label in NOTHING_WORDS.items()]


def _guesses(
    column: ColumnProfile, choice: ColumnChoice, words: dict[str, tuple[str, int]], offered: Offered
) -> dict[str, str]:
    pieces = ColumnProfile(column.at, column.name, words=words)
    return guessed_words(pieces, choice, offered)
