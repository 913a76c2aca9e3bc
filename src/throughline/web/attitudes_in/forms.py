"""Forms of attitudes: how a questionnaire is scored, a file that is sent, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from throughline.exchange.answers.guess import FORMATS
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.profile import TableProfile
from throughline.records.programme.models import Site
from throughline.records.workforce.models import AttitudeScale
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey, Subscale
from throughline.vocabulary.errors import Invalid
from throughline.web.answers_in.forms import MOST_COLUMNS, MOST_WORDS, NOTHING_WORDS, SHOWN
from throughline.web.answers_in.said import NOTHINGS
from throughline.web.attitudes_in.said import WORDED, begun, guesses, known_words, strange_words
from throughline.web.request import words_of
from throughline.web.words import Words, to_choose

ROWS = 8  # of subscales; a key with more is a file's
_RANGE = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?\Z")
GROUPS: Words = {
    AttitudeGroup.OFFICER: _("officer"),
    AttitudeGroup.WORKER: _("worker"),
    AttitudeGroup.OTHER: _("other"),
}
MOMENTS: Words = {
    Moment.BEFORE: _("before"),
    Moment.AFTER: _("after"),
    Moment.FOLLOW_UP: _("follow-up"),
}
LABELS = {
    "site": (_("Site, by the column"), _("One site for all rows")),
    "group": (_("Officer, worker or other, by the column"), _("One group for all rows")),
    "moment": (_("Before, after or follow-up, by the column"), _("One moment for all rows")),
}
NOBODY = {"site": _("no site: its rows are rejected"), "group": _("its rows are rejected"), "moment": _("its rows are rejected")}  # fmt: skip


def numbers_in(text: str) -> tuple[int, ...]:
    """`1-3, 7` -> 1, 2, 3, 7. ValueError for what is none."""
    found: list[int] = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        told = _RANGE.match(part)
        if told is None:
            raise ValueError(part)
        found += range(int(told[1]), int(told[2] or told[1]) + 1)
    return tuple(found)


class ScaleForm(forms.Form):
    """A scoring key, subscale by subscale; or the file that says it."""

    file = forms.FileField(
        label=_("Or a scoring key as a file"), required=False, help_text=_("YAML, as the command line takes it. Then nothing else is needed."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the questionnaire"), max_length=40, required=False)
    lowest = forms.IntegerField(label=_("Lowest answer to an item"), required=False, initial=1)
    highest = forms.IntegerField(label=_("Highest answer"), required=False, initial=7)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(ROWS):
            self.fields[f"name_{at}"] = forms.CharField(label=_("Subscale"), max_length=40, required=False)
            self.fields[f"items_{at}"] = forms.CharField(label=_("Its items"), max_length=400, required=False)
            self.fields[f"reversed_{at}"] = forms.CharField(label=_("Of these reversed"), max_length=400, required=False)  # fmt: skip
            self.fields[f"lower_{at}"] = forms.BooleanField(label=_("Lower is better"), required=False)
            self.fields[f"miss_{at}"] = forms.IntegerField(label=_("May be missing"), required=False, min_value=0)  # fmt: skip

    def subscales(self) -> Iterator[list[Any]]:
        for at in range(ROWS):
            yield [self[f"{name}_{at}"] for name in ("name", "items", "reversed", "lower", "miss")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("file") or self.errors:
            return given
        if not given.get("name"):
            self.add_error("name", gettext("Say how the questionnaire is called."))
        found = [
            self._subscale(at, given)
            for at in range(ROWS)
            if given.get(f"name_{at}") or given.get(f"items_{at}")
        ]
        if self.errors:
            return given
        try:
            given["key"] = ScoringKey(
                given["lowest"] or 0, given["highest"] or 0, tuple(one for one in found if one is not None)
            )
        except Invalid as refusal:
            raise forms.ValidationError(words_of(refusal.sentence)) from None
        return given

    def _subscale(self, at: int, given: dict[str, Any]) -> Subscale | None:
        numbers = {}
        for name in ("items", "reversed"):
            try:
                numbers[name] = numbers_in(given.get(f"{name}_{at}") or "")
            except ValueError:
                self.add_error(f"{name}_{at}", gettext("Numbers with commas between: 1-4, 7."))
                return None
        try:
            return Subscale(
                given.get(f"name_{at}") or "", numbers["items"], numbers["reversed"], not given.get(f"lower_{at}"),
                given.get(f"miss_{at}") or 0,
            )  # fmt: skip
        except Invalid as refusal:
            self.add_error(f"name_{at}", words_of(refusal.sentence))
            return None


class SendForm(forms.Form):
    """A file, and which questionnaire it holds answers to."""

    scale = forms.ModelChoiceField(AttitudeScale.objects.none(), label=_("Questionnaire"), empty_label=None)
    file = forms.FileField(
        label=_("Answers"), allow_empty_file=True,
        help_text=_("CSV, XLSX or another spreadsheet; a row is one questionnaire of one person. Nothing is kept by this step."),
    )  # fmt: skip
    mapping = forms.FileField(label=_("A mapping file"), required=False, help_text=_("YAML, as the command line takes it; without one, columns are said on the next page."))  # fmt: skip

    def __init__(self, *args: Any, scales: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scale"].queryset = scales  # type: ignore[attr-defined]  # a ModelChoiceField


class EraseForm(forms.Form):
    """Who wants their questionnaires destroyed, found by their own label."""

    site = forms.ModelChoiceField(Site.objects.none(), label=_("Site"))
    group = forms.TypedChoiceField(label=_("As which they answered"), choices=to_choose(GROUPS), coerce=AttitudeGroup)  # fmt: skip
    label = forms.CharField(label=_("What they wrote as their label"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))  # fmt: skip

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]  # a ModelChoiceField


class ColumnsForm(forms.Form):
    """What the columns mean: begun with what was said before, else with guesses."""

    day = forms.DateField(label=_("One day for all rows"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))  # fmt: skip

    def __init__(
        self, *args: Any, profile: TableProfile, scale: AttitudeScale, mapping: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._scale, self._words = scale, dict[str, dict[int, str]]()
        names = list(dict.fromkeys(one.name for one in profile.columns[:MOST_COLUMNS] if one.name))
        columns = [("", _("none")), *((one, one[:SHOWN]) for one in names)]
        self.initial = begun(mapping) if mapping else guesses(profile, scale)
        for what, (by_column, for_all) in LABELS.items():
            self._choice(f"{what}_column", by_column, columns)
            known = known_words(what, scale)
            self._choice(what, for_all, [("", _("said by a column")), *self._shown(what, known)])
            column = str((self.data if self.is_bound else self.initial).get(f"{what}_column") or "")
            self._words[what] = dict(enumerate(strange_words(profile, column, known)[:MOST_WORDS]))
            for at, word in self._words[what].items():
                told = [("", NOBODY[what]), *self._shown(what, known)]
                self._choice(f"{what}_{at}", gettext("“%(word)s” is") % {"word": word[:SHOWN]}, told)
                self.initial[f"{what}_{at}"] = (
                    self.initial.get("words", {}).get(what, {}).get(folded(word), "")
                )
        self._choice("day_column", _("Day on which it was filled in, by the column"), columns)
        self._choice("format", _("Days are written"), [("", _("not said yet")), *((one, one) for one in FORMATS)])  # fmt: skip
        self._choice(
            "label", _("What links one person's before and after, by the column"), columns,
            _("A label of the person's own. Of it a keyed hash is kept, and nothing else."),
        )  # fmt: skip
        self._choice("course", _("The course of a training, by the column"), columns)
        self._choice("trained_on", _("The day of that training, by the column"), columns)
        self.fields["items"] = forms.CharField(
            label=_("What stands before an item's number in the headers"), max_length=60, required=False, strip=False,
            help_text=_("item_ where the columns are item_1, item_2 and so on."),
        )  # fmt: skip
        for at, one in enumerate(scale.scoring.subscales):
            self.initial[f"score_{at}"] = self.initial["scores"].get(one.name, "")
            self._choice(
                f"score_{at}", gettext("Score of %(name)s, by the column") % {"name": one.name}, columns
            )
        for kind in NOTHINGS:
            self.fields[kind.value] = forms.CharField(label=NOTHING_WORDS[kind], required=False, max_length=200)  # fmt: skip

    def _choice(self, name: str, label: Any, choices: list[Any], hint: Any = "") -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False, help_text=hint)

    def _shown(self, what: str, known: list[str]) -> list[tuple[str, Any]]:
        words: Any = {"group": GROUPS, "moment": MOMENTS}.get(what, {})
        return [(one, words.get(one, one)) for one in known]

    def worded(self) -> Iterator[dict[str, Any]]:
        """Site, group and moment: the column, the one word for all, and words to translate."""
        for what in WORDED:
            words = [self[f"{what}_{at}"] for at in self._words[what]]
            yield {"column": self[f"{what}_column"], "always": self[what], "words": words}

    def scores(self) -> list[Any]:
        return [self[f"score_{at}"] for at in range(len(self._scale.scoring.subscales))]

    def nothings(self) -> list[Any]:
        return [self[kind.value] for kind in NOTHINGS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for what in WORDED:
            if not given.get(what) and not given.get(f"{what}_column"):
                self.add_error(f"{what}_column", gettext("Say it by a column, or choose one for all rows."))
            given[f"{what}_words"] = {
                word: given.get(f"{what}_{at}", "") for at, word in self._words[what].items()
            }
        if not given.get("day") and not given.get("day_column"):
            self.add_error(
                "day_column", gettext("Say when they were filled in: by a column, or one day for all.")
            )
        if (given.get("day_column") or given.get("trained_on")) and not given.get("format"):
            self.add_error(
                "format", gettext("These days can be read in more than one way. Say how they are written.")
            )
        if bool(given.get("course")) != bool(given.get("trained_on")):
            self.add_error("trained_on", gettext("A training is named by its course and its day together."))
        subscales = self._scale.scoring.subscales
        given["scores"] = {one.name: given[f"score_{at}"] for at, one in enumerate(subscales) if given.get(f"score_{at}")}  # fmt: skip
        return given
