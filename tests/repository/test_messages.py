"""Translators get every message: constants, each with its places named, in catalogues that can be read and compiled."""

from __future__ import annotations

import gettext
import io
import os
import re
import subprocess
from pathlib import Path
from shutil import which

import pytest
from tools.messages.catalogue import Entry, brought_up_to_date, misfits, new_catalogue, read, written
from tools.messages.compiled import compiled, read_compiled
from tools.messages.found import SOURCE, Found, Message, all_messages, in_python, in_template

TEMPLATES = sorted(path for path in SOURCE.rglob("*.html") if "templates" in path.parts)


@pytest.fixture(scope="module")
def found() -> Found:
    return all_messages()


def test_every_text_is_constant(found: Found) -> None:
    assert found.made == []
    assert len(found.messages) > 5000


def test_counts_have_plural_forms(found: Found) -> None:
    assert [one.text for one in found.messages if re.search(r"\w\(e?s\)", one.text)] == []


def test_places_are_named(found: Found) -> None:
    """In another language they stand in another order; and numbers come as that language writes them, never by %d."""
    unnamed = re.compile(r"(?<!%)(?:%%)*(?:%[sdf]|%\(\w+\)[^s])")
    assert [one.text for one in found.messages if unnamed.search(one.text)] == []


# What a language does not write in its own way: weekdays by name, machines' moments, and seconds of an audit.
FORMATS = re.compile(r"[A-Z_]+_FORMAT|c|Y-m-d|H:i:s|l")


def test_days_are_written_as_the_language_does() -> None:
    fixed = [
        f"{path.name}: {found}"
        for path in TEMPLATES
        for found in re.findall(r'\|(?:date|time):"([^"]*)"', path.read_text(encoding="utf-8"))
        if not FORMATS.fullmatch(found)
    ]
    assert len(TEMPLATES) > 100 and fixed == []


def test_no_value_of_a_sentence_hides_the_count_that_chooses_its_form() -> None:
    """Django asks what is counted after it has set the other values: one of the same name would be taken for it."""
    hidden, looked_at = [], 0
    for path in TEMPLATES:
        for given in re.findall(
            r"{%\s*blocktrans(?:late)?\s([^%]*\bcount\s[^%]*)%}", path.read_text(encoding="utf-8")
        ):
            (name, counted), *others = re.findall(
                r'(\w+)=((?:"[^"]*"|[^\s"])+)', given[given.index("count ") :]
            )
            taken = {name, re.split(r"[.|]", counted)[0]} & {other for other, _ in others}
            looked_at += 1
            if taken or counted.endswith("|value"):
                hidden.append(f"{path.name}: {given}")
    assert looked_at > 50 and hidden == []


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
Sentence("%(count)s row", "%(count)s rows", count=3)
"""
    in_python(text, "a.py", told)
    assert [(one.context, one.text) for one in told.messages] == [
        (None, "one"), (None, "two"), ("a shelf", "left"), (None, "none"), (None, "%(count)s row"),
        (None, "no %(name)s"),
    ]  # fmt: skip
    assert Message("%(count)s row", "%(count)s rows") in told.messages
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


def test_a_language_has_as_many_forms_as_its_catalogue_says() -> None:
    began = brought_up_to_date(new_catalogue("pl"), MESSAGES)
    began.header = began.header.replace("nplurals=2; plural=(n != 1)", "nplurals=3; plural=(n==1 ? 0 : 2)")
    today = brought_up_to_date(began, MESSAGES)
    assert {len(entry.texts) for one, entry in today.entries.items() if one.plural} == {3}
    assert read(written(today, MESSAGES)) == today


def test_a_text_stands_once(found: Found) -> None:
    """With two plurals a catalogue could not hold it."""
    texts = [(one.context, one.text) for one in found.messages]
    assert len(texts) == len(set(texts))


@pytest.mark.skipif(which("msgfmt") is None, reason="gettext's tools are not on every machine")
def test_gettext_takes_the_catalogue(found: Found, tmp_path: Path) -> None:
    file = tmp_path / "django.po"
    whole = brought_up_to_date(new_catalogue("fr"), found.messages)
    for one in whole.entries:
        whole.entries[one] = Entry((one.text, one.plural) if one.plural else (one.text,))
    file.write_text(written(whole, found.messages), encoding="utf-8")
    told = subprocess.run(["msgfmt", "-c", "-o", os.devnull, file], capture_output=True, check=False)
    assert told.returncode == 0, told.stderr


def test_places_of_a_translation_are_those_of_the_english() -> None:
    began = brought_up_to_date(new_catalogue("fr"), {Message("no %(name)s"): []})
    began.entries[Message("no %(name)s")] = Entry(("pas de %(nom)s",))
    assert list(misfits(began)) == ["'no %(name)s': 'pas de %(nom)s'"]
