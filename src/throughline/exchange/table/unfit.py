"""What is wrong with a part of a mapping, told in sentences: where it stands, what it is, and how to mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from throughline.exchange.table.yaml_text import YamlText
from throughline.vocabulary.errors import Sentence

_A_TEXT, _KEYS, _A_LIST = (
    Sentence("a word or a text belongs here"),
    Sentence("keys with values belong here, each as `key: value`"),
    Sentence("a list belongs here, each part after a `-`"),
)
_WHOLE, _A_DAY = Sentence("a whole number belongs here"), Sentence("a day belongs here, as 2026-02-28")
_YES_NO = Sentence("`true` or `false` belongs here")
# By the kinds of mistake that pydantic tells apart; their own places are filled in from what it says of them.
_MISTAKES: Mapping[str, Sentence] = MappingProxyType(
    {
        "missing": Sentence("this is missing"),
        "string_type": _A_TEXT,
        "string_pattern_mismatch": Sentence("letters, digits, - and _ alone can stand here"),
        "string_too_long": Sentence("this is longer than %(max_length)s characters"),
        "greater_than_equal": Sentence("a number of %(ge)s or more belongs here"),
        "too_short": Sentence("at least %(min_length)s belongs here"),
        "int_type": _WHOLE,
        "int_parsing": _WHOLE,
        "int_from_float": _WHOLE,
        "int_parsing_size": _WHOLE,
        "bool_type": _YES_NO,
        "bool_parsing": _YES_NO,
        "dict_type": _KEYS,
        "mapping_type": _KEYS,
        "model_type": _KEYS,
        "model_attributes_type": _KEYS,
        "list_type": _A_LIST,
        "tuple_type": _A_LIST,
        "frozen_set_type": _A_LIST,
        "date_type": _A_DAY,
        "date_parsing": _A_DAY,
        "date_from_datetime_parsing": _A_DAY,
        "date_from_datetime_inexact": _A_DAY,
    }
)
_QUOTED = re.compile(r"'([^']+)'")


class Unfit(ValueError):
    """What stands somewhere in a mapping cannot be used; `sentence` says why and how to mend it, without a full stop."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.english)
        self.sentence = sentence


def nearest(word: str, among: Iterable[str]) -> Sentence:
    """`did you mean ...` where something like it exists, else the choices."""
    choices = sorted(set(among))
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if close:
        return Sentence("did you mean `%(word)s`?", word=close[0])
    if not choices:
        return Sentence("there are none")
    return Sentence("there are: %(words)s", words=tuple(choices[:30]))


def told(problem: Mapping[str, Any], read: YamlText, model: type[BaseModel]) -> Sentence:
    """One of pydantic's problems, with the line and the place of the mapping that it is of."""
    path = tuple(problem["loc"])
    line = read.line_of(path[:-1] if problem["type"] == "missing" else path)
    where = ".".join(map(str, path)) or Sentence("the mapping")
    return Sentence(
        "Line %(line)s, %(where)s: %(what)s.", line=line, where=where, what=_mistake(problem, path, model)
    )


def _mistake(problem: Mapping[str, Any], path: tuple[str | int, ...], model: type[BaseModel]) -> Sentence:
    kind, context = problem["type"], problem.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, Unfit):
        return cause.sentence
    if kind == "extra_forbidden":
        near = nearest(str(path[-1]), _keys_at(model, path[:-1]))
        return Sentence("this key is not known; %(nearest)s", nearest=near)
    if kind in ("enum", "literal_error"):
        choices = _QUOTED.findall(str(context.get("expected", "")))
        near = nearest(str(problem["input"])[:40], choices)
        return Sentence("this word is not known here; %(nearest)s", nearest=near)
    if kind in _MISTAKES:
        return _MISTAKES[kind].given(**{name: one for name, one in context.items() if isinstance(one, int)})
    return Sentence("this cannot stand here (%(why)s)", why=str(problem["msg"])[:200])


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> set[str]:
    """The keys that may stand at a path, following models through tuples, unions and annotations."""
    models = {model}
    for step in path:
        if isinstance(step, int):
            continue
        fields = [m.model_fields[step].annotation for m in models if step in m.model_fields]
        models = {found for annotation in fields for found in _models_in(annotation)}
    return {name for found in models for name in found.model_fields}


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return {found for inner in getattr(annotation, "__args__", ()) for found in _models_in(inner)}
