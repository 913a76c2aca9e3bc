"""A language made for tests: each message of the catalogue in wide letters. What is read in plain ones was never translated.

Only what the catalogue holds is turned, so words that a translator would not be given stay plain, too. Values that are put
into a sentence stay as they are: whoever looks at a page says which of them are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from gettext import NullTranslations
from itertools import pairwise
from pathlib import Path

import allauth
import django
from django.utils.translation import override, trans_real
from tools.messages.compiled import read_compiled
from tools.messages.found import Message, all_messages

LANGUAGE = "fr"  # which pages may be asked for in; the product has no words in it yet
WIDE = {ord(one): ord(one) - 0x20 + 0xFF00 for one in map(chr, range(0x21, 0x7F)) if one.isalpha()}
# What is filled in, markup, and characters by name: these a translator leaves as they are.
LEFT = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]|{\w*}|<[^<>]*>|&\w+;|&#\d+;|https?://\S+")


def wide(text: str) -> str:
    """A text in wide letters, its places and markup as they were."""
    ends = [0, *(place for one in LEFT.finditer(text) for place in one.span()), len(text)]
    parts = [text[start:end] for start, end in pairwise(ends)]
    return "".join(part if number % 2 else part.translate(WIDE) for number, part in enumerate(parts))


class Wide(NullTranslations):
    """A catalogue that Django can be given: GNU's keys, wide letters."""

    def __init__(self, messages: Mapping[tuple[str | None, str], str | None]) -> None:
        super().__init__()
        self.messages = messages

    def gettext(self, message: str) -> str:
        return self.pgettext(None, message)

    def pgettext(self, context: str | None, message: str) -> str:
        # Django asks for a context glued to its message
        if context is None and "\x04" in message:
            context, message = message.split("\x04", 1)
        return wide(message) if (context, message) in self.messages else message

    def ngettext(self, one: str, many: str, n: int) -> str:
        context = None
        if "\x04" in one:
            context, one = one.split("\x04", 1)
            many = many.split("\x04", 1)[-1]
        said = one if n < 2 else many
        return wide(said) if self.messages.get((context, one)) == many else said

    def npgettext(self, context: str, one: str, many: str, n: int) -> str:
        return self.ngettext(f"{context}\x04{one}", many, n)

    def to_language(self) -> str:
        return LANGUAGE


@cache
def catalogue() -> dict[tuple[str | None, str], str | None]:
    """Every message that could be translated: ours, and those that Django and allauth bring in French."""
    own: dict[Message, list[str]] = all_messages().messages
    held = {(one.context, one.text): one.plural for one in own}
    folders = [Path(str(module.__file__)).parent for module in (django, allauth)]
    for folder in folders:
        for path in folder.glob("**/locale/fr/LC_MESSAGES/django.mo"):
            for one in read_compiled(path.read_bytes()):
                held.setdefault((one.context, one.text), one.plural)
    return held


@contextmanager
def wide_language() -> Iterator[None]:
    """Within, whoever asks in French (as `asked_in` does) is answered in wide letters; so is code that runs here."""
    before = trans_real._translations  # type: ignore[attr-defined]  # where Django keeps what it has read
    trans_real._translations = before | {LANGUAGE: Wide(catalogue())}  # type: ignore[attr-defined]
    try:
        with override(LANGUAGE):
            yield
    finally:
        trans_real._translations = before  # type: ignore[attr-defined]


ASKED_IN = {"HTTP_ACCEPT_LANGUAGE": LANGUAGE}
