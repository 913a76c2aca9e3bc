"""A language made for tests: each message of the catalogue in wide letters. What is read in plain ones was never translated.
A count has three forms in it.

Only what the catalogue holds is turned, so words that a translator would not be given stay plain, too. Values that are put
into a sentence stay as they are: whoever looks at a page says which of them are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import allauth
import django
from django.utils.translation import override, trans_real
from tools.messages.catalogue import HEADER, Catalogue, Entry, brought_up_to_date, misfits, read, written
from tools.messages.compiled import compiled, read_compiled
from tools.messages.found import Message, all_messages

LANGUAGE = "fr"  # which pages may be asked for in; the product has no words in it yet
# As in Polish, and a mark for each form, so that a test sees which one was taken.
PLURALS = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
FORMS = ONE, FEW, MANY = "①②③"
WIDE = {ord(one): ord(one) - 0x20 + 0xFF00 for one in map(chr, range(0x21, 0x7F)) if one.isalpha()}
# What is filled in, markup, and characters by name: these a translator leaves as they are.
LEFT = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]|{\w*}|<[^<>]*>|&\w+;|&#\d+;|https?://\S+")


def wide(text: str) -> str:
    """A text in wide letters, its places and markup as they were."""
    ends = [0, *(place for one in LEFT.finditer(text) for place in one.span()), len(text)]
    parts = [text[start:end] for start, end in pairwise(ends)]
    return "".join(part if number % 2 else part.translate(WIDE) for number, part in enumerate(parts))


class Wide(GNUTranslations):
    """What Django asks of a language, read from a compiled catalogue."""

    def to_language(self) -> str:
        return LANGUAGE


def forms_of(one: Message) -> tuple[str, ...]:
    """What a translator of the made-up language writes: forms of a count end in the number of the form."""
    if one.plural is None:
        return (wide(one.text),)
    return tuple(
        f"{wide(text)}{form}" for text, form in zip((one.text, one.plural, one.plural), FORMS, strict=True)
    )


@cache
def compiled_catalogue(only: tuple[Message, ...] = ()) -> bytes:
    """Every message, or only some, as a translator's file would have it: written, read again, brought up to date, compiled."""
    all_of_them = (Message(text, many, context) for (context, text), many in catalogue().items())
    messages: dict[Message, list[str]] = {one: [] for one in only or all_of_them}
    english = brought_up_to_date(Catalogue(f"{HEADER.format(language=LANGUAGE, plurals=PLURALS)}"), messages)
    english.entries = {one: Entry(forms_of(one)) for one in english.entries}
    made = brought_up_to_date(read(written(english, messages)), messages)
    assert not list(misfits(made))
    return compiled(made.done(), made.header)


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
def wide_language(*only: Message) -> Iterator[None]:
    """Within, whoever asks in French (as `asked_in` does) is answered in wide letters; so is code that runs here.

    `only`: messages that are translated, for a test that needs few; to find all of them takes seconds.
    """
    before = trans_real._translations  # type: ignore[attr-defined]  # where Django keeps what it has read
    trans_real._translations = before | {LANGUAGE: Wide(BytesIO(compiled_catalogue(only)))}  # type: ignore[attr-defined]
    try:
        with override(LANGUAGE):
            yield
    finally:
        trans_real._translations = before  # type: ignore[attr-defined]


ASKED_IN = {"HTTP_ACCEPT_LANGUAGE": LANGUAGE}
