"""Translators get every message: constants, each with its places named, in catalogues that can be read and compiled."""

from __future__ import annotations

import gettext
import io
import re

import pytest
from tools.messages.catalogue import Entry, brought_up_to_date, misfits, new_catalogue, read, written
from tools.messages.compiled import compiled, read_compiled
from tools.messages.found import Found, Message, all_messages, in_python, in_template


@pytest.fixture(scope="module")
def found() -> Found:
    return all_messages()


def test_every_text_is_constant(found: Found) -> None:
    assert found.made == []
    assert len(found.messages) > 5000


def test_counts_have_plural_forms(found: Found) -> None:
    assert [one.text for one in found.messages if re.search(r"\w\(e?s\)", one.text)] == []


def test_places_are_named(found: Found) -> None:
    """In another language they stand in another order."""
    unnamed = re.compile(r"(?<!%)(?:%%)*%[sdf]")
    assert [one.text for one in found.messages if unnamed.search(one.text)] == []


def test_messages_of_python() -> None:
    told = Found()
    text = """
from django.utils.translation import gettext as _, pgettext_lazy
from throughline.vocabulary.errors import Invalid, Sentence
WHERE = "a shelf"
_("one" if x else "two")
pgettext_lazy(WHERE, "left")
Invalid(Sentence("no %(name)s", name=name))
Invalid("none")
Sentence(f"made {here}")
other("not ours")
"""
    in_python(text, "a.py", told)
    assert [(one.context, one.text) for one in told.messages] == [
        (None, "one"), (None, "two"), ("a shelf", "left"), (None, "none"), (None, "no %(name)s"),
    ]  # fmt: skip
    assert told.made == ["a.py:9: Sentence(f'made {here}')"]


def test_messages_of_templates() -> None:
    told = Found()
    text = (
        "{% translate 'plain' %}\n{% translate 'left' context 'a shelf' %}"
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        '{% include "x.html" with title=_("a title") %}'
    )
    in_template(text, "a.html", told)
    assert told.messages == {
        Message("plain"): ["a.html:1"], Message("left", None, "a shelf"): ["a.html:2"],
        Message("%(n)s day", "%(n)s days"): ["a.html:2"], Message("a title"): ["a.html:2"],
    }  # fmt: skip


MESSAGES = {
    Message("plain \"quoted\"\nline"): ["a.py:1"], Message("left", None, "a shelf"): ["a.py:2"],
    Message("%(n)s day", "%(n)s days"): ["a.html:3"], Message("gone"): ["b.py:1"],
}  # fmt: skip


def test_what_was_translated_stays_and_can_be_used() -> None:
    began = brought_up_to_date(new_catalogue("fr"), MESSAGES)
    began.entries |= {
        Message("left", None, "a shelf"): Entry(("à gauche",)),
        Message("%(n)s day", "%(n)s days"): Entry(("%(n)s jour", "%(n)s jours")),
        Message("gone"): Entry(("parti",)),
    }
    again = read(written(began, MESSAGES))
    assert again == began
    today = brought_up_to_date(again, {one: places for one, places in MESSAGES.items() if one.text != "gone"})
    assert len(today.entries) == 3 and len(today.done()) == 2
    content = compiled(today.done(), today.header)
    assert set(read_compiled(content)) == set(today.done())
    french = gettext.GNUTranslations(io.BytesIO(content))
    assert french.pgettext("a shelf", "left") == "à gauche"
    assert [french.ngettext("%(n)s day", "%(n)s days", n) for n in (0, 1, 2)] == [
        "%(n)s jour", "%(n)s jour", "%(n)s jours",
    ]  # fmt: skip


def test_places_of_a_translation_are_those_of_the_english() -> None:
    began = brought_up_to_date(new_catalogue("fr"), {Message("no %(name)s"): []})
    began.entries[Message("no %(name)s")] = Entry(("pas de %(nom)s",))
    assert list(misfits(began)) == ["'no %(name)s': 'pas de %(nom)s'"]
