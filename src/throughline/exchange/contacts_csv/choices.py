"""What a person says of a log's columns on a page, and the mapping that this is: the same as a file says (docs/mappings.md).

A choice names a column, what it means, and what its words stand for. Nothing here holds a row: only names of columns and
words of columns that have few of them (yes, no, names of sites, routes ...).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import yaml
from pydantic import ValidationError

from throughline.exchange.contacts_csv.mapping import NONE, ContactMapping
from throughline.exchange.table.mapping import folded
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.sentences import joined


class Meaning(StrEnum):
    """What a column of a contact log can mean. Some mean it `of` something: an item, a topic, a kind of need."""

    LEFT_OUT = "left_out"
    ID = "id"
    AT = "at"
    DATE = "date"
    TIME = "time"
    SITE = "site"
    ROUTE = "route"
    PLACE = "place"
    MODE = "mode"
    WHO_SPOKE = "who_spoke"
    NEWNESS = "newness"
    DURATION = "duration"
    CODE = "code"
    INITIALS = "initials"
    BORN = "born"
    SEX = "sex"
    TALLY = "tally"
    ON_BEHALF_OF = "on_behalf_of"
    ITEM = "item"
    KIT = "kit"
    RETURNED_ITEM = "returned_item"
    RETURNED_KIT = "returned_kit"
    DISCLOSURE = "disclosure"
    NEED = "need"  # its words name needs
    NEED_IS = "need_is"  # it says yes or no of one need
    URGENCY = "urgency"
    ACTION = "action"
    BARRIER = "barrier"
    BARRIER_IS = "barrier_is"


M = Meaning
DATED = frozenset({M.AT, M.DATE, M.BORN})
TRANSLATED = frozenset(
    {
        M.SITE, M.ROUTE, M.PLACE, M.MODE, M.WHO_SPOKE, M.NEWNESS, M.DURATION, M.SEX, M.DISCLOSURE, M.NEED, M.NEED_IS,
        M.URGENCY, M.ACTION, M.BARRIER, M.BARRIER_IS,
    }
)  # fmt: skip
COUNTED = frozenset({M.TALLY, M.ON_BEHALF_OF, M.ITEM, M.KIT, M.RETURNED_ITEM, M.RETURNED_KIT})
NAMING = frozenset({M.CODE, M.INITIALS, M.BORN})  # of whose words only those that stand for nothing are kept
SEVERAL = frozenset({M.ID, M.INITIALS, M.ITEM, M.KIT, M.RETURNED_ITEM, M.RETURNED_KIT, M.DISCLOSURE, M.NEED, M.NEED_IS,
                     M.ACTION, M.BARRIER, M.BARRIER_IS, M.LEFT_OUT})  # fmt: skip
_NOTHINGS = frozenset(kind.value for kind in Nothing)
_NEEDS, _BARRIERS = (M.NEED, M.NEED_IS), (M.BARRIER, M.BARRIER_IS)
_AS_NOTHING = frozenset({M.SEX, M.ACTION, *_NEEDS, *_BARRIERS})


@dataclass(frozen=True)
class ColumnChoice:
    """One column: `words` are folded words -> what each stands for; `formats` of dates or times; see `Meaning`."""

    column: str
    meaning: Meaning
    of: str = ""
    words: dict[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    separator: str = ""


@dataclass(frozen=True)
class Choices:
    """All that is said of a log. `always`: site, route, place or time_zone of every row; `file`: as in a mapping."""

    name: str
    columns: tuple[ColumnChoice, ...] = ()
    always: dict[str, str] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=dict)

    def of(self, *meanings: Meaning) -> list[ColumnChoice]:
        return [choice for choice in self.columns if choice.meaning in meanings]

    def one(self, meaning: Meaning) -> ColumnChoice | None:
        found = self.of(meaning)
        return found[0] if found else None

    def as_plain(self) -> dict[str, Any]:
        """For JSON; `choices_from` reads it again."""
        return asdict(self)


def choices_from(plain: dict[str, Any]) -> Choices:
    columns = tuple(
        ColumnChoice(**{**one, "meaning": Meaning(one["meaning"]), "formats": tuple(one["formats"])})
        for one in plain["columns"]
    )
    return Choices(**{**plain, "columns": columns})


NO_SITE = Sentence("Say which column holds the site, or choose one site for all rows.")
NO_ROUTE = Sentence("Say which column holds the route, or choose one route for all rows.")


def check_choices(choices: Choices) -> None:
    """Invalid, with all that is missing or said twice at once, each a sentence."""
    problems = list(_problems(choices))
    if problems:
        raise Invalid(joined(problems))


def mapping_of(choices: Choices) -> ContactMapping:
    """The mapping that the choices are. Invalid where something is missing or does not go together."""
    check_choices(choices)
    try:
        return ContactMapping.model_validate(content_of(choices))
    except ValidationError as error:
        told = [str(one["msg"]).removeprefix("Value error, ") for one in error.errors(include_url=False)[:8]]
        raise Invalid(Sentence("%(problems)s", problems=". ".join(told))) from None


def yaml_of(choices: Choices) -> str:
    """The mapping as a file for the command line."""
    return yaml.safe_dump(content_of(choices), sort_keys=False, allow_unicode=True, width=110)


def content_of(choices: Choices) -> dict[str, Any]:
    """What the mapping file would hold, in its keys."""
    said: dict[str, Any] = {"name": choices.name, "kind": "contacts"}
    ids = [choice.column for choice in choices.of(M.ID)]
    nothing = {
        word: kind
        for choice in choices.of(*NAMING)
        for word, kind in choice.words.items()
        if kind in _NOTHINGS
    }
    optional = {
        "id": ids,
        "time_zone": choices.always.get("time_zone", ""),
        "file": {key: given for key, given in choices.file.items() if given},
        "nothing": nothing,
        "site": _word(choices, M.SITE),
        "when": _when(choices),
        "route": _word(choices, M.ROUTE),
        "client": _client(choices),
        "tally": _count(choices.one(M.TALLY)),
        **{one.value: _word(choices, one) for one in (M.PLACE, M.MODE, M.WHO_SPOKE, M.NEWNESS, M.DURATION)},
        "on_behalf_of": _count(choices.one(M.ON_BEHALF_OF)),
        "kit": [_kit(choices, choice) for choice in choices.of(M.ITEM, M.KIT)],
        "disclosures": [
            {"column": choice.column, "topic": choice.of, "values": {}, **_translated(choice)} for choice in choices.of(M.DISCLOSURE)
        ],
        "needs": [_need(choices, choice) for choice in choices.of(*_NEEDS)],
        "barriers": [_listed(choice) for choice in choices.of(*_BARRIERS)],
    }  # fmt: skip
    return said | {key: given for key, given in optional.items() if given}


def _word(choices: Choices, meaning: Meaning) -> Any:
    choice = choices.one(meaning)
    if choice is None:
        return choices.always.get(meaning.value, "")
    return {"column": choice.column, **_translated(choice)}


def _translated(choice: ColumnChoice) -> dict[str, Any]:
    """`values` of the words that stand for something, `nothing` of those that stand for none where these are apart."""
    values: dict[str, str] = {}
    nothing: dict[str, str] = {}
    for word, target in choice.words.items():
        is_apart = target in _NOTHINGS and (choice.meaning in _AS_NOTHING or not word)
        (nothing if is_apart else values)[word] = target
    return ({"values": values} if values else {}) | ({"nothing": nothing} if nothing else {})


def _listed(choice: ColumnChoice) -> dict[str, Any]:
    said = {"column": choice.column, "values": {}} | _translated(choice)
    return said | ({"separator": choice.separator} if choice.separator else {})


def _clock(choice: ColumnChoice) -> dict[str, Any]:
    return {"column": choice.column} | ({"format": list(choice.formats)} if choice.formats else {})


def _when(choices: Choices) -> dict[str, Any]:
    at, date, time = (choices.one(one) for one in (M.AT, M.DATE, M.TIME))
    if at is not None:
        return {"at": _clock(at)}
    found = {"date": _clock(date)} if date else {}
    return found | ({"time": _clock(time)} if time else {})


def _client(choices: Choices) -> dict[str, Any]:
    code, initials = choices.one(M.CODE), choices.of(M.INITIALS)
    if code is not None:
        return {"code": code.column}
    born, sex = choices.one(M.BORN), choices.one(M.SEX)
    if not (initials and born and sex):
        return {}
    names = [choice.column for choice in initials]
    return {"initials": names, "born": _clock(born), "sex": {"column": sex.column, **_translated(sex)}}


def _count(choice: ColumnChoice | None) -> Any:
    if choice is None:
        return ""
    nothing = {word: target for word, target in choice.words.items() if target in _NOTHINGS}
    return {"column": choice.column, "nothing": nothing} if nothing else choice.column


def _kit(choices: Choices, choice: ColumnChoice) -> dict[str, Any]:
    is_item = choice.meaning is M.ITEM
    back = choices.of(M.RETURNED_ITEM if is_item else M.RETURNED_KIT)
    returned = next((one for one in back if folded(one.of) == folded(choice.of)), None)
    said: dict[str, Any] = {"column": choice.column, choice.meaning.value: choice.of}
    numbers = {word: int(target) for word, target in choice.words.items() if target.isdecimal()}
    said |= {"values": numbers} if numbers else {}
    return said | ({"returned": _count(returned)} if returned else {})


def _need(choices: Choices, choice: ColumnChoice) -> dict[str, Any]:
    urgency = choices.one(M.URGENCY)
    actions = [{"column": one.column, **_translated(one)} for one in choices.of(M.ACTION)]
    said = _listed(choice)
    said |= {"urgency": {"column": urgency.column, **_translated(urgency)}} if urgency else {}
    return said | ({"actions": actions} if actions else {})


def _problems(choices: Choices) -> Iterator[Sentence]:
    for meaning in Meaning:
        columns = [choice.column for choice in choices.of(meaning)]
        if meaning not in SEVERAL and len(columns) > 1:
            shown = ", ".join(f"“{column[:40]}”" for column in columns[:4])
            yield Sentence(
                "%(count)s columns are said to mean the same (%(shown)s): choose one of them.",
                count=len(columns),
                shown=shown,
            )
    if not choices.of(M.AT, M.DATE):
        yield Sentence("Say which column holds the date: each contact needs one.")
    if choices.of(M.AT) and choices.of(M.DATE, M.TIME):
        yield Sentence(
            "A column of date and time stands alone: leave the other columns of dates and times out."
        )
    if choices.of(M.TIME) and not choices.of(M.DATE, M.AT):
        yield Sentence("A column of times needs a column of dates beside it.")
    for meaning, absent in ((M.SITE, NO_SITE), (M.ROUTE, NO_ROUTE)):
        if choices.one(meaning) is None and not choices.always.get(meaning.value):
            yield absent
    parts = [bool(choices.of(one)) for one in (M.INITIALS, M.BORN, M.SEX)]
    if any(parts) and not all(parts) and not choices.of(M.CODE):
        yield Sentence(
            "A client code is made of initials, date of birth and sex: one is missing. Choose it, or leave all out."
        )
    if choices.of(M.CODE) and any(parts):
        yield Sentence(
            "The client code stands in a column of its own: leave initials, date of birth and sex out."
        )
    if choices.of(M.TALLY) and (choices.of(M.CODE) or any(parts)):
        yield Sentence(
            "A tally counts several contacts and cannot carry a client code: leave one of the two out."
        )
    if choices.of(M.URGENCY, M.ACTION) and not choices.of(*_NEEDS):
        yield Sentence(
            "Urgency and what was done belong to a need: choose a column of needs, or leave them out."
        )
    for back, given in ((M.RETURNED_ITEM, M.ITEM), (M.RETURNED_KIT, M.KIT)):
        there = {folded(choice.of) for choice in choices.of(given)}
        for choice in choices.of(back):
            if folded(choice.of) not in there:
                yield Sentence(
                    "“%(column)s” counts what came back of %(name)s: choose the column of what was given, too.",
                    column=choice.column[:40], name=choice.of,
                )  # fmt: skip
    topics = [choice.of for choice in choices.of(M.DISCLOSURE)]
    if len(set(topics)) < len(topics):
        yield Sentence("A contact answers a topic once: two columns are said to hold the same topic.")


def none_of(meaning: Meaning) -> str:
    """What a word is translated to where it says that there was nothing to record."""
    return NONE if meaning in _AS_NOTHING and meaning is not M.SEX else ""
