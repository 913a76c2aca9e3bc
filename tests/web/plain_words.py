"""What of a page is in plain letters: read or heard, and neither data nor translated (see pseudo.py)."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import Path
from pkgutil import walk_packages
from typing import Any
from zoneinfo import available_timezones

from django.apps import apps
from django.db.models import CharField, TextField
from tests.web.pseudo import FORMS

import throughline.vocabulary
from throughline.records.accounts.models import Account

MARKS = dict.fromkeys(map(ord, FORMS), " ")
TESTS = Path(__file__).resolve().parents[1]
# What these write is data, too: files that come in, answers, texts, results made by hand.
FIXTURES = (
    "cast.py", "web/world.py", "web/about.py", "functional/imported.py", "functional/sent.py", "functional/evaluated.py",
    "functional/shelf.py", "records/surveys_made.py", "records/linking_made.py", "exchange/answers/responses.py",
    *(f"reporting/{path.name}" for path in (TESTS / "reporting").glob("made*.py")),
)  # fmt: skip
SPOKEN = {"alt", "title", "aria-label", "placeholder", "label", "data-label", "data-offline", "data-failed"}
SILENT = {"script", "style", "code", "kbd", "pre"}
WORD = re.compile(r"[A-Za-z]{2,}")
# The same in every language: the product's name, ids, addresses, days, names of files, of formats and of methods, units.
SAME = re.compile(
    r"%\(\w+\)s|Throughline|https?://\S+|(?<!\w)/[\w/.-]+|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b[0-9A-Fa-f]{6,}\b"
    r"|\b[a-z_0-9]+\.[a-z_0-9.]+/\d+|\b\d{4}-\d\d(?:-\d\dT[\d:.]+\w*)?|\b[YMD]+([-/. ])[YMDon]+\1[YMD]+\b"
    r"|\b[\w-]+\.(?:csv|xlsx|json|html|docx|pdf|md|txt|zip|xml|qd[ce]|qdpx|parquet|yaml|dta)\b"
    r"|\b(?:CSV|XLSX?|JSON|HTML|PDF|MB|kB|GB|UTC|SD|CI|REFI-QDA|XLSForm|XForm|QualCoder|Macintosh|UTF-\d+|Windows-\d+|ISO|Taguette|VTT|SRT|iso|SHA-256)\b"
    r"|\b(?:en|fr)\b"
)


METHOD = re.compile(
    r"\b[a-z_][a-z_0-9]*(?:\.[a-z_0-9]+)*/\d+\b"
)  # the id and version of a method or question


class Visible(HTMLParser):
    """Collects each piece of text that is read or heard."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.silent = 0
        self.is_for_island = False  # what a script on the page says

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.is_for_island = tag == "script" and (dict(attrs).get("id") or "").endswith("-words")
        self.pieces += [value for name, value in attrs if value and name in SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT
        self.is_for_island = False

    def handle_data(self, data: str) -> None:
        if self.is_for_island:
            self.pieces += _texts(json.loads(data))
        elif not self.silent:
            self.pieces.append(data)


@dataclass(frozen=True)
class Data:
    """What people wrote. `whole`: texts that are data as they stand; `within`: those that are also data inside a sentence."""

    whole: frozenset[str]
    within: re.Pattern[str]

    @classmethod
    def of(cls, texts: Iterable[str], names: Set[str] = frozenset()) -> Data:
        """Texts, without the vocabulary's words: a code is no data that may be shown. `names` are data whatever they are."""
        codes = vocabulary_words()
        held = {one for text in texts for one in _lines(text) if one not in codes and WORD.search(one)}
        return cls._of(held | names)

    @classmethod
    def _of(cls, held: Iterable[str]) -> Data:
        ordered = sorted(set(held), key=len, reverse=True)
        return cls(
            frozenset(held),
            re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in ordered) or "$."),
        )

    def with_also(self, words: Iterable[str]) -> Data:
        """Where more is data: codes of a page that shows a file, answers that are words."""
        return Data._of({*self.whole, *words})

    @classmethod
    def of_database(cls) -> Data:
        """Every text of the database, and what the fixtures write into files."""
        return cls.of(
            [*_stored(), *written(), *(one.replace("_", " ") for one in available_timezones())], _names()
        )

    def taken_out(self, piece: str) -> str:
        if piece in self.whole or not WORD.search(piece):
            return ""
        apart = piece.translate(MARKS)  # the mark of a form stands right behind what a sentence ends with
        return SAME.sub("·", self.within.sub("·", METHOD.sub("·", apart)))


def plain_words(page: str, data: Data) -> list[str]:
    """Pieces of a page that hold plain letters beside data, each once, with the data taken out."""
    visible = Visible()
    visible.feed(page)
    return plain_of(visible.pieces, data)


def plain_of(pieces: Iterable[str], data: Data) -> list[str]:
    wholes = dict.fromkeys(" ".join(piece.split()) for piece in pieces)
    left = (data.taken_out(piece) for piece in wholes)
    return [piece for piece in left if WORD.search(piece)]


def vocabulary_words() -> set[str]:
    """Every code of the vocabulary, as it is written and as a person would."""
    for module in walk_packages(throughline.vocabulary.__path__, "throughline.vocabulary."):
        __import__(module.name)
    codes = {
        str(one)
        for kind in StrEnum.__subclasses__()
        for one in kind
        if kind.__module__.startswith("throughline")
    }
    return {one for code in codes for one in (code, code.replace("_", " "))}


def _texts(given: Any) -> list[str]:
    if isinstance(given, str):
        return [re.sub(r"%\(\w+\)s", "", given)]  # the script fills them in
    inner = given.values() if isinstance(given, dict) else given if isinstance(given, list) else ()
    return [text for one in inner for text in _texts(one)]


def _lines(text: str) -> set[str]:
    """A text, its lines and its cells."""
    return {
        " ".join(one.split())
        for part in text.splitlines()
        for one in (part, *re.split(r"[,;\t]|(?<=[.?!]) ", part))
    }


def _stored() -> Iterable[str]:
    for model in apps.get_models():
        fields = [
            one.name for one in model._meta.concrete_fields
            if isinstance(one, CharField | TextField) and one.name not in {"event", "target_kind"}
        ]  # fmt: skip
        for row in model._base_manager.values_list(*fields) if fields else ():
            yield from (text for text in row if isinstance(text, str))


def _names() -> set[str]:
    """Of accounts: in the world some are named after their role."""
    names = Account.objects.values_list("username", "display_name")
    return {one for both in names for one in both}


def written() -> Iterable[str]:
    for name in FIXTURES:
        path = TESTS / name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
