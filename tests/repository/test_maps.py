"""Every member of an enum is in every map keyed by it; where a map is meant for some of them only, it is named here."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

from django.utils.functional import Promise

import throughline

# Maps for some members only, and why the others are never looked up in them. The example's parameters are not here:
# it simulates what it likes.
FOR_SOME = {
    "evaluation.questions.attitudes.PAIR": "later moments that a pair can end at; before is its start",
    "evaluation.questions.recording.COLUMNS": "steps told of each contact; the contact itself is the denominator",
    "exchange.contacts_csv.header_words.HEADERS": "meanings that a header can be guessed from",
    "exchange.contacts_csv.header_words.WORDS": "meanings that cells can be guessed from",
    "exchange.project.marks.KINDS": "memos that travel as sets of their own",
    "exchange.project.beside._KINDS": "memos that travel as sets of their own",
    "exchange.refi.placing._REASONS": "why offsets have no place; other words are told apart from them",
    "exchange.transcript.container._KEPT": "formats that are archives",
    "exchange.transcript.speakers._WEAK_SHARE": "styles that are believed only where they recur",
    "exchange.xlsform.choosing._NAMED": "kinds of nothing that a form can offer as a choice",
    "exchange.xlsform.submission.MOMENTS": "types of question whose answers are moments",
    "methods.funnel.DENOMINATORS[<Funnel.CONTACTS: 'contacts'>]": "coming back is asked of clients, not of contacts",
    "reporting.funnel_left.COLUMN": "steps whose column is not called as they are",
    "rules.approaches.ON_REQUEST": "approaches in which something is off until it is asked for",
    "web.imports.word_forms._CLOSED": "meanings whose words come from a list that no programme extends",
    "web.inquiry.approach.words.SWITCHES": "uses that can be asked for",
    "web.surveys.words.SCOPES": "recording is asked for in an interview, not in a survey",
    "web.study.words.IMPUTED": "what was not applicable is never drawn",
    "web.words.SHARING_BASES": "bases that somebody can choose; one that a file did not tell is shown as nothing",
}


def _is_keyed(held: Any) -> bool:
    keys = list(held) if isinstance(held, dict) else []
    return (
        len(keys) > 1 and all(isinstance(key, Enum) for key in keys) and len({type(key) for key in keys}) == 1
    )


def _written_in(module: ModuleType) -> list[str]:
    """The names that a module gives at its top, not those that it takes from another."""
    top = ast.parse(Path(inspect.getfile(module)).read_text()).body
    given = [
        one.targets if isinstance(one, ast.Assign) else [one.target]
        for one in top
        if isinstance(one, ast.Assign | ast.AnnAssign)
    ]
    return [target.id for targets in given for target in targets if isinstance(target, ast.Name)]


def _maps() -> Iterator[tuple[str, dict[Enum, Any]]]:
    """Every map of the package that is keyed by one enum, also one step inside another map."""
    for found in pkgutil.walk_packages(throughline.__path__, "throughline."):
        if ".migrations." in found.name or found.name.endswith(".__main__"):
            continue
        module = importlib.import_module(found.name)
        for name in _written_in(module):
            held = vars(module).get(name)
            inner = held.items() if isinstance(held, dict) else ()
            for place, one in (("", held), *((f"[{key!r}]", one) for key, one in inner)):
                if _is_keyed(one):
                    yield f"{found.name.removeprefix('throughline.')}.{name}{place}", one


@functools.cache
def maps() -> dict[str, dict[Enum, Any]]:
    return dict(_maps())


def test_maps_are_found() -> None:
    assert {"reporting.field_words.ROUTES", "web.words.DOORS", "rules.roles.ROLES"} <= set(maps())


def test_every_member_is_in_every_map_keyed_by_it() -> None:
    missing = {
        name: absent
        for name, one in maps().items()
        if name not in FOR_SOME
        and not name.startswith("example.")
        and (absent := [member.name for member in type(next(iter(one))) if member not in one])
    }
    assert not missing, f"add the members, or say in FOR_SOME why they are never looked up: {missing}"


def test_no_map_is_excused_that_is_whole_or_gone() -> None:
    stale = {
        name
        for name in FOR_SOME
        if name not in maps() or set(type(next(iter(maps()[name])))) == set(maps()[name])
    }
    assert not stale, stale


def test_every_word_that_people_see_says_something() -> None:
    shown = {name: one for name, one in maps().items() if ".words." in name or ".field_words." in name}
    blank = [
        name
        for name, one in shown.items()
        if any(isinstance(word, str | Promise) and not str(word).strip() for word in one.values())
    ]
    assert len(shown) > 20 and not blank, blank
